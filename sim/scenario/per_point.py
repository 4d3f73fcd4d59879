"""Parameters that differ at one point of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.per_arm import section_with
from sim.scenario.study import Arm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.study import Scenario


def at_point(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return a scenario as it is at one point of a sweep.

    Parameters
    ----------
    scenario
        The scenario of the study.
    values
        Values by dotted key: of a section's parameter (`response.accept`), of a parameter of an
        arm's strategy (`arms.groups.looks`), or of what an arm sets (`arms.groups.set.spam.on`).
        `platform.year` gives every other key of its section the value of that year, unless
        `values` gives it too.

    Returns
    -------
    Scenario
        The same object if there are no values.

    Raises
    ------
    KeyError
        If there is no such arm.
    ValueError
        If a key or its value is not allowed; rules between sections are not judged.
    """
    if not values:
        return scenario
    sections: dict[str, dict[str, Any]] = {}
    arms: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        table, _, name = key.partition(".")
        if table == "arms":
            arm, _, name = name.partition(".")
            arms.setdefault(arm, {})[name] = value
        else:
            sections.setdefault(table, {})[name] = value
    changed: dict[str, Any] = {
        name: section_with(scenario, name, given) for name, given in sections.items()
    }
    if arms:
        changed["arms"] = {
            name: _arm_with(arm, arms.pop(name)) if name in arms else arm
            for name, arm in scenario.arms.items()
        }
        if arms:
            raise KeyError(next(iter(arms)))
    return scenario.model_copy(update=changed)


def _arm_with(arm: Arm, given: Mapping[str, Any]) -> Arm:
    """Return an arm with other parameters of its strategy, or setting other values."""
    own = {name: value for name, value in given.items() if not name.startswith("set.")}
    sets = {name.removeprefix("set."): value for name, value in given.items() if name not in own}
    return Arm.model_validate({**arm.model_dump(), **own, "set": {**arm.set, **sets}})
