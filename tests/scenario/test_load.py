"""Reading scenarios: from files, with changes, and with all that is wrong said at once."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from damaged import BASE

from sim.scenario import (
    Problem,
    Scenario,
    ScenarioError,
    check_file,
    load_scenario,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.toml"
    path.write_text(BASE)
    return path


def messages(path: Path, text: str) -> list[str]:
    path.write_text(text)
    return [str(problem).removeprefix(f"{path}: ") for problem in check_file(path)]


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.toml")), ids=lambda p: p.name)
def test_shipped_scenarios_are_good_and_point_editors_to_the_schema(path: Path) -> None:
    assert check_file(path) == ()
    assert load_scenario(path).name == path.stem
    first = path.read_text().splitlines()[0]
    assert first == "#:schema ../docs/scenario.schema.json"
    assert (path.parent / first.removeprefix("#:schema ")).is_file()


def test_lists_become_tuples_and_whole_numbers_pass_for_numbers(base: Path) -> None:
    scenario = load_scenario(base, ["response.accept=-2", "arms.group_driven.looks=[1, [2]]"])
    assert scenario.claims == ("S1", "S11")
    assert scenario.members.job_search == (0.1, 0.13, 0.45, 0.32)
    assert scenario.response.accept == -2.0
    assert isinstance(scenario.response.accept, float)
    assert scenario.arms["group_driven"].parameters == {"looks": (1, (2,))}


@pytest.mark.parametrize(
    ("file", "name"),
    [("my study.toml", "my-study"), ("été.toml", "t"), ("---.toml", "study"), ("a.b.toml", "a.b")],
)
def test_a_study_is_named_after_its_file(tmp_path: Path, file: str, name: str) -> None:
    (tmp_path / file).write_text(BASE)
    assert load_scenario(tmp_path / file).name == name
    assert load_scenario(tmp_path / file, name="other").name == "other"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "base.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode())
    assert load_scenario(path).members.count == 400


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("""
weeks = -5
seeds = "30"
baseline = "knwon_only"
primary = "nothing_known"
[members]
cuont = 5
decision_makers = 0.8
seniors = 0.7
[response]
accept = true
[arms.known_only]
stratgy = "known_only"
[arms.dormant]
strategy = "dormant"
""")
    found = check_file(path, extra_checks=lambda s: [("primary", s.primary, "a metric", None)])
    assert {(p.key, p.suggestion) for p in found} == {
        ("weeks", None),
        ("seeds", "30 without quotes"),
        ("baseline", "known_only"),
        ("primary", None),
        ("question", None),
        ("members.cuont", "members.count"),
        ("members.decision_makers", None),
        ("response.accept", None),
        ("arms.known_only.strategy", "strategy where it says stratgy"),
    }
    assert {p.file for p in found} == {str(path)}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("weeks = -5", "weeks: given -5; allowed: whole number from 1 to 5000"),
        ("seed = 1.5", "seed: given 1.5; allowed: whole number from 0 to 4611686018427387904"),
        ("focal.share = 2", "focal.share: given 2; allowed: number from 0 to 1"),
        ("focal.share = true", "focal.share: given true; allowed: number from 0 to 1"),
        (
            'switch = ["one", "everyon"]',
            (
                "switch: given 'everyon' (value 2); allowed: list of 1 to 2 values, "
                "each 'one' or 'everyone'; did you mean 'everyone'?"
            ),
        ),
        (
            "members = {cuont = 5}",
            (
                "members.cuont: given an unknown key; allowed: a key of [members]; "
                "did you mean members.count?"
            ),
        ),
        (
            "decision_makers = 0.2",
            (
                "decision_makers: given an unknown key; allowed: a key of the top of the file; "
                "did you mean members.decision_makers?"
            ),
        ),
        (
            "members = {decision_makers = 0.8, seniors = 0.7}",
            (
                "members.decision_makers: given decision_makers = 0.8, seniors = 0.7; "
                "allowed: together at most 1"
            ),
        ),
        (
            'background = {dormant = "0.3", a = 0.7}',
            (
                "background.dormant: given '0.3'; allowed: number from 0 to 1; "
                "did you mean 0.3 without quotes?"
            ),
        ),
        (
            "weeks = 5 5",
            (
                "line 1, column 11: given 'weeks = 5 5'; "
                "allowed: valid TOML (Expected newline or end of document after a statement)"
            ),
        ),
    ],
)
def test_a_message_says_what_was_given_and_what_is_allowed(
    tmp_path: Path, line: str, message: str
) -> None:
    rest = '\nquestion = "Who?"\narms.a.strategy = "dormant"\n'
    assert messages(tmp_path / "x.toml", line + rest) == [message]


def test_extra_checks_are_not_asked_about_what_is_known_to_be_wrong(base: Path) -> None:
    base.write_text(BASE.replace("weeks = 104", "weeks = 0"))
    found = check_file(
        base,
        extra_checks=lambda s: [
            ("weeks", str(s.weeks), "never", None),
            ("arms.group_driven.focuss", "true", "focus", "focus"),
        ],
    )
    assert [p.key for p in found] == ["weeks", "arms.group_driven.focuss"]
    assert found[0].given == "0"


def test_a_missing_file_is_answered_with_the_nearest_one(base: Path) -> None:
    (problem,) = check_file(base.with_name("bass.toml"))
    assert problem.given == "a path without a file"
    assert problem.suggestion == str(base)
    (problem,) = check_file(base.with_suffix(""))
    assert problem.suggestion == str(base)


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000, "no/such/folder/x.toml", os.devnull])
def test_what_cannot_be_read_is_answered_in_one_line(path: str) -> None:
    (problem,) = check_file(path)
    assert str(problem).isprintable()
    assert problem.allowed == "a scenario file (TOML)"


def test_a_directory_and_a_pipe_are_no_scenario(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert check_file(tmp_path)[0].given == "a directory"
    assert check_file(tmp_path / "pipe.toml")[0].given == "what is not a regular file"


def test_a_file_without_permission_is_answered_in_one_line(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (problem,) = check_file(base)
    assert problem.given == "a file that cannot be read (Permission denied)"


def test_a_path_with_odd_characters_stays_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb\x1b[31m.toml"
    path.write_text("weeks = 5 5")
    (problem,) = check_file(path)
    assert str(problem).isprintable()


def test_an_error_passes_between_processes() -> None:
    error = ScenarioError([Problem("f", "weeks", "-5", "more"), Problem("f", "x", "y", "z", "w")])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(error) == (
        "2 problems:\nf: weeks: given -5; allowed: more\nf: x: given y; allowed: z; did you mean w?"
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"members": {"decision_makers": 0.8, "seniors": 0.8}},
        {"background": {"dormant": 0.5}},
        {"baseline": "b"},
    ],
)
def test_a_scenario_made_in_python_keeps_the_rules_too(broken: dict[str, object]) -> None:
    good = {"question": "Who?", "arms": {"a": {"strategy": "dormant"}}}
    assert Scenario.model_validate(good).reference == "a"
    with pytest.raises(ValueError, match="must be"):
        Scenario.model_validate(good | broken)
