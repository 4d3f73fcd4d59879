"""Results of a stranger: nothing outside is touched, and nothing fills the machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from batch.pretend import study

from sim.analysis import load
from sim.batch.study import conduct
from sim.errors import NetgrowError, WorkError
from sim.report import write_markdown
from sim.results import RunKey, RunRow, read_manifest, read_table
from sim.results.cells import spreadsheet_cell
from sim.results.guard import read_bounded, refuse_bomb
from sim.results.status import status_of
from sim.results.tables import collect, scan_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    conduct(study(), tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of which nothing may be lost, with names like ours."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("precious.txt", "one.a.base.s0001.zip", "one.a.base.s0001.txt", "curve.svg"):
        (folder / name).write_text("precious")
    return folder


def is_untouched(outside: Path) -> bool:
    return len(list(outside.iterdir())) == 4 and all(
        path.read_text() == "precious" for path in outside.iterdir()
    )


def go_on(results: Path, *, fresh: bool) -> None:
    conduct(study(), results, fresh=fresh)


@pytest.mark.parametrize("folder", ["runs", "failures", "figures"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_that_leads_outside_is_refused(
    results: Path, outside: Path, folder: str, fresh: bool
) -> None:
    if (results / folder).exists():
        (results / folder).rename(results.parent / f"{folder}-moved")
    (results / folder).symlink_to(outside)
    with pytest.raises(WorkError, match="is a link to another folder"):
        go_on(results, fresh=fresh)
    with pytest.raises(NetgrowError):
        write_markdown(results)
    assert is_untouched(outside)


NAMES = ("manifest.json", "scenario.toml", "runs.csv", "series.parquet", "comparison.json")


@pytest.mark.parametrize("name", [*NAMES, *(f".{name}.partial" for name in NAMES), ".lock"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_link_is_never_written_through(
    results: Path, outside: Path, name: str, fresh: bool
) -> None:
    copy = outside / "precious.txt"
    content = (results / name).read_bytes() if (results / name).exists() else b"precious"
    copy.write_bytes(content)
    (results / name).unlink(missing_ok=True)
    (results / name).symlink_to(copy)
    try:
        go_on(results, fresh=fresh)
    except NetgrowError as refusal:
        assert "\n" not in str(refusal)
    assert copy.read_bytes() == content


def test_the_directory_itself_may_be_a_link(results: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(results)
    go_on(tmp_path / "link", fresh=True)
    assert len(read_table(tmp_path / "link", "runs")) == 12


@pytest.mark.parametrize("name", ["manifest.json", "series.parquet", "runs.csv", "scenario.toml"])
def test_pipes_and_devices_are_not_read(results: Path, name: str) -> None:
    for special in ("pipe", "device"):
        (results / name).unlink()
        if special == "pipe":
            os.mkfifo(results / name)
        else:
            (results / name).symlink_to("/dev/zero")
        with pytest.raises(NetgrowError, match="not a regular file"):
            read_bounded(results / name, 10)
        if name != "scenario.toml":
            with pytest.raises(NetgrowError):
                load([results])


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bounded(tmp_path / "file", 5) == b"12345"
    with pytest.raises(WorkError, match="more than 4 bytes"):
        read_bounded(tmp_path / "file", 4)


def test_a_table_of_a_billion_equal_rows_is_not_read(results: Path) -> None:
    """RLE and zstd make some kilobytes of them; in memory they would take 50 GB."""
    schema = read_table(results, "series").schema
    path = results / "series.parquet"
    row = pl.DataFrame({name: [None] for name in schema.names()}, schema=schema)
    pl.concat([row.lazy()] * 50).select(pl.all().repeat_by(1_000_000).explode()).sink_parquet(
        path, row_group_size=50_000_000
    )
    assert path.stat().st_size < 200_000
    manifest = json.loads((results / "manifest.json").read_text())
    del manifest["tables"]
    (results / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WorkError, match="50,000,000 rows"):
        refuse_bomb(path)
    with pytest.raises(WorkError, match="50,000,000 rows"):
        read_table(results, "series")


def test_a_zip_bomb_is_set_aside(results: Path) -> None:
    (path, *_) = sorted((results / "runs").glob("*.zip"))
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("more", bytes(2**26))
    assert len(content.getvalue()) < 2**20
    path.write_bytes(content.getvalue())
    before = read_table(results, "series")
    go_on(results, fresh=False)
    assert list(results.rglob("*.damaged")) or list((results / "damaged").iterdir())
    assert read_table(results, "series").equals(before)


def test_a_text_that_fills_the_machine_is_not_read(results: Path) -> None:
    """zstd makes some kilobytes of them; as Python's text a few hundred rows take gigabytes."""
    series = read_table(results, "series")
    long = pl.Series("run", [f"{row}{'a' * 20_000}" for row in range(len(series))])
    series.with_columns(long).write_parquet(results / "series.parquet")
    manifest = json.loads((results / "manifest.json").read_text())
    del manifest["tables"]
    (results / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WorkError, match="more than 10,000 bytes"):
        read_table(results, "series")
    labels = pl.col("run", "arm").cast(pl.Categorical)
    with pytest.raises(WorkError, match="more than 10,000 bytes"):
        collect(scan_table(results, "series").select(labels), results, "series")


@pytest.mark.parametrize("table", ["series", "ego_ties"])
@pytest.mark.parametrize("forged", [b"PAR1 no table PAR1", b""], ids=["junk", "other"])
def test_a_run_of_other_tables_is_set_aside(results: Path, table: str, forged: bytes) -> None:
    """Its checksums are right: somebody made it so."""
    before = read_table(results, "series")
    (path, *_) = sorted((results / "runs").glob("*.zip"))
    other = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(other)
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            is_it = name == f"{table}.parquet"
            new.writestr(name, (forged or other.getvalue()) if is_it else old.read(name))
    path.write_bytes(content.getvalue())
    go_on(results, fresh=False)
    assert [each.name for each in (results / "damaged").iterdir()] == [path.name]
    assert read_table(results, "series").equals(before)


@pytest.mark.parametrize("depth", [1, 1_000_000])
def test_records_that_are_nested_or_named_wrongly_are_damaged(results: Path, depth: int) -> None:
    """However well their names fit."""
    nested = b"[" * depth + b'["x", "y", 1.0]' + b"]" * depth
    index = b'{"schema": 2, "tables": {}, "runs": ' + nested + b"}"
    for folder, digits in (("parts", 16), ("plans", 12)):
        (results / folder).mkdir(exist_ok=True)
        name = hashlib.sha256(index).hexdigest()[:digits]
        if folder == "plans":
            (results / folder / f"{name}.json").write_bytes(index)
        else:
            (results / folder / name).mkdir()
            (results / folder / name / "index.json").write_bytes(index)
    (path, *_) = sorted((results / "runs").glob("*.zip"))
    path.unlink()
    (results / "failures").mkdir(exist_ok=True)
    (results / "failures" / f"{path.stem}.txt").write_bytes(b"# netgrow: " + nested)
    lines = status_of(results).lines
    assert sorted(line.status for line in lines if line.status in ("damaged", "missing")) == [
        "damaged",
        "damaged",
        "missing",
    ]
    go_on(results, fresh=False)
    assert len(list((results / "damaged").iterdir())) == 2


def test_a_manifest_of_another_form_is_refused(results: Path) -> None:
    path = results / "manifest.json"
    good = json.loads(path.read_text())
    wrongs: tuple[Any, ...] = (17.5, None, [[]], {"": {"": [[]]}}, True)
    for key in good.keys() - {"schema", "commit", "command"}:
        for wrong in wrongs:
            path.write_text(json.dumps({**good, key: wrong}))
            try:
                read_manifest(results)
            except WorkError as error:
                assert "\n" not in str(error)
            else:
                load([results])
    path.write_text(json.dumps({**good, "arms": [1]}))
    with pytest.raises(WorkError, match="its 'arms' is not of the form"):
        read_manifest(results)
    path.write_text('{"schema": ' + "[" * 100_000)
    with pytest.raises(WorkError, match="not JSON"):
        read_manifest(results)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\t+", "＝"])
def test_formulas_become_text(start: str) -> None:
    assert spreadsheet_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("value", [-1.5, -3, None, "a=b", "one/a/base/s0001", "", "1-2"])
def test_what_is_no_formula_stays(value: object) -> None:
    assert spreadsheet_cell(value) is value


def test_how_a_run_failed_is_no_formula() -> None:
    row = RunRow(RunKey("one", "a", "base", 1), "failed", 1.0, "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in row.cells()
