"""A directory of results may come from anybody: its links, pipes and sizes are not trusted."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import stat
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.errors import WorkError
from sim.results.durable import refusals_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedReader
    from pathlib import Path

LARGEST_JSON = 64 * 2**20
"""Bytes of a file that is read as JSON, which takes some ten times as much in memory."""
LARGEST_CSV = 2**30
LARGEST_RUN = 2**32
"""Bytes of the file of one run."""
LONGEST_TEXT = 10_000
"""Bytes of one cell."""
ROWS_A_BYTE = 50
"""Rows of Parquet for each byte of the file; a table in which nothing varies has some forty."""
ROWS_ANYWAY = 5_000_000


def refuse_links(directory: Path) -> None:
    """Refuse a directory with a folder in it that is a link, or a link that leads to a folder.

    What is written into such a folder, or deleted in it, would be outside. Links to files do no
    harm: files are replaced, not written through.

    Parameters
    ----------
    directory : Path
        A study's directory; it may itself be a link, which is the user's own.

    Raises
    ------
    WorkError
        If there is one, or the directory cannot be read.
    """
    with refusals_told("read", directory):
        entries = list(os.scandir(directory)) if directory.is_dir() else []
    for entry in entries:
        if entry.is_symlink() and entry.is_dir():
            raise WorkError(
                f"{directory / entry.name} is a link to another folder, and netgrow writes and "
                f"deletes only inside {directory}: remove the link"
            )


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading.

    Raises
    ------
    OSError
        If it is a pipe, a device or a folder, or cannot be read.
    """
    # A pipe that nobody writes to would be waited for, and some devices have no end.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - it is open already
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        yield stream


def contents_of(path: Path, most: int = LARGEST_RUN) -> bytes:
    """Read a regular file of reasonable size.

    Parameters
    ----------
    path : Path
    most : int
        Bytes it may have.

    Raises
    ------
    OSError
        If it is larger, is a pipe, a device or a folder, or cannot be read.
    """
    with opened(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes", str(path))
    return content


def read_json(content: bytes | str) -> Any:
    """Read JSON of anybody's.

    Raises
    ------
    ValueError
        If it is none, or nested more deeply than can be read.
    """
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def misfit(tables: Mapping[str, Path | bytes], schemas: Mapping[str, pl.Schema]) -> str | None:
    """Say which of some tables (paths or contents) has not its columns, if one has not.

    Parameters
    ----------
    tables, schemas : mapping
        By name of the table.
    """
    for name, table in tables.items():
        source = io.BytesIO(table) if isinstance(table, bytes) else table
        try:
            found = pl.read_parquet_schema(source)
        except pl.exceptions.PolarsError:
            return f"its {name}.parquet cannot be read"
        if found != schemas[name]:
            return f"its {name}.parquet has other columns"
    return None


def read_bounded(path: Path, most: int) -> bytes:
    """Read a regular file of reasonable size.

    Parameters
    ----------
    path : Path
    most : int
        Bytes it may have.

    Raises
    ------
    WorkError
        If it is larger, is a pipe, a device or a folder, or cannot be read.
    """
    with refusals_told("read", path), opened(path) as stream:
        content = stream.read(most + 1)
    _refuse_more(path, len(content), most)
    return content


def refuse_large(path: Path, most: int) -> None:
    """Refuse what is no regular file of reasonable size, before somebody else reads it.

    Raises
    ------
    WorkError, OSError
        As for `read_bounded`; OSError if it cannot be read.
    """
    with opened(path) as stream:
        _refuse_more(path, os.fstat(stream.fileno()).st_size, most)


def _refuse_more(path: Path, size: int, most: int) -> None:
    if size > most:
        raise WorkError(f"{path} has more than {most:,} bytes, and is not read")


def refuse_bomb(path: Path) -> None:
    """Refuse a Parquet file that says to hold far more rows than its size makes likely.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    WorkError
        If it is so.
    OSError, polars.exceptions.PolarsError
        If it cannot be read.
    """
    with opened(path) as stream:
        size = os.fstat(stream.fileno()).st_size
    rows = pl.scan_parquet(path).select(pl.len()).collect().item()
    if rows > ROWS_ANYWAY + ROWS_A_BYTE * size:
        raise WorkError(
            f"{path} says to hold {rows:,} rows in {size:,} bytes, which no table of netgrow "
            "does; it is not read"
        )
