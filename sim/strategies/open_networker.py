"""Anyone: invite strangers without having met them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class OpenNetworker(UpkeepStrategy):
    """Invites whomever it comes upon, by default in its target market."""

    summary: ClassVar[str] = "invites strangers, tends its contacts"
    source: ClassVar[str] = "S8, S16"
    writes: ClassVar[bool] = False

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
    focus: bool = parameter(True, "invites only members of its target market", source="S21, S22")
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Invite strangers."""
        limit = plan.invitations(self.invitations_a_week)
        found = plan.view.strangers(
            limit, self.ask_again_after, looks=self.looks * limit, focus=self.focus
        )
        plan.invite(found)
