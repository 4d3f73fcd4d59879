"""What must hold between the sections of a scenario: what arms set, dated changes, tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.per_arm import SECTIONS, may_set, section_with
from sim.scenario.problems import dotted, nearest, shown
from sim.scenario.schema import EACH, at, in_words, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.claims import ClaimTest
    from sim.scenario.problems import Key
    from sim.scenario.study import Scenario

_SETTABLE = ", ".join(SECTIONS)


class Breach(NamedTuple):
    """What does not hold: a key, what was given and is allowed, the nearest valid name."""

    key: Key
    given: str
    allowed: str
    near: str | None = None
    by: tuple[Key, ...] = ()
    """Further keys on whose values it depends."""


def breaches(scenario: Scenario) -> Iterator[Breach]:
    """Find what does not hold between sections whose values are, each for itself, allowed."""
    for name, arm in scenario.arms.items():
        for key, value in arm.set.items():
            yield from _unsettable(scenario, ("arms", name, "set"), key, value)
    yield from _lost_too_late(scenario)
    for place, change in enumerate(scenario.policy):
        yield from _too_late(scenario, ("policy", place, "week"), change.week)
        for key, value in change.set.items():
            yield from _misfit(scenario, ("policy", place, "set", key), "platform", key, value)
    for place, test in enumerate(scenario.tests):
        yield from _untestable(scenario, ("tests", place), test)


def _unsettable(scenario: Scenario, table: Key, key: str, value: Any) -> Iterator[Breach]:
    section, _, name = key.partition(".")
    place = (*table, *key.split("."))
    if section not in SECTIONS:
        if at((section,)) is None:
            names = (f"{near}.{name}" for near in SECTIONS)
            yield Breach(place, "an unknown key", f"a key of {_SETTABLE}", nearest(key, names))
        else:
            given = f"what is the same for all arms: a key of {section}"
            yield Breach(place, given, f"a key of {_SETTABLE}")
    elif not name:
        near = "platform.year" if section == "platform" else None
        yield Breach(place, "a whole section", "its keys, one by one", near)
    elif not may_set(section, name):
        yield Breach(place, "what makes the world, the same for all arms", "another key")
    else:
        yield from _misfit(scenario, place, section, name, value)


def _misfit(
    scenario: Scenario, place: Key, section: str, name: str, value: Any
) -> Iterator[Breach]:
    """Find whether a parameter of a section cannot be, or cannot have a value."""
    fields = {
        field: f"{section}.{field}"
        for field in type(getattr(scenario, section)).model_fields
        if may_set(section, field) and (place[0] == "arms" or field != "year")
    }
    if name not in fields:
        near = nearest(name, fields)
        allowed = f"a key of [{section}]" if near else f"a key of [{section}]: {', '.join(fields)}"
        yield Breach(place, "an unknown key", allowed, fields[near] if near else None)
        return
    try:
        section_with(scenario, section, {name: value})
    except ValueError:
        yield Breach(place, shown(value), in_words(at((section, name)) or {}))


def _too_late(scenario: Scenario, place: Key, week: int, *by: Key) -> Iterator[Breach]:
    if week > scenario.weeks:
        allowed = f"at most weeks = {scenario.weeks}"
        yield Breach(place, shown(week), allowed, by=(("weeks",), *by))


def _lost_too_late(scenario: Scenario) -> Iterator[Breach]:
    """Find whether focal members are to lose their jobs after the end, where there are careers."""
    usual: Key = ("careers", "loss_week")
    weeks: dict[Key, Any] = {}
    for name, arm in scenario.arms.items():
        if arm.set.get("careers.on", scenario.careers.on) is True:
            own: Key = ("arms", name, "set", *usual)
            week = arm.set.get("careers.loss_week")
            weeks |= {usual: scenario.careers.loss_week} if week is None else {own: week}
    for place, week in weeks.items():
        if isinstance(week, int):
            yield from _too_late(scenario, place, week, ("careers", "on"))


def _untestable(scenario: Scenario, table: Key, test: ClaimTest) -> Iterator[Breach]:
    if test.holds is not None:
        terms = "metric, arm, is, than and by"
        yield Breach((*table, "holds"), shown(test.holds), f"either this line or {terms}")
        return
    arms = ", ".join(dotted([name]) for name in scenario.arms)
    for key, name in (("arm", test.arm), ("than", test.than)):
        if isinstance(name, str) and name not in scenario.arms:
            form = "the name of an arm" if key == "arm" else "the name of an arm, or a number"
            near = nearest(name, scenario.arms)
            yield Breach((*table, key), shown(name), f"{form}: {arms}", near, (("arms",),))
    if test.than == test.arm:
        yield Breach((*table, "than"), shown(test.than), "another arm, or a number")
    if test.switch not in scenario.switch:
        allowed = f"one of switch = {shown(scenario.switch)}"
        yield Breach((*table, "switch"), shown(test.switch), allowed, by=(("switch",),))
    if scenario.claims and test.claim not in scenario.claims:
        allowed = f"one of claims = {shown(scenario.claims)}"
        yield Breach((*table, "claim"), shown(test.claim), allowed, by=(("claims",),))
    yield from _unmeasured(scenario, table, test)
    yield from _unknown_causes(scenario, (*table, "assumed"), test.assumed)


def _unknown_causes(scenario: Scenario, place: Key, assumed: str | None) -> Iterator[Breach]:
    """Find which of the parameters that impose an outcome there are not."""
    for name in [] if assumed is None else map(str.strip, assumed.split(",")):
        key = name.split(".")
        own = key[0] == "arms" and len(key) > 1
        arm = scenario.arms.get(key[1]) if own else None
        known = at(key) is not None and EACH not in key and (arm is not None or not own)
        if not known and not (arm and len(key) == 3 and key[2] in arm.parameters):
            allowed = "keys of parameters, or names of sections, with commas between them"
            yield Breach(place, shown(name), allowed, nearest(name, _names()), (("arms",),))


def _names() -> Iterator[str]:
    """Yield the keys of all parameters whose tables have names of their own, and sections."""
    for key, _, _ in leaves():
        if not {"<name>", EACH} & {*key}:
            yield ".".join(key)
            yield key[0]


def _unmeasured(scenario: Scenario, table: Key, test: ClaimTest) -> Iterator[Breach]:
    last = scenario.weeks if test.week is None else test.week
    every = scenario.measure.all_every
    rule = f"a multiple of measure.all_every = {every}"
    if test.cohort == "focal":
        rule += f" or measure.every = {scenario.measure.every}"
    for key, week in (("week", test.week), ("since", test.since)):
        if week is None:
            continue
        if week > scenario.weeks:
            yield from _too_late(scenario, (*table, key), week)
        elif key == "since" and week >= last:
            allowed = f"a week before {last}, the week compared"
            yield Breach((*table, key), shown(week), allowed, by=((*table, "week"), ("weeks",)))
        elif (
            week < scenario.weeks
            and week % every
            and (test.cohort == "all" or week % scenario.measure.every)
        ):
            allowed = f"a measured week: {rule}, or the last"
            yield Breach(
                (*table, key),
                shown(week),
                allowed,
                by=(("weeks",), ("measure",), (*table, "cohort")),
            )
