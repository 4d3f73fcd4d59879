"""Fast model and slow twin agree exactly on the mechanisms that can be switched on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from . import reckless
from .comparison import QUESTIONS, Question, agree
from .handover import COUNTED
from .mechanism_scenes import EVERYTHING, MECHANISM_SCENES, mechanism_scene
from .members import ACTIVITIES, INMAILS, INTRODUCTIONS, WAYS
from .scenes import EXPLICIT, scenario

if TYPE_CHECKING:
    from .twin import Twin


@pytest.mark.parametrize("name", MECHANISM_SCENES)
def test_mechanisms_when_everyone_plays_the_arm(name: str) -> None:
    agree(mechanism_scene(name), "everyone", seed=3)


@pytest.mark.parametrize("name", MECHANISM_SCENES)
def test_mechanisms_when_a_few_play_the_arm(name: str) -> None:
    others = [other for other in EXPLICIT if other != "dormant"]
    background = {other: 1 / len(others) for other in others}
    agree(mechanism_scene(name, background=background), "one", seed=4)


@pytest.mark.parametrize("strategy", EXPLICIT)
def test_every_strategy_with_everything_on(strategy: str) -> None:
    agree(mechanism_scene("everything", strategy=strategy), "everyone", seed=11)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("switched_on", [True, False])
def test_what_the_platform_refuses_of_all_acts(question: Question, *, switched_on: bool) -> None:
    sections: dict[str, Any] = EVERYTHING if switched_on else {}
    twin = agree(reckless_scenario(sections), question, seed=5)
    players = [member for member in twin.network.members if member.focal or question == "everyone"]
    spent = Counter[str]()
    for member in players:
        spent += Counter(member.minutes_spent)
    old = {"invite", "message", "upkeep"}
    free = {"subscribe", "keep_up"}
    assert set(spent) - free == (set(ACTIVITIES) - free if switched_on else old)
    assert bool(sum(member.money for member in players)) == switched_on


def reckless_scenario(sections: dict[str, Any]) -> Any:
    generous = {"members": {"hours_median": 20.0}, "tiredness": {"on": True, "cost": 0.2}}
    size = {"members": 40, "groups": 5, "acts_a_week": 90, "everything": True}
    world = {**sections, **(generous if sections else {"members": {"hours_median": 6.0}})}
    return scenario(reckless.NAME, weeks=8, arm=size, **world)


def test_an_arm_changes_parameters() -> None:
    changed = {
        "wasteland.on": True,
        "platform.invitations_per_week": 2,
        "aim.on": True,
        "aim.error": 0.5,
        "minutes.invite": 5,
        "ties.upkeep_gain": 0.9,
        "search.on": True,
        "search.recruiters": 0.4,
    }
    arm = {**EXPLICIT["group_driven"], "set": changed}
    twin = agree(scenario(arm=arm), "everyone", seed=2)
    assert twin.scenario.wasteland.on
    assert any(member.recruiter for member in twin.network.members)


def counted(twin: Twin) -> Counter[str]:
    """Count what has happened in a run."""
    happened = Counter[str]()
    for member in twin.network.members:
        for name in COUNTED:
            for what, number in getattr(member, name).items():
                happened[f"{name}/{what}"] += number
        for name in (
            "messages_flagged", "posts", "impressions", "approaches", "offers", "weeks_burnt",
            "endorsements", "refused", "gone", "new_target_decision_makers", "money",
        ):  # fmt: skip
            happened[name] += getattr(member, name)
        happened["third restriction"] += member.restrictions >= 3
        happened["aims wrong"] += member.aim != member.target
        happened["jobless"] += not member.employed
        happened["repeated approaches"] += any(n > 2 for n in member.addressed.values())
        happened["favours"] += any(n > 1 for n in member.favours.values())
        happened["introduced"] += any(tie.origin == 3 for tie in member.ties.values())
        happened["returned endorsements"] += any(
            len(tie.endorsers) == 2 for tie in member.ties.values()
        )
    return happened


def test_the_scenes_of_mechanisms_are_not_empty() -> None:
    """Agreement means something only where something happens."""
    happened = Counter[str]()
    names = (
        "introductions", "lost_inmail_comes_back", "turnover", "job_market", "ladder", "burnout",
        "wasteland", "everything",
    )  # fmt: skip
    for name in names:
        happened += counted(agree(mechanism_scene(name), "everyone", seed=3))
    refused = reckless_scenario(EVERYTHING)
    happened += counted(agree(refused, "everyone", seed=5))
    expected = {
        *(f"introductions/{what}" for what in INTRODUCTIONS),
        *(f"inmails/{what}" for what in INMAILS),
        *(f"interviews/{way}" for way in WAYS),
        *(f"minutes_spent/{act}" for act in ACTIVITIES if act != "subscribe"),
        "messages_flagged", "posts", "impressions", "approaches", "offers", "weeks_burnt",
        "endorsements", "refused", "gone", "new_target_decision_makers", "money",
        "third restriction", "aims wrong", "jobless", "repeated approaches", "favours",
        "introduced", "returned endorsements",
    }  # fmt: skip
    assert expected == set(happened)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("strategy", ["group_driven", "introductions_first", "inmail_buyer"])
def test_a_year_of_three_hundred_members_with_everything(strategy: str, seed: int) -> None:
    large = {
        "members": {"count": 300, "employer_mean_size": 20.0, "hours_median": 2.0},
        "acquaintances": {"median": 20.0},
        "groups": {"size_median": 20.0, "size_mean": 30.0},
        "measure": {"every": 4, "all_every": 26},
    }
    parameters = mechanism_scene("everything", strategy=strategy, weeks=52, **large)
    agree(parameters, QUESTIONS[seed % 2], seed)
