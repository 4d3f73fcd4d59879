"""The wasteland and how it is woken: acts of nurture, fatigue of those who get many, the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from rules.hand import scripted, upkeep, world
from sim.draws import Decision, integers, uniforms
from sim.strategies.base import Acts
from sim.world.fading import fading_table, live_entries

if TYPE_CHECKING:
    from sim.model import NetworkGrowth
    from sim.world.build import World

ALARM = 1e-7
"""Probability of a false alarm of each frequency below."""
GAINS = {"congratulate": 0.05, "article": 0.125, "upkeep": 0.25}
UNFADING = {"embedded_retention": 1.0, "bridge_retention": 1.0, "embedded_from": 0}


def congratulate(*pairs: tuple[int, int]) -> Acts:
    return Acts.congratulate(*zip(*pairs, strict=True))


def article(*pairs: tuple[int, int]) -> Acts:
    return Acts.article(*zip(*pairs, strict=True))


def tended(
    given: World,
    acts: dict[int, Acts],
    *,
    wasteland: dict[str, Any] | None = None,
    ties: dict[str, Any] | None = None,
    **sections: Any,
) -> NetworkGrowth:
    """Live through the planned weeks without a feed, in a world whose ties do not fade."""
    model = scripted(
        given,
        acts,
        wasteland={
            "on": True, "feed": 0.0, "congratulate_gain": GAINS["congratulate"],
            "article_gain": GAINS["article"], "fatigue": 0.0, **(wasteland or {}),
        },
        ties={**UNFADING, "upkeep_gain": GAINS["upkeep"], **(ties or {})},
        **sections,
    )  # fmt: skip
    model.run_for(max(acts))
    return model


def levels(given: World) -> list[float]:
    """Return the levels of all ties, by pair; both entries of a tie hold the same."""
    a, b = given.ties.edges()
    level = given.ties.column("level")
    here, there = level[given.ties.positions(a, b)], level[given.ties.positions(b, a)]
    assert np.array_equal(here, there)
    return [float(each) for each in here]


def test_each_act_of_nurture_has_its_gain() -> None:
    given = world(5, ties=[(0, 1), (0, 2), (0, 3), (0, 4)], level=0.25)
    acts = Acts.join(article((0, 1)), congratulate((2, 0)), upkeep((0, 3)))
    tended(given, {3: acts})
    assert levels(given) == pytest.approx([0.375, 0.3, 0.5, 0.25], rel=1e-6)
    assert given.ties.edge_values("renewed").tolist() == [3, 3, 3, 0]
    assert given.members.minutes_spent[:, 2].tolist() == [10, 0, 0, 0, 0]
    assert given.members.minutes_spent[0, [10, 11]].tolist() == [0, 5]
    assert given.members.minutes_spent[2, [10, 11]].tolist() == [2, 0]


def test_they_add_to_what_is_left_and_judge_the_bridge_anew() -> None:
    """After half a year of retention 0.25 half is left; 0 and 1 have one contact in common."""
    given = world(4, ties=[(0, 1), (0, 2), (1, 2), (2, 3)], level=0.5, bridge=1)
    fading = {"bridge_retention": 0.25, "embedded_from": 1}
    tended(given, {26: Acts.join(article((0, 1)), congratulate((3, 2)))}, ties=fading)
    assert levels(given)[0] == pytest.approx(0.25 + 0.125, rel=1e-6)
    assert levels(given)[3] == pytest.approx(0.25 + 0.05, rel=1e-6)
    assert given.ties.edge_values("bridge").tolist() == [0, 1, 1, 1]


def test_all_that_two_do_for_their_tie_adds_up_to_one_at_most() -> None:
    given = world(2, ties=[(0, 1)], level=0.25)
    both = Acts.join(article((0, 1), (1, 0)), congratulate((1, 0)), upkeep((0, 1)))
    tended(given, {1: both})
    assert levels(given) == pytest.approx([0.25 + 2 * 0.125 + 0.05 + 0.25], rel=1e-6)
    tended(given, {2: both, 3: both})
    assert levels(given) == [1.0]


@pytest.mark.parametrize("fatigue", [0.0, 0.5, 1.0, 100.0])
def test_who_gets_many_is_tired_of_each(fatigue: float) -> None:
    """0 gets three acts, of any kind: each gains a share 1 / (1 + 2 fatigue); 4 gets one."""
    given = world(5, ties=[(0, 1), (0, 2), (0, 3), (3, 4)], level=0.25)
    acts = Acts.join(article((1, 0)), congratulate((2, 0)), upkeep((3, 0)), article((3, 4)))
    tended(given, {1: acts}, wasteland={"fatigue": fatigue})
    share = 1 / (1 + 2 * fatigue)
    expected = [0.25 + share * gain for gain in (0.125, 0.05, 0.25)]
    assert levels(given) == pytest.approx([*expected, 0.375], rel=1e-6)


def test_neither_what_is_given_nor_what_is_refused_tires() -> None:
    """0 gives three; of those towards it, only one is delivered, for the others are no contacts."""
    given = world(6, ties=[(0, 1), (0, 2), (0, 3)], level=0.25, minutes=[600] * 5 + [0])
    acts = Acts.join(
        article((0, 2), (0, 3)), congratulate((0, 2)), article((1, 0), (4, 0)), upkeep((5, 0)),
        Acts.invite([4], [0]),
    )  # fmt: skip
    tended(given, {1: acts}, wasteland={"fatigue": 1.0})
    assert levels(given) == pytest.approx([0.375, 0.25 + 0.125 / 2 + 0.05 / 2, 0.375], rel=1e-6)


def test_acts_without_a_target_tire_nobody() -> None:
    """They stand at -1, which is not the last member."""
    given = world(3, ties=[(0, 2)], level=0.25, groups=[{0: 0}])
    acts = Acts.join(Acts.post([0], [0]), Acts.subscribe([0]), article((0, 2)))
    still = {"on": True, "leave": 0.0, "recommend": 0.0}
    tended(given, {1: acts}, wasteland={"fatigue": 1.0}, joining=still, premium={"on": True})
    assert given.members.refused.sum() == 0
    assert levels(given) == [0.375]


def test_without_the_mechanism_check_ins_do_not_tire() -> None:
    given = world(3, ties=[(0, 1), (0, 2)], level=0.25)
    acts = Acts.join(upkeep((1, 0)), upkeep((2, 0)))
    tended(given, {1: acts}, wasteland={"on": False, "fatigue": 100.0, "feed": 1.0})
    assert levels(given) == pytest.approx([0.5, 0.5], rel=1e-6)


COUNT, CONTACTS = 3000, 4


def hubs(**made: Any) -> World:
    """Return members with four contacts each, who have no one else, and one without any."""
    hub = np.repeat(np.arange(COUNT), CONTACTS)
    leaf = COUNT + np.arange(COUNT * CONTACTS)
    return world(1 + COUNT * (1 + CONTACTS), ties=np.column_stack((hub, leaf)), level=0.25, **made)


def test_the_feed_wakes_one_contact_of_some() -> None:
    """Of 15,000 with contacts a share `feed` renews one, every contact as likely as the others."""
    given = hubs(seed=8)
    tended(given, {1: Acts.none()}, wasteland={"feed": 0.2, "feed_gain": 0.125})
    a, b = given.ties.edges()
    gains = np.round((np.array(levels(given)) - 0.25) / 0.125).astype(int)
    readers = np.arange(COUNT * (1 + CONTACTS))
    read = uniforms(8, Decision.FEED, 1, readers, 0, 0) < 0.2
    assert binomtest(int(read.sum()), len(readers), 0.2).pvalue > ALARM
    # A leaf that reads renews its only tie; a hub one of its four.
    by_leaf = read[b].astype(int)
    assert gains.sum() == read.sum()
    place = integers(8, Decision.FEED, 1, np.arange(COUNT), 0, 1, CONTACTS)
    by_hub = read[a] & (place[a] == np.tile(np.arange(CONTACTS), COUNT))
    assert np.array_equal(gains, by_leaf + by_hub)
    assert chisquare(np.bincount(place[read[:COUNT]], minlength=CONTACTS)).pvalue > ALARM
    renewed = given.ties.edge_values("renewed")
    assert set(renewed[gains > 0]) == {1}
    assert set(renewed[gains == 0]) == {0}


def test_the_feed_does_not_tire_and_comes_after_acts() -> None:
    """With a feed for all, both ends of the only tie read: gains of 1/16 each after an article."""
    given = world(4, ties=[(0, 1)], level=0.25, present=[1, 1, 0, 1])
    wide = {"feed": 1.0, "feed_gain": 0.0625, "fatigue": 100.0}
    tended(given, {1: article((0, 1))}, wasteland=wide)
    assert levels(given) == pytest.approx([0.25 + 0.125 + 2 * 0.0625], rel=1e-6)


def test_who_is_absent_reads_no_feed() -> None:
    given = world(3, ties=[(0, 1), (1, 2)], level=0.25, present=[0, 1, 0])
    tended(given, {1: Acts.none()}, wasteland={"feed": 1.0, "feed_gain": 0.125})
    assert sorted(levels(given)) == pytest.approx([0.25, 0.375], rel=1e-6)


def test_the_feed_alone_does_not_wake_a_wasteland() -> None:
    """S18 with the defaults: bridges of full strength, two years on, without any act of nurture.

    This is no law of the model but what its defaults come to. A reader renews one of its ties in 20
    weeks, by a 20th of full strength; the limit of dormancy is a tenth.
    """
    given = hubs(seed=3)
    given.ties.update(*given.ties.edges(), level=1.0, bridge=1)
    model = scripted(given, {}, wasteland={"on": True})
    model.run_for(104)
    fading = fading_table(model.parameters.ties, 104)
    live = live_entries(given.ties, 104, fading, model.parameters.ties.dormant_below)
    assert (given.ties.edge_values("renewed") > 0).mean() > 0.9, "nearly all were renewed"
    assert 0.02 < live.sum() / (2 * COUNT * CONTACTS) < 0.5, "few are awake"
