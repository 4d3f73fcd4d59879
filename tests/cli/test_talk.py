"""What is said beside the data, and how the data are headed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from analysis.made_up import lay_out, values

from sim.analysis import QUESTIONS, compare, load
from sim.cli.tables import for_reading, show_comparison
from sim.cli.talk import Talk

if TYPE_CHECKING:
    from pathlib import Path


def test_the_error_of_a_run_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Talk().run_failed("one/a/base/s0001", "bad\x1b[2J\nname")
    assert capsys.readouterr().err == "run one/a/base/s0001 failed: bad\\u001b[2J name\n"


@pytest.mark.parametrize("question", ["one", "everyone", "some"])
def test_a_table_says_who_switches_and_that_worlds_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    series = values("known_only", {1: [0, 9], 2: [0, 7]}, question=question)
    series += values("group_driven", {1: [0, 4], 2: [0, 2]}, question=question)
    found = compare(load([lay_out(tmp_path / "study", series)]))
    assert show_comparison(found, for_reading(found)) == 0
    shown = capsys.readouterr().out
    who = f"if {QUESTIONS[question]}" if question in QUESTIONS else question
    assert shown.startswith(f"{who}: focal members, group_driven - known_only, week 1, 2 paired")
    assert "-5, the same in all 2 worlds" in shown
