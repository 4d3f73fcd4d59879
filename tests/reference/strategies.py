"""What members plan to do in a week (docs/model.md, 7.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sim.draws import Decision

from .network import NEVER, Member, Network
from .platform import may_message

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

    from .draws import Luck


class Act(NamedTuple):
    """One thing that a member wants to do to `target`; a note or a group where it has one."""

    kind: Literal["invite", "message", "upkeep"]
    target: int
    note: bool = False
    group: int = -1


@dataclass(frozen=True)
class View:
    """What one member sees at the start of a week."""

    network: Network
    scenario: Scenario
    luck: Luck
    week: int
    me: Member
    ask_again_after: int

    @property
    def left(self) -> int:
        """Invitations the member may still send this week."""
        platform = self.scenario.platform
        lifetime = platform.invitations_lifetime - self.me.sent
        return max(0, min(platform.invitations_per_week, lifetime))

    @property
    def restricted(self) -> bool:
        """Whether the member is restricted this week."""
        return self.me.restricted(self.week)

    def invited_lately(self, j: int) -> bool:
        """Whether the last invitation to j was less than `ask_again_after` weeks ago."""
        return self.week - self.me.invited.get(j, NEVER) < self.ask_again_after

    def asked_lately(self, j: int) -> bool:
        """Whether the later of the last invitation and message to j was that short ago."""
        last = max(self.me.invited.get(j, NEVER), self.me.messaged.get(j, NEVER))
        return self.week - last < self.ask_again_after

    def acquaintances(self, k: int) -> list[int]:
        """Up to k acquaintances, drawn, who are no contacts and were not asked lately."""
        open_ones = [
            j
            for j in sorted(self.me.acquaintances)
            if j not in self.me.ties and not self.asked_lately(j)
        ]
        return self._choose(Decision.PICK_ACQUAINTANCE, open_ones, k)

    def met(self, k: int) -> list[int]:
        """Return the first k whom it has met, who are no contacts and were not invited lately."""
        return [
            j for j in sorted(self.me.met) if j not in self.me.ties and not self.invited_lately(j)
        ][:k]

    def group_members(
        self, k: int, looks: int, *, focus: bool, messageable: bool
    ) -> list[tuple[int, int]]:
        """Up to k new people met by looking `looks` times into its groups, each with the group."""
        me, groups = self.me, sorted(self.me.groups)
        if focus:
            of_target = [g for g in groups if self.network.groups[g].topic == me.target]
            groups = of_target or groups
        found: dict[int, int] = {}
        for look in range(looks if groups else 0):
            if len(found) >= k:
                break
            g = groups[self._integer(Decision.PICK_GROUP_MEMBER, 2 * look, len(groups))]
            present = self.network.groups[g].members
            j = present[self._integer(Decision.PICK_GROUP_MEMBER, 2 * look + 1, len(present))]
            unsuitable = (
                j == me.number
                or j in found
                or j in me.ties
                or self.asked_lately(j)
                or j in me.met
                or (focus and self.network.members[j].field != me.target)
            )
            if unsuitable:
                continue
            level = self.scenario.platform.message_level
            if messageable and not may_message(self.network, me.number, j, g, level):
                continue
            found[j] = g
        return list(found.items())

    def strangers(self, k: int, looks: int, *, focus: bool) -> list[int]:
        """Up to k new people found by looking `looks` times anywhere."""
        members = self.network.members
        found: list[int] = []
        for look in range(looks):
            if len(found) >= k:
                break
            j = self._integer(Decision.PICK_STRANGER, look, len(members))
            unsuitable = (
                j == self.me.number
                or j in found
                or j in self.me.ties
                or self.asked_lately(j)
                or (focus and members[j].field != self.me.target)
            )
            if not unsuitable:
                found.append(j)
        return found

    def contacts(self, k: int) -> list[int]:
        """Up to k contacts, drawn."""
        return self._choose(Decision.PICK_CONTACT, sorted(self.me.ties), k)

    def _integer(self, decision: Decision, index: int, n: int) -> int:
        return self.luck.integer(decision, self.week, self.me.number, 0, index, n)

    def _choose(self, decision: Decision, items: list[int], k: int) -> list[int]:
        drawn = self.luck.choose(decision, self.week, self.me.number, 0, len(items), k)
        return [items[at] for at in drawn]


def plan(
    network: Network,
    scenario: Scenario,
    luck: Luck,
    week: int,
    me: Member,
    strategy: str,
    parameters: dict[str, Any],
) -> list[Act]:
    """Return the acts of `me` in `week` under a strategy, in order."""
    if strategy == "dormant":
        return []
    view = View(network, scenario, luck, week, me, parameters["ask_again_after"])
    reserve = math.floor(me.minutes * parameters["upkeep_share"])
    growth = me.minutes - reserve
    acts = _GROWTH[strategy](view, growth, parameters)
    used = sum(cost(scenario, act) for act in acts)
    checks = (me.minutes - used) // scenario.minutes.upkeep
    return acts + [Act("upkeep", j) for j in view.contacts(checks)]


def cost(scenario: Scenario, act: Act) -> int:
    """Minutes that an act takes."""
    minutes = scenario.minutes
    if act.kind == "invite":
        return minutes.invite_with_note if act.note else minutes.invite
    return minutes.message if act.kind == "message" else minutes.upkeep


def _known_only(view: View, growth: int, parameters: dict[str, Any]) -> list[Act]:
    k = min(parameters["invitations_a_week"], view.left, growth // view.scenario.minutes.invite)
    return [Act("invite", j) for j in view.acquaintances(k)]


def _open_networker(view: View, growth: int, parameters: dict[str, Any]) -> list[Act]:
    k = min(parameters["invitations_a_week"], view.left, growth // view.scenario.minutes.invite)
    if view.restricted:
        k = 0
    looks = parameters["looks"] * k
    return [Act("invite", j) for j in view.strangers(k, looks, focus=parameters["focus"])]


def _group_driven(view: View, growth: int, parameters: dict[str, Any]) -> list[Act]:
    minutes = view.scenario.minutes
    price = minutes.invite_with_note if parameters["message_first"] else minutes.invite
    k = min(parameters["invitations_a_week"], view.left, growth // price)
    if view.restricted:
        k = 0
    if not parameters["message_first"]:
        found = view.group_members(
            k, parameters["looks"] * k, focus=parameters["focus"], messageable=False
        )
        return [Act("invite", j) for j, _ in found]
    invitations = [Act("invite", j, note=True) for j in view.met(k)]
    letters = (growth - len(invitations) * price) // minutes.message
    found = view.group_members(
        letters, parameters["looks"] * letters, focus=parameters["focus"], messageable=True
    )
    return invitations + [Act("message", j, group=g) for j, g in found]


_GROWTH = {
    "known_only": _known_only,
    "open_networker": _open_networker,
    "group_driven": _group_driven,
}
