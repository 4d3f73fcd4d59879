"""What a sweep varies: parameters of sections, and those of strategies, which they declare."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sim import strategies
from sim.scenario.across_sweep import declared_at
from sim.scenario.factors import Factor, factor_of, objections
from sim.scenario.problems import dotted, nearest, shown
from sim.scenario.schema import in_words, of_strategy_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scenario.problems import Finding, Key
    from sim.scenario.study import Scenario


def factors_of(scenario: Scenario) -> list[Factor]:
    """Return what the sweep of a scenario varies, in its order; nothing for a list of points.

    Raises
    ------
    StrategyProblem
        If an arm plays a strategy that there is not.
    """
    if scenario.sweep is None:
        return []
    return [
        factor_of(key, vary, declared_at(key) or _parameters(scenario, key)[key.split(".")[2]])
        for key, vary in scenario.sweep.vary.items()
    ]


def swept_checks(scenario: Scenario) -> Iterator[Finding]:
    """Find what is wrong with the parameters of strategies that a sweep varies.

    Yields
    ------
    tuple
        Dotted key, what was given, what is allowed, the nearest valid name.
    """
    sweep = scenario.sweep
    if sweep is None:
        return
    for key, vary in sweep.vary.items():
        place: Key = ("sweep", "vary", key)
        if not _is_of_strategy(scenario, key):
            continue
        declared = _parameters(scenario, key)
        name = key.split(".")[2]
        if name not in declared:
            yield _unknown(scenario, key, place)
            continue
        for part, given, allowed in objections(
            vary, declared[name], sweep.design, partial(_takes, scenario, key)
        ):
            yield dotted((*place, part) if part else place), given, allowed, None
    judged: set[tuple[str, str]] = set()
    for row, values in enumerate(sweep.list):
        for key, value in values.items():
            place = ("sweep", "list", row, key)
            if (key, repr(value)) in judged or not _is_of_strategy(scenario, key):
                continue
            judged.add((key, repr(value)))
            declared = _parameters(scenario, key)
            name = key.split(".")[2]
            if name not in declared:
                yield _unknown(scenario, key, place)
            elif not _takes(scenario, key, value):
                yield dotted(place), shown(value), in_words(declared[name]), None


def _is_of_strategy(scenario: Scenario, key: str) -> bool:
    """Whether a key is that of a parameter of a strategy that there is."""
    parts = key.split(".")
    own = len(parts) == 3 and parts[0] == "arms" and parts[2] not in ("strategy", "set")
    if not own or parts[1] not in scenario.arms:
        return False
    try:
        strategies.strategy_class(scenario.arms[parts[1]].strategy)
    except strategies.StrategyProblem:
        return False
    return True


def _parameters(scenario: Scenario, key: str) -> dict[str, Mapping[str, Any]]:
    """Return the schemas of the parameters of an arm's strategy, by name."""
    kind = strategies.strategy_class(scenario.arms[key.split(".")[1]].strategy)
    return {row["key"]: of_strategy_parameter(row) for row in strategies.parameters_of(kind)}


def _unknown(scenario: Scenario, key: str, place: Key) -> Finding:
    _, arm, name = key.split(".")
    names = _parameters(scenario, key)
    near = nearest(name, names)
    allowed = f"a parameter of {scenario.arms[arm].strategy}: {', '.join(names) or 'none'}"
    return dotted(place), "an unknown key", allowed, f"arms.{arm}.{near}" if near else None


def _takes(scenario: Scenario, key: str, value: Any) -> bool:
    """Whether a parameter of a strategy may have a value, other parameters aside."""
    _, arm, name = key.split(".")
    played = scenario.arms[arm]
    found = strategies.problems(played.strategy, {**played.parameters, name: value})
    return all(problem.key != name for problem in found)
