"""Who comes to the platform, who leaves it, and whom they are connected with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest

from rules.hand import scenario, scripted, world
from sim.draws import Decision, uniform
from sim.rules.population import come_and_go
from sim.strategies.base import Acts
from sim.world.build import build_world

if TYPE_CHECKING:
    from sim.scenario.study import Scenario
    from sim.world.build import World

ALARM = 1e-6
"""Probability of a false alarm of each frequency below."""


def moving(**population: float) -> Scenario:
    return scenario(population={"on": True, **population}, acquaintances={"connected": 1.0})


def at_week(given: World, week: int) -> World:
    given.week = week
    return given


def contacts(given: World) -> list[list[int]]:
    return [given.ties.neighbours(i).tolist() for i in range(len(given.members))]


def test_who_departs_takes_its_ties_and_its_opening_along() -> None:
    """All but the focal 0 and the absent 4 leave; the tie of the two who stay would be theirs."""
    given = world(
        5, ties=[(0, 1), (1, 2), (2, 3), (0, 3)], opening=[3, 3, 3, -1, -1],
        focal=[True, False, False, False, False], present=[True, True, True, True, False],
    )  # fmt: skip
    come_and_go(at_week(given, 7), moving(depart=1.0, arrive=0.0))
    members = given.members
    assert members.present.tolist() == [True, False, False, False, False]
    assert members.gone.tolist() == [False, True, True, True, False]
    assert members.opening.tolist() == [3, -1, -1, -1, -1]
    assert given.ties.size == 0


def test_who_arrives_meets_acquaintances_who_were_there_and_stay() -> None:
    """3 and 4 arrive. 1 departs, 4 arrives only now, 2 has left before, 5 is a stranger."""
    given = world(
        6, acquaintances=[(0, 3), (1, 3), (2, 3), (3, 4), (0, 4)], ties=[(0, 1), (0, 5)],
        focal=[True, False, False, False, False, True],
        present=[True, True, False, False, False, True],
        gone=[False, False, True, False, False, False],
    )  # fmt: skip
    settings = moving(depart=1.0, arrive=1.0)
    come_and_go(at_week(given, 7), settings)
    assert given.members.present.tolist() == [True, False, False, True, True, True]
    assert contacts(given) == [[3, 4, 5], [], [], [0], [0], [0]]
    assert given.ties.values(3, "level").tolist() == [
        np.float32(settings.ties.strength_acquaintance)
    ]
    for name, value in {"renewed": 7, "born": 7, "origin": 0, "bridge": 1, "endorsed": 0}.items():
        assert given.ties.values(3, name).tolist() == [value]


@pytest.mark.parametrize(("embedded_from", "bridge"), [(0, 0), (1, 1), (3, 1)])
def test_a_tie_of_arrival_is_a_bridge_unless_every_tie_is_embedded(
    embedded_from: int, bridge: int
) -> None:
    given = world(2, acquaintances=[(0, 1)], focal=False, present=[True, False])
    settings = scenario(
        population={"on": True, "depart": 0.0, "arrive": 1.0},
        acquaintances={"connected": 1.0}, ties={"embedded_from": embedded_from},
    )  # fmt: skip
    come_and_go(given, settings)
    assert given.ties.values(0, "bridge").tolist() == [bridge]


def test_who_has_left_stays_away() -> None:
    given = world(3, focal=False)
    come_and_go(at_week(given, 1), moving(depart=1.0, arrive=1.0))
    come_and_go(at_week(given, 2), moving(depart=1.0, arrive=1.0))
    assert not given.members.present.any()
    assert given.members.gone.all()


def test_every_decision_is_a_draw_of_its_own() -> None:
    """A generated world over ten weeks against sets, member by member."""
    settings = scenario(
        members={"count": 300},
        population={"on": True, "waiting": 0.4, "arrive": 0.1, "depart": 0.08},
        acquaintances={"connected": 0.5},
    )
    given = build_world(settings, 5)
    members = given.members
    present = set(np.flatnonzero(members.present).tolist())
    gone: set[int] = set()
    ties = {
        frozenset(pair) for pair in zip(*map(np.ndarray.tolist, given.ties.edges()), strict=True)
    }
    assert 0 < len(present) < 300

    def happens(decision: Decision, chance: float, a: int, b: int = 0) -> bool:
        return uniform(np.uint64(5), int(decision), given.week, a, b, 0) < chance

    for week in range(1, 11):
        come_and_go(at_week(given, week), settings)
        out = {i for i in present if not members.focal[i] and happens(Decision.DEPART, 0.08, i)}
        came = {i for i in set(range(300)) - present - gone if happens(Decision.ARRIVE, 0.1, i)}
        present -= out
        ties = {pair for pair in ties if not pair & out}
        for i in came:
            for j in present & set(given.acquaintances.neighbours(i).tolist()):
                if happens(Decision.CONNECT_ON_ARRIVAL, 0.5, min(i, j), max(i, j)):
                    ties.add(frozenset((i, j)))
        present |= came
        gone |= out
        assert set(np.flatnonzero(members.present).tolist()) == present
        assert set(np.flatnonzero(members.gone).tolist()) == gone
        edges = zip(*map(np.ndarray.tolist, given.ties.edges()), strict=True)
        assert {frozenset(pair) for pair in edges} == ties
    assert len(gone) > 50
    assert len(ties) > 50


def test_how_many_come_and_go() -> None:
    """20,000 members of whom half are there: departures and arrivals are binomial."""
    given = world(20_000, focal=False, present=np.arange(20_000) % 2 == 0)
    come_and_go(at_week(given, 3), moving(depart=0.0125, arrive=0.03))
    left = int(given.members.gone.sum())
    came = int(given.members.present[1::2].sum())
    assert binomtest(left, 10_000, 0.0125).pvalue > ALARM
    assert binomtest(came, 10_000, 0.03).pvalue > ALARM


def test_the_defaults_keep_the_number_of_members_within_a_tenth_for_two_years() -> None:
    """Of eight worlds together: expected is a fall by 9 %, and single worlds of 1,000 stray."""
    settings = scenario(members={"count": 1000}, population={"on": True})
    worlds = [build_world(settings, seed) for seed in range(1, 9)]
    at_first = sum(int(given.members.present.sum()) for given in worlds)
    for week in range(1, 105):
        for given in worlds:
            come_and_go(at_week(given, week), settings)
        now = sum(int(given.members.present.sum()) for given in worlds)
        assert abs(now - at_first) < 0.1 * at_first, week
    # They do move: about a third of those who were there have left.
    assert sum(int(given.members.gone.sum()) for given in worlds) > 0.25 * at_first


def test_nobody_comes_or_goes_unless_the_mechanism_is_on() -> None:
    given = world(50, focal=False, present=np.arange(50) % 2 == 0)
    before = given.members.present.copy()
    off: dict[str, Any] = {"on": False, "depart": 1.0, "arrive": 1.0}
    scripted(given, {1: Acts.none()}, population=off).run_for(3)
    assert np.array_equal(given.members.present, before)
