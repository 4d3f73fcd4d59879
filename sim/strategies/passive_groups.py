"""Join groups and never speak in them: what most people do with groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class PassiveGroups(UpkeepStrategy):
    """Joins groups on its target market, and waits there to be found."""

    summary: ClassVar[str] = "joins groups but never speaks in them, tends its contacts"
    source: ClassVar[str] = "S12"
    channels: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[bool] = False
    mechanisms: ClassVar[tuple[str, ...]] = ("joining", "endorsements")
    works_through: ClassVar[tuple[str, ...]] = ("joining",)

    joins_a_week: int = parameter(
        1,
        "groups on its target market it joins at most, where groups change",
        unit="groups a week",
        source="S12, assumption",
        ge=0,
        le=100_000,
    )

    def grow(self, plan: Plan) -> None:
        """Join groups."""
        view = plan.view
        if "joining" in view.open:
            limit = plan.affordable(view.cost.join, self.joins_a_week)
            plan.join_groups(view.groups_to_join(limit))
