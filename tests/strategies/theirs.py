"""Strategies as users would write them, in a module of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.strategies.base import Acts, CohortDraws, Strategy, View, parameter
from sim.strategies.per_member import Me, PerMember

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Coin(Strategy):
    """Every week each member tosses a coin whether to invite one acquaintance."""

    summary: ClassVar[str] = "invites an acquaintance every other week, by chance"
    source: ClassVar[str] = "a friend"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance",)
    writes: ClassVar[bool] = False

    chance: float = parameter(0.5, "chance to act in a week", source="a friend", ge=0.0, le=1.0)

    def act(self, view: View, draws: CohortDraws) -> Acts:
        can = (draws.uniform() < self.chance) & (view.minutes >= view.cost.invite)
        found = view.acquaintances(can & (view.invitations_left > 0), 26)
        return Acts.invite(found.actor, found.alter)


@dataclass(frozen=True)
class Tour(PerMember):
    """Member by member: one of everything that time allows."""

    summary: ClassVar[str] = "does one of everything, member by member"
    source: ClassVar[str] = "a friend"

    most: int = parameter(2, "invitations a week at most", unit="invitations", ge=0, le=10)

    def decide(self, me: Me) -> list[Acts]:
        cost, left, acts = me.view.cost, me.minutes, []
        for price, act in self._wishes(me):
            if price <= left:
                left -= price
                acts.append(act)
        assert left >= 0
        assert cost.invite > 0
        return acts

    def _wishes(self, me: Me) -> Iterator[tuple[int, Acts]]:
        cost = me.view.cost
        for friend in me.acquaintances(min(self.most, me.invitations_left)):
            yield cost.invite, me.invite(friend)
        for other, group in me.group_members(1, focus=False):
            yield cost.message, me.message(other, group)
        if me.contacts and me.groups and me.uniform() < 0.9:
            yield cost.upkeep, me.upkeep(me.contacts[0])


@dataclass(frozen=True)
class Reckless(Strategy):
    """Asks for far more than it may; the platform has to refuse."""

    summary: ClassVar[str] = "asks for everything at once"

    def act(self, view: View, draws: CohortDraws) -> Acts:
        others = draws.integer(view.members.max() + 1, index=0)
        every = [
            (int(me), int(other)) for me in view.members for other in range(int(others.max()) + 2)
        ]
        me, other = np.array(every, np.int32).T
        return Acts.join(
            Acts.upkeep(me, other), Acts.message(me, other, other % 5), Acts.invite(me, other)
        )


@dataclass(frozen=True)
class Impostor(Strategy):
    """Acts for a member who does not play it."""

    summary: ClassVar[str] = "acts for others"

    def act(self, view: View, draws: CohortDraws) -> Acts:
        outsider = next(m for m in range(10_000) if m not in view.members)
        return Acts.invite([outsider], [0])


@dataclass(frozen=True)
class Vandal(Strategy):
    """Writes to everything that the view hands out."""

    summary: ClassVar[str] = "tries to change the world"

    def act(self, view: View, draws: CohortDraws) -> Acts:
        found = view.acquaintances(3, 1)
        profile = view.profile(found.alter)
        mine = (view.members, view.field, view.target, view.minutes, view.invitations_left)
        for array in (*mine, view.restricted, view.degree, *found, *profile):
            array[:] = 1
        for row in range(len(view)):
            view.contacts_of(row)[:] = 1
            view.groups(row)[:] = 1
        return Acts.none()


@dataclass(frozen=True)
class Demanding(Strategy):
    """Has a parameter without a default, and refuses some values itself."""

    summary: ClassVar[str] = "needs a number"

    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError("an even number")

    def act(self, view: View, draws: CohortDraws) -> Acts:
        return Acts.none()


class NotAStrategy:
    """Something else."""
