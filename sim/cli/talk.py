"""What is said beside the data: on stderr, not at all with `--quiet`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from sim.errors import plain

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.progress import Progress

SECONDS_BETWEEN_LINES = 10.0
FAILURES_TOLD = 5
_LONGEST_ERROR = 200

quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Say nothing on stderr but what is wrong."
)


def duration(seconds: float) -> str:
    """Say how long something takes, to about a tenth."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def memory(size: int) -> str:
    """Say how many bytes, to about a tenth."""
    if size < 2**30:
        return f"{size / 2**20:.0f} MiB"
    return f"{size / 2**30:,.1f} GiB"


def plural(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class Talk:
    """Says how a study goes, as a bar in a terminal and else as a line now and then.

    It is the `sim.batch.Progress` of `netgrow run`; use it as a context while runs are done.

    Parameters
    ----------
    quiet : bool
        Say nothing but failures.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._task: Any = None
        self._total = self._done = self._begun_with = self._failed = 0
        self._begun = self._told = time.monotonic()

    def say(self, text: str) -> None:
        """Say a line."""
        if not self._quiet:
            self._line(text)

    def warn(self, text: str) -> None:
        """Say a line that has to be heard."""
        self._line(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def started(self, total: int, already_done: int) -> None:
        """Hear that the plan is written, and so many of its runs are there from before."""
        self._total, self._done, self._begun_with = total, already_done, already_done
        self._begun = self._told = time.monotonic()
        before = f", {already_done:,} of them done before" if already_done else ""
        self.say(f"{plural(total, 'run')}{before}")
        if not self._quiet and sys.stderr.isatty() and already_done < total:
            self._bar = _bar()
            self._task = self._bar.add_task(
                "runs", total=total, completed=already_done, left="estimating"
            )
            self._bar.start()

    def run_done(self, run: str, seconds: float) -> None:  # noqa: ARG002 - they are counted
        """Hear that a run is on the disk."""
        self._count()

    def run_failed(self, run: str, error: str) -> None:
        """Hear that a run failed; the others go on."""
        self._failed += 1
        if self._failed <= FAILURES_TOLD:
            told = " ".join(error.split())
            cut = told if len(told) <= _LONGEST_ERROR else f"{told[: _LONGEST_ERROR - 4]} ..."
            self._line(f"run {run} failed: {cut}")
        if self._failed == FAILURES_TOLD + 1:
            self._line("more runs failed; they are counted at the end")
        self._count()

    def note(self, text: str) -> None:
        """Hear anything else worth a line."""
        self.say(f"note: {text}")

    def _count(self) -> None:
        self._done += 1
        now = time.monotonic()
        spent = now - self._begun
        left = spent / (self._done - self._begun_with) * (self._total - self._done)
        ends = f"about {duration(left)} left" if self._done < self._total else duration(spent)
        if self._bar is not None:
            ends = ends if self._done < self._total else ""
            self._bar.update(self._task, completed=self._done, left=ends)
        elif now - self._told >= SECONDS_BETWEEN_LINES or self._done == self._total:
            self._told = now
            share = 100 * self._done // self._total
            self.say(f"{self._done:,} of {plural(self._total, 'run')} ({share} %), {ends}")

    def _line(self, text: str) -> None:
        text = plain(text)
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            click.echo(text, err=True)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        refresh_per_second=4,
    )
