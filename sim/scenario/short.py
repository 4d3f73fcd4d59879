"""What a file may say in few words, written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sim.scenario.claims import INEQUALITY, RELATIONS
from sim.scenario.policy import of_year

_TERMS = {"metric", "arm", "is", "than", "by"}


def written_out(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of values with a table for a year, and dotted keys for what an arm sets.

    `platform = "2014"` becomes `{year = "2014"}`, and `{platform = {message_level = 1}}` in the
    `set` of an arm becomes `{"platform.message_level" = 1}`; what a test `holds` becomes its keys
    `metric`, `arm`, `is`, `than` and `by`; what a sweep varies has dotted keys, too, where it was
    written in tables of tables; all else stays as it is.
    """
    made = dict(table)
    if "platform" in made:
        made["platform"] = of_year(made["platform"])
    if isinstance(arms := made.get("arms"), Mapping):
        made["arms"] = {name: _with_dotted_keys(arm) for name, arm in arms.items()}
    if isinstance(tests := made.get("tests"), Sequence) and not isinstance(tests, str):
        made["tests"] = [_with_terms(test) for test in tests]
    if isinstance(sweep := made.get("sweep"), Mapping):
        made["sweep"] = _with_flat_keys(sweep)
    return made


def _with_flat_keys(sweep: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sweep whose parameters are named by one dotted key each."""
    flat = dict(sweep)
    if isinstance(vary := sweep.get("vary"), Mapping):
        flat["vary"] = {}
        for key, value in _leaves(vary, _is_table_of_tables):
            # A part of it may come from the file, and a part from `--set`.
            before = flat["vary"].get(key)
            both = isinstance(before, Mapping) and isinstance(value, Mapping)
            flat["vary"][key] = {**before, **value} if both else value
    if isinstance(rows := sweep.get("list"), Sequence) and not isinstance(rows, str):
        flat["list"] = [
            dict(_leaves(row, lambda value: isinstance(value, Mapping)))
            if isinstance(row, Mapping)
            else row
            for row in rows
        ]
    return flat


def _leaves(
    table: Mapping[str, Any], goes_on: Callable[[Any], bool], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if goes_on(value):
            yield from _leaves(value, goes_on, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(each, Mapping) for each in value.values())


def _with_terms(test: Any) -> Any:
    """Return a test with the terms of the inequality that it `holds`.

    One that cannot be read stays, for validation to refuse, and stands in for its terms.
    """
    if not isinstance(test, Mapping) or test.get("holds") is None:
        return test
    line = test["holds"]
    given = {key: value for key, value in test.items() if key != "holds"}
    found = re.match(INEQUALITY, line) if isinstance(line, str) else None
    by = _number(found["by"]) if found else None
    if found is None or not isinstance(by, float) or _TERMS & given.keys():
        return {"arm": "?", "than": 0.0, "is": "more", **test}
    return {
        **given,
        "metric": found["metric"],
        "arm": found["arm"],
        "is": RELATIONS[found["sign"]],
        "than": _number(found["than"]),
        "by": by,
    }


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _with_dotted_keys(arm: Any) -> Any:
    if not isinstance(arm, Mapping) or not isinstance(arm.get("set"), Mapping):
        return arm
    flat: dict[str, Any] = {}
    for key, value in arm["set"].items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{name}": inner for name, inner in value.items()}
        else:
            flat[key] = value
    return {**arm, "set": flat}
