"""Interrupted or killed, a study goes on by the same command and ends in the same tables."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from cli.studies import SMALL, begun, digests, netgrow, small
from sim.results import read_table

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

# Long enough to be stopped in the middle: some 30 ms a run, 24 runs.
LONG = SMALL.replace("seeds = 2", "seeds = 6").replace("weeks = 6", "weeks = 20")
RUNS = 24
WORDS = ("run", "small.toml", "--no-report", "-j")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str]:
    directory = tmp_path_factory.mktemp("undisturbed")
    ended = netgrow(
        "run", small(directory, LONG), "-o", directory / "kept", "--no-report", "-j", "1"
    )
    assert ended.exit_code == 0, ended.stderr
    return digests(directory / "kept"), ended.stdout


def goes_on(directory: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Give the same command again; return what is data and what is talk of it."""
    monkeypatch.chdir(directory)
    ended = netgrow(*WORDS, "1")
    assert ended.exit_code == 0, ended.stderr
    return ended.stdout, ended.stderr


def stop(process: subprocess.Popen[str], runs: Path, number: signal.Signals) -> tuple[str, float]:
    """Stop a study once some of its runs are on the disk; return what it said, and how fast."""
    end = time.monotonic() + 90
    while len(list(runs.glob("*.zip"))) < 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    since = time.monotonic()
    os.killpg(process.pid, number)
    _, told = process.communicate(timeout=30)
    return told, time.monotonic() - since


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_at_once_keeps_what_is_done_and_says_how_to_go_on(
    tmp_path: Path,
    undisturbed: tuple[dict[str, str], str],
    jobs: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small(tmp_path, LONG)
    results = tmp_path / "results" / "small"
    with begun(tmp_path, *WORDS, jobs) as process:
        told, seconds = stop(process, results / "runs", signal.SIGINT)
    assert process.returncode == 1
    # A run takes far less; what is allowed for here is a busy machine.
    assert seconds < 10
    assert "Traceback" not in told
    done = int((read_table(results, "runs")["status"] == "done").sum())
    assert 3 <= done < RUNS
    assert len(list((results / "runs").glob("*.zip"))) == done
    assert told.strip().splitlines()[-1] == (
        f"netgrow: interrupted: {done} of {RUNS} runs are done and kept in results/small; "
        f"go on with: netgrow run small.toml --no-report -j {jobs}"
    )
    stdout, stderr = goes_on(tmp_path, monkeypatch)
    assert f"{RUNS} runs, {done} of them done before" in stderr
    assert (digests(results), stdout) == undisturbed


def test_killed_half_way_the_same_command_gives_the_same_tables(
    tmp_path: Path,
    undisturbed: tuple[dict[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small(tmp_path, LONG)
    results = tmp_path / "results" / "small"
    with begun(tmp_path, *WORDS, "1") as process:
        stop(process, results / "runs", signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    stdout, stderr = goes_on(tmp_path, monkeypatch)
    assert "of them done before" in stderr
    assert (digests(results), stdout) == undisturbed
