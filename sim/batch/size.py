"""How large a world is, at first and at the end of a run, from its scenario alone.

Bytes are counted as columns are declared. How many ties a run makes follows a law that was fitted:
see `sim.batch.estimate`.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS
from sim.world.columns import declared
from sim.world.members import Members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario import Scenario
    from sim.world.columns import Kind
    from sim.world.load import RealInput

ROOM = 1.5
"""Room of a store of ties over what is in it: rows and arena have some to grow."""
ROW = 8 + 4 + 8
"""Bytes of a store of ties for each member: where its row is, its length, its room."""
NEIGHBOUR = 4
MEMBERSHIP = 4 + 1 + 2 + 4
GROUP_BYTES = 4 + 8
MEMBERSHIPS = (0.0, 5.0, 14.5, 24.5, 40.0)
"""Mean groups of a member, by class of `groups.memberships`."""

TIES_GAINED, REMEMBERED = 0.65, 1.1
"""Ties and remembered pairs of a member, for each square root of a minute that it has acted."""
IDLE = "dormant"
"""The strategy of those who never act."""


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

    @cached_property
    def columns(self) -> int:
        """Bytes of the columns of the members."""
        return round(self.members * _row_bytes())

    @cached_property
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


@cache
def _row_bytes() -> int:
    """Return the bytes of a member's columns."""
    return sum(
        np.dtype(column.metadata["dtype"]).itemsize * math.prod(column.metadata["shape"])
        for column in dataclasses.fields(Members)
    )


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
