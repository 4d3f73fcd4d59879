"""The text files of a user, however they are encoded, ended, separated and quoted."""

from __future__ import annotations

import csv
import io
import itertools
import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import UsageError
from sim.world.refusals import check_columns, check_rows, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATORS = ("\t", ";", ",")  # the first that fits; a comma is the likeliest inside a cell
_SAMPLE = 65_536


def read_text(
    data: bytes, name: str, wanted: list[str], repairs: list[str], *, header: bool
) -> pl.DataFrame:
    """Return the wanted columns of a text file, every cell as text.

    Parameters
    ----------
    data
        The file's bytes.
    name
        The file's name, for messages.
    wanted
        Names of the columns wanted.
    repairs
        Takes up what was mended, a sentence each.
    header
        False for a file without a header; its columns are called column_1, column_2 ...

    Raises
    ------
    UsageError
        If the text is empty, too long, wrongly encoded or ragged, or has not got the columns.
    """
    data = _lines(_utf8(data, name), name, repairs)
    if not header and (comments := re.match(rb"(?:#[ \t][^\n]*\n)+", data)):
        repairs.append(f"{name}: {counted(comments[0].count(b'\n'), 'comment line')} left out")
        data = data[comments.end() :]
    if not data.strip():
        raise UsageError(f"{name} is empty")
    check_rows(data.count(b"\n"), name)
    data, separator = _split(data, _separator(data, wanted, header=header))
    data, widths = _canonical(data, separator, name)
    first = next(_records(data, separator))
    names = [cell.strip() for cell in first] if header else _numbered(len(first))
    check_columns(names, wanted, name)
    _check_widths(widths, name, header=header)
    rows = pl.read_csv(io.BytesIO(data), has_header=header, separator=separator, infer_schema=False)
    return rows.select(
        rows.get_column(rows.columns[names.index(column)]).alias(column) for column in wanted
    )


def _numbered(width: int) -> list[str]:
    """Return the names of the columns of a file without a header."""
    return [f"column_{number}" for number in range(1, width + 1)]


def _utf8(data: bytes, name: str) -> bytes:
    """Return the text in UTF-8 without a byte order mark."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{name} is not {'UTF-16' if utf16 else 'UTF-8'}: byte {error.start + 1:,} "
            f"(line {line:,}) is 0x{data[error.start]:02x}; save the file as UTF-8"
        ) from error
    if "\0" in text:
        place = len(text[: text.index("\0")].encode()) + 1
        raise UsageError(f"{name} is not text: byte {place:,} is 0; save the file as UTF-8 text")
    return text.encode()


def _lines(data: bytes, name: str, repairs: list[str]) -> bytes:
    r"""Return the text with line ends `\n` and without empty lines."""
    if doubled := data.count(b"\r\r\n"):
        repairs.append(f"{name}: {counted(doubled, 'doubled line end')} (CR CR LF) read as one")
    data = re.sub(rb"\r+\n|\r", b"\n", data)
    return re.sub(rb"\n *(?=\n)", b"", data).strip(b" \n")


def _split(data: bytes, separator: str) -> tuple[bytes, str]:
    """Return the text with runs of blanks made tabs, if blanks separate its cells."""
    if separator != " ":
        return data, separator
    data = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", data)
    return re.sub(rb'("(?:[^"]|"")*")|[ \t]+', lambda match: match[1] or b"\t", data), "\t"


def _records(data: bytes, separator: str) -> Iterator[list[str]]:
    """Yield the rows of the text, header included."""
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    return csv.reader(stream, delimiter=separator)


def _canonical(data: bytes, separator: str, name: str) -> tuple[bytes, npt.NDArray[np.int32]]:
    """Return the text with quotes only around cells that need them, and the cells of each row.

    A quote inside a cell that is not quoted (5" disk) stands for itself; other readers differ.
    """
    if b'"' not in data:
        buffer = np.frombuffer(data, np.uint8)
        starts = np.append(0, np.flatnonzero(buffer[:-1] == ord("\n")) + 1)
        return data, np.add.reduceat(buffer == ord(separator), starts, dtype=np.int32) + 1
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator, lineterminator="\n")
    stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    widths = []
    try:
        for row in reader:
            writer.writerow(row)
            widths.append(len(row))
    except csv.Error as error:
        raise UsageError(
            f"{name}: near line {reader.line_num:,} a quoted cell does not end with one double "
            f"quote before the next cell; double the quotes inside it"
        ) from error
    return target.getvalue().encode(), np.array(widths, np.int32)


def _separator(data: bytes, wanted: list[str], *, header: bool) -> str:
    """Return the separator under which the first rows show most of the wanted columns.

    Blanks are it only if the first line holds no other, since runs of them hide empty cells.
    """
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n")]
    sample = sample.decode("utf-8", "ignore").encode()

    def fit(separator: str) -> tuple[int, bool, bool]:
        rows = list(itertools.islice(_records(sample, separator), 50))
        width = len(rows[0])
        names = [cell.strip() for cell in rows[0]] if header else _numbered(width)
        even = all(len(row) == width for row in rows)
        return sum(column in names for column in wanted), even and width > 1, width > 1

    first = sample.partition(b"\n")[0].decode()
    return max((each for each in _SEPARATORS if each in first), key=fit, default=" ")


def _check_widths(widths: npt.NDArray[np.int32], name: str, *, header: bool) -> None:
    """Refuse a text file in which a row has more or fewer cells than the first."""
    uneven = np.flatnonzero(widths != widths[0])
    if uneven.size:
        row = int(uneven[0])
        raise UsageError(
            f"{name}: data row {row if header else row + 1:,} has "
            f"{counted(int(widths[row]), 'cell')}, the first line {widths[0]}; mend "
            f"{counted(uneven.size, 'such row')} (a cell that holds the separator needs quotes)"
        )
