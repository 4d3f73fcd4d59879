"""Differences and bands by week, and when one arm overtakes the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis import Overtaking, compare, load

from .made_up import PRIMARY, lay_out, values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOISE = (-0.2, -0.1, 0.0, 0.1, 0.2)


def overtaking(tmp_path: Path, differences: Sequence[float], metric: str = PRIMARY) -> Overtaking:
    """What is found where the arm is ahead by `differences`, the same in 5 worlds but for noise."""
    base = {seed: [10.0] * len(differences) for seed in range(5)}
    arm = {
        seed: [10 + gap + (noise if gap else 0) for gap in differences]
        for seed, noise in enumerate(NOISE)
    }
    directory = lay_out(
        tmp_path / "study",
        values("known_only", base, metric=metric) + values("group_driven", arm, metric=metric),
    )
    return compare(load([directory])).overtakes[0]


def test_an_arm_that_falls_behind_and_then_overtakes(tmp_path: Path) -> None:
    found = overtaking(tmp_path, [0, -1, -2, -0.1, 0.1, 1, 2])
    assert found.changes == (4,)
    assert (found.ahead_from, found.behind_from) == (5, None)
    said = found.in_words("reach")
    assert "group_driven clearly ahead from week 5" in said
    assert "changes sign at week 4" in said


def test_a_lead_that_is_lost_before_the_end_does_not_last(tmp_path: Path) -> None:
    found = overtaking(tmp_path, [0, 1, 2, 1, 0.05])
    assert (found.changes, found.ahead_from, found.behind_from) == ((), None, None)
    assert "no lasting lead" in found.in_words("reach")


def test_equal_weeks_in_between_are_no_change_of_sign(tmp_path: Path) -> None:
    found = overtaking(tmp_path, [0, 1, 0, 1, 0, -1])
    assert found.changes == (5,)


def test_less_is_ahead_where_less_is_better(tmp_path: Path) -> None:
    found = overtaking(tmp_path, [0, 1, -1, -2], metric="hours")
    assert (found.ahead_from, found.behind_from) == (2, None)


def test_the_baseline_can_stay_ahead(tmp_path: Path) -> None:
    found = overtaking(tmp_path, [0, 0.01, -1, -1])
    assert (found.ahead_from, found.behind_from) == (None, 2)
    assert "known_only clearly ahead from week 2" in found.in_words("reach")


def test_by_week_agrees_with_scipy_week_by_week(tmp_path: Path) -> None:
    draws = Generator(Philox(key=1))
    base, arm = draws.normal(size=(2, 8, 6))
    directory = lay_out(
        tmp_path / "study",
        values("known_only", dict(enumerate(base.tolist())))
        + values("group_driven", dict(enumerate(arm.tolist()))),
    )
    found = compare(load([directory]), level=0.9).by_week
    assert found["week"].to_list() == list(range(6))
    assert found["pairs"].to_list() == [8] * 6
    assert found["arm_mean"].to_numpy() == pytest.approx(arm.mean(axis=0))
    assert found["baseline_mean"].to_numpy() == pytest.approx(base.mean(axis=0))
    assert found["difference"].to_numpy() == pytest.approx((arm - base).mean(axis=0))
    student = stats.ttest_rel(arm, base).confidence_interval(0.9)
    width = student.high - student.low
    assert np.all(found["low"].to_numpy() <= student.low + 1e-12)
    assert np.all(found["high"].to_numpy() >= student.high - 1e-12)
    assert np.all(found["high"].to_numpy() - found["low"].to_numpy() < 1.6 * width)


def test_trajectories_use_every_world_of_each_arm(tmp_path: Path) -> None:
    directory = lay_out(
        tmp_path / "study",
        values("known_only", {1: [0, 2], 2: [0, 4], 3: [0, 6]})
        + values("group_driven", {1: [0, 3]}),
    )
    found = compare(load([directory])).trajectories.filter(pl.col("week") == 1)
    rows = {row["arm"]: row for row in found.to_dicts()}
    assert (rows["known_only"]["mean"], rows["known_only"]["worlds"]) == (4.0, 3)
    expected = stats.ttest_1samp([2, 4, 6], 0).confidence_interval(0.95)
    assert rows["known_only"]["low"] == pytest.approx(expected.low)
    assert (rows["group_driven"]["mean"], rows["group_driven"]["low"]) == (3.0, None)
