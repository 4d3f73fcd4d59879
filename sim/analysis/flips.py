"""What flips the verdict: the nearest point of a sweep at which the other arm wins.

A point flips it if its own interval lies on the other side of 0. Of many points some do so by luck:
where the true difference is a little above 0 everywhere, 25 of 100 studies of 60 points had such a
point, and none had one that is `firm`, whose interval stands when all points are allowed for
(``tests/analysis/test_sensitivity_coverage.py``, ``pytest -m slow``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.responses import Quantity, response
from sim.analysis.states import State, intervals, state
from sim.results import BASE

if TYPE_CHECKING:
    import polars as pl

    from sim.analysis.paired import Floats
    from sim.analysis.sweep import Sweep, Value

_SAME = 1e-9
"""Places nearer than this are the same."""


@dataclass(frozen=True)
class Finding:
    """The difference at one point.

    Attributes
    ----------
    distance : float
        From `base`, in units of the parameters' ranges (Euclidean; logarithms where the scale is).
    values : dict
        What the point changes.
    difference, low, high : float
        Arm - baseline with its interval, in the metric's unit; the interval is this point's alone.
    firm : bool
        Whether the side of 0 stands when all points looked at are allowed for (Bonferroni).
    """

    point: str
    distance: float
    values: dict[str, Value]
    difference: float
    low: float
    high: float
    state: State
    firm: bool


@dataclass(frozen=True)
class Along:
    """What was found when one parameter alone leaves its value at `base`.

    Attributes
    ----------
    looked : int
        Points of the design that change this parameter alone.
    flip : Finding or None
        The nearest of them that flips the verdict.
    """

    parameter: str
    looked: int
    flip: Finding | None


@dataclass(frozen=True)
class Flips:
    """What flips the verdict on one difference.

    Attributes
    ----------
    base : Finding or None
        The verdict itself; None where no interval can be given.
    arm, baseline : Finding or None
        The nearest point (other than `base`) where the arm, and where the baseline, is better.
    along : tuple of Along
    looked : int
        Points with an interval, other than `base`.
    flipped, undecided : int
        How many of them flip the verdict; at how many it is open (unsure, or too small to matter).
    nearest, farthest : float or None
        Least and greatest distance at which the design looked.
    left_out : tuple of str
        Parameters whose value at `base` has no known place, which distances leave out.
    """

    quantity: Quantity
    base: Finding | None
    arm: Finding | None
    baseline: Finding | None
    along: tuple[Along, ...]
    looked: int
    flipped: int
    undecided: int
    nearest: float | None
    farthest: float | None
    left_out: tuple[str, ...]

    @property
    def verdict(self) -> State:
        """Who wins at `base`."""
        return self.base.state if self.base else "unknown"

    @property
    def flip(self) -> Finding | None:
        """The nearest point at which the other side wins; None also where nobody wins at `base`."""
        return {"arm": self.baseline, "baseline": self.arm}.get(self.verdict)


def flips(
    outcomes: pl.DataFrame,
    sweep: Sweep,
    quantity: Quantity,
    *,
    better: str = "higher",
    level: float = 0.95,
) -> Flips:
    """Look for the nearest points at which the sign of a difference changes for sure.

    Parameters
    ----------
    outcomes : polars.DataFrame
        As from `sim.analysis.responses.read_outcomes`, of the quantity's metric.
    sweep : Sweep
    quantity : Quantity
        A difference to a baseline.
    better : {"higher", "lower", "neither"}
    level : float
    """
    names = list(sweep.points)
    values = response(outcomes, quantity, names)
    gaps, left_out = _gaps(sweep, names)
    distances = np.sqrt((gaps**2).sum(axis=1))
    mean, low, high = intervals(values, level)
    looked = np.isfinite(low)
    family = max(1, int(looked.sum()))
    strict = intervals(values, 1 - (1 - level) / family)[1:]
    found: dict[int, Finding] = {}
    # The nearest first; of equals the first in the order of the design.
    for place in np.argsort(distances, kind="stable").tolist():
        if looked[place]:
            verdict, sure = (
                state(float(bounds[0][place]), float(bounds[1][place]), better, None)
                for bounds in ((low, high), strict)
            )
            found[place] = Finding(
                point=names[place],
                distance=float(distances[place]),
                values=_changed(sweep, names[place], gaps[place], left_out),
                difference=float(mean[place]),
                low=float(low[place]),
                high=float(high[place]),
                state=verdict,
                firm=verdict == sure and verdict in ("arm", "baseline"),
            )
    base = found.pop(names.index(BASE), None)
    # A point that is nothing but `base` again says nothing new.
    moved = (gaps > _SAME).any(axis=1) | bool(left_out)
    found = {place: each for place, each in found.items() if moved[place]}
    others = list(found.values())
    flipped = {"arm": "baseline", "baseline": "arm"}.get(base.state if base else "", "")
    alone = _alone(gaps)
    along = []
    for column, key in enumerate(sweep.keys):
        own = [each for place, each in found.items() if alone[place] == column]
        along.append(Along(key, len(own), next((e for e in own if e.state == flipped), None)))
    return Flips(
        quantity=quantity,
        base=base,
        arm=next((each for each in others if each.state == "arm"), None),
        baseline=next((each for each in others if each.state == "baseline"), None),
        along=tuple(along),
        looked=len(others),
        flipped=sum(each.state == flipped for each in others),
        undecided=sum(each.state == "unsure" for each in others),
        nearest=min((each.distance for each in others), default=None),
        farthest=max((each.distance for each in others), default=None),
        left_out=left_out,
    )


def _gaps(sweep: Sweep, names: list[str]) -> tuple[Floats, tuple[str, ...]]:
    """Distance from `base` of every point along every parameter; 0 along those left out."""
    places = sweep.places(names)
    home = places[names.index(BASE)]
    gaps = np.array(
        [
            [axis.gap(there, here) for axis, there, here in zip(sweep.axes, row, home, strict=True)]
            for row in places.tolist()
        ]
    )
    lost = ~np.isfinite(gaps).all(axis=0)
    left_out = tuple(key for key, gone in zip(sweep.keys, lost.tolist(), strict=True) if gone)
    return np.where(lost, 0.0, gaps), left_out


def _changed(sweep: Sweep, point: str, gaps: Floats, left_out: tuple[str, ...]) -> dict[str, Value]:
    """Values of a point that are not those of `base`."""
    far = dict(zip(sweep.keys, (gaps > _SAME).tolist(), strict=True))
    own = sweep.points[point].items()
    return {key: value for key, value in own if far[key] or key in left_out}


def _alone(gaps: Floats) -> list[int]:
    """Return for each point the one parameter that it changes; -1 if it is not one."""
    moved = gaps > _SAME
    return [int(row.argmax()) if row.sum() == 1 else -1 for row in moved]
