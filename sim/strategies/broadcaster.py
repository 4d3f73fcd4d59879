"""Spray: invite and write to anyone, as much as the week allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class Broadcaster(UpkeepStrategy):
    """Invites strangers up to the platform's limits, then writes to members of its groups."""

    summary: ClassVar[str] = "invites and writes to anyone, as many as it can"
    source: ClassVar[str] = "S16, S22"

    upkeep_share: float = parameter(
        0.0,
        "share of the weekly hours kept for contacts",
        source="S16, assumption",
        ge=0.0,
        le=1.0,
    )
    invitations_a_week: int = parameter(
        100, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        3,
        "profiles it looks at for each invitation or message it could send",
        unit="profiles",
        ge=1,
        le=10_000,
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Invite strangers, then write to group members."""
        view = plan.view
        limit = plan.invitations(self.invitations_a_week)
        found = view.strangers(limit, self.ask_again_after, looks=self.looks * limit, focus=False)
        plan.invite(found)
        limit = np.where(view.restricted, 0, plan.affordable(view.cost.message))
        found = view.group_members(
            limit, self.ask_again_after, looks=self.looks * limit, focus=False, messageable=True
        )
        plan.message(found)
