"""Labour markets made by hand, and a week in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rules.hand import scenario, world
from sim.rules.board import board_of
from sim.rules.careers import hire, interviews
from sim.rules.search import Approaches
from sim.world.fading import fading_table

if TYPE_CHECKING:
    from sim.scenario.study import Scenario
    from sim.world.build import World

ACTIVE, TIPTOEING, OPEN, PASSIVE = range(4)
DIRECT, REFERRAL, RECRUITER, APPLICATION = range(4)
SURE = {
    "direct": 1.0,
    "referral": 1.0,
    "approach": 1.0,
    "willing": (1.0, 1.0, 1.0, 1.0),
    "apply": 1.0,
}
WAYS = ("direct", "referral", "approach", "apply")
NOBODY = dict.fromkeys(WAYS, 0.0)
STILL = {"opening": 0.0, "opening_weeks": 50, "loss": 0.0, "start": 0.0, "applications": 1}
NO_OFFERS = {"offer_known": 0.0, "offer": 0.0}
ALL_OFFERS = {"offer_known": 1.0, "offer": 1.0}
SAFE = 1e-7
"""Least p value of a single check of a frequency; no test makes more than nine of them."""


def rules(*given: dict[str, Any], **sections: Any) -> Scenario:
    """Return a scenario with careers on; of chances given twice the last stands."""
    chances: dict[str, Any] = {}
    for some in (STILL, NOBODY, NO_OFFERS, *given):
        chances |= some
    return scenario(careers={"on": True, **chances}, **sections)


def a_week(
    given: World, under: Scenario, approaches: Approaches | None = None, threads: int = 1
) -> list[tuple[int, int, int]]:
    """Let a week's interviews and moves happen; return (member, hirer, way) of the interviews."""
    board = board_of(given, under, fading_table(under.ties, under.weeks))
    held = interviews(given, board, under.careers, approaches, threads)
    hire(given, board, under, approaches, threads)
    return list(zip(*(column.tolist() for column in held), strict=True))


def market(count: int = 4, **columns: Any) -> World:
    """Return a seeker 0 of employer 0 who aims at field 1, and 1, who hires there for employer 1.

    Member 2 is a colleague of the hirer. Nobody is connected unless `ties` say so.
    """
    rows = np.arange(count)
    made: dict[str, Any] = {
        "employer": np.where(np.isin(rows, (1, 2)), 1, 0),
        "field": (rows == 1).astype(int),
        "aim": (rows == 0).astype(int),
        "seniority": np.where(rows == 1, 2, 0),
        "job_search": np.where(rows == 0, ACTIVE, PASSIVE),
        "opening": np.where(rows == 1, 0, -1),
    }
    return world(count, **made | columns)


def approach(*triples: tuple[int, int, int]) -> Approaches:
    """Approaches, each by a recruiter to a member for a hirer."""
    return Approaches(*np.array(triples, np.int32).reshape(-1, 3).T)


def markets(copies: int, contacts: int, **columns: Any) -> World:
    """Return many markets apart from each other: a seeker, a hirer, and `contacts` colleagues."""
    role = np.tile(np.arange(2 + contacts), copies)
    own = np.repeat(np.arange(copies), 2 + contacts)
    seekers = np.flatnonzero(role == 0).tolist()
    made: dict[str, Any] = {
        "ties": [(i, i + 2 + n) for i in seekers for n in range(contacts)],
        "employer": np.where(role == 0, 0, 1 + own),
        "field": np.where(role == 1, 1 + own, 0),
        "aim": np.where(role == 0, 1 + own, 0),
        "seniority": np.where(role == 1, 2, 0),
        "job_search": np.where(role == 0, ACTIVE, PASSIVE),
        "opening": np.where(role == 1, 0, -1),
    }
    return world(len(role), **made | columns)
