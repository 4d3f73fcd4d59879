"""Off means off: a mechanism that is switched off leaves no trace, whatever its parameters are."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from sim.model import NetworkGrowth, Switch
from sim.scenario.study import Scenario

Course = dict[tuple[int, str, str], str]

# Of the code before there were any mechanisms: ties, and the measures that there were then, of 3
# strategies under both questions. It changes only if the model without mechanisms does.
WITHOUT_MECHANISMS = "d1a54d537e04b5a48267810083f9db3a8aa5eb3c92e0a28b4ea925a87ce9cf8a"

LATER = ("new_target_decision_makers",)
"""Metrics without a mechanism that came with the mechanisms."""

OTHERWISE: dict[str, dict[str, Any]] = {
    "search": {"recruiters": 0.5, "page": 3, "keywords": 2, "connections": 3.0},
    "endorsements": {"back": 0.9},
    "introductions": {"forward": 5.0, "accept": 5.0, "delay_most": 1},
    "premium": {"price": 5.0, "credits": 99, "read": 1.0, "reply": 3.0},
    "joining": {"recommend": 1.0, "join": 3.0, "leave": 0.5, "visible_weeks": 20},
    "spam": {"flag_message": 0.9, "repeat": -5.0, "ladder": (9, 9, 9)},
    "wasteland": {"feed": 1.0, "feed_gain": 1.0, "fatigue": 9.0},
    "tiredness": {"cost": 50.0, "after": 1},
    "aim": {"error": 1.0},
    "careers": {"opening": 1.0, "loss": 0.5, "start": 0.5, "offer": 1.0},
    "population": {"waiting": 0.5, "arrive": 0.5, "depart": 0.2},
}
"""For each mechanism, parameters far from their defaults."""

# Under what strategy a mechanism has something to work on.
NOTICED_BY = {
    "introductions": "introductions_first",
    "premium": "inmail_buyer",
    "endorsements": "recommended",
    "spam": "broadcaster",
}
ARMS = {"recommended": {"endorsements_a_week": 3}}

WHERE: dict[str, dict[str, Any]] = {
    "wasteland": {"ties": {"bridge_retention": 0.0, "embedded_retention": 0.001}}
}
"""In what world it shows within the weeks of these runs."""


def course(
    strategy: str, sections: dict[str, Any] | None = None, switch: Switch = "everyone"
) -> Course:
    """Return every measure of a run in a small world, and its ties, as the exact text of bits."""
    scenario = Scenario.model_validate(
        {
            "question": "What does it change?",
            "weeks": 12,
            "members": {"count": 120, "hours_median": 6.0},
            "focal": {"share": 0.1},
            "measure": {"every": 4, "all_every": 4},
            "arms": {"played": {"strategy": strategy, **ARMS.get(strategy, {})}},
            **(sections or {}),
        }
    )
    model = NetworkGrowth(scenario, rng=3, switch=switch, agents=False)
    found: Course = {}
    while True:
        for (cohort, metric), value in model.measures.items():
            found[model.measured_week, cohort, metric] = float(value).hex()
        if model.time >= scenario.weeks:
            break
        model.run_for(1)
    ties = model.world.ties
    columns = ("level", "renewed", "born", "origin", "bridge")
    arrays = (*ties.edges(), *(ties.edge_values(column) for column in columns))
    for name, array in zip(("a", "b", *columns), arrays, strict=True):
        found[scenario.weeks, "ties", name] = array.tobytes().hex()
    return found


@pytest.mark.parametrize("mechanism", OTHERWISE)
def test_a_mechanism_that_is_off_is_off_whatever_its_parameters(mechanism: str) -> None:
    strategy = NOTICED_BY.get(mechanism, "group_driven")
    expected = course(strategy)
    assert course(strategy, {mechanism: {"on": False, **OTHERWISE[mechanism]}}) == expected


@pytest.mark.parametrize("mechanism", OTHERWISE)
def test_it_is_off_beside_all_others_too(mechanism: str) -> None:
    """What others share with it (dormant ties, posts, the ladder) they do not take from it."""
    strategy = NOTICED_BY.get(mechanism, "group_driven")
    others = {name: {"on": True} for name in OTHERWISE if name != mechanism}
    off = {mechanism: {"on": False, **OTHERWISE[mechanism]}}
    assert course(strategy, others | off) == course(strategy, others)


@pytest.mark.parametrize("mechanism", OTHERWISE)
def test_a_mechanism_that_is_on_changes_what_there_was_before(mechanism: str) -> None:
    strategy = NOTICED_BY.get(mechanism, "group_driven")
    world = WHERE.get(mechanism, {})
    expected = course(strategy, world)
    found = course(strategy, world | {mechanism: {"on": True, **OTHERWISE[mechanism]}})
    assert set(found) > set(expected) or mechanism in {"aim", "population"}
    if mechanism not in {"search", "endorsements"}:  # they show in metrics of their own alone
        assert {key: found[key] for key in expected} != expected


def test_all_mechanisms_are_covered() -> None:
    sections = Scenario.model_fields.items()
    switchable = {name for name, field in sections if hasattr(field.default, "on")}
    assert switchable == set(OTHERWISE)


def test_without_mechanisms_the_model_is_that_of_before() -> None:
    digest = hashlib.sha256()
    for strategy in ("known_only", "group_driven", "open_networker"):
        for switch in ("one", "everyone"):
            for key, value in sorted(course(strategy, switch=switch).items()):
                if key[-1] not in LATER:
                    digest.update(f"{key} {value}\n".encode())
    assert digest.hexdigest() == WITHOUT_MECHANISMS
