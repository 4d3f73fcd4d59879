"""Who wins at a point of a sweep, and whether that is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis.paired import Moments, mean_interval

if TYPE_CHECKING:
    from sim.analysis.paired import Floats

type State = Literal["arm", "baseline", "level", "unsure", "unknown"]

STATES: dict[State, str] = {
    "arm": "the arm is better (higher, where the metric has no better side)",
    "baseline": "the baseline is better",
    "level": "the difference is surely smaller than the smallest that matters",
    "unsure": "the interval holds 0, or does not leave it for sure",
    "unknown": "too few points or worlds for an interval",
}


def intervals(values: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Mean and interval of each row over its own worlds.

    Parameters
    ----------
    values : ndarray of float64, shape (rows, worlds)
        NaN where a world is missing.
    level : float

    Returns
    -------
    mean, low, high : ndarray of float64, shape (rows,)
        As `sim.analysis.paired.mean_interval`; all NaN without worlds, and bounds too with one. If
        all worlds of a row agree, which they may do by luck, its bounds are NaN unless there are
        enough of them for the sign test to be sure.
    """
    mean, low, high = (np.full(len(values), np.nan) for _ in range(3))
    present = np.isfinite(values)
    counts = present.sum(axis=1)
    for count in np.unique(counts[counts > 0]):
        rows = np.flatnonzero(counts == count)
        sample = Moments.of(values[rows][present[rows]].reshape(rows.size, count).T)
        mean[rows] = sample.mean
        bounds = mean_interval(sample, level)
        unsure = (sample.sd == 0) & (2.0 ** (1 - count) > 1 - level)
        low[rows], high[rows] = (np.where(unsure, np.nan, bound) for bound in bounds)
    return mean, low, high


def state(low: float, high: float, better: str, smallest: float | None) -> State:
    """Judge an interval of a difference (arm - baseline).

    Parameters
    ----------
    low, high : float
        NaN where there is none.
    better : {"higher", "lower", "neither"}
        Which side of the metric is better.
    smallest : float or None
        The smallest difference that matters.
    """
    if not np.isfinite(low + high):
        return "unknown"
    if smallest and -smallest < low and high < smallest:
        return "level"
    if low <= 0 <= high:
        return "unsure"
    return "arm" if (low > 0) == (better != "lower") else "baseline"
