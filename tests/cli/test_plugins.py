"""Code of strangers is not run: a module needs permission, by a flag or by being named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import sim
from cli.studies import SMALL, call
from sim.batch.checks import scenario_checks
from sim.scenario import ScenarioError, load_scenario

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """\
from dataclasses import dataclass
from pathlib import Path

from sim.strategies.per_member import PerMember

Path("was_run").touch()


@dataclass(frozen=True)
class Idle(PerMember):
    summary = "does nothing"

    def decide(self, me):
        return []
"""
BY_ARM = SMALL + '\n[arms.theirs]\nstrategy = "stranger:Idle"\n'
BY_BACKGROUND = SMALL + '\n[background]\n"stranger:Idle" = 1.0\n'
FILES = {"arm": BY_ARM, "background": BY_BACKGROUND}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "stranger.py").write_text(MODULE)
    for name, text in FILES.items():
        (tmp_path / f"{name}.toml").write_text(text)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "theirs.toml").write_text(
        BY_ARM
        + '\n[[tests]]\nclaim = "S1"\nsays = "more"\nholds = "reach_2: theirs > known_only"\n'
    )
    return tmp_path


def was_run(place: Path) -> bool:
    return (place / "was_run").exists()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("words", [("check",), ("show",), ("run", "--dry-run"), ("run",)])
def test_a_file_runs_no_module_unasked(place: Path, file: str, words: tuple[str, ...]) -> None:
    command, *options = words
    ended = call(place, command, f"{file}.toml", *options)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert "--allow-plugins" in line
    assert not was_run(place)
    assert not (place / "results").exists()


@pytest.mark.parametrize("words", [("list", "scenarios"), ("claims",), ("claims", "--read")])
def test_commands_without_a_file_run_no_module_either(place: Path, words: tuple[str, ...]) -> None:
    call(place, *words)
    assert not was_run(place)


@pytest.mark.parametrize("file", FILES)
def test_a_module_that_is_allowed_is_run(place: Path, file: str) -> None:
    ended = call(place, "check", f"{file}.toml", "--allow-plugins")
    assert ended.returncode == 0, ended.stderr
    assert was_run(place)


def test_to_name_a_module_is_to_allow_it(place: Path) -> None:
    (place / "mine.toml").write_text(SMALL)
    (place / "unasked.py").write_text(MODULE)
    change = "arms.mine.strategy=stranger:Idle"
    ended = call(place, "check", "mine.toml", "arm.toml")
    assert ended.returncode == 2
    ended = call(place, "run", "mine.toml", "--set", change, "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert was_run(place)
    # It is that module that is allowed, also where the file names it; no other is.
    assert call(place, "show", "arm.toml", "--set", change).returncode == 0
    other = BY_ARM.replace("stranger", "unasked")
    (place / "arm.toml").write_text(other)
    ended = call(place, "show", "arm.toml", "--set", change)
    assert ended.returncode == 2
    assert "'unasked:Idle'" in ended.stderr


def test_what_else_is_wrong_is_told_with_it(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(BY_ARM.replace("weeks = 6", "weeks = 0").replace('group_driven"', 'groups"'))
    with pytest.raises(ScenarioError) as error:
        load_scenario(path, extra_checks=scenario_checks)
    keys = {problem.key for problem in error.value.problems}
    assert keys == {"weeks", "arms.group_driven.strategy", "arms.theirs.strategy"}


def test_python_has_the_same_rule(tmp_path: Path) -> None:
    path, plain = tmp_path / "small.toml", tmp_path / "plain.toml"
    path.write_text(BY_ARM)
    plain.write_text(SMALL)
    with pytest.raises(ScenarioError, match="allow_plugins=True"):
        sim.load_scenario(path)
    assert "theirs" in sim.load_scenario(path, allow_plugins=True).arms
    assert "theirs" in sim.load_scenario(path, ["arms.theirs.strategy=stranger:Other"]).arms
    arms = {"a": {"strategy": "known_only"}, "b": {"strategy": "stranger:Idle"}}
    assert "b" in sim.load_scenario(plain, arms=arms).arms
    assert sim.load_scenario(path, arms={"a": {"strategy": "known_only"}}).reference == "a"
