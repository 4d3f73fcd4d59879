"""Only people I know: invite acquaintances, look after contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class KnownOnly(UpkeepStrategy):
    """Invites acquaintances until none is left, and tends its contacts."""

    summary: ClassVar[str] = "invites only people it knows, tends its contacts"
    source: ClassVar[str] = "S1"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance",)
    writes: ClassVar[bool] = False

    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Invite acquaintances."""
        limit = plan.invitations(self.invitations_a_week, acquaintances=True)
        plan.invite(plan.view.acquaintances(limit, self.ask_again_after))
