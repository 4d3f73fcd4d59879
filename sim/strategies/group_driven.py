"""Expansion through groups: meet in the group, then invite with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.strategies.base import Acts, CohortDraws, UpkeepStrategy, View, parameter


@dataclass(frozen=True)
class GroupDriven(UpkeepStrategy):
    """Writes to members of its groups and invites those who answer; or invites them outright."""

    summary: ClassVar[str] = "meets members of its groups, invites them, tends its contacts"
    source: ClassVar[str] = "S11, S14, S15"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance", "group")

    message_first: bool = parameter(
        True, "writes first and invites those who answer, with a note", source="S14"
    )
    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        20,
        "profiles it looks at for each message or invitation it could send",
        unit="profiles",
        ge=1,
        le=10_000,
    )
    focus: bool = parameter(
        True,
        "prefers groups on its target market and writes only to its members",
        source="S11, S21",
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def act(self, view: View, draws: CohortDraws) -> Acts:  # noqa: ARG002
        """Invite or write to group members, then check in with contacts."""
        growth = self.growth_minutes(view)
        price = view.cost.invite_with_note if self.message_first else view.cost.invite
        limit = np.minimum(self.invitations_a_week, view.invitations_left)
        limit = np.minimum(limit, growth // price)
        limit[view.restricted] = 0
        if not self.message_first:
            found = view.group_members(
                limit,
                self.ask_again_after,
                looks=self.looks * limit,
                focus=self.focus,
                messageable=False,
            )
            used = found.per_actor(len(view)) * price
            return self.with_upkeep(view, Acts.invite(found.actor, found.alter), used)
        met = view.met(limit, self.ask_again_after)
        used = met.per_actor(len(view)) * price
        messages = (growth - used) // view.cost.message
        found = view.group_members(
            messages,
            self.ask_again_after,
            looks=self.looks * messages,
            focus=self.focus,
            messageable=True,
        )
        used += found.per_actor(len(view)) * view.cost.message
        acts = Acts.join(
            Acts.invite(met.actor, met.alter, note=True),
            Acts.message(found.actor, found.alter, found.group),
        )
        return self.with_upkeep(view, acts, used)
