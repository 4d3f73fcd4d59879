"""The initial world against what was planned: who lives there, who knows whom, who is connected."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, kstest, norm

from sim.scenario.study import Scenario
from sim.world.build import (
    HISTORY_COLUMNS,
    TIE_COLUMNS,
    World,
    build_world,
    focal_count,
)
from sim.world.groups import NEVER
from sim.world.load import RealInput

COUNT = 20_000
ALARM = 1e-6
"""Probability of a false alarm of every test of a frequency."""


LONELY: dict[str, Any] = {
    "acquaintances": {"median": 0.0},
    "groups": {"memberships": (1, 0, 0, 0, 0)},
}
"""Sections of a world that is quick to build: nobody knows anybody."""


def scenario(**sections: Any) -> Scenario:
    return Scenario.model_validate(
        {"question": "?", "arms": {"idle": {"strategy": "dormant"}}, **sections}
    )


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(scenario(members={"count": COUNT}), 3)


def fits(found: Any, chance: float, trials: int = COUNT) -> bool:
    return float(binomtest(int(found), trials, chance).pvalue) > ALARM


def test_acquaintances_are_lognormal(world: World) -> None:
    """F1, thinned to the tenth that the world holds.

    With N = 20,000 the median has a standard error of 0.6 %, the mean of 0.6 %, sigma of 0.5 %;
    pairs that cannot be made and rounding may take some per cent more.
    """
    degrees = world.acquaintances.rows.degree
    assert np.median(degrees) == pytest.approx(47.2, rel=0.03)
    assert degrees.mean() == pytest.approx(47.2 * np.exp(0.68**2 / 2), rel=0.03)
    logs = np.log(np.maximum(degrees, 1))
    assert logs.std() == pytest.approx(0.68, rel=0.04)
    assert kstest((logs - np.log(47.2)) / 0.68, norm.cdf).statistic < 0.03


def test_acquaintances_share_contexts(world: World) -> None:
    """Each context holds far more pairs than it would by chance, and none holds them all."""
    members = world.members
    a, b = world.acquaintances.edges()
    generator = np.random.Generator(np.random.Philox(key=5))
    c, d = generator.integers(0, COUNT, (2, 200_000))
    for name, least in (("employer", 0.15), ("school", 0.15), ("region", 0.25)):
        context = getattr(members, name)
        assert 0.9 > (context[a] == context[b]).mean() > least
        assert (context[a] == context[b]).mean() > 1.5 * (context[c] == context[d]).mean()


def test_acquaintances_are_simple_pairs(world: World) -> None:
    a, b = world.acquaintances.edges()
    assert (a < b).all()
    assert len(np.unique(a.astype(np.int64) * COUNT + b)) == len(a) == world.acquaintances.size


def test_sizes_of_employers_have_a_heavy_tail(world: World) -> None:
    """The largest hundredth of employers holds far more than under an exponential law (5.6 %).

    Yet none holds most of a small world.
    """
    sizes = np.sort(np.bincount(world.members.employer, minlength=1000))[::-1]
    assert len(sizes) == COUNT / 20
    assert sizes[:10].sum() > 0.09 * COUNT
    assert np.median(sizes) < 0.6 * sizes.mean()
    for seed in range(20):
        small = build_world(scenario(members={"count": 500}), seed)
        assert np.bincount(small.members.employer).max() < 250


def test_contacts_are_mostly_outside_the_target_market(world: World) -> None:
    """S7."""
    members = world.members
    a, b = world.ties.edges()
    inside = np.concatenate(
        (members.field[b] == members.target[a], members.field[a] == members.target[b])
    )
    assert 0.05 < inside.mean() < 0.3


def test_a_part_of_the_acquaintances_is_connected(world: World) -> None:
    a, b = world.ties.edges()
    assert world.acquaintances.contains(a, b).all()
    assert fits(world.ties.size, 0.33, world.acquaintances.size)
    assert (world.ties.edge_values("origin") == 0).all()
    assert (world.ties.edge_values("born") == 0).all()
    ages = -world.ties.edge_values("renewed").astype(int)
    assert (ages.min(), ages.max()) == (0, 52)
    assert abs(ages.mean() - 26) < 5 * ages.std() / np.sqrt(len(ages))


def test_bridges_have_no_mutual_contacts(world: World) -> None:
    a, b = world.ties.edges()
    bridge = world.ties.edge_values("bridge").astype(bool)
    assert np.array_equal(bridge, world.ties.mutual(a, b) == 0)
    assert 0 < bridge.sum() < len(a)


@pytest.mark.parametrize(
    ("column", "shares"),
    [
        ("job_search", (0.10, 0.13, 0.45, 0.32)),
        ("seniority", (0.6, 0.3, 0.1)),
        ("opt_out", (0.9, 0.1)),
        ("strategy", tuple(scenario().background.values())),
    ],
)
def test_shares_of_members(world: World, column: str, shares: tuple[float, ...]) -> None:
    """F34 for the search for a job; the rest as the scenario says."""
    found = np.bincount(getattr(world.members, column), minlength=len(shares))
    assert len(found) == len(shares)
    assert all(fits(number, share) for number, share in zip(found, shares, strict=True))


def test_weekly_hours() -> None:
    """F60: 47.6 % have at most two hours; here before the factor of the search for a job."""
    members = {"count": COUNT, "acting_share": 1.0, "job_search_hours": (1, 1, 1, 1)}
    hours = build_world(scenario(members=members, **LONELY), 3).members.minutes / 60
    assert (hours <= 2.0).mean() == pytest.approx(0.476, abs=0.02)
    assert np.median(hours) == pytest.approx(2.1, rel=0.05)
    assert hours.max() == 20.0


def test_those_who_search_have_more_hours_and_reading_takes_its_part(world: World) -> None:
    medians = [np.median(world.members.minutes[world.members.job_search == k]) for k in range(4)]
    expected = [2.1 * 60 * 0.25 * factor for factor in (1.5, 1.2, 1.0, 0.7)]
    assert medians == pytest.approx(expected, rel=0.08)


def test_openness_is_standard_normal(world: World) -> None:
    assert kstest(world.members.openness, norm.cdf).pvalue > ALARM


@pytest.mark.parametrize(
    ("share", "count", "focal"), [(0.02, 1000, 20), (0.001, 100, 1), (0.0, 100, 0), (1.0, 50, 50)]
)
def test_focal_members(share: float, count: int, focal: int) -> None:
    settings = scenario(members={"count": count}, focal={"share": share})
    assert build_world(settings, 1).members.focal.sum() == focal
    assert focal_count(settings, count) == focal


def test_targets(world: World) -> None:
    members = world.members
    assert fits((members.target == members.field).sum(), 0.4)
    assert set(members.target.tolist()) == set(members.field.tolist()) == set(range(8))


def test_employers_have_a_main_field() -> None:
    """Half of the staff by design, and an eighth of the rest by chance."""
    members = {"count": COUNT, "employer_mean_size": 200.0, "employer_exponent": 5.0}
    made = build_world(scenario(members=members, **LONELY), 3).members
    table = np.zeros((int(made.employer.max()) + 1, 8), np.int64)
    np.add.at(table, (made.employer, made.field), 1)
    share = table.max(axis=1).sum() / COUNT
    assert share == pytest.approx(0.5 + 0.5 / 8, abs=0.02)


def test_every_week_starts_blank(world: World) -> None:
    members = world.members
    done = (members.sent, members.flags, members.restricted_until, members.invitations,
            members.messages_sent, members.refused, members.minutes_spent)  # fmt: skip
    assert not any(column.any() for column in done)
    events = (members.first_target_week, members.first_interview_week, members.first_offer_week)
    assert all((column == -1).all() for column in (*events, members.opening))
    counts = (members.credits, members.introductions, members.inmails, members.interviews,
              members.endorsements, members.posts, members.strain)  # fmt: skip
    assert not any(column.any() for column in counts)
    assert np.array_equal(members.time, members.minutes)
    assert members.present.all() and members.employed.all()
    assert len(world.pending.due) == 0
    assert (world.groups.rows.posted == NEVER).all()
    assert world.history.size == 0
    assert world.week == 0


def state(world: World) -> dict[str, Any]:
    """Return every array of a world."""
    found: dict[str, Any] = {
        column.name: getattr(world.members, column.name)
        for column in dataclasses.fields(world.members)
    }
    for name in ("ties", "acquaintances", "history"):
        a, b = getattr(world, name).edges()
        found |= {f"{name} a": a, f"{name} b": b}
    for column in TIE_COLUMNS:
        found[f"ties {column}"] = world.ties.edge_values(column)
    for column in HISTORY_COLUMNS:
        found[f"history {column}"] = world.history.edge_values(column)
    found["pending"] = world.pending.due
    return found | world.groups.rows._asdict()


def equal(one: World, other: World) -> list[str]:
    """Return the names of the arrays that are the same."""
    left, right = state(one), state(other)
    return [name for name in left if np.array_equal(left[name], right[name])]


def test_the_same_seed_makes_the_same_world() -> None:
    settings = scenario(members={"count": 300})
    first, again, other = (build_world(settings, seed) for seed in (8, 8, 9))
    assert equal(first, again) == list(state(first))
    different = set(state(first)) - set(equal(first, other))
    assert {"field", "employer", "openness", "ties a", "acquaintances a", "member"} <= different


def test_a_copy_shares_nothing_that_changes() -> None:
    world = build_world(scenario(members={"count": 300}), 8)
    copy = world.copy()
    assert equal(world, copy) == list(state(world))
    before = {name: array.copy() for name, array in state(world).items()}
    for column in dataclasses.fields(copy.members):
        array = getattr(copy.members, column.name)
        array[...] = 1
    copy.ties.column("level")[:] = 0.3
    free = next(j for j in range(1, 300) if not copy.ties.contains(0, j)[0])
    copy.ties.add([0], [free], level=0.1)
    copy.history.add([0], [1], invited=3)
    copy.groups.rows.posted[:] = 3
    copy.pending = copy.pending.and_more(i32(0), i32(1), i32(2), i32(4))
    copy.week = 9
    after = state(world)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    assert world.week == 0


@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_smallest_worlds(count: int) -> None:
    world = build_world(scenario(members={"count": count, "coverage": 1.0}), 1)
    assert len(world.members) == count
    assert world.acquaintances.size <= count * (count - 1) // 2


EXTREMES: dict[str, dict[str, Any]] = {
    "nobody known": {"acquaintances": {"median": 0.0}},
    "everybody known": {"acquaintances": {"median": 1e5}, "members": {"coverage": 1.0}},
    "one field": {"members": {"fields": 1}},
    "more fields than members": {"members": {"fields": 1000}},
    "everybody decides": {"members": {"decision_makers": 1.0, "seniors": 0.0}},
    "no hours": {"members": {"hours_median": 0.0}},
    "no groups": {"groups": {"memberships": (1, 0, 0, 0, 0)}},
    "no group has a topic": {"groups": {"general": 1.0}},
    "every group has one": {"groups": {"general": 0.0}},
    "no covered member": {"members": {"coverage": 0.0}},
    "huge contexts": {"members": {"employer_mean_size": 1e6, "school_mean_size": 1e6}},
    "no shared contexts": {
        "acquaintances": {"employer_share": 0.0, "school_share": 0.0, "region_share": 0.0}
    },
    "equal sizes": {"groups": {"size_median": 50.0, "size_mean": 50.0}},
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_settings(name: str) -> None:
    given = {**EXTREMES[name]}
    given["members"] = {"count": 200, **given.get("members", {})}
    world = build_world(scenario(**given), 1)
    members = world.members
    assert ((members.field >= 0) & (members.field < len(world.field_names))).all()
    assert ((members.target >= 0) & (members.target < len(world.field_names))).all()
    assert (members.minutes >= 0).all()
    topics = world.groups.topic
    assert ((topics >= -1) & (topics < len(world.field_names))).all()
    if name == "nobody known":
        assert world.acquaintances.size == 0
    if name == "everybody decides":
        assert members.decision_maker.all()


def i32(*values: int) -> Any:
    return np.array(values, np.int32)


def real(**given: Any) -> RealInput:
    """Return what was read from files: six members and whatever is `given`."""
    blank: dict[str, Any] = {
        "members": 6, "ids": list("abcdef"), "group_ids": [], "topic_names": [],
        "membership_member": None, "membership_group": None, "membership_activity": None,
        "group_topic": None, "edge_a": None, "edge_b": None, "contexts": {}, "repairs": (),
        "digests": {},
    }  # fmt: skip
    return RealInput(**{**blank, **given})


def test_real_edges_are_the_acquaintances() -> None:
    pairs = real(edge_a=i32(0, 0, 2), edge_b=i32(1, 5, 3))
    world = build_world(scenario(acquaintances={"connected": 1.0}), 1, pairs)
    assert [ends.tolist() for ends in world.acquaintances.edges()] == [[0, 0, 2], [1, 5, 3]]
    assert [ends.tolist() for ends in world.ties.edges()] == [[0, 0, 2], [1, 5, 3]]
    assert len(world.members) == 6


def test_real_fields_name_the_fields() -> None:
    codes = real(
        edge_a=i32(0), edge_b=i32(1), contexts={"field": (i32(2, 0, 1, 1, 0, 2), ("x", "y", "z"))}
    )
    world = build_world(scenario(), 1, codes)
    assert world.field_names == ("x", "y", "z")
    assert world.members.field.tolist() == [2, 0, 1, 1, 0, 2]
    assert world.members.target.max() < 3


def test_real_groups_with_topics_make_the_fields() -> None:
    """Each member works in the topic of the group it takes part in most, the first of equals."""
    table = real(
        group_ids=("g", "h", "i"),
        topic_names=("tech", "food"),
        group_topic=i32(1, 0, -1),
        membership_member=i32(0, 0, 1, 1, 2, 3),
        membership_group=i32(0, 1, 0, 1, 2, 1),
        membership_activity=np.array([1.0, 4.0, 2.0, 2.0, 9.0, 1.0]),
    )
    settings = scenario(data={"memberships": "m.csv", "sometimes_from": 2, "often_from": 4})
    world = build_world(settings, 1, table)
    assert world.field_names == ("tech", "food")
    assert world.members.field[[0, 1, 3]].tolist() == [0, 1, 0]
    assert world.groups.topic.tolist() == [1, 0, -1]
    assert [world.groups.of(m).tolist() for m in range(6)] == [[0, 1], [0, 1], [2], [1], [], []]
    assert world.groups.activity_of(0).tolist() == [0, 2]
    assert world.groups.activity_of(1).tolist() == [1, 1]
    assert world.groups.activity_of(2).tolist() == [2]


def test_real_seniority_is_ranked() -> None:
    """The highest tenth decides; those of one rank share a class; the unknown are drawn."""
    count = 1000
    codes = np.repeat(np.arange(10, dtype=np.int32), 100)
    codes[::20] = -1
    ranked = real(
        members=count,
        ids=tuple(map(str, range(count))),
        edge_a=i32(0),
        edge_b=i32(1),
        contexts={"seniority": (codes, tuple("0123456789"))},
    )
    seniority = build_world(scenario(), 1, ranked).members.seniority
    assert (seniority[codes == 9] == 2).all()
    assert (seniority[(codes >= 0) & (codes < 5)] == 0).all()
    assert (seniority[(codes > 6) & (codes < 9)] == 1).all()
    assert set(seniority[codes < 0].tolist()) <= {0, 1, 2}
    assert len(set(seniority[codes == 6].tolist())) == 1


def test_who_is_without_an_employer_in_the_files_shares_none() -> None:
    partly = real(
        edge_a=i32(0), edge_b=i32(1), contexts={"employer": (i32(0, 1, -1, 1, 0, -1), ("p", "q"))}
    )
    employer = build_world(scenario(), 1, partly).members.employer
    assert employer[[0, 1, 3, 4]].tolist() == [0, 1, 1, 0]
    assert employer[[2, 5]].tolist() == [-1, -1]
