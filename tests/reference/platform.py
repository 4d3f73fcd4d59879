"""What the platform delivers and what it refuses (docs/model.md, 7.3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .network import NEVER, Member, Network

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

    from .strategies import Act


def may_message(network: Network, i: int, j: int, group: int, level: int) -> bool:
    """Whether i may write to j in a group: both are in it, j is willing and near enough."""
    return (
        group in network.members[i].groups
        and group in network.members[j].groups
        and not network.members[j].opt_out
        and network.within(i, j, level)
    )


def channel(network: Network, i: int, j: int) -> str:
    """Return the channel of an invitation: what the two are to each other."""
    if j in network.members[i].acquaintances:
        return "acquaintance"
    return "group" if network.share_group(i, j) else "stranger"


@dataclass
class Desk:
    """Takes the acts of one actor in one week, one after the other."""

    network: Network
    scenario: Scenario
    week: int
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
            act.target == self.actor.number
            or not 0 <= act.target < len(self.network.members)
            or any((done.kind, done.target) == (act.kind, act.target) for done in self.delivered)
            or self.spent.total() + cost > self.actor.minutes
            or getattr(self, f"_refuses_{act.kind}")(act)
        )

    def _refuses_invite(self, act: Act) -> bool:
        platform = self.scenario.platform
        today = sum(done.kind == "invite" for done in self.delivered)
        return (
            act.target in self.actor.ties
            or self.week - self.actor.invited.get(act.target, NEVER) < platform.reinvite_after
            or today >= platform.invitations_per_week
            or self.actor.sent + today >= platform.invitations_lifetime
            or (self.actor.restricted(self.week) and act.target not in self.actor.acquaintances)
        )

    def _refuses_message(self, act: Act) -> bool:
        level = self.scenario.platform.message_level
        return act.target in self.actor.ties or not may_message(
            self.network, self.actor.number, act.target, act.group, level
        )

    def _refuses_upkeep(self, act: Act) -> bool:
        return act.target not in self.actor.ties
