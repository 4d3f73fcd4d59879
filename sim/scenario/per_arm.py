"""Parameters that differ in the runs of one arm: its table `set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.scenario.policy import expanded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.declare import Section
    from sim.scenario.study import Scenario

SECTIONS = (
    "ties",
    "platform",
    "response",
    "minutes",
    "search",
    "endorsements",
    "introductions",
    "premium",
    "joining",
    "spam",
    "wasteland",
    "tiredness",
    "aim",
    "careers",
)
"""Sections whose parameters an arm may set; all others make the world, or say what is asked."""

OF_THE_WORLD = frozenset({"ties.oldest", "ties.strength_acquaintance", "ties.embedded_from"})
"""Parameters of these sections by which initial ties are made: the same for every arm."""


def may_set(section: str, name: str) -> bool:
    """Whether an arm may set a parameter of a section, if there is one of that name."""
    return section in SECTIONS and f"{section}.{name}" not in OF_THE_WORLD


def for_arm(scenario: Scenario, arm: str) -> Scenario:
    """Return a scenario as it is in the runs of one arm.

    What the arm's `set` names has the value given there. `platform.year` gives every other key of
    its section the value of that year, unless `set` gives it too.

    Parameters
    ----------
    scenario
        The scenario of the study.
    arm
        Name of one of its arms.

    Returns
    -------
    Scenario
        The same object if the arm sets nothing.

    Raises
    ------
    KeyError
        If there is no such arm.
    ValueError
        If the arm sets what it may not, or to a value that is not allowed; a scenario that was
        loaded from a file has no such arm.
    """
    chosen: dict[str, dict[str, Any]] = {}
    for key, value in scenario.arms[arm].set.items():
        section, _, name = key.partition(".")
        if not may_set(section, name):
            raise ValueError(f"arms.{arm}.set: an arm may not set {key}")
        chosen.setdefault(section, {})[name] = value
    if not chosen:
        return scenario
    changed = {name: section_with(scenario, name, given) for name, given in chosen.items()}
    return scenario.model_copy(update=changed)


def mechanisms(scenario: Scenario) -> frozenset[str]:
    """Return the names of the sections whose mechanism is on under any arm of a scenario."""
    on = (for_arm(scenario, arm).mechanisms for arm in scenario.arms)
    return frozenset[str]().union(*on)


def section_with(scenario: Scenario, name: str, given: Mapping[str, Any]) -> Section:
    """Return a section of a scenario with other values of some of its parameters.

    Raises
    ------
    ValueError
        If a parameter or its value is not allowed.
    """
    section: Section = getattr(scenario, name)
    # A year decides only what is not given, and in a section everything is: spell it out first.
    values = expanded(given) if name == "platform" else given
    try:
        return type(section).model_validate({**section.model_dump(), **values})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = ".".join(map(str, (name, *first["loc"])))
        raise ValueError(f"{key}: {first['msg'].removeprefix('Value error, ')}") from error
