"""Interviews by four ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from rules.hand import world
from rules.labour import (
    ACTIVE,
    APPLICATION,
    DIRECT,
    OPEN,
    PASSIVE,
    RECRUITER,
    REFERRAL,
    SAFE,
    SURE,
    TIPTOEING,
    WAYS,
    a_week,
    approach,
    market,
    markets,
    rules,
)
from sim.rules.search import Approaches


def test_a_contact_with_an_opening_interviews_seekers() -> None:
    for status, held in ((ACTIVE, 1), (TIPTOEING, 1), (OPEN, 0), (PASSIVE, 0)):
        given = market(ties=[(0, 1)], job_search=[status, PASSIVE, PASSIVE, PASSIVE])
        assert a_week(given, rules({"direct": 1.0})) == [(0, 1, DIRECT)] * held
        assert given.members.interviews[0].tolist() == [held, 0, 0, 0]


def test_a_colleague_of_the_hirer_refers_seekers() -> None:
    for status, held in ((ACTIVE, 1), (TIPTOEING, 1), (OPEN, 0), (PASSIVE, 0)):
        given = market(ties=[(0, 2)], job_search=[status, PASSIVE, PASSIVE, PASSIVE])
        assert a_week(given, rules({"referral": 1.0})) == [(0, 1, REFERRAL)] * held
        assert given.members.interviews[0].tolist() == [0, held, 0, 0]


def test_hirers_do_not_refer_to_themselves() -> None:
    assert a_week(market(ties=[(0, 1)]), rules({"referral": 1.0})) == []


def test_a_hirer_refers_to_another_at_its_employer() -> None:
    given = market(
        ties=[(0, 2)], opening=[-1, 0, 0, -1], seniority=[0, 2, 2, 0], field=[0, 1, 1, 0]
    )
    both = rules({"direct": 1.0, "referral": 1.0})
    assert a_week(given, both) == [(0, 1, REFERRAL), (0, 2, DIRECT)]


def test_whom_recruiters_approach_may_listen_whatever_it_aims_at() -> None:
    willing = {"approach": 1.0, "willing": (0.0, 0.0, 1.0, 0.0)}
    for status, held in ((ACTIVE, 0), (TIPTOEING, 0), (OPEN, 1), (PASSIVE, 0)):
        given = market(job_search=[status, PASSIVE, PASSIVE, PASSIVE], aim=0)
        found = a_week(given, rules(willing), approach((3, 0, 1), (2, 0, 1)))
        assert found == [(0, 1, RECRUITER)] * held
    given = market()
    assert a_week(given, rules(SURE, {"apply": 0.0}), approach((3, 2, 1), (3, 1, 1))) == []


def test_active_searchers_apply_for_what_they_aim_at() -> None:
    for status, held in ((ACTIVE, 1), (TIPTOEING, 0), (OPEN, 0), (PASSIVE, 0)):
        given = market(job_search=[status, PASSIVE, PASSIVE, PASSIVE])
        assert a_week(given, rules({"apply": 1.0})) == [(0, 1, APPLICATION)] * held
    assert a_week(market(), rules({"apply": 1.0, "applications": 0})) == []
    assert a_week(market(), rules({"apply": 1.0, "applications": 9})) == [(0, 1, APPLICATION)]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"employer": [1, 1, 1, 0]},
        {"aim": [0, 1, 1, 1]},
        {"opening": [-1, -1, -1, -1]},
        {"present": [False, True, True, True]},
    ],
)
def test_an_opening_must_suit(spoilt: dict[str, Any]) -> None:
    ties = [(0, 1), (0, 2)]
    assert len(a_week(market(ties=ties), rules(SURE))) == 1
    assert a_week(market(ties=ties, **spoilt), rules(SURE)) == []


def test_own_openings_suit_nobody_who_has_them() -> None:
    """One who hires in the field it aims at, among colleagues and without an employer."""
    for employer, held in (([4, 4], 0), ([4, 5], 2)):
        given = world(
            2,
            ties=[(0, 1)],
            employer=employer,
            field=1,
            aim=1,
            seniority=2,
            job_search=ACTIVE,
            opening=0,
        )
        assert len(a_week(given, rules(SURE))) == held


def test_contacts_without_an_employer_refer_nowhere() -> None:
    assert a_week(market(ties=[(0, 2)], employer=[0, 1, -1, 0]), rules({"referral": 1.0})) == []


def test_dormant_ties_pass_nothing_on_in_the_wasteland() -> None:
    ties = [(0, 1), (0, 2)]
    known = {"direct": 1.0, "referral": 1.0}
    for level, on, held in ((0.09, False, 1), (0.09, True, 0), (0.2, True, 1)):
        under = rules(known, wasteland={"on": on}, ties={"dormant_below": 0.1})
        assert len(a_week(market(ties=ties, level=level), under)) == held


def test_a_pair_meets_once_a_week_by_the_first_way() -> None:
    for way in range(4):
        given = market(ties=[(0, 1), (0, 2)])
        chances = dict.fromkeys(WAYS[:way], 0.0)
        held = a_week(given, rules(SURE, chances), approach((3, 0, 1), (2, 0, 1)))
        assert held == [(0, 1, way)]
        assert given.members.interviews[0].tolist() == [int(way == other) for other in range(4)]
        assert given.members.first_interview_week.tolist() == [0, -1, -1, -1]
        assert given.members.first_offer_week.tolist() == [-1] * 4


@pytest.mark.parametrize(("level", "contacts"), [(1.0, 1), (0.25, 1), (0.5, 3)])
def test_each_contact_refers_by_the_strength_of_its_tie(level: float, contacts: int) -> None:
    """With k contacts of strength s: 1 - (1 - referral s)^k."""
    copies = 10_000
    held = a_week(markets(copies, contacts, level=level), rules({"referral": 0.4}))
    chance = 1.0 - (1.0 - 0.4 * level) ** contacts
    assert binomtest(len(held), copies, chance).pvalue > SAFE


def test_other_interviews_have_their_chances() -> None:
    copies = 10_000
    member = np.arange(copies, dtype=np.int32) * 2
    asked = Approaches(member + 1, member, member + 1)
    half = {"willing": (0.5, 0.5, 0.5, 0.5), "approach": 0.4}
    held = a_week(markets(copies, 0), rules(half), asked)
    assert binomtest(len(held), copies, 0.2).pvalue > SAFE
    twice = rules({"apply": 0.3, "applications": 2})
    assert binomtest(len(a_week(markets(copies, 0), twice)), copies, 0.51).pvalue > SAFE


def test_applications_go_to_any_opening_that_is_aimed_at() -> None:
    """Of four openings in the field two suit: one is at the own employer, one is the member's."""
    copies, size = 3000, 4
    own, role = np.divmod(np.arange(size * copies), size)
    given = world(
        size * copies,
        field=own,
        aim=own,
        employer=2 * own + (role > 1),
        seniority=2,
        opening=0,
        job_search=np.where(role == 0, ACTIVE, PASSIVE),
    )
    hirers = np.array([h for _, h, _ in a_week(given, rules({"apply": 0.5}))]) % size
    assert set(hirers) == {2, 3}
    for other in (2, 3):
        assert binomtest(int((hirers == other).sum()), copies, 0.5 * 0.25).pvalue > SAFE


def test_the_wait_for_a_first_interview_is_geometric() -> None:
    """Reduced by: `direct` alone, one contact with an opening each, no offers. P(T <= n) =
    1 - (1 - direct)^n, for eight n; a false alarm has probability below 1e-6.
    """
    copies, chance, weeks = 5000, 0.15, 8
    given = markets(copies, 0, ties=[(2 * n, 2 * n + 1) for n in range(copies)])
    under = rules({"direct": chance})
    for week in range(1, weeks + 1):
        given.week = week
        a_week(given, under)
        had = (given.members.first_interview_week > 0)[::2]
        assert given.members.first_interview_week.max() == week
        assert binomtest(int(had.sum()), copies, 1.0 - (1.0 - chance) ** week).pvalue > SAFE
    total = int(given.members.interviews.sum())
    assert binomtest(total, copies * weeks, chance).pvalue > SAFE
