"""Groups: how large they are, how many a member is in, what they are about, who takes part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, kstest, norm

from sim.scenario.study import Scenario
from sim.world.build import World, build_world
from sim.world.groups import NEVER, Groups, membership, membership_all, share_group

COUNT = 20_000
ALARM = 1e-6
"""Probability of a false alarm of every test of a frequency."""


def scenario(**sections: Any) -> Scenario:
    return Scenario.model_validate(
        {"question": "?", "arms": {"idle": {"strategy": "dormant"}}, **sections}
    )


@pytest.fixture(scope="module")
def world() -> World:
    settings = scenario(members={"count": COUNT}, acquaintances={"median": 0.0})
    return build_world(settings, 3)


def fits(found: Any, chance: float, trials: int) -> bool:
    return float(binomtest(int(found), int(trials), chance).pvalue) > ALARM


def test_sizes_are_lognormal(world: World) -> None:
    """F19, thinned to a tenth; some 6,900 groups give the median a standard error of 2.1 %."""
    sizes = world.groups.sizes
    assert np.median(sizes) == pytest.approx(20.2, rel=0.11)
    assert sizes.mean() == pytest.approx(55.1, rel=0.01)
    large = np.sort(sizes[sizes >= 10]).astype(float)
    logs = np.log(large)
    sigma = np.sqrt(2 * np.log(551 / 202))
    low = norm.cdf(np.log(9.5), np.log(20.2), sigma)

    def lognormal(x: Any) -> Any:
        return (norm.cdf(x, np.log(20.2), sigma) - low) / (1 - low)

    exponent = 1 / np.mean(np.log(large / 9.5))

    def power(x: Any) -> Any:
        return 1 - (np.exp(x) / 9.5) ** -exponent

    fit_lognormal = kstest(logs, lognormal).statistic
    fit_power = kstest(logs, power).statistic
    assert fit_lognormal < 0.04
    assert fit_power > 2 * fit_lognormal


def test_memberships_fall_into_their_classes(world: World) -> None:
    """F59."""
    number = np.diff(world.groups.rows.first_group)
    bounds = [(0, 0, 0.022), (1, 9, 0.355), (10, 19, 0.251), (20, 29, 0.093), (30, 50, 0.279)]
    for low, high, share in bounds:
        assert fits(((number >= low) & (number <= high)).sum(), share, COUNT)
    assert number.max() <= 50


def test_ninety_nine_one(world: World) -> None:
    """F61."""
    activity = world.groups.rows.activity
    for value, share in ((0, 0.90), (1, 0.09), (2, 0.01)):
        assert fits((activity == value).sum(), share, len(activity))


def test_topics(world: World) -> None:
    topic = world.groups.topic
    assert fits((topic == -1).sum(), 0.2, len(topic))
    for field in range(8):
        assert fits((topic == field).sum(), 0.1, len(topic))


def test_members_join_groups_of_their_field_and_target(world: World) -> None:
    """35 % own field, 15 % target market, the rest in proportion to the groups' attraction."""
    rows = world.groups.rows
    member = np.repeat(np.arange(COUNT), np.diff(rows.first_group))
    topic = rows.topic[rows.group]
    field, target = world.members.field[member], world.members.target[member]
    apart = field != target
    by_chance = 0.5 * 0.1
    assert (topic == field)[apart].mean() == pytest.approx(0.35 + by_chance, abs=0.02)
    assert (topic == target)[apart].mean() == pytest.approx(0.15 + by_chance, abs=0.02)
    assert (topic == field)[~apart].mean() == pytest.approx(0.5 + by_chance, abs=0.02)


def test_both_sides_tell_the_same(world: World) -> None:
    groups = world.groups
    rows = groups.rows
    member = np.repeat(np.arange(COUNT), np.diff(rows.first_group))
    group = np.repeat(np.arange(len(groups.topic)), groups.sizes)
    one = member.astype(np.int64) * len(groups.topic) + rows.group
    other = rows.member.astype(np.int64) * len(groups.topic) + group
    assert np.array_equal(one, np.sort(other))
    assert len(np.unique(one)) == len(one), "nobody is in a group twice"
    assert np.array_equal(one, np.sort(one)), "rows are sorted"


def test_no_group_is_left_out() -> None:
    """Groups of equal attraction are equally large, the first and last of a topic included.

    Each of some 170 groups has about 40 members, with a standard deviation of 6 at most.
    """
    settings = scenario(
        members={"count": 1000, "coverage": 1.0, "fields": 2},
        groups={"size_median": 40.0, "size_mean": 40.0, "memberships": (0, 1, 0, 0, 0),
                "own_topic": 0.0, "target_topic": 0.0},
    )  # fmt: skip
    sizes = build_world(settings, 2).groups.sizes
    assert len(sizes) > 100
    assert sizes.min() > 40 - 6 * 6
    assert sizes.max() < 40 + 6 * 6


def test_few_groups_are_joined_once_each() -> None:
    """Members who want more groups than there are join what there is."""
    settings = scenario(
        members={"count": 30, "coverage": 1.0}, groups={"memberships": (0, 0, 0, 0, 1)}
    )
    groups = build_world(settings, 1).groups
    assert len(groups.topic) < 30
    assert groups.sizes.max() <= 30


SMALL = Groups.from_memberships(
    4,
    np.array([5, -1, 2], np.int32),
    np.array([3, 0, 0, 1, 3], np.int32),
    np.array([0, 2, 0, 2, 1], np.int32),
    np.array([1, 2, 0, 1, 0], np.int8),
)


def test_by_hand() -> None:
    assert [SMALL.of(m).tolist() for m in range(4)] == [[0, 2], [2], [], [0, 1]]
    assert [SMALL.activity_of(m).tolist() for m in range(4)] == [[0, 2], [1], [], [1, 0]]
    assert [SMALL.members_of(g).tolist() for g in range(3)] == [[0, 3], [3], [0, 1]]
    assert SMALL.sizes.tolist() == [2, 1, 2]
    assert SMALL.topic.tolist() == [5, -1, 2]


def test_compiled_look_ups() -> None:
    for m in range(4):
        for g in range(-1, 4):
            place = membership(SMALL.rows, m, g)
            assert (place >= 0) == (g in SMALL.of(m))
            assert place < 0 or SMALL.rows.group[place] == g
        for other in range(4):
            together = bool(set(SMALL.of(m)) & set(SMALL.of(other)))
            assert share_group(SMALL.rows, m, other) == together


def test_look_ups_of_many() -> None:
    pairs = [(m, g) for m in range(4) for g in range(3)]
    member, group = np.array(pairs, np.int32).T
    expected = [membership(SMALL.rows, m, g) for m, g in pairs]
    assert membership_all(SMALL.rows, member, group).tolist() == expected


def none(dtype: Any) -> Any:
    return np.zeros(0, dtype)


def test_changed_groups() -> None:
    """3 leaves group 0 and joins group 2; 2, who was in none, joins group 0."""
    given = SMALL.copy()
    given.rows.posted[:] = [5, NEVER, 6, 7, 8]
    before = {name: getattr(given.rows, name).copy() for name in given.rows._fields}
    left = np.array([False, False, False, True, False])
    joined = np.array([[3, 2], [2, 0], [0, 1]], np.int32)
    after = given.changed(left, joined[0], joined[1], joined[2].astype(np.int8))
    assert [after.of(m).tolist() for m in range(4)] == [[0, 2], [2], [0], [1, 2]]
    assert [after.activity_of(m).tolist() for m in range(4)] == [[0, 2], [1], [1], [0, 0]]
    assert [after.posted_of(m).tolist() for m in range(4)] == [[5, NEVER], [6], [NEVER], [8, NEVER]]
    assert [after.members_of(g).tolist() for g in range(3)] == [[0, 2], [3], [0, 1, 3]]
    assert after.topic.tolist() == [5, -1, 2]
    for name, old in before.items():
        assert np.array_equal(getattr(given.rows, name), old), "groups are shared between worlds"
        assert getattr(after.rows, name).dtype == old.dtype


def test_any_changes_agree_with_a_dict() -> None:
    rng = np.random.default_rng(8)
    groups = Groups.from_memberships(
        30, np.zeros(12, np.int32), none(np.int32), none(np.int32), none(np.int8)
    )
    model: dict[tuple[int, int], tuple[int, int]] = {}
    for _ in range(40):
        pairs = sorted(model)
        left = rng.random(len(pairs)) < 0.3
        leaving = {pair for pair, gone in zip(pairs, left, strict=True) if gone}
        new = {(int(m), int(g)) for m, g in rng.integers(0, (30, 12), (25, 2))} - set(model)
        joining = {pair: int(rng.integers(0, 3)) for pair in new}
        member, group = np.array(list(joining), np.int32).T
        groups = groups.changed(left, member, group, np.array(list(joining.values()), np.int8))
        model = {pair: kept for pair, kept in model.items() if pair not in leaving}
        model |= {pair: (activity, NEVER) for pair, activity in joining.items()}
        for m in range(30):
            mine = sorted(g for owner, g in model if owner == m)
            assert groups.of(m).tolist() == mine
            kept = list(zip(groups.activity_of(m), groups.posted_of(m), strict=True))
            assert kept == [model[m, g] for g in mine]
        for g in range(12):
            assert groups.members_of(g).tolist() == sorted(m for m, other in model if other == g)
        week = int(rng.integers(0, 99))
        groups.rows.posted[::3] = week
        model |= {pair: (model[pair][0], week) for pair in sorted(model)[::3]}
    assert len(model) > 20
