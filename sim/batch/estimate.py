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

import math
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.batch.size import acting, minutes, sizes
from sim.batch.stored import run_bytes
from sim.results import BASE
from sim.scenario import at_point, for_arm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.batch.size import Size
    from sim.results import RunKey
    from sim.scenario import Scenario
    from sim.world.load import RealInput

PROCESS = 330 * 2**20
"""Bytes of a process before it has a world: Python, numpy, numba, Mesa, polars, the kernels."""
BUILD_PAIR = 100
"""Bytes for each pair of acquaintances while they are drawn and sorted."""
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

_DECISIVE = ("members", "acquaintances", "groups", "focal", "measure", "weeks")
"""Parts of a scenario that decide what a run takes, beside what is on and who acts."""


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
    stored : int
        Size of the results of all runs on the disk, bytes.
    """

    process: int
    memory: int
    seconds: float
    ties: float
    stored: int

    def fits(self, free: int | None) -> bool:
        """Whether so many bytes suffice; it is tried where nobody knows how many there are."""
        return free is None or self.memory <= free


def estimate(
    scenario: Scenario,
    left: Sequence[RunKey],
    jobs: int,
    threads: int = 1,
    real: RealInput | None = None,
    points: Mapping[str, Mapping[str, Any]] = MappingProxyType({BASE: {}}),
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
    points : mapping
        Values of the parameters that are varied, by the name of the point.
    """
    costs = _costs(scenario, left, threads, real, points)
    runs = Counter((key.point, key.question, key.arm) for key in left)
    worlds = Counter(point for point, _ in {key.world for key in left})
    processes = max(1, min(jobs, len(left)))
    built = {key[0]: cost.build for key, cost in costs.items()}
    building = sum(number * built[point] for point, number in worlds.items())
    # Where there are more processes than worlds left, some worlds are built more than once.
    building *= max(1.0, min(processes, len(left)) / max(1, worlds.total()))
    running = sum(number * costs[key].seconds for key, number in runs.items())
    process = round(PROCESS + max((cost.needed for cost in costs.values()), default=0.0))
    return Estimate(
        process=process,
        # With one job the runs are done where they are handed out.
        memory=process if jobs == 1 else PROCESS + processes * process,
        seconds=(building + running) / processes,
        ties=max((cost.ties for cost in costs.values()), default=0.0),
        stored=sum(number * costs[key].stored for key, number in runs.items()),
    )


@dataclass(frozen=True)
class _Cost:
    """What one run takes: seconds to build its world, and of the run; bytes; ties of a member."""

    build: float
    seconds: float
    needed: float
    ties: float
    stored: int


def _costs(
    scenario: Scenario,
    left: Sequence[RunKey],
    threads: int,
    real: RealInput | None,
    points: Mapping[str, Mapping[str, Any]],
) -> dict[tuple[str, str, str], _Cost]:
    """Return what a run takes, by point, question and arm."""
    costs: dict[tuple[str, str, str], _Cost] = {}
    # Most of what is varied changes nothing here, and thousands of points are told in a moment.
    known: dict[Any, _Cost] = {}
    there: tuple[str, Scenario] = (BASE, scenario)
    for key in left:
        told = (key.point, key.question, key.arm)
        if told in costs:
            continue
        if there[0] != key.point:
            there = (key.point, at_point(scenario, points[key.point]))
        played = for_arm(there[1], key.arm)
        on = played.mechanisms
        kind = (
            *(getattr(played, name) for name in _DECISIVE),
            on,
            key.question,
            played.arms[key.arm].strategy,
        )
        if kind not in known:
            first, last = sizes(played, key.question, key.arm, real)
            known[kind] = _Cost(
                BUILD_MEMBER * first.members + BUILD_PAIR_SECONDS * _pairs(first),
                _run_seconds(played, key, last, threads, plain=not on),
                _needed(first, last),
                last.ties,
                run_bytes(played, on, first.members),
            )
        costs[told] = known[kind]
    return costs


def _pairs(size: Size) -> float:
    return size.members * size.acquaintances / 2.0


def _needed(first: Size, last: Size) -> float:
    """Return the most bytes that a world takes, from when it is built to its end."""
    building = first.nbytes + BUILD_PAIR * _pairs(first)
    # The world as it was built is kept for the next arm. Where a store has to be moved it is there
    # twice for a while; what a week plans and finds takes about as much.
    running = first.columns + first.changing + last.nbytes + last.changing
    return max(building, running)


def _run_seconds(played: Scenario, key: RunKey, last: Size, threads: int, *, plain: bool) -> float:
    busy = acting(played, key.question, key.arm) * math.sqrt(minutes(played))
    week = MEMBER_WEEK + ROOT_MINUTE * busy + TIE_WEEK * last.ties
    if plain:
        week *= PLAIN
    measured = played.measure
    shares = played.focal.share / measured.every + 1.0 / measured.all_every
    spent = played.weeks * last.members * (week + MEASURED * shares)
    spent += MEASURED * last.members
    divided = 1.0 - THREADED + THREADED / threads
    return RUN + played.weeks * WEEK + spent * divided
