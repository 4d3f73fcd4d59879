"""How ties are laid out in the arena: sorted into rows, merged into them, moved with them.

A full row moves to the end of the arena, with a quarter more room than it needs. When the arena is
full it is laid out anew, in member order and without what moved rows left behind, so that the work
of an added tie is constant on average and abandoned room never exceeds a quarter. A symmetric tie
costs 2 (4 + c) bytes, with c the bytes of the columns of one entry, and with the room to grow up to
about 1.7 times that. Where members leave, the rows of their neighbours close up and keep their
room; that of the members themselves is given back when the arena is laid out anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.world.rows import Rows, find

Column = NDArray[Any]


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
def new_pairs(
    rows: Rows, low: NDArray[np.int32], high: NDArray[np.int32], order: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which pairs are no ties yet and the first of their kind; `order` sorts them stably."""
    new = np.zeros(order.size, np.bool_)
    for i in range(order.size):
        pair = order[i]
        before = order[i - 1]
        first = i == 0 or low[pair] != low[before] or high[pair] != high[before]
        new[pair] = first and find(rows, low[pair], high[pair]) < 0
    return new


@kernel
def entries(
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    pairs: NDArray[np.int64],
    members: int,
    symmetric: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Sort the entries of `pairs`, themselves sorted by low and high, into rows.

    Returns the bounds of the rows (members + 1,), and of each entry its neighbour and its pair.
    """
    bounds = np.zeros(members + 1, np.int64)
    for pair in pairs:
        bounds[low[pair] + 1] += 1
        bounds[high[pair] + 1] += int(symmetric)
    for member in range(members):
        bounds[member + 1] += bounds[member]
    place = bounds[:-1].copy()
    neighbour = np.empty(bounds[members], np.int32)
    source = np.empty(bounds[members], np.int64)
    # Lower neighbours come first in every row, so that two passes leave each row sorted.
    if symmetric:
        for pair in pairs:
            at = place[high[pair]]
            neighbour[at] = low[pair]
            source[at] = pair
            place[high[pair]] += 1
    for pair in pairs:
        at = place[low[pair]]
        neighbour[at] = high[pair]
        source[at] = pair
        place[low[pair]] += 1
    return bounds, neighbour, source


@kernel
def copy_rows(
    members: NDArray[np.int64],
    start: NDArray[np.int64],
    new_start: NDArray[np.int64],
    degree: NDArray[np.int32],
    column: Column,
    new_column: Column,
) -> None:
    """Copy the rows of `members` to where they start anew."""
    for member in members:
        old = start[member]
        new = new_start[member]
        for i in range(degree[member]):
            new_column[new + i] = column[old + i]


@kernel
def merge(
    rows: Rows,
    members: NDArray[np.int64],
    bounds: NDArray[np.int64],
    incoming: NDArray[np.int32],
    values: Column,
    column: Column,
) -> None:
    """Merge `values` of the `incoming` neighbours into `column`, from the end of each row.

    `column` may be the neighbours themselves: what is overwritten has been read.
    """
    for member in members:
        first = rows.start[member]
        old = first + rows.degree[member] - 1
        new = bounds[member + 1] - 1
        at = old + bounds[member + 1] - bounds[member]
        while new >= bounds[member]:
            if old >= first and rows.neighbour[old] > incoming[new]:
                column[at] = column[old]
                old -= 1
            else:
                column[at] = values[new]
                new -= 1
            at -= 1


@kernel
def neighbours_of(rows: Rows, members: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark all neighbours of `members`."""
    marked = np.zeros(rows.start.size, np.bool_)
    for member in members:
        for place in range(rows.start[member], rows.start[member] + rows.degree[member]):
            marked[rows.neighbour[place]] = True
    return marked


@kernel
def kept_entries(
    rows: Rows, members: NDArray[np.int64], gone: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Count the entries of the rows of `members` whose neighbour is not `gone`."""
    kept = np.zeros(members.size, np.int32)
    for i in range(members.size):
        first = rows.start[members[i]]
        for place in range(first, first + rows.degree[members[i]]):
            kept[i] += int(not gone[rows.neighbour[place]])
    return kept


@kernel
def close_up(
    rows: Rows, members: NDArray[np.int64], gone: NDArray[np.bool_], column: Column
) -> None:
    """Close the gaps that neighbours who are `gone` leave in a column of the rows of `members`.

    `column` may be the neighbours themselves: what is overwritten has been read.
    """
    for member in members:
        at = rows.start[member]
        for place in range(at, at + rows.degree[member]):
            if not gone[rows.neighbour[place]]:
                column[at] = column[place]
                at += 1


@kernel
def assign(column: Column, positions: NDArray[np.int64], values: Column) -> None:
    """Assign in the given order, so that the last value of a repeated position stands."""
    for i in range(positions.size):
        column[positions[i]] = values[i]
