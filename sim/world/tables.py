"""One table read from a user's file: every cell as text, or one clear line about what is wrong.

Cells are read as text, so that ids may be of any kind (36, P1, a uuid); what a column means is
decided by the caller.
"""

from __future__ import annotations

import hashlib
import io
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sim.errors import UsageError
from sim.world.refusals import check_columns, check_rows, counted, listed, nearest, shown
from sim.world.textfile import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 4 * 2**30
"""Bytes a file may have; it is read into memory."""

LONGEST_CELL = 10_000
"""Bytes of a cell of a Parquet file."""
ROWS_A_BYTE = 50
"""Rows of Parquet for each byte of the file; more are refused, but for some in any case."""
ROWS_ANYWAY = 5_000_000

TEXT = (".csv", ".tsv", ".txt")
PARQUET = ".parquet"
PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z")


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of one file.

    Attributes
    ----------
    name
        The file's name, relative to the data directory.
    rows
        The columns asked for, all of text; surrounding blanks are gone and an empty cell is null.
    digest
        SHA-256 of the file's bytes, in hexadecimal.
    repairs
        What was mended, a sentence each.
    """

    name: str
    rows: pl.DataFrame
    digest: str
    repairs: tuple[str, ...]


def read_table(directory: Path, name: str, columns: Sequence[str], *, header: bool = True) -> Table:
    """Read some columns of a CSV, blank-separated or Parquet file.

    Text files (.csv, .tsv, .txt) are UTF-8, or UTF-16 with a byte order mark; the separator (tab,
    semicolon, comma, runs of blanks) is found from the first rows.

    Parameters
    ----------
    directory
        The data directory; nothing outside it is read.
    name
        File, relative to `directory`.
    columns
        Names of the columns wanted.
    header
        False for a text file without a header; its columns are called column_1, column_2 ...

    Raises
    ------
    UsageError
        If the file is outside the directory, missing, unreadable, of another kind, too large,
        empty, wrongly encoded, ragged or damaged, or if it has not got the columns.
    """
    suffix = Path(name).suffix.lower()
    if suffix in PACKED:
        raise UsageError(f"{shown(name)} is compressed; unpack it and name the unpacked file")
    if suffix not in (*TEXT, PARQUET):
        raise UsageError(
            f"{shown(name)} is of no known kind; allowed are {', '.join(TEXT)} (text) and {PARQUET}"
        )
    if suffix == PARQUET and not header:
        raise UsageError(f"{name}: a Parquet file names its columns; take it out of no_header")
    wanted = list(dict.fromkeys(columns))
    data = _read_bytes(_locate(directory, name), name)
    if not data:
        raise UsageError(f"{name} is empty")
    repairs: list[str] = []
    try:
        if suffix == PARQUET:
            rows = _parquet(data, name, wanted)
        else:
            rows = read_text(data, name, wanted, repairs, header=header)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        kind = "Parquet" if suffix == PARQUET else "a table"
        reason = str(error).strip().partition("\n")[0][:120]
        raise UsageError(f"{name} cannot be read as {kind}; it is damaged ({reason})") from error
    if rows.is_empty():
        raise UsageError(f"{name} has a header but no rows")
    trimmed = rows.select(pl.all().str.strip_chars())
    changed = sum(int((rows[column] != trimmed[column]).sum()) for column in wanted)
    if changed:
        repairs.append(f"{name}: blanks around {counted(changed, 'cell')} taken off")
    rows = trimmed.select(pl.when(pl.all() != "").then(pl.all()))
    return Table(name, rows, hashlib.sha256(data).hexdigest(), tuple(repairs))


def _locate(directory: Path, name: str) -> Path:
    """Return the path of a regular file inside the directory."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UsageError(
            f"{shown(name)} leads out of the data directory; give a path relative to it, without .."
        )
    path = directory / name
    try:
        if not directory.is_dir():
            raise UsageError(f"there is no data directory {str(directory)!r}")
        if not path.resolve().is_relative_to(directory.resolve()):
            raise UsageError(
                f"{shown(name)} is a link that leads out of the data directory; copy the file there"
            )
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UsageError(f"{shown(name)} is a directory; name a file in it")
        if not stat.S_ISREG(mode):
            raise UsageError(f"{shown(name)} is not a regular file; copy its content to one")
    except FileNotFoundError:
        found = _files(path.parent if path.parent.is_dir() else directory, directory)
        known = f"there are {listed(found)}" if found else "it holds no table"
        raise UsageError(
            f"there is no file {shown(name)} in {str(directory)!r}; {known}{nearest(name, found)}"
        ) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{shown(name)} cannot be opened: {reason}") from error
    return path


def _files(folder: Path, directory: Path) -> list[str]:
    """Return the tables in a folder, named relative to the data directory."""
    return sorted(
        entry.relative_to(directory).as_posix()
        for entry in folder.iterdir()
        if entry.suffix.lower() in (*TEXT, PARQUET) and entry.is_file()
    )


def _read_bytes(path: Path, name: str) -> bytes:
    """Return the file's bytes, if there are not too many."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{name} has more than the {MOST_BYTES:,} bytes allowed; take a sample")
    return data


def _parquet(data: bytes, name: str, wanted: list[str]) -> pl.DataFrame:
    """Return the wanted columns of a Parquet file as text."""
    if not (data.startswith(b"PAR1") and data.endswith(b"PAR1")):
        raise UsageError(f"{name} is not a Parquet file, or only a part of one")
    check_columns(list(pl.read_parquet_schema(io.BytesIO(data))), wanted, name)
    count = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
    check_rows(count, name)
    if count > ROWS_ANYWAY + ROWS_A_BYTE * len(data):
        raise UsageError(
            f"{name} says to hold {count:,} rows in {len(data):,} bytes; no list of people, groups "
            "or ties is so uniform: write it again"
        )
    rows = pl.read_parquet(io.BytesIO(data), columns=wanted)
    for column in rows.select(pl.selectors.string() | pl.selectors.binary()):
        # One long text that stands in a million rows takes no room before it is trimmed.
        text = column.dtype == pl.String
        longest = column.str.len_bytes().max() if text else column.bin.size().max()
        if isinstance(longest, int) and longest > LONGEST_CELL:
            raise UsageError(
                f"{name}: column {shown(column.name)} has a cell of {longest:,} bytes; "
                f"{LONGEST_CELL:,} are allowed"
            )
    return pl.DataFrame([_as_text(rows[column], name) for column in wanted])


def _as_text(values: pl.Series, name: str) -> pl.Series:
    """Return a column of a Parquet file as text; whole floats lose their `.0`, bytes become hex."""
    if values.dtype.is_nested() or values.dtype == pl.Object:
        raise UsageError(
            f"{name}: column {shown(values.name)} holds {str(values.dtype).partition('(')[0]} "
            "values; a cell must hold one number, text or date"
        )
    if values.dtype == pl.Binary:
        return values.bin.encode("hex")
    if values.dtype.is_float():
        values = values.fill_nan(None)
        whole = values.cast(pl.Int64, strict=False)
        if (whole.cast(values.dtype) == values).all():
            values = whole
    return values.cast(pl.String)
