"""Sorted rows in one array that change in a few places: copied in blocks, not sorted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel, over_chunks

if TYPE_CHECKING:
    from sim.world.members import Int32

Int64 = NDArray[np.int64]


class Splice(NamedTuple):
    """Entries that leave rows and entries that enter them.

    Rows are those of a table whose row i is `column[first[i]:first[i + 1]]`.
    """

    gone: Int64
    """Places of the entries that leave, ascending, int64[L]."""
    before: Int64
    """Places before which entries enter, ascending, int64[J]."""
    first: Int64
    """Where rows begin afterwards, int64[rows + 1]."""

    @classmethod
    def of(
        cls, first: Int64, column: Int32, gone: Int64, row: Int32, value: Int32, threads: int
    ) -> Splice:
        """Find out where the entries `value` enter the rows `row`, int32[J], sorted by both.

        Parameters
        ----------
        first : int64[rows + 1]
            Where rows begin.
        column : int32[M]
            The table, sorted within rows.
        gone : int64[L]
            Places of the entries that leave, ascending.
        row, value : int32[J]
            What enters; it is in its row only if it leaves it at the same time.
        threads : int
            Threads that may be used.
        """
        bounds = np.empty_like(first)
        over_chunks(
            threads, len(first), lambda start, stop: _bounds(start, stop, first, gone, row, bounds)
        )
        return cls(gone, places(first, column, row, value, threads), bounds)

    def applied[T: np.generic](
        self, column: NDArray[T], values: NDArray[T], threads: int
    ) -> NDArray[T]:
        """Return a column of the table, (M,), as it is afterwards; `values`, (J,), enter it."""
        out = np.empty(column.size + values.size - self.gone.size, column.dtype)
        # What enters at the end of the table belongs to a place after the last.
        over_chunks(
            threads,
            column.size + 1,
            lambda start, stop: _copy(start, stop, column, self.gone, self.before, values, out),
        )
        return out


def places(first: Int64, column: Int32, row: Int32, wanted: Int32, threads: int) -> Int64:
    """Return where each of `wanted`, int32[J], is or would be in its row, int64[J]."""
    out = np.empty(row.size, np.int64)
    over_chunks(
        threads,
        row.size,
        lambda start, stop: _places(start, stop, first, column, row, wanted, out),
    )
    return out


@kernel
def place_in(column: Int32, low: int, high: int, wanted: int) -> int:
    """Return the first place in [low, high) of an ascending stretch that is not below `wanted`."""
    while low < high:
        middle = (low + high) >> 1
        if column[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _places(
    start: int, stop: int, first: Int64, column: Int32, row: Int32, wanted: Int32, out: Int64
) -> None:
    for i in range(start, stop):
        out[i] = place_in(column, first[row[i]], first[row[i] + 1], wanted[i])


@kernel
def _bounds(start: int, stop: int, first: Int64, gone: Int64, entered: Int32, out: Int64) -> None:
    """Write where the rows `start` ... `stop` - 1 begin afterwards."""
    left = np.searchsorted(gone, first[start])
    more = np.searchsorted(entered, start)
    for row in range(start, stop):
        while left < gone.size and gone[left] < first[row]:
            left += 1
        while more < entered.size and entered[more] < row:
            more += 1
        out[row] = first[row] - left + more


@kernel
def _copy(
    start: int,
    stop: int,
    column: NDArray[Any],
    gone: Int64,
    before: Int64,
    values: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """Copy what stays of the places `start` ... `stop` - 1, and what enters before them."""
    left = np.searchsorted(gone, start)
    more = np.searchsorted(before, start)
    at = start - left + more
    place = start
    last = min(stop, column.size)
    while True:
        until = last
        if left < gone.size:
            until = min(until, gone[left])
        if more < before.size:
            until = min(until, before[more])
        for offset in range(until - place):
            out[at + offset] = column[place + offset]
        at += until - place
        place = until
        if place < stop and more < before.size and before[more] == place:
            out[at] = values[more]
            more += 1
            at += 1
        elif place < last and left < gone.size and gone[left] == place:
            place += 1
            left += 1
        else:
            break
