"""What is worth knowing of a scenario in which nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario import Scenario

_WORKS_THROUGH = {
    "inmail_buyer": "premium",
    "introductions_first": "introductions",
    "nurturer": "wasteland",
}
"""Strategies that are what their name says only where a mechanism is on."""


def notes_on(scenario: Scenario) -> Iterator[str]:
    """Yield a note for each arm whose strategy works through a mechanism that is off under it."""
    from sim.scenario import for_arm

    for name, arm in scenario.arms.items():
        needs = _WORKS_THROUGH.get(arm.strategy)
        if needs is not None and needs not in for_arm(scenario, name).mechanisms:
            yield (
                f"arms.{name}: {arm.strategy} works through [{needs}], which is off under this "
                f"arm; {needs}.on = true turns it on"
            )
