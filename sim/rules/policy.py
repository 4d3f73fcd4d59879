"""The rules of the platform as they are in a week (S17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.conduct import Platform
    from sim.scenario.study import Scenario


def platform_at(scenario: Scenario, week: int) -> Platform:
    """Return the section `platform` with all changes up to `week`; of one week the later stands."""
    changes = sorted(scenario.policy, key=lambda change: change.week)
    platform = scenario.platform
    for change in changes:
        if change.week <= week:
            platform = platform.model_copy(update=change.changes)
    return platform
