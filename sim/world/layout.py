"""How entries get into the rows of an arena, and out of them: sorted, merged, moved, closed up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel
from sim.world.prefetch import AHEAD, LINE, prefetch, prefetch_bounds, prefetch_row
from sim.world.rows import lower_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.columns import Column
    from sim.world.rows import Rows


@kernel
def sorted_order(
    low: NDArray[np.int32], high: NDArray[np.int32], members: int
) -> NDArray[np.int64]:
    """Stable order of the pairs by `low`, then `high`, by two counting sorts."""
    order = np.arange(low.size)
    for key in (high, low):
        place = np.zeros(members + 1, np.int64)
        for member in key:
            place[member + 1] += 1
        for member in range(members):
            place[member + 1] += place[member]
        sorted_pairs = np.empty_like(order)
        for pair in order:
            sorted_pairs[place[key[pair]]] = pair
            place[key[pair]] += 1
        order = sorted_pairs
    return order


@kernel
def by_row(
    a: NDArray[np.int32], b: NDArray[np.int32], members: int, symmetric: bool
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Sort the entries that pairs ask for by the row they belong to; a counting sort.

    Returns the rows touched, ascending, the bounds of each of them in the entries, one more than
    there are rows, and the entries: neighbour * 2**32 + number of the pair.
    """
    place = np.zeros(members, np.int64)
    for pair in range(a.size):
        place[a[pair]] += 1
        if symmetric:
            place[b[pair]] += 1
    count = 0
    end = 0
    for member in range(members):
        count += int(place[member] > 0)
        end += place[member]
        place[member] = end
    touched = np.empty(count, np.int32)
    bounds = np.empty(count + 1, np.int64)
    row = 0
    begin = 0
    for member in range(members):
        if place[member] > begin:
            touched[row] = member
            bounds[row] = begin
            begin = place[member]
            row += 1
    bounds[count] = end
    entries = np.empty(end, np.int64)
    for pair in range(a.size):
        place[a[pair]] -= 1
        entries[place[a[pair]]] = (np.int64(b[pair]) << 32) + pair
        if symmetric:
            place[b[pair]] -= 1
            entries[place[b[pair]]] = (np.int64(a[pair]) << 32) + pair
    return touched, bounds, entries


@kernel
def _sort(values: NDArray[np.int64]) -> None:
    """Sort in place (Shell 1959, gaps of Knuth): most rows are short, and none needs a buffer."""
    gap = 1
    while 3 * gap < values.size:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, values.size):
            value = values[i]
            at = i
            while at >= gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value
        gap //= 3


class Incoming(NamedTuple):
    """Entries to be merged into rows, of which the first `fresh` of each row are to stay.

    Attributes
    ----------
    touched : int32 array (rows,)
        Rows that get any, ascending.
    bounds : int64 array (rows + 1,)
        Where the entries of each of them begin.
    fresh : int32 array (rows,)
        How many of them are new.
    neighbour, pair, before : int32 array (entries,)
        Of each new entry its neighbour, ascending in a row, the number of the pair it comes from,
        and how many older entries of the row stand before it.
    """

    touched: NDArray[np.int32]
    bounds: NDArray[np.int64]
    fresh: NDArray[np.int32]
    neighbour: NDArray[np.int32]
    pair: NDArray[np.int32]
    before: NDArray[np.int32]


@kernel
def find_new(
    start: int,
    stop: int,
    rows: Rows,
    entries: NDArray[np.int64],
    incoming: Incoming,
    new: NDArray[np.bool_],
) -> None:
    """Fill in what of the `entries` is new to the touched rows start ... stop; mark their pairs.

    An entry that stands in its row already, or twice among those given, is not; of equals the one
    of the first pair is. Both entries of a symmetric pair get the same answer.
    """
    touched, bounds = incoming.touched, incoming.bounds
    for row in range(start, stop):
        if row + 2 * AHEAD < stop:
            prefetch_bounds(rows, touched[row + 2 * AHEAD])
        if row + AHEAD < stop:
            prefetch_row(rows, touched[row + AHEAD])
        begin = bounds[row]
        wanted = entries[begin : bounds[row + 1]]
        _sort(wanted)
        first = rows.start[touched[row]]
        last = first + rows.degree[touched[row]]
        place = first
        at = begin
        latest = -1
        for entry in wanted:
            neighbour = entry >> 32
            if neighbour == latest:
                continue
            latest = neighbour
            place = lower_bound(rows.neighbour, place, last, neighbour)
            if place < last and rows.neighbour[place] == neighbour:
                continue
            pair = entry & 0xFFFFFFFF
            new[pair] = True
            incoming.neighbour[at] = neighbour
            incoming.pair[at] = pair
            incoming.before[at] = place - first
            at += 1
        incoming.fresh[row] = at - begin


@kernel
def insert(
    start: int,
    stop: int,
    rows: Rows,
    new_start: NDArray[np.int64],
    incoming: Incoming,
    values: Column,
    by_entry: int,
    by_pair: int,
    column: Column,
) -> None:
    """Insert values into a column of the touched rows start ... stop, from the end of each row.

    A row may move at the same time: row `touched[r]` begins at `new_start[r]` then. Entry e that
    comes from pair p gets `values[e * by_entry + p * by_pair]`.
    """
    line = LINE // column.itemsize
    for row in range(start, stop):
        if row + 2 * AHEAD < stop:
            prefetch_bounds(rows, incoming.touched[row + 2 * AHEAD])
        if row + AHEAD < stop and incoming.fresh[row + AHEAD] > 0:
            coming = incoming.touched[row + AHEAD]
            first = incoming.before[incoming.bounds[row + AHEAD]]
            for place in range(first, rows.degree[coming], line):
                prefetch(column, rows.start[coming] + place)
        old = rows.start[incoming.touched[row]]
        new = new_start[row]
        last = rows.degree[incoming.touched[row]]
        for ahead in range(incoming.fresh[row], 0, -1):
            entry = incoming.bounds[row] + ahead - 1
            first = incoming.before[entry]
            for place in range(last - 1, first - 1, -1):
                column[new + place + ahead] = column[old + place]
            value = values[entry * by_entry + incoming.pair[entry] * by_pair]
            column[new + first + ahead - 1] = value
            last = first
        if new != old:
            for place in range(last):
                column[new + place] = column[old + place]


@kernel
def copy_rows(
    start: int,
    stop: int,
    rows: Rows,
    new_start: NDArray[np.int64],
    column: Column,
    new_column: Column,
) -> None:
    """Copy the rows of the members start ... stop to where they begin anew."""
    for member in range(start, stop):
        old = rows.start[member]
        new = new_start[member]
        for place in range(rows.degree[member]):
            new_column[new + place] = column[old + place]


@kernel
def neighbours_of(rows: Rows, members: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark all neighbours of `members`."""
    marked = np.zeros(rows.start.size, np.bool_)
    for member in members:
        for place in range(rows.start[member], rows.start[member] + rows.degree[member]):
            marked[rows.neighbour[place]] = True
    return marked


@kernel
def close_up(
    start: int,
    stop: int,
    rows: Rows,
    members: NDArray[np.int64],
    gone: NDArray[np.bool_],
    column: Column,
    left: NDArray[np.int32],
) -> None:
    """Close the gaps that neighbours who are `gone` leave in a column of rows; tell what is left.

    The rows are those of `members[start:stop]`. `column` may be the neighbours themselves: what is
    overwritten has been read.
    """
    for row in range(start, stop):
        first = rows.start[members[row]]
        at = first
        for place in range(first, first + rows.degree[members[row]]):
            if not gone[rows.neighbour[place]]:
                column[at] = column[place]
                at += 1
        left[row] = at - first


@kernel
def assign(
    column: Column,
    here: NDArray[np.int64],
    there: NDArray[np.int64],
    values: Column,
    by_pair: int,
    kept: np.unsignedinteger,
) -> None:
    """Assign to both entries of each pair in the given order; bits `kept` stay as they are."""
    for pair in range(here.size):
        value = values[pair * by_pair]
        column[here[pair]] = (column[here[pair]] & kept) | value
        column[there[pair]] = (column[there[pair]] & kept) | value
