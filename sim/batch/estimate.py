"""What a study will take, said before it begins: memory and time, from the scenario alone.

Bytes are counted: columns by their declarations, times how many members, ties, acquaintances,
memberships and remembered pairs there will be. How many ties a run makes, and how long it takes,
follows laws fitted to runs of 2,000 to 100,000 members, coverage 0.05 to 1, 13 to 156 weeks, plain
and with every mechanism on (`python -m benchmarks.estimates` prints estimate and truth side by
side):

- ties gained and pairs remembered grow as the square root of the minutes that members have acted
  in all (those whom one can reach are used up: the first hours find more than the last);
- a member's week costs a constant, and something for its minutes and for its ties.

Memory is then right within a factor of 1.5 for the usual strategies, time within a factor of 2 on
a machine like the one it was fitted on. A strategy that only sends invitations makes up to three
times the ties that are foreseen.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario import for_arm
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS
from sim.world.columns import declared
from sim.world.members import Members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.results import RunKey
    from sim.scenario import Scenario
    from sim.world.columns import Kind
    from sim.world.load import RealInput

PROCESS = 330 * 2**20
"""Bytes of a process before it has a world: Python, numpy, numba, Mesa, polars, the kernels."""
ROOM = 1.5
"""Room of a store of ties over what is in it: rows and arena have some to grow."""
ROW = 8 + 4 + 8
"""Bytes of a store of ties for each member: where its row is, its length, its room."""
NEIGHBOUR = 4
MEMBERSHIP = 4 + 1 + 2 + 4
BUILD_PAIR = 100
"""Bytes for each pair of acquaintances while they are drawn and sorted."""
GROUP_BYTES = 4 + 8
MEMBERSHIPS = (0.0, 5.0, 14.5, 24.5, 40.0)
"""Mean groups of a member, by class of `groups.memberships`."""

TIES_GAINED, REMEMBERED = 0.65, 1.1
"""Ties and remembered pairs of a member, for each square root of a minute that it has acted."""
IDLE = "dormant"
"""The strategy of those who never act."""

WEEK = 8e-3
"""Seconds of a week in a world of nobody: some hundred calls."""
MEMBER_WEEK, ROOT_MINUTE, TIE_WEEK = 6e-6, 1.2e-6, 0.22e-6
"""Seconds of a member's week: at rest, for each root of its minutes, for each of its ties."""
BUILD_MEMBER, BUILD_PAIR_SECONDS = 10e-6, 1.5e-6
"""Seconds to build a world: for each member, for each pair of acquaintances."""
MEASURED = 25e-6
"""Seconds to measure a member."""
RUN = 0.05
"""Seconds of a run beside its weeks: a copy of the world, tables, a file."""
PLAIN = 0.5
"""Share of the cost of a member's week where no mechanism is on."""
THREADED = 0.7
"""Share of a week that threads divide among them."""


@dataclass(frozen=True)
class Estimate:
    """What a study takes.

    Parameters
    ----------
    process : int
        Memory of one process that does runs, bytes.
    memory : int
        Memory of all processes, bytes.
    seconds : float
        Time of all runs.
    ties : float
        Ties of a member at the end of a run, on average.
    """

    process: int
    memory: int
    seconds: float
    ties: float

    def fits(self, free: int | None) -> bool:
        """Whether so many bytes suffice; it is tried where nobody knows how many there are."""
        return free is None or self.memory <= free


@dataclass(frozen=True)
class Size:
    """How much there is of everything in a world, on average over members.

    Parameters
    ----------
    members, groups : float
        In the world.
    acquaintances, ties, remembered, memberships : float
        Of a member; acquaintances and ties are counted at both ends.
    """

    members: float
    acquaintances: float
    ties: float
    remembered: float
    memberships: float
    groups: float

    @property
    def columns(self) -> int:
        """Bytes of the columns of the members."""
        cells = (
            np.dtype(column.metadata["dtype"]).itemsize * math.prod(column.metadata["shape"])
            for column in dataclasses.fields(Members)
        )
        return round(self.members * float(sum(cells)))

    @property
    def known(self) -> int:
        """Bytes of the acquaintances, which copies of a world share."""
        return self._store(self.acquaintances, {})

    @property
    def changing(self) -> int:
        """Bytes of what every copy of a world has of its own, the columns of the members aside."""
        groups = self.members * (8 + self.memberships * MEMBERSHIP) + self.groups * GROUP_BYTES
        ties = self._store(self.ties, TIE_COLUMNS)
        return ties + self._store(self.remembered, HISTORY_COLUMNS) + round(groups)

    @property
    def nbytes(self) -> int:
        """Bytes of the world."""
        return self.columns + self.known + self.changing

    def _store(self, entries: float, columns: Mapping[str, Kind]) -> int:
        entry = NEIGHBOUR + sum(dtype.itemsize for dtype in declared(columns)[0].values())
        return round(self.members * (ROW + ROOM * entries * entry))


def sizes(
    scenario: Scenario, question: str, arm: str, real: RealInput | None = None
) -> tuple[Size, Size]:
    """Return how large a world is at first, and at the end of a run.

    Parameters
    ----------
    scenario : Scenario
    question, arm : str
        Who plays which arm.
    real : RealInput, optional
        What was read from files, if anything.
    """
    people, known = scenario.members, scenario.acquaintances
    count = people.count if real is None else real.members
    others = float(count - 1)
    mean = known.median * people.coverage * math.exp(known.sigma**2 / 2.0)
    acquaintances = min(mean, others)
    if real is not None and real.edge_a is not None:
        acquaintances = 2.0 * len(real.edge_a) / count
    memberships = float(np.dot(scenario.groups.memberships, MEMBERSHIPS))
    groups = count * memberships / max(2.0, scenario.groups.size_mean * people.coverage)
    if real is not None and real.membership_member is not None:
        memberships = len(real.membership_member) / count
        groups = len(real.group_ids)
    ties = known.connected * acquaintances
    first = Size(count, acquaintances, ties, 0.0, min(memberships, groups), groups)
    acted = math.sqrt(minutes(scenario) * scenario.weeks)
    share = acting(scenario, question, arm)
    # Who acts meets those who do not, and remembers whom it has tried.
    gained, remembered = TIES_GAINED * acted * math.sqrt(share), REMEMBERED * acted * share
    last = dataclasses.replace(
        first, ties=min(ties + gained, others), remembered=min(remembered, others)
    )
    return first, last


def acting(scenario: Scenario, question: str, arm: str) -> float:
    """Return the share of members who act at all."""
    if question == "everyone":
        return float(scenario.arms[arm].strategy != IDLE)
    return 1.0 - scenario.background.get(IDLE, 0.0)


def minutes(scenario: Scenario) -> float:
    """Return the mean minutes of a member for acts, a week."""
    given = scenario.members
    hours = given.hours_median * math.exp(given.hours_sigma**2 / 2.0)
    busy = float(np.dot(given.job_search, given.job_search_hours))
    return 60.0 * given.acting_share * min(hours * busy, given.hours_most)


def estimate(
    scenario: Scenario,
    left: Sequence[RunKey],
    jobs: int,
    threads: int = 1,
    real: RealInput | None = None,
) -> Estimate:
    """Estimate what some runs of a scenario take.

    Parameters
    ----------
    scenario : Scenario
    left : sequence of RunKey
        The runs to be done.
    jobs, threads : int
        Runs at a time, and threads inside a run, 1 or more.
    real : RealInput, optional
        What was read from files, if anything.
    """
    kinds = {(key.question, key.arm) for key in left}
    grown = {kind: sizes(for_arm(scenario, kind[1]), *kind, real) for kind in kinds}
    needed = max((_needed(*size) for size in grown.values()), default=0.0)
    processes = max(1, min(jobs, len(left)))
    cost = sum(
        _run_seconds(scenario, key, grown[key.question, key.arm][1], threads) for key in left
    )
    # Where there are more processes than worlds left, some worlds are built more than once.
    worlds = max(len({key.world for key in left}), min(processes, len(left)))
    if grown:
        first, _ = next(iter(grown.values()))
        cost += worlds * (BUILD_MEMBER * first.members + BUILD_PAIR_SECONDS * _pairs(first))
    process = round(PROCESS + needed)
    return Estimate(
        process=process,
        # With one job the runs are done where they are handed out.
        memory=process if jobs == 1 else PROCESS + processes * process,
        seconds=cost / processes,
        ties=max((last.ties for _, last in grown.values()), default=0.0),
    )


def _pairs(size: Size) -> float:
    return size.members * size.acquaintances / 2.0


def _needed(first: Size, last: Size) -> float:
    """Return the most bytes that a world takes, from when it is built to its end."""
    building = first.nbytes + BUILD_PAIR * _pairs(first)
    # The world as it was built is kept for the next arm. Where a store has to be moved it is there
    # twice for a while; what a week plans and finds takes about as much.
    running = first.columns + first.changing + last.nbytes + last.changing
    return max(building, running)


def _run_seconds(scenario: Scenario, key: RunKey, last: Size, threads: int) -> float:
    played = for_arm(scenario, key.arm)
    busy = acting(scenario, key.question, key.arm) * math.sqrt(minutes(played))
    week = MEMBER_WEEK + ROOT_MINUTE * busy + TIE_WEEK * last.ties
    if not played.mechanisms:
        week *= PLAIN
    measured = played.measure
    shares = scenario.focal.share / measured.every + 1.0 / measured.all_every
    spent = played.weeks * last.members * (week + MEASURED * shares)
    spent += MEASURED * last.members
    divided = 1.0 - THREADED + THREADED / threads
    return RUN + played.weeks * WEEK + spent * divided
