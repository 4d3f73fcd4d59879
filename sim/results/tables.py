"""Tables of a whole study: made from the files of its runs, and read again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.errors import UsageError, WorkError
from sim.results.durable import refusals_told, write_with
from sim.results.guard import LARGEST_CSV, LARGEST_JSON, read_bounded, refuse_bomb
from sim.results.layout import (
    MANIFEST,
    OUTCOMES,
    RUNS,
    SCHEMA,
    STATUS,
    STATUS_COLUMNS,
    TABLES,
    RunKey,
)
from sim.results.manifest import shaped
from sim.results.runs import COMPRESSION_LEVEL, ROWS_A_GROUP, read_run_table, sha256_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

_READABLE = (*TABLES, "outcomes", "runs")


def merge_runs(directory: Path, keys: Iterable[RunKey]) -> dict[str, str]:
    """Make the tables of a study from the files of its runs.

    Rows are sorted by run, then by the order of the layout, so the bytes depend on nothing but the
    numbers: not on which run ended first, nor on how many processes or threads there were.

    Parameters
    ----------
    directory : Path
        The study's directory.
    keys : iterable of RunKey
        The runs to take in; each has its file.

    Returns
    -------
    dict of str to str
        SHA-256 of each table written, by file name.

    Raises
    ------
    WorkError
        If a run's file cannot be read or a table cannot be written.
    """
    runs = [directory / RUNS / key.file for key in sorted(keys, key=lambda key: key.id)]
    digests = {}
    for name, layout in TABLES.items():
        path = directory / f"{name}.parquet"
        # Compressed, the runs are small; rows are decoded and written a group at a time.
        parts = [pl.scan_parquet(io.BytesIO(content)) for content in _contents(runs, name)]
        table = pl.concat([pl.LazyFrame(schema=layout.schema), *parts])

        def fill(partial: Path, table: pl.LazyFrame = table) -> None:
            table.sink_parquet(
                partial,
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                statistics=True,
                row_group_size=ROWS_A_GROUP,
                maintain_order=True,
            )

        write_with(path, fill)
        digests[path.name] = sha256_of(path)
    outcomes = [_at_horizon(content) for content in _contents(runs, "series")]
    horizon = pl.concat([pl.DataFrame(schema=TABLES["series"].schema), *outcomes])
    write_with(directory / OUTCOMES, horizon.write_csv)
    digests[OUTCOMES] = sha256_of(directory / OUTCOMES)
    return digests


def _contents(runs: Iterable[Path], name: str) -> Iterable[bytes]:
    for path in runs:
        with refusals_told("read", path):
            yield read_run_table(path, name)


def _at_horizon(series: bytes) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(series)).filter(pl.col("week") == pl.col("week").max())


def read_manifest(directory: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what a study's directory says of itself.

    Parameters
    ----------
    directory : path
        A directory that `netgrow run` wrote.

    Returns
    -------
    dict
        The content of `manifest.json`.

    Raises
    ------
    UsageError
        If there is no manifest.
    WorkError
        If it is damaged, not netgrow's, or of another layout.
    """
    path = Path(directory) / MANIFEST
    try:
        content = read_bounded(path, LARGEST_JSON)
    except WorkError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise UsageError(
                f"{directory} holds no results: it has no {MANIFEST}; "
                "give a directory that `netgrow run` wrote"
            ) from error
        raise
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WorkError(
            f"{path} is damaged: it is not JSON ({error}); choose another directory"
        ) from error
    if not isinstance(manifest, dict) or not {"schema", "netgrow"} <= manifest.keys():
        raise WorkError(f"{path} was not written by netgrow")
    if manifest["schema"] != SCHEMA:
        raise WorkError(
            f"{path} has layout {manifest['schema']!r}, and this netgrow reads layout {SCHEMA}; "
            f"it was written by netgrow {manifest['netgrow']}"
        )
    return shaped(manifest, path)


def read_table(directory: str | os.PathLike[str], name: str) -> pl.DataFrame:
    """Read one table of a study.

    Parameters
    ----------
    directory : path
        A directory that `netgrow run` wrote.
    name : {"series", "events", "ego_nodes", "ego_ties", "outcomes", "runs"}
        Which table.

    Returns
    -------
    polars.DataFrame
        Its rows, sorted by run and then as the layout says; `runs` has the order of the plan.

    Raises
    ------
    UsageError
        If the directory holds no results.
    WorkError
        If the study is not finished, or the table is damaged.
    ValueError
        If there is no table of that name.
    """
    if name not in _READABLE:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(_READABLE)}")
    directory = Path(directory)
    manifest = read_manifest(directory)
    path = directory / (STATUS if name == "runs" else f"{name}.parquet")
    if name == "outcomes":
        path = directory / OUTCOMES
    if not path.exists():
        again = manifest.get("command") or "the command that began it"
        raise WorkError(f"{directory} has no {path.name} yet: finish the study with {again}")
    damaged = f"{path} is damaged; run {manifest.get('command') or 'the study'} again to mend it"
    expected = manifest.get("tables", {}).get(path.name)
    with refusals_told("read", path):
        if expected is not None and sha256_of(path) != expected:
            raise WorkError(damaged)
        try:
            if name in TABLES:
                schema = TABLES[name].schema
                refuse_bomb(path)
                # The file is read whole before polars sees it, so that a refusal of the disk and a
                # damaged file are told apart.
                table = pl.read_parquet(io.BytesIO(path.read_bytes()))
            else:
                schema = STATUS_COLUMNS if name == "runs" else TABLES["series"].schema
                content = read_bounded(path, LARGEST_CSV)
                table = pl.read_csv(io.BytesIO(content), schema=schema)
        except pl.exceptions.PolarsError as error:
            raise WorkError(damaged) from error
    if table.schema != schema:
        raise WorkError(f"{damaged} (its columns are {', '.join(table.columns)})")
    return table
