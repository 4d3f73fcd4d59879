"""People you may know: invite the contacts of one's contacts, whom the platform recommends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class Recommended(UpkeepStrategy):
    """Invites contacts of its contacts, come upon by two steps at random along ties."""

    summary: ClassVar[str] = "invites contacts of its contacts, tends its contacts"
    source: ClassVar[str] = "F4, F8"
    writes: ClassVar[bool] = False
    focus: ClassVar[bool] = False
    """Whether it invites only members of what it takes for its target market."""

    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        20,
        "profiles it looks at for each invitation it could send",
        unit="profiles",
        ge=1,
        le=10_000,
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Invite contacts of contacts."""
        limit = plan.invitations(self.invitations_a_week)
        found = plan.view.friends(
            limit,
            self.ask_again_after,
            looks=self.looks * limit,
            focus=self.focus,
            decision_makers=False,
        )
        plan.invite(found)
