"""The fast model and the slow twin agree exactly, in every part of the state, every week."""

from __future__ import annotations

from typing import Any

import pytest

from sim.model import NetworkGrowth
from sim.strategies import create

from . import reckless
from .comparison import QUESTIONS, Question, agree
from .plain_scenes import SCENES, scene
from .scenes import EXPLICIT, scenario


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
