"""What a strategy is: a frozen dataclass of parameters with one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.rules.view import Acts, CohortDraws, View, parameter

__all__ = ["Acts", "CohortDraws", "Strategy", "UpkeepStrategy", "View", "parameter"]

Int64 = NDArray[np.int64]


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
        Declared trait: the only channels in which it makes invitations.
    writes : bool
        Declared trait: whether it ever sends messages.
    """

    summary: ClassVar[str] = ""
    source: ClassVar[str] = "assumption"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance", "group", "stranger")
    writes: ClassVar[bool] = True

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

    upkeep_share: float = parameter(
        0.25,
        "share of the weekly hours kept for contacts",
        source="S19, S20, assumption",
        ge=0.0,
        le=1.0,
    )

    def growth_minutes(self, view: View) -> Int64:
        """Minutes of each member that are not reserved for upkeep, int64[C]."""
        return view.minutes - np.floor(view.minutes * self.upkeep_share).astype(np.int64)

    def with_upkeep(self, view: View, growth: Acts, used: Int64) -> Acts:
        """Add check-ins with random contacts for the minutes that `growth` does not use."""
        contacts = view.contacts((view.minutes - used) // view.cost.upkeep)
        return Acts.join(growth, Acts.upkeep(contacts.actor, contacts.alter))
