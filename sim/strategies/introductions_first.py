"""Introductions: ask contacts for their contacts, beside inviting people one knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class IntroductionsFirst(UpkeepStrategy):
    """Asks its contacts for introductions; invites acquaintances with the time that is left."""

    summary: ClassVar[str] = "asks for introductions, invites people it knows, tends its contacts"
    source: ClassVar[str] = "S9"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance",)
    writes: ClassVar[bool] = False
    mechanisms: ClassVar[tuple[str, ...]] = ("introductions", "endorsements")
    works_through: ClassVar[tuple[str, ...]] = ("introductions",)

    introductions_a_week: int = parameter(
        3,
        "introductions it asks for at most, where there are any",
        unit="introductions a week",
        source="S9, assumption",
        ge=0,
        le=100_000,
    )
    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        20,
        "profiles it looks at for each introduction it could ask for",
        unit="profiles",
        ge=1,
        le=10_000,
    )
    focus: bool = parameter(
        True, "asks only for introductions to members of its target market", source="S9, S21"
    )
    decision_makers: bool = parameter(
        True, "asks only for introductions to decision-makers", source="S5, S9"
    )
    ask_again_after: int = parameter(
        26,
        "weeks before it asks for, or invites, the same person again",
        unit="weeks",
        ge=1,
        le=5000,
    )

    def grow(self, plan: Plan) -> None:
        """Ask for introductions, then invite acquaintances."""
        view = plan.view
        if "introductions" in view.open:
            limit = plan.affordable(view.cost.introduce, self.introductions_a_week)
            found = view.friends(
                limit,
                self.ask_again_after,
                looks=self.looks * limit,
                focus=self.focus,
                decision_makers=self.decision_makers,
            )
            plan.introduce(found)
        limit = plan.invitations(self.invitations_a_week, acquaintances=True)
        plan.invite(view.acquaintances(limit, self.ask_again_after))
