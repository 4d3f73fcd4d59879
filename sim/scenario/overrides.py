"""Values given on the command line in place of those of a file (`--set key=value`)."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from sim.scenario.policy import of_year
from sim.scenario.problems import Problem, ScenarioError, clipped, dotted, nearest
from sim.scenario.schema import EACH, at, leaves
from sim.scenario.sweep import Vary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ORIGIN = "--set"
_VARIED = "sweep.vary."


def apply_overrides(table: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return a table of TOML values with some of them replaced.

    Parameters
    ----------
    table
        The values, as read from a file; left as it is.
    overrides
        Each `key=value`: a dotted key, and a value as in TOML; a bare word is text.

    Raises
    ------
    ScenarioError
        If an override is not of that form or its key cannot exist; with all such overrides.

    Examples
    --------
    >>> apply_overrides({"weeks": 104}, ["weeks=52", "arms.a.strategy=dormant"])
    {'weeks': 52, 'arms': {'a': {'strategy': 'dormant'}}}
    """
    changed = dict(table)
    problems = [problem for each in overrides if (problem := _apply(changed, each))]
    if problems:
        raise ScenarioError(problems)
    return changed


def key_of(override: str) -> str:
    """Return the dotted key of an override."""
    key = _written(override)
    return dotted(_parts(key)) if key.startswith(_VARIED) else key


def _written(override: str) -> str:
    return ".".join(part.strip() for part in override.partition("=")[0].split("."))


def _apply(table: dict[str, Any], override: str) -> Problem | None:
    key = _written(override)
    _, sign, text = override.partition("=")
    if not sign or not key:
        form = "key=value, as in members.count=500"
        return Problem(ORIGIN, "", repr(clipped(override)), form, None)
    *path, last = parts = _parts(key)
    declared = at(parts)
    # A year may stand in place of the table of platform.
    if declared and key != "platform" and declared.keys() & {"properties", "patternProperties"}:
        return Problem(ORIGIN, key, "a whole table", "its keys, one by one", None)
    if not declared and (len(parts) < 3 or parts[0] != "arms"):
        return Problem(ORIGIN, key, "an unknown key", "a key of the scenario", _nearest_key(key))
    for depth, part in enumerate(path):
        inner = table.get(part, {})
        if part == "platform":
            inner = of_year(inner)
        if not isinstance(inner, dict):
            return Problem(ORIGIN, key, f"a key of {part}, which is no table", "a table", None)
        if depth == 1 and path[0] == "arms" and part not in table and last != "strategy":
            near = nearest(part, table)
            return Problem(ORIGIN, key, "an unknown arm", f"one of {', '.join(table)}", near)
        table[part] = dict(inner)
        table = table[part]
    table[last] = _value(text.strip())
    return None


def _parts(key: str) -> list[str]:
    """Return the parts of a key; what an arm sets or a sweep varies has a dotted key of its own."""
    if key.startswith(_VARIED):
        varied, _, last = key.removeprefix(_VARIED).replace('"', "").rpartition(".")
        own = last in Vary.model_fields
        return ["sweep", "vary", varied, last] if own else ["sweep", "vary", f"{varied}.{last}"]
    parts = key.split(".")
    if len(parts) > 3 and (parts[0], parts[2]) == ("arms", "set"):
        return [*parts[:3], ".".join(parts[3:])]
    return parts


def _nearest_key(key: str) -> str | None:
    keys = [".".join(parts) for parts, _, _ in leaves() if EACH not in parts]
    last = {name.rpartition(".")[2]: name for name in keys}
    near = nearest(key, keys)
    return near or last.get(nearest(key.rpartition(".")[2], last) or "")


def _value(text: str) -> Any:
    try:
        read = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return read["value"] if len(read) == 1 else text
