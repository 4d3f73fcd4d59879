"""Faulty keys of a table: which they are, what to say of them, and the table without them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from sim.scenario.declare import ARM_NAME_FORM
from sim.scenario.problems import MOST_PROBLEMS, Key, dotted, nearest, shown
from sim.scenario.schema import at, in_words, leaves
from sim.scenario.study import PLAIN_FORM

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from sim.scenario.problems import Finding

Values = Mapping[str, Any]
Faults = Mapping[Key, "list[ErrorDetails]"]

_NOTHING = object()
_LENGTH = ("missing", "too_short", "too_long")
"""Errors about the number of values in a list."""


def faults_of(error: ValidationError) -> Faults:
    """Return errors by the key they are about; those inside a list are about the list."""
    found: dict[Key, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = each["loc"][:-1] if _is_name(each) else each["loc"]
        key = tuple(part for part in place if isinstance(part, str))
        found.setdefault(key, []).append(each)
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
    faulty = set(faults)
    for key, errors in faults.items():
        *path, last = key
        inner: Any = kept
        for part in path:
            inner = inner[part]
        inner.pop(last, None)
        if path == ["arms"] and not _is_name(errors[0]):
            inner[last] = {}
        if path[:1] == ["arms"] and last == "strategy":
            faulty.add(tuple(path))
    for key, errors in islice(faults.items(), MOST_PROBLEMS):
        if errors[0]["type"] == "extra_forbidden" and (meant := _meant(key)):
            faulty.add(meant)
    if not kept.get("arms"):
        kept["arms"] = {"a": {}}
        faulty.add(("arms",))
    kept.setdefault("question", "?")
    for arm in kept["arms"].values():
        arm.setdefault("strategy", "?")
    return kept, faulty, {key for key in faulty if _value(kept, key) is _NOTHING}


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
        near = nearest(key[-1], unknown)
        hint = f"{key[-1]} where it says {near}" if near else None
        return dotted(key), "nothing", f"{allowed} (required)", hint
    inside = all(len(error["loc"]) > len(key) for error in errors)
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


def _is_name(error: ErrorDetails) -> bool:
    return error["type"] == "string_pattern_mismatch" and error["loc"][-1] == "[key]"


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return value


def _value(values: Values, key: Key) -> Any:
    inner: Any = values
    for part in key:
        inner = inner.get(part, _NOTHING) if isinstance(inner, Mapping) else _NOTHING
    return inner


def _names_in(section: Key, meant: Key | None) -> str:
    """Return what keys a section has, in words."""
    place = f"[{dotted(section)}]" if section else "the top of the file"
    names = ", ".join((at(section) or {}).get("properties", ()))
    return f"a key of {place}" if meant else f"a key of {place}: {names}"


def _meant(key: Key) -> Key | None:
    """Return the key of its section that an unknown one is like, or that of its name elsewhere."""
    *section, name = key
    if near := nearest(name, (at(section) or {}).get("properties", ())):
        return (*section, near)
    return next((k for k, _, _ in leaves() if k[-1] == name and "<name>" not in k), None)


def _without_quotes(value: Any, declared: Values) -> str | None:
    """Return the number that was given as text."""
    if not isinstance(value, str) or declared.get("type") not in ("integer", "number"):
        return None
    return f"{value} without quotes" if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", value) else None
