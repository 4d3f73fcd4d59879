"""Reading one directory or several."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from scipy import stats

from sim.analysis import compare, load, table
from sim.errors import NetgrowError, UsageError, WorkError

from .made_up import PRIMARY, Record, lay_out, times, values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def study(seeds: Iterable[int], height: float, metric: str = PRIMARY) -> list[Record]:
    # The square keeps worlds apart by different amounts in different studies.
    seeds = list(seeds)
    base = {seed: [0.0, float(seed)] for seed in seeds}
    arm = {seed: [0.0, seed + height * seed**2] for seed in seeds}
    return values("known_only", base, metric=metric) + values("group_driven", arm, metric=metric)


def test_several_directories_name_each_arm_with_its_directory(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study(range(1, 5), 1))
    second = lay_out(tmp_path / "second", study(range(1, 5), 2))
    found = compare(load([first, second]))
    assert found.baseline == "first:known_only"
    differences = {row.arm: row.difference for row in found.rows}
    assert differences == {
        "first:group_driven": 7.5,
        "second:group_driven": 15.0,
        "second:known_only": 0.0,
    }
    assert all(row.pairs == 4 for row in found.rows)
    assert any("paired by seed" in note for note in found.notes)
    assert [source["directory"] for source in found.sources] == ["first", "second"]


def test_directories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    pair = [lay_out(tmp_path / place / "s", study([1, 2], 1)) for place in ("a", "b")]
    assert load(pair).baseline == "a/s:known_only"


def test_scenarios_that_differ_are_mentioned(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study([1, 2, 3], 1))
    second = lay_out(tmp_path / "second", study([1, 2, 3], 2), scenario_hash="1" * 64)
    notes = compare(load([first, second])).notes
    assert any("scenarios differ" in note for note in notes)


def test_without_a_common_seed_the_arms_are_compared_unpaired(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study([1, 2, 3], 1))
    second = lay_out(tmp_path / "second", study([7, 8, 9, 10], 0))
    found = compare(load([first, second]))
    row = next(row for row in found.rows if row.arm == "second:known_only")
    expected = stats.ttest_ind([7, 8, 9, 10], [1, 2, 3], equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert (row.pairs, row.arm_worlds, row.baseline_worlds) == (0, 4, 3)
    assert row.difference == pytest.approx(6.5)
    assert (row.low, row.high) == pytest.approx((interval.low, interval.high))
    assert row.p == pytest.approx(expected.pvalue)
    assert row.win_probability == 1.0
    assert row.win_low is None
    assert row.median_difference == pytest.approx(6.5)
    assert "unpaired" in row.note
    assert any("second:known_only" in note and "Welch" in note for note in found.notes)
    week = found.by_week.filter(arm="second:known_only", week=1)
    assert week["low"].item() == pytest.approx(interval.low)
    paired = next(row for row in found.rows if row.arm == "first:group_driven")
    assert paired.pairs == 3


def test_baseline_may_be_named_without_its_directory_where_one_has_it(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study([1, 2], 1))
    second = lay_out(tmp_path / "second", values("dormant", {1: [0, 1], 2: [0, 3]}))
    results = load([first, second])
    assert compare(results, baseline="dormant").baseline == "second:dormant"
    with pytest.raises(UsageError, match="no baseline arm 'nobody'"):
        compare(results, baseline="nobody")


def test_metrics_that_only_one_directory_has_are_left_out_and_named(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study([1, 2], 1) + study([1, 2], 1, "reach_3"))
    second = lay_out(tmp_path / "second", study([1, 2], 1))
    results = load([first, second])
    assert list(results.metrics) == [PRIMARY]
    assert any("reach_3" in note for note in results.notes)


def test_arms_are_compared_at_the_last_week_that_both_reached(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", values("known_only", {1: [0, 1, 2, 3], 2: [0, 1, 2, 3]}))
    second = lay_out(tmp_path / "second", values("group_driven", {1: [0, 5], 2: [0, 7]}))
    (row,) = compare(load([first, second])).rows
    assert (row.week, row.difference) == (1, 5.0)


def test_weeks_that_differ_are_told_and_week_0_is_left_out(tmp_path: Path) -> None:
    courses = {seed: [0.0, seed, 2.0 * seed, 3.0 * seed**2] for seed in (1, 2, 3)}
    events = [row for arm in ("known_only", "b") for row in times(arm, {1: [(2, True)]})]
    whole = values("known_only", courses) + values("b", courses)
    early = values("known_only", {seed: course[:3] for seed, course in courses.items()})
    none = values("known_only", {seed: course[:1] for seed, course in courses.items()})
    places = [
        lay_out(tmp_path / "whole", whole, events),
        lay_out(tmp_path / "early", early, times("known_only", {1: [(2, False)]})),
        lay_out(tmp_path / "none", none, times("known_only", {1: [(0, False)]})),
    ]
    found = compare(load(places))
    assert [(row.arm, row.week) for row in found.rows] == [("whole:b", 3), ("early:known_only", 2)]
    heads, body = table(found)
    assert [line[heads.index("week")] for line in body] == ["3", "2"]
    assert (
        "early:known_only: compared with whole:known_only at week 2, the last that both have, "
        "although whole:known_only has 3 weeks"
    ) in found.notes
    left_out = "none:known_only: left out, only week 0 in common with whole:known_only"
    assert left_out in found.notes
    assert not any("whole:b" in note for note in found.notes)
    assert {gap.horizon for gap in found.survival.differences} == {2}
    assert "none:known_only" not in {curve.arm for curve in found.survival.curves}
    with pytest.raises(WorkError, match="no other arm has more than week 0"):
        compare(load(places), baseline="none:known_only")


def test_a_part_of_a_metric_is_described_by_the_whole(tmp_path: Path) -> None:
    results = load([lay_out(tmp_path / "study", study([1], 1, "hours/invite"))])
    metric = results.metrics["hours/invite"]
    assert (metric.title, metric.unit, metric.better) == ("hours, invite", "hours", "lower")


def test_failed_runs_are_mentioned(tmp_path: Path) -> None:
    lost = values("group_driven", {9: [0.0]})
    directory = lay_out(tmp_path / "study", study([1, 2], 1), failed=lost)
    assert load([directory]).notes == ('of the 5 runs in "study", 1 failed and is left out',)


def test_events_are_read(tmp_path: Path) -> None:
    events = times("known_only", {1: [(1, True)]}) + times("group_driven", {1: [(1, False)]})
    found = compare(load([lay_out(tmp_path / "study", study([1, 2], 1), events)]))
    assert {curve.arm for curve in found.survival.curves} == {"known_only", "group_driven"}
    assert found.survival.curves[0].weeks == (0, 1)


def damage_series(directory: Path) -> None:
    path = directory / "series.parquet"
    path.write_bytes(path.read_bytes()[:-40])


def other_schema(directory: Path) -> None:
    path = directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99}))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (damage_series, "damaged"),
        (other_schema, "99"),
        (lambda directory: (directory / "series.parquet").unlink(), "series.parquet"),
        (lambda directory: (directory / "manifest.json").unlink(), "manifest.json"),
        (lambda directory: (directory / "manifest.json").write_text("{"), "manifest.json"),
        (lambda directory: (directory / "runs.csv").write_text("a,b\n1,2\n"), "runs.csv"),
    ],
)
def test_damage_is_told_in_one_line(tmp_path: Path, damage: object, said: str) -> None:
    directory = lay_out(tmp_path / "study", study([1, 2], 1))
    assert callable(damage)
    damage(directory)
    with pytest.raises(NetgrowError) as caught:
        load([directory])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_study_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetgrowError, match="no finished run"):
        load([lay_out(tmp_path / "study", [])])


def test_directories_are_refused_that_are_none_missing_or_twice(tmp_path: Path) -> None:
    directory = lay_out(tmp_path / "study", study([1, 2], 1))
    with pytest.raises(UsageError, match="no result directory given"):
        load([])
    with pytest.raises(UsageError, match=r"no result directory .*absent"):
        load([tmp_path / "absent"])
    with pytest.raises(UsageError, match="given twice"):
        load([directory, tmp_path / "." / "study"])


def test_directories_that_share_no_metric_are_refused(tmp_path: Path) -> None:
    first = lay_out(tmp_path / "first", study([1, 2], 1, "reach_1"))
    second = lay_out(tmp_path / "second", study([1, 2], 1, "reach_2"))
    with pytest.raises(UsageError, match="first and second share no metric"):
        load([first, second])
