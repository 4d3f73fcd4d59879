"""Times to event against published and lifelines' numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis.survival import Survival, kaplan_meier, restricted_mean, survival

from .made_up import Record, times

if TYPE_CHECKING:
    from collections.abc import Sequence

# Freireich et al. (1963), Blood 21:699: weeks of remission under 6-MP, a '+' meaning censored.
SIX_MP = (
    *("6", "6", "6", "6+", "7", "9+", "10", "10+", "11+", "13", "16", "17+"),
    *("19+", "20+", "22", "23", "25+", "32+", "32+", "34+", "35+"),
)
# Its Kaplan-Meier table as printed in Kleinbaum & Klein, Survival Analysis, chapter 2.
PUBLISHED = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}


ARMS = ("known_only", "group_driven", "dormant")


def frame(records: list[Record]) -> pl.DataFrame:
    return pl.DataFrame(records)


def run(records: list[Record], horizon: int) -> Survival:
    return survival(frame(records), ARMS, "known_only", horizon, 0.95)


def test_kaplan_meier_of_the_6_mp_trial() -> None:
    weeks = np.array([int(text.rstrip("+")) for text in SIX_MP], dtype=np.int32)
    observed = np.array([not text.endswith("+") for text in SIX_MP])
    curve = kaplan_meier(weeks, observed, 35)
    assert curve[:6] == pytest.approx(1.0)
    for week, share in PUBLISHED.items():
        assert curve[week] == pytest.approx(share, abs=5e-5)
    assert curve[35] == curve[23]


def test_curve_median_and_restricted_mean_are_those_of_lifelines() -> None:
    draws = Generator(Philox(key=3))
    weeks, observed = draws.integers(1, 53, 300), draws.random(300) < 0.8
    fitted = KaplanMeierFitter().fit(weeks, observed)
    members = list(zip(weeks.tolist(), observed.tolist(), strict=True))
    curve = run(times("known_only", {1: members}), 52).curves[0]
    assert curve.survival == pytest.approx(fitted.predict(list(range(53))).to_numpy())
    assert curve.median == fitted.median_survival_time_
    assert curve.restricted_mean == pytest.approx(restricted_mean_survival_time(fitted, t=52))
    assert (curve.members, curve.observed, curve.worlds) == (300, int(observed.sum()), 1)
    assert np.isnan(curve.low).all()


def test_restricted_mean_without_early_censoring_is_the_mean_time() -> None:
    weeks = np.array([3, 5, 10, 10], dtype=np.int32)
    curve = kaplan_meier(weeks, np.array([True, True, True, False]), 10)
    assert restricted_mean(curve) == pytest.approx(7.0)


def test_nobody_has_the_event() -> None:
    curve = run(times("known_only", {1: [(8, False)] * 3, 2: [(8, False)] * 3}), 8).curves[0]
    assert curve.survival == (1.0,) * 9
    assert curve.median is None
    assert curve.restricted_mean == 8.0
    assert curve.observed == 0


def by_world(means: Sequence[int]) -> dict[int, list[tuple[int, bool]]]:
    """Worlds in which all of 50 members have the event in the same week."""
    return {seed: [(week, True)] * 50 for seed, week in enumerate(means)}


def test_the_unit_is_the_world_not_the_member() -> None:
    early, late = [4, 6, 5, 9], [8, 9, 11, 12]
    found = run(
        times("known_only", by_world(late)) + times("group_driven", by_world(early)), 20
    ).differences[0]
    expected = stats.ttest_rel(early, late)
    interval = expected.confidence_interval(0.95)
    assert found.difference == pytest.approx(-4.0)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.low is not None and found.low <= interval.low + 1e-12
    assert found.high is not None and found.high >= interval.high - 1e-12
    assert (found.arm_worlds, found.baseline_worlds, found.paired) == (4, 4, True)


def test_worlds_are_paired_by_seed_and_others_left_out() -> None:
    base = {1: [(10, True)], 2: [(4, True)], 3: [(9, True)]}
    arm = {2: [(5, True)], 3: [(7, True)], 4: [(1, True)]}
    found = run(times("known_only", base) + times("group_driven", arm), 20).differences[0]
    assert (found.arm_mean, found.baseline_mean) == (6.0, 6.5)
    assert found.arm_worlds == 2


def test_arms_without_a_common_seed_are_compared_by_welch() -> None:
    base = {1: [(10, True)], 2: [(4, True)], 3: [(9, True)]}
    arm = {5: [(5, True)], 6: [(7, True)]}
    found = run(times("known_only", base) + times("group_driven", arm), 20).differences[0]
    expected = stats.ttest_ind([5, 7], [10, 4, 9], equal_var=False)
    assert not found.paired
    assert found.p == pytest.approx(expected.pvalue)


def test_one_world_gives_a_difference_without_interval() -> None:
    records = times("known_only", {1: [(5, True)]}) + times("group_driven", {1: [(3, True)]})
    found = run(records, 9).differences[0]
    assert (found.difference, found.low, found.high, found.p) == (-2.0, None, None, None)


def test_equal_differences_have_no_interval_and_rounding_is_no_difference() -> None:
    worlds = {seed: [(4 + seed, True)] for seed in range(3)}
    later = {seed: [(6 + seed, True)] for seed in range(3)}
    records = times("known_only", worlds) + times("group_driven", later)
    found, same = run(records + times("dormant", worlds), 20).differences
    assert (found.difference, found.low, found.high, found.p) == (2.0, None, None, 0.25)
    assert (same.difference, same.low, same.p) == (0.0, None, None)
    assert found.agree
    assert same.agree


def test_curves_and_differences_stand_in_the_order_of_the_arms() -> None:
    records = [row for arm in sorted(ARMS) for row in times(arm, by_world([3, 4]))]
    found = run(records, 9)
    assert tuple(curve.arm for curve in found.curves) == ARMS
    assert tuple(gap.arm for gap in found.differences) == ARMS[1:]


def test_several_events_are_kept_apart_and_an_arm_may_lack_one() -> None:
    """As where careers are on in one arm alone."""
    records = times("known_only", by_world([9, 8])) + times("dormant", by_world([9, 8]))
    records += times("group_driven", by_world([4, 6]))
    for arm, weeks in (("known_only", [12, 14]), ("group_driven", [10, 15])):
        records += [row | {"event": "first_offer"} for row in times(arm, by_world(weeks))]
    found = run(records, 20)
    assert [(curve.event, curve.arm) for curve in found.curves] == [
        *(("first", arm) for arm in ARMS),
        *(("first_offer", arm) for arm in ARMS[:2]),
    ]
    gaps = {(gap.event, gap.arm): gap.difference for gap in found.differences}
    assert gaps == {
        ("first", "group_driven"): -3.5,
        ("first", "dormant"): 0.0,
        ("first_offer", "group_driven"): -0.5,
    }


def test_band_over_worlds_holds_the_curve_and_stays_a_share() -> None:
    draws = Generator(Philox(key=9))
    worlds = {
        seed: [(int(week), bool(week < 30)) for week in draws.integers(1, 31, 5 + 20 * seed)]
        for seed in range(5)
    }
    curve = run(times("known_only", worlds), 30).curves[0]
    low, middle, high = (np.array(part) for part in (curve.low, curve.survival, curve.high))
    assert np.all((low >= 0) & (low <= middle) & (middle <= high) & (high <= 1))
    assert high[10] - low[10] > 0.05
