"""What a strategy is: a frozen dataclass of parameters with one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from sim.rules.view import ACTIVE, Acts, CohortDraws, View, parameter
from sim.strategies.plan import Plan, share_of

__all__ = [
    "ACTIVE",
    "Acts",
    "CohortDraws",
    "Plan",
    "Strategy",
    "UpkeepStrategy",
    "View",
    "parameter",
    "share_of",
]


@dataclass(frozen=True)
class Strategy(ABC):
    """Base of all strategies. A subclass is a frozen dataclass whose fields are its parameters.

    Attributes
    ----------
    summary : str
        What it does, in a line.
    source : str
        Claim or fact ids it comes from.
    channels : tuple of str
        Declared trait: the only channels in which it makes invitations, but for those to members
        met in a group that one of the two has left since.
    writes : bool
        Declared trait: whether it ever sends messages in groups.
    mechanisms : tuple of str
        Declared trait: the only mechanisms whose acts it plans, where they are on.
    works_through : tuple of str
        Declared trait: mechanisms by which it lives. Where one of them is off it still plays, but
        is not what its name says.
    """

    summary: ClassVar[str] = ""
    source: ClassVar[str] = "assumption"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance", "group", "stranger")
    writes: ClassVar[bool] = True
    mechanisms: ClassVar[tuple[str, ...]] = (
        "introductions",
        "premium",
        "joining",
        "wasteland",
        "endorsements",
    )
    works_through: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def act(self, view: View, draws: CohortDraws) -> Acts:
        """Return what the cohort of `view` intends to do this week.

        Parameters
        ----------
        view : View
            The platform as the cohort sees it at the start of the week.
        draws : CohortDraws
            Random numbers for the strategy's own use.
        """


@dataclass(frozen=True)
class UpkeepStrategy(Strategy):
    """A strategy that keeps a share of its hours, and all that growth leaves, for its contacts."""

    mechanisms: ClassVar[tuple[str, ...]] = ("endorsements",)

    upkeep_share: float = parameter(
        0.25,
        "share of the weekly hours kept for contacts",
        source="S19, S20, assumption",
        ge=0.0,
        le=1.0,
    )
    endorsements_a_week: int = parameter(
        0,
        "endorsements it gives at most, where there are any",
        unit="endorsements a week",
        source="S6, assumption",
        ge=0,
        le=100_000,
    )
    upkeep_focus: bool = parameter(
        False, "checks in only with contacts in what it takes for its target market", source="S21"
    )

    @abstractmethod
    def grow(self, plan: Plan) -> None:
        """Add acts of growth to `plan`, whose minutes are those not reserved for upkeep."""

    def act(self, view: View, draws: CohortDraws) -> Acts:  # noqa: ARG002
        """Grow; then endorse contacts, and check in with contacts, while there is time left."""
        plan = Plan(view, view.minutes - share_of(view.minutes, self.upkeep_share))
        self.grow(plan)
        plan.minutes = view.minutes
        if "endorsements" in view.open:
            limit = plan.affordable(view.cost.endorse, self.endorsements_a_week)
            plan.endorse(view.to_endorse(limit))
        plan.upkeep(view.contacts(plan.affordable(view.cost.upkeep), self.upkeep_focus))
        return plan.acts
