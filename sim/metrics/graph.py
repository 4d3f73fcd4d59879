"""Measures of the whole graph: degrees, their inequality and correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel, over_chunks

if TYPE_CHECKING:
    from sim.world.rows import Rows

Int64 = NDArray[np.int64]


def degree_percentile(degrees: Int64, percent: int) -> int:
    """Return the element floor((N - 1) percent / 100) of the N sorted degrees; 0 if N is 0."""
    if len(degrees) == 0:
        return 0
    up_to = np.cumsum(np.bincount(degrees))
    return int(np.searchsorted(up_to, (len(degrees) - 1) * percent // 100, side="right"))


def gini(values: Int64) -> float:
    """Return the Gini coefficient of whole numbers >= 0: 0 for equality, below 1 always.

    2 sum(r x_(r)) / (n sum x) - (n + 1) / n with ranks r of ascending values; 0 if all are 0.
    """
    total, count = int(values.sum()), len(values)
    if total == 0:
        return 0.0
    weighted = 0
    below = 0
    for value, equal in _tally(values):
        # Their ranks are below + 1 ... below + equal.
        weighted += value * (equal * below + equal * (equal + 1) // 2)
        below += equal
    return 2 * weighted / (count * total) - (count + 1) / count


def _tally(values: Int64) -> list[tuple[int, int]]:
    """Return the different values, ascending, each with how often there it is."""
    often = np.bincount(values)
    different = np.flatnonzero(often)
    return list(zip(different.tolist(), often[different].tolist(), strict=True))


def degree_assortativity(rows: Rows, threads: int = 1) -> float:
    """Return the correlation of the degrees at the two ends of ties (Newman 2002).

    Parameters
    ----------
    rows : Rows
        Symmetric ties.
    threads : int
        Threads that may be used; the result does not depend on it.

    Returns
    -------
    float
        From -1 to 1; 0 if all ends have the same degree. The sums are of whole numbers, so exact.
    """
    tally = _tally(rows.degree.astype(np.int64))
    products: list[int] = []

    def work(start: int, stop: int) -> None:
        products.append(_end_products(start, stop, rows))

    over_chunks(threads, rows.degree.size, work)
    # Over entries, of which a tie has two: each end's degree d comes in d of them.
    ends = sum(often * d**2 for d, often in tally)
    ties = sum(often * d for d, often in tally) // 2
    top = 2 * ties * sum(products) - ends**2
    bottom = 2 * ties * sum(often * d**3 for d, often in tally) - ends**2
    return top / bottom if bottom else 0.0


@kernel
def _end_products(start: int, stop: int, rows: Rows) -> int:
    """Sum the products of the degrees at both ends over the entries of some rows."""
    total = 0
    for member in range(start, stop):
        around = 0
        for place in range(rows.start[member], rows.start[member] + rows.degree[member]):
            around += rows.degree[rows.neighbour[place]]
        total += around * rows.degree[member]
    return total
