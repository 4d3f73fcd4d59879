"""The paired table, worked by hand and against scipy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis import Comparison, Difference, compare, headlines, load, to_markdown
from sim.analysis.paired import holm
from sim.errors import UsageError, WorkError

from .made_up import METRICS, PRIMARY, Record, lay_out, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def last(by_seed: Mapping[int, float]) -> dict[int, list[float]]:
    return {seed: [0.0, value] for seed, value in by_seed.items()}


def found(tmp_path: Path, series: Sequence[Record], **said: Any) -> Comparison:
    return compare(load([lay_out(tmp_path / "study", series, **said)]))


def only(tmp_path: Path, base: Mapping[int, float], arm: Mapping[int, float]) -> Difference:
    series = values("known_only", last(base)) + values("group_driven", last(arm))
    (row,) = found(tmp_path, series).rows
    return row


def test_a_table_worked_by_hand(tmp_path: Path) -> None:
    base = {1: 10.0, 2: 12.0, 3: 9.0, 4: 11.0, 5: 10.0, 6: 8.0}
    arm = {1: 13.0, 2: 12.0, 3: 11.0, 4: 10.0, 5: 14.0, 6: 12.0}
    row = only(tmp_path, base, arm)  # differences 3, 0, 2, -1, 4, 4
    assert (row.question, row.point, row.cohort, row.metric) == ("one", "base", "focal", PRIMARY)
    assert (row.arm, row.baseline, row.week, row.pairs) == ("group_driven", "known_only", 1, 6)
    assert (row.arm_mean, row.baseline_mean, row.difference) == (12.0, 10.0, 2.0)
    assert (row.arm_median, row.baseline_median) == (12.0, 10.0)
    assert (row.median_difference, row.median_low, row.median_high) == (2.5, -1.0, 4.0)
    assert row.win_probability == pytest.approx((4 + 0.5) / 6)
    assert row.effect == pytest.approx(2.0 / stats.tstd([3, 0, 2, -1, 4, 4]))
    assert row.p == pytest.approx(stats.ttest_rel(list(arm.values()), list(base.values())).pvalue)
    assert row.p_holm == row.p
    assert row.low is not None
    assert row.low < 0
    assert row.verdict == "no clear difference"


def test_less_wins_where_less_is_better(tmp_path: Path) -> None:
    series = values("known_only", last({1: 5, 2: 5, 3: 5, 4: 5}), metric="hours")
    series += values("group_driven", last({1: 4, 2: 3, 3: 6, 4: 5}), metric="hours")
    (row,) = found(tmp_path, series, primary="hours").rows
    assert row.win_probability == pytest.approx((2 + 0.5) / 4)
    assert row.difference < 0


def test_pairs_are_worlds_that_both_arms_finished(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 1, 2: 2, 3: 100}, {2: 4, 1: 2, 9: 50})
    assert (row.pairs, row.difference, row.baseline_mean) == (2, 1.5, 1.5)


def test_worlds_without_a_value_are_left_out(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 1, 2: float("nan"), 3: 3}, {1: 2, 2: 4, 3: 5})
    assert (row.pairs, row.difference) == (2, 1.5)


def test_one_pair_gives_no_interval_and_says_so(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 1}, {1: 4})
    assert (row.difference, row.low, row.high, row.p, row.effect) == (3.0, None, None, None, None)
    assert row.verdict == "no clear difference"
    assert "no interval" in row.note


def test_equal_differences_have_no_effect_size_and_say_so(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 0.1, 2: 0.4, 3: 0.7}, {1: 0.3, 2: 0.6, 3: 0.9})
    assert (row.effect, row.low, row.high) == (None, None, None)
    assert row.agree
    assert row.p == pytest.approx(0.25)
    assert "all 3 worlds agree exactly" in row.note
    assert row.verdict == "no clear difference"


@pytest.mark.parametrize(("worlds", "verdict"), [(5, "no clear difference"), (6, "lower")])
def test_equal_differences_are_judged_by_the_sign_test_alone(
    tmp_path: Path, worlds: int, verdict: str
) -> None:
    base = {seed: float(seed) for seed in range(worlds)}
    row = only(tmp_path, base, {seed: value - 5.25 for seed, value in base.items()})
    assert row.p == stats.binomtest(worlds, worlds, 0.5).pvalue
    assert (row.low, row.verdict) == (None, verdict)


def test_equal_differences_have_no_interval_by_week_either(tmp_path: Path) -> None:
    series = values("known_only", {1: [0, 1, 1], 2: [0, 2, 2]})
    series += values("group_driven", {1: [0, 3, 4], 2: [0, 4, 6]})
    weeks = found(tmp_path, series).by_week
    assert weeks["difference"].to_list() == [0.0, 2.0, 3.5]
    assert [low is None for low in weeks["low"]] == [True, True, False]


def test_rounding_is_no_difference(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 0.3, 2: 0.3}, {1: 0.1 + 0.2, 2: 0.1 + 0.2})
    assert (row.difference, row.win_probability, row.p) == (0.0, 0.5, None)
    assert row.tied


def test_rounding_of_the_mean_is_no_difference(tmp_path: Path) -> None:
    gaps = [0.1, 0.2, -0.3]  # their sum in floating point is 5.6e-17, not 0
    row = only(tmp_path, dict.fromkeys(range(3), 0.0), dict(enumerate(gaps)))
    assert (row.difference, row.effect, row.p) == (0.0, 0.0, 1.0)
    assert row.low is not None
    assert not row.tied


def test_rounding_of_independent_means_is_no_difference(tmp_path: Path) -> None:
    row = only(tmp_path, {1: 0.1, 2: 0.2, 3: 0.3}, {4: 0.2, 5: 0.2, 6: 0.2})
    assert (row.pairs, row.difference, row.effect) == (0, 0.0, 0.0)


def test_holm_runs_over_metrics_and_arms_of_one_question_point_and_cohort(tmp_path: Path) -> None:
    draws = Generator(Philox(key=4))
    series: list[Record] = []
    for cohort in ("focal", "all"):
        for metric in ("a", "b", PRIMARY):
            for arm in ("known_only", "group_driven", "dormant"):
                course = dict(enumerate(draws.normal(size=(5, 1)).tolist()))
                series += values(arm, course, metric=metric, cohort=cohort)
    rows = found(tmp_path, series).rows
    assert [row.cohort for row in rows] == ["focal"] * 6 + ["all"] * 6
    assert rows[0].metric == PRIMARY
    for family in (rows[:6], rows[6:]):
        by_hand = {
            (row.metric, row.arm): value
            for row, value in zip(family, holm([row.p or 0 for row in family]), strict=True)
        }
        first = [row for row in family if row.metric == PRIMARY]
        for row, value in zip(first, holm([row.p or 0 for row in first]), strict=True):
            by_hand[row.metric, row.arm] = value
        for row in family:
            assert row.p_holm == pytest.approx(by_hand[row.metric, row.arm])


def test_the_primary_metric_is_judged_by_itself_and_the_others_after_holm(tmp_path: Path) -> None:
    base = dict.fromkeys(range(6), 0.0)
    arm = dict(enumerate([1.0, 2.0, 1.5, 0.5, 2.5, 1.2]))  # p about 0.004
    series: list[Record] = []
    for metric in (PRIMARY, *(f"m{i:02}" for i in range(20))):
        series += values("known_only", last(base), metric=metric)
        series += values("group_driven", last(arm), metric=metric)
    rows = found(tmp_path, series).rows
    assert {row.verdict for row in rows if row.metric == PRIMARY} == {"higher"}
    assert {row.verdict for row in rows if row.metric != PRIMARY} == {"no clear difference"}


def test_the_primary_metric_is_adjusted_for_the_number_of_its_arms(tmp_path: Path) -> None:
    base = dict.fromkeys(range(6), 0.0)
    gaps = [-0.2, 0.3, 0.7, 1.3, 1.7, 2.2]  # symmetric, p about 0.04
    series = values("known_only", last(base))
    for arm in ("a", "b", "c"):
        series += values(arm, last(dict(enumerate(gaps))))
    one = found(tmp_path / "one", [row for row in series if row["arm"] in ("known_only", "a")])
    assert [row.p_holm for row in one.rows] == [one.rows[0].p]
    assert one.rows[0].verdict == "higher"
    three = found(tmp_path / "three", series).rows
    assert [row.p_holm for row in three] == pytest.approx([3 * (three[0].p or 0)] * 3)
    assert {row.verdict for row in three} == {"no clear difference"}


def test_what_differs_in_no_world_is_no_test_and_costs_the_others_nothing(tmp_path: Path) -> None:
    base = {seed: float(seed) for seed in range(5)}
    series: list[Record] = []
    for metric in ("a", "b", "c"):
        series += values("known_only", last(base), metric=metric)
        arm = {s: v + (s + 1) ** 2 if metric == "a" else v for s, v in base.items()}
        series += values("group_driven", last(arm), metric=metric)
    rows = {row.metric: row for row in found(tmp_path, series).rows}
    assert rows["a"].p_holm == rows["a"].p is not None
    assert [(rows[name].p, rows[name].p_holm) for name in "bc"] == [(None, None)] * 2


def test_baseline_and_metrics_can_be_chosen(tmp_path: Path) -> None:
    series = [
        record
        for metric in METRICS
        for arm, height in (("known_only", 1), ("group_driven", 3))
        for record in values(arm, last({1: height, 2: height + 1}), metric=metric)
    ]
    results = load([lay_out(tmp_path / "study", series)])
    (row,) = compare(results, baseline="group_driven", metrics=["hours"]).rows
    assert (row.metric, row.arm, row.difference) == ("hours", "known_only", -2.0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"baseline": "known_onyl"}, "did you mean 'known_only'"),
        ({"metrics": ["huors"]}, "did you mean 'hours'"),
        ({"level": 95}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(
    tmp_path: Path, asked: dict[str, object], said: str
) -> None:
    series = values("known_only", last({1: 1}), metric="hours")
    series += values("group_driven", last({1: 2}), metric="hours")
    results = load([lay_out(tmp_path / "study", series)])
    with pytest.raises(UsageError, match=said) as caught:
        compare(results, **asked)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def lacking(arm: str) -> list[Record]:
    """Three arms with the primary metric, all but `arm` with interviews too."""
    series: list[Record] = []
    for height, name in enumerate(("known_only", "a", "b")):
        series += values(name, last({1: height, 2: 3 * height}))
        if name != arm:
            series += values(name, last({1: 2 * height, 2: height}), metric="interviews")
    return series


def test_a_metric_that_an_arm_lacks_is_compared_among_the_others_and_said(tmp_path: Path) -> None:
    comparison = found(tmp_path, lacking("b"))
    assert [(row.metric, row.arm) for row in comparison.rows] == [
        (PRIMARY, "a"), (PRIMARY, "b"), ("interviews", "a"),
    ]  # fmt: skip
    assert "b: not measured, so not compared with others: interviews" in comparison.notes
    assert not any(note.startswith(("a:", "known_only:")) for note in comparison.notes)
    assert len(comparison.trajectories.filter(metric="interviews")) == 4


def test_a_metric_that_the_baseline_lacks_is_not_compared_and_said(tmp_path: Path) -> None:
    comparison = found(tmp_path, lacking("known_only"), primary="interviews")
    assert {row.metric for row in comparison.rows} == {PRIMARY}
    assert "known_only: not measured, so not compared with others: interviews" in comparison.notes
    told = headlines(comparison)
    assert [sentence.startswith(METRICS[PRIMARY]["title"]) for sentence in told] == [True, True]
    assert "interviews" in to_markdown(comparison)


def test_nothing_is_said_where_all_arms_have_all_metrics(tmp_path: Path) -> None:
    assert not any("not measured" in note for note in found(tmp_path, lacking("")).notes)


def test_one_arm_alone_is_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match="nothing to compare with 'known_only'"):
        found(tmp_path, values("known_only", last({1: 1})))


def test_no_common_question_is_nothing_to_compare(tmp_path: Path) -> None:
    series = values("known_only", last({1: 1}))
    series += values("group_driven", last({1: 1}), question="everyone")
    with pytest.raises(WorkError, match="same question and point"):
        found(tmp_path, series)


def test_arms_stand_in_the_order_of_the_scenario(tmp_path: Path) -> None:
    worlds = {1: 1.0, 2: 2.0}
    series = [record for arm in ("known_only", "a", "b") for record in values(arm, last(worlds))]
    listed = {arm: {"strategy": "dormant"} for arm in ("known_only", "b", "a")}
    assert [row.arm for row in found(tmp_path, series, arms=listed).rows] == ["b", "a"]
