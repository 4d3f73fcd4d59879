"""The JSON Schema of a scenario, and what it says about one key in words."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.scenario.per_arm import SECTIONS, may_set
from sim.scenario.policy import PRESETS
from sim.scenario.study import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]
Strategies = Mapping[str, Sequence[Mapping[str, Any]]]
"""The parameters that strategies declare, by the strategy's name."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EACH = "[]"
"""Stands in a key for each table of a list of them."""


def schema(strategies: Strategies | None = None) -> Schema:
    """Return the JSON Schema (draft 2020-12) of scenario files.

    Parameters
    ----------
    strategies
        The parameters that each strategy declares, by the strategy's name: `key`, `type` (`bool`,
        `int`, `float` or `str`), `default`, `unit`, `ge`, `le`, `meaning` and `source`. If given,
        an arm may have only the parameters of its strategy, save for a user's own `module:Class`,
        which may have any.
    """
    made = copy.deepcopy(_declared())
    _add_short_forms(made)
    if strategies is not None:
        made["$defs"]["Arm"] = _arm(made["$defs"]["Arm"], strategies)
    return made


def of_strategy_parameter(row: Mapping[str, Any]) -> Schema:
    """Return the schema of a parameter that a strategy declares."""
    types = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}
    kinds = [kind for kind in row["type"].split(" | ") if kind != "None"]
    part = {
        "type": types.get(kinds[0]) if len(kinds) == 1 else None,
        "minimum": row["ge"],
        "maximum": row["le"],
        "default": row["default"],
        "description": row["meaning"],
        "unit": row["unit"],
        "source": row["source"],
    }
    return {name: value for name, value in part.items() if value is not None}


def leaves() -> Iterator[tuple[tuple[str, ...], Schema, bool]]:
    """Yield each parameter's key, schema and whether it must be given, in order of declaration.

    A list of tables comes first as a whole, then by the keys of each: `policy`, `policy.[].week`.
    """
    return _leaves((), _declared())


def at(key: Sequence[str | int]) -> Schema | None:
    """Return the schema of a key, None if no such key is declared."""
    found: Schema | None = _declared()
    for part in key:
        if found is None:
            return None
        inner: Any
        if isinstance(part, int) or part == EACH:
            inner = found.get("items")
        else:
            others = [
                *found.get("patternProperties", {}).values(),
                found.get("additionalProperties"),
            ]
            inner = found.get("properties", {}).get(part, others[0])
        found = _resolved(inner) if isinstance(inner, dict) and inner else None
    return found


def type_of(part: Mapping[str, Any]) -> str:
    """Return the type of a value in words."""
    if "anyOf" in part:
        return " or ".join(type_of(option) for option in part["anyOf"])
    names = {
        "array": "list",
        "boolean": "true or false",
        "integer": "whole number",
        "number": "number",
        "object": "table",
        "string": "text",
    }
    return names.get(part.get("type", ""), "any")


def range_of(part: Mapping[str, Any]) -> str:
    """Return the range of a value in words; empty if there is no bound to it."""
    match part:
        case {"form": str(form)}:
            return form
        case {"enum": list(values)}:
            return " or ".join(repr(value) for value in values)
        case {"type": "array", "prefixItems": list(items)}:
            return f"{len(items)} values, each {_one(items[0])}"
        case {"type": "array", "items": {"$ref": _}, "maxItems": int(most)}:
            return f"at most {most} tables"
        case {"type": "array", "items": dict(item), "maxItems": int(most)}:
            least = part.get("minItems", 0)
            bounds = f"{least} to {most}" if least else f"at most {most}"
            return f"{bounds} values, each {_one(item)}"
        case {"patternProperties": _, "minProperties": int(least), "maxProperties": int(most)}:
            return f"{least} to {most} tables, each with a name"
        case {"type": "object", "additionalProperties": dict(item), "maxProperties": int(most)}:
            return f"at most {most} values, each {_one(_resolved(item))}"
        case {"minimum": low, "maximum": high}:
            return f"{_number(low)} to {_number(high)}"
        case {"minimum": low}:
            return f"{_number(low)} or more"
        case {"maximum": high}:
            return f"{_number(high)} or less"
        case {"minLength": int(least), "maxLength": int(most)}:
            return f"{least} to {most} characters"
        case _:
            return ""


def in_words(part: Mapping[str, Any]) -> str:
    """Return what values are allowed, in words."""
    kind, bounds = type_of(part), range_of(part)
    if "form" in part or "enum" in part:
        return bounds
    if not bounds:
        return kind
    joint = {"list": " of ", "table": " of ", "text": " of "}.get(kind, " from ")
    return f"{kind}{joint}{bounds}"


def _one(part: Mapping[str, Any]) -> str:
    article = "a " if type_of(part) in ("number", "whole number") else ""
    return article + in_words(part)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


@cache
def _declared() -> Schema:
    made: Schema = _tidied(Scenario.model_json_schema())
    return {"$schema": DIALECT, "title": "netgrow scenario"} | made


def _tidied(part: Any) -> Any:
    """Drop what editors have no use for, and null, which TOML does not have."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "anyOf" in part:
        options = [option for option in part.pop("anyOf") if option != {"type": "null"}]
        part = (options[0] if len(options) == 1 else {"anyOf": options}) | part
    if "$ref" in part or part.get("default", ...) is None:
        part.pop("default", None)
    if isinstance(part.get("title"), str):
        part.pop("title")
    if "patternProperties" in part:
        part["additionalProperties"] = False
    return {key: _tidied(value) for key, value in part.items()}


def _resolved(part: Schema) -> Schema:
    if "$ref" not in part:
        return part
    found: Schema = _declared()["$defs"][part["$ref"].rpartition("/")[2]]
    return found


def _leaves(
    prefix: tuple[str, ...], section: Schema
) -> Iterator[tuple[tuple[str, ...], Schema, bool]]:
    for name, declared in section["properties"].items():
        part = _resolved(declared)
        if "patternProperties" in part:
            (each,) = part["patternProperties"].values()
            yield from _leaves((*prefix, name, "<name>"), _resolved(each))
        elif "properties" in part:
            yield from _leaves((*prefix, name), part)
        else:
            yield (*prefix, name), part, name in section.get("required", ())
            if "$ref" in (each := part.get("items", {})):
                yield from _leaves((*prefix, name, EACH), _resolved(each))


def _add_short_forms(made: Schema) -> None:
    """Tell editors of what a file may say in few words, and of keys that are named elsewhere."""
    sections, parts = made["properties"], made["$defs"]
    changes = {
        name: {"$ref": f"#/$defs/Platform/properties/{name}"}
        for name in parts["Platform"]["properties"]
        if name != "year"
    }
    parts["PolicyChange"]["properties"]["set"] |= {
        "properties": changes,
        "additionalProperties": False,
    }
    settable: Schema = {}
    for section in SECTIONS:
        place = sections[section]["$ref"]
        settable[section] = {"$ref": place}
        for name in _resolved(sections[section])["properties"]:
            if may_set(section, name):
                settable[f"{section}.{name}"] = {"$ref": f"{place}/properties/{name}"}
    parts["ArmSettings"] = {
        "type": "object",
        "properties": settable,
        "additionalProperties": False,
        "maxProperties": 100,
    }
    own = parts["Arm"]["properties"]["set"]
    parts["Arm"]["properties"]["set"] = {
        "$ref": "#/$defs/ArmSettings",
        "description": own["description"],
    }
    parts["Sweep"]["properties"]["vary"] |= _varied(sections)
    parts["ClaimTest"]["required"] = ["claim", "says"]
    sections["platform"] = {"anyOf": [sections["platform"], {"enum": [*PRESETS]}]}


def _varied(sections: Schema) -> Schema:
    """Return what keys a sweep may vary: those of sections and, whatever they are, of arms."""
    vary = {"$ref": "#/$defs/Vary"}
    keys: Schema = {"arms": {"type": "object"}}
    for key, _, _ in leaves():
        if len(key) == 2 and "$ref" in sections[key[0]] and key[0] != "sweep":
            section = {"type": "object", "properties": {}, "additionalProperties": False}
            keys.setdefault(key[0], section)["properties"][key[1]] = vary
            keys[".".join(key)] = vary
    return {
        "properties": keys,
        "patternProperties": {r"^(arms|data)\.": vary},
        "additionalProperties": False,
    }


def _arm(declared: Schema, strategies: Strategies) -> Schema:
    """Return the schema of an arm whose parameters depend on its strategy."""
    strategy = declared["properties"]["strategy"]
    options: list[Schema] = [
        {
            "type": "object",
            "title": name,
            "properties": {
                "strategy": strategy | {"const": name},
                "set": declared["properties"]["set"],
                **{row["key"]: of_strategy_parameter(row) for row in rows},
            },
            "required": ["strategy"],
            "additionalProperties": False,
        }
        for name, rows in strategies.items()
    ]
    own = declared | {
        "title": "module:Class",
        "properties": declared["properties"]
        | {"strategy": strategy | {"pattern": "^[^:]+:[^:]+$"}},
    }
    return {"description": declared["description"], "anyOf": [*options, own]}
