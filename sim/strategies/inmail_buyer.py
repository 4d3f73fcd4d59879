"""Pay: find decision-makers by search and write to them by InMail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class InmailBuyer(UpkeepStrategy):
    """Buys premium, writes InMails to decision-makers of its target, invites those who answer."""

    summary: ClassVar[str] = "pays to write to decision-makers, invites those who answer"
    source: ClassVar[str] = "S10"
    writes: ClassVar[bool] = False
    mechanisms: ClassVar[tuple[str, ...]] = ("premium", "endorsements")
    works_through: ClassVar[tuple[str, ...]] = ("premium",)

    inmails_a_week: int = parameter(
        4,
        "InMails it writes at most, where there are any",
        unit="InMails a week",
        source="S10, assumption",
        ge=0,
        le=100_000,
    )
    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )

    def grow(self, plan: Plan) -> None:
        """Buy credits when they are used up, invite whom it has met, write to decision-makers."""
        view = plan.view
        if "premium" in view.open:
            # Credits that there is no time to use would be money for nothing.
            pays_off = (view.credits == 0) & (plan.minutes >= view.cost.inmail)
            plan.subscribe(view.renewable & pays_off)
        limit = plan.invitations(self.invitations_a_week, note=True)
        plan.invite(view.met(limit, self.ask_again_after), note=True)
        if "premium" in view.open:
            most = np.where(view.restricted, 0, np.minimum(self.inmails_a_week, view.credits))
            limit = plan.affordable(view.cost.inmail, most)
            found = view.search(limit, self.ask_again_after, focus=True, decision_makers=True)
            plan.inmail(found)
