"""How far a study is: its rows on the disk, and who is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from sim.results import RunRow
from sim.results.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.batch.run import RunOutcome
    from sim.results import RunKey, RunStamp, Store

_SECONDS_BETWEEN_STATUS = 2.0
_SHARE_FOR_STATUS = 0.02
"""So much of the time at most goes into writing the plan down, which is long in a large study."""


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
    wanted : mapping of RunKey to str
        The whole plan: the digest of each run's settings.
    stamps : mapping of RunKey to RunStamp
        Runs that are there from before.
    failed : mapping of RunKey to RunRow
        Runs that failed before and are not tried again.
    progress : Progress
    """

    def __init__(
        self,
        store: Store,
        wanted: Mapping[RunKey, str],
        stamps: Mapping[RunKey, RunStamp],
        failed: Mapping[RunKey, RunRow],
        progress: Progress,
    ) -> None:
        self._store = store
        self._progress = progress
        self._wanted = wanted
        self._rows = {key: RunRow(key, settings=made) for key, made in wanted.items()}
        for key, stamp in stamps.items():
            self._rows[key] = RunRow(key, "done", stamp.seconds, settings=wanted[key])
        self._rows |= failed
        self._pause = _SECONDS_BETWEEN_STATUS
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
        key, settings = outcome.key, self._wanted[outcome.key]
        if outcome.content is None:
            row = RunRow(key, "failed", outcome.seconds, outcome.error, settings)
            self._store.write_failure(Failure(row, outcome.passing), outcome.details)
            self._rows[key] = row
            self._progress.run_failed(key.id, outcome.error)
        else:
            self._store.write_run(key, settings, outcome.content)
            self._rows[key] = RunRow(key, "done", outcome.seconds, settings=settings)
            self._progress.run_done(key.id, outcome.seconds)
        # The runs' own files say which are done; this table is for people, and is long.
        if time.monotonic() - self._written > self._pause:
            self.write()

    def lose(self, keys: Iterable[RunKey], notes: Iterable[str]) -> None:
        """Plan runs again whose files turned out to be damaged."""
        for key in keys:
            self._rows[key] = RunRow(key, settings=self._wanted[key])
        for note in notes:
            self._progress.note(note)

    def write(self) -> None:
        """Write `runs.csv`.

        Raises
        ------
        WorkError
            If the disk refuses.
        """
        begun = time.monotonic()
        self._store.write_status(self._rows.values())
        self._written = time.monotonic()
        taken = self._written - begun
        self._pause = max(_SECONDS_BETWEEN_STATUS, taken / _SHARE_FOR_STATUS)

    def timings(self) -> dict[str, float]:
        """Seconds that the finished runs took, in all and on average."""
        seconds = [row.seconds for row in self._rows.values() if row.status == "done"]
        known = [each for each in seconds if each is not None]
        total = sum(known)
        return {
            "runs_seconds": round(total, 3),
            "mean_run_seconds": round(total / len(known), 3) if known else 0.0,
        }
