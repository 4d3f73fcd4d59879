"""Measures of a member's own neighbourhood: closure, constraint, target share, active ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.world.prefetch import prefetch

if TYPE_CHECKING:
    from sim.world.members import Float64, Int32
    from sim.world.rows import Rows

Int64 = NDArray[np.int64]

_AHEAD = 4  # contacts whose rows are asked for before they are read


@kernel
def closure(
    start: int, stop: int, rows: Rows, members: Int32, clustering: Float64, constraint: Float64
) -> None:
    """Write the local clustering coefficient and Burt's constraint of each member, float64[C].

    Clustering is the share of pairs of contacts that are linked (Watts and Strogatz 1998); 0 with
    fewer than two contacts. Constraint is the sum over contacts j of (p_ij + sum over q of p_iq
    p_qj)**2 with p_ij = 1 / degree(i) (Burt 1992, Structural Holes, ch. 2); NaN without contacts.
    """
    mine = np.zeros(rows.degree.size, np.bool_)
    for row in range(start, stop):
        i = members[row]
        degree = rows.degree[i]
        contacts = rows.neighbour[rows.start[i] : rows.start[i] + degree]
        for j in contacts:
            mine[j] = True
        share = 1.0 / degree if degree else np.nan
        linked = 0
        total = share * 0.0
        for at in range(degree):
            if at + _AHEAD < degree:
                ahead = rows.start[contacts[at + _AHEAD]]
                for line in range(4):
                    prefetch(rows.neighbour, ahead + line * 16)
            j = contacts[at]
            spent = share
            for q in rows.neighbour[rows.start[j] : rows.start[j] + rows.degree[j]]:
                if mine[q]:
                    spent = spent + share * (1.0 / rows.degree[q])
                    linked += 1
            total = total + spent * spent
        clustering[row] = linked / (degree * (degree - 1)) if degree > 1 else 0.0
        constraint[row] = total
        for j in contacts:
            mine[j] = False


@kernel
def contacts_in_target(
    start: int, stop: int, rows: Rows, members: Int32, field: Int32, target: Int32, out: Int64
) -> None:
    """Count the contacts of each member who work in its target market, int64[C]."""
    for row in range(start, stop):
        i = members[row]
        count = 0
        for place in range(rows.start[i], rows.start[i] + rows.degree[i]):
            count += int(field[rows.neighbour[place]] == target[i])
        out[row] = count


@kernel
def active_ties(
    start: int, stop: int, rows: Rows, members: Int32, live: NDArray[np.uint8], out: Int64
) -> None:
    """Count the ties of each member that are not dormant, int64[C]."""
    for row in range(start, stop):
        i = members[row]
        count = 0
        for place in range(rows.start[i], rows.start[i] + rows.degree[i]):
            count += int(live[place])
        out[row] = count
