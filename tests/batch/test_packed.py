"""Many runs are kept in few files, and what is damaged or stale among them is told."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from batch.pretend import PretendDesign, study, tables_of
from batch.test_study import Heard
from sim.batch.study import conduct
from sim.errors import WorkError
from sim.results import Store, read_table, scan_table, shelf
from sim.results.cleaning import clean, to_be_cleaned
from sim.results.status import status_of
from sim.results.sweeping import size_of

if TYPE_CHECKING:
    from pathlib import Path

RUNS = 24
LONGER = PretendDesign(seeds=6, weeks=20)
USUAL = PretendDesign(seeds=6)


@pytest.fixture(autouse=True)
def _packed_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_LOOSE", 5)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    directory = tmp_path_factory.mktemp("plain")
    conduct(study(USUAL), directory)
    assert len(list((directory / "runs").iterdir())) == RUNS
    return tables_of(directory)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    conduct(study(USUAL), tmp_path / "packed")
    return tmp_path / "packed"


def parts(directory: Path) -> list[Path]:
    return sorted((directory / "parts").iterdir())


def again(directory: Path, design: PretendDesign = USUAL) -> Heard:
    heard = Heard()
    conduct(study(design), directory, progress=heard)
    return heard


def test_few_files_hold_many_runs_and_the_tables_are_the_same(
    packed: Path, undisturbed: dict[str, bytes]
) -> None:
    assert len(list((packed / "runs").iterdir())) == RUNS % 5
    assert len(parts(packed)) == RUNS // 5
    assert tables_of(packed) == undisturbed
    assert again(packed).begun == [(RUNS, RUNS)]
    more = again(packed, PretendDesign(seeds=7))
    assert more.begun == [(28, RUNS)]
    assert again(packed).done == []
    assert tables_of(packed) == undisturbed


@pytest.mark.parametrize(
    ("file", "keep", "told"),
    [
        ("index.json", -1, "its index.json is altered"),
        ("index.json", None, "it has no index.json"),
        ("events.parquet", -1, "events.parquet in it is cut short or altered"),
        ("ego_ties.parquet", None, "ego_ties.parquet is missing from it"),
    ],
)
def test_a_damaged_part_is_set_aside_and_its_runs_are_done_again(
    packed: Path, undisturbed: dict[str, bytes], file: str, keep: int | None, told: str
) -> None:
    part = parts(packed)[1]
    path = part / file
    path.write_bytes(path.read_bytes()[:keep]) if keep else path.unlink()
    assert [told == line.reason for line in status_of(packed).having("damaged")] == [True]
    heard = again(packed)
    assert heard.begun == [(RUNS, RUNS - 5)]
    assert f"{part} is damaged ({told}); it is kept as damaged/{part.name}" in heard.notes[0]
    assert tables_of(packed) == undisturbed
    assert (packed / "damaged" / part.name).is_dir()


def test_one_altered_byte_of_a_part_is_noticed_before_it_is_read(
    packed: Path, undisturbed: dict[str, bytes]
) -> None:
    path = parts(packed)[2] / "series.parquet"
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)
    (packed / "series.parquet").unlink()
    heard = again(packed)
    # Its size is right, so that it shows only as the tables are made: in the same session.
    assert heard.begun == [(RUNS, RUNS)]
    assert len(heard.done) == 5
    assert "series.parquet in it is altered" in heard.notes[0]
    assert tables_of(packed) == undisturbed


def test_a_part_that_another_study_wrote_is_not_read(tmp_path: Path, packed: Path) -> None:
    conduct(study(LONGER), tmp_path / "longer")
    for part in parts(tmp_path / "longer"):
        shutil.copytree(part, packed / "parts" / part.name)
    before = tables_of(packed)
    assert again(packed).done == []
    assert tables_of(packed) == before
    assert len(status_of(packed).having("stale")) == 20


def test_files_left_by_a_study_killed_as_it_packed_are_deleted(
    tmp_path: Path, packed: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patches:
        patches.setattr(shelf, "MOST_LOOSE", 1000)
        conduct(study(USUAL), tmp_path / "plain")
    loose = sorted((tmp_path / "plain" / "runs").iterdir())
    for path in loose:
        shutil.copy(path, packed / "runs" / path.name)
    # One of the parts is no better than its files: it goes, and they stay.
    bad = parts(packed)[0] / "series.parquet"
    content = bytearray(bad.read_bytes())
    content[-20] ^= 1
    bad.write_bytes(content)
    heard = again(packed)
    assert heard.done == []
    assert len(heard.notes) == 1
    left = {path.name for path in (packed / "runs").iterdir()}
    assert len(left) == RUNS % 5 + 5
    assert tables_of(packed) == undisturbed


def test_what_is_not_ours_is_named_and_left_alone(packed: Path) -> None:
    foreign = [packed / "runs" / "mine.zip", packed / "parts" / "notes.txt"]
    for path in foreign:
        path.write_text("mine")
    notes = again(packed).notes
    assert [f"{path} was not written by netgrow, and is left alone" for path in foreign] == notes
    assert [line.file for line in status_of(packed).having("foreign")] == [
        "runs/mine.zip",
        "parts/notes.txt",
    ]
    assert all(path.read_text() == "mine" for path in foreign)


def test_status_tells_done_failed_missing_and_stale_with_reasons(packed: Path) -> None:
    conduct(study(LONGER, fails=(2, 3)), packed)
    min((packed / "failures").iterdir()).unlink()
    found = status_of(packed)
    counts = {"done": 16, "failed": 7, "missing": 1, "stale": RUNS, "damaged": 0, "foreign": 0}
    assert found.counts == counts
    assert {line.reason for line in found.having("stale")} == {"weeks was 12, is now 20"}
    assert {line.reason[:15] for line in found.having("failed")} == {"RuntimeError: s"}
    conduct(study(PretendDesign(seeds=2, weeks=20)), packed)
    reasons = [line.reason for line in status_of(packed).having("stale")]
    assert reasons.count("weeks was 12, is now 20") == RUNS
    assert reasons.count("not in the plan as it is now") == len(reasons) - RUNS


def test_cleaning_deletes_what_is_stale_and_nothing_else(
    packed: Path, undisturbed: dict[str, bytes]
) -> None:
    conduct(study(LONGER), packed)
    conduct(study(USUAL), packed)
    damaged = packed / "damaged"
    damaged.mkdir()
    (damaged / parts(packed)[0].name).write_bytes(b"x" * 1000)
    (damaged / "mine.txt").write_text("mine")
    expected = to_be_cleaned(packed)
    assert (expected.runs, expected.damaged) == (RUNS, 1)
    before = size_of(packed / "parts") + size_of(packed / "runs") + size_of(damaged)
    store = Store(packed)
    with store.open():
        done = clean(store)
    after = size_of(packed / "parts") + size_of(packed / "runs") + size_of(damaged)
    assert (done.runs, done.bytes) == (RUNS, before - after)
    assert (damaged / "mine.txt").exists()
    assert status_of(packed).counts["stale"] == 0
    assert again(packed).done == []
    assert tables_of(packed) == undisturbed
    assert again(packed, LONGER).begun == [(RUNS, 0)]


def test_a_part_of_which_some_runs_are_stale_keeps_the_others(packed: Path) -> None:
    few = PretendDesign(seeds=2)
    conduct(study(few), packed)
    expected = tables_of(packed)
    store = Store(packed)
    with store.open():
        assert clean(store).runs == RUNS - 8
    assert status_of(packed).counts["stale"] == 0
    (packed / "series.parquet").unlink()
    assert again(packed, few).done == []
    assert tables_of(packed) == expected
    assert len(again(packed).done) == RUNS - 8


def test_a_table_is_read_lazily_and_only_if_it_is_whole(packed: Path) -> None:
    table = scan_table(packed, "series")
    hours = table.filter(metric="hours", week=12, cohort="all").collect()
    assert hours["run"].n_unique() == hours.height == RUNS
    assert read_table(packed, "series").height == RUNS * 13 * 2 * 3
    path = packed / "series.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(WorkError, match="is damaged"):
        scan_table(packed, "series")
    assert again(packed).done == []
    assert read_table(packed, "series").height == RUNS * 13 * 2 * 3


@pytest.mark.parametrize("spoil", ["no json", "not a plan", "other types"])
def test_an_earlier_plan_that_was_tampered_with_tells_nothing(packed: Path, spoil: str) -> None:
    conduct(study(LONGER), packed)
    (path,) = (packed / "plans").iterdir()
    plan = json.loads(path.read_bytes())
    content = {
        "no json": b"{",
        "not a plan": b"[1]",
        "other types": json.dumps(plan | {"arms": [1], "points": {"a": 2}}).encode(),
    }[spoil]
    path.unlink()
    name = hashlib.sha256(content).hexdigest()[:12]
    (packed / "plans" / f"{name}.json").write_bytes(content)
    told = {line.reason.partition("(")[0] for line in status_of(packed).having("stale")}
    assert told == {"made with settings that are not recorded "}
