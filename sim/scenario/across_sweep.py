"""What must hold between a sweep and the parameters it varies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.scenario.across import Breach
from sim.scenario.declare import WITHOUT_RULES
from sim.scenario.factors import factor_of, objections
from sim.scenario.per_arm import SECTIONS, may_set
from sim.scenario.policy import expanded
from sim.scenario.problems import nearest, shown
from sim.scenario.schema import EACH, at, in_words, leaves
from sim.scenario.sweep import MOST_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scenario.factors import Factor
    from sim.scenario.problems import Key
    from sim.scenario.study import Scenario
    from sim.scenario.sweep import Sweep

_OF_FILES = frozenset({"data.sometimes_from", "data.often_from"})
"""Parameters of `data` that are read from no file, and so may differ by point."""
_ALLOWED = "a key of a section, or of an arm: arms.<arm>.<parameter> or arms.<arm>.set.<key>"


def sweep_breaches(scenario: Scenario) -> Iterator[Breach]:
    """Find what does not hold between a sweep and the sections and arms of its scenario.

    What a parameter of a strategy may be is left to those who know strategies.
    """
    sweep = scenario.sweep
    if sweep is None:
        return
    for key, vary in sweep.vary.items():
        place: Key = ("sweep", "vary", key)
        if found := _unvaried(scenario, key, place):
            yield found
        elif declared := declared_at(key):
            for name, given, allowed in objections(
                vary, declared, sweep.design, partial(fits, scenario, key)
            ):
                depends = (("sweep", "design"),) if name == "steps" else ()
                yield Breach((*place, name) if name else place, given, allowed, by=depends)
    judged: dict[tuple[str, str], Breach | None] = {}
    for row, values in enumerate(sweep.list):
        if not values:
            yield Breach(("sweep", "list", row), "an empty table", "values by dotted key")
        for key, value in values.items():
            once = (key, repr(value))
            if once not in judged:
                judged[once] = _misfit(scenario, key, value, ("sweep", "list", row))
                if breach := judged[once]:
                    yield breach
    yield from _too_many(sweep)


def declared_at(key: str) -> Mapping[str, Any] | None:
    """Return the schema of the parameter of a section; None for one of a strategy.

    `arms.<arm>.set.<key>` has the schema of the key.
    """
    parts = key.split(".")
    return at(parts[3:] if parts[0] == "arms" else parts) if len(parts) != 3 else None


def fits(scenario: Scenario, key: str, value: Any) -> bool:
    """Whether the parameter of a section may have a value, rules with others aside."""
    section, name = key.split(".")[-2:]
    part: Any = getattr(scenario, section)
    given = expanded({name: value}) if section == "platform" else {name: value}
    try:
        type(part).model_validate({**part.model_dump(), **given}, context=WITHOUT_RULES)
    except ValidationError:
        return False
    return True


def levels_of(factor: Factor) -> int:
    """Return how many values a factor takes in a grid."""
    if factor.values:
        return len(factor.values)
    steps = factor.steps or 1
    if not factor.integer or factor.low is None or factor.high is None:
        return steps
    return min(steps, int(factor.high - factor.low) + 1)


def _unvaried(scenario: Scenario, key: str, place: Key) -> Breach | None:
    """Return why the parameter of a key cannot be varied, if it cannot."""
    table, _, name = key.partition(".")
    if table == "arms":
        return _unvaried_arm(scenario, key, place)
    if getattr(scenario, table, None) is None and table == "data":
        return Breach(place, "a key of a section that is not there", _ALLOWED)
    declared = at((table,))
    if table == "sweep" or (declared is not None and "properties" not in declared):
        return Breach(place, "what is the same at every point", _ALLOWED)
    if declared is not None and not name:
        return Breach(place, "a whole section", "its keys, one by one")
    if declared is None or name not in declared["properties"]:
        return Breach(place, "an unknown key", _ALLOWED, _nearest(key))
    if table == "data" and key not in _OF_FILES:
        return Breach(place, "what is read from files, once for all points", _ALLOWED)
    return None


def _unvaried_arm(scenario: Scenario, key: str, place: Key) -> Breach | None:
    parts = key.split(".")
    if len(parts) < 3:
        return Breach(place, "arms as a whole", _ALLOWED)
    if parts[1] not in scenario.arms:
        arms = ", ".join(scenario.arms)
        near = nearest(parts[1], scenario.arms)
        meant = ".".join(["arms", near, *parts[2:]]) if near else None
        return Breach(place, "an unknown arm", f"one of the arms: {arms}", meant, (("arms",),))
    if parts[2] == "strategy" and len(parts) == 3:
        return Breach(place, "what an arm is", f"{_ALLOWED}; another strategy is another arm")
    if parts[2] == "set" and len(parts) == 5:
        section, name = parts[3:]
        if section in SECTIONS and not may_set(section, name):
            return Breach(place, "what makes the world, the same for all arms", "another key")
        if section in SECTIONS and at((section, name)) is not None:
            return None
        own = f"arms.{parts[1]}.set."
        names = (k for k in _keys() if may_set(*k.split(".")))
        near = nearest(".".join(parts[3:]), names)
        return Breach(place, "an unknown key", _ALLOWED, f"{own}{near}" if near else None)
    return (
        None if len(parts) == 3 and parts[2] != "set" else Breach(place, "an unknown key", _ALLOWED)
    )


def _misfit(scenario: Scenario, key: str, value: Any, table: Key) -> Breach | None:
    """Return what is wrong with a value in a table of the list, if anything is."""
    place = (*table, key)
    if found := _unvaried(scenario, key, place):
        return found
    declared = declared_at(key)
    if declared is None or fits(scenario, key, value):
        return None
    return Breach(place, shown(value), in_words(declared))


def _too_many(sweep: Sweep) -> Iterator[Breach]:
    levels = {}
    for key, vary in sweep.vary.items():
        # How many steps the parameter of a strategy has, its own range does not change.
        levels[key] = levels_of(factor_of(key, vary, declared_at(key) or {}))
    rows = sweep.size(levels)
    if rows > MOST_POINTS:
        name = {"grid": "vary", "list": "list"}.get(sweep.design, "points")
        given = f"a design of {rows:,} points"
        depends = (("sweep", "points"), ("sweep", "vary"), ("sweep", "design"))
        yield Breach(("sweep", name), given, f"at most {MOST_POINTS:,}", by=depends)


def _keys() -> Iterator[str]:
    """Yield the keys of all parameters of sections that may be varied."""
    for key, _, _ in leaves():
        if len(key) == 2 and not {"<name>", EACH} & {*key} and key[0] not in ("data", "sweep"):
            yield ".".join(key)
    yield from sorted(_OF_FILES)


def _nearest(key: str) -> str | None:
    """Return the key most like one that there is not, or that of its name elsewhere."""
    last = {name.rpartition(".")[2]: name for name in _keys()}
    return nearest(key, _keys()) or last.get(nearest(key.rpartition(".")[2], last) or "")
