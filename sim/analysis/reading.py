"""How much of a study is read for a comparison: as much as fits, and what matters most first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from sim.results import BASE, collect, read_table, scan_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

KEY_METRICS = (
    "target_decision_makers_2",
    "live_target_decision_makers_2",
    "target_reach_2",
    "reach_1",
    "reach_2",
    "target_share",
    "active_ties",
    "dormant_share",
    "invitations_sent",
    "invitations_accepted",
    "weeks_restricted",
    "interviews",
    "offers",
    "hours",
    "money",
)
"""Shown at once, after the primary metric."""

SERIES = ("question", "point", "cohort", "metric", "arm", "seed", "week", "value")
EVENTS = ("question", "point", "event", "arm", "seed", "week", "observed")
MOST_ROWS = 5_000_000
"""Rows of values that are compared at once; a gigabyte is enough for them."""

_TYPES: dict[str, type[pl.DataType]] = {
    "question": pl.Categorical,
    "point": pl.Categorical,
    "cohort": pl.Categorical,
    "metric": pl.Categorical,
    "event": pl.Categorical,
    "arm": pl.Categorical,
    "seed": pl.Int64,
    "week": pl.Int32,
    "value": pl.Float64,
    "observed": pl.Boolean,
}


@dataclass(frozen=True)
class Extent:
    """What is read of a directory.

    Parameters
    ----------
    several : bool
        It has several points, `base` among them: of the others the last week is read.
    metrics : frozenset of str or None
        The metrics read; None for all.
    weekly : bool
        Every week is read (of `base`, where there are several points), not the last alone.
    notes : tuple of str
        What is left out, for readers.
    """

    several: bool
    metrics: frozenset[str] | None
    weekly: bool = True
    notes: tuple[str, ...] = ()


def extent_of(directory: Path, primary: str, asked: Collection[str] | None = None) -> Extent:
    """Decide what is read of a directory: all of it unless that is too much.

    Where it is, the primary and the key metrics; where these are too much by week, their last week.

    Parameters
    ----------
    directory : Path
    primary : str
        The metric that decides.
    asked : collection of str, optional
        Read these metrics alone.

    Raises
    ------
    UsageError, WorkError
        As for `sim.results.read_table`.
    """
    done = read_table(directory, "runs").filter(pl.col("status") == "done")
    points = done["point"].n_unique()
    several = points > 1 and BASE in done["point"]
    wanted = None if asked is None else frozenset(asked)
    extent = Extent(several, wanted)
    if several:
        course = f"{points - 1:,} points of the sweep are compared at the last week; "
        extent = replace(extent, notes=(f"{course}the course by week is that of {BASE}",))
    share = done.filter(pl.col("point") == BASE).height / max(1, done.height) if several else 1.0
    if _rows(directory, extent, share) <= MOST_ROWS:
        return extent
    if asked is None:
        leading = frozenset({primary, *KEY_METRICS})
        told = "the study is large, so its key metrics alone are compared: name others (--metric)"
        extent = replace(extent, metrics=leading, notes=(*extent.notes, told))
    if _rows(directory, extent, share) > MOST_ROWS:
        told = "the study is large, so its last week alone is compared, and no times to event"
        extent = replace(extent, weekly=False, notes=(*extent.notes, told))
    return extent


def _rows(directory: Path, extent: Extent, share: float) -> float:
    """Estimate how many rows there are, `share` being that of the point `base`."""
    weekly, last = (
        collect(_of_metrics(scan_table(directory, name), extent).select(pl.len()), directory, name)
        for name in ("series", "outcomes")
    )
    return float(weekly.item() * share + last.item() * (1 - share))


def read_series(directory: Path, extent: Extent) -> pl.DataFrame:
    """Read values: columns of `SERIES`."""
    return pl.concat(
        collect(_typed(_of_metrics(table, extent), SERIES), directory, name)
        for name, table in _values(directory, extent)
    )


def _values(directory: Path, extent: Extent) -> Iterator[tuple[str, pl.LazyFrame]]:
    weekly, last = (scan_table(directory, name) for name in ("series", "outcomes"))
    if not extent.weekly:
        yield "outcomes", last
    elif extent.several:
        yield "series", weekly.filter(pl.col("point") == BASE)
        yield "outcomes", last.filter(pl.col("point") != BASE)
    else:
        yield "series", weekly


def read_events(directory: Path, extent: Extent) -> pl.DataFrame:
    """Read times to event, of the point `base` where there are several: columns of `EVENTS`."""
    if not extent.weekly or not (directory / "events.parquet").exists():
        return pl.DataFrame(schema={column: _TYPES[column] for column in EVENTS})
    table = scan_table(directory, "events")
    if extent.several:
        table = table.filter(pl.col("point") == BASE)
    return collect(_typed(table, EVENTS), directory, "events")


def _typed(table: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    return table.select(pl.col(name).cast(_TYPES[name]) for name in columns)


def _of_metrics(table: pl.LazyFrame, extent: Extent) -> pl.LazyFrame:
    if extent.metrics is None:
        return table
    return table.filter(pl.col("metric").is_in(sorted(extent.metrics)))
