"""Endorsements: counted once, returned by chance, remembered by the tie."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rules.hand import pairs_of, scenario, scripted, world
from sim.draws import Decision, uniforms
from sim.rules.acts import Acts
from sim.rules.board import Board, board_of
from sim.rules.endorsing import endorse, has_endorsed, look_to_endorse
from sim.rules.look import Finds
from sim.rules.scan import scratch_of
from sim.world.fading import fading_table

if TYPE_CHECKING:
    from sim.scenario.study import Scenario
    from sim.world.build import World


def settings(back: float = 0.0, **sections: Any) -> Scenario:
    return scenario(endorsements={"on": True, "back": back}, **sections)


def board(made: World, given: Scenario) -> Board:
    return board_of(made, given, fading_table(given.ties, given.weeks))


def play(made: World, given: Scenario, *pairs: tuple[int, int]) -> None:
    """Endorse, one a pair (actor, target); other acts of the week are none of it."""
    acts = Acts.join(Acts.upkeep([0], [1]), Acts.endorse(*pairs_of(pairs)))
    endorse(made, acts, board(made, given), given)


def bits(made: World) -> dict[tuple[int, int], int]:
    """Return the bits of each tie; both of its entries hold the same."""
    a, b = made.ties.edges()
    endorsed = made.ties.column("endorsed")
    here, there = endorsed[made.ties.positions(a, b)], endorsed[made.ties.positions(b, a)]
    np.testing.assert_array_equal(here, there)
    return dict(zip(zip(a.tolist(), b.tolist(), strict=True), here.tolist(), strict=True))


def test_an_endorsement_counts_and_sets_its_bit() -> None:
    made = world(4, ties=[(0, 1), (1, 2), (2, 3)])
    play(made, settings(), (0, 1), (2, 1), (2, 3))
    assert made.members.endorsements.tolist() == [0, 2, 0, 1]
    assert bits(made) == {(0, 1): 1, (1, 2): 2, (2, 3): 1}


def test_all_are_returned_if_people_are_polite() -> None:
    made = world(4, ties=[(0, 1), (1, 2), (2, 3)])
    play(made, settings(1.0), (0, 1), (2, 1))
    assert made.members.endorsements.tolist() == [1, 2, 1, 0]
    assert bits(made) == {(0, 1): 3, (1, 2): 3, (2, 3): 0}


def test_nothing_is_returned_twice() -> None:
    """Neither in the week in which both endorse, nor by who endorsed before."""
    made = world(4, ties=[(0, 1), (2, 3)])
    play(made, settings(0.0), (3, 2))
    play(made, settings(1.0), (0, 1), (1, 0), (2, 3))
    assert made.members.endorsements.tolist() == [1, 1, 1, 1]
    assert bits(made) == {(0, 1): 3, (2, 3): 3}


@pytest.mark.parametrize("on", [False, True])
def test_over_dormant_ties_nothing_comes_back_in_the_wasteland(on: bool) -> None:
    made = world(4, ties=[(0, 1), (2, 3)], level=0.5)
    made.ties.update([0], [1], level=0.05)
    given = settings(1.0, wasteland={"on": on}, ties={"dormant_below": 0.1})
    play(made, given, (1, 0), (3, 2))
    assert made.members.endorsements.tolist() == [1, int(not on), 1, 1]
    assert bits(made) == {(0, 1): 2 if on else 3, (2, 3): 3}


def test_endorsements_are_returned_with_their_chance() -> None:
    """Of 4,000, within 5 standard errors (false alarm 6e-7), and by the draws of the model."""
    count, chance = 4000, 0.3
    pairs = [(2 * n + n % 2, 2 * n + 1 - n % 2) for n in range(count)]
    made = world(2 * count, ties=pairs, seed=11)
    made.week = 6
    play(made, settings(chance), *pairs)
    actor, target = pairs_of(pairs)
    returned = made.members.endorsements[actor] == 1
    assert (made.members.endorsements[target] == 1).all()
    assert abs(returned.mean() - chance) < 5 * sqrt(chance * (1 - chance) / count)
    lot = uniforms(11, Decision.ENDORSE_BACK, 6, target, actor, 0)
    np.testing.assert_array_equal(returned, lot < chance)


def test_each_end_of_a_tie_sees_who_has_endorsed_whom() -> None:
    made = world(3, ties=[(0, 1), (1, 2)])
    play(made, settings(), (1, 0), (1, 2))
    now = board(made, settings())
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1)]
    places = made.ties.positions(*pairs_of(pairs))
    seen = [has_endorsed(now, i, place) for (i, _), place in zip(pairs, places, strict=True)]
    assert seen == [False, True, True, False]


def looked(made: World, limit: int, week: int = 1) -> list[list[int]]:
    """Return whom each member comes upon to endorse."""
    count = len(made.members)
    limits = np.full(count, limit)
    finds = Finds(
        first=np.cumsum(limits) - limits,
        found=np.zeros(count, np.int64),
        alter=np.full(limit * count, -1, np.int32),
        group=np.full(limit * count, -1, np.int32),
    )
    cohort = np.arange(count, dtype=np.int32)
    seed = np.uint64(made.seed)
    for start, stop in ((0, count // 2), (count // 2, count)):
        scratch = scratch_of(count, count, limit)
        look_to_endorse(
            start, stop, seed, week, cohort, limits, board(made, settings()), finds, scratch
        )
    return [finds.alter[finds.first[i] : finds.first[i] + finds.found[i]].tolist() for i in cohort]


def test_contacts_still_to_be_endorsed() -> None:
    made = world(5, ties=[(2, 0), (2, 1), (2, 3), (2, 4)])
    play(made, settings(), (2, 1), (2, 4), (3, 2))
    assert [sorted(each) for each in looked(made, 9)] == [[2], [2], [0, 3], [], [2]]
    assert [len(each) for each in looked(made, 1)] == [1, 1, 1, 0, 1]
    assert looked(made, 0) == [[], [], [], [], []]


def test_they_are_chosen_as_the_model_says() -> None:
    """A shuffle of those left, ascending, by the draws of the model; the first of them count."""
    made = world(10, ties=[(4, j) for j in range(10) if j != 4], seed=3)
    play(made, settings(), (4, 0), (4, 7))
    left = [1, 2, 3, 5, 6, 8, 9]
    lots = uniforms(3, Decision.PICK_TO_ENDORSE, 5, 4, 0, np.arange(7))
    for place in range(7):
        other = place + int(lots[place] * (7 - place))
        left[place], left[other] = left[other], left[place]
    assert looked(made, 3, week=5)[4] == left[:3]
    assert looked(made, 7, week=5)[4] == left


def test_a_check_in_of_the_same_week_wakes_a_tie_for_its_endorsement() -> None:
    """Both ties are dormant at the start of the week; the strength after check-ins counts."""
    made = world(4, ties=[(0, 1), (2, 3)], level=0.05)
    acts = Acts.join(Acts.endorse([0, 2], [1, 3]), Acts.upkeep([1], [0]))
    model = scripted(
        made,
        {1: acts},
        endorsements={"on": True, "back": 1.0},
        wasteland={"on": True, "feed": 0.0},
        ties={"dormant_below": 0.1, "upkeep_gain": 0.5},
    )
    model.run_for(1)
    assert made.members.refused.sum() == 0
    assert bits(made) == {(0, 1): 3, (2, 3): 1}
