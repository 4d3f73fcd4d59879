"""Rows of neighbours as kernels read them: to find a tie, count contacts, tell a distance.

A row is found by its member, an entry in it by binary search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, lean, over_chunks
from sim.world.prefetch import AHEAD, prefetch_bounds, prefetch_row

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rows(NamedTuple):
    """What a kernel needs to walk the ties; holds until ties are added.

    Attributes
    ----------
    start : int64 array (members,)
        Position of the first entry of each row.
    degree : int32 array (members,)
        Number of entries of each row.
    neighbour : int32 array (capacity,)
        Neighbours, ascending within a row.
    """

    start: NDArray[np.int64]
    degree: NDArray[np.int32]
    neighbour: NDArray[np.int32]


@lean
def lower_bound(neighbour: NDArray[np.int32], first: int, last: int, member: int) -> int:
    """Return the first position in [first, last) whose neighbour is not below `member`."""
    while first < last:
        middle = (first + last) >> 1
        if neighbour[middle] < member:
            first = middle + 1
        else:
            last = middle
    return first


@lean
def find(rows: Rows, a: int, b: int) -> int:
    """Position of the entry for `b` in the row of `a`, or -1 if there is none."""
    first = rows.start[a]
    last = first + rows.degree[a]
    position = lower_bound(rows.neighbour, first, last, b)
    if position < last and rows.neighbour[position] == b:
        return int(position)
    return -1


@lean
def common_count(rows: Rows, a: int, b: int, enough: int) -> int:
    """Count the neighbours that the rows of `a` and `b` share; stop at `enough` of them."""
    if rows.degree[a] > rows.degree[b]:
        a, b = b, a
    i = rows.start[a]
    i_end = i + rows.degree[a]
    j = rows.start[b]
    j_end = j + rows.degree[b]
    # Merging costs the sum of the degrees, searching the smaller times the logarithm of the larger.
    search = rows.degree[b] > 16 * rows.degree[a]
    count = 0
    while i < i_end and j < j_end and count < enough:
        wanted = rows.neighbour[i]
        if search:
            j = lower_bound(rows.neighbour, j, j_end, wanted)
            if j == j_end:
                break
        elif j + 8 <= j_end:
            # Eight at once, without a guess which of the two is less that may turn out wrong: two
            # thirds of the time of a plain merge.
            if rows.neighbour[j + 7] < wanted:
                j += 8
            else:
                for ahead in range(8):
                    count += int(rows.neighbour[j + ahead] == wanted)
                i += 1
            continue
        met = rows.neighbour[j]
        count += int(met == wanted)
        i += int(wanted <= met)
        j += int(met <= wanted)
    return count


@lean
def mutual_count(rows: Rows, a: int, b: int) -> int:
    """Count the members that are neighbours of both `a` and `b`."""
    return common_count(rows, a, b, rows.degree.size)


@lean
def within(rows: Rows, a: int, b: int, level: int) -> bool:
    """Tell whether `b` is at most `level` (0, 1, 2 or 3) ties away from `a`, in symmetric rows."""
    if a == b:
        return True
    if level >= 1 and find(rows, a, b) >= 0:
        return True
    if level >= 2 and common_count(rows, a, b, 1) > 0:
        return True
    if level < 3:
        return False
    if rows.degree[a] > rows.degree[b]:
        a, b = b, a
    for position in range(rows.start[a], rows.start[a] + rows.degree[a]):
        if common_count(rows, rows.neighbour[position], b, 1) > 0:
            return True
    return False


def find_all(
    rows: Rows, a: NDArray[np.int32], b: NDArray[np.int32], threads: int = 1
) -> NDArray[np.int64]:
    """Apply `find` to every pair."""
    out = np.empty(a.size, np.int64)
    over_chunks(threads, a.size, lambda start, stop: _find(start, stop, rows, a, b, out))
    return out


def mutual_all(
    rows: Rows, a: NDArray[np.int32], b: NDArray[np.int32], threads: int = 1
) -> NDArray[np.int64]:
    """Apply `mutual_count` to every pair."""
    out = np.empty(a.size, np.int64)
    over_chunks(threads, a.size, lambda start, stop: _mutual(start, stop, rows, a, b, out))
    return out


@lean
def _find(
    start: int,
    stop: int,
    rows: Rows,
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None:
    for pair in range(start, stop):
        if pair + 2 * AHEAD < stop:
            prefetch_bounds(rows, a[pair + 2 * AHEAD])
        if pair + AHEAD < stop:
            prefetch_row(rows, a[pair + AHEAD])
        out[pair] = find(rows, a[pair], b[pair])


@lean
def _mutual(
    start: int,
    stop: int,
    rows: Rows,
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    out: NDArray[np.int64],
) -> None:
    for pair in range(start, stop):
        if pair + 2 * AHEAD < stop:
            prefetch_bounds(rows, a[pair + 2 * AHEAD])
            prefetch_bounds(rows, b[pair + 2 * AHEAD])
        if pair + AHEAD < stop:
            prefetch_row(rows, a[pair + AHEAD])
            prefetch_row(rows, b[pair + AHEAD])
        out[pair] = mutual_count(rows, a[pair], b[pair])


@kernel
def list_edges(
    rows: Rows, symmetric: bool, size: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """List every tie once: its ends and a position of its values."""
    a = np.empty(size, np.int32)
    b = np.empty(size, np.int32)
    at = np.empty(size, np.int64)
    count = 0
    for member in range(rows.start.size):
        first = rows.start[member]
        for position in range(first, first + rows.degree[member]):
            if not symmetric or rows.neighbour[position] > member:
                a[count] = member
                b[count] = rows.neighbour[position]
                at[count] = position
                count += 1
    return a, b, at
