"""What tells two runs of one key apart: whatever determines their result, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

import sim
from sim.batch.prepare import digests, prepare
from sim.results import BASE, RunKey
from sim.scenario.study import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.batch.design import Study

GIVEN: dict[str, Any] = {
    "question": "?",
    "weeks": 9,
    "members": {"count": 250},
    "arms": {"known": {"strategy": "known_only"}, "groups": {"strategy": "group_driven"}},
}


def study(**changes: Any) -> Study:
    return prepare(Scenario.model_validate({**GIVEN, **changes}), None)


def settings(made: Study, arm: str = "groups") -> str:
    return made.settings(RunKey("one", arm, BASE, 1))


def arms(**changes: Any) -> Mapping[str, Any]:
    return {**GIVEN["arms"], "groups": {"strategy": "group_driven", **changes}}


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": 10},
        {"members": {"count": 251}},
        {"response": {"accept": -1.0}},
        {"background": {"dormant": 1.0}},
        {"policy": ({"week": 3, "close": "group messages"},)},
        {"arms": arms(looks=21)},
        {"arms": arms(set={"spam.on": True})},
    ],
    ids=lambda change: next(iter(change)),
)
def test_settings_differ_with_each_value(change: dict[str, Any]) -> None:
    assert settings(study()) != settings(study(**change))


def test_what_one_arm_does_is_nothing_to_the_others() -> None:
    assert settings(study(), "known") == settings(study(arms=arms(looks=21)), "known")
    assert settings(study(), "known") != settings(study(), "groups")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"question": "What else?"},
        {"seeds": 5},
        {"seed": 9},
        {"switch": ("one",)},
        {"baseline": "groups"},
        {"primary": "reach_2"},
        {"arms": {"groups": {"strategy": "group_driven"}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_settings_are_the_same_whatever_is_asked_of_the_runs(change: dict[str, Any]) -> None:
    assert settings(study()) == settings(study(**change))


def test_other_data_and_another_engine_are_other_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = study()
    before = settings(made)
    assert before == settings(dataclasses.replace(made, repairs=["a line left out"]))
    assert before != settings(dataclasses.replace(made, data={"groups.csv": "ab12"}))
    monkeypatch.setattr(sim, "__version__", "0.0.1")
    assert before == settings(made)
    monkeypatch.setattr(sim, "__engine__", 0)
    assert before != settings(made)


def test_the_code_of_a_strategy_counts_where_it_is_met() -> None:
    played = {"mine": {"strategy": "my:Own"}, "known": {"strategy": "known_only"}}
    scenario = Scenario.model_validate({**GIVEN, "arms": played})
    one, two = (digests(scenario, {"my:Own": code}) for code in ("ab", "cd"))
    assert one["mine"] != two["mine"]
    assert one["known"] == two["known"]
    around = scenario.model_copy(update={"background": {"my:Own": 1.0}})
    one, two = (digests(around, {"my:Own": code}) for code in ("ab", "cd"))
    assert one["known"] != two["known"]


def test_a_run_that_is_not_of_the_study_has_no_settings() -> None:
    with pytest.raises(KeyError):
        study().settings(RunKey("one", "groups", "p0001", 1))
