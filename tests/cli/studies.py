"""A study small enough to be run for real in a second, and ways to call netgrow on it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from sim.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

ROOT = Path(__file__).parents[2]

SMALL = """\
question = "Do groups help?"
weeks = 6
seeds = 2
switch = ["one", "everyone"]

[members]
count = 60

[focal]
share = 0.1

[measure]
every = 2

[arms.known_only]
strategy = "known_only"

[arms.group_driven]
strategy = "group_driven"
"""

TABLES = tuple(
    f"{name}.parquet" for name in ("series", "events", "ego_nodes", "ego_ties", "outcomes")
)


def small(directory: Path, text: str = SMALL) -> Path:
    """Write the scenario of a small study, and return its path."""
    path = directory / "small.toml"
    path.write_text(text)
    return path


def netgrow(*words: str | Path, env: dict[str, str] | None = None) -> Result:
    """Call netgrow in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], env=env)


def command(*words: str | Path) -> list[str]:
    """Return the words that call netgrow in a process of its own."""
    return [sys.executable, "-m", "sim.cli", *map(str, words)]


def environment() -> dict[str, str]:
    """Return an environment in which the package is found from any directory."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def begun(directory: Path, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Begin netgrow in a group of its own, which Ctrl-C goes to as in a terminal."""
    process = subprocess.Popen(
        command(*words),
        cwd=directory,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests are begun in the background of a shell, SIGINT is ignored and inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        try:
            yield process
        finally:
            # Nothing is left of it, also where a test fails because it does not end.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def call(directory: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Call netgrow in a process of its own, in a directory."""
    return subprocess.run(
        command(*words),
        cwd=directory,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def digests(results: Path) -> dict[str, str]:
    """Return what tells the tables of two studies apart, byte by byte."""
    return {name: hashlib.sha256((results / name).read_bytes()).hexdigest() for name in TABLES}
