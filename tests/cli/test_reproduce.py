"""A study is run again from what its directory holds: identical, or where and by how much."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from cli.studies import SMALL, netgrow, small
from sim.results import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUN = "one/group_driven/base/s0002"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("whole")
    ended = netgrow("run", small(place), "-o", place / "results", "-j", "1", "-q", "--no-report")
    assert ended.exit_code == 0, ended.output
    return place / "results"


@pytest.fixture
def results(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "results")


def altered(results: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Alter a table so that its digest tells nothing of it."""
    path = results / f"{table}.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    manifest = json.loads((results / "manifest.json").read_text())
    manifest["tables"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (results / "manifest.json").write_text(json.dumps(manifest))


def contents(results: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in results.iterdir() if path.is_file()}


def test_the_same_comes_out_again(results: Path) -> None:
    before = contents(results)
    ended = netgrow("reproduce", results, "-j", "1")
    assert (ended.exit_code, ended.stdout) == (0, "identical: 8 runs\n")
    assert contents(results) == before
    ended = netgrow("reproduce", results, "--run", RUN, "-j", "1", "-q")
    assert (ended.exit_code, ended.output) == (0, "identical: 1 run\n")


def test_equal_numbers_in_other_bytes_are_identical(results: Path) -> None:
    altered(results, "series", lambda table: table.sample(fraction=1.0, shuffle=True, seed=1))
    ended = netgrow("reproduce", results, "-j", "1")
    assert (ended.exit_code, ended.stdout) == (0, "identical: 8 runs\n")


def test_a_value_that_differs_is_found(results: Path) -> None:
    one = (pl.col("run") == RUN) & (pl.col("week") == 4) & (pl.col("metric") == "reach_1")
    value = pl.when(one).then(pl.col("value") + 0.25).otherwise(pl.col("value"))
    altered(results, "series", lambda table: table.with_columns(value.alias("value")))
    for words in ((), ("--run", RUN)):
        ended = netgrow("reproduce", results, "-j", "1", "-q", *words)
        assert ended.exit_code == 1
        (line,) = ended.stdout.splitlines()
        assert line.startswith("different: series: column value: 1 row in 1 run, by 0.25 at most")
        assert f"first {RUN} week 4 cohort " in line
    other = RUN.replace("s0002", "s0001")
    assert netgrow("reproduce", results, "-j", "1", "-q", "--run", other).exit_code == 0


def test_rows_that_are_missing_are_found(results: Path) -> None:
    altered(results, "events", lambda table: table.filter(pl.col("run") != RUN))
    gone = len(read_table(results, "events"))
    ended = netgrow("reproduce", results, "-j", "1", "-q")
    assert ended.exit_code == 1
    (line,) = ended.stdout.splitlines()
    assert line.startswith("different: events: rows on one side only: ")
    assert line.endswith("is here and not there")
    assert gone


def test_other_versions_are_named_first(results: Path) -> None:
    path = results / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["packages"]["numpy"] = "0.1"
    path.write_text(json.dumps({**manifest, "python": "2.7", "netgrow": "0.0.1"}))
    ended = netgrow("reproduce", results, "--run", RUN, "-j", "1")
    told = ended.stderr.splitlines()
    assert told[0].startswith("note: netgrow is ")
    assert told[0].endswith(" here, and was 0.0.1")
    assert any("python is" in line and line.endswith("was 2.7") for line in told[:4])
    assert any("numpy is" in line and line.endswith("was 0.1") for line in told[:4])
    assert ended.exit_code == 0


def test_an_altered_scenario_is_named(results: Path) -> None:
    path = results / "scenario.toml"
    path.write_text(path.read_text().replace("weeks = 6", "weeks = 4"))
    ended = netgrow("reproduce", results, "--run", RUN, "-j", "1")
    assert ended.exit_code == 1
    assert "note: scenario.toml is not what the results were made from" in ended.stderr
    assert "different: series: rows on one side only" in ended.stdout


def test_real_input_must_be_what_was_read(tmp_path: Path) -> None:
    edges = "source,target\n" + "".join(f"{row},{(row * 7 + 1) % 60}\n" for row in range(59))
    (tmp_path / "edges.csv").write_text(edges)
    path = small(tmp_path, SMALL + '\n[data]\nedges = "edges.csv"\n')
    results = tmp_path / "results"
    done = netgrow("run", path, "-o", results, "-j", "1", "-q", "-n", "1", "--no-report")
    assert done.exit_code == 0, done.output
    run = ("reproduce", results, "--run", "one/known_only/base/s0001", "-j", "1", "-q")
    assert netgrow(*run).exit_code == 2
    assert netgrow(*run, "--data", tmp_path).exit_code == 0
    (tmp_path / "edges.csv").write_text(edges + "1,5\n")
    ended = netgrow(*run, "--data", tmp_path)
    assert ended.exit_code == 2
    assert "edges.csv is not the file that the study read" in ended.stderr


@pytest.mark.parametrize("run", ["one/group_drivn/base/s0002", "x", "", "../../etc"])
def test_a_run_that_there_is_not(whole: Path, run: str) -> None:
    ended = netgrow("reproduce", whole, "--run", run)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    if run.startswith("one"):
        assert f"did you mean {RUN}?" in ended.stderr


def test_a_module_named_by_the_scenario_needs_permission(results: Path) -> None:
    path = results / "scenario.toml"
    path.write_text(path.read_text().replace('strategy = "group_driven"', 'strategy = "this:Zen"'))
    ended = netgrow("reproduce", results)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--allow-plugins" in ended.stderr
