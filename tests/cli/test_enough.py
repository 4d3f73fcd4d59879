"""Worlds added until they are enough: rounds, interruptions, allowances and words."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from cli.studies import SMALL, digests, netgrow, small
from sim.cli import enough
from sim.results import read_manifest, read_table

if TYPE_CHECKING:
    from pathlib import Path

SOME = SMALL.replace('switch = ["one", "everyone"]', 'switch = ["one"]\nprimary = "reach_2"')
NEVER = """\
from dataclasses import dataclass
from typing import ClassVar
from sim.strategies.base import Strategy

@dataclass(frozen=True)
class Never(Strategy):
    summary: ClassVar[str] = "fails"

    def act(self, view, draws):
        raise RuntimeError("never")
"""
WIDTH = "1.6"
"""Of the 2nd-level reach of six people in a world of 60; takes two or three rounds."""


def until(path: Path, output: Path, *words: str) -> Any:
    return netgrow("run", path, "-o", output, "-j", "1", "--no-report", "--until-ci", *words)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that added worlds until its interval was narrow, with what it said."""
    directory = tmp_path_factory.mktemp("enough")
    ended = until(small(directory, SOME), directory / "kept", WIDTH)
    assert ended.exit_code == 0, ended.stderr
    (directory / "stderr").write_text(ended.stderr)
    return directory


def test_rounds_are_added_until_the_interval_is_narrow(finished: Path) -> None:
    said = read_manifest(finished / "kept")["until"]
    sizes = [each["worlds"] for each in said["rounds"]]
    assert sizes[0] == 20
    assert sizes == sorted(set(sizes))
    assert len(sizes) >= 2
    assert said["rounds"][0]["look"] == 0
    assert said["look"] == said["rounds"][-1]["look"] >= 1
    assert said["level"] == pytest.approx(1 - 0.05 / 2 ** said["look"])
    assert read_table(finished / "kept", "series")["seed"].n_unique() == sizes[-1]
    found = json.loads((finished / "kept" / "comparison.json").read_text())
    (row,) = [
        each for each in found["rows"] if each["metric"] == "reach_2" and each["cohort"] == "focal"
    ]
    assert row["level"] == pytest.approx(said["level"])
    assert row["high"] - row["low"] < float(WIDTH)
    stderr = (finished / "stderr").read_text()
    assert "round 1: 20 worlds\n" in stderr
    assert re.search(r"wanted 1\.6: about \d+ worlds are needed: \d+ more, about \d+ s", stderr)
    assert f"enough: after {sizes[-1]} worlds the widest interval is" in stderr


def test_an_interruption_at_any_time_changes_nothing(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, output = small(tmp_path, SOME), tmp_path / "kept"
    # More worlds than the first rounds have are there from before, and one run of them is lost.
    before = netgrow("run", path, "-o", output, "-n", "23", "-j", "1", "--no-report", "-q")
    assert before.exit_code == 0
    rounds = []

    def told(*facts: Any) -> str:
        rounds.append(facts)
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return "told"

    monkeypatch.setattr(enough, "_told", told)
    stopped = until(path, output, WIDTH)
    assert stopped.exit_code == 1
    assert "the same command goes on" in stopped.stderr
    monkeypatch.undo()
    again = until(path, output, WIDTH)
    assert again.exit_code == 0
    assert digests(output) == digests(finished / "kept")
    kept, there = (read_manifest(where)["until"] for where in (finished / "kept", output))
    assert kept == there


def test_it_ends_with_a_note_where_more_worlds_are_not_allowed(tmp_path: Path) -> None:
    ended = until(small(tmp_path, SOME), tmp_path / "kept", "0.001", "--max-seeds", "22", "-q")
    assert ended.exit_code == 0
    assert "not reached: after 22 worlds, all that are allowed, the widest" in ended.stderr
    said = read_manifest(tmp_path / "kept")["until"]
    assert [(each["worlds"], each["look"]) for each in said["rounds"]] == [(20, 0), (22, 1)]
    html = netgrow("report", tmp_path / "kept", "--format", "md")
    assert html.exit_code == 0
    text = (tmp_path / "kept" / "report.md").read_text().replace("\\", "")
    assert "until there were the 22 that were allowed. That was not enough" in text
    assert "made at 97.5 % to hold at 95 %" in text
    assert "Variance left" in text


def test_an_arm_whose_every_run_fails_ends_it_after_the_first_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "never_works.py").write_text(NEVER)
    text = SOME + '\n[arms.broken]\nstrategy = "never_works:Never"\n'
    ended = until(small(tmp_path, text), tmp_path / "kept", WIDTH, "-q", "--allow-plugins")
    sys.modules.pop("never_works", None)
    assert ended.exit_code == 1
    assert "no world shows reach_2 for broken (one) and its baseline" in ended.stderr
    assert len(read_manifest(tmp_path / "kept")["until"]["rounds"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--until-ci", "0"], "--until-ci: given 0; allowed: a width above 0"),
        (["--until-ci", "-1"], "--until-ci: given -1; allowed: a width above 0"),
        (["--until-ci", "nan"], "--until-ci: given nan"),
        (["--until-ci", "inf"], "--until-ci: given inf"),
        (["--max-seeds", "9"], "--until-ci may take, which is not given"),
        (["--until-ci", "1", "--max-seeds", "1"], "--max-seeds: given 1; allowed: 2 "),
        (["--until-ci", "1", "--arm", "known_only"], "has the arm known_only alone"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    tmp_path: Path, words: list[str], said: str
) -> None:
    ended = netgrow("run", small(tmp_path), "-o", tmp_path / "kept", *words)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "kept").exists()


def test_a_dry_run_says_that_it_cannot_know(tmp_path: Path) -> None:
    ended = until(small(tmp_path), tmp_path / "kept", "0.5", "--dry-run")
    assert ended.exit_code == 0
    assert "worlds      20, seeds 1 to 20" in ended.stdout
    assert "how many follow depends on its results; 1,000 worlds at most" in ended.stdout
    assert not (tmp_path / "kept").exists()
