"""Whatever a scenario file holds, it is a scenario or it is refused in words, and runs nothing."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from damaged import BASE
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.checks import scenario_checks
from sim.scenario import digest, load_scenario, parameter_table, to_toml

from .inputs import JUNK, damaged, ends_well, everything_in, inputs, steps

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "scenarios").glob("*.toml"))
FILES = [BASE.encode(), *(path.read_bytes() for path in SHIPPED)]
KEYS = [row["key"] for row in parameter_table()]

_value = st.recursive(
    st.one_of(
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.booleans(),
        st.text(max_size=30),
        st.sampled_from([junk.decode("utf-8", "replace") for junk in JUNK]),
        st.sampled_from(["known_only", "dormant", "focal", "2014", "one", "this:Zen", "reach_2"]),
        st.datetimes(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
_table = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=12)), _value, max_size=6)
"""Values by dotted key, of which most exist."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


def written(values: dict[str, Any]) -> bytes:
    """Return a file of these values, over those of a good one, as far as TOML can hold them."""
    table: dict[str, Any] = tomllib.loads(BASE)
    for key, value in values.items():
        inner = table
        *path, last = key.replace("<name>", "known_only").split(".")
        for part in path:
            if not isinstance(inner.get(part), dict):
                inner[part] = {}
            inner = inner[part]
        inner[last] = value
    try:
        return tomli_w.dumps(table).encode()
    except (ValueError, TypeError, UnicodeEncodeError):
        return b"\xff"


def read(place: Path, content: bytes) -> None:
    path = place / "scenario.toml"
    path.write_bytes(content)

    def load() -> None:
        scenario = load_scenario(path, extra_checks=scenario_checks)
        again = place / "again.toml"
        again.write_text(to_toml(scenario), encoding="utf-8")
        assert digest(load_scenario(again)) == digest(scenario)

    ends_well(load)
    # A module of Python's own that some of the files name, and that nothing else imports.
    assert "this" not in sys.modules
    (place / "again.toml").unlink(missing_ok=True)
    assert list(everything_in(place)) == ["scenario.toml"]


def damaged_files(place: Path, number: int) -> None:
    @inputs(number)
    @given(st.sampled_from(FILES), steps)
    def check(content: bytes, done: Any) -> None:
        read(place, damaged(content, done))

    check()


def junk(place: Path, number: int) -> None:
    @inputs(number)
    @given(_table)
    def check(values: dict[str, Any]) -> None:
        read(place, written(values))

    check()


def overrides(place: Path, number: int) -> None:
    path = place / "scenario.toml"
    path.write_text(BASE)

    @inputs(number)
    @given(st.lists(st.tuples(st.sampled_from(KEYS) | st.text(), st.text() | _value), max_size=3))
    def check(given_: list[tuple[str, Any]]) -> None:
        changes = [f"{key.replace('<name>', 'known_only')}={value}" for key, value in given_]
        ends_well(lambda: load_scenario(path, changes))

    check()


def test_some_scenarios(place: Path) -> None:
    damaged_files(place, 60)
    junk(place, 60)
    overrides(place, 30)


@pytest.mark.slow
def test_many_scenarios(place: Path) -> None:
    damaged_files(place, 2_500)
    junk(place, 2_000)
    overrides(place, 500)
