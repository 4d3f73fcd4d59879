"""The directory of one study, as the one process that writes it sees it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.results.durable import partial_of, refusals_told, write_whole
from sim.results.failures import Failure, encode_failure
from sim.results.guard import LARGEST_JSON, read_bounded, refuse_links
from sim.results.layout import (
    FAILURES,
    LOCK,
    MANIFEST,
    PARTS,
    PLANS,
    REPORTS,
    RUNS,
    SCENARIO,
    STATUS,
    STATUS_COLUMNS,
    TABLES,
    RunKey,
    RunRow,
)
from sim.results.lock import only_writer
from sim.results.shelf import Shelf
from sim.results.sweeping import delete, leftovers, ours
from sim.results.tables import digest_of, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


class Store:
    """Writes a study's directory: its plan first, then each run, then the tables of all.

    Parameters
    ----------
    directory : Path
        Where the study is kept; made if it does not exist.

    Attributes
    ----------
    shelf : Shelf
        Its runs.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.shelf = Shelf(directory)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Make the directory and be its only writer, for as long as the block lasts.

        Raises
        ------
        UsageError
            If the directory holds something, and no results.
        WorkError
            If another process writes to it, or the disk refuses.
        """
        self.refuse_foreign()
        folders = (self.directory / name for name in (RUNS, PARTS, FAILURES))
        refuse_links(self.directory)
        with refusals_told("make", self.directory):
            for directory in (self.directory, *folders):
                directory.mkdir(parents=True, exist_ok=True)
        with only_writer(self.directory):
            delete(leftovers(self.directory))
            yield

    def refuse_foreign(self) -> None:
        """Refuse a directory that holds something, and no results; nothing is written.

        Raises
        ------
        UsageError
            If it does.
        WorkError
            If it cannot be read.
        """
        if (self.directory / MANIFEST).exists():
            return
        with refusals_told("read", self.directory):
            if not self.directory.exists():
                return
            held = {path.name for path in self.directory.iterdir()}
            # A study killed before its manifest was whole leaves these.
            held -= {LOCK, partial_of(self.directory / MANIFEST).name}
            for folder in {RUNS, PARTS, FAILURES} & held:
                if not any((self.directory / folder).iterdir()):
                    held.remove(folder)
        if held:
            raise UsageError(
                f"{self.directory} holds {min(held)} and no {MANIFEST} of netgrow; "
                "nothing was touched: choose a new or empty directory with -o"
            )

    def manifest(self) -> dict[str, Any] | None:
        """Read the manifest of the study already in the directory; None if there is none.

        Raises
        ------
        WorkError
            If it is damaged or not netgrow's.
        """
        if not (self.directory / MANIFEST).exists():
            return None
        return read_manifest(self.directory)

    def scenario(self) -> str:
        """Read the resolved scenario already in the directory; empty if there is none."""
        path = self.directory / SCENARIO
        return read_bounded(path, LARGEST_JSON).decode(errors="replace") if path.exists() else ""

    def start_over(self) -> None:
        """Delete what netgrow wrote here; the manifest stays until the next one replaces it.

        Files of other names are left alone.

        Raises
        ------
        WorkError
            If a file cannot be deleted.
        """
        self.drop_tables()
        delete([self.directory / SCENARIO, self.directory / STATUS, *ours(self.directory)])

    def drop_tables(self) -> None:
        """Delete the tables of the whole study and what was made of them.

        All of it can be made again from the runs.

        Raises
        ------
        WorkError
            If a file cannot be deleted.
        """
        self.drop_reports()
        delete(self.directory / f"{name}.parquet" for name in TABLES)

    def has_tables(self, digests: object) -> bool:
        """Whether the tables of the whole study are there, byte by byte as their digests tell.

        Raises
        ------
        WorkError
            If one cannot be read.
        """
        paths = {f"{name}.parquet": self.directory / f"{name}.parquet" for name in TABLES}
        if not isinstance(digests, dict) or digests.keys() != paths.keys():
            return False
        with refusals_told("read", self.directory):
            return all(
                path.exists() and digest_of(path) == digests[name] for name, path in paths.items()
            )

    def drop_reports(self) -> None:
        """Delete what was made of the tables.

        Raises
        ------
        WorkError
            If a file cannot be deleted.
        """
        with refusals_told("read", self.directory):
            reports = [path for name in REPORTS for path in self.directory.glob(name)]
        delete(reports)

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write `manifest.json`.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        content = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
        write_whole(self.directory / MANIFEST, f"{content}\n".encode())

    def keep_plan(self, name: str, content: bytes) -> None:
        """Keep what an earlier plan was, so that its runs can be told apart.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        folder = self.directory / PLANS
        with refusals_told("make", folder):
            folder.mkdir(exist_ok=True)
        write_whole(folder / f"{name}.json", content)

    def write_plan(
        self, manifest: Mapping[str, Any], scenario: str, rows: Iterable[RunRow]
    ) -> None:
        """Write down what is going to be run, before anything is.

        Parameters
        ----------
        manifest : mapping
            Content of `manifest.json`.
        scenario : str
            The resolved scenario, TOML.
        rows : iterable of RunRow
            The whole plan.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        # The manifest first: it is what makes the directory netgrow's.
        self.write_manifest(manifest)
        write_whole(self.directory / SCENARIO, scenario.encode())
        self.write_status(rows)

    def write_status(self, rows: Iterable[RunRow]) -> None:
        """Write `runs.csv`.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        content = io.StringIO()
        writer = csv.writer(content, lineterminator="\n")
        writer.writerow(STATUS_COLUMNS.names())
        writer.writerows(row.cells() for row in rows)
        write_whole(self.directory / STATUS, content.getvalue().encode())

    def write_run(self, key: RunKey, settings: str, content: bytes) -> None:
        """Keep a finished run, and forget that it failed before.

        Raises
        ------
        WorkError
            If the disk refuses; the run's file is then absent.
        """
        self.shelf.add(key, settings, content)
        delete([self.directory / FAILURES / key.failure_file(settings)])

    def write_failure(self, failure: Failure, traceback: str) -> None:
        """Keep how a run failed, in full.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        row = failure.row
        path = self.directory / FAILURES / row.key.failure_file(row.settings)
        write_whole(path, encode_failure(failure, traceback))
