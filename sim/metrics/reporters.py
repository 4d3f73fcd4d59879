"""The columns of a model's data collector."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from sim.metrics.catalogue import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable


class Measured(Protocol):
    """A model that keeps its latest measures."""

    measures: dict[tuple[str, str], float]
    measured_week: int


def reporters() -> dict[str, Callable[[Measured], Any]]:
    """Return the columns by name: the week, every metric of the focal members, `all/...` of all."""
    columns: dict[str, Callable[[Measured], Any]] = {"week": _week}
    for name, metric in METRICS.items():
        if not metric.graph:
            columns[name] = partial(_value, key=("focal", name))
        columns[f"all/{name}"] = partial(_value, key=("all", name))
    return columns


def _week(model: Measured) -> int:
    return model.measured_week


def _value(model: Measured, key: tuple[str, str]) -> float:
    return model.measures.get(key, float("nan"))
