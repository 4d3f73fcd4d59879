"""Where the tables of two directories of results differ, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.results import read_manifest, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {
    "runs": (),
    "series": ("week", "cohort", "metric"),
    "outcomes": ("week", "cohort", "metric"),
    "events": ("member", "event"),
    "ego_nodes": ("ego", "member"),
    "ego_ties": ("ego", "source", "target"),
}
"""By table, the columns that tell one row of a run from another."""
_OF_THE_MACHINE = {"seconds", "error", "settings"}
"""Columns that need not be the same: how long a run took, and the words of its failure."""
_HERE = "_here"


@dataclass(frozen=True)
class Change:
    """One column of one table that differs, or rows that one side lacks.

    Attributes
    ----------
    table : str
    column : str
        Empty where whole rows are missing on one side.
    rows, runs : int
        How many rows differ, and in how many runs.
    largest : float or None
        The largest difference, where the column holds numbers and both sides have one.
    example : str
        The first row that differs, with both values.
    """

    table: str
    column: str
    rows: int
    runs: int
    largest: float | None
    example: str

    def __str__(self) -> str:
        what = f"column {self.column}" if self.column else "rows on one side only"
        rows, runs = _counted(self.rows, "row"), _counted(self.runs, "run")
        told = f"{self.table}: {what}: {rows} in {runs}"
        amount = "" if self.largest is None else f", by {self.largest:.6g} at most"
        return f"{told}{amount}; first {self.example}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def changes_between(there: Path, here: Path, run: str | None = None) -> Iterator[Change]:
    """Find what differs between two studies.

    Parameters
    ----------
    there, here : Path
        Directories of results: as they were, and as they are made again.
    run : str, optional
        The only run to look at.

    Yields
    ------
    Change
        In the order of the tables in `KEYS`.

    Raises
    ------
    WorkError
        If a table is missing or damaged.
    """
    digests = [read_manifest(directory).get("tables", {}) for directory in (there, here)]
    for table, keys in KEYS.items():
        names = [f"{table}.parquet", f"{table}.csv"]
        if run is None and any(
            name in digests[0] and digests[0][name] == digests[1].get(name) for name in names
        ):
            # Equal to the last byte. What is not may still hold equal numbers, by another polars;
            # and what stands there may have been altered since, which reading it tells.
            read_table(there, table)
            continue
        frames = [read_table(directory, table) for directory in (there, here)]
        if run is not None:
            frames = [frame.filter(pl.col("run") == run) for frame in frames]
        yield from _changes(table, ("run", *keys), *frames)


def _changes(
    table: str, keys: tuple[str, ...], there: pl.DataFrame, here: pl.DataFrame
) -> Iterator[Change]:
    named = {"question", "arm", "point", "seed", *keys}
    columns = [name for name in there.columns if name not in named | _OF_THE_MACHINE]
    marked = [frame.select(*keys, *columns, pl.lit(True).alias("_held")) for frame in (there, here)]
    joined = marked[0].join(
        marked[1], on=keys, how="full", coalesce=True, suffix=_HERE, nulls_equal=True
    )
    lone = pl.col("_held").is_null() | pl.col(f"_held{_HERE}").is_null()
    if (missing := joined.filter(lone)).height:
        first = missing.sort(keys).row(0, named=True)
        side = "there and not here" if first["_held"] else "here and not there"
        yield Change(
            table, "", missing.height, missing["run"].n_unique(), None,
            f"{_place(first, keys)} is {side}",
        )  # fmt: skip
    both = joined.filter(~lone)
    for column in columns:
        other = f"{column}{_HERE}"
        differing = both.filter(pl.col(column).ne_missing(pl.col(other))).sort(keys)
        if differing.height:
            first = differing.row(0, named=True)
            yield Change(
                table, column, differing.height, differing["run"].n_unique(),
                _largest(differing, column, other),
                f"{_place(first, keys)}: {first[column]} there and {first[other]} here",
            )  # fmt: skip


def _largest(rows: pl.DataFrame, column: str, other: str) -> float | None:
    if not rows.schema[column].is_numeric():
        return None
    gaps = (rows[column].cast(pl.Float64) - rows[other].cast(pl.Float64)).abs().fill_nan(None)
    largest = gaps.max()
    return largest if isinstance(largest, float) else None


def _place(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    told = " ".join(f"{key} {row[key]}" for key in keys if key != "run")
    return f"{row['run']} {told}".strip()
