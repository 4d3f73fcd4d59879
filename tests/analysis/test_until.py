"""Rounds decided by results, kept in the manifest, and what comparisons make of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from analysis.made_up import PRIMARY, lay_out, values
from sim.analysis import (
    Goal,
    Round,
    compare,
    first_round,
    headlines,
    load,
    look_at,
    primary_differences,
    said_of,
    to_csv,
    to_json,
    to_markdown,
)
from sim.analysis.claims import judge
from sim.analysis.inequalities import Inequality
from sim.analysis.paired import Moments, mean_interval
from sim.analysis.until import stopping
from sim.errors import WorkError

if TYPE_CHECKING:
    from pathlib import Path

GAPS = Generator(Philox(key=8)).normal(0.5, 1, 40)
BASE = Generator(Philox(key=9)).normal(10, 1, 40)
ONE = ("one", "group_driven")


def study(directory: Path, **manifest: Any) -> Path:
    """40 worlds of two arms whose differences are `GAPS`; hours as well."""
    series = [
        row
        for metric in (PRIMARY, "hours")
        for arm, ends in (("group_driven", BASE + GAPS), ("known_only", BASE))
        for row in values(arm, {seed: (0, end) for seed, end in enumerate(ends)}, metric=metric)
    ]
    return lay_out(directory, series, **manifest)


def noted(look: int) -> dict[str, Any]:
    return said_of(Goal(0.9, 500), [], Round(40, look))


def test_it_begins_with_20_worlds_or_those_asked_for_if_they_are_allowed() -> None:
    assert first_round(Goal(1, 500), 12) == Round(20, 0)
    assert first_round(Goal(1, 500), 60) == Round(60, 0)
    # All that are allowed: there is nothing to wait for.
    assert first_round(Goal(1, 12), 12) == Round(12, 1)
    assert first_round(Goal(1, 60), 60) == Round(60, 1)


def test_a_round_that_measures_never_stops() -> None:
    seen = look_at(Goal(100.0, 500), Round(40, 0), {ONE: GAPS})
    assert not seen.reached
    assert seen.next == Round(50, 1)


def test_a_look_stops_when_the_widest_interval_is_narrow() -> None:
    wide = ("everyone", "group_driven")
    gaps = {ONE: GAPS, wide: 2 * GAPS}
    low, high = mean_interval(Moments.of(2 * GAPS[:, None]), 0.9875)
    width = float((high - low)[0])
    seen = look_at(Goal(width * 1.001, 500), Round(40, 2), gaps)
    assert seen.reached
    assert seen.next is None
    assert (seen.question, seen.arm) == wide
    assert seen.width == pytest.approx(width)
    # Narrower than, not as wide as.
    again = look_at(Goal(width, 500), Round(40, 2), gaps)
    assert not again.reached
    assert again.next is not None
    assert again.next.look == 3
    assert again.next.worlds == again.needed


def test_pairs_that_are_missing_are_foreseen_to_be_missing_again() -> None:
    goal = Goal(0.2, 100_000)
    whole, half = (look_at(goal, Round(n, 1), {ONE: GAPS}).needed for n in (40, 80))
    assert whole is not None
    assert half is not None
    assert half == pytest.approx(2 * whole, abs=1)


def test_without_spread_worlds_are_added_until_no_more_are_allowed() -> None:
    for gaps in (np.zeros(20), np.ones(1)):
        seen = look_at(Goal(1.0, 100), Round(20, 0), {ONE: gaps})
        assert (seen.width, seen.needed, seen.reached) == (None, None, False)
        assert seen.next == Round(80, 0)
    last = look_at(Goal(1.0, 100), Round(100, 1), {ONE: np.zeros(100)})
    assert (last.reached, last.next) == (False, None)


def test_the_differences_are_those_of_the_primary_metric_at_the_end(tmp_path: Path) -> None:
    found = primary_differences(load([study(tmp_path / "made")]))
    assert found.keys() == {ONE}
    np.testing.assert_allclose(found[ONE], GAPS)


def test_intervals_of_the_primary_metric_alone_are_made_at_the_level_of_the_look(
    tmp_path: Path,
) -> None:
    usual = compare(load([study(tmp_path / "usual")]))
    found = compare(load([study(tmp_path / "made", **noted(2))]))
    level = 1 - 0.05 / 4
    primary, hours = found.rows
    low, high = mean_interval(Moments.of(GAPS[:, None]), level)
    assert primary.metric == PRIMARY
    assert primary.level == pytest.approx(level)
    assert (primary.low, primary.high) == pytest.approx((low[0], high[0]))
    wins = stats.binomtest(int((GAPS > 0).sum()), 40).proportion_ci(level)
    assert (primary.win_low, primary.win_high) == pytest.approx((wins.low, wins.high))
    assert primary.p == pytest.approx(4 * stats.ttest_1samp(GAPS, 0).pvalue)
    assert primary.median_low is not None
    assert usual.rows[0].median_low is not None
    assert primary.median_low < usual.rows[0].median_low
    week = found.by_week.filter(metric=PRIMARY, week=1)
    assert week["low"].item() == pytest.approx(low[0])
    assert (hours.level, hours.low) == (0.95, usual.rows[1].low)
    assert usual.until is None
    assert any("--until-ci 0.9" in note and "98.75 %" in note for note in found.notes)
    assert "allow for it" in to_markdown(found)
    assert headlines(found) != headlines(usual)


def test_claims_on_the_primary_metric_are_judged_at_that_level(tmp_path: Path) -> None:
    tests = [
        Inequality("S8", "says", metric, "group_driven", "known_only", "more", by=0.0)
        for metric in (PRIMARY, "hours")
    ]
    results = load([study(tmp_path / "made", **noted(2))])
    primary, hours = judge(results, tests)
    rows = compare(results).rows
    assert (primary.low, primary.high) == pytest.approx((rows[0].low, rows[0].high))
    assert (hours.low, hours.high) == pytest.approx((rows[1].low, rows[1].high))
    assert primary.low is not None
    assert hours.low is not None
    assert primary.low < hours.low


def test_another_confidence_loses_as_large_a_part_of_its_error(tmp_path: Path) -> None:
    found = compare(load([study(tmp_path / "made", **noted(1))]), level=0.9)
    assert [row.level for row in found.rows] == pytest.approx([0.95, 0.9])


def test_the_exports_hold_it(tmp_path: Path) -> None:
    found = compare(load([study(tmp_path / "made", **noted(1))]))
    content = json.loads(to_json(found))
    assert content["until"]["width"] == 0.9
    assert content["until"]["rounds"] == [[40, 1, None]]
    assert content["savings"][0]["pairs"] == 40
    assert content["rows"][0]["level"] == pytest.approx(0.975)
    assert "level" in to_csv(found).splitlines()[0].split(",")


def test_of_several_directories_the_one_looked_at_most_often_decides() -> None:
    found = stopping([noted(1), {}, noted(3), {"until": None}])
    assert found is not None
    assert found.look == 3
    assert stopping([{}]) is None


@pytest.mark.parametrize(
    "until",
    [
        7,
        [],
        {},
        {"width": -1, "max_seeds": 5, "look": 0, "rounds": [{"worlds": 5, "look": 0}]},
        noted(1)["until"] | {"look": 10**9},
        noted(1)["until"] | {"rounds": []},
        noted(1)["until"] | {"rounds": [1]},
        noted(1)["until"] | {"width": "wide"},
        noted(1)["until"] | {"width": float("nan")},
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(until: object) -> None:
    with pytest.raises(WorkError, match="--until-ci") as refused:
        stopping([{"until": until}])
    assert "\n" not in str(refused.value)
