"""A sweep is read as it is written, and all that is wrong with it is told at once."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from sim.batch.checks import scenario_checks
from sim.scenario import (
    Scenario,
    ScenarioError,
    at_point,
    digest,
    for_arm,
    load_scenario,
    schema,
    to_toml,
)

if TYPE_CHECKING:
    from pathlib import Path

START = """\
question = "?"
weeks = 20
arms.groups = { strategy = "group_driven", set = { "spam.on" = true } }
arms.known.strategy = "known_only"
"""
SOBOL = "[sweep]\ndesign = 'sobol'\npoints = 8\n[sweep.vary]\n"
GRID = "[sweep]\ndesign = 'grid'\n[sweep.vary]\n"
LIST = "[sweep]\ndesign = 'list'\n[[sweep.list]]\n"


def read(folder: Path, text: str, *overrides: str) -> Scenario:
    path = folder / "study.toml"
    path.write_text(START + text, encoding="utf-8")
    return load_scenario(path, overrides, extra_checks=scenario_checks)


def wrong(folder: Path, text: str, *overrides: str) -> dict[str, tuple[str, str, str | None]]:
    """What is wrong: by key, what was given, what is allowed, the nearest valid name."""
    with pytest.raises(ScenarioError) as caught:
        read(folder, text, *overrides)
    for line in str(caught.value).splitlines()[1:]:
        assert line.startswith(("--set: ", str(folder / "study.toml")))
    return {p.key: (p.given, p.allowed, p.suggestion) for p in caught.value.problems}


def validator_of() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize(
    "text",
    [
        'SOBOL"response.accept" = { low = -2, high = 1 }\n"tiredness.on" = {}',
        "SOBOLresponse.accept = { low = -2, high = 1 }\ntiredness.on = {}",
        "SOBOL[sweep.vary.response]\naccept = {low=-2, high=1}\n[sweep.vary.tiredness]\non={}",
    ],
)
def test_dotted_keys_may_be_written_as_tables(tmp_path: Path, text: str) -> None:
    sweep = read(tmp_path, text.replace("SOBOL", SOBOL)).sweep
    assert sweep is not None
    assert list(sweep.vary) == ["response.accept", "tiredness.on"]
    assert (sweep.vary["response.accept"].low, sweep.vary["response.accept"].high) == (-2.0, 1.0)


def test_rows_of_a_list_may_be_written_as_tables(tmp_path: Path) -> None:
    text = LIST + 'members.count = 30\narms.groups.looks = 3\n[[sweep.list]]\n"members.count" = 40'
    sweep = read(tmp_path, text).sweep
    assert sweep is not None
    assert sweep.list == ({"members.count": 30, "arms.groups.looks": 3}, {"members.count": 40})


@pytest.mark.parametrize(
    "text",
    [
        SOBOL
        + "response.accept = {}\ntiredness.on = {}\nplatform.year = {values=['2008', '2014']}",
        GRID + "minutes.invite = { steps = 3, high = 10, scale = 'log' }",
        LIST + "members.count = 30\narms.groups.looks = 3\narms.groups.set.spam.on = false",
    ],
)
def test_the_full_scenario_reads_back_and_keeps_to_the_schema(tmp_path: Path, text: str) -> None:
    validator = validator_of()
    made = read(tmp_path, text)
    validator.validate(tomllib.loads(START + text))
    path = tmp_path / "full.toml"
    path.write_text(to_toml(made), encoding="utf-8")
    assert load_scenario(path, name="study") == made
    validator.validate(tomllib.loads(to_toml(made)))


def test_the_schema_refuses_keys_that_there_are_not() -> None:
    given = tomllib.loads(START + SOBOL + "response.acept = {}")
    assert list(validator_of().iter_errors(given))


def test_a_sweep_changes_nothing_of_the_scenario_itself(tmp_path: Path) -> None:
    plain, swept = read(tmp_path, ""), read(tmp_path, SOBOL + "response.accept = {}")
    assert plain.sweep is None
    assert digest(plain) == digest(swept)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = wrong(
        tmp_path,
        SOBOL
        + "response.acept = {}\nseeds = {}\nmembers.coverage = { low = -1, high = 2 }\n"
        + "groups.general = { scale = 'log' }\nresponse.reply = { low = 1, hihg = 2 }\n"
        + "arms.groups.lokks = {}\narms.gruops.looks = {}\narms.groups.set.spam.onn = {}\n"
        + "minutes.invite = { low = 1.5 }\nresponse.note = { low = 3, high = 3 }\n"
        + "tiredness.on = { low = 0 }\nplatform.year = { values = ['2008', '2009'] }\n"
        + "groups.memberships = {}\nresponse.met = { steps = 3 }\nties.oldest = { values = [3] }",
    )
    at = {key.removeprefix("sweep.vary."): value for key, value in found.items()}
    near = {key: value[2] for key, value in at.items() if value[2]}
    assert near == {
        '"response.acept"': "response.accept",
        '"response.reply".hihg': 'sweep.vary."response.reply".high',
        '"arms.groups.lokks"': "arms.groups.looks",
        '"arms.gruops.looks"': "arms.groups.looks",
        '"arms.groups.set.spam.onn"': "arms.groups.set.spam.on",
    }
    assert at["seeds"][0] == "what is the same at every point"
    assert at['"members.coverage".low'] == ("-1.0", "number from 0 to 1", None)
    assert at['"members.coverage".high'] == ("2.0", "number from 0 to 1", None)
    assert at['"groups.general".low'][:2] == ("0.0", "more than 0 with scale = 'log'")
    assert at['"minutes.invite".low'][1] == "whole number from 1 to 10000"
    assert at['"response.note".low'][1] == "less than 3.0"
    assert at['"tiredness.on".low'][1] == "no low with a parameter that is true or false"
    assert at['"platform.year".values'][0] == "'2009'"
    assert at['"groups.memberships"'][1].startswith("values = [...], each")
    assert at['"response.met".steps'][1] == "steps with design = 'grid' alone"
    assert at['"ties.oldest".values'][1] == "at least 2; one alone stands in its section"
    assert len(at) == 16


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("[sweep]\npoints = 3", "sweep.design", "(required)"),
        ("sweep = 3", "sweep", "table"),
        (SOBOL.replace("8", "6") + "ties.oldest = {}", "sweep.points", "a power of 2 with sobol"),
        (SOBOL.replace("points = 8", "") + "ties.oldest = {}", "sweep.points", "a number of"),
        (GRID.replace("[sweep.v", "points = 3\n[sweep.v") + "ties.oldest = { steps = 2 }",
         "sweep.points", "none with grid and list"),
        (SOBOL.replace("sobol", "morris").replace("8", "1") + "ties.oldest = {}",
         "sweep.points", "at least 2 trajectories"),
        (SOBOL, "sweep.vary", "at least one parameter"),
        (GRID + "ties.oldest = {}", 'sweep.vary."ties.oldest".steps', "steps = 2 or more"),
        (GRID + "response.note = { values = [1.0, 1.0] }",
         'sweep.vary."response.note".values', "each value once"),
        (GRID + "response.note = { values = [0.0, 90.0] }",
         'sweep.vary."response.note".values', "number from -20 to 20"),
        (GRID + "arms.groups.looks = { values = [1, 2.5] }",
         'sweep.vary."arms.groups.looks".values', "whole number from 1 to 10000"),
        (GRID + "arms.groups.strategy = {}", 'sweep.vary."arms.groups.strategy"', "another arm"),
        (GRID + "arms.groups.set.ties.oldest = {}",
         'sweep.vary."arms.groups.set.ties.oldest"', "another key"),
        (GRID + "response.note = { steps = 1000 }\nresponse.met = { steps = 101 }",
         "sweep.vary", "at most 100,000"),
        (SOBOL.replace("8", "65536") + "response.note = {}", "sweep.points", "at most 100,000"),
        ("[sweep]\ndesign = 'list'", "sweep.list", "tables [[sweep.list]]"),
        (LIST, "sweep.list[1]", "values by dotted key"),
        (LIST + "members.count = 1", 'sweep.list[1]."members.count"', "whole number from 2"),
        (LIST + "arms.groups.looks = 0", 'sweep.list[1]."arms.groups.looks"', "from 1 to 10000"),
        (LIST + "data.edges = 'x'", 'sweep.list[1]."data.edges"', "a key of a section"),
        (LIST + "weeks = 3", "sweep.list[1].weeks", "a key of a section"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line(tmp_path: Path, text: str, key: str, allowed: str) -> None:
    found = wrong(tmp_path, text)
    assert list(found) == [key]
    assert allowed in found[key][1]


def test_a_design_that_cannot_be_read_hides_nothing_else(tmp_path: Path) -> None:
    found = wrong(tmp_path, SOBOL.replace("'sobol'", "'soboll'") + "response.acept = {}")
    assert sorted(found) == ["sweep.design", 'sweep.vary."response.acept"']


def test_parts_of_a_sweep_may_be_given_on_the_command_line(tmp_path: Path) -> None:
    text = SOBOL + "response.accept = { low = -2 }"
    sweep = read(tmp_path, text, "sweep.points=16", "sweep.vary.response.accept.high=0.5").sweep
    assert sweep is not None
    assert sweep.points == 16
    assert (sweep.vary["response.accept"].low, sweep.vary["response.accept"].high) == (-2.0, 0.5)
    found = wrong(tmp_path, text, "sweep.vary.response.accept.high=-3")
    assert found['sweep.vary."response.accept".low'][1] == "less than -3.0"


def test_what_is_read_from_files_is_the_same_at_every_point(tmp_path: Path) -> None:
    data = 'data.memberships = "m.csv"\ndata.activity_column = "a"\n' + GRID
    made = read(tmp_path, data + "data.often_from = { low = 1, high = 9, steps = 2 }")
    assert made.data is not None
    assert at_point(made, {"data.often_from": 3.0}).data != made.data
    found = wrong(tmp_path, data + "data.member_column = { values = ['a', 'b'] }")
    assert "read from files" in found['sweep.vary."data.member_column"'][0]


def at(values: dict[str, Any]) -> Scenario:
    scenario = Scenario.model_validate(
        {
            "question": "?",
            "arms": {
                "groups": {"strategy": "group_driven", "looks": 5, "set": {"spam.on": True}},
                "known": {"strategy": "known_only"},
            },
        }
    )
    return at_point(scenario, values)


def test_a_point_changes_what_it_names_alone() -> None:
    base = at({})
    there = at(
        {
            "response.accept": -1.0,
            "arms.groups.focus": False,
            "arms.groups.set.response.reply": 2.0,
            "members.count": 77,
        }
    )
    assert there.response == base.response.model_copy(update={"accept": -1.0})
    assert there.members == base.members.model_copy(update={"count": 77})
    assert there.arms["known"] == base.arms["known"]
    assert there.arms["groups"].parameters == {"looks": 5, "focus": False}
    assert there.arms["groups"].set == {"spam.on": True, "response.reply": 2.0}
    assert for_arm(there, "groups").response.reply == 2.0
    assert there.response.reply == base.response.reply
    assert there.ties is base.ties


def test_a_year_at_a_point_brings_its_rules() -> None:
    assert at({"platform.year": "2008"}).platform.invitations_lifetime == 3000
    both = {"platform.year": "2008", "platform.invitations_lifetime": 5}
    assert at(both).platform.invitations_lifetime == 5


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"groups.size_median": 900.0}, "groups: size_mean"),
        ({"response.accept": 99.0}, "response.accept: .* less than or equal to 20"),
        ({"response.acept": 1.0}, "response.acept: "),
    ],
)
def test_a_point_that_cannot_be_says_why(values: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        at(values)


def test_a_point_of_an_arm_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="third"):
        at({"arms.third.looks": 3})
