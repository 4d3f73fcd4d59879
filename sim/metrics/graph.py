"""Measures of the whole graph: degrees, their inequality and correlation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]


def degree_percentile(degrees: Int64, percent: int) -> int:
    """Return the element floor((N - 1) percent / 100) of the N sorted degrees; 0 if N is 0."""
    if len(degrees) == 0:
        return 0
    return int(np.sort(degrees)[(len(degrees) - 1) * percent // 100])


def gini(values: Int64) -> float:
    """Return the Gini coefficient of whole numbers >= 0: 0 for equality, below 1 always.

    2 sum(r x_(r)) / (n sum x) - (n + 1) / n with ranks r of ascending values; 0 if all are 0.
    """
    ranked = np.sort(values)
    total, count = int(ranked.sum()), len(ranked)
    if total == 0:
        return 0.0
    weighted = int((np.arange(1, count + 1) * ranked).sum())
    return 2 * weighted / (count * total) - (count + 1) / count


def degree_assortativity(a: NDArray[np.int32], b: NDArray[np.int32], degrees: Int64) -> float:
    """Return the correlation of the degrees at the two ends of ties (Newman 2002).

    Parameters
    ----------
    a, b : int32[M]
        Ends of the ties, each tie once.
    degrees : int64[N]

    Returns
    -------
    float
        From -1 to 1; 0 if all ends have the same degree. The sums are of whole numbers, so exact.
    """
    x, y = degrees[a], degrees[b]
    ends = int((x + y).sum())
    top = 4 * len(a) * int((x * y).sum()) - ends**2
    bottom = 2 * len(a) * int((x * x + y * y).sum()) - ends**2
    return top / bottom if bottom else 0.0
