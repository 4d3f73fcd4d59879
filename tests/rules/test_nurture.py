"""The wasteland and how it is woken: acts of nurture, fatigue of those who get many, the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare
from strategies.scenes import look

from rules.hand import ALWAYS, invite, scenario, scripted, upkeep, world
from sim.draws import Decision, integers, uniforms
from sim.sampling import choose
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


def test_the_feed_judges_the_bridge_anew() -> None:
    """0 reads, of 1 or of 2, who know each other; 3 reads of 4, with whom it shares nobody."""
    given = world(5, ties=[(0, 1), (0, 2), (1, 2), (3, 4)], bridge=1, present=[1, 0, 0, 1, 0])
    given.ties.update([3], [4], bridge=0)
    tended(given, {1: Acts.none()}, wasteland={"feed": 1.0}, ties={"embedded_from": 1})
    renewed = given.ties.edge_values("renewed")
    assert (renewed[:2].sum(), renewed[2], renewed[3]) == (1, 0, 1)
    assert given.ties.edge_values("bridge").tolist() == [*(1 - renewed[:2]), 1, 1]


def test_the_feed_is_of_contacts_at_the_start_of_the_week() -> None:
    """A new tie is as strong as its channel says; 2 has the one contact it had before."""
    given = world(4, ties=[(2, 3)], level=0.25, present=[1, 1, 1, 0])
    tended(
        given, {1: invite((0, 1), (0, 2))},
        wasteland={"feed": 1.0, "feed_gain": 0.125}, ties={"strength_stranger": 0.5},
        response={"accept": ALWAYS},
    )  # fmt: skip
    assert levels(given) == [0.5, 0.5, 0.375]


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


def test_sleeping_contacts_are_those_below_the_limit_of_dormancy() -> None:
    """In week 53: 1 and 2 as bridges of week 0, 4 as it is weak; 5 is just at the limit."""
    given = world(7, ties=[(0, j) for j in range(1, 7)], seed=5)
    given.ties.update([0] * 5, range(1, 6), bridge=[1, 1, 1, 0, 0], renewed=[0, 0, 40, 53, 53])
    given.ties.update([0, 0], [4, 5], level=[0.05, 0.125])
    given.week, asleep = 53, [1, 2, 4]
    settings = scenario(ties={"dormant_below": 0.125})
    view = look(given, settings, [0])
    order = np.empty(3, np.int64)
    choose(np.uint64(5), int(Decision.PICK_SLEEPING), 53, 0, 0, 3, 3, order)
    drawn = [asleep[place] for place in order]
    for limit in (9, 2, 0):
        assert view.sleeping(limit).alter.tolist() == drawn[:limit]
    others = look(given, settings, range(1, 7)).sleeping(9)
    assert others.actor.tolist() == asleep, "a tie sleeps at both of its ends"


def test_contacts_on_the_market_aimed_at() -> None:
    """The market is where one aims, be the true target elsewhere."""
    given = world(
        9, ties=[(0, j) for j in range(1, 8)], field=[0, 1, 2, 1, 2, 2, 0, 1, 2], seed=5, target=1
    )
    given.members.aim[:] = 2
    view = look(given, scenario(), [0])
    assert sorted(view.contacts(99).alter.tolist()) == list(range(1, 8))
    order = np.empty(3, np.int64)
    choose(np.uint64(5), int(Decision.PICK_CONTACT), 0, 0, 0, 3, 3, order)
    drawn = [(2, 4, 5)[place] for place in order]
    assert view.contacts(99, focus=True).alter.tolist() == drawn
    assert view.contacts(2, focus=True).alter.tolist() == drawn[:2]
