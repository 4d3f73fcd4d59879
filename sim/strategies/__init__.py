"""Strategies: one small file each, found by looking; nothing is registered by hand.

A strategy is named by its file here (`known_only`), by an entry point of the group
`netgrow.strategies`, or as `module:Class` for a class of the user's own.
"""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import pkgutil
import types
from importlib import metadata
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from sim.errors import UsageError
from sim.strategies.base import Strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENTRY_POINTS = "netgrow.strategies"


class StrategyProblem(UsageError):  # noqa: N818 - one of the `problems` of a scenario
    """A strategy that cannot be made as the scenario asks.

    Attributes
    ----------
    key : str or None
        Name of the parameter at fault; None if it is the strategy's name.
    given, allowed : str
        What was given and what is allowed.
    suggestion : str or None
        Nearest valid name.
    """

    def __init__(self, key: str | None, given: str, allowed: str, suggestion: str | None = None):
        hint = f"; did you mean {suggestion!r}?" if suggestion else ""
        super().__init__(f"{key or 'strategy'}: given {given}; allowed: {allowed}{hint}")
        self.key, self.given, self.allowed, self.suggestion = key, given, allowed, suggestion


def find_strategies() -> dict[str, type[Strategy]]:
    """Return every strategy that can be named without its module, by name, sorted.

    Raises
    ------
    StrategyProblem
        If an entry point of another package cannot be loaded or is no strategy.
    """
    found = _built_in()
    for point in metadata.entry_points(group=ENTRY_POINTS):
        if point.name not in found:
            found[point.name] = _loaded(point.load, f"entry point {point.name!r} ({point.value})")
    return dict(sorted(found.items()))


def _built_in() -> dict[str, type[Strategy]]:
    found: dict[str, type[Strategy]] = {}
    for module in pkgutil.iter_modules(__path__):
        for kind in _own_strategies(importlib.import_module(f"{__name__}.{module.name}")):
            found[module.name] = kind
    return found


def _own_strategies(module: types.ModuleType) -> list[type[Strategy]]:
    """Strategies that a module defines itself; bases, which have no summary, are left out."""
    return [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Strategy) and kind.__module__ == module.__name__ and kind.summary
    ]


def strategy_class(name: str) -> type[Strategy]:
    """Return the strategy called `name`, or named as `module:Class`.

    Raises
    ------
    StrategyProblem
        If there is none.
    """
    if ":" in name:
        module_name, _, class_name = name.partition(":")
        return _loaded(lambda: getattr(importlib.import_module(module_name), class_name), name)
    found = _built_in()
    if name not in found:
        found = find_strategies()
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        allowed = f"{', '.join(found)}, or module:Class"
        raise StrategyProblem(None, repr(name), allowed, near[0] if near else None)
    return found[name]


def _loaded(load: Callable[[], Any], given: str) -> type[Strategy]:
    """Return the strategy that `load` fetches from a user's or another package's module."""
    allowed = "module:Class, with a class derived from sim.strategies.base.Strategy"
    try:
        kind = load()
    except Exception as problem:
        reason = " ".join(f"{type(problem).__name__}: {problem}".split())
        raise StrategyProblem(None, f"{given} ({reason})", allowed) from problem
    if not (inspect.isclass(kind) and issubclass(kind, Strategy)) or inspect.isabstract(kind):
        raise StrategyProblem(None, given, allowed)
    return kind


def parameters_of(kind: type[Strategy]) -> list[dict[str, Any]]:
    """Describe a strategy's parameters: key, type, default, unit, ge, le, meaning, source."""
    hints = get_type_hints(kind)
    return [
        {
            "key": field.name,
            "type": getattr(hints[field.name], "__name__", str(hints[field.name])),
            "default": field.default,
            "unit": field.metadata.get("unit", ""),
            "ge": field.metadata.get("ge"),
            "le": field.metadata.get("le"),
            "meaning": field.metadata.get("meaning", ""),
            "source": field.metadata.get("source", "assumption"),
        }
        for field in dataclasses.fields(kind)
    ]


def problems(name: str, parameters: Mapping[str, Any]) -> list[StrategyProblem]:
    """Return all that is wrong with a strategy's name and parameters, at once.

    What its own `__post_init__` refuses by a ValueError is told if all else is right.
    """
    try:
        kind = strategy_class(name)
    except StrategyProblem as problem:
        return [problem]
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    found = []
    for key, field in fields.items():
        if key not in parameters and field.default is field.default_factory is dataclasses.MISSING:
            found.append(StrategyProblem(key, "nothing", _allowed(hints[key], field.metadata)))
    for key, value in parameters.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            allowed = ", ".join(fields) or "no parameters"
            found.append(StrategyProblem(key, "an unknown key", allowed, near[0] if near else None))
        elif not _fits(value, hints[key], fields[key].metadata):
            allowed = _allowed(hints[key], fields[key].metadata)
            found.append(StrategyProblem(key, repr(value), allowed))
    if not found:
        try:
            kind(**parameters)
        except ValueError as refusal:
            found.append(StrategyProblem(None, str(dict(parameters)), str(refusal)))
    return found


def _fits(value: Any, kind: Any, limits: Mapping[str, Any]) -> bool:
    kinds = get_args(kind) if get_origin(kind) in (types.UnionType,) else (kind,)
    if isinstance(value, int) and not isinstance(value, bool) and float in kinds:
        value = float(value)
    if not any(type(value) is each for each in kinds):
        return False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high = limits.get("ge"), limits.get("le")
    return (low is None or value >= low) and (high is None or value <= high)


def _allowed(kind: Any, limits: Mapping[str, Any]) -> str:
    names = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    low, high = limits.get("ge"), limits.get("le")
    span = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    return names.get(kind, str(kind)) + span


def create(name: str, parameters: Mapping[str, Any]) -> Strategy:
    """Make a strategy.

    Raises
    ------
    StrategyProblem
        The first of its `problems`.
    """
    for problem in problems(name, parameters):
        raise problem
    return strategy_class(name)(**parameters)
