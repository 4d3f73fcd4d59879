"""Only the target market: invite contacts of contacts there, tend only the contacts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import parameter
from sim.strategies.recommended import Recommended


@dataclass(frozen=True)
class TargetFocused(Recommended):
    """Does as `recommended`, but within what it takes for its target market."""

    summary: ClassVar[str] = "invites and tends members of its target market alone"
    source: ClassVar[str] = "S21, S22"
    focus: ClassVar[bool] = True

    upkeep_focus: bool = parameter(
        True, "checks in only with contacts in what it takes for its target market", source="S21"
    )
