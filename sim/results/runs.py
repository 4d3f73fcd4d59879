"""The file of one run: its tables and its stamp in one zip."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.results.guard import contents_of, misfit, opened, read_json
from sim.results.layout import (
    DERIVED,
    RUN_COLUMNS,
    SCHEMAS,
    STAMP,
    TABLES,
    Layout,
    RunKey,
    tag_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

# Fixed, so that the same numbers are the same bytes on every machine.
COMPRESSION_LEVEL = 3
ROWS_A_GROUP = 100_000
_EPOCH = (1980, 1, 1, 0, 0, 0)

# One altered byte of its headers can make a member look encrypted, compressed or out of place.
_NOT_A_ZIP = (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, struct.error, zlib.error)


@dataclass(frozen=True)
class RunStamp:
    """What a run's file says of itself.

    Parameters
    ----------
    run : str
        Identity, as `RunKey.id`.
    settings : str
        Digest of everything that determines the run's result, its arm included.
    seconds : float
        Time it took.
    """

    run: str
    settings: str
    seconds: float


class DamagedRunError(Exception):
    """A run's file cannot be what was written; the message says how it shows."""


def encode_run(stamp: RunStamp, key: RunKey, tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Content of a run's file.

    Parameters
    ----------
    stamp : RunStamp
    key : RunKey
    tables : mapping
        Per table of the layout its columns (arrays or lists of one length), without those that
        name the run. A table that is absent or has no columns is empty. Outcomes are not given:
        they are the series at the last week.

    Returns
    -------
    bytes
        A zip of Parquet files with sorted rows; equal for equal numbers and stamps.

    Raises
    ------
    ValueError
        If a table or column is unknown or missing.
    polars.exceptions.PolarsError
        If a column does not have its type or its length.
    """
    given = TABLES.keys() - DERIVED
    unknown = sorted(set(tables) - given)
    if unknown:
        raise ValueError(f"unknown tables {unknown}; known are {sorted(given)}")
    frames = {name: _frame(name, TABLES[name], key, tables.get(name) or {}) for name in given}
    frames["outcomes"] = frames["series"].filter(pl.col("week") == pl.col("week").max())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(STAMP, _EPOCH), json.dumps(asdict(stamp)))
        for name in TABLES:
            table = io.BytesIO()
            frames[name].write_parquet(
                table, compression="zstd", compression_level=COMPRESSION_LEVEL, statistics=True
            )
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet", _EPOCH), table.getvalue())
    return content.getvalue()


def _frame(name: str, layout: Layout, key: RunKey, columns: Mapping[str, Any]) -> pl.DataFrame:
    if not columns:
        return pl.DataFrame(schema=layout.schema)
    if set(columns) != set(layout.columns):
        raise ValueError(f"{name} has columns {sorted(columns)}, not {sorted(layout.columns)}")
    identity = zip(RUN_COLUMNS, (key.id, key.question, key.arm, key.point, key.seed), strict=True)
    return (
        pl.DataFrame([pl.Series(column, columns[column]) for column in layout.columns])
        .with_columns(**{column: pl.lit(part) for column, part in identity})
        .select(layout.schema.names())
        .cast(layout.schema)
        .sort(layout.order, maintain_order=True)
    )


def inspect_run(path: Path, key: RunKey, settings: str) -> RunStamp:
    """Read a run's stamp, and every byte of its file once to see that it is whole.

    Parameters
    ----------
    path : Path
        The run's file.
    key : RunKey
        The run that should be in it.
    settings : str
        Digest of what it should have been made with, or its first 12 digits.

    Raises
    ------
    DamagedRunError
        If the file is cut short, altered, or another run's.
    OSError
        If it cannot be read.
    """
    stamp, tables = open_run(contents_of(path), key, settings)
    wrong = misfit(tables, SCHEMAS)
    if wrong:
        raise DamagedRunError(wrong)
    return stamp


def open_run(content: bytes, key: RunKey, settings: str) -> tuple[RunStamp, dict[str, bytes]]:
    """Read a run's stamp and its tables, each the bytes of a Parquet file.

    Parameters
    ----------
    content : bytes
        Of the run's file.
    key, settings
        As for `inspect_run`.

    Raises
    ------
    DamagedRunError
        If the file is cut short, altered, or another run's.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            missing = {STAMP, *(f"{name}.parquet" for name in TABLES)} - set(archive.namelist())
            if missing:
                raise DamagedRunError(f"{min(missing)} is missing from it")
            if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
                raise DamagedRunError("it is compressed, which a run's file is not")
            if any(member.file_size > len(content) for member in archive.infolist()):
                raise DamagedRunError("it says to hold more than it can")
            told = archive.read(STAMP)
            # Reading a member compares its checksum.
            tables = {name: archive.read(f"{name}.parquet") for name in TABLES}
    except _NOT_A_ZIP as error:
        raise DamagedRunError("it is cut short or altered") from error
    try:
        stamp = RunStamp(**read_json(told))
        same = tag_of(stamp.settings) == tag_of(settings)
    except (ValueError, TypeError) as error:
        raise DamagedRunError(f"its {STAMP} cannot be understood") from error
    if stamp.run != key.id:
        raise DamagedRunError(f"it holds the run {stamp.run}")
    if not same:
        raise DamagedRunError(f"it holds {stamp.run} made with other settings")
    return stamp, tables


def sha256_of(path: Path) -> str:
    """Digest of a file, in hexadecimal."""
    with opened(path) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
