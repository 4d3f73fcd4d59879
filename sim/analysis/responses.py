"""What a study measured at every point of its design, world by world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.analysis.paired import ROUNDING
from sim.results import collect, scan_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from sim.analysis.paired import Floats

_TEXT = ("question", "cohort", "arm", "point")


@dataclass(frozen=True)
class Quantity:
    """One number a world: a metric of an arm, or how much more of it than under the baseline.

    Attributes
    ----------
    baseline : str or None
        None for the arm's own value.
    """

    question: str
    cohort: str
    metric: str
    arm: str
    baseline: str | None = None

    @property
    def name(self) -> str:
        """The arm, or `arm - baseline`."""
        return self.arm if self.baseline is None else f"{self.arm} - {self.baseline}"


def read_outcomes(directory: Path, metric: str) -> pl.DataFrame:
    """Read one metric at the last week of every finished run.

    Returns
    -------
    polars.DataFrame
        Columns question, cohort, arm, point (String), seed (Int64), value (Float64), sorted; values
        that are not finite are left out.

    Raises
    ------
    UsageError, WorkError
        As `sim.results.collect`.
    """
    query = (
        scan_table(directory, "outcomes")
        .filter(pl.col("metric") == metric, pl.col("value").is_finite())
        .select(*_TEXT, "seed", "value")
        .sort(*_TEXT, "seed")
    )
    return collect(query, directory, "outcomes")


def response(outcomes: pl.DataFrame, quantity: Quantity, points: Sequence[str]) -> Floats:
    """Arrange a quantity by point and world.

    Parameters
    ----------
    outcomes : polars.DataFrame
        As from `read_outcomes`, of the quantity's metric.
    quantity : Quantity
    points : sequence of str
        Distinct.

    Returns
    -------
    ndarray of float64, shape (points, worlds)
        NaN where a world is missing; worlds are all seeds of the table, in order. Differences that
        are rounding alone are 0.
    """
    own = _matrix(outcomes, quantity, quantity.arm, points)
    if quantity.baseline is None:
        return own
    base = _matrix(outcomes, quantity, quantity.baseline, points)
    gap = own - base
    rounding = ROUNDING * np.maximum(np.abs(own), np.abs(base))
    return np.where(np.abs(gap) <= rounding, 0.0, gap)


def _matrix(outcomes: pl.DataFrame, quantity: Quantity, arm: str, points: Sequence[str]) -> Floats:
    seeds = outcomes["seed"].unique().sort()
    matrix = np.full((len(points), len(seeds)), np.nan)
    rows = pl.DataFrame(
        {"point": list(points), "row": range(len(points))},
        schema={"point": pl.String, "row": pl.Int64},
    )
    columns = pl.DataFrame({"seed": seeds, "column": pl.int_range(len(seeds), eager=True)})
    found = (
        outcomes.filter(
            pl.col("question") == quantity.question,
            pl.col("cohort") == quantity.cohort,
            pl.col("arm") == arm,
        )
        .join(rows, on="point")
        .join(columns, on="seed")
    )
    matrix[found["row"].to_numpy(), found["column"].to_numpy()] = found["value"].to_numpy()
    return matrix


def complete(present: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose units and worlds of which nothing is missing.

    The unit or world with the largest share missing goes first (the unit, of equals), until none
    is missing: a point that always fails costs its unit, a seed that is not finished its world.

    Parameters
    ----------
    present : ndarray of bool, shape (units, worlds)

    Returns
    -------
    units, worlds : ndarray of intp
        Places of those kept, in order; both empty if nothing is whole.
    """
    units, worlds = np.arange(present.shape[0]), np.arange(present.shape[1])
    while units.size and worlds.size:
        lacking = ~present[np.ix_(units, worlds)]
        if not lacking.any():
            return units, worlds
        by_unit, by_world = lacking.mean(axis=1), lacking.mean(axis=0)
        if by_unit.max() >= by_world.max():
            units = np.delete(units, by_unit.argmax())
        else:
            worlds = np.delete(worlds, by_world.argmax())
    return units[:0], worlds[:0]
