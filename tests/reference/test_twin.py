"""The fast model and the slow twin agree exactly, in every part of the state, every week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.model import NetworkGrowth
from sim.strategies import create

from . import reckless, snapshots
from .handover import twin_of
from .scenes import EXPLICIT, SCENES, scenario, scene

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

    from .twin import Twin

Question = Literal["one", "everyone"]
QUESTIONS: tuple[Question, ...] = ("one", "everyone")


def agree(parameters: Scenario, question: Question, seed: int) -> Twin:
    """Run both side by side and compare them from week 0 on; return the slow one."""
    model = NetworkGrowth(parameters, rng=seed, switch=question, arm="played")
    twin = twin_of(model, parameters, {reckless.NAME: reckless.wishes})
    compare(model, twin)
    for _ in range(parameters.weeks):
        model.step()
        twin.step()
        compare(model, twin)
    return twin


def compare(model: Any, twin: Twin) -> None:
    fast, slow = snapshots.of_model(model), snapshots.of_twin(twin)
    for part, expected in slow.items():
        assert fast[part] == expected, f"{part} differ in week {twin.week}"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("strategy", EXPLICIT)
def test_every_strategy_under_both_questions(strategy: str, question: Question) -> None:
    agree(scenario(strategy), question, seed=7)


@pytest.mark.parametrize("name", SCENES)
def test_unusual_scenes(name: str) -> None:
    agree(scene(name), "everyone", seed=3)


RECKLESS: dict[str, dict[str, Any]] = {
    "any_distance": {"platform": {"message_level": 3}},
    "near": {"platform": {"message_level": 2, "reinvite_after": 2}},
    "nearest": {"platform": {"message_level": 1}},
    "tight": {
        "platform": {
            "invitations_per_week": 3,
            "invitations_lifetime": 9,
            "flags_until_restricted": 1,
            "restricted_weeks": 2,
        },
        "response": {"accept": -3.0, "flag_stranger": 0.5, "flag_group": 0.5},
    },
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", RECKLESS)
def test_what_the_platform_refuses(name: str, question: Question) -> None:
    sections = {"members": {"hours_median": 6.0}, **RECKLESS[name]}
    members, groups, acts = 40, 5, 60
    size = {"members": members, "groups": groups, "acts_a_week": acts}
    twin = agree(scenario(reckless.NAME, weeks=6, arm=size, **sections), question, seed=5)
    players = [member for member in twin.network.members if member.focal or question == "everyone"]
    assert len(twin.network.members) == members
    assert sum(member.refused for member in players) > len(players) * acts
    assert all(
        sum(member.minutes_spent[kind] for member in players) for kind in ("invite", "upkeep")
    )
    assert bool(sum(member.messages_sent for member in players)) == (name != "nearest")


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_plays_what(question: Question) -> None:
    parameters = scenario("group_driven")
    model = NetworkGrowth(parameters, rng=1, switch=question)
    members = model.world.members
    background = list(parameters.background)
    for i, (focal, code) in enumerate(zip(members.focal, members.strategy, strict=True)):
        name, values = model.strategy_of(i)
        if focal or question == "everyone":
            assert (name, values) == ("group_driven", EXPLICIT["group_driven"])
        else:
            assert name == background[code]
            assert values == vars(create(name, {}))


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**32, 2**62 + 5])
def test_seeds_of_any_size(seed: int) -> None:
    agree(scenario(weeks=3), "one", seed)


def test_the_scenes_are_not_empty() -> None:
    """Agreement means something only where something happens."""
    happened = {"refused": 0, "replies": 0, "restricted": 0, "events": 0, "dormant": 0}
    outcomes: set[tuple[str, str]] = set()
    for name in ("many_flags", "asks_before_it_may", "ties_that_vanish", "eager"):
        twin = agree(scene(name, background={"known_only": 0.5, "open_networker": 0.5}), "one", 3)
        for member in twin.network.members:
            outcomes |= set(member.invitations)
            happened["refused"] += member.refused
            happened["replies"] += member.replies
            happened["restricted"] += member.weeks_restricted
            happened["events"] += member.first_target_week > 0
        happened["dormant"] += twin.measures["all", "dormant_share"] > 0.1
    assert all(happened.values()), happened
    channels = ("acquaintance", "group", "stranger")
    expected = {(c, o) for c in channels for o in ("accepted", "ignored", "flagged")}
    assert outcomes == expected - {("acquaintance", "flagged")}


SHARE = st.floats(0.0, 1.0)
LOG_ODDS = st.floats(-4.0, 4.0)


@st.composite
def arms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a strategy and its parameters."""
    strategy = draw(st.sampled_from([*sorted(EXPLICIT), reckless.NAME]))
    if strategy == reckless.NAME:
        return {"strategy": strategy, "arm": {"members": 30, "groups": 5}}
    values = {
        "invitations_a_week": st.integers(0, 30),
        "ask_again_after": st.integers(1, 12),
        "upkeep_share": SHARE,
        "looks": st.integers(1, 10),
        "focus": st.booleans(),
        "message_first": st.booleans(),
    }
    return {"strategy": strategy, "arm": {key: draw(values[key]) for key in EXPLICIT[strategy]}}


def sections() -> dict[str, st.SearchStrategy[Any]]:
    """Return the sections that vary, each a strategy for its parameters."""
    small = st.integers(1, 20)
    return {
        "members": st.fixed_dictionaries(
            {
                "count": st.integers(2, 60),
                "fields": st.integers(1, 5),
                "decision_makers": st.floats(0.0, 0.6),
                "seniors": st.floats(0.0, 0.4),
                "hours_median": st.floats(0.0, 10.0),
                "message_opt_out": SHARE,
                "target_is_own_field": SHARE,
            }
        ),
        "focal": st.fixed_dictionaries({"share": SHARE}),
        "acquaintances": st.fixed_dictionaries(
            {"median": st.floats(0.0, 15.0), "connected": SHARE}
        ),
        "ties": st.fixed_dictionaries(
            {
                "strength_acquaintance": SHARE,
                "strength_group": SHARE,
                "strength_stranger": SHARE,
                "bridge_retention": SHARE,
                "embedded_retention": SHARE,
                "embedded_from": st.integers(0, 5),
                "dormant_below": SHARE,
                "upkeep_gain": SHARE,
                "oldest": st.integers(0, 100),
            }
        ),
        "groups": st.fixed_dictionaries(
            {
                "memberships": SHARE.map(lambda none: (none, 1.0 - none, 0.0, 0.0, 0.0)),
                "own_topic": st.floats(0.0, 0.5),
                "target_topic": st.floats(0.0, 0.5),
                "general": SHARE,
            }
        ),
        "platform": st.fixed_dictionaries(
            {
                "invitations_per_week": st.integers(0, 20),
                "invitations_lifetime": st.integers(0, 60),
                "reinvite_after": st.integers(1, 6),
                "flags_until_restricted": st.integers(1, 6),
                "restricted_weeks": st.integers(0, 4),
                "message_level": st.integers(1, 3),
            }
        ),
        "response": st.fixed_dictionaries(
            {
                **dict.fromkeys(
                    ("accept", "reply", "acquaintance", "mutual", "group", "met", "field", "note",
                     "openness", "load", "activity"), LOG_ODDS,
                ),
                "mutual_most": st.integers(0, 12),
                "flag_stranger": SHARE,
                "flag_group": SHARE,
            }
        ),
        "minutes": st.fixed_dictionaries(
            dict.fromkeys(("invite", "invite_with_note", "message", "upkeep"), small)
        ),
        "measure": st.fixed_dictionaries(
            {"every": st.integers(1, 5), "all_every": st.integers(1, 5)}
        ),
    }  # fmt: skip


@settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    arm=arms(),
    given_sections=st.fixed_dictionaries(sections()),
    weeks=st.integers(1, 12),
    question=st.sampled_from(QUESTIONS),
    seed=st.integers(0, 2**62),
)
def test_any_scenario(
    arm: dict[str, Any], given_sections: dict[str, Any], weeks: int, question: Question, seed: int
) -> None:
    agree(scenario(weeks=weeks, **arm, **given_sections), question, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("strategy", [name for name in EXPLICIT if name != "dormant"])
def test_a_year_of_three_hundred_members(strategy: str, seed: int) -> None:
    large = scenario(
        strategy,
        weeks=52,
        members={"count": 300, "employer_mean_size": 20.0, "hours_median": 1.0},
        acquaintances={"median": 20.0},
        groups={"size_median": 20.0, "size_mean": 30.0},
        measure={"every": 4, "all_every": 26},
    )
    agree(large, QUESTIONS[seed % 2], seed)
