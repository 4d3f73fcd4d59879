"""Faulty keys of a table: which they are, what to say of them, and the table without them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from sim.scenario.declare import ARM_NAME_FORM, PLAIN_FORM
from sim.scenario.problems import MOST_PROBLEMS, Key, dotted, nearest, shown
from sim.scenario.schema import EACH, at, in_words, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from sim.scenario.problems import Finding

Values = Mapping[str, Any]
Faults = Mapping[Key, "list[ErrorDetails]"]

_NOTHING = object()
_LENGTH = ("missing", "too_short", "too_long")
"""Errors about the number of values in a list."""

_STAND_INS: Mapping[str, Mapping[str, Any]] = {
    "policy": {"week": 1},
    "tests": {"claim": "S1", "says": "?", "arm": "?", "than": 0.0, "is": "more"},
}
"""For each list of tables, what takes the place of keys that must be given."""

_DECISIVE = {("arms", "strategy"), ("tests", "holds")}
"""Keys, by section, without which nothing else in their table can be judged."""


def faults_of(error: ValidationError) -> Faults:
    """Return errors by the key they are about; those inside a list of values are about the list."""
    found: dict[Key, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = each["loc"][:-1] if _is_name(each) else each["loc"]
        found.setdefault(_declared_in(place), []).append(each)
    # A name that is not allowed says enough about what is under it.
    names = {key for key, errors in found.items() if _is_name(errors[0])}
    return {key: errors for key, errors in found.items() if key[:-1] not in names}


def mended(values: Values, faults: Faults) -> tuple[dict[str, Any], set[Key], set[Key]]:
    """Return values that are valid, each for itself, in place of those with faults.

    Returns
    -------
    values : dict
        Without the faulty values, and with something in place of what must be given.
    faulty : set of keys
        The keys whose values, there, are not what the user meant.
    gone : set of keys
        Those of them that have no value there.
    """
    kept = {name: _copied(value) for name, value in values.items()}
    for name in _STAND_INS:
        if isinstance(kept.get(name), tuple):
            kept[name] = [_copied(table) for table in kept[name]]
    faulty = set(faults)
    # The innermost first: what is in a table that is itself at fault goes with it.
    for key, errors in sorted(faults.items(), key=lambda fault: -len(fault[0])):
        _take_out(kept, key, is_name=_is_name(errors[0]))
        if (key[0], key[-1]) in _DECISIVE:
            faulty.add(key[:-1])
    for key, errors in islice(faults.items(), MOST_PROBLEMS):
        if errors[0]["type"] == "extra_forbidden" and (meant := _meant(key)):
            faulty.add(meant)
    if not kept.get("arms"):
        kept["arms"] = {"a": {}}
        faulty.add(("arms",))
    kept.setdefault("question", "?")
    if isinstance(sweep := kept.get("sweep"), dict):
        sweep.setdefault("design", "list")
    for arm in kept["arms"].values():
        arm.setdefault("strategy", "?")
    for name, stand_in in _STAND_INS.items():
        if name in kept:
            kept[name] = tuple({**stand_in, **table} for table in kept[name])
    return kept, faulty, {key for key in faulty if _value(kept, key) is _NOTHING}


def _take_out(kept: dict[str, Any], key: Key, *, is_name: bool) -> None:
    """Take a faulty value out of a table; in place of a table that has a place is an empty one."""
    *path, last = key
    inner: Any = kept
    for part in path:
        inner = inner[part]
    if isinstance(last, int) or (path == ["arms"] and not is_name):
        inner[last] = {}
    else:
        inner.pop(last, None)


def finding_of(key: Key, errors: list[ErrorDetails], values: Values) -> Finding:
    """Say in words what is wrong with one key."""
    declared = at(key) or {}
    allowed = in_words(declared) if declared else PLAIN_FORM
    if errors[0]["type"] == "extra_forbidden":
        meant = _meant(key)
        suggestion = dotted(meant) if meant else None
        return dotted(key), "an unknown key", _names_in(key[:-1], meant), suggestion
    if _is_name(errors[0]):
        return dotted(key), f"the name {shown(key[-1])}", ARM_NAME_FORM, None
    value = _value(values, key)
    if value is _NOTHING:
        unknown = [name for name in _value(values, key[:-1]) if at((*key[:-1], name)) is None]
        near = nearest(str(key[-1]), unknown)
        hint = f"{key[-1]} where it says {near}" if near else None
        return dotted(key), "nothing", f"{allowed} (required)", hint
    inside = all(isinstance((*error["loc"], "")[len(key)], int) for error in errors)
    if not inside or any(error["type"] in _LENGTH for error in errors):
        return dotted(key), shown(value), allowed, _without_quotes(value, declared)
    wrong = sorted({int(error["loc"][len(key)]) for error in errors})
    given = ", ".join(f"{shown(value[i])} (value {i + 1})" for i in wrong[:3])
    more = f" and {len(wrong) - 3} more such" if len(wrong) > 3 else ""
    first = value[wrong[0]]
    names = declared.get("items", {}).get("enum", ())
    near = nearest(first, names) if isinstance(first, str) else None
    return dotted(key), given + more, allowed, repr(near) if near else None


def within(key: Key, keys: set[Key]) -> bool:
    """Whether a key, or a table it is in, is among some keys."""
    return any(key[:depth] in keys for depth in range(1, len(key) + 1))


def _declared_in(place: Sequence[str | int]) -> Key:
    """Return the key at a place, without the place in a list of values or among alternatives."""
    key: list[str | int] = []
    for part in place:
        if "anyOf" in (at(key) or {}):
            break
        if isinstance(part, int) and "properties" not in (at([*key, part]) or {}):
            break
        key.append(part)
    return tuple(key)


def _is_name(error: ErrorDetails) -> bool:
    return error["type"] == "string_pattern_mismatch" and error["loc"][-1] == "[key]"


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return value


def _value(values: Values, key: Key) -> Any:
    inner: Any = values
    for part in key:
        if isinstance(part, int):
            inner = inner[part] if isinstance(inner, tuple) else _NOTHING
        else:
            inner = inner.get(part, _NOTHING) if isinstance(inner, Mapping) else _NOTHING
    return inner


def _names_in(section: Key, meant: Key | None) -> str:
    """Return what keys a section has, in words."""
    place = f"[{dotted(section)}]" if section else "the top of the file"
    if section and isinstance(section[-1], int):
        place = f"[[{dotted(section[:-1])}]]"
    names = ", ".join((at(section) or {}).get("properties", ()))
    return f"a key of {place}" if meant else f"a key of {place}: {names}"


def _meant(key: Key) -> Key | None:
    """Return the key of its section that an unknown one is like, or that of its name elsewhere."""
    *section, name = key
    if near := nearest(str(name), (at(section) or {}).get("properties", ())):
        return (*section, near)
    return next((k for k, _, _ in leaves() if k[-1] == name and not {"<name>", EACH} & {*k}), None)


def _without_quotes(value: Any, declared: Values) -> str | None:
    """Return the number that was given as text."""
    if not isinstance(value, str) or declared.get("type") not in ("integer", "number"):
        return None
    return f"{value} without quotes" if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", value) else None
