"""What the platform delivers and what it refuses (docs/model.md, 7.3 and 8)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .acts import IN_GROUPS
from .members import NEVER, Member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.study import Scenario

    from .acts import Act
    from .network import Network, Now

MECHANISM: Mapping[str, str] = {
    "introduce": "introductions",
    "inmail": "premium",
    "subscribe": "premium",
    "join": "joining",
    "leave": "joining",
    "post": "joining",
    "endorse": "endorsements",
    "congratulate": "wasteland",
    "article": "wasteland",
}
"""Section whose switch permits a kind of act."""
CLOSED: Mapping[str, str] = {
    "group messages": "group_messages",
    "invitations to strangers": "stranger_invitations",
}
"""Key that closing a door makes false."""


def as_of(scenario: Scenario, week: int) -> Scenario:
    """Return the scenario with the rules of the platform that hold in `week` (8.12)."""
    changes: dict[str, Any] = {}
    for entry in sorted(scenario.policy, key=lambda entry: entry.week):
        if entry.week <= week:
            if entry.close is not None:
                changes[CLOSED[entry.close]] = False
            changes.update(entry.set)
    platform = scenario.platform.model_copy(update=changes)
    return scenario.model_copy(update={"platform": platform})


def may_message(now: Now, i: int, j: int, group: int) -> bool:
    """Whether i may write to j in a group: both are in it, j is willing and near enough.

    Restricted members are silenced where spam is punished (8.8).
    """
    platform = now.scenario.platform
    silent = now.scenario.spam.on and now.network.members[i].restricted(now.week)
    return (
        platform.group_messages
        and not silent
        and group in now.network.shared_groups(i, j)
        and not now.network.members[j].opt_out
        and now.network.within(i, j, platform.message_level)
    )


def channel(network: Network, i: int, j: int) -> str:
    """Return the channel of an invitation: what the two are to each other."""
    if j in network.members[i].acquaintances:
        return "acquaintance"
    return "group" if network.shared_groups(i, j) else "stranger"


def is_full(now: Now, group: int) -> bool:
    """Whether a group takes no more members (8.11)."""
    scenario = now.scenario
    most = math.floor(scenario.platform.group_size_most * scenario.members.coverage)
    return len(now.network.groups[group].members) >= max(1, most)


@dataclass
class Desk:
    """Takes the acts of one actor in one week, one after the other."""

    now: Now
    actor: Member

    def __post_init__(self) -> None:
        self.delivered: list[Act] = []
        self.refused = 0
        self.spent: Counter[str] = Counter()

    def take(self, act: Act, cost: int) -> None:
        """Deliver an act and charge its minutes, or refuse it."""
        if self._refuses(act, cost):
            self.refused += 1
        else:
            self.delivered.append(act)
            self.spent[act.kind] += cost

    def _refuses(self, act: Act, cost: int) -> bool:
        return (
            self._is_switched_off(act)
            or self._is_astray(act)
            or any((d.kind, d.towards) == (act.kind, act.towards) for d in self.delivered)
            or self.spent.total() + cost > self.actor.time
            or getattr(self, f"_refuses_{act.kind}")(act)
        )

    def _is_switched_off(self, act: Act) -> bool:
        mechanism = MECHANISM.get(act.kind)
        return mechanism is not None and not getattr(self.now.scenario, mechanism).on

    def _is_astray(self, act: Act) -> bool:
        """Whether there is no such group, or no such member to receive it."""
        network = self.now.network
        if act.kind == "subscribe":
            return False
        if act.kind in IN_GROUPS:
            return not 0 <= act.group < len(network.groups)
        return (
            act.target == self.actor.number
            or not 0 <= act.target < len(network.members)
            or not network.members[act.target].present
        )

    def _today(self, kind: str) -> int:
        return sum(done.kind == kind for done in self.delivered)

    def _is_restricted(self) -> bool:
        return self.actor.restricted(self.now.week)

    def _refuses_invite(self, act: Act) -> bool:
        now, actor, platform = self.now, self.actor, self.now.scenario.platform
        today = self._today("invite")
        target = now.network.members[act.target]
        stranger = channel(now.network, actor.number, act.target) == "stranger"
        return (
            act.target in actor.ties
            or now.week - actor.invited.get(act.target, NEVER) < platform.reinvite_after
            or today >= platform.invitations_per_week
            or actor.sent + today >= platform.invitations_lifetime
            or (self._is_restricted() and act.target not in actor.acquaintances)
            or (stranger and not platform.stranger_invitations)
            or max(len(actor.ties), len(target.ties)) >= platform.connections_most
        )

    def _refuses_message(self, act: Act) -> bool:
        now = self.now
        this_month = self.actor.month_messages + self._today("message")
        return (
            act.target in self.actor.ties
            or not may_message(now, self.actor.number, act.target, act.group)
            or this_month >= now.scenario.platform.messages_per_month
        )

    def _refuses_upkeep(self, act: Act) -> bool:
        return act.target not in self.actor.ties

    def _refuses_congratulate(self, act: Act) -> bool:
        return act.target not in self.actor.ties

    def _refuses_article(self, act: Act) -> bool:
        return act.target not in self.actor.ties

    def _refuses_endorse(self, act: Act) -> bool:
        tie = self.actor.ties.get(act.target)
        return tie is None or self.actor.number in tie.endorsers

    def _refuses_introduce(self, act: Act) -> bool:
        network = self.now.network
        ends = (self.actor.number, act.target)
        return (
            act.via not in self.actor.ties
            or act.target not in network.members[act.via].ties
            or act.target in self.actor.ties
            or ends in {(waiting.actor, waiting.target) for waiting in network.pending}
        )

    def _refuses_subscribe(self, _act: Act) -> bool:
        return self.now.week + 1 < self.actor.subscribed_until

    def _refuses_inmail(self, act: Act) -> bool:
        left = sum(self.actor.credits.values()) - self._today("inmail")
        return (
            act.target in self.actor.ties
            or left <= 0
            or (self.now.scenario.spam.on and self._is_restricted())
        )

    def _refuses_join(self, act: Act) -> bool:
        own = len(self.actor.activity) + self._today("join")
        return (
            act.group in self.actor.activity
            or own >= self.now.scenario.platform.groups_most
            or is_full(self.now, act.group)
        )

    def _refuses_leave(self, act: Act) -> bool:
        return act.group not in self.actor.activity

    def _refuses_post(self, act: Act) -> bool:
        return act.group not in self.actor.activity
