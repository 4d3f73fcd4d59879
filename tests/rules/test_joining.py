"""Groups that change: which are found, who joins, who leaves, and what is kept of posts."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from rules.hand import ALWAYS, NEVER, scenario, scripted, world
from sim.draws import Decision, integer, uniform
from sim.portable import log, logistic
from sim.rules.board import board_of
from sim.rules.joining import change_groups, look_groups_to_join, look_own_groups
from sim.rules.look import Finds
from sim.rules.scan import scratch_of
from sim.sampling import choose
from sim.strategies.base import Acts
from sim.world.fading import fading_table
from sim.world.groups import NEVER as NEVER_POSTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.rules.board import Board
    from sim.scenario.study import Scenario
    from sim.world.build import World

ALARM = 1e-6
"""Probability of a false alarm of each frequency below."""
STILL: dict[str, Any] = {"on": True, "recommend": 0.0, "leave": 0.0}
"""Section `joining` under which groups change by acts alone."""


def board(given: World, settings: Scenario) -> Board:
    return board_of(given, settings, fading_table(settings.ties, 200))


def change(given: World, acts: Acts, settings: Scenario) -> None:
    change_groups(given, acts, board(given, settings), settings, settings.platform)


def crowd(seed: int, count: int = 60, groups: int = 40) -> World:
    """Return a world of random ties, groups on topics -1 ... 2, aims, and some who are absent."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, count, (4 * count, 2))
    return world(
        count,
        ties=pairs[pairs[:, 0] != pairs[:, 1]],
        groups=[
            {int(m): int(rng.integers(0, 3)) for m in rng.integers(0, count, rng.integers(0, 25))}
            for _ in range(groups)
        ],
        topics=rng.integers(-1, 3, groups).tolist(),
        seed=seed,
        aim=rng.integers(0, 4, count),
        present=rng.random(count) < 0.9,
    )


# ---------------------------------------------------------------- what members find


def found(
    kernel: Callable[..., None], given: World, week: int, limits: list[int], *rest: Any
) -> list[list[int]]:
    """Return the groups that a search finds for every member, in two slices of the cohort."""
    limit = np.array(limits, np.int64)
    finds = Finds(
        first=np.cumsum(limit) - limit,
        found=np.zeros(len(limit), np.int64),
        alter=np.full(limit.sum(), -1, np.int32),
        group=np.full(limit.sum(), -1, np.int32),
    )
    cohort = np.arange(len(limit), dtype=np.int32)
    seen = board(given, scenario())
    scratch = scratch_of(len(limit), 50, max(limits))
    for start, stop in ((0, 7), (7, len(limit))):
        places = (seen, finds, scratch)
        kernel(start, stop, np.uint64(given.seed), week, cohort, limit, *places, *rest)
    assert (finds.alter == -1).all()
    return [
        finds.group[first : first + number].tolist()
        for first, number in zip(finds.first, finds.found, strict=True)
    ]


def by_topic(given: World) -> tuple[np.ndarray, np.ndarray]:
    """Return all groups in the order of their topics, and these."""
    order = np.argsort(given.groups.topic, kind="stable")
    return order, given.groups.topic[order]


def drawn(
    given: World, decision: Decision, week: int, member: int, pool: list[int], k: int
) -> list[int]:
    out = np.zeros(len(pool), np.int64)
    number = choose(
        np.uint64(given.seed), int(decision), week, member, 0, len(pool), max(k, 0), out
    )
    return [pool[place] for place in out[:number]]


@pytest.mark.parametrize("most", [0, 4, 50])
@pytest.mark.parametrize("wanted", [0, 2, 30])
def test_groups_to_join_are_on_the_market_aimed_at_and_not_ones_own(most: int, wanted: int) -> None:
    """No group has topic 3: who aims at it finds none."""
    given = crowd(3)
    limits = [wanted] * 60
    expected = []
    for i in range(60):
        mine = set(given.groups.of(i).tolist())
        topic = given.groups.topic.tolist()
        pool = [g for g in range(40) if topic[g] == given.members.aim[i] and g not in mine]
        k = min(wanted, most - len(mine))
        expected.append(drawn(given, Decision.PICK_GROUP, 9, i, pool, k))
    assert found(look_groups_to_join, given, 9, limits, most, *by_topic(given)) == expected
    assert any(expected) == (most > 0 and wanted > 0)


@pytest.mark.parametrize("focus", [False, True])
@pytest.mark.parametrize("wanted", [0, 2, 30])
def test_own_groups_on_the_market_aimed_at_come_first(focus: bool, wanted: int) -> None:
    given = crowd(4)
    expected = []
    for i in range(60):
        mine = given.groups.of(i).tolist()
        aimed = [g for g in mine if given.groups.topic[g] == given.members.aim[i]]
        pool = aimed if focus and aimed else mine
        expected.append(drawn(given, Decision.PICK_OWN_GROUP, 9, i, pool, wanted))
    limits = [min(wanted, len(given.groups.of(i))) for i in range(60)]
    assert found(look_own_groups, given, 9, limits, focus) == expected


def test_without_groups_nothing_is_found() -> None:
    given = world(10)
    assert found(look_groups_to_join, given, 1, [3] * 10, 50, *by_topic(given)) == [[]] * 10
    assert found(look_own_groups, given, 1, [3] * 10, True) == [[]] * 10


# ---------------------------------------------------------------- acts of their own


def test_acts_change_memberships_and_posts() -> None:
    given = world(3, groups=[{0: 2, 1: 0}, {0: 0, 2: 1}, {}])
    acts = {
        2: Acts.join(Acts.post([0, 0], [0, 1]), Acts.join_group([1], [2])),
        5: Acts.join(Acts.leave_group([0], [0]), Acts.post([1], [2])),
        6: Acts.join_group([0], [0]),
    }
    model = scripted(given, acts, joining=STILL)
    model.run_for(2)
    groups = model.world.groups
    assert groups.posted_of(0).tolist() == [2, 2]
    assert groups.of(1).tolist() == [0, 2]
    assert groups.activity_of(1).tolist() == [0, 1]
    model.run_for(3)
    groups = model.world.groups
    assert [groups.members_of(g).tolist() for g in range(3)] == [[1], [0, 2], [1]]
    assert groups.posted_of(0).tolist() == [2]
    assert groups.posted_of(1).tolist() == [NEVER_POSTED, 5]
    model.run_for(1)
    assert model.world.groups.posted_of(0).tolist() == [NEVER_POSTED, 2], "leaving forgets a post"
    assert model.world.groups.activity_of(0).tolist() == [1, 0]
    assert model.world.members.posts.tolist() == [2, 1, 0]
    assert model.world.members.refused.sum() == 0


def test_a_post_in_a_group_that_one_leaves_counts_and_is_forgotten() -> None:
    given = world(2, groups=[{0: 2, 1: 2}])
    change(
        given, Acts.join(Acts.post([0], [0]), Acts.leave_group([0], [0])), scenario(joining=STILL)
    )
    assert given.members.posts.tolist() == [1, 0]
    assert given.groups.of(0).tolist() == []


def test_what_does_not_change_is_not_made_anew() -> None:
    given = world(2, groups=[{0: 2}])
    groups = given.groups
    change(given, Acts.post([0], [0]), scenario(joining=STILL))
    assert given.groups is groups


def test_copies_of_a_world_keep_their_groups() -> None:
    given = crowd(5)
    before = given.copy()
    settings = scenario(joining={"on": True, "recommend": 1.0, "join": ALWAYS, "leave": 0.5})
    own = [i for i in range(60) if len(given.groups.of(i))]
    change(given, Acts.post(own, [given.groups.of(i)[0] for i in own]), settings)
    same = crowd(5).groups.rows
    for name in same._fields:
        assert np.array_equal(getattr(before.groups.rows, name), getattr(same, name))
    assert given.groups.rows.group.tolist() != same.group.tolist()


def test_with_the_mechanism_off_groups_stay_as_they_are() -> None:
    given = crowd(6)
    groups = given.groups
    off = {"on": False, "recommend": 1.0, "join": ALWAYS, "leave": 1.0}
    member = int(np.flatnonzero(given.members.present)[0])
    model = scripted(given, {1: Acts.join_group([member], [0])}, joining=off)
    model.run_for(2)
    assert model.world.groups is groups
    assert model.world.members.refused[member] == 1


# ---------------------------------------------------------------- leaving and joining by chance


def test_who_only_lurks_leaves_at_times() -> None:
    given = world(6000, groups=[{m: m % 3 for m in range(6000)}], present=np.arange(6000) < 4500)
    change(given, Acts.none(), scenario(joining={**STILL, "leave": 0.1}))
    stayed = np.zeros(6000, np.bool_)
    stayed[given.groups.members_of(0)] = True
    lurks = np.arange(6000) % 3 == 0
    assert stayed[~lurks].all()
    assert stayed[4500:].all(), "the absent stay"
    assert binomtest(int((~stayed).sum()), 1500, 0.1).pvalue > ALARM


EGOS = 3000


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("inside", [1, 2, 5])
def test_contacts_inside_draw_members_in(inside: int, closed: bool) -> None:
    """F15: the chance grows with log(1 + contacts inside), and if two of them are connected.

    All egos have the same contacts, who are in group 0; two more contacts are in no group, so
    that only some of the recommendations come about.
    """
    count = EGOS + inside + 2
    friends = range(EGOS, count)
    pairs = [(i, c) for i in range(EGOS) for c in friends]
    if closed:
        # The last is outside: a tie with it closes nothing.
        pairs += [(EGOS, EGOS + 1), (EGOS, count - 1)] if inside > 1 else [(EGOS, count - 1)]
    given = world(count, ties=pairs, groups=[dict.fromkeys(friends[:inside], 2)])
    law = {"join": -2.0, "inside": 1.1, "closed": 0.7, "recommend": 0.8}
    change(given, Acts.none(), scenario(joining={**STILL, **law}))
    x = -2.0 + 1.1 * np.log(1 + inside) + 0.7 * (closed and inside > 1)
    joined = given.groups.members_of(0)
    joined = joined[joined < EGOS]
    chance = 0.8 * inside / (inside + 2) * expit(x)
    assert binomtest(len(joined), EGOS, float(chance)).pvalue > ALARM
    assert all(given.groups.activity_of(int(i)).tolist() == [0] for i in joined)


EAGER = {"on": True, "recommend": 1.0, "join": ALWAYS, "leave": 0.0}


def test_a_group_joined_by_ones_own_act_is_taken_part_in() -> None:
    given = world(2, ties=[(0, 1)], groups=[{1: 2}])
    change(given, Acts.join_group([0], [0]), scenario(joining=EAGER))
    assert given.groups.of(0).tolist() == [0]
    assert given.groups.activity_of(0).tolist() == [1]


def test_an_own_choice_and_a_recommendation_in_one_week() -> None:
    """The limit on the number of groups is that of the start of the week for recommendations."""
    given = world(2, ties=[(0, 1)], groups=[{1: 2}, {}])
    settings = scenario(joining=EAGER, platform={"groups_most": 1})
    change(given, Acts.join_group([0], [1]), settings)
    assert given.groups.of(0).tolist() == [0, 1]
    assert given.groups.activity_of(0).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("platform", "coverage", "joins"),
    [
        ({}, 1.0, True),
        ({"groups_most": 1}, 1.0, False),
        ({"groups_most": 2}, 1.0, True),
        ({"group_size_most": 3}, 1.0, False),
        ({"group_size_most": 4}, 1.0, True),
        ({"group_size_most": 7}, 0.5, False),
        ({"group_size_most": 8}, 0.5, True),
        ({"group_size_most": 1}, 0.01, False),
    ],
)
def test_full_groups_and_full_members_get_no_recommendation(
    platform: dict[str, int], coverage: float, joins: bool
) -> None:
    """0 is in one group already; group 0 has three members."""
    given = world(4, ties=[(0, 1)], groups=[{1: 2, 2: 2, 3: 2}, {0: 2}])
    settings = scenario(joining=EAGER, platform=platform, members={"coverage": coverage})
    change(given, Acts.none(), settings)
    assert (0 in given.groups.of(0)) == joins


def test_members_may_decline() -> None:
    given = crowd(7)
    groups = given.groups
    change(given, Acts.none(), scenario(joining={**EAGER, "join": NEVER}))
    assert given.groups is groups


def test_every_decision_is_a_draw_of_its_own() -> None:
    """Twelve weeks of a random world against sets, member by member."""
    given = crowd(11)
    section: dict[str, Any] = {
        "on": True, "recommend": 0.6, "leave": 0.2, "join": -0.5, "inside": 0.4, "closed": 0.6,
    }  # fmt: skip
    settings = scenario(
        joining=section,
        platform={"groups_most": 14, "group_size_most": 14},
        members={"coverage": 1.0},
    )
    seed = np.uint64(11)
    contacts = [set(given.ties.neighbours(i).tolist()) for i in range(60)]
    inside = [
        dict(zip(given.groups.of(i).tolist(), given.groups.activity_of(i).tolist(), strict=True))
        for i in range(60)
    ]
    moves = np.zeros(3, np.int64)
    for week in range(1, 13):
        given.week = week
        size = [sum(g in mine for mine in inside) for g in range(40)]

        def happens(decision: Decision, chance: float, a: int, b: int) -> bool:
            return uniform(seed, int(decision), given.week, a, b, 0) < chance

        def pick(pool: list[int], a: int, index: int) -> int:
            recommend = int(Decision.RECOMMEND)
            return pool[integer(seed, recommend, given.week, a, 0, index, len(pool))]

        left, joined = set(), set()
        for i in np.flatnonzero(given.members.present).tolist():
            left |= {
                (i, g)
                for g, activity in inside[i].items()
                if activity == 0 and happens(Decision.LEAVE, 0.2, i, g)
            }
            if not contacts[i] or not happens(Decision.RECOMMEND, 0.6, i, 0):
                continue
            theirs = sorted(inside[pick(sorted(contacts[i]), i, 1)])
            if not theirs:
                continue
            g = pick(theirs, i, 2)
            if g in inside[i] or len(inside[i]) >= 14 or size[g] >= 14:
                moves[2] += 1
                continue
            friends = [c for c in contacts[i] if g in inside[c]]
            x = -0.5 + 0.4 * log(1.0 + len(friends))
            x += 0.6 * any(b in contacts[a] for a, b in combinations(friends, 2))
            if happens(Decision.JOIN, logistic(x), i, g):
                joined.add((i, g))
        change(given, Acts.none(), settings)
        for i, g in left:
            del inside[i][g]
        for i, g in joined:
            inside[i][g] = 0
        assert [given.groups.of(i).tolist() for i in range(60)] == [sorted(m) for m in inside]
        moves += len(left), len(joined), 0
    assert (moves > 50).all()
