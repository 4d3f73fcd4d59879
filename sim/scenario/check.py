"""Check a table of values against the declarations, and say all that is wrong at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from pydantic import ValidationError

from sim.scenario.across import breaches
from sim.scenario.across_sweep import sweep_breaches
from sim.scenario.declare import WITHOUT_RULES, Section
from sim.scenario.faults import Faults, faults_of, finding_of, mended, within
from sim.scenario.problems import (
    MOST_PROBLEMS,
    Finding,
    Key,
    Problem,
    ScenarioError,
    dotted,
    nearest,
    parts_of,
    shown,
)
from sim.scenario.short import written_out
from sim.scenario.study import Scenario

ExtraChecks = Callable[[Scenario], Iterable[Finding]]
"""Further checks: each finding is a dotted key, what was given, what is allowed, a suggestion."""

DEEPEST = 8
LONGEST_LIST = 10_000


def checked(
    table: Mapping[str, Any],
    file: str,
    *,
    labels: Mapping[str, str] | None = None,
    extra_checks: ExtraChecks | None = None,
) -> Scenario:
    """Return the scenario that a table of TOML values describes.

    What is wrong in one place does not hide what is wrong in another: the rules between
    parameters and the extra checks are judged on the scenario without its faulty keys.

    Parameters
    ----------
    table
        The values, as read from a file.
    file
        What to call the file in messages.
    labels
        For dotted keys that do not come from the file, what to call their origin.
    extra_checks
        Further checks of a scenario whose types and ranges are right.

    Raises
    ------
    ScenarioError
        If anything is wrong.
    """
    _raise_any(_misshapen(table), file, labels or {})
    values = {name: _frozen(value) for name, value in written_out(table).items()}
    scenario, found = _judged(values, extra_checks)
    _raise_any(found, file, labels or {})
    return scenario if scenario.claims else _with_claims(scenario)


def _judged(
    values: Mapping[str, Any], extra_checks: ExtraChecks | None
) -> tuple[Scenario, Iterator[Finding]]:
    """Return a scenario with all that is wrong with it."""
    faults: Faults = {}
    faulty: set[Key] = set()
    gone: set[Key] = set()
    try:
        scenario = Scenario.model_validate(values, context=WITHOUT_RULES)
    except ValidationError as error:
        faults = faults_of(error)
        good, faulty, gone = mended(values, faults)
        scenario = Scenario.model_validate(good, context=WITHOUT_RULES)
    more = extra_checks(scenario) if extra_checks else ()
    return scenario, chain(
        (finding_of(key, errors, values) for key, errors in faults.items()),
        _broken_rules(scenario, faulty, gone),
        _broken_across(scenario, faulty, gone),
        (finding for finding in more if not within(parts_of(finding[0]), faulty)),
    )


def _with_claims(scenario: Scenario) -> Scenario:
    """Return a scenario with the claims that its tests are about."""
    claims = sorted({test.claim for test in scenario.tests}, key=lambda claim: int(claim[1:]))
    return scenario.model_copy(update={"claims": tuple(claims)})


def _raise_any(findings: Iterable[Finding], file: str, labels: Mapping[str, str]) -> None:
    """Raise findings as problems, no more of them than a reader can use."""
    rest = iter(findings)
    problems = [
        Problem(_origin(key, file, labels), key, given, allowed, suggestion)
        for key, given, allowed, suggestion in islice(rest, MOST_PROBLEMS)
    ]
    if next(rest, None) is not None:
        problems.append(Problem(file, "", f"more than {MOST_PROBLEMS} problems", "none"))
    if problems:
        raise ScenarioError(problems)


def _origin(key: str, file: str, labels: Mapping[str, str]) -> str:
    parts = parts_of(key)
    return next((name for k, name in labels.items() if within(parts, {parts_of(k)})), file)


def _misshapen(table: Mapping[str, Any]) -> list[Finding]:
    """Find what is nested too deeply or too long to be a parameter's value."""
    found: dict[Key, Finding] = {}
    waiting: list[tuple[Key, int, Any]] = [((), 0, table)]
    while waiting:
        key, depth, value = waiting.pop()
        if not isinstance(value, Mapping | list | tuple):
            continue
        if depth > DEEPEST:
            found[key] = (dotted(key), "deeper nesting", f"at most {DEEPEST} levels", None)
        elif isinstance(value, Mapping):
            waiting += [((*key, name), depth + 1, inner) for name, inner in value.items()]
        elif len(value) > LONGEST_LIST:
            given, allowed = f"a list of {len(value)} values", f"at most {LONGEST_LIST}"
            found[key] = (dotted(key), given, allowed, None)
        else:
            waiting += [(key, depth + 1, inner) for inner in value]
    return list(found.values())


def _frozen(value: Any) -> Any:
    """Return a value with tuples for lists, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, Mapping):
        return {name: _frozen(item) for name, item in value.items()}
    return value


def _unfit(keys: Iterable[Key], faulty: set[Key], gone: set[Key]) -> bool:
    """Whether what depends on some keys cannot be judged."""
    return any(within(key, faulty) or any(within(g, {key}) for g in gone) for key in keys)


def _broken_across(scenario: Scenario, faulty: set[Key], gone: set[Key]) -> Iterator[Finding]:
    """Find what does not hold between sections."""
    for breach in chain(breaches(scenario), sweep_breaches(scenario)):
        if not _unfit((breach.key, *breach.by), faulty, gone):
            yield dotted(breach.key), breach.given, breach.allowed, breach.near


def _broken_rules(scenario: Scenario, faulty: set[Key], gone: set[Key]) -> Iterator[Finding]:
    """Find the rules that are broken by values that are, each for itself, allowed."""
    parts: list[tuple[Key, Any]] = [((), scenario), *(((name,), part) for name, part in scenario)]
    parts += [(("policy", place), change) for place, change in enumerate(scenario.policy)]
    for prefix, section in parts:
        if not isinstance(section, Section):
            continue
        for rule in section.rules:
            keys = [(*prefix, name) for name in rule.keys]
            if _unfit(keys, faulty, gone) or rule.holds(section):
                continue
            first = getattr(section, rule.keys[0])
            given = shown(first)
            if rule.names is None and len(rule.keys) > 1:
                given = ", ".join(f"{name} = {shown(getattr(section, name))}" for name in rule.keys)
            near = nearest(first, rule.names(section)) if rule.names else None
            yield dotted(keys[0]), given, rule.allowed, near
