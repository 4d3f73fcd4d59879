"""Whatever ends a study, at whatever moment: the same command completes it, byte by byte."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batch.power import Disk
from batch.pretend import PretendDesign, study, tables_of
from batch.test_killed import assert_group_ends
from sim.batch.study import conduct
from sim.results import Store, read_table, shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = Path(__file__).with_name("fragile_command.py")
SEEDS = 30
LOOSE = 7


def undisturbed(directory: Path, seeds: int) -> dict[str, bytes]:
    conduct(study(PretendDesign(seeds=seeds)), directory)
    return tables_of(directory)


@contextlib.contextmanager
def begun(directory: Path, jobs: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    words = [directory, jobs, seconds, SEEDS, LOOSE]
    with subprocess.Popen(
        [sys.executable, COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "POLARS_MAX_THREADS": "1"},
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in path.read_text().split()]


def killed_again_and_again(directory: Path, kills: int, seed: int) -> None:
    """Kill a study, or one of its workers, so many times at random moments; then let it end."""
    luck = random.Random(seed)
    done = 0
    while done < kills:
        with begun(directory, 2, 0.03) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("started ")
            while done < kills:
                time.sleep(luck.uniform(0.0, 0.6))
                if process.poll() is not None:
                    break
                worker = luck.random() < 0.4
                victims = children(process.pid)[1:] if worker else [process.pid]
                if victims:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(luck.choice(victims), signal.SIGKILL)
                        done += 1
                if not worker:
                    break
            if process.poll() == 0:
                # It ended before it was killed enough: once more, with more to do.
                with Store(directory).open():
                    Store(directory).start_over()
            elif done < kills:
                process.wait(30)
        assert_group_ends(process.pid, within=30.0)


@pytest.mark.parametrize(("kills", "seed"), [(4, 1), pytest.param(60, 2, marks=pytest.mark.slow)])
def test_killed_at_random_moments_it_is_completed(tmp_path: Path, kills: int, seed: int) -> None:
    killed_again_and_again(tmp_path / "kept", kills, seed)
    with begun(tmp_path / "kept", 1, 0.0) as process:
        _, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    assert tables_of(tmp_path / "kept") == undisturbed(tmp_path / "plain", SEEDS)
    assert set(read_table(tmp_path / "kept", "runs")["status"]) == {"done"}
    assert not list((tmp_path / "kept").rglob("*.partial"))


def cut_at(directory: Path, step: int, patches: pytest.MonkeyPatch) -> Disk:
    """Begin a study and cut the power at a step."""
    disk = Disk(step)
    with disk.under(patches):
        conduct(study(PretendDesign(seeds=2)), directory)
    return disk


# Of about 90 steps some in the normal suite, and each of them in the slow one.
@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_a_power_cut_between_any_two_steps_loses_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    expected = undisturbed(tmp_path / "plain", 2)
    monkeypatch.setattr(shelf, "MOST_LOOSE", 3)
    steps = cut_at(tmp_path / "counted", 0, monkeypatch).steps
    assert steps > 60
    for step in range(1 + every // 2, steps + 1, every):
        directory = tmp_path / f"cut-{step}"
        assert cut_at(directory, step, monkeypatch).off
        if step % 2:
            # And again, as it goes on.
            cut_at(directory, 1 + step % 17, monkeypatch)
        assert conduct(study(PretendDesign(seeds=2)), directory).done == 8, step
        assert tables_of(directory) == expected, step
        assert not list(directory.rglob("*.partial"))


def test_ctrl_c_twice_ends_it_and_nothing_is_lost(tmp_path: Path) -> None:
    for pause in (0.0, 0.02, 0.2):
        with begun(tmp_path / "kept", 2, 0.05) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("started ")
            assert process.stdout.readline().startswith("done ")
            for _ in range(2):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGINT)
                time.sleep(pause)
            _, errors = process.communicate(timeout=60)
        # The second may come when Python itself is ending, and then ends it as a signal does.
        assert process.returncode in (1, -signal.SIGINT)
        assert process.returncode != 1 or errors.startswith("interrupted")
        assert_group_ends(process.pid, within=10.0)
    conduct(study(PretendDesign(seeds=SEEDS)), tmp_path / "kept")
    assert tables_of(tmp_path / "kept") == undisturbed(tmp_path / "plain", SEEDS)


def test_runs_that_the_machine_failed_are_tried_again_without_being_asked(tmp_path: Path) -> None:
    eaten = conduct(study(PretendDesign(seeds=2), eats=(2,)), tmp_path / "kept")
    assert (eaten.done, eaten.failed) == (4, 4)
    errors = read_table(tmp_path / "kept", "runs")["error"].drop_nulls()
    assert all(error.startswith(("MemoryError: ", "_ArrayMemoryError: ")) for error in errors)
    assert conduct(study(PretendDesign(seeds=2)), tmp_path / "kept").failed == 0
    assert tables_of(tmp_path / "kept") == undisturbed(tmp_path / "plain", 2)
    assert not list((tmp_path / "kept" / "failures").iterdir())
