"""What is made from the declarations: tables, the schema, the full scenario and its hashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from damaged import BASE

from sim.scenario import (
    Scenario,
    arm_digest,
    digest,
    load_scenario,
    parameter_rows,
    parameter_table,
    schema,
    to_toml,
)
from sim.scenario.policy import NO_LIMIT
from sim.scenario.sweep import Vary

from .generated import parameters_page, schema_file, shipped_strategies

ROOT = Path(__file__).parents[2]
FACTS = {
    *(f"F{n}" for n in (*range(1, 21), *range(30, 36), *range(40, 48), *range(50, 62))),
    *(f"S{n}" for n in range(1, 25)),
}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    (tmp_path / "base.toml").write_text(BASE)
    return load_scenario(tmp_path / "base.toml")


@pytest.mark.parametrize("row", parameter_table(shipped_strategies()), ids=lambda row: row["key"])
def test_every_parameter_has_a_meaning_a_range_and_a_known_source(row: dict[str, Any]) -> None:
    assert row["meaning"]
    assert row["range"] or row["type"] == "true or false"
    assert set(re.findall(r"\b[FS]\d+\b", row["source"])) <= FACTS
    for part in row["source"].split(", "):
        assert re.fullmatch(r"[FS]\d+(-[FS]\d+)?|assumption( \(.+\))?|choice", part)


def test_the_table_lists_every_field_of_every_section() -> None:
    keys = {row["key"] for row in parameter_table()}
    values = {"question": "?", "arms": {"a": {"strategy": "x"}}, "data": {"edges": "e.csv"}}
    for name, part in Scenario.model_validate(values):
        fields = getattr(type(part), "model_fields", None)
        expected = {f"{name}.{field}" for field in fields} if fields else {name}
        if name not in ("arms", "sweep"):
            assert expected <= keys
    assert {f"sweep.vary.<name>.{field}" for field in Vary.model_fields} <= keys
    assert "arms.<name>.strategy" in keys
    assert len(keys) == len(parameter_table())


def test_the_tables_give_values_defaults_units_and_ranges(scenario: Scenario) -> None:
    rows = {row["key"]: row for row in parameter_rows(scenario)}
    assert rows["members.count"] == {
        "key": "members.count",
        "value": 400,
        "type": "whole number",
        "default": 2000,
        "unit": "members",
        "range": "2 to 20000000",
        "meaning": "members in the world",
        "source": "assumption",
    }
    assert rows["background"]["value"] == {"known_only": 0.7, "dormant": 0.3}
    assert rows["baseline"]["value"] == "known_only"
    assert "data.edges" not in rows
    with_data = scenario.model_validate(scenario.model_dump() | {"data": {"edges": "e.csv"}})
    assert {r["key"]: r["value"] for r in parameter_rows(with_data)}["data.edges"] == "e.csv"
    json.dumps(list(rows.values()), allow_nan=False)


def test_the_full_scenario_reads_back_as_the_same(scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "other-name.toml"
    test = "{claim = 'S3', says = 'more', arm = 'known_only', is = 'more', than"
    for changes in (
        [],
        [
            "platform=2014",
            "platform.message_level=1",
            "policy=[{week = 5, close = 'group messages'}]",
        ],
        [
            "platform.year=2015-06",
            (
                "policy=[{week = 5, set = {message_level = 1}}, {week = 5, set = {"
                "group_messages = false, reinvite_after = 1}, close = 'invitations to strangers'}]"
            ),
        ],
        [f"tests=[{test} = 'group_driven', week = 52}}, {test} = 0.5, by = 1}}]", "claims=[]"],
        ["arms.known_only.set.platform.year=2014", "arms.known_only.set.premium.price=5"],
        ["arms.known_only.set={'careers.willing' = [1, 0.5, 0, 0]}", "joining.on=true"],
        ["arms.group_driven.message_first=false", "arms.group_driven.share=0.1", "seed=5"],
        ["background={'my.module:Class' = 1.0}", "arms.a.strategy=my.module:Class"],
        ["question=Ünïcode, \\\\ and \"quotes\" 'of' both kinds", "claims=[]"],
        ["data.edges=a.csv", "data.no_header=['edges']", "ties.upkeep_gain=0.30000000000000004"],
    ):
        source = tmp_path / "base.toml"
        whole = load_scenario(source, changes)
        path.write_text(to_toml(whole), encoding="utf-8")
        again = load_scenario(path, allow_plugins=True)
        assert again == whole
        assert again.name == "base"
        assert list(again.arms) == list(whole.arms)
        assert to_toml(again) == to_toml(whole)
        assert digest(again) == digest(whole)


def other_than(value: bool | float) -> str:
    """Return another value in TOML, near enough to be allowed for any parameter."""
    if isinstance(value, bool):
        return str(not value).lower()
    if isinstance(value, int):
        return str(value - 1 if value == NO_LIMIT else value + 1)
    return str(value * 0.9 or 0.01)


ABOUT_THE_STUDY = [
    "name=other",
    "question=Another?",
    "claims=[]",
    "primary=reach_2",
    "smallest_difference=2.0",
    "seeds=4",
    "seed=9",
    "switch=['one']",
    "tests=[{claim = 'S1', says = 'x', arm = 'known_only', than = 0.5, is = 'more'}]",
    "baseline=group_driven",
    "arms.group_driven.focus=false",
    "arms.new.strategy=dormant",
    "arms.group_driven.set.wasteland.on=true",
]


@pytest.mark.parametrize("change", ABOUT_THE_STUDY)
def test_the_digest_of_a_run_ignores_what_is_about_the_study(
    scenario: Scenario, tmp_path: Path, change: str
) -> None:
    assert digest(load_scenario(tmp_path / "base.toml", [change])) == digest(scenario)


def test_the_digest_of_a_run_sees_every_other_parameter(scenario: Scenario, tmp_path: Path) -> None:
    study = {change.partition("=")[0] for change in ABOUT_THE_STUDY}
    seen = {digest(scenario)}
    values = {row["key"]: row["value"] for row in parameter_rows(scenario)}
    changed = [
        f"{key}={other_than(value)}"
        for key, value in values.items()
        if isinstance(value, int | float) and key not in study
    ]
    changed += ["members.job_search=[1, 0, 0, 0]", "background={dormant = 1.0}", "data.edges=e.csv"]
    changed += ["platform=2008", "policy=[{week = 9, close = 'group messages'}]"]
    for change in changed:
        made = digest(load_scenario(tmp_path / "base.toml", [change]))
        assert re.fullmatch(r"[0-9a-f]{64}", made)
        assert made not in seen, change
        seen.add(made)
    assert len(changed) > 120


def test_the_digest_of_an_arm_is_that_of_what_it_does(scenario: Scenario, tmp_path: Path) -> None:
    base = tmp_path / "base.toml"
    twin = load_scenario(base, ["arms.twin.strategy=known_only", "weeks=5"])
    assert arm_digest(twin, "twin") == arm_digest(scenario, "known_only")
    assert arm_digest(twin, "twin") != arm_digest(scenario, "group_driven")
    other = load_scenario(base, ["arms.known_only.hours=2"])
    assert arm_digest(other, "known_only") != arm_digest(scenario, "known_only")
    sets = load_scenario(base, ["arms.known_only.set.platform.message_level=1"])
    assert arm_digest(sets, "known_only") != arm_digest(scenario, "known_only")
    assert arm_digest(sets, "group_driven") == arm_digest(scenario, "group_driven")


def test_the_schema_is_valid_and_takes_what_is_allowed() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    for made in (schema(), schema(shipped_strategies())):
        jsonschema.Draft202012Validator.check_schema(made)
        validator = jsonschema.Draft202012Validator(made)
        good: dict[str, Any] = {"question": "Who?", "arms": {"a": {"strategy": "dormant"}}}
        assert validator.is_valid(good)
        own = {"strategy": "my_module:Mine", "pace": 3}
        assert validator.is_valid(good | {"arms": {"own": own}})
        assert not validator.is_valid(good | {"arms": {"a": {}}})
        assert not validator.is_valid(good | {"arms": {"A b": {"strategy": "dormant"}}})
        assert not validator.is_valid({"question": "Who?"})


def test_the_schema_knows_the_parameters_of_a_strategy() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    validator = jsonschema.Draft202012Validator(schema(shipped_strategies()))

    def allows(**arm: object) -> bool:
        return bool(validator.is_valid({"question": "Who?", "arms": {"a": arm}}))

    assert allows(strategy="group_driven", message_first=False)
    assert not allows(strategy="group_driven", message_first=1)
    assert not allows(strategy="group_driven", mesage_first=False)
    assert not allows(strategy="dormant", message_first=False)
    assert not allows(strategy="grop_driven")
    assert allows(strategy="dormant", set={"platform.year": "2014", "wasteland.on": True})
    assert allows(strategy="my_module:Mine", set={"platform": {"year": "2014"}})
    for wrong in ({"platform.year": "2013"}, {"members.count": 5}, {"ties.oldest": 4}, 5):
        assert not allows(strategy="dormant", set=wrong)
        assert not allows(strategy="my_module:Mine", set=wrong)


def test_the_schema_knows_years_changes_and_tests() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    validator = jsonschema.Draft202012Validator(schema())

    def allows(**values: object) -> bool:
        whole = {"question": "Who?", "arms": {"a": {"strategy": "dormant"}}, **values}
        return bool(validator.is_valid(whole))

    assert allows(platform="2014")
    assert allows(platform={"year": "2014", "message_level": 1})
    assert not allows(platform="2013")
    assert allows(policy=[{"week": 5, "set": {"message_level": 1, "group_messages": False}}])
    assert not allows(policy=[{"week": 5, "set": {"message_level": True}}])
    test = {"claim": "S1", "says": "x", "arm": "a", "is": "more"}
    assert allows(tests=[test | {"than": "b"}, test | {"than": 0.5}])
    assert allows(tests=[{"claim": "S1", "says": "x", "holds": "reach_2: a > b by 0.5"}])
    assert not allows(tests=[{"claim": "S1", "says": "x", "holds": "a better than b"}])
    assert not allows(tests=[{"claim": "S1"}])


def test_the_schema_describes_every_parameter() -> None:
    made = schema()
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    count = made["$defs"]["Members"]["properties"]["count"]
    assert count["description"] == "members in the world"
    assert (count["minimum"], count["maximum"], count["default"]) == (2, 20_000_000, 2000)
    made["$defs"].clear()
    assert schema()["$defs"]  # what is returned is the caller's own


@pytest.mark.parametrize(
    ("file", "made", "command"),
    [
        ("parameters.md", parameters_page, "netgrow list parameters --format md"),
        ("scenario.schema.json", schema_file, "netgrow schema"),
    ],
)
def test_generated_files_are_up_to_date(file: str, made: Any, command: str) -> None:
    path = ROOT / "docs" / file
    assert path.read_text(encoding="utf-8") == made(), f"run: {command} > docs/{file}"


def test_importing_scenarios_does_not_import_numbers_or_tables() -> None:
    code = "import sys, sim.scenario; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert not {"numpy", "polars", "mesa", "numba"} & set(run.stdout.split())
    assert "sim.scenario.study" in run.stdout.split()
