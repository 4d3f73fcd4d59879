"""Only people I know, until a job is needed: then expansion through groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import ACTIVE, Acts, CohortDraws, View
from sim.strategies.group_driven import GroupDriven
from sim.strategies.known_only import KnownOnly


@dataclass(frozen=True)
class SwitchAtJobLoss(GroupDriven):
    """Does as `known_only` while in a job and not looking, as `group_driven` otherwise."""

    summary: ClassVar[str] = "invites only people it knows, until it needs a job: then by groups"
    source: ClassVar[str] = "S1, S11"
    works_through: ClassVar[tuple[str, ...]] = ("careers",)

    def act(self, view: View, draws: CohortDraws) -> Acts:
        """Let each part of the cohort do as its strategy does."""
        settled = view.employed & (view.job_search != ACTIVE)
        known = KnownOnly(
            upkeep_share=self.upkeep_share,
            endorsements_a_week=self.endorsements_a_week,
            upkeep_focus=self.upkeep_focus,
            invitations_a_week=self.invitations_a_week,
            ask_again_after=self.ask_again_after,
        )
        return Acts.join(
            known.act(view.part(settled), draws), super().act(view.part(~settled), draws)
        )
