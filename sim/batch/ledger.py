"""How far a study is: its rows on the disk, and who is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from sim.results import RunRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.batch.run import RunOutcome
    from sim.results import RunKey, RunStamp, Store

_SECONDS_BETWEEN_STATUS = 2.0


class Progress(Protocol):
    """Who is told how a study goes; called from one thread."""

    def started(self, total: int, already_done: int) -> None:
        """Hear that the plan is written, and so many of its runs are there from before."""

    def run_done(self, run: str, seconds: float) -> None:
        """Hear that a run is on the disk."""

    def run_failed(self, run: str, error: str) -> None:
        """Hear that a run failed; the others go on."""

    def note(self, text: str) -> None:
        """Hear anything else worth a line."""


class Silent:
    """Progress that nobody follows."""

    def started(self, total: int, already_done: int) -> None:
        """Say nothing."""

    def run_done(self, run: str, seconds: float) -> None:
        """Say nothing."""

    def run_failed(self, run: str, error: str) -> None:
        """Say nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""


class Ledger:
    """Keeps what comes in, and how far the plan is.

    Parameters
    ----------
    store : Store
    keys : sequence of RunKey
        The whole plan.
    stamps : mapping of RunKey to RunStamp
        Runs that are there from before.
    progress : Progress
    """

    def __init__(
        self,
        store: Store,
        keys: Sequence[RunKey],
        stamps: Mapping[RunKey, RunStamp],
        progress: Progress,
    ) -> None:
        self._store = store
        self._progress = progress
        self._rows = {key: RunRow(key) for key in keys}
        for key, stamp in stamps.items():
            self._rows[key] = RunRow(key, "done", stamp.seconds)
        self._written = time.monotonic()

    @property
    def rows(self) -> list[RunRow]:
        """The plan, with how far it is."""
        return list(self._rows.values())

    def having(self, status: str) -> list[RunKey]:
        """List the runs of one status."""
        return [key for key, row in self._rows.items() if row.status == status]

    def take_in(self, outcome: RunOutcome) -> None:
        """Keep what became of a run, and tell of it.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        key = outcome.key
        if outcome.content is None:
            self._store.write_failure(key, outcome.details)
            self._rows[key] = RunRow(key, "failed", outcome.seconds, outcome.error)
            self._progress.run_failed(key.id, outcome.error)
        else:
            self._store.write_run(key, outcome.content)
            self._rows[key] = RunRow(key, "done", outcome.seconds)
            self._progress.run_done(key.id, outcome.seconds)
        # The runs' own files say which are done; this table is for people, and is long.
        if time.monotonic() - self._written > _SECONDS_BETWEEN_STATUS:
            self.write()

    def write(self) -> None:
        """Write `runs.csv`.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        self._store.write_status(self._rows.values())
        self._written = time.monotonic()

    def timings(self) -> dict[str, float]:
        """Seconds that the finished runs took, in all and on average."""
        seconds = [row.seconds for row in self._rows.values() if row.status == "done"]
        known = [each for each in seconds if each is not None]
        total = sum(known)
        return {
            "runs_seconds": round(total, 3),
            "mean_run_seconds": round(total / len(known), 3) if known else 0.0,
        }
