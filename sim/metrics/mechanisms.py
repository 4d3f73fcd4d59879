"""Metrics of the mechanisms that can be switched on; see docs/model.md, 8.15."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.metrics.means import mean, partial_correlation
from sim.world.members import INMAILS, INTRODUCTIONS, WAYS_TO_INTERVIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from sim.world.build import World
    from sim.world.members import Int32


class Cohort(NamedTuple):
    """A cohort, and what has been found out about its members already."""

    world: World
    rows: Int32
    """Its members, int32[C]."""
    walked: Int32
    """Those whose surroundings were walked, int32[S]: all of them, or a sample."""
    reach_1: NDArray[np.int64]
    """Members at distance 1 from these, int64[S]."""
    reach_2: NDArray[np.int64]
    """Members at distance exactly 2 from these, int64[S]."""


def of_mechanisms(cohort: Cohort, on: frozenset[str]) -> dict[str, float]:
    """Measure what the mechanisms that are on have done: a value for each of their metrics.

    Parameters
    ----------
    cohort : Cohort
    on : frozenset of str
        Sections of the scenario whose mechanism is on.
    """
    values: dict[str, float] = {}
    for section, measure in _OF.items():
        if section in on:
            values |= measure(cohort)
    return values


def _columns(cohort: Cohort, *names: str) -> dict[str, float]:
    members = cohort.world.members
    return {name: mean(getattr(members, name)[cohort.rows]) for name in names}


def _search(cohort: Cohort) -> dict[str, float]:
    members = cohort.world.members
    searched = members.searched[cohort.rows]
    found = searched > 0
    positions = members.position_sum[cohort.rows][found] / searched[found]
    return _columns(cohort, "impressions", "approaches") | {"search_position": mean(positions)}


def _introductions(cohort: Cohort) -> dict[str, float]:
    counts = cohort.world.members.introductions[cohort.rows]
    return {
        f"introductions_{outcome}": mean(counts[:, number])
        for number, outcome in enumerate(INTRODUCTIONS)
    }


def _premium(cohort: Cohort) -> dict[str, float]:
    members = cohort.world.members
    counts, money = members.inmails[cohort.rows], mean(members.money[cohort.rows])
    won = mean(members.new_target_decision_makers[cohort.rows])
    return {f"inmails_{outcome}": mean(counts[:, n]) for n, outcome in enumerate(INMAILS)} | {
        "money": money,
        "money_per_new_target_decision_maker": money / won if won else 0.0,
    }


def _joining(cohort: Cohort) -> dict[str, float]:
    first = cohort.world.groups.rows.first_group
    groups = first[cohort.rows + 1] - first[cohort.rows]
    return {"groups": mean(groups), **_columns(cohort, "posts")}


def _careers(cohort: Cohort) -> dict[str, float]:
    members = cohort.world.members
    counts = members.interviews[cohort.rows].astype(np.int64)
    walked = members.interviews[cohort.walked].sum(axis=1, dtype=np.int64)
    one, two = cohort.reach_1, cohort.reach_2
    return {
        "interviews": mean(counts.sum(axis=1)),
        **{f"interviews/{way}": mean(counts[:, n]) for n, way in enumerate(WAYS_TO_INTERVIEWS)},
        **_columns(cohort, "offers", "employed"),
        "interviews_reach_2_partial": partial_correlation(walked, two, one),
        "interviews_reach_1_partial": partial_correlation(walked, one, two),
    }


_OF: Mapping[str, Callable[[Cohort], dict[str, float]]] = {
    "search": _search,
    "endorsements": lambda cohort: _columns(cohort, "endorsements"),
    "introductions": _introductions,
    "premium": _premium,
    "joining": _joining,
    "spam": lambda cohort: _columns(cohort, "messages_flagged"),
    "tiredness": lambda cohort: _columns(cohort, "weeks_burnt"),
    "careers": _careers,
}
"""What is measured of each mechanism, by section of the scenario."""
