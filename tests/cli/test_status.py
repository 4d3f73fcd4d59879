"""Looking at a result directory, and cleaning it, from the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from batch.pretend import PretendDesign, study
from click.testing import CliRunner

from cli.studies import netgrow
from sim.batch.study import conduct
from sim.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 12 runs with 20 weeks, 4 of them failed, and 12 stale ones of 12 weeks."""
    directory = tmp_path_factory.mktemp("results") / "kept"
    conduct(study(), directory)
    longer = study(PretendDesign(weeks=20), fails=(3,))
    conduct(longer, directory, command="netgrow run pretended.toml")
    return directory


@pytest.fixture
def kept(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "kept")


def test_status_is_told_in_words(kept: Path) -> None:
    ended = netgrow("status", kept)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[1:] == [
        "runs      12: 8 done, 4 failed, 0 missing",
        "failed    4 runs: RuntimeError: seed 3 is unlucky, as told",
        "stale     12 runs: weeks was 12, is now 20",
        "tables    of all runs",
        "          with --retry-failed it tries again what failed",
        f"          netgrow clean {kept} deletes what is stale or set aside",
    ]
    min((kept / "runs").glob("one.a.*s0001*")).unlink()
    shutil.copy(min((kept / "runs").glob("one.b.*s0001*")), kept / "runs" / "mine\x1b.zip")
    told = netgrow("status", kept).stdout
    assert "foreign   runs/mine\N{REPLACEMENT CHARACTER}.zip: not netgrow's" in told


def test_status_is_told_as_data(kept: Path) -> None:
    told = json.loads(netgrow("status", kept, "--format", "json").stdout)
    assert told["counts"] == {
        "done": 8, "failed": 4, "missing": 0, "stale": 12, "damaged": 0, "foreign": 0,
    }  # fmt: skip
    assert told["tables"] is True
    rows = list(csv.DictReader(io.StringIO(netgrow("status", kept, "--format", "csv").stdout)))
    assert len(rows) == len(told["lines"]) == 24
    stale = [row for row in rows if row["status"] == "stale"]
    assert {row["reason"] for row in stale} == {"weeks was 12, is now 20"}
    assert all((kept / row["file"]).exists() for row in rows if row["file"])


def test_cleaning_asks_first(kept: Path) -> None:
    before = sorted(kept.rglob("*"))
    no = CliRunner().invoke(main, ["clean", str(kept)], input="n\n")
    assert (no.exit_code, no.stdout) == (1, "")
    assert "delete 12 stale runs and 0 damaged files, about " in no.stderr
    assert sorted(kept.rglob("*")) == before
    nobody = CliRunner().invoke(main, ["clean", str(kept)], input="")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "no answer, so nothing was deleted; --yes deletes unasked" in nobody.stderr
    assert sorted(kept.rglob("*")) == before
    size = sum(path.stat().st_size for path in (kept / "runs").iterdir())
    yes = CliRunner().invoke(main, ["clean", str(kept)], input="y\n")
    assert yes.exit_code == 0
    freed = size - sum(path.stat().st_size for path in (kept / "runs").iterdir())
    assert f"deleted 12 stale runs and 0 damaged files: {freed:,} bytes\n" in yes.stderr
    assert netgrow("clean", kept, "--yes").stderr == f"nothing in {kept} is stale\n"
    assert netgrow("status", kept).stdout.count("\n") == 5


@pytest.mark.parametrize("command", ["status", "clean"])
def test_what_holds_no_results_is_refused_in_a_line(tmp_path: Path, command: str) -> None:
    ended = netgrow(command, tmp_path)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "holds no results" in ended.stderr
    assert ended.stderr.count("\n") == 1
