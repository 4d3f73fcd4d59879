"""Whether the names in a scenario exist: its strategies, their parameters, its primary metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import strategies
from sim.metrics.catalogue import METRICS
from sim.scenario.problems import dotted, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.problems import Finding
    from sim.scenario.study import Scenario


def scenario_checks(scenario: Scenario) -> Iterator[Finding]:
    """Find what a scenario names that there is not; the `extra_checks` of `load_scenario`.

    Parameters
    ----------
    scenario : Scenario
        Types and ranges of its values are right.

    Yields
    ------
    tuple
        Dotted key, what was given, what is allowed, the nearest valid name.
    """
    for name, arm in scenario.arms.items():
        for problem in strategies.problems(arm.strategy, arm.parameters):
            key = dotted(("arms", name, problem.key or "strategy"))
            yield key, problem.given, problem.allowed, problem.suggestion
    for name in scenario.background:
        for problem in strategies.problems(name, {}):
            key = dotted(("background", name))
            yield key, "an unknown strategy", problem.allowed, problem.suggestion
    if scenario.primary not in METRICS:
        allowed = "a metric of `netgrow list metrics`"
        yield "primary", shown(scenario.primary), allowed, nearest(scenario.primary, METRICS)
