"""A study gives the same tables however it went, and tells of what went wrong in one line."""

from __future__ import annotations

import os
import re
import shutil
import signal
from typing import TYPE_CHECKING

import polars as pl
import pytest

from batch.pretend import PretendDesign, study, tables_of
from sim.batch.study import Interrupted, StudyOutcome, conduct
from sim.errors import UsageError, WorkError
from sim.results import BASE, RunKey, Store, read_manifest, read_table
from sim.results.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sim.batch.design import Study

A = dict(PretendDesign().arms)


def tag(arm: str) -> str:
    """First digits of the settings of an arm of the usual study."""
    return study().settings(RunKey("one", arm, BASE, 0))[:12]


class Heard:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []
        self.done: list[str] = []
        self.failed: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def started(self, total: int, already_done: int) -> None:
        self.begun.append((total, already_done))

    def run_done(self, run: str, seconds: float) -> None:
        self.done.append(run)

    def run_failed(self, run: str, error: str) -> None:
        self.failed.append((run, error))

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of an undisturbed study."""
    directory = tmp_path_factory.mktemp("original")
    assert conduct(study(), directory) == StudyOutcome(12, 0, directory)
    return directory


@pytest.fixture(scope="module")
def undisturbed(original: Path) -> dict[str, bytes]:
    return tables_of(original)


@pytest.fixture
def finished(tmp_path: Path, original: Path) -> Path:
    """A copy of it, to be spoiled."""
    return shutil.copytree(original, tmp_path / "finished")


def test_tables_hold_every_run_and_the_manifest_says_what_they_are(tmp_path: Path) -> None:
    outcome = conduct(study(data={"groups.csv": "ab12"}), tmp_path, command="netgrow run x --fresh")
    assert (outcome.done, outcome.failed) == (12, 0)
    series = read_table(tmp_path, "series")
    assert series["run"].n_unique() == 12
    assert series.height == 12 * 13 * 2 * 3
    one = series.filter(run="one/b/base/s0002", week=7, cohort="all", metric="hours")
    assert one["value"].to_list() == [(2 + 1) * 7 / 7 + len("bonehoursall")]
    assert read_table(tmp_path, "outcomes")["week"].unique().to_list() == [12]
    assert read_table(tmp_path, "ego_ties")["target"].to_list() == [2, 3] * 12
    manifest = read_manifest(tmp_path)
    assert manifest["seeds"] == [1, 2, 3]
    assert manifest["arms"]["b"] == {"strategy": "dormant"}
    assert manifest["data"] == {"groups.csv": "ab12"}
    assert manifest["command"] == "netgrow run x"
    assert manifest["packages"]["polars"] == pl.__version__
    assert manifest["timings"].keys() == {"session_seconds", "runs_seconds", "mean_run_seconds"}


def test_the_manifest_says_what_it_is_given_to_say_and_forgets_it(tmp_path: Path) -> None:
    conduct(study(), tmp_path, noted={"until": {"width": 0.5}, "netgrow": "another"})
    manifest = read_manifest(tmp_path)
    assert manifest["until"] == {"width": 0.5}
    assert manifest["netgrow"] != "another"
    conduct(study(), tmp_path)
    assert "until" not in read_manifest(tmp_path)


def test_the_plan_is_written_before_anything_is_run(tmp_path: Path) -> None:
    seen = []

    class Look(Heard):
        def started(self, total: int, already_done: int) -> None:
            seen.extend(read_table(tmp_path, "runs")["status"].to_list())
            assert (tmp_path / "scenario.toml").read_text() == study().scenario
            assert not list((tmp_path / "runs").iterdir())

    conduct(study(), tmp_path, progress=Look())
    assert seen == ["planned"] * 12


def test_two_processes_give_the_bytes_of_one(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    heard = Heard()
    conduct(study(seconds=0.01), tmp_path / "two", jobs=2, threads=2, progress=heard)
    assert tables_of(tmp_path / "two") == undisturbed
    assert heard.begun == [(12, 0)]
    assert len(heard.done) == 12


@pytest.mark.parametrize(("jobs", "worlds"), [(1, {3}), (2, {3, 4})])
def test_arms_share_a_world_built_once(tmp_path: Path, jobs: int, worlds: set[int]) -> None:
    diary = tmp_path / "diary"
    diary.mkdir()
    conduct(study(diary=diary, seconds=0.02), tmp_path / "kept", jobs=jobs)
    assert len(list(diary.glob("world-*"))) in worlds


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_fails_is_a_row(tmp_path: Path, jobs: int) -> None:
    heard = Heard()
    outcome = conduct(study(fails=(2,)), tmp_path, jobs=jobs, progress=heard)
    assert (outcome.done, outcome.failed) == (8, 4)
    rows = read_table(tmp_path, "runs").filter(status="failed")
    assert rows["seed"].to_list() == [2] * 4
    assert set(rows["error"]) == {"RuntimeError: seed 2 is unlucky, as told"}
    assert len(heard.failed) == 4
    assert read_table(tmp_path, "series")["seed"].unique().to_list() == [1, 3]
    details = (tmp_path / "failures" / f"one.a.base.s0002.{tag('a')}.txt").read_text()
    assert details.startswith("Traceback")
    assert "in simulate" in details


def test_failed_runs_are_remembered_and_tried_again_if_asked(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    conduct(study(fails=(1, 3)), tmp_path / "mended")
    rows = (tmp_path / "mended" / "runs.csv").read_bytes()
    heard = Heard()
    assert conduct(study(), tmp_path / "mended", progress=heard).failed == 8
    assert (heard.begun, heard.done, heard.failed) == ([(12, 4)], [], [])
    assert (tmp_path / "mended" / "runs.csv").read_bytes() == rows
    heard = Heard()
    mended = conduct(study(), tmp_path / "mended", retry_failed=True, progress=heard)
    assert mended.failed == 0
    assert heard.begun == [(12, 4)]
    assert tables_of(tmp_path / "mended") == undisturbed
    assert not list((tmp_path / "mended" / "failures").iterdir())


def test_a_study_of_which_every_run_fails_has_empty_tables(tmp_path: Path) -> None:
    assert conduct(study(fails=(1, 2, 3)), tmp_path) == StudyOutcome(0, 12, tmp_path)
    assert read_table(tmp_path, "series").height == read_table(tmp_path, "outcomes").height == 0


def test_a_killed_worker_costs_at_most_its_run(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    diary = tmp_path / "diary"
    diary.mkdir()
    heard = Heard()
    disturbed = study(diary=diary, dies={1: 1, 2: 99})
    outcome = conduct(disturbed, tmp_path / "kept", jobs=2, progress=heard)
    # The run that killed one worker was tried again; the run that kills every worker, only once.
    assert (outcome.done, outcome.failed) == (11, 1)
    assert {path.name for path in diary.glob("death-*")} == {"death-1-0", "death-2-0", "death-2-1"}
    assert sorted(note.split(":")[0] for note in heard.notes) == [
        "one/b/base/s0001",
        "one/b/base/s0002",
    ]
    row = read_table(tmp_path / "kept", "runs").filter(status="failed")
    assert row["run"].to_list() == ["one/b/base/s0002"]
    assert "killed by SIGKILL; often the system is out of memory" in row["error"][0]
    assert conduct(study(), tmp_path / "kept").failed == 0
    assert tables_of(tmp_path / "kept") == undisturbed


def test_a_finished_study_runs_nothing_again(finished: Path, undisturbed: dict[str, bytes]) -> None:
    status = (finished / "runs.csv").read_bytes()
    heard = Heard()
    conduct(study(), finished, jobs=2, progress=heard)
    assert heard.begun == [(12, 12)]
    assert heard.done == heard.notes == []
    assert tables_of(finished) == undisturbed
    assert (finished / "runs.csv").read_bytes() == status


def test_more_seeds_and_arms_run_only_what_is_new(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    arms = dict(PretendDesign().arms)
    few = PretendDesign(seeds=1, arms={"b": arms["b"]}, switch=("everyone",))
    conduct(study(few), tmp_path / "grown")
    heard = Heard()
    conduct(study(), tmp_path / "grown", progress=heard)
    assert heard.begun == [(12, 1)]
    assert tables_of(tmp_path / "grown") == undisturbed
    # And back: the tables hold the plan and no more, the runs are kept.
    conduct(study(few), tmp_path / "grown")
    assert read_table(tmp_path / "grown", "series")["run"].unique().to_list() == [
        "everyone/b/base/s0001"
    ]
    assert len(list((tmp_path / "grown" / "runs").iterdir())) == 12


@pytest.mark.parametrize(
    ("other", "told", "left"),
    [
        (study(PretendDesign(weeks=20)), "12 runs are stale, .*: weeks was 12, is now 20;", 12),
        (
            study(PretendDesign(arms=dict(A, a={"strategy": "known_only", "pace": 3}))),
            "6 runs are stale, .*: arms.a.pace was not given, is now 3;",
            6,
        ),
        (study(data={"groups.csv": "00"}), "12 runs .*: the data in groups.csv changed;", 12),
    ],
    ids=["weeks", "arm", "data"],
)
def test_a_changed_parameter_reuses_nothing_that_is_stale_and_going_back_finds_it(
    finished: Path, undisturbed: dict[str, bytes], other: Study, told: str, left: int
) -> None:
    heard = Heard()
    conduct(other, finished, progress=heard)
    assert heard.begun == [(12, 12 - left)]
    assert len(heard.notes) == 1
    assert re.match(told, heard.notes[0])
    assert read_table(finished, "series")["run"].n_unique() == 12
    back = Heard()
    conduct(study(), finished, progress=back)
    assert back.begun == [(12, 12)]
    assert tables_of(finished) == undisturbed


def test_a_study_of_another_name_is_refused(finished: Path, undisturbed: dict[str, bytes]) -> None:
    with pytest.raises(UsageError, match="another study, pretended, and this is other") as caught:
        conduct(study(PretendDesign(name="other")), finished)
    assert "--fresh" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert tables_of(finished) == undisturbed


@pytest.mark.parametrize("left", [None, b"", b"\xff = [", b"weeks = 99"])
def test_the_digest_decides_whatever_became_of_the_old_scenario(
    finished: Path, undisturbed: dict[str, bytes], left: bytes | None
) -> None:
    (finished / "scenario.toml").unlink()
    if left is not None:
        (finished / "scenario.toml").write_bytes(left)
    heard = Heard()
    conduct(study(PretendDesign(weeks=20)), finished, progress=heard)
    assert heard.begun == [(12, 0)]
    assert re.match(
        r"12 runs are stale, .*: (weeks was .*, is now 20|.*digest .* changed)", heard.notes[0]
    )
    heard = Heard()
    conduct(study(), finished, progress=heard)
    assert heard.done == []
    assert tables_of(finished) == undisturbed


def test_an_arm_that_left_and_came_back_changed_is_run_again(tmp_path: Path) -> None:
    a, b = PretendDesign().arms.items()
    conduct(study(), tmp_path)
    conduct(study(PretendDesign(arms=dict([a]))), tmp_path)
    heard = Heard()
    changed = PretendDesign(arms=dict([a, (b[0], {"strategy": "open_networker"})]))
    conduct(study(changed), tmp_path, progress=heard)
    assert heard.begun == [(12, 6)]
    assert 'arms.b.strategy was "dormant", is now "open_networker"' in heard.notes[0]


def test_what_was_made_of_a_smaller_study_does_not_outlive_its_tables(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = [finished / name for name in ("comparison.json", "report.html")]
    for path in reports:
        path.touch()
    conduct(study(), finished)
    assert all(path.exists() for path in reports)

    def killed(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr("sim.batch.study.run_all", killed)
    with pytest.raises(SystemExit):
        conduct(study(PretendDesign(seeds=4)), finished)
    assert not any(path.exists() for path in reports)
    assert not (finished / "series.parquet").exists()


def test_runs_of_another_engine_are_stale(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.__engine__", 9)
    heard = Heard()
    conduct(study(), finished, progress=heard)
    assert heard.begun == [(12, 0)]
    assert "12 runs are stale, kept and not used: the engine was 1, is now 9" in heard.notes[0]


def test_fresh_starts_over(finished: Path) -> None:
    (finished / "notes.md").write_text("mine")
    heard = Heard()
    conduct(study(PretendDesign(weeks=20)), finished, fresh=True, progress=heard)
    assert heard.begun == [(12, 0)]
    assert read_table(finished, "outcomes")["week"].unique().to_list() == [20]
    assert (finished / "notes.md").read_text() == "mine"


def test_fresh_does_not_touch_a_foreign_directory(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(UsageError, match="nothing was touched"):
        conduct(study(), tmp_path, fresh=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_damaged_run_is_named_and_run_again(
    finished: Path, undisturbed: dict[str, bytes]
) -> None:
    path = finished / "runs" / f"one.a.base.s0002.{tag('a')}.zip"
    path.write_bytes(path.read_bytes()[:-30])
    heard = Heard()
    conduct(study(), finished, progress=heard)
    assert heard.done == ["one/a/base/s0002"]
    assert f"{path} is damaged" in heard.notes[0]
    assert tables_of(finished) == undisturbed


def test_runs_done_before_the_disk_is_full_are_kept(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = Store.write_run, []

    def limited(store: Store, key: RunKey, settings: str, content: bytes) -> None:
        writes.append(key)
        if len(writes) > 5:
            monkeypatch.setattr("sim.results.durable.os.fsync", full)
        real(store, key, settings, content)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patches:
        patches.setattr(Store, "write_run", limited)
        with pytest.raises(WorkError, match="No space left on device; free some space; 5 of 12"):
            conduct(study(), tmp_path / "full")
    monkeypatch.undo()
    heard = Heard()
    conduct(study(), tmp_path / "full", progress=heard)
    assert heard.begun == [(12, 5)]
    assert tables_of(tmp_path / "full") == undisturbed


def test_an_interrupt_while_tables_are_made_loses_nothing(
    tmp_path: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(shelf: Shelf, keys: Iterable[RunKey]) -> dict[str, str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patches:
        patches.setattr(Shelf, "merge", interrupted)
        with pytest.raises(
            Interrupted, match=r"12 of 12 runs are done.* go on with: netgrow run x"
        ):
            conduct(study(), tmp_path / "kept", command="netgrow run x --fresh")
    heard = Heard()
    conduct(study(), tmp_path / "kept", progress=heard)
    assert heard.done == []
    assert tables_of(tmp_path / "kept") == undisturbed


def test_an_interrupt_as_a_run_is_kept_counts_that_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Store.write_run

    def interrupted(store: Store, key: RunKey, settings: str, content: bytes) -> None:
        real(store, key, settings, content)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Store, "write_run", interrupted)
    # It is ignored where the tests themselves are run in the background.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(Interrupted, match=r"1 of 12 runs are done"):
            conduct(study(), tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
    assert read_table(tmp_path, "runs")["status"].to_list().count("done") == 1


def test_a_job_that_cannot_be_sent_says_so(tmp_path: Path) -> None:
    unsendable = study(diary=lambda: None)
    with pytest.raises(WorkError, match=r"cannot be sent to a worker process .*; use -j 1"):
        conduct(unsendable, tmp_path, jobs=2)


class EndsWhoOpensIt:
    """Stands for whatever keeps a worker process from beginning."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_workers_that_cannot_begin_end_the_study(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match=r"ended as it began \(exit status 3\).* 0 of 12 runs"):
        conduct(study(diary=EndsWhoOpensIt()), tmp_path, jobs=2)


@pytest.mark.parametrize(("jobs", "threads"), [(0, 1), (1, 0), (-3, 1)])
def test_fewer_than_one_job_or_thread_is_refused(tmp_path: Path, jobs: int, threads: int) -> None:
    with pytest.raises(UsageError, match="must be 1 or more"):
        conduct(study(), tmp_path, jobs=jobs, threads=threads)
    assert not list(tmp_path.iterdir())
