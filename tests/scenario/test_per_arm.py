"""What differs in the runs of one arm, and what a year of the platform stands for."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Scenario, for_arm
from sim.scenario.check import checked
from sim.scenario.per_arm import OF_THE_WORLD, SECTIONS
from sim.scenario.policy import PRESETS


def scenario(settings: Any, **values: Any) -> Scenario:
    """Return a scenario with an arm `other` that sets something; the arm `usual` does not."""
    arms = {"usual": {"strategy": "dormant"}, "other": {"strategy": "dormant", "set": settings}}
    return checked({"question": "Who?", "arms": arms, **values}, "f.toml")


def test_an_arm_that_sets_nothing_has_the_scenario_itself() -> None:
    whole = scenario({"spam.on": True})
    assert for_arm(whole, "usual") is whole
    assert not whole.spam.on


def test_what_an_arm_sets_and_nothing_else_is_changed() -> None:
    whole = scenario({"spam.on": True, "spam.ladder": [1, 2, 3], "response.accept": -2})
    own = for_arm(whole, "other")
    assert own.mechanisms == {"spam"}
    assert own.spam.ladder == (1, 2, 3)
    assert isinstance(own.response.accept, float)
    changed = {name for name, section in own if section != getattr(whole, name)}
    assert changed == {"spam", "response"}
    assert own.spam.repeat == whole.spam.repeat
    assert for_arm(own, "other") == own


def test_nested_tables_say_the_same_as_dotted_keys() -> None:
    nested = scenario({"spam": {"on": True}, "platform": {"year": "2014", "message_level": 3}})
    dotted = scenario({"spam.on": True, "platform.year": "2014", "platform.message_level": 3})
    assert nested == dotted


@pytest.mark.parametrize("year", PRESETS)
def test_a_year_in_an_arm_gives_all_rules_of_that_year(year: str) -> None:
    whole = scenario({"platform.year": year}, platform={"message_level": 1, "groups_most": 7})
    platform = for_arm(whole, "other").platform.model_dump()
    assert platform == {"year": year, **PRESETS[year]}


def test_what_an_arm_gives_beside_a_year_stands() -> None:
    whole = scenario({"platform.message_level": 3, "platform.year": 2014})
    platform = for_arm(whole, "other").platform.model_dump()
    assert platform == {"year": "2014", **PRESETS["2014"], "message_level": 3}


@pytest.mark.parametrize("platform", ["2015-06", {"year": "2015-06"}])
def test_a_year_may_stand_for_the_section(platform: Any) -> None:
    made = scenario({}, platform=platform).platform.model_dump()
    assert made == {"year": "2015-06", **PRESETS["2015-06"]}


@pytest.mark.parametrize("year", [2014, "2014"])
def test_a_year_may_be_a_number(year: Any) -> None:
    assert scenario({}, platform=year).platform.year == "2014"
    assert scenario({}, platform={"year": year}).platform.flags_until_restricted == 5


def test_keys_that_are_given_stand_beside_a_year() -> None:
    platform = scenario({}, platform={"year": "2008", "reinvite_after": 9}).platform
    assert platform.model_dump() == {"year": "2008", **PRESETS["2008"], "reinvite_after": 9}


def test_a_year_says_something_of_every_key() -> None:
    keys = set(scenario({}).platform.model_dump()) - {"year"}
    assert all(set(preset) == keys for preset in PRESETS.values())


def test_sections_an_arm_may_set_have_no_rules_between_their_keys() -> None:
    """Each value is checked alone; a rule between them would be broken only when the run begins."""
    whole = scenario({})
    assert not any(getattr(whole, name).rules for name in SECTIONS)
    for key in OF_THE_WORLD:
        section, name = key.split(".")
        assert name in type(getattr(whole, section)).model_fields


@pytest.mark.parametrize(
    "wrong", [{"members.count": 5}, {"ties.oldest": 4}, {"spam.onn": True}, {"spam.on": 1}]
)
def test_a_scenario_made_in_python_with_a_wrong_arm_does_not_run(wrong: dict[str, Any]) -> None:
    made = Scenario.model_validate(
        {"question": "Who?", "arms": {"a": {"strategy": "dormant", "set": wrong}}}
    )
    with pytest.raises(ValueError, match=r"may not set|spam|on"):
        for_arm(made, "a")
    with pytest.raises(KeyError):
        for_arm(made, "b")
