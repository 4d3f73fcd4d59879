"""Offers and moves: who wins, what is filled, and careers as a part of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest

from rules.hand import scenario, scripted, world
from rules.labour import (
    ACTIVE,
    ALL_OFFERS,
    PASSIVE,
    SAFE,
    STILL,
    SURE,
    TIPTOEING,
    WAYS,
    a_week,
    approach,
    market,
    markets,
    rules,
)
from sim.draws import Decision, uniforms
from sim.rules import careers as careers_rule
from sim.rules import shocks as shocks_rule
from sim.rules.careers import hire
from sim.rules.search import Approaches
from sim.rules.shocks import shocks
from sim.world.build import build_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.study import Scenario
    from sim.world.build import World


def test_who_gets_an_offer_moves() -> None:
    given = market(ties=[(0, 1)], hours=4.0, employed=[False, True, True, True])
    given.members.employer[0] = -1
    given.members.time[:] = 77
    given.week = 3
    time = {"acting_share": 0.25, "job_search_hours": (1.5, 1.2, 1.0, 0.7)}
    a_week(given, rules({"direct": 1.0}, ALL_OFFERS, members=time))
    members = given.members
    assert members.offers.tolist() == [1, 0, 0, 0]
    assert members.employer.tolist() == [1, 1, 1, 0]
    assert members.field.tolist() == [1, 1, 0, 0]
    assert members.aim.tolist() == [1, 0, 0, 0]
    assert members.employed.all()
    assert members.job_search.tolist() == [PASSIVE] * 4
    assert members.minutes.tolist() == [42, 600, 600, 600], "60 x 1/4 x 4 hours x 0.7"
    assert (members.time == 77).all(), "new minutes count from next week on"
    assert members.opening.tolist() == [-1] * 4
    assert members.first_interview_week.tolist() == [3, -1, -1, -1]
    assert members.first_offer_week.tolist() == [3, -1, -1, -1]


def test_first_weeks_stay() -> None:
    given = market(ties=[(0, 1)])
    for week in (3, 4):
        given.week = week
        given.members.job_search[0], given.members.employer[0] = ACTIVE, 0
        given.members.opening[1] = week
        a_week(given, rules({"direct": 1.0}, ALL_OFFERS))
    assert given.members.offers[0] == 2
    assert given.members.interviews[0].tolist() == [2, 0, 0, 0]
    assert given.members.first_interview_week[0] == 3
    assert given.members.first_offer_week[0] == 3


@pytest.mark.parametrize("way", WAYS)
def test_known_candidates_win_more_often(way: str) -> None:
    copies = 10_000
    given = markets(copies, 1)
    first = np.arange(copies, dtype=np.int32) * 3
    if way == "direct":
        given = markets(copies, 1, ties=[(i, i + 1) for i in first.tolist()])
    asked = Approaches(first + 2, first, first + 1) if way == "approach" else None
    chances = {way: 1.0, "willing": SURE["willing"]}
    a_week(given, rules(chances, {"offer_known": 0.6, "offer": 0.3}), asked)
    chance = 0.6 if way in ("direct", "referral") else 0.3
    assert binomtest(int(given.members.offers.sum()), copies, chance).pvalue > SAFE


def test_one_opening_is_filled_once_by_the_luckiest() -> None:
    count = 12
    seekers = np.arange(1, count)
    for seed in range(1, 9):
        given = world(
            count,
            ties=[(0, i) for i in seekers.tolist()],
            seed=seed,
            employer=np.arange(count),
            seniority=[2] + [0] * (count - 1),
            opening=[0] + [-1] * (count - 1),
            job_search=TIPTOEING,
        )
        assert len(a_week(given, rules({"direct": 1.0}, ALL_OFFERS))) == count - 1
        drawn = uniforms(seed, Decision.OFFER, 0, seekers, 0, 1)
        assert np.flatnonzero(given.members.offers).tolist() == [seekers[np.argmin(drawn)]]


def test_nobody_gets_two_offers_in_a_week() -> None:
    given = market(
        ties=[(0, 1), (0, 2), (0, 3)],
        employer=[0, 1, 2, 3],
        field=[0, 1, 1, 1],
        seniority=2,
        opening=[-1, 0, 0, 0],
    )
    assert len(a_week(given, rules({"direct": 1.0}, ALL_OFFERS))) == 3
    assert given.members.offers.tolist() == [1, 0, 0, 0]
    assert sorted(given.members.opening.tolist()) == [-1, -1, 0, 0]
    drawn = uniforms(given.seed, Decision.OFFER, 0, 0, [1, 2, 3], 1)
    assert given.members.employer[0] == 1 + np.argmin(drawn)


def test_who_leaves_hires_nobody_any_more() -> None:
    """0 would go to 1, and 1 to 2: if 1 goes first, it hires nobody; else it hires, then goes."""
    outcomes = set()
    for seed in range(1, 17):
        given = world(
            3,
            ties=[(0, 1), (1, 2)],
            seed=seed,
            employer=[5, 6, 7],
            field=[0, 1, 2],
            aim=[1, 2, 0],
            seniority=2,
            opening=[-1, 0, 0],
            job_search=ACTIVE,
        )
        assert len(a_week(given, rules({"direct": 1.0}, ALL_OFFERS))) == 2
        early, late = uniforms(seed, Decision.OFFER, 0, [0, 1], [1, 2], 1)
        hired_first = bool(early < late)
        outcomes.add(hired_first)
        assert given.members.offers.tolist() == [int(hired_first), 1, 0]
        assert given.members.employer.tolist() == [6 if hired_first else 5, 7, 7]
        assert given.members.field.tolist() == [1 if hired_first else 0, 2, 2]
        assert given.members.opening.tolist() == [-1, -1, -1]
    assert outcomes == {True, False}


LIVELY = {
    "opening": 0.2,
    "loss": 0.05,
    "start": 0.1,
    "direct": 0.5,
    "referral": 0.3,
    "apply": 0.5,
    "offer_known": 0.7,
    "offer": 0.7,
}


def lively(seed: int) -> tuple[Scenario, World]:
    """Return a generated world of 300 members in which much happens."""
    under = scenario(careers={"on": True, **LIVELY}, members={"count": 300, "fields": 3})
    return under, build_world(under, seed)


def some_approaches(given: World) -> Approaches:
    """Let each of 20 recruiters approach three members for one hirer, if there is any."""
    hirers = np.flatnonzero(given.members.opening >= 0)
    recruiter = np.repeat(np.arange(20), 3)
    if len(hirers) == 0:
        return approach()
    member = (recruiter * 17 + np.tile([0, 40, 90], 20) + given.week) % len(given.members)
    chosen = hirers[recruiter * 7 % len(hirers)]
    return Approaches(*(column.astype(np.int32) for column in (recruiter, member, chosen)))


def test_moves_fill_openings_and_openings_are_filled_by_moves() -> None:
    under, given = lively(seed=3)
    members = given.members
    moved_in_all = 0
    for week in range(1, 31):
        given.week = week
        shocks(given, under)
        before = members.copy()
        held = a_week(given, under, some_approaches(given), threads=2)
        assert len({(i, h) for i, h, _ in held}) == len(held)
        assert (members.interviews - before.interviews).sum() == len(held)

        offers = members.offers - before.offers
        moved = np.flatnonzero(offers)
        assert offers.max() <= 1
        changed = (members.employer != before.employer) | (members.field != before.field)
        assert set(np.flatnonzero(changed)) <= set(moved)
        assert (members.employer[moved] != before.employer[moved]).all()
        assert (members.job_search[moved] == PASSIVE).all()
        assert (members.opening[moved] == -1).all()

        closed = np.flatnonzero((before.opening >= 0) & (members.opening < 0))
        vacated = np.intersect1d(closed, moved)
        filled = np.setdiff1d(closed, vacated)
        units = list(zip(before.employer.tolist(), before.field.tolist(), strict=True))
        left = [(members.employer[i], members.field[i]) for i in moved]
        for hirer in filled:
            left.remove(units[hirer])
        # What is left was filled by hirers who then moved themselves, each at most once.
        possible = [units[hirer] for hirer in vacated]
        for unit in left:
            possible.remove(unit)
        interviewed = {i for i, _, _ in held}
        assert set(moved.tolist()) <= interviewed
        assert set(closed.tolist()) <= {h for _, h, _ in held} | set(moved.tolist())
        moved_in_all += len(moved)
    assert moved_in_all > 50


def test_threads_change_nothing() -> None:
    results = []
    for threads in (1, 2, 7):
        under, given = lively(seed=5)
        held = []
        for week in range(1, 6):
            given.week = week
            shocks(given, under)
            held.append(a_week(given, under, some_approaches(given), threads))
        results.append((held, given.members.employer.tolist(), given.members.offers.tolist()))
    assert results[0] == results[1] == results[2]
    assert len({way for week in results[0][0] for _, _, way in week}) == 4


def test_a_world_without_seekers_or_openings_is_calm() -> None:
    idle = rules(SURE, ALL_OFFERS)
    assert a_week(market(job_search=PASSIVE, ties=[(0, 1)]), idle) == []
    assert a_week(market(opening=-1, ties=[(0, 1)]), idle, approach()) == []
    assert a_week(market(employer=-1, opening=-1, ties=[(0, 1)]), idle) == []


@pytest.mark.parametrize("on", [False, True])
def test_the_week_has_careers_if_they_are_on(on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    def watched(rule: Callable[..., None]) -> Callable[..., None]:
        def call(*given: Any) -> None:
            called.append(rule.__name__)
            rule(*given)

        return call

    monkeypatch.setattr(shocks_rule, "shocks", watched(shocks))
    monkeypatch.setattr(careers_rule, "hire", watched(hire))
    given = market(ties=[(0, 1)], target=[1, 0, 0, 0])
    model = scripted(given, {}, careers={"on": on} | STILL | SURE | ALL_OFFERS)
    model.run_for(2)
    assert called == ["shocks", "hire"] * (2 if on else 0)
    assert model.world.members.offers[0] == int(on)
