"""Killed or interrupted at any moment, the same command gives the tables of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batch.pretend import PretendDesign, study, tables_of
from sim.batch.study import conduct
from sim.results import read_table

COMMAND = Path(__file__).with_name("pretend_command.py")
RUNS = 16


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    directory = tmp_path_factory.mktemp("undisturbed")
    assert conduct(study(PretendDesign(seeds=4)), directory).done == RUNS
    return tables_of(directory)


def begin(
    directory: Path, jobs: int, seconds: float, small_files_after: int = RUNS + 1
) -> subprocess.Popen[str]:
    """Begin a study in a process group of its own, which Ctrl-C goes to as in a terminal."""
    return subprocess.Popen(
        [sys.executable, COMMAND, directory, str(jobs), str(seconds), str(small_files_after)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Ctrl-C means something in it even if these tests are run in the background of a shell.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def wait_for(process: subprocess.Popen[str], runs: int) -> None:
    """Read what a study tells until so many runs are done."""
    assert process.stdout is not None
    assert process.stdout.readline() == f"started {RUNS} 0\n"
    for _ in range(runs):
        assert process.stdout.readline().startswith("done ")


def assert_group_ends(group: int, within: float) -> None:
    """Check that no process of a group is left."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail(f"processes of group {group} are left after {within} seconds")


@pytest.mark.parametrize(("jobs", "runs"), [(1, 0), (1, 7), (1, 16), (2, 9)])
def test_a_killed_study_goes_on(
    tmp_path: Path, undisturbed: dict[str, bytes], jobs: int, runs: int
) -> None:
    with begin(tmp_path / "kept", jobs, 0.01) as process:
        wait_for(process, runs)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    kept = len(list((tmp_path / "kept" / "runs").glob("*.zip")))
    assert runs <= kept <= RUNS
    with begin(tmp_path / "kept", 1, 0.0) as again:
        output, errors = again.communicate(timeout=60)
    assert (again.returncode, errors) == (0, "")
    assert output.startswith(f"started {RUNS} {kept}\n")
    assert tables_of(tmp_path / "kept") == undisturbed
    assert set(read_table(tmp_path / "kept", "runs")["status"]) == {"done"}


def test_workers_do_not_outlive_a_killed_study(tmp_path: Path) -> None:
    with begin(tmp_path / "kept", 2, 600.0) as process:
        wait_for(process, 0)
        time.sleep(1.0)
        process.kill()
    assert_group_ends(process.pid, within=10.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_stops_at_once_and_says_how_to_go_on(tmp_path: Path, jobs: int) -> None:
    with begin(tmp_path / "kept", jobs, 600.0) as process:
        wait_for(process, 0)
        # Long enough for workers to be in a run; a worker that is not yet is stopped alike.
        time.sleep(1.0)
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < 5.0
    assert process.returncode == 1
    assert errors == (
        f"interrupted: 0 of {RUNS} runs are done and kept in {tmp_path / 'kept'}; "
        "go on with: netgrow run pretended.toml\n"
    )
    assert_group_ends(process.pid, within=5.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_study_keeps_what_is_done(
    tmp_path: Path, undisturbed: dict[str, bytes], jobs: int
) -> None:
    with begin(tmp_path / "kept", jobs, 0.05) as process:
        wait_for(process, 5)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    done = (read_table(tmp_path / "kept", "runs")["status"] == "done").sum()
    assert 5 <= done < RUNS
    assert errors.startswith(f"interrupted: {done} of {RUNS} runs are done")
    conduct(study(PretendDesign(seeds=4)), tmp_path / "kept")
    assert tables_of(tmp_path / "kept") == undisturbed


@pytest.mark.parametrize("runs", [5, RUNS])
def test_a_disk_that_refuses_ends_in_one_line(
    tmp_path: Path, undisturbed: dict[str, bytes], runs: int
) -> None:
    # The system itself refuses a run's file, or the tables of the whole study.
    with begin(tmp_path / "kept", 1, 0.0, small_files_after=runs) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    refused = "series.parquet" if runs == RUNS else "runs/one.b.base.s0002."
    assert errors.startswith(f"cannot write {tmp_path / 'kept' / refused}")
    assert "File too large" in errors
    assert f"; {runs} of {RUNS} runs are done and kept" in errors
    assert errors.count("\n") == 1
    assert not list((tmp_path / "kept").rglob("*.partial"))
    conduct(study(PretendDesign(seeds=4)), tmp_path / "kept")
    assert tables_of(tmp_path / "kept") == undisturbed
