"""Whether the names in a scenario exist: its strategies, their parameters, its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import strategies
from sim.batch.varied import swept_checks
from sim.metrics.catalogue import METRICS
from sim.scenario.problems import dotted, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    yield from swept_checks(scenario)
    yield from _metric(scenario, "primary", scenario.primary, scenario.arms)
    for place, test in enumerate(scenario.tests):
        key = dotted(("tests", place, "metric"))
        yield from _metric(scenario, key, test.metric, (test.arm, test.than))
        metric = METRICS.get(test.metric)
        if metric and metric.graph and test.cohort == "focal":
            key = dotted(("tests", place, "cohort"))
            yield key, "'focal'", f"'all', since {test.metric} is of the whole graph", None


def _metric(
    scenario: Scenario, key: str, name: str, arms: Iterable[str | float]
) -> Iterator[Finding]:
    """Find whether a metric does not exist, or is not measured in one of some arms."""
    if name not in METRICS:
        yield key, shown(name), "a metric of `netgrow list metrics`", nearest(name, METRICS)
    elif needs := METRICS[name].needs:
        usual = needs in scenario.mechanisms
        for arm in scenario.arms:
            if arm in arms and scenario.arms[arm].set.get(f"{needs}.on", usual) is not True:
                given = f"{shown(name)}, not measured under arm {arm}"
                yield key, given, f"a metric that is measured, as this with {needs}.on = true", None
                return
