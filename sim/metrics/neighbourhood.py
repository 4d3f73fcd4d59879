"""Measures of a member's own neighbourhood: closure, constraint, target share, active ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.world.rows import Rows, mutual_count

if TYPE_CHECKING:
    from sim.world.members import Float64, Int32

Int64 = NDArray[np.int64]


@kernel
def clustering(start: int, stop: int, rows: Rows, members: Int32, out: Float64) -> None:
    """Write the local clustering coefficient of each member, float64[C].

    Linked pairs of contacts over all pairs (Watts and Strogatz 1998); 0 with fewer than two.
    """
    for row in range(start, stop):
        i = members[row]
        degree = rows.degree[i]
        linked = 0
        for place in range(rows.start[i], rows.start[i] + degree):
            linked += mutual_count(rows, i, rows.neighbour[place])
        out[row] = linked / (degree * (degree - 1)) if degree > 1 else 0.0


@kernel
def constraint(start: int, stop: int, rows: Rows, members: Int32, out: Float64) -> None:
    """Write Burt's constraint of each member with equal weights, float64[C]; NaN without contacts.

    The sum over contacts j of (p_ij + sum over q of p_iq p_qj)**2 with p_ij = 1 / degree(i) (Burt
    1992, Structural Holes, ch. 2).
    """
    for row in range(start, stop):
        i = members[row]
        degree = rows.degree[i]
        if degree == 0:
            out[row] = np.nan
            continue
        mine = rows.neighbour[rows.start[i] : rows.start[i] + degree]
        share = 1.0 / degree
        total = 0.0
        for j in mine:
            spent = share
            place, end = rows.start[j], rows.start[j] + rows.degree[j]
            for q in mine:
                while place < end and rows.neighbour[place] < q:
                    place += 1
                if place < end and rows.neighbour[place] == q:
                    spent = spent + share * (1.0 / rows.degree[q])
            total = total + spent * spent
        out[row] = total


@kernel
def contacts_in_target(rows: Rows, members: Int32, field: Int32, target: Int32, out: Int64) -> None:
    """Count the contacts of each member who work in its target market, int64[C]."""
    for row in range(members.size):
        i = members[row]
        for place in range(rows.start[i], rows.start[i] + rows.degree[i]):
            out[row] += field[rows.neighbour[place]] == target[i]


@kernel
def active_ties(rows: Rows, members: Int32, live: NDArray[np.uint8], out: Int64) -> None:
    """Count the ties of each member that are not dormant, int64[C]."""
    for row in range(members.size):
        i = members[row]
        for place in range(rows.start[i], rows.start[i] + rows.degree[i]):
            out[row] += live[place]
