"""Factors of a sweep: each a parameter with the values it may take, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.problems import shown
from sim.scenario.schema import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.scenario.sweep import Vary

_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Factor:
    """A parameter that is varied, as it is called where sensitivity is analysed.

    Parameters
    ----------
    key : str
        Dotted key of the parameter.
    low, high : float or None
        Ends of its range; None if it has values.
    scale : {"linear", "log"}
        Whether equal steps are equal differences or equal ratios.
    integer : bool
        Whether the range holds whole numbers alone.
    steps : int or None
        Values of the range in a grid.
    values : tuple
        The values in place of a range; empty if it has one.
    """

    key: str
    low: float | None = None
    high: float | None = None
    scale: str = "linear"
    integer: bool = False
    steps: int | None = None
    values: tuple[Any, ...] = ()


class Objection(NamedTuple):
    """What is wrong with one key of how a parameter is varied."""

    name: str | None
    """Key among those of `Vary`; None if it is about the parameter."""
    given: str
    allowed: str


def factor_of(key: str, vary: Vary, declared: Mapping[str, Any]) -> Factor:
    """Return a factor, with what is not given taken from the range of its parameter.

    Parameters
    ----------
    key
        Dotted key of the parameter.
    vary
        How it is varied.
    declared
        The schema of the parameter. A switch has both its values, a choice among names all of
        them.
    """
    kind = declared.get("type")
    if vary.values:
        return Factor(key, values=vary.values)
    if kind == "boolean":
        return Factor(key, values=(False, True))
    if "enum" in declared:
        return Factor(key, values=tuple(declared["enum"]))
    low = declared.get("minimum") if vary.low is None else vary.low
    high = declared.get("maximum") if vary.high is None else vary.high
    return Factor(key, low, high, vary.scale, kind == "integer", vary.steps)


def objections(
    vary: Vary, declared: Mapping[str, Any], design: str, fits: Callable[[Any], bool]
) -> Iterator[Objection]:
    """Find what is wrong with how a parameter is varied.

    Parameters
    ----------
    vary
        How it is varied.
    declared
        The schema of the parameter.
    design
        The design of the sweep.
    fits
        Whether the parameter may have a value.
    """
    factor = factor_of("", vary, declared)
    given = {name for name in ("low", "high", "steps") if getattr(vary, name) is not None}
    given |= {"scale"} if vary.scale == "log" else set()
    if factor.values:
        kind = "values" if vary.values else f"a parameter that is {in_words(declared)}"
        for name in sorted(given):
            yield Objection(name, shown(getattr(vary, name)), f"no {name} with {kind}")
        yield from _values(vary, declared, fits)
    elif declared.get("type") not in _NUMBERS:
        yield Objection(None, "no values", f"values = [...], each {in_words(declared)}")
    else:
        yield from _range(factor, vary, declared)
        if design == "grid" and vary.steps is None:
            yield Objection("steps", "nothing", "steps = 2 or more, or values, with a grid")
    if design != "grid" and "steps" in given and not factor.values:
        yield Objection("steps", shown(vary.steps), "steps with design = 'grid' alone")


def _values(
    vary: Vary, declared: Mapping[str, Any], fits: Callable[[Any], bool]
) -> Iterator[Objection]:
    # 1 and true are equal in Python, and two values here.
    told = [(type(value), value) for value in vary.values]
    if len(told) == 1:
        yield Objection("values", shown(vary.values), "at least 2; one alone stands in its section")
    elif any(each in told[:place] for place, each in enumerate(told)):
        yield Objection("values", shown(vary.values), "each value once")
    unfit = [value for value in vary.values if not fits(value)]
    if unfit:
        yield Objection("values", ", ".join(map(shown, unfit[:3])), in_words(declared))


def _range(factor: Factor, vary: Vary, declared: Mapping[str, Any]) -> Iterator[Objection]:
    sound = True
    for name in ("low", "high"):
        value, own = getattr(factor, name), getattr(vary, name)
        least, most = declared.get("minimum"), declared.get("maximum")
        if value is None:
            yield Objection(
                name, "nothing", "a number, since the parameter has no range of its own"
            )
        elif own is not None and (
            (least is not None and own < least)
            or (most is not None and own > most)
            or (factor.integer and own != int(own))
        ):
            yield Objection(name, shown(own), in_words(declared))
        else:
            continue
        sound = False
    low, high = factor.low, factor.high
    if low is None or high is None or not sound:
        return
    if low >= high:
        name = "high" if vary.low is None else "low"
        other = f"more than low = {shown(low)}" if name == "high" else f"less than {shown(high)}"
        yield Objection(name, shown(getattr(factor, name)), other)
    elif factor.scale == "log" and low <= 0:
        yield Objection("low", shown(low), "more than 0 with scale = 'log'")
