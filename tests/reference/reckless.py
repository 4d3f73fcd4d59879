"""A strategy that asks for anything at all, so that every rule of the platform has to refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision
from sim.rules.acts import KINDS
from sim.strategies.base import Acts, CohortDraws, Strategy, View, parameter

from .acts import Act, Kind
from .draws import Luck

if TYPE_CHECKING:
    from collections.abc import Iterator

LUCK = Luck(20_240_607)
OLD: tuple[Kind, ...] = ("invite", "message", "upkeep")
ALL: tuple[Kind, ...] = (
    *OLD, "introduce", "inmail", "subscribe", "join", "leave", "post", "endorse", "congratulate",
    "article",
)  # fmt: skip


def wishes(
    week: int, me: int, members: int, groups: int, acts_a_week: int, *, everything: bool
) -> Iterator[Act]:
    """Yield the random acts of member `me`; some of their targets and groups do not exist."""
    kinds = ALL if everything else OLD
    for index in range(acts_a_week):
        kind, target, group, note, via = (
            LUCK.integer(Decision.OWN, week, me, index, aspect, n)
            for aspect, n in enumerate((len(kinds), members + 2, groups + 2, 2, members + 2))
        )
        yield _wish(kinds[kind], target - 1, group - 1, via - 1, note=note == 1)


def _wish(kind: Kind, target: int, group: int, via: int, *, note: bool) -> Act:
    if kind in ("join", "leave", "post"):
        return Act(kind, group=group)
    if kind == "subscribe":
        return Act(kind)
    if kind == "introduce":
        return Act(kind, target, via=via)
    return Act(kind, target, note=note, group=group)


@dataclass(frozen=True)
class Reckless(Strategy):
    """The same wishes for the fast model, one act of each member after another."""

    members: int = parameter(40, "members of the world", ge=1, le=1000)
    groups: int = parameter(5, "groups of the world", ge=0, le=1000)
    acts_a_week: int = parameter(60, "acts of a member in a week", ge=0, le=1000)
    everything: bool = parameter(False, "acts of section 8 too")

    def act(self, view: View, draws: CohortDraws) -> Acts:
        size = (self.members, self.groups, self.acts_a_week)
        rows = view.members.tolist()
        plans = [list(wishes(view.week, me, *size, everything=self.everything)) for me in rows]
        acts = [
            (me, plan[turn])
            for turn in range(self.acts_a_week)
            for me, plan in zip(rows, plans, strict=True)
        ]
        return Acts(
            actor=np.array([me for me, _ in acts], np.int32),
            kind=np.array([KINDS.index(act.kind) for _, act in acts], np.int8),
            target=np.array([act.target for _, act in acts], np.int32),
            via=np.array([max(act.group, act.via) for _, act in acts], np.int32),
            note=np.array([act.note for _, act in acts], np.bool_),
        )


NAME = f"{Reckless.__module__}:{Reckless.__name__}"
