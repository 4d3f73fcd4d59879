"""Notes on a scenario in which nothing is wrong: on stderr, and no error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.studies import SMALL, netgrow, small
from sim.strategies import find_strategies

if TYPE_CHECKING:
    from pathlib import Path

MECHANISMS = {
    "inmail_buyer": "premium",
    "introductions_first": "introductions",
    "nurturer": "wasteland",
    "passive_groups": "joining",
    "switch_at_job_loss": "careers",
}


def test_these_are_all_that_work_through_one() -> None:
    found = {name: kind.works_through for name, kind in find_strategies().items()}
    assert {name: each for name, each in found.items() if each} == {
        name: (needs,) for name, needs in MECHANISMS.items()
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


def test_a_strategy_of_a_users_own_says_what_it_works_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One note for each mechanism that is off, none for the one that is on."""
    (tmp_path / "their_notes.py").write_text(
        "from sim.strategies.nurturer import Nurturer\n\n\n"
        "class Broker(Nurturer):\n"
        '    summary = "a broker"\n'
        '    works_through = ("wasteland", "premium", "introductions")\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    arm = '[arms.other]\nstrategy = "their_notes:Broker"\n[premium]\non = true\n'
    told = netgrow("check", small(tmp_path, f"{SMALL}\n{arm}"), "--allow-plugins").stderr
    notes = [line for line in told.splitlines() if line.startswith("note:")]
    assert ["[wasteland]" in notes[0], "[introductions]" in notes[1], len(notes)] == [True, True, 2]


def test_the_ledger_is_printed_with_the_notes_of_its_studies(tmp_path: Path) -> None:
    """On stderr, also where results are read alone, and not with `--quiet`."""
    tests = '[[tests]]\nclaim = "S1"\nsays = "it"\nholds = "hours: other > known_only by 1"\n'
    path = small(tmp_path, f'{SMALL}\n[arms.other]\nstrategy = "nurturer"\n{tests}')
    note = "note: arms.other: nurturer works through [wasteland], which is off under this arm; "
    for words in (["-j", "1"], ["--read"]):
        ended = netgrow("claims", path, *words, "-o", tmp_path / "out")
        assert ended.exit_code == 0, ended.stderr
        assert ended.stderr.count(note) == 1
        assert note not in ended.stdout
    assert netgrow("claims", path, "--read", "-q", "-o", tmp_path / "out").stderr == ""
