"""What a study varied: the parameters, their ranges, and the points of its design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import WorkError
from sim.results import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.analysis.paired import Floats

type Value = float | int | bool | str

DESIGNS = ("grid", "list", "latin-hypercube", "sobol", "morris")


@dataclass(frozen=True)
class Axis:
    """One parameter that is varied.

    Attributes
    ----------
    key : str
        As in the scenario file: `response.accept`.
    low, high : float
        Ends of its range; 0 and the number of values - 1 where values are not numbers.
    scale : {"linear", "log"}
    labels : tuple
        Its values where they are not numbers (truth values, names), in the order declared; else
        empty.
    """

    key: str
    low: float
    high: float
    scale: str = "linear"
    labels: tuple[Value, ...] = ()

    @property
    def ordered(self) -> bool:
        """Whether more and less mean something: numbers, or two values."""
        return len(self.labels) < 3

    def place(self, value: Value | None) -> float:
        """Where a value lies in units of the range: 0 at the low end, 1 at the high end.

        NaN for what has no place: an unknown value, or 0 and less on a log scale.
        """
        if self.labels:
            known = [type(label) is type(value) and label == value for label in self.labels]
            return known.index(True) / max(1, len(known) - 1) if any(known) else math.nan
        if not _is_number(value) or not math.isfinite(float(value or 0)):
            return math.nan
        low, high, given = self.low, self.high, float(value or 0)
        if self.scale == "log":
            if given <= 0:
                return math.nan
            low, high, given = math.log(low), math.log(high), math.log(given)
        return (given - low) / (high - low) if high > low else given - low

    def value(self, place: float) -> float:
        """Return the number at a place in units of the range; the inverse of `place`."""
        if self.scale == "log":
            return math.exp(math.log(self.low) * (1 - place) + math.log(self.high) * place)
        return self.low + place * (self.high - self.low)

    def gap(self, first: float, second: float) -> float:
        """Distance of two places: their difference, and 1 between names that have no order."""
        if self.ordered:
            return abs(first - second)
        return math.nan if math.isnan(first + second) else float(first != second)


@dataclass(frozen=True, eq=False)
class Sweep:
    """The design of a study.

    Attributes
    ----------
    design : {"grid", "list", "latin-hypercube", "sobol", "morris"}
    axes : tuple of Axis
        At least one.
    points : dict of str to dict
        Values of each point by key; `base` has none.
    base : dict
        Values that the varied parameters have at `base`, as far as the manifest tells.
    rows : tuple of str
        Points in the order of the design's sample matrix; repeats allowed.
    block : int
        Rows that belong together: those of one base sample (Sobol) or trajectory (Morris); else 1.
    """

    design: str
    axes: tuple[Axis, ...]
    points: dict[str, dict[str, Value]]
    base: dict[str, Value]
    rows: tuple[str, ...]
    block: int

    @property
    def keys(self) -> tuple[str, ...]:
        """The parameters varied."""
        return tuple(axis.key for axis in self.axes)

    def values(self, point: str) -> dict[str, Value | None]:
        """Return the value of every varied parameter at a point; None where it is not known."""
        own = self.base | self.points[point]
        return {key: own.get(key) for key in self.keys}

    def places(self, points: Iterable[str]) -> Floats:
        """Coordinates in units of the ranges, shape (points, axes); NaN where there is none."""
        rows = [
            [axis.place(value) for axis, value in zip(self.axes, own.values(), strict=True)]
            for own in map(self.values, points)
        ]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.axes))


def read_sweep(manifest: Mapping[str, Any]) -> Sweep | None:
    """Read what a manifest says of the design; None for a study without a sweep.

    Raises
    ------
    WorkError
        If what it says does not fit together.
    """
    said = manifest.get("sweep")
    if said is None:
        return None
    try:
        return _sweep(said, manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WorkError(
            f"the manifest is damaged: its sweep cannot be read ({type(error).__name__}: {error}); "
            "run the study again"
        ) from error


def _sweep(said: Mapping[str, Any], manifest: Mapping[str, Any]) -> Sweep:
    points: dict[str, dict[str, Value]] = {BASE: {}}
    points |= {str(each["name"]): dict(each["values"]) for each in manifest["points"]}
    design = str(said["design"])
    if design not in DESIGNS:
        raise ValueError(f"unknown design {design!r}")
    base = _base(said["vary"], manifest)
    axes = tuple(
        _axis(key, dict(vary), [own[key] for own in points.values() if key in own])
        for key, vary in said["vary"].items()
    )
    if not axes:
        raise ValueError("nothing is varied")
    rows = tuple(str(name) for name in said["rows"])
    unknown = sorted({*rows} - {*points})
    if unknown:
        raise ValueError(f"no point {unknown[0]!r}")
    return Sweep(design, axes, points, base, rows, _block(design, len(axes), len(rows), said))


def _block(design: str, axes: int, rows: int, said: Mapping[str, Any]) -> int:
    if design not in ("sobol", "morris"):
        return 1
    count = int(said["points"])
    # The design with second-order indices has 2 D + 2 rows a base sample.
    possible = (axes + 2, 2 * axes + 2) if design == "sobol" else (axes + 1,)
    if count < 1 or rows // count not in possible or rows % count:
        raise ValueError(f"{rows} rows for {count} points of a {design} design")
    return rows // count


def _axis(key: str, vary: dict[str, Any], used: Sequence[Value]) -> Axis:
    scale = vary.get("scale") or "linear"
    listed = vary.get("values")
    known = list(listed) if listed else used
    if not all(_is_number(value) for value in known):
        labels = tuple(dict.fromkeys(known))
        return Axis(key, 0.0, float(max(1, len(labels) - 1)), "linear", labels)
    numbers = [float(value) for value in known]
    low, high = (vary.get(name) for name in ("low", "high"))
    low = min(numbers) if low is None else float(low)
    high = max(numbers) if high is None else float(high)
    if scale not in ("linear", "log") or not low <= high or (scale == "log" and low <= 0):
        raise ValueError(f"{key} from {low} to {high}, scale {scale!r}")
    return Axis(key, low, high, scale)


def _base(vary: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Value]:
    """Values of the scenario itself, as far as the manifest names them."""
    known = {str(row["key"]): row["value"] for row in manifest.get("parameters", [])}
    found: dict[str, Value] = {}
    for key in vary:
        section, _, rest = key.partition(".")
        arm, _, name = rest.partition(".")
        value = known.get(key)
        if section == "arms":
            own = manifest.get("arms", {}).get(arm, {})
            inner = name.removeprefix("set.")
            value = own.get(name) if inner == name else own.get("set", {}).get(inner)
            value = known.get(inner) if value is None and inner != name else value
        if isinstance(value, (bool, int, float, str)):
            found[key] = value
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def edges(places: Iterable[float]) -> list[float]:
    """Return cell edges half-way between places: one more than there are distinct places."""
    known = sorted(set(places))
    middles = [(left + right) / 2 for left, right in pairwise(known)]
    if not middles:
        return [known[0] - 0.5, known[0] + 0.5]
    return [2 * known[0] - middles[0], *middles, 2 * known[-1] - middles[-1]]
