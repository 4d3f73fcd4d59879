"""Parts: the tables of many runs in one directory, with an index of the runs in it.

A part is named by the digest of its index, and the index holds the digests of its tables. So a part
is known to be what was written by reading its index alone and comparing sizes (`read_part`, in
milliseconds), and known byte by byte when its tables are read (`verify`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sim.results.durable import partial_of, refusals_told, sync, write_whole
from sim.results.guard import LARGEST_JSON, contents_of, misfit, read_json
from sim.results.layout import SCHEMA, SCHEMAS, TABLES, is_run_id
from sim.results.runs import COMPRESSION_LEVEL, RunStamp, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

INDEX = "index.json"
# Small, so that one metric of a part is read without most others.
_ROWS_A_GROUP = 25_000


class DamagedPartError(Exception):
    """A part cannot be what was written; the message says how it shows."""


@dataclass(frozen=True)
class Table:
    """Size in bytes and SHA-256 of one file of a part."""

    bytes: int
    sha256: str


@dataclass(frozen=True, eq=False)
class Part:
    """A directory that holds the tables of many runs.

    Parameters
    ----------
    path : Path
    stamps : tuple of RunStamp
        The runs in it, none of them twice.
    tables : mapping of str to Table
        By name of the table.
    """

    path: Path
    stamps: tuple[RunStamp, ...]
    tables: Mapping[str, Table]

    @property
    def bytes(self) -> int:
        """Size of its tables."""
        return sum(table.bytes for table in self.tables.values())

    def file(self, table: str) -> Path:
        """Where one of its tables is."""
        return self.path / f"{table}.parquet"

    def verify(self) -> None:
        """Read every byte of its tables and compare their digests.

        Raises
        ------
        DamagedPartError
            If a table is not what was written.
        OSError
            If one cannot be read.
        """
        for name, table in self.tables.items():
            if sha256_of(self.file(name)) != table.sha256:
                raise DamagedPartError(f"{self.file(name).name} in it is altered")


def write_part(
    folder: Path, stamps: Sequence[RunStamp], frame: Callable[[str], pl.DataFrame]
) -> Part:
    """Write a part, whole or not at all.

    Parameters
    ----------
    folder : Path
        Where parts are kept.
    stamps : sequence of RunStamp
        The runs, none of them twice.
    frame : callable
        Gives each table of the layout, its rows sorted; called for one after another.

    Raises
    ------
    WorkError
        If the disk refuses; no part is then left.
    """
    partial = partial_of(folder / "part")
    with refusals_told("write", folder):
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            tables = {}
            for name in TABLES:
                path = partial / f"{name}.parquet"
                frame(name).write_parquet(
                    path,
                    compression="zstd",
                    compression_level=COMPRESSION_LEVEL,
                    statistics=True,
                    row_group_size=_ROWS_A_GROUP,
                )
                sync(path)
                tables[name] = Table(path.stat().st_size, sha256_of(path))
            index = {
                "schema": SCHEMA,
                "tables": {name: asdict(table) for name, table in tables.items()},
                "runs": [[stamp.run, stamp.settings, stamp.seconds] for stamp in stamps],
            }
            content = json.dumps(index, separators=(",", ":")).encode()
            write_whole(partial / INDEX, content)
            path = folder / _name_of(content)
            if path.exists():
                # The same part, if it is whole; what is not is none.
                shutil.rmtree(path)
            partial.rename(path)
        except BaseException:
            with contextlib.suppress(OSError):
                shutil.rmtree(partial, ignore_errors=True)
            raise
        sync(folder)
    return Part(path, tuple(stamps), tables)


def read_part(path: Path) -> Part:
    """Read the index of a part, and compare the sizes of its tables.

    Raises
    ------
    DamagedPartError
        If the index is not the one its name tells, or a table has another size.
    OSError
        If it cannot be read.
    """
    try:
        content = contents_of(path / INDEX, LARGEST_JSON)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedPartError(f"it has no {INDEX}") from error
    if _name_of(content) != path.name:
        raise DamagedPartError(f"its {INDEX} is altered")
    try:
        index = read_json(content)
        stamps = tuple(RunStamp(run, settings, float(s)) for run, settings, s in index["runs"])
        tables = {name: Table(**index["tables"][name]) for name in TABLES}
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedPartError(f"its {INDEX} is not netgrow's") from error
    if not all(is_run_id(each.run) and isinstance(each.settings, str) for each in stamps):
        raise DamagedPartError(f"its {INDEX} is not netgrow's")
    part = Part(path, stamps, tables)
    for name, table in tables.items():
        try:
            size = part.file(name).stat().st_size
        except FileNotFoundError as error:
            raise DamagedPartError(f"{name}.parquet is missing from it") from error
        if size != table.bytes:
            raise DamagedPartError(f"{name}.parquet in it is cut short or altered")
    wrong = misfit({name: part.file(name) for name in tables}, SCHEMAS)
    if wrong:
        raise DamagedPartError(wrong)
    return part


def is_part(name: str) -> bool:
    """Whether a part could have this name."""
    return re.fullmatch(r"[0-9a-f]{16}", name) is not None


def _name_of(index: bytes) -> str:
    return hashlib.sha256(index).hexdigest()[:16]
