"""Adapter: a strategy written for one member at a time, in plain Python.

Convenient where size does not matter: about a thousand times slower than a cohort at once.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sim.strategies.base import Acts, CohortDraws, Strategy, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Me:
    """One member in one week, as its strategy sees it; all members are named by their rows."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.member = int(view.members[0])
        self.field = int(view.field[0])
        self.aim = int(view.aim[0])
        self.minutes = int(view.minutes[0])
        self.job_search = int(view.job_search[0])
        self.employed = bool(view.employed[0])
        self.invitations_left = int(view.invitations_left[0])
        self.restricted = bool(view.restricted[0])
        self.credits = int(view.credits[0])
        self.renewable = bool(view.renewable[0])
        self.week = view.week

    @property
    def contacts(self) -> list[int]:
        """All contacts, ascending."""
        return _rows(self.view.contacts_of(0))

    @property
    def groups(self) -> list[int]:
        """All groups, ascending."""
        return _rows(self.view.groups(0))

    def acquaintances(self, limit: int, ask_again_after: int = 26) -> list[int]:
        """Acquaintances that are no contacts yet and were not asked lately, at random."""
        return _rows(self.view.acquaintances(limit, ask_again_after).alter)

    def met(self, limit: int, ask_again_after: int = 26) -> list[int]:
        """Those with whom messages were exchanged, but who are no contacts yet."""
        return _rows(self.view.met(limit, ask_again_after).alter)

    def group_members(
        self, limit: int, ask_again_after: int = 26, *, looks: int = 100, focus: bool = True
    ) -> list[tuple[int, int]]:
        """Members of own groups whom one may message, with the group."""
        found = self.view.group_members(
            limit, ask_again_after, looks=looks, focus=focus, messageable=True
        )
        return list(zip(_rows(found.alter), _rows(found.group), strict=True))

    def strangers(
        self, limit: int, ask_again_after: int = 26, *, looks: int = 100, focus: bool = True
    ) -> list[int]:
        """Members come upon by chance."""
        return _rows(self.view.strangers(limit, ask_again_after, looks=looks, focus=focus).alter)

    def friends(
        self,
        limit: int,
        ask_again_after: int = 26,
        *,
        looks: int = 100,
        focus: bool = True,
        decision_makers: bool = False,
    ) -> list[tuple[int, int]]:
        """Contacts of contacts, with the contact through whom they were found."""
        found = self.view.friends(
            limit, ask_again_after, looks=looks, focus=focus, decision_makers=decision_makers
        )
        return list(zip(_rows(found.alter), _rows(found.via), strict=True))

    def search(
        self,
        limit: int,
        ask_again_after: int = 26,
        *,
        focus: bool = True,
        decision_makers: bool = False,
    ) -> list[int]:
        """Members on the first page of a search."""
        found = self.view.search(
            limit, ask_again_after, focus=focus, decision_makers=decision_makers
        )
        return _rows(found.alter)

    def sleeping(self, limit: int) -> list[int]:
        """Contacts to whom the tie is dormant, at random."""
        return _rows(self.view.sleeping(limit).alter)

    def to_endorse(self, limit: int) -> list[int]:
        """Contacts not endorsed yet, at random."""
        return _rows(self.view.to_endorse(limit).alter)

    def groups_to_join(self, limit: int) -> list[int]:
        """Find groups on the market aimed at, at random, as many as one may join."""
        return _rows(self.view.groups_to_join(limit).group)

    def own_groups(self, limit: int, *, focus: bool = True) -> list[int]:
        """Own groups, at random; with `focus` those on the market aimed at, if there are any."""
        return _rows(self.view.own_groups(limit, focus).group)

    def uniform(self, index: int = 0) -> float:
        """Return a number in [0, 1) of this member and week; another `index` gives another."""
        return float(self.view.draws.uniform(index)[0])

    def invite(self, member: int, *, note: bool = False) -> Acts:
        """Act: invite `member`."""
        return Acts.invite([self.member], [member], note=note)

    def message(self, member: int, group: int) -> Acts:
        """Act: write to `member` in `group`."""
        return Acts.message([self.member], [member], [group])

    def upkeep(self, member: int) -> Acts:
        """Act: check in with the contact `member`."""
        return Acts.upkeep([self.member], [member])

    def introduce(self, member: int, via: int) -> Acts:
        """Act: ask the contact `via` for an introduction to `member`."""
        return Acts.introduce([self.member], [member], [via])

    def inmail(self, member: int) -> Acts:
        """Act: write an InMail to `member`."""
        return Acts.inmail([self.member], [member])

    def subscribe(self) -> Acts:
        """Act: buy a premium account."""
        return Acts.subscribe([self.member])

    def join_group(self, group: int) -> Acts:
        """Act: join `group`."""
        return Acts.join_group([self.member], [group])

    def leave_group(self, group: int) -> Acts:
        """Act: leave `group`."""
        return Acts.leave_group([self.member], [group])

    def post(self, group: int) -> Acts:
        """Act: post in `group`."""
        return Acts.post([self.member], [group])

    def endorse(self, member: int) -> Acts:
        """Act: endorse the contact `member`."""
        return Acts.endorse([self.member], [member])

    def congratulate(self, member: int) -> Acts:
        """Act: congratulate the contact `member`."""
        return Acts.congratulate([self.member], [member])

    def article(self, member: int) -> Acts:
        """Act: send the contact `member` an article."""
        return Acts.article([self.member], [member])


def _rows(values: NDArray[np.int32]) -> list[int]:
    """Turn an array into plain whole numbers."""
    return [int(value) for value in values]


@dataclass(frozen=True)
class PerMember(Strategy):
    """Base of strategies that decide member by member."""

    summary: ClassVar[str] = ""

    @abstractmethod
    def decide(self, me: Me) -> list[Acts]:
        """Return what one member does this week, in order."""

    def act(self, view: View, draws: CohortDraws) -> Acts:  # noqa: ARG002
        """Ask every member of the cohort in turn."""
        return Acts.join(
            *(act for row in range(len(view)) for act in self.decide(Me(view.of(row))))
        )
