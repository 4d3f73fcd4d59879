"""Shocks of working life: who loses its job, who begins to search, which positions open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest

from rules.hand import scenario, world
from sim.rules.shocks import shocks

if TYPE_CHECKING:
    from sim.world.build import World

ACTIVE, TIPTOEING, OPEN, PASSIVE = range(4)
CALM = {"on": True, "opening": 0.0, "loss": 0.0, "start": 0.0, "loss_week": 0}
"""Section `careers` in which nothing happens."""
TIME = {"acting_share": 0.25, "job_search_hours": (1.5, 1.2, 1.0, 0.7)}
"""What makes minutes out of hours, in section `members`."""


def after(given: World, week: int = 1, **careers: Any) -> Any:
    """Return the members after the shocks of a week; `careers` says what may happen in it."""
    given.week = week
    shocks(given, scenario(careers=CALM | careers, members=TIME))
    return given.members


def test_in_calm_weeks_nothing_changes() -> None:
    given = world(6, employer=1, seniority=2, job_search=[0, 1, 2, 3, 2, 3], opening=-1)
    before = given.members.copy()
    members = after(given)
    for name in ("employed", "employer", "job_search", "minutes", "opening"):
        np.testing.assert_array_equal(getattr(members, name), getattr(before, name))


def test_who_loses_its_job_searches_with_more_time() -> None:
    """4 hours a week x 1.5 while searching x 1/4 for acts are 90 minutes."""
    given = world(2, employer=3, seniority=2, opening=0, job_search=PASSIVE, hours=4.0, minutes=42)
    members = after(given, loss=1.0, opening=1.0)
    assert not members.employed.any()
    assert members.employer.tolist() == [-1, -1]
    assert members.job_search.tolist() == [ACTIVE, ACTIVE]
    assert members.minutes.tolist() == [90, 90]
    assert members.opening.tolist() == [-1, -1], "nobody hires for an employer it has left"


def test_only_who_has_a_job_here_loses_it() -> None:
    given = world(
        4,
        employer=[0, -1, 0, 0],
        present=[True, True, False, True],
        employed=[True, True, True, False],
        job_search=PASSIVE,
    )
    members = after(given, loss=1.0)
    assert members.employed.tolist() == [False, True, True, False]
    assert members.employer.tolist() == [-1, -1, 0, 0]
    assert members.job_search.tolist() == [ACTIVE, PASSIVE, PASSIVE, PASSIVE]


@pytest.mark.parametrize("week", [4, 5, 6])
def test_in_the_week_of_the_shock_all_focal_members_lose_their_jobs(week: int) -> None:
    """And at no other time, whereas chance goes on for the others."""
    focal = np.arange(6) < 3
    calm = after(world(6, employer=0, focal=focal), week, loss_week=5)
    assert calm.employed.tolist() == [week != 5] * 3 + [True] * 3
    rough = after(world(6, employer=0, focal=focal), week, loss_week=5, loss=1.0)
    assert rough.employed.tolist() == [week != 5] * 3 + [False] * 3


def test_without_a_week_of_the_shock_all_are_alike() -> None:
    members = after(world(6, employer=0, focal=np.arange(6) < 3), 0, loss=1.0)
    assert not members.employed.any()


def test_open_and_passive_members_begin_to_search() -> None:
    given = world(
        5, job_search=[1, 2, 3, 3, 2], hours=4.0, present=[1, 1, 1, 0, 1], focal=[0, 0, 0, 0, 1]
    )
    members = after(given.copy(), start=1.0)
    assert members.job_search.tolist() == [TIPTOEING, ACTIVE, ACTIVE, PASSIVE, ACTIVE]
    assert members.minutes.tolist() == [600, 90, 90, 600, 90]
    members = after(given.copy(), start=1.0, loss_week=9)
    assert members.job_search.tolist() == [TIPTOEING, ACTIVE, ACTIVE, PASSIVE, OPEN]


def test_decision_makers_with_an_employer_open_positions() -> None:
    given = world(5, seniority=[2, 1, 0, 2, 2], employer=[0, 0, 0, -1, 0], present=np.arange(5) < 4)
    assert after(given, 7, opening=1.0).opening.tolist() == [7, -1, -1, -1, -1]


def test_a_position_is_open_for_so_many_weeks() -> None:
    given = world(1, seniority=2, employer=0)
    after(given, 3, opening=1.0, opening_weeks=4)
    for week in (4, 5, 6):
        assert after(given.copy(), week, opening_weeks=4).opening.tolist() == [3]
        assert after(given.copy(), week, opening=1.0, opening_weeks=4).opening.tolist() == [3]
    assert after(given.copy(), 7, opening_weeks=4).opening.tolist() == [-1]
    assert after(given.copy(), 7, opening=1.0, opening_weeks=4).opening.tolist() == [7]


def test_each_happens_with_its_chance() -> None:
    """20,000 members a chance; a false alarm has probability 3e-7 in all."""
    count = 20_000
    blank = world(count, employer=0, seniority=2, job_search=OPEN)
    lost = ~after(blank.copy(), loss=0.03).employed
    began = after(blank.copy(), start=0.2).job_search == ACTIVE
    opened = after(blank.copy(), opening=0.5).opening == 1
    for happened, chance in ((lost, 0.03), (began, 0.2), (opened, 0.5)):
        assert binomtest(int(happened.sum()), count, chance).pvalue > 1e-7
