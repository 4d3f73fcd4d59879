"""What one member sees at the start of a week (docs/model.md, 7.2 and 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.draws import Decision

from .members import NEVER, Member
from .platform import may_message
from .search import ranking

if TYPE_CHECKING:
    from .network import Now


@dataclass(frozen=True)
class View:
    """What one member sees; `ask_again_after` is a parameter of its strategy."""

    now: Now
    me: Member
    ask_again_after: int = 0

    @property
    def left(self) -> int:
        """Invitations the member may still send this week."""
        platform = self.now.scenario.platform
        lifetime = platform.invitations_lifetime - self.me.sent
        return max(0, min(platform.invitations_per_week, lifetime))

    @property
    def restricted(self) -> bool:
        """Whether the member is restricted this week."""
        return self.me.restricted(self.now.week)

    @property
    def credits(self) -> int:
        """InMail credits that it has."""
        return sum(self.me.credits.values())

    @property
    def renewable(self) -> bool:
        """Whether it may buy a premium account."""
        return self.now.scenario.premium.on and self.now.week + 1 >= self.me.subscribed_until

    def invited_lately(self, j: int) -> bool:
        """Whether the last invitation to j was less than `ask_again_after` weeks ago."""
        return self.now.week - self.me.invited.get(j, NEVER) < self.ask_again_after

    def asked_lately(self, j: int) -> bool:
        """Whether the later of the last invitation and message to j was that short ago."""
        return self.now.week - self.me.last_asked(j) < self.ask_again_after

    def is_new(self, j: int, *, focus: bool) -> bool:
        """Whether j is present, no contact, not asked lately and, with focus, in the field."""
        other = self.now.network.members[j]
        return (
            j != self.me.number
            and other.present
            and j not in self.me.ties
            and not self.asked_lately(j)
            and (not focus or other.field == self.me.aim)
        )

    def acquaintances(self, k: int) -> list[int]:
        """Up to k acquaintances, drawn, who are no contacts and were not asked lately."""
        new = [j for j in sorted(self.me.acquaintances) if self.is_new(j, focus=False)]
        return self._choose(Decision.PICK_ACQUAINTANCE, new, k)

    def met(self, k: int) -> list[int]:
        """Return the first k whom it has met, who are no contacts and were not invited lately."""
        return [
            j
            for j in sorted(self.me.met)
            if self.now.network.members[j].present
            and j not in self.me.ties
            and not self.invited_lately(j)
        ][: max(0, k)]

    def group_members(
        self, k: int, looks: int, *, focus: bool, messageable: bool
    ) -> list[tuple[int, int]]:
        """Up to k new people met by looking `looks` times into its groups, each with the group."""
        network, me = self.now.network, self.me
        groups = self._groups(focus=focus)
        found: dict[int, int] = {}
        for look in range(looks if groups else 0):
            if len(found) >= k:
                break
            g = groups[self._pick(Decision.PICK_GROUP_MEMBER, len(groups), 2 * look)]
            there = network.groups[g].members
            j = there[self._pick(Decision.PICK_GROUP_MEMBER, len(there), 2 * look + 1)]
            fits = j not in found and j not in me.met and self.is_new(j, focus=focus)
            if fits and (not messageable or may_message(self.now, me.number, j, g)):
                found[j] = g
        return list(found.items())

    def strangers(self, k: int, looks: int, *, focus: bool) -> list[int]:
        """Up to k new people found by looking `looks` times anywhere."""
        found: list[int] = []
        for look in range(looks):
            if len(found) >= k:
                break
            j = self._pick(Decision.PICK_STRANGER, len(self.now.network.members), look)
            if j not in found and self.is_new(j, focus=focus):
                found.append(j)
        return found

    def friends(
        self, k: int, looks: int, *, focus: bool = False, decision_makers: bool = False
    ) -> list[tuple[int, int]]:
        """Up to k contacts of contacts, each with the contact who knows them (8.5)."""
        members, contacts = self.now.network.members, sorted(self.me.ties)
        found: dict[int, int] = {}
        for look in range(looks if contacts else 0):
            if len(found) >= k:
                break
            c = contacts[self._pick(Decision.PICK_FRIEND, len(contacts), 2 * look)]
            theirs = sorted(members[c].ties)
            j = theirs[self._pick(Decision.PICK_FRIEND, len(theirs), 2 * look + 1)]
            wanted = members[j].decision_maker or not decision_makers
            if j not in found and wanted and self.is_new(j, focus=focus):
                found[j] = c
        return list(found.items())

    def search(self, k: int, *, focus: bool, decision_makers: bool) -> list[int]:
        """Return up to k new people from the first page of a search (8.3)."""
        search, members = self.now.scenario.search, self.now.network.members
        keyword = self._pick(Decision.PICK_SEARCH, search.keywords, 0)
        field = self.me.aim
        if not focus:
            field = self._pick(Decision.PICK_SEARCH, self.now.network.fields, 1)
        ranked = ranking(
            self.now,
            self.me.number,
            field,
            None if decision_makers else keyword,
            decision_makers=decision_makers,
        )
        new = [
            j
            for j in ranked[: search.page]
            if self.is_new(j, focus=False) and (members[j].decision_maker or not decision_makers)
        ]
        return new[: max(0, k)]

    def contacts(self, k: int, *, focus: bool = False) -> list[int]:
        """Up to k contacts, drawn; with focus, of the field it aims at."""
        members = self.now.network.members
        tended = [j for j in sorted(self.me.ties) if not focus or members[j].field == self.me.aim]
        return self._choose(Decision.PICK_CONTACT, tended, k)

    def to_endorse(self, k: int) -> list[int]:
        """Up to k contacts, drawn, whom it has not endorsed (8.4)."""
        open_ones = [
            j for j in sorted(self.me.ties) if self.me.number not in self.me.ties[j].endorsers
        ]
        return self._choose(Decision.PICK_TO_ENDORSE, open_ones, k)

    def sleeping(self, k: int) -> list[int]:
        """Up to k contacts, drawn, over dormant ties (8.8)."""
        asleep = [j for j in sorted(self.me.ties) if self.now.dormant(self.me.number, j)]
        return self._choose(Decision.PICK_SLEEPING, asleep, k)

    def groups_to_join(self, k: int) -> list[int]:
        """Up to k groups, drawn, on the field it aims at that it is no member of (8.11)."""
        others = [
            g
            for g, group in enumerate(self.now.network.groups)
            if group.topic == self.me.aim and g not in self.me.activity
        ]
        free = self.now.scenario.platform.groups_most - len(self.me.activity)
        return self._choose(Decision.PICK_GROUP, others, min(k, free))

    def own_groups(self, k: int, *, focus: bool) -> list[int]:
        """Up to k of its groups, drawn; with focus those on its field if there are any (8.11)."""
        return self._choose(Decision.PICK_OWN_GROUP, self._groups(focus=focus), k)

    def _groups(self, *, focus: bool) -> list[int]:
        groups = sorted(self.me.groups)
        of_aim = [g for g in groups if self.now.network.groups[g].topic == self.me.aim]
        return of_aim or groups if focus else groups

    def _pick(self, decision: Decision, n: int, index: int) -> int:
        return self.now.pick(decision, n, self.me.number, index)

    def _choose(self, decision: Decision, items: list[int], k: int) -> list[int]:
        luck, week = self.now.luck, self.now.week
        drawn = luck.choose(decision, week, self.me.number, 0, len(items), max(0, k))
        return [items[at] for at in drawn]
