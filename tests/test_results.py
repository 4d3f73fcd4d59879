"""What is kept on disk is whole, sorted and the same for the same numbers, or it is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.errors import UsageError, WorkError
from sim.results import RunKey, RunRow, RunStamp, Store, encode_run, read_manifest, read_table
from sim.results.failures import Failure
from sim.results.layout import TABLES
from sim.results.runs import DamagedRunError, inspect_run

if TYPE_CHECKING:
    from pathlib import Path

    from sim.results.survey import Survey

MANIFEST = {"schema": 2, "netgrow": "0.1.0", "command": "netgrow run known.toml"}
MADE = "0123456789abcdef" * 4
KEYS = [RunKey("one", arm, "base", seed) for seed in (9, 10) for arm in ("known_only", "a-b")]


def series(shift: float = 0.0) -> dict[str, Any]:
    return {
        "week": [2, 0, 2, 0],
        "cohort": ["focal", "focal", "all", "all"],
        "metric": ["reach_1"] * 4,
        "value": np.array([3.0, 1.0, float("nan"), 2.0]) + shift,
    }


def content(key: RunKey, shift: float = 0.0) -> bytes:
    return encode_run(RunStamp(key.id, MADE, 1.5), key, {"series": series(shift)})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A study of which every run is done and merged."""
    store = Store(tmp_path / "known")
    with store.open():
        store.write_plan(MANIFEST, "weeks = 2\n", [RunRow(key, settings=MADE) for key in KEYS])
        for key in KEYS:
            store.write_run(key, MADE, content(key, key.seed))
        store.write_manifest({**MANIFEST, "tables": store.shelf.merge(KEYS)})
    return store


def damage(path: Path, change: int = 1) -> None:
    """Alter one byte in the middle of a file."""
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= change
    path.write_bytes(altered)


@pytest.mark.parametrize("arm", ["../up", "a/b", "a.b", "", ".hidden", "a b", "-x", "a\n"])
def test_a_name_that_could_leave_the_directory_is_refused(arm: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        RunKey("one", arm, "base", 1)


def test_equal_numbers_are_equal_bytes_whatever_the_order_of_rows() -> None:
    key, rows = KEYS[0], series()
    turned = {name: list(reversed(column)) for name, column in rows.items()}
    stamp = RunStamp(key.id, MADE, 1.5)
    assert encode_run(stamp, key, {"series": rows}) == encode_run(stamp, key, {"series": turned})


@pytest.mark.parametrize(
    "columns",
    [
        {"week": [1]},
        {**series(), "extra": [1, 2, 3, 4]},
        {**series(), "week": [1]},
        {**series(), "value": ["a", "b", "c", "d"]},
        {**series(), "week": [1, 2, 3, 2**40]},
    ],
    ids=["missing", "extra", "short", "not numbers", "too large"],
)
def test_a_run_with_other_columns_is_not_kept(columns: dict[str, Any]) -> None:
    key = KEYS[0]
    with pytest.raises((ValueError, pl.exceptions.PolarsError)):
        encode_run(RunStamp(key.id, "", 1.0), key, {"series": columns})
    with pytest.raises(ValueError, match="unknown tables"):
        encode_run(RunStamp(key.id, "", 1.0), key, {"serie": series()})


def test_merged_tables_hold_every_row_once_and_sorted(store: Store) -> None:
    table = read_table(store.directory, "series")
    assert table.height == 4 * len(KEYS)
    # Text order, in which run s0010 stands after s0009, and arm a-b before known_only.
    assert_frame_equal(table, table.sort("metric", "cohort", "run", "week", maintain_order=True))
    assert table["run"].unique(maintain_order=True).to_list() == sorted(key.id for key in KEYS)
    at_9 = table.filter(pl.col("seed") == 9, pl.col("arm") == "known_only", pl.col("week") == 2)
    assert at_9.filter(cohort="focal")["value"].to_list() == [12.0]
    assert at_9.filter(cohort="all")["value"].is_nan().all()


def test_outcomes_are_the_series_at_the_last_week(store: Store) -> None:
    outcomes = read_table(store.directory, "outcomes")
    expected = read_table(store.directory, "series").filter(pl.col("week") == 2)
    assert_frame_equal(outcomes, expected)


def test_tables_without_rows_have_their_columns(store: Store) -> None:
    for name in ("events", "ego_nodes", "ego_ties"):
        table = read_table(store.directory, name)
        assert table.height == 0
        assert table.schema == TABLES[name].schema


def test_merged_bytes_do_not_depend_on_threads(tmp_path: Path) -> None:
    keys = [RunKey("one", "a", "base", seed) for seed in range(6)]
    store = Store(tmp_path / "long")
    rows = 40_000  # several row groups of the merged table, none of which ends with a run
    with store.open():
        for key in keys:
            columns = {
                "week": np.arange(rows) // 400,
                "cohort": ["focal"] * rows,
                "metric": [f"metric_{number % 400}" for number in range(rows)],
                "value": np.sin(np.arange(rows) * (key.seed + 1.0)),
            }
            stamp = RunStamp(key.id, MADE, 1.0)
            store.write_run(key, MADE, encode_run(stamp, key, {"series": columns}))
    script = (
        "import sys; from pathlib import Path; from sim.results import RunKey, Store\n"
        "keys = [RunKey('one', 'a', 'base', seed) for seed in (5, 3, 4, 0, 1, 2)]\n"
        "store = Store(Path(sys.argv[1]))\n"
        f"store.shelf.find(dict.fromkeys(keys, {MADE!r}))\n"
        "store.shelf.merge(keys)"
    )
    merged = set()
    for threads in ("1", "4"):
        subprocess.run(
            [sys.executable, "-c", script, str(store.directory)],
            check=True,
            env={"POLARS_MAX_THREADS": threads, "PYTHONPATH": ":".join(sys.path)},
        )
        merged.add((store.directory / "series.parquet").read_bytes())
    assert len(merged) == 1
    table = pl.read_parquet(merged.pop())
    assert table.height == rows * len(keys)
    order = ("metric", "cohort", "run", "week")
    assert_frame_equal(table, table.sort(order, maintain_order=True))


def test_status_keeps_an_error_of_many_lines_in_one(store: Store) -> None:
    rows = [
        RunRow(KEYS[0], "done", 1.23456),
        RunRow(KEYS[1], "failed", 0.5, 'ValueError: a "quoted",\n  second line' + "x" * 1000),
        RunRow(KEYS[2]),
    ]
    store.write_status(rows)
    table = read_table(store.directory, "runs")
    assert table["status"].to_list() == ["done", "failed", "planned"]
    assert table["seconds"].to_list() == [1.235, 0.5, None]
    assert table["error"][1].startswith('ValueError: a "quoted", second line')
    assert len(table["error"][1]) == 300
    assert len((store.directory / "runs.csv").read_text().splitlines()) == 4


def test_every_altered_byte_of_a_run_is_noticed_or_harmless(store: Store) -> None:
    key = KEYS[0]
    path = store.directory / "runs" / key.file(MADE)
    whole = path.read_bytes()
    tables = {name: _member(whole, name) for name in TABLES}
    unnoticed = []
    for place in range(0, len(whole), 13):
        altered = bytearray(whole)
        altered[place] ^= 0x15
        path.write_bytes(altered)
        try:
            inspect_run(path, key, MADE)
        except DamagedRunError:
            continue
        unnoticed.append(place)
        assert {name: _member(bytes(altered), name) for name in TABLES} == tables, place
    # What may go unnoticed are dates and attributes of the archive, not the numbers in it.
    assert len(unnoticed) < len(whole) // 13 / 4


def _member(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(f"{name}.parquet")


def find(store: Store) -> tuple[Survey, list[str]]:
    return store.shelf.find(dict.fromkeys(KEYS, MADE))


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_run_cut_short_is_set_aside(store: Store, keep: int) -> None:
    path = store.directory / "runs" / KEYS[0].file(MADE)
    path.write_bytes(path.read_bytes()[:keep])
    found, notes = find(store)
    assert set(found.stamps) == set(KEYS[1:])
    assert len(notes) == 1
    assert str(path) in notes[0]
    assert not path.exists()
    assert (store.directory / "damaged" / path.name).exists()


def test_a_run_under_another_name_is_set_aside(store: Store) -> None:
    runs = store.directory / "runs"
    (runs / KEYS[0].file(MADE)).write_bytes((runs / KEYS[1].file(MADE)).read_bytes())
    found, notes = find(store)
    assert set(found.stamps) == set(KEYS[1:])
    assert KEYS[1].id in notes[0]


def test_a_run_that_lost_a_table_is_set_aside(store: Store) -> None:
    path = store.directory / "runs" / KEYS[0].file(MADE)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("run.json", json.dumps({"run": KEYS[0].id}))
    assert "ego_nodes.parquet is missing" in find(store)[1][0]


@pytest.mark.parametrize("name", ["series", "events", "outcomes"])
def test_a_damaged_table_is_refused(store: Store, name: str) -> None:
    damage(store.directory / f"{name}.parquet")
    with pytest.raises(WorkError, match=r"is damaged; run netgrow run known\.toml again"):
        read_table(store.directory, name)


@pytest.mark.parametrize("junk", [b"", b"PAR1", b"not a table at all", b"PAR1" * 50])
def test_a_table_that_is_none_is_refused_without_a_digest(store: Store, junk: bytes) -> None:
    store.write_manifest(MANIFEST)
    for name in ("series", "outcomes"):
        file = f"{name}.parquet"
        (store.directory / file).write_bytes(junk)
        with pytest.raises(WorkError, match=f"{file} is damaged"):
            read_table(store.directory, name)


def test_a_table_with_other_columns_is_refused(store: Store) -> None:
    store.write_manifest(MANIFEST)
    pl.DataFrame({"a": [1]}).write_parquet(store.directory / "series.parquet")
    with pytest.raises(WorkError, match=r"its columns are a\)"):
        read_table(store.directory, "series")


def test_a_table_that_is_not_there_yet_says_how_to_make_it(store: Store) -> None:
    (store.directory / "series.parquet").unlink()
    with pytest.raises(WorkError, match=r"finish the study with netgrow run known\.toml"):
        read_table(store.directory, "series")
    with pytest.raises(ValueError, match="no table 'serie'"):
        read_table(store.directory, "serie")


@pytest.mark.parametrize(
    ("manifest", "line"),
    [
        (b"{", "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"[1]", "was not written by netgrow"),
        (b'{"name": "app", "icons": []}', "was not written by netgrow"),
        (b'{"schema": 1, "netgrow": "0.1.0"}', "has layout 1"),
        (b'{"schema": 3, "netgrow": "9.0"}', "has layout 3"),
    ],
)
def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path, manifest: bytes, line: str) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest)
    with pytest.raises(WorkError, match=line) as caught:
        read_manifest(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_directory_without_results_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        with pytest.raises(UsageError, match=r"holds no results.*`netgrow run`"):
            read_manifest(place)


def test_a_foreign_directory_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with (
        pytest.raises(UsageError, match=r"thesis.txt.*nothing was touched"),
        Store(tmp_path).open(),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_starting_over_deletes_what_netgrow_wrote_and_nothing_else(store: Store) -> None:
    own = [
        store.directory / "notes.md",
        store.directory / "runs" / "mine.zip",
        store.directory / "failures" / "why.txt",
        store.directory / "figures" / "mine.png",
    ]
    (store.directory / "figures").mkdir()
    for path in own:
        path.write_text("mine")
    for name in ("comparison.json", "report.html", "report.md", "figures/one-growth.svg"):
        (store.directory / name).touch()
    for folder in ("damaged", "plans", "parts/0123456789abcdef"):
        (store.directory / folder).mkdir(parents=True)
    (store.directory / "damaged" / f"{KEYS[0].file(MADE)}.2").touch()
    (store.directory / "plans" / "0123456789ab.json").touch()
    (store.directory / "parts" / "0123456789abcdef" / "index.json").touch()
    store.write_failure(Failure(RunRow(KEYS[0], "failed", settings=MADE)), "Traceback")
    with store.open():
        store.start_over()
    left = {path for path in store.directory.rglob("*") if path.is_file()}
    assert left == {*own, store.directory / "manifest.json", store.directory / ".lock"}


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store.directory / "runs" / KEYS[0].file(MADE)
    before = path.read_bytes()
    listed = sorted(store.directory.rglob("*"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.results.durable.os.fsync", full)
    with pytest.raises(WorkError, match=r"No space left on device; free some space$"):
        store.write_run(KEYS[0], MADE, b"half")
    with pytest.raises(WorkError, match=r"series\.parquet: No space left"):
        store.shelf.merge(KEYS)
    assert path.read_bytes() == before
    assert sorted(store.directory.rglob("*")) == listed


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(WorkError, match=r"cannot .* Not a directory"), Store(place).open():
            pass


def test_two_writers_of_one_directory_are_kept_apart(store: Store) -> None:
    script = (
        "import sys; from pathlib import Path; from sim.results import Store\n"
        "with Store(Path(sys.argv[1])).open(): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store.directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": ":".join(sys.path)},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(WorkError, match=f"is being written by process {other.pid} on "),
            store.open(),
        ):
            pass
        other.kill()
        other.wait()
        # The lock of a killed process ends with it.
        with store.open():
            pass
