"""The ledger of claims, from scenario files with the real engine in small worlds."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from cli.studies import digests, netgrow
from sim.analysis.article import CLAIMS
from sim.results import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

STUDY = """\
question = "Do groups help?"
weeks = 4
seeds = 6
switch = ["one"]

[members]
count = 60

[focal]
share = 0.5

[measure]
every = 2

[arms.known_only]
strategy = "known_only"

[arms.dormant]
strategy = "dormant"
"""
WORKS = """
[[tests]]
claim = "S1"
says = "connecting with people one knows takes time"
metric = "hours"
arm = "known_only"
than = "dormant"
is = "more"

[[tests]]
claim = "S2"
says = "about 200 contacts"
metric = "reach_1"
arm = "known_only"
than = 200
is = "same"
by = 20
week = 2
"""
RESTS = """
[[tests]]
claim = "S18"
says = "who does nothing spends nothing"
metric = "hours"
arm = "dormant"
than = 0.0
is = "same"
assumed = "arms.dormant.strategy"
"""
READS = '\n[data]\nedges = "nowhere.csv"\n'


def lay_out(folder: Path, **files: str) -> None:
    (folder / "scenarios").mkdir()
    for name, text in files.items():
        (folder / "scenarios" / f"{name}.toml").write_text(STUDY + text)


def verdicts(ended: Result) -> dict[str, str]:
    """Read the verdict of each claim off the JSON on stdout."""
    return {each["claim"]: each["verdict"] for each in json.loads(ended.stdout)["claims"]}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `netgrow claims -j 1` was called on three studies, one without tests."""
    folder = tmp_path_factory.mktemp("claims")
    lay_out(folder, works=WORKS, rests=RESTS, silent="")
    with pytest.MonkeyPatch.context() as patches:
        patches.chdir(folder)
        ended = netgrow("claims", "-j", "1")
    assert ended.exit_code == 0, ended.stderr
    (folder / "stdout").write_text(ended.stdout)
    (folder / "stderr").write_text(ended.stderr)
    return folder


@pytest.fixture
def here(done: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(done)
    return done


def test_every_claim_is_told_on_stdout_and_all_else_is_talk(here: Path) -> None:
    stdout = (here / "stdout").read_text()
    stderr = (here / "stderr").read_text()
    told = [line.split()[0] for line in stdout.splitlines() if line.startswith("S")]
    assert told == list(CLAIMS)
    assert "S1   supported" in stdout
    assert "S2   refuted" in stdout
    assert "S18  assumed" in stdout
    assert "imposed by arms.dormant.strategy" in stdout
    assert stdout.endswith("24 claims: 1 supported, 1 refuted, 1 assumed, 21 not tested\n")
    assert "study 1 of 2: rests" in stderr
    assert "study 2 of 2: works" in stderr
    assert "12 of 12 runs (100 %)" in stderr
    assert "note: 3 tests, each with an interval that holds 95 % by itself" in stderr
    assert "ledger: results/claims.md and .json" in stderr


def test_results_and_ledger_are_on_the_disk(here: Path) -> None:
    for name in ("works", "rests"):
        assert (here / "results" / name / "report.html").exists()
        assert (here / "results" / name / "comparison.json").exists()
    assert not (here / "results" / "silent").exists()
    manifest = read_manifest(here / "results" / "works")
    assert [test["claim"] for test in manifest["tests"]] == ["S1", "S2"]
    # The same runs by `netgrow run`, to the same place.
    assert manifest["command"] == "netgrow run scenarios/works.toml -o results/works"
    content = json.loads((here / "results" / "claims.json").read_text())
    assert content["studies"] == ["rests", "works"]
    ledger = (here / "results" / "claims.md").read_text()
    assert "| S2 | about 200 known first-level contacts | refuted |" in ledger


def test_reading_tells_the_same_and_runs_nothing(here: Path) -> None:
    before = digests(here / "results" / "works")
    ended = netgrow("claims", "--read")
    assert (ended.exit_code, ended.stdout) == (0, (here / "stdout").read_text())
    assert "runs" not in ended.stderr.replace("--read runs", "")
    assert digests(here / "results" / "works") == before


def test_finished_runs_are_kept_and_more_seeds_add_worlds(here: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = netgrow("claims", "scenarios/works.toml", "-o", out, "-j", "1", "-q", "--format", "csv")
    assert (first.exit_code, first.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(first.stdout)))
    assert [row["worlds"] for row in rows if row["study"]] == ["6", "6"]
    more = netgrow("claims", "scenarios/works.toml", "-o", out, "-j", "1", "-n", "7")
    assert "14 runs, 12 of them done before" in more.stderr
    assert "works, 7 worlds" in more.stdout
    assert read_manifest(out / "works")["command"].endswith("-n 7")


def test_a_study_that_fails_leaves_its_claims_not_run(here: Path, tmp_path: Path) -> None:
    """Its folder holds the results of another study, which are never overwritten."""
    out = tmp_path / "out"
    other = tmp_path / "other.toml"
    other.write_text(STUDY)
    assert netgrow("run", other, "-o", out / "works", "-j", "1", "-q").exit_code == 0
    ended = netgrow("claims", "-o", out, "-j", "1", "--format", "json")
    assert ended.exit_code == 1
    found = verdicts(ended)
    assert (found["S1"], found["S2"], found["S18"]) == ("not run", "not run", "assumed")
    assert "works: " in ended.stderr
    assert "holds results of another study, other, and this is works" in ended.stderr
    reason = json.loads(ended.stdout)["claims"][0]["reason"]
    assert "holds results of another study" in reason


def test_results_that_are_not_there_are_not_run(here: Path, tmp_path: Path) -> None:
    ended = netgrow("claims", "--read", "-o", tmp_path / "empty", "--format", "json", "-q")
    assert ended.exit_code == 1
    assert set(verdicts(ended).values()) == {"not run", "not tested"}
    assert (tmp_path / "empty" / "claims.json").exists()


def test_results_of_an_older_scenario_are_read_with_a_note(done: Path, tmp_path: Path) -> None:
    changed = tmp_path / "works.toml"
    changed.write_text(STUDY.replace("share = 0.5", "share = 0.2") + WORKS)
    ended = netgrow("claims", changed, "--read", "-o", done / "results", "--format", "md")
    assert ended.exit_code == 0
    assert "Note: works: the results read are of another version of its scenario file." in (
        ended.stdout
    )


def test_what_reads_real_input_is_left_out_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lay_out(tmp_path, rests=RESTS, real=WORKS + READS)
    ended = netgrow("claims", "-j", "1", "--format", "json")
    assert ended.exit_code == 0, ended.stderr
    assert verdicts(ended)["S1"] == "not tested"
    assert "real is left out: it reads real input, which --data would give" in ended.stderr
    assert (
        "real is left out: it reads real input, which was not given"
        in (json.loads(ended.stdout)["notes"])
    )
    given = netgrow("claims", "-j", "1", "--format", "json", "--data", tmp_path)
    assert given.exit_code == 1
    assert verdicts(given)["S1"] == "not run"
    assert "nowhere.csv" in given.stderr


def test_a_level_asked_for_is_the_level_used(here: Path) -> None:
    ended = netgrow("claims", "--read", "--level", "0.5", "--format", "json", "-q")
    narrow = json.loads(ended.stdout)["claims"][1]["tests"][0]
    usual = json.loads(netgrow("claims", "--read", "--format", "json").stdout)
    wide = usual["claims"][1]["tests"][0]
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]
    assert (usual["level"], json.loads(ended.stdout)["level"]) == (0.95, 0.5)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--read", "-n", "4"], "--read runs nothing: leave out --seeds, --jobs and --data"),
        (["--level", "95"], "Invalid value for '--level'"),
        (["scenarios/silent.toml"], "nothing tests a claim in the scenarios given"),
        (["scenarios/works.toml", "scenarios/works.toml"], "are both called works"),
        (["scenarios/absent.toml"], "absent.toml"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_nothing_is_run(
    here: Path, tmp_path: Path, words: list[str], told: str
) -> None:
    ended = netgrow("claims", *words, "-o", tmp_path / "out")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert told in ended.stderr
    assert not (tmp_path / "out").exists()
