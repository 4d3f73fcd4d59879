"""A bit of everything: people one knows, people met in groups, and upkeep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.strategies.base import Plan, UpkeepStrategy, parameter, share_of


@dataclass(frozen=True)
class Hybrid(UpkeepStrategy):
    """Invites acquaintances with a share of its time for growth, meets group members otherwise."""

    summary: ClassVar[str] = "invites people it knows and people met in groups, tends its contacts"
    source: ClassVar[str] = "S1, S11, S24"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance", "group")

    known_share: float = parameter(
        0.4,
        "share of its time for growth that may go to inviting acquaintances",
        source="S24, assumption",
        ge=0.0,
        le=1.0,
    )
    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        20, "profiles it looks at for each message it could send", unit="profiles", ge=1, le=10_000
    )
    focus: bool = parameter(
        True,
        "prefers groups on its target market and writes only to its members",
        source="S11, S21",
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Invite acquaintances, then those met in groups; write to further group members."""
        view = plan.view
        for_known = share_of(plan.minutes, self.known_share) // view.cost.invite
        most = np.minimum(self.invitations_a_week, for_known)
        limit = plan.invitations(most, acquaintances=True)
        plan.invite(view.acquaintances(limit, self.ask_again_after))
        limit = plan.invitations(self.invitations_a_week, note=True)
        plan.invite(view.met(limit, self.ask_again_after), note=True)
        limit = plan.affordable(view.cost.message)
        found = view.group_members(
            limit,
            self.ask_again_after,
            looks=self.looks * limit,
            focus=self.focus,
            messageable=True,
        )
        plan.message(found)
