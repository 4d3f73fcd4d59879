"""How the strength of a tie fades with the weeks since it was renewed (F12, S18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel, lean, over_chunks
from sim.portable import exp, log
from sim.world.facts import is_bridge
from sim.world.layout import neighbours_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.population import Ties
    from sim.world.members import Float64, Int32, Int64
    from sim.world.rows import Rows
    from sim.world.ties import Adjacency

WEEKS_A_YEAR = 52


def fading_table(parameters: Ties, weeks: int) -> Float64:
    """Return what is left of a tie's strength by age: float64[2, weeks + oldest + 1].

    Row 0 is for embedded ties, row 1 for bridges; column a for a weeks since renewal.
    """
    ages = weeks + parameters.oldest + 1
    table = np.ones((2, ages))
    for row, yearly in enumerate((parameters.embedded_retention, parameters.bridge_retention)):
        weekly = exp(log(yearly) / WEEKS_A_YEAR) if yearly > 0.0 else 0.0
        for age in range(1, ages):
            table[row, age] = table[row, age - 1] * weekly
    return table


@lean
def tie_strength(level: float, age: int, bridge: int, fading: Float64) -> float:
    """Strength of a tie `age` weeks after it was renewed to `level`, from 0 to 1."""
    return float(level * fading[bridge, age])


def live_entries(
    ties: Adjacency,
    week: int,
    fading: Float64,
    dormant_below: float,
    threads: int = 1,
    around: Int32 | None = None,
) -> NDArray[np.uint8]:
    """Mark the entries of `ties` that are not dormant, uint8 over the positions of its arena.

    Parameters
    ----------
    ties : Adjacency
    week : int
        The week it is.
    fading : float64[2, ages]
        The table of `fading_table`.
    dormant_below : float
        Strength below which a tie is dormant.
    threads : int
        Threads that may be used; the result does not depend on it.
    around : int32 array, optional
        Mark only the entries of these members and of their neighbours: those that a search of two
        levels walks. What is not marked takes neither time nor memory.
    """
    rows = ties.rows
    live = np.zeros(len(rows.neighbour), np.uint8)
    level, renewed, facts = (ties.column(name) for name in ("level", "renewed", "facts"))
    marked = np.arange(ties.members) if around is None else _near(rows, around)

    def work(start: int, stop: int) -> None:
        members = marked[start:stop]
        _mark_live(members, rows, level, renewed, facts, week, fading, dormant_below, live)

    over_chunks(threads, len(marked), work)
    return live


def _near(rows: Rows, members: Int32) -> Int64:
    """Return `members` and their neighbours, ascending."""
    near = neighbours_of(rows, members)
    near[members] = True
    return np.flatnonzero(near)


@kernel
def _mark_live(
    members: Int64,
    rows: Rows,
    level: NDArray[np.float32],
    renewed: NDArray[np.int16],
    facts: NDArray[np.uint8],
    week: int,
    fading: Float64,
    dormant_below: float,
    live: NDArray[np.uint8],
) -> None:
    for member in members:
        first = rows.start[member]
        for place in range(first, first + rows.degree[member]):
            age = week - renewed[place]
            strength = tie_strength(level[place], age, is_bridge(facts[place]), fading)
            live[place] = strength >= dormant_below
