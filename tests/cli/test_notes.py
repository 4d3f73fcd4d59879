"""Notes on a scenario in which nothing is wrong: on stderr, and no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.studies import SMALL, netgrow, small

if TYPE_CHECKING:
    from pathlib import Path

MECHANISMS = {
    "inmail_buyer": "premium",
    "introductions_first": "introductions",
    "nurturer": "wasteland",
}


@pytest.mark.parametrize("strategy", MECHANISMS)
def test_a_strategy_whose_mechanism_is_off_is_told_of(strategy: str, tmp_path: Path) -> None:
    needs = MECHANISMS[strategy]
    text = f'{SMALL}\n[arms.other]\nstrategy = "{strategy}"\n'
    note = (
        f"arms.other: {strategy} works through [{needs}], which is off under this arm; "
        f"{needs}.on = true turns it on\n"
    )
    path = small(tmp_path, text)
    ended = netgrow("check", path)
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == f"note: {path}: {note}{path}: nothing is wrong\n"
    assert netgrow("check", "-q", path).stderr == ""
    tried = netgrow("run", "--dry-run", path, "-o", tmp_path / "out")
    assert tried.exit_code == 0
    assert f"note: {note}" in tried.stderr


@pytest.mark.parametrize("place", ["[{}]\non = true\n", 'set = {{"{}.on" = true}}\n'])
@pytest.mark.parametrize("strategy", MECHANISMS)
def test_one_whose_mechanism_is_on_is_not(strategy: str, place: str, tmp_path: Path) -> None:
    turned_on = place.format(MECHANISMS[strategy])
    path = small(tmp_path, f'{SMALL}\n[arms.other]\nstrategy = "{strategy}"\n{turned_on}')
    assert netgrow("check", path).stderr == f"{path}: nothing is wrong\n"


def test_a_mechanism_that_an_arm_switches_off_is_off(tmp_path: Path) -> None:
    arm = '[arms.other]\nstrategy = "nurturer"\nset = {"wasteland.on" = false}\n'
    path = small(tmp_path, f"{SMALL}\n[wasteland]\non = true\n{arm}")
    assert "which is off under this arm" in netgrow("check", path).stderr


def test_problems_are_told_without_notes(tmp_path: Path) -> None:
    path = small(tmp_path, f'{SMALL}\n[arms.other]\nstrategy = "nurturer"\n')
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SMALL.replace("weeks = 6", "weeks = 0"))
    ended = netgrow("check", path, wrong)
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"netgrow: {wrong}: weeks: ")
    assert "note:" not in ended.stderr
