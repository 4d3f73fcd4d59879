"""Tables of a whole study, read again, and what a directory says of itself."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.errors import UsageError, WorkError
from sim.results.durable import refusals_told
from sim.results.guard import (
    LARGEST_CSV,
    LARGEST_JSON,
    LONGEST_TEXT,
    read_bounded,
    read_json,
    refuse_bomb,
    refuse_large,
)
from sim.results.layout import MANIFEST, SCHEMA, SCHEMAS, STATUS, STATUS_COLUMNS, TABLES
from sim.results.manifest import shaped
from sim.results.runs import sha256_of

if TYPE_CHECKING:
    import os

_READABLE = (*TABLES, "runs")


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
        manifest = read_json(content)
    except ValueError as error:
        raise WorkError(
            f"{path} is damaged: it is not JSON ({error}); choose another directory"
        ) from error
    if not isinstance(manifest, dict) or not {"schema", "netgrow"} <= manifest.keys():
        raise WorkError(f"{path} was not written by netgrow")
    if manifest["schema"] != SCHEMA:
        raise WorkError(
            f"{path} has layout {manifest['schema']!r}, and this netgrow reads layout {SCHEMA}; "
            f"it was written by netgrow {manifest['netgrow']}: read it with that, or run the "
            "study into another directory with -o"
        )
    return shaped(manifest, path)


def read_table(directory: str | os.PathLike[str], name: str) -> pl.DataFrame:
    """Read one table of a study, all of it.

    Parameters
    ----------
    directory : path
        A directory that `netgrow run` wrote.
    name : {"series", "events", "ego_nodes", "ego_ties", "outcomes", "runs"}
        Which table.

    Returns
    -------
    polars.DataFrame
        Its rows, sorted as the layout says; `runs` has the order of the plan.

    Raises
    ------
    UsageError
        If the directory holds no results.
    WorkError
        If the study is not finished, or the table is damaged.
    ValueError
        If there is no table of that name.
    """
    return collect(scan_table(directory, name), directory, name)


def collect(query: pl.LazyFrame, directory: str | os.PathLike[str], name: str) -> pl.DataFrame:
    """Read what is asked of a table that `scan_table` looks at.

    Raises
    ------
    WorkError
        If the table is damaged where it is read, or a cell is longer than any of netgrow's.
    """
    try:
        found = query.collect()
    except pl.exceptions.PolarsError as error:
        raise WorkError(_damaged(Path(directory), name)) from error
    text, labels = pl.col(pl.String).str.len_bytes(), pl.col(pl.Categorical).cat.len_bytes()
    longest = found.select(text.max(), labels.max()).rows()
    if any((size or 0) > LONGEST_TEXT for row in longest for size in row):
        raise WorkError(
            f"{_damaged(Path(directory), name)} (it holds text of more than {LONGEST_TEXT:,} bytes)"
        )
    return found


def scan_table(directory: str | os.PathLike[str], name: str) -> pl.LazyFrame:
    """Look at one table of a study, of which polars then reads what is asked for and no more.

    A table of values is sorted by metric, so that one metric of many runs is quickly read. Before
    that the bytes of the file are compared with the digest in the manifest, once in a process as
    long as the file is not changed: about a second for a gigabyte.

    Parameters
    ----------
    directory, name
        As for `read_table`.

    Returns
    -------
    polars.LazyFrame

    Raises
    ------
    UsageError, WorkError, ValueError
        As for `read_table`.
    """
    if name not in _READABLE:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(_READABLE)}")
    directory = Path(directory)
    manifest = read_manifest(directory)
    path = _path_of(directory, name)
    if not path.exists():
        again = manifest.get("command") or "the command that began it"
        raise WorkError(f"{directory} has no {path.name} yet: finish the study with {again}")
    expected = manifest.get("tables", {}).get(path.name)
    with refusals_told("read", path):
        if expected is not None and digest_of(path) != expected:
            raise WorkError(_damaged(directory, name))
        try:
            if name == "runs":
                schema = STATUS_COLUMNS
                refuse_large(path, LARGEST_CSV)
                table = pl.scan_csv(path, schema=schema)
            else:
                schema = SCHEMAS[name]
                refuse_bomb(path)
                table = pl.scan_parquet(path, glob=False)
            found = table.collect_schema()
        except pl.exceptions.PolarsError as error:
            raise WorkError(_damaged(directory, name)) from error
    if found != schema:
        told = ", ".join(found.names())
        raise WorkError(f"{_damaged(directory, name)} (its columns are {told})")
    return table


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read once as long as its size and its time of change stay.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    state = path.stat()
    return _digest(path.absolute(), state.st_ino, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(path: Path, *_: int) -> str:
    return sha256_of(path)


def _path_of(directory: Path, name: str) -> Path:
    return directory / (STATUS if name == "runs" else f"{name}.parquet")


def _damaged(directory: Path, name: str) -> str:
    again = read_manifest(directory).get("command") or "the study"
    return f"{_path_of(directory, name)} is damaged; run {again} again to mend it"
