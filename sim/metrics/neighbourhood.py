"""Measures of a member's own neighbourhood: closure, constraint, target share, active ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel

if TYPE_CHECKING:
    from sim.world.members import Float64, Int32
    from sim.world.rows import Rows

Int64 = NDArray[np.int64]


@kernel
def closure(
    start: int, stop: int, rows: Rows, members: Int32, clustering: Float64, constraint: Float64
) -> None:
    """Write the local clustering coefficient and Burt's constraint of each member, float64[C].

    Clustering is the share of pairs of contacts that are linked (Watts and Strogatz 1998); 0 with
    fewer than two contacts. Constraint is the sum over contacts j of (p_ij + sum over q of p_iq
    p_qj)**2 with p_ij = 1 / degree(i) (Burt 1992, Structural Holes, ch. 2); NaN without contacts.
    """
    # 1 / degree for the contacts of the member at hand, 0 for all others: adding it needs no test.
    weight = np.zeros(rows.degree.size)
    for row in range(start, stop):
        i = members[row]
        degree = rows.degree[i]
        mine = rows.neighbour[rows.start[i] : rows.start[i] + degree]
        for j in mine:
            weight[j] = 1.0 / rows.degree[j]
        share = 1.0 / degree if degree else np.nan
        linked = 0
        total = share * 0.0
        for j in mine:
            spent = share
            for q in rows.neighbour[rows.start[j] : rows.start[j] + rows.degree[j]]:
                spent = spent + share * weight[q]
                linked += weight[q] > 0.0
            total = total + spent * spent
        clustering[row] = linked / (degree * (degree - 1)) if degree > 1 else 0.0
        constraint[row] = total
        for j in mine:
            weight[j] = 0.0


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
