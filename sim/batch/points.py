"""The points of a study: their names and values, and the scenario as it is at each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sim import strategies
from sim.batch.sampling import rows_of
from sim.batch.varied import factors_of
from sim.errors import UsageError
from sim.results import BASE
from sim.scenario import at_point
from sim.scenario.across import breaches
from sim.scenario.factors import Factor
from sim.scenario.problems import clipped, dotted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.scenario.study import Scenario
    from sim.strategies.base import Strategy

    Values = Mapping[str, Any]

_OF_CAREERS = "careers"
"""The section with a rule that depends on others: what happens in a week must be before the end."""


def points_of(scenario: Scenario) -> tuple[dict[str, Values], dict[str, Any] | None]:
    """Return the points of a study, and how they were made.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    points : dict
        Values of the parameters that are varied, by the name of the point: first `base`, the
        scenario itself, then `p0001`, `p0002` and so on in order of the design. Equal rows of the
        design are one point.
    sweep : dict or None
        For the manifest: `design`, `points`, `seed`, `vary` (by key `low`, `high`, `scale`,
        `values`, `integer`) and `rows`, the names of the points in order of the sample matrix.
        None without a sweep.
    """
    points: dict[str, Values] = {BASE: {}}
    sweep = scenario.sweep
    if sweep is None:
        return points, None
    factors = factors_of(scenario)
    names: dict[str, str] = {}
    rows = []
    for values in rows_of(sweep, factors):
        same = json.dumps(values, sort_keys=True)
        if same not in names:
            names[same] = f"p{len(points):04d}"
            points[names[same]] = values
        rows.append(names[same])
    made = {
        "design": sweep.design,
        "points": sweep.points,
        "seed": sweep.seed,
        "vary": {factor.key: _told(factor) for factor in factors or _listed(sweep.list)},
        "rows": rows,
    }
    return points, made


def resolved(scenario: Scenario, points: Mapping[str, Values]) -> Iterator[tuple[str, Scenario]]:
    """Yield every point with the scenario as it is there.

    Parameters
    ----------
    scenario : Scenario
    points : mapping
        Values by the name of the point.

    Yields
    ------
    tuple
        Name of the point, and scenario.

    Raises
    ------
    UsageError
        At the end, if at any point the values do not go together; it names the first, and why.
    """
    wrong: list[str] = []
    kinds = {name: strategies.strategy_class(arm.strategy) for name, arm in scenario.arms.items()}
    for name, values in points.items():
        try:
            there = at_point(scenario, values)
        except ValueError as error:
            why: str | None = " ".join(str(error).split())
        else:
            why = _wrong(there, values, kinds)
            if why is None:
                yield name, there
        if why is not None:
            told = ", ".join(f"{key} = {shown(value)}" for key, value in values.items())
            wrong.append(f"point {name} ({clipped(told)}): {why}")
    if wrong:
        more = f"; so are {len(wrong) - 1:,} more of {len(points):,} points" if wrong[1:] else ""
        raise UsageError(f"scenario {scenario.name}: sweep: {wrong[0]}{more}")


def _wrong(there: Scenario, values: Values, kinds: Mapping[str, type[Strategy]]) -> str | None:
    """Return what does not go together at a point, of what single values do not tell."""
    for arm in {key.split(".")[1] for key in values if key.startswith("arms.")}:
        try:
            kinds[arm](**there.arms[arm].parameters)
        except ValueError as refusal:
            return f"arms.{arm}: {refusal}"
    sections = {key.split(".")[-2] for key in values}
    depend = {key.partition(".")[0] for arm in there.arms.values() for key in arm.set}
    depend |= {_OF_CAREERS, "platform"} if there.policy else {_OF_CAREERS}
    if not sections & depend:
        return None
    for breach in breaches(there):
        # What the study tests is judged at the base alone.
        if breach.key[0] != "tests":
            return f"{dotted(breach.key)}: given {breach.given}; allowed: {breach.allowed}"
    return None


def _listed(rows: Sequence[Values]) -> Iterator[Factor]:
    """Yield what a list of points varies, each with all its values or the ends of their range."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        for key, value in row.items():
            found.setdefault(key, []).append(value)
    for key, values in found.items():
        if all(type(value) in (int, float) for value in values):
            whole = all(type(value) is int for value in values)
            yield Factor(key, min(values), max(values), integer=whole)
        else:
            distinct = {json.dumps(value): value for value in values}
            yield Factor(key, values=tuple(distinct.values()))


def _told(factor: Factor) -> dict[str, Any]:
    return {
        "low": factor.low,
        "high": factor.high,
        "scale": factor.scale,
        "values": list(factor.values) or None,
        "integer": factor.integer,
    }
