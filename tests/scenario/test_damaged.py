"""No damaged file gets through, and each is answered with lines that a user can read."""

from __future__ import annotations

import time
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from damaged import BASE, damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, check_file, load_scenario, schema
from sim.scenario.check import checked

from .generated import shipped_strategies

if TYPE_CHECKING:
    from pathlib import Path

FILES = dict(damaged())


def test_there_are_a_hundred_different_damages() -> None:
    assert len(FILES) == len(list(damaged())) >= 100
    assert len(set(FILES.values())) == len(FILES)
    assert list(damaged()) == list(damaged())


def test_the_file_that_is_damaged_was_good(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(BASE)
    assert check_file(tmp_path / "base.toml") == ()


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_refused_in_words(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(FILES[name])
    before = time.monotonic()
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert time.monotonic() - before < 10
    assert caught.value.exit_status == 2
    lines = str(caught.value).split("\n")
    if len(lines) > 1:
        count = lines.pop(0)
        assert count == f"{len(lines)} problems:"
    assert lines == [str(problem) for problem in caught.value.problems]
    assert 1 <= len(lines) <= 101
    for line in lines:
        assert line.isprintable()
        assert line.startswith(f"{path}: ")
        assert ": given " in line
        assert "; allowed: " in line
        assert len(line) < len(str(path)) + 600
        for jargon in ("Traceback", "pydantic", "Error", "input", "type="):
            assert jargon not in line.removeprefix(str(path))


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.startswith(("wrong type", "out of range", "rule"))]
)
def test_the_one_key_that_is_wrong_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(FILES[name])
    key = name.split(", ")[1]
    whole = key.rpartition(".")[0] or key
    named = [problem.key for problem in check_file(path)]
    assert named
    assert all(each == key or each.startswith((f"{whole}.", f"{whole}[")) for each in named)


# JSON takes 104.0 for a whole number and has no infinite ones; a schema cannot add up.
BEYOND_SCHEMA = {
    "wrong type, weeks, 1",
    "wrong type, seed, 1",
    "wrong type, members.count, 1",
    "out of range, smallest_difference, 1",
    "out of range, smallest_difference, 2",
    "out of range, tests, 4",
    "out of range, members.decision_makers, 2",
    "list, switch, 1",
    "list, background, 0",
    "list, background, 1",
}
KINDS = ("wrong type", "out of range", "list", "unknown key")


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.startswith(KINDS) and name not in BEYOND_SCHEMA]
)
def test_an_editor_that_follows_the_schema_sees_the_damage_too(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    table = tomllib.loads(FILES[name].decode())
    validator = jsonschema.Draft202012Validator(schema(shipped_strategies()))
    assert validator.is_valid(tomllib.loads(BASE))
    assert not validator.is_valid(table)


leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["one", "everyone", "a", "dormant", "S1"])
)
value = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
names = st.sampled_from(
    [
        *Scenario.model_fields,
        *["strategy", "count", "seniors", "set", "week", "claim", "than", "is", "a", "[key]"],
        "",
    ]
)
inner = st.dictionaries(names, value | st.dictionaries(names, value))
tables = st.dictionaries(names, value | inner | st.lists(value | inner, max_size=3), max_size=6)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_any_table_is_a_scenario_or_refused_in_words(table: dict[str, Any]) -> None:
    seen: list[Scenario] = []

    def look(scenario: Scenario) -> tuple[()]:
        seen.append(scenario)
        return ()

    try:
        checked(table, "f", extra_checks=look)
    except ScenarioError as error:
        assert error.problems
        assert all(str(problem).isprintable() for problem in error.problems)
    assert len(seen) == 1  # the extra checks are asked whatever else is wrong


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_scenario_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    assert all(str(problem).isprintable() for problem in check_file(path))
