"""Scenario files: every problem of every file at once, and what they resolve to."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from damaged import BASE, damaged

from cli.studies import ROOT, SMALL, call, netgrow, small
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path

FILES = dict(damaged())


def test_a_good_file_gives_status_0_and_no_data(tmp_path: Path) -> None:
    ended = netgrow("check", small(tmp_path))
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == f"{tmp_path / 'small.toml'}: nothing is wrong\n"
    assert netgrow("check", "--quiet", small(tmp_path)).stderr == ""


def test_shipped_scenarios_are_good() -> None:
    files = sorted((ROOT / "scenarios").glob("*.toml"))
    assert files
    assert netgrow("check", *files).exit_code == 0


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(SMALL.replace("weeks = 6", "weeks = -6\nsedes = 3"))
    two.write_text(
        SMALL.replace('strategy = "group_driven"', 'strategy = "group_drivn"')
        .replace('strategy = "known_only"', 'strategy = "known_only"\nupkeep_shore = 0.1')
        .replace("weeks = 6", 'weeks = 6\nprimary = "reach_22"')
        + "\n[background]\nlazy = 1.0\n"
    )
    ended = netgrow("check", one, two)
    assert (ended.exit_code, ended.stdout) == (2, "")
    first, *rest = ended.stderr.splitlines()
    assert first == "netgrow: 6 problems:"
    told = "\n".join(rest)
    assert f"{one}: weeks: given -6; allowed: " in told
    assert f"{one}: sedes: given an unknown key" in told
    assert "did you mean seeds?" in told
    assert f"{two}: arms.group_driven.strategy: given 'group_drivn'" in told
    assert "did you mean group_driven?" in told
    assert f"{two}: arms.known_only.upkeep_shore: given an unknown key; " in told
    assert "did you mean upkeep_share?" in told
    assert f"{two}: primary: given 'reach_22'" in told
    assert "did you mean reach_2?" in told
    assert f"{two}: background.lazy: given an unknown strategy" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        # What users get wrong first: the name of a strategy, a number as text, a path.
        (('"group_driven"\n', '"groups"\n'), "arms.group_driven.strategy: given 'groups'"),
        (("weeks = 6", 'weeks = "6"'), "weeks: given '6'; allowed: whole number from 1"),
        (("[members]", "[member]"), "member: given an unknown key"),
    ],
)
def test_a_usual_mistake_is_told_in_one_line(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = small(tmp_path, SMALL.replace(*change))
    for name in ("check", "run", "show"):
        ended = netgrow(name, path)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert ended.stderr.startswith("netgrow: ")
        assert told in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_a_wrong_path_names_the_nearest_file(tmp_path: Path) -> None:
    path = small(tmp_path)
    ended = netgrow("run", tmp_path / "smal.toml")
    assert ended.exit_code == 2
    assert ended.stderr.endswith(f"did you mean {path}?\n")


def test_the_bare_name_of_a_scenario_is_answered_with_its_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    ended = netgrow("run", "known-vs-groups")
    assert ended.exit_code == 2
    assert ended.stderr.endswith("did you mean scenarios/known-vs-groups.toml?\n")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_gives_status_2_and_no_traceback(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(FILES[name])
    output = tmp_path / "results"
    for words in (("check",), ("run", "-o", str(output))):
        ended = netgrow(*words, path)
        assert (ended.exit_code, ended.stdout) == (2, "")
        first, *rest = ended.stderr.splitlines()
        if rest:
            assert first == f"netgrow: {len(rest)} problems:"
            assert all(line.startswith(f"  {path}: ") for line in rest)
        else:
            assert first.startswith(f"netgrow: {path}: ")
        assert "Traceback" not in ended.stderr
        assert "internal error" not in ended.stderr
    assert not output.exists()


@pytest.mark.parametrize("name", ["UTF-16", "out of range, members.count, 3"])
def test_a_damaged_file_ends_a_process_alike(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(FILES[name])
    ended = call(tmp_path, "run", path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == netgrow("run", path).stderr
    assert ended.stderr.startswith("netgrow: ")


def test_the_file_that_is_damaged_was_good(tmp_path: Path) -> None:
    assert netgrow("check", small(tmp_path, BASE)).exit_code == 0


def test_show_prints_what_a_scenario_resolves_to(tmp_path: Path) -> None:
    ended = netgrow("show", small(tmp_path), "--set", "weeks=9", "--set", "members.fields=3")
    assert (ended.exit_code, ended.stderr) == (0, "")
    table = tomllib.loads(ended.stdout)
    assert (table["weeks"], table["members"]["fields"], table["members"]["count"]) == (9, 3, 60)
    assert table["response"]["accept"] == load_scenario(small(tmp_path)).response.accept
    assert netgrow("check", small(tmp_path, ended.stdout)).exit_code == 0


def test_an_override_that_cannot_be_is_refused(tmp_path: Path) -> None:
    ended = netgrow("show", small(tmp_path), "--set", "members.cuont=9")
    assert ended.exit_code == 2
    assert ended.stderr == (
        "netgrow: --set: members.cuont: given an unknown key; allowed: a key of the scenario; "
        "did you mean members.count?\n"
    )


def test_the_schema_accepts_what_check_accepts(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    printed = netgrow("schema").stdout
    ended = netgrow("schema", "-o", tmp_path / "schema.json")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert (tmp_path / "schema.json").read_text() == printed
    validator = jsonschema.Draft202012Validator(json.loads(printed))
    assert validator.is_valid(tomllib.loads(SMALL))
    assert not validator.is_valid(tomllib.loads(SMALL.replace('"group_driven"', '"groups"')))


def test_a_schema_that_cannot_be_written_gives_one_line(tmp_path: Path) -> None:
    ended = netgrow("schema", "-o", tmp_path / "none" / "schema.json")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("netgrow: cannot write ")
    assert ended.stderr.count("\n") == 1


def test_a_strategy_of_ones_own_is_found_in_the_current_directory(tmp_path: Path) -> None:
    (tmp_path / "own_strategy_checked.py").write_text(OWN)
    small(tmp_path, SMALL.replace('"group_driven"', '"own_strategy_checked:Idle"\nrest = 3'))
    assert call(tmp_path, "check", "small.toml", "--allow-plugins").returncode == 0
    small(tmp_path, SMALL.replace('"group_driven"', '"own_strategy_checked:Idel"'))
    ended = call(tmp_path, "check", "small.toml", "--allow-plugins")
    assert ended.returncode == 2
    assert ended.stderr.startswith("netgrow: small.toml: arms.group_driven.strategy: given ")
    assert "has no attribute 'Idel'" in ended.stderr


OWN = """\
from dataclasses import dataclass
from typing import ClassVar
from sim.strategies.base import Acts, Strategy, parameter

@dataclass(frozen=True)
class Idle(Strategy):
    summary: ClassVar[str] = "rests"
    rest: int = parameter(1, "weeks of rest")

    def act(self, view, draws):
        return Acts.none()
"""
