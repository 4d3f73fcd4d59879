"""Tables of a whole study, made from its runs, in memory that does not grow with their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from polars.io.plugins import register_io_source

from sim.results.durable import write_with
from sim.results.layout import SCHEMAS, TABLES
from sim.results.runs import COMPRESSION_LEVEL, ROWS_A_GROUP, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sim.results.parts import Part

_ROWS_AT_A_TIME = 1_500_000
"""Rows sorted in memory at once, if no metric (of the largest tables, no run) has more."""


@dataclass(frozen=True)
class Sources:
    """Where the runs of a study are.

    Parameters
    ----------
    parts : sequence of (Part, list of str or None)
        Parts, each with the ids of the runs that are taken from it; None for all of them.
    loose : sequence of mapping of str to bytes
        Runs of their own files: Parquet by table.
    """

    parts: Sequence[tuple[Part, list[str] | None]]
    loose: Sequence[Mapping[str, bytes]]

    def scan(self, table: str) -> pl.LazyFrame:
        """Rows of one table of all runs, in no order."""
        frames = [pl.LazyFrame(schema=SCHEMAS[table])]
        for part, runs in self.parts:
            rows = pl.scan_parquet(part.file(table))
            frames.append(rows if runs is None else rows.filter(pl.col("run").is_in(runs)))
        frames.append(together([content[table] for content in self.loose], table).lazy())
        return pl.concat(frames)


def together(contents: Sequence[bytes], table: str) -> pl.DataFrame:
    """Rows of one table of several runs, sorted."""
    empty = pl.DataFrame(schema=SCHEMAS[table])
    if not contents:
        return empty
    # One call for all: a call each takes eight times as long, while workers wait.
    rows = pl.read_parquet(list(contents))
    return _sorted(pl.concat([empty, rows]), table)


def write_tables(directory: Path, sources: Sources) -> dict[str, str]:
    """Write the tables of a study.

    Their bytes depend on nothing but the numbers: not on which run ended first or lies where, nor
    on how many processes or threads there were.

    Parameters
    ----------
    directory : Path
        The study's directory.
    sources : Sources
        Where its runs are.

    Returns
    -------
    dict of str to str
        SHA-256 of each table, by file name.

    Raises
    ------
    WorkError
        If the disk refuses.
    """
    digests = {}
    for name in TABLES:
        path = directory / f"{name}.parquet"
        write_with(path, _Fill(sources, name))
        digests[path.name] = sha256_of(path)
    return digests


@dataclass(frozen=True)
class _Fill:
    """Writes one table to a path."""

    sources: Sources
    table: str

    def __call__(self, path: Path) -> None:
        rows = register_io_source(self._pieces, schema=SCHEMAS[self.table])
        rows.sink_parquet(
            path,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            statistics=True,
            row_group_size=ROWS_A_GROUP,
            maintain_order=True,
        )

    def _pieces(
        self, columns: object, predicate: object, rows: object, batch: object
    ) -> Iterator[pl.DataFrame]:
        """Yield the sorted rows a piece at a time; polars asks for the next as it has room.

        It hands over what of a table it wants to see, which is here always all of it.
        """
        del columns, predicate, rows, batch
        everything = self.sources.scan(self.table)
        leading = TABLES[self.table].order[0]
        counts = everything.group_by(leading).len().sort(leading).collect(engine="streaming")
        yield pl.DataFrame(schema=SCHEMAS[self.table])
        for first, last in _ranges(counts):
            wanted = pl.col(leading).is_between(pl.lit(first), pl.lit(last))
            yield _sorted(everything.filter(wanted).collect(), self.table)


def _ranges(counts: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Cut sorted values into ranges of about as many rows as are sorted at once."""
    first, last, size = "", "", 0
    for value, rows in counts.iter_rows():
        if size and size + rows > _ROWS_AT_A_TIME:
            yield first, last
            size = 0
        first = value if size == 0 else first
        last, size = value, size + rows
    if size:
        yield first, last


def _sorted(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Sort by the order of the layout; text by its code points, as numbers, which is faster."""
    keys = [
        pl.col(name).cast(pl.Enum(frame[name].unique().sort()))
        if frame.schema[name] == pl.String
        else pl.col(name)
        for name in TABLES[table].order
    ]
    return frame.sort(keys, maintain_order=True)
