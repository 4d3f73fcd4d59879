"""Do nothing: the floor under every other strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Acts, CohortDraws, Strategy, View


@dataclass(frozen=True)
class Dormant(Strategy):
    """Never acts."""

    summary: ClassVar[str] = "does nothing; the floor"
    source: ClassVar[str] = "S18"
    channels: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[bool] = False
    mechanisms: ClassVar[tuple[str, ...]] = ()

    def act(self, view: View, draws: CohortDraws) -> Acts:  # noqa: ARG002
        """Return no acts."""
        return Acts.none()
