"""Wake the wasteland: no growth, all the time for the contacts one has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.strategies.base import Acts, CohortDraws, Plan, Strategy, View, parameter, share_of


@dataclass(frozen=True)
class Nurturer(Strategy):
    """Checks in with sleeping contacts, sends articles, congratulates; invites nobody.

    Raises
    ------
    ValueError
        If the shares add up to more than 1.
    """

    summary: ClassVar[str] = "wakes and tends the contacts it has, invites nobody"
    source: ClassVar[str] = "S18, S19"
    channels: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[bool] = False
    mechanisms: ClassVar[tuple[str, ...]] = ("wasteland",)
    works_through: ClassVar[tuple[str, ...]] = ("wasteland",)

    check_in_share: float = parameter(
        0.5,
        "share of the weekly hours for check-ins with sleeping contacts, where contacts sleep",
        source="S19, assumption",
        ge=0.0,
        le=1.0,
    )
    article_share: float = parameter(
        0.3,
        "share of the weekly hours for sending articles, where contacts sleep",
        source="S19, assumption",
        ge=0.0,
        le=1.0,
    )

    def __post_init__(self) -> None:
        if self.check_in_share + self.article_share > 1.0:
            msg = "check_in_share and article_share that add up to at most 1"
            raise ValueError(msg)

    def act(self, view: View, draws: CohortDraws) -> Acts:  # noqa: ARG002
        """Check in with sleeping contacts, send articles, congratulate with the rest."""
        plan = Plan(view, view.minutes)
        if "wasteland" not in view.open:
            plan.upkeep(view.contacts(plan.affordable(view.cost.upkeep)))
            return plan.acts
        check_ins = share_of(view.minutes, self.check_in_share) // view.cost.upkeep
        # Whoever has time for a check-in makes one, however little of it the share leaves.
        plan.upkeep(view.sleeping(np.maximum(check_ins, view.minutes >= view.cost.upkeep)))
        articles = share_of(view.minutes, self.article_share) // view.cost.article
        plan.article(view.contacts(plan.affordable(view.cost.article, articles)))
        plan.congratulate(view.contacts(plan.affordable(view.cost.congratulate)))
        return plan.acts
