"""A map of where which arm wins, over two parameters of a sweep.

The map is made of cells, and each cell has an interval of its own. In a grid a cell is one pair of
values (the mean over the other parameters, if there are any), and its interval is that of the
paired worlds. Where points are scattered a cell is a part of the ranges, and what is asked about is
the mean difference over that part: of its points (at most one a block of the design, see below) and
worlds, with an interval that allows for the luck of both. No surface is fitted: an interpolation, a
local regression or a Gaussian process would draw a finer border, but how sure it is would rest on a
smoothness that nothing here shows, and on two parameters out of many the others look like noise.
Points of one block (base sample, trajectory) share the values of most parameters; those of a block
in the same cell are averaged before they are counted.

Measured by ``tests/analysis/test_sensitivity_coverage.py`` (``pytest -m slow``; 40 studies each, 6
worlds, a third parameter averaged over): the share of cells whose 95 % interval holds the true
mean, and how many name the wrong winner, of those that name one::

    120 points, Latin hypercube, plane    .983    0 of 353
    120 points, Latin hypercube, waves    .984    1 of 260
    160 points, Sobol,           plane    .948    0 of 382
    160 points, Sobol,           waves    .970    0 of 260
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.jackknife import reach_of
from sim.analysis.responses import Quantity, complete, response
from sim.analysis.states import State, intervals, state
from sim.analysis.sweep import Axis, Sweep, edges

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from sim.analysis.paired import Floats

POINTS_A_CELL = 6
"""Aimed at, where cells can be chosen."""
FEWEST_POINTS = 3
"""A cell of scattered points with fewer is unknown."""
MOST_CELLS = 8
"""Along one side."""


@dataclass(frozen=True)
class Cell:
    """One cell of a map.

    Attributes
    ----------
    column, row : int
        From the low ends of the parameters.
    difference, low, high : float or None
        Mean difference over the cell and its interval, in the metric's unit.
    points, worlds : int
        What it rests on; points of one block count once.
    """

    column: int
    row: int
    difference: float | None
    low: float | None
    high: float | None
    state: State
    points: int
    worlds: int


@dataclass(frozen=True)
class Spot:
    """One point of a map of chosen points; places are in units of the ranges."""

    point: str
    x: float
    y: float
    difference: float
    low: float | None
    high: float | None
    state: State


@dataclass(frozen=True)
class Region:
    """Where which arm wins over two parameters.

    Attributes
    ----------
    x, y : Axis
    x_edges, y_edges : tuple of float
        Edges of the cells, in units of the ranges.
    x_values, y_values : tuple of float
        The places of the cells where each is a single value; else empty.
    cells : tuple of Cell
        By row, then column; none for chosen points.
    spots : tuple of Spot
        The points of a `list`; none else.
    others : tuple of str
        Parameters that vary as well, over which cells are averaged.
    notes : tuple of str
    """

    quantity: Quantity
    x: Axis
    y: Axis
    x_edges: tuple[float, ...]
    y_edges: tuple[float, ...]
    x_values: tuple[float, ...]
    y_values: tuple[float, ...]
    cells: tuple[Cell, ...]
    spots: tuple[Spot, ...]
    others: tuple[str, ...]
    notes: tuple[str, ...]

    def count(self, wanted: State) -> int:
        """How many cells (or points) are in a state."""
        states = [cell.state for cell in self.cells] + [spot.state for spot in self.spots]
        return states.count(wanted)


def region(
    outcomes: pl.DataFrame,
    sweep: Sweep,
    quantity: Quantity,
    over: tuple[str, str],
    *,
    better: str = "higher",
    smallest: float | None = None,
    level: float = 0.95,
) -> Region:
    """Map a difference over two parameters.

    Parameters
    ----------
    outcomes : polars.DataFrame
        As from `sim.analysis.responses.read_outcomes`, of the quantity's metric.
    sweep : Sweep
    quantity : Quantity
        A difference to a baseline.
    over : (str, str)
        Keys of the parameters along and up the map.
    better : {"higher", "lower", "neither"}
    smallest : float or None
        The smallest difference that matters.
    level : float
    """
    chosen = [sweep.keys.index(key) for key in over]
    rows = np.array(sweep.rows)
    points = list(dict.fromkeys(sweep.rows))
    order = {name: place for place, name in enumerate(points)}
    values = response(outcomes, quantity, points)[[order[name] for name in sweep.rows]]
    places = sweep.places(sweep.rows)[:, chosen]
    x, y = (sweep.axes[place] for place in chosen)
    others = tuple(key for key in sweep.keys if key not in over)
    placed = np.isfinite(places).all(axis=1)
    notes = [] if placed.all() else [f"{(~placed).sum()} points have no place on the map"]
    if sweep.design == "list":
        kept = rows[placed].tolist()
        spots = tuple(_spots(kept, places[placed], values[placed], better, smallest, level))
        return Region(quantity, x, y, (), (), (), (), (), spots, others, tuple(notes))
    blocks = np.arange(len(rows)) // sweep.block
    blocks, places, values = blocks[placed], places[placed], values[placed]
    sampled = sweep.design != "grid"
    values_of = _values(places, sampled=sampled)
    sides = _edges(places, blocks, values_of)
    column, row = (
        np.clip(np.searchsorted(side, axis, side="right") - 1, 0, len(side) - 2)
        for side, axis in zip(sides, places.T, strict=True)
    )
    cells = []
    for up in range(len(sides[1]) - 1):
        for along in range(len(sides[0]) - 1):
            inside = (column == along) & (row == up)
            found = (
                _scattered(values[inside], blocks[inside], level)
                if sampled
                else _together(values[inside], level)
            )
            mean, low, high, count, worlds = found
            verdict = state(low, high, better, smallest)
            numbers = (_known(mean), _known(low), _known(high))
            cells.append(Cell(along, up, *numbers, verdict, count, worlds))
    return Region(
        *(quantity, x, y, tuple(sides[0]), tuple(sides[1]), *values_of, tuple(cells), (), others),
        tuple(notes),
    )


def _spots(
    names: list[str],
    places: Floats,
    values: Floats,
    better: str,
    smallest: float | None,
    level: float,
) -> Iterator[Spot]:
    mean, low, high = intervals(values, level)
    for place in np.flatnonzero(np.isfinite(mean)).tolist():
        bounds = float(low[place]), float(high[place])
        yield Spot(
            names[place],
            float(places[place, 0]),
            float(places[place, 1]),
            float(mean[place]),
            _known(bounds[0]),
            _known(bounds[1]),
            state(*bounds, better, smallest),
        )


def _values(places: Floats, *, sampled: bool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Along each side the places that have a cell each; none where there are too many."""
    first, second = (tuple(np.unique(column).tolist()) for column in places.T)
    most = MOST_CELLS if sampled else len(places)
    return (first if len(first) <= most else ()), (second if len(second) <= most else ())


def _edges(
    places: Floats, blocks: np.ndarray, values: tuple[tuple[float, ...], tuple[float, ...]]
) -> list[list[float]]:
    """Put cells around the values; where there are none, cut the range into equal parts."""
    spots = len(np.unique(np.column_stack([blocks, places]), axis=0))
    room = spots / POINTS_A_CELL
    for known in values:
        room /= len(known) or 1
    free = sum(not known for known in values)
    parts = int(np.clip(room ** (1 / max(1, free)), 1, MOST_CELLS))
    return [
        edges(known) if known else np.linspace(0.0, 1.0, parts + 1).tolist() for known in values
    ]


def _together(values: Floats, level: float) -> tuple[float, float, float, int, int]:
    """Judge all points of a cell of a grid, world by world."""
    points = np.isfinite(values).any(axis=1)
    values = values[points]
    if not len(values):
        return np.nan, np.nan, np.nan, 0, 0
    # NaN in every world that some point lacks.
    worlds = values.mean(axis=0)
    mean, low, high = (float(part[0]) for part in intervals(worlds[None], level))
    return mean, low, high, len(values), int(np.isfinite(worlds).sum())


def _scattered(
    values: Floats, blocks: np.ndarray, level: float
) -> tuple[float, float, float, int, int]:
    """Judge a sample of the points of a cell: the luck of points and that of worlds, added."""
    units = [values[blocks == block].mean(axis=0) for block in np.unique(blocks)]
    table = np.array(units).reshape(len(units), values.shape[1])
    kept, worlds = complete(np.isfinite(table))
    table = table[np.ix_(kept, worlds)]
    if not table.size:
        return np.nan, np.nan, np.nan, 0, 0
    mean = float(table.mean())
    if kept.size < FEWEST_POINTS or worlds.size < 2:
        return mean, np.nan, np.nan, kept.size, worlds.size
    parts = [
        (np.array([table.mean(axis=1 - axis).var(ddof=1) / size]), size - 1)
        for axis, size in enumerate(table.shape)
    ]
    reach = float(reach_of(parts, level)[0])
    return mean, mean - reach, mean + reach, kept.size, worlds.size


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
