"""A strategy that asks for anything at all, so that every rule of the platform has to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision
from sim.rules.acts import KINDS
from sim.strategies.base import Acts, CohortDraws, Strategy, View, parameter

from .draws import Luck
from .strategies import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

LUCK = Luck(20_240_607)


def wishes(week: int, me: int, members: int, groups: int, acts_a_week: int) -> Iterator[Act]:
    """Yield the random acts of member `me`; some of their targets and groups do not exist."""
    for index in range(acts_a_week):
        kind, target, group, note = (
            LUCK.integer(Decision.OWN, week, me, index, aspect, n)
            for aspect, n in enumerate((3, members + 2, groups + 2, 2))
        )
        yield Act(("invite", "message", "upkeep")[kind], target - 1, note == 1, group - 1)


@dataclass(frozen=True)
class Reckless(Strategy):
    """The same wishes for the fast model, one act of each member after another."""

    members: int = parameter(40, "members of the world", ge=1, le=1000)
    groups: int = parameter(5, "groups of the world", ge=0, le=1000)
    acts_a_week: int = parameter(60, "acts of a member in a week", ge=0, le=1000)

    def act(self, view: View, draws: CohortDraws) -> Acts:
        size = (self.members, self.groups, self.acts_a_week)
        plans = [list(wishes(view.week, me, *size)) for me in view.members.tolist()]
        acts = [
            (me, plan[turn])
            for turn in range(self.acts_a_week)
            for me, plan in zip(view.members.tolist(), plans, strict=True)
        ]
        return Acts(
            actor=np.array([me for me, _ in acts], np.int32),
            kind=np.array([KINDS.index(act.kind) for _, act in acts], np.int8),
            target=np.array([act.target for _, act in acts], np.int32),
            group=np.array([act.group for _, act in acts], np.int32),
            note=np.array([act.note for _, act in acts], np.bool_),
        )


NAME = f"{Reckless.__module__}:{Reckless.__name__}"
