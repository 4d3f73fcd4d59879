"""Strategies as users would write them, in a module of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

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
        left, acts = me.minutes, []
        for price, act in (*self._wishes(me), *self._wishes_by_mechanism(me)):
            if price <= left:
                left -= price
                acts.append(act)
        return acts

    def _wishes(self, me: Me) -> Iterator[tuple[int, Acts]]:
        cost = me.view.cost
        for friend in me.acquaintances(min(self.most, me.invitations_left)):
            yield cost.invite, me.invite(friend)
        for other, group in me.group_members(1, focus=False):
            yield cost.message, me.message(other, group)
        if me.contacts and me.groups and me.uniform() < 0.9:
            yield cost.upkeep, me.upkeep(me.contacts[0])

    def _wishes_by_mechanism(self, me: Me) -> Iterator[tuple[int, Acts]]:
        cost = me.view.cost
        for mechanism in sorted(me.view.open):
            yield from getattr(self, f"_of_{mechanism}")(me, cost)

    def _of_introductions(self, me: Me, cost: Any) -> Iterator[tuple[int, Acts]]:
        for friend, via in me.friends(1, focus=False):
            yield cost.introduce, me.introduce(friend, via)

    def _of_premium(self, me: Me, cost: Any) -> Iterator[tuple[int, Acts]]:
        if me.renewable:
            yield 0, me.subscribe()
        for other in me.search(0 if me.restricted else min(1, me.credits)):
            yield cost.inmail, me.inmail(other)

    def _of_joining(self, me: Me, cost: Any) -> Iterator[tuple[int, Acts]]:
        for group in me.groups_to_join(1):
            yield cost.join, me.join_group(group)
        for group in me.own_groups(1):
            yield cost.post, me.post(group)
        if len(me.groups) > 3:
            yield cost.join, me.leave_group(me.groups[-1])

    def _of_endorsements(self, me: Me, cost: Any) -> Iterator[tuple[int, Acts]]:
        for contact in me.to_endorse(1):
            yield cost.endorse, me.endorse(contact)

    def _of_wasteland(self, me: Me, cost: Any) -> Iterator[tuple[int, Acts]]:
        for contact in me.sleeping(1):
            yield cost.article, me.article(contact)
            yield cost.congratulate, me.congratulate(contact)


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
        everything = [
            Acts.upkeep(me, other),
            Acts.message(me, other, other % 5),
            Acts.invite(me, other),
            Acts.introduce(me, other, other[::-1]),
            Acts.inmail(me, other),
            Acts.subscribe(me),
            Acts.join_group(me, other),
            Acts.leave_group(me, other),
            Acts.post(me, other),
            Acts.endorse(me, other),
            Acts.congratulate(me, other),
            Acts.article(me, other),
        ]
        # Each of them comes first in some week.
        first = view.week % len(everything)
        return Acts.join(*everything[first:], *everything[:first])


@dataclass(frozen=True)
class Burglar(Reckless):
    """Declares all that is forbidden permitted, then asks for it."""

    summary: ClassVar[str] = "tries to break in"

    def act(self, view: View, draws: CohortDraws) -> Acts:
        view.cost.permitted[:] = True
        return super().act(view, draws)


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
        finds = (
            view.acquaintances(3, 1),
            view.met(3, 1),
            view.group_members(3, 1, looks=10, focus=False, messageable=False),
            view.strangers(3, 1, looks=10, focus=False),
            view.friends(3, 1, looks=10, focus=False, decision_makers=False),
            view.search(3, 1, focus=False, decision_makers=False),
            view.contacts(3),
            view.sleeping(3),
            view.to_endorse(3),
            view.groups_to_join(3),
            view.own_groups(3, focus=False),
        )
        profile = view.profile(finds[0].alter)
        mine = (
            *(view.members, view.field, view.aim, view.minutes, view.job_search, view.employed),
            *(view.credits, view.renewable, view.invitations_left, view.restricted, view.degree),
        )
        for array in (*mine, *profile, *(column for found in finds for column in found)):
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
