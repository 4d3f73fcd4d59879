"""What pairing saves: the ratio of two variances, and an interval that holds the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from analysis.made_up import PRIMARY, lay_out, values
from sim.analysis import Saving, compare, load
from sim.analysis.luck import ratio_of_variances

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def saving(directory: Path, arm: NDArray[np.float64], base: NDArray[np.float64]) -> Saving:
    series = [
        row
        for name, column in (("group_driven", arm), ("known_only", base))
        for row in values(name, {seed: (0, value) for seed, value in enumerate(column)})
    ]
    (found,) = compare(load([lay_out(directory / "made", series)])).savings
    return found


def test_it_is_the_variance_of_the_difference_over_the_sum_of_both(tmp_path: Path) -> None:
    arm, base = np.array([5.0, 7, 6, 9, 8, 12]), np.array([3.0, 4, 4, 7, 5, 8])
    found = saving(tmp_path, arm, base)
    assert (found.question, found.arm, found.baseline) == ("one", "group_driven", "known_only")
    assert (found.metric, found.pairs) == (PRIMARY, 6)
    assert found.paired_variance == pytest.approx(np.var(arm - base, ddof=1))
    both = np.var(arm, ddof=1) + np.var(base, ddof=1)
    assert found.independent_variance == pytest.approx(both)
    assert found.ratio == pytest.approx(np.var(arm - base, ddof=1) / both)
    # As many worlds of two seeds give a mean difference of the same variance.
    assert found.independent_worlds == pytest.approx(6 * both / np.var(arm - base, ddof=1))
    assert found.ratio is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.ratio < found.high < 1


def test_the_interval_is_millers_jackknife() -> None:
    """Against scipy-free arithmetic that leaves one world out at a time, in a loop."""
    draws = Generator(Philox(key=3))
    sums, gaps = draws.exponential(3, 15), draws.normal(size=15)

    def log_ratio(keep: NDArray[np.bool_]) -> float:
        return float(np.log(np.var(sums[keep], ddof=1) / np.var(gaps[keep], ddof=1)))

    every = np.ones(15, dtype=bool)
    without = [log_ratio(np.arange(15) != left) for left in range(15)]
    pseudo = 15 * log_ratio(every) - 14 * np.array(without)
    ends = stats.ttest_1samp(pseudo, 0).confidence_interval(0.9)
    ratio, low, high = ratio_of_variances(sums, gaps, 0.9)
    assert ratio == pytest.approx(2 / (1 + np.exp(log_ratio(every))))
    assert (low, high) == pytest.approx((2 / (1 + np.exp(ends.high)), 2 / (1 + np.exp(ends.low))))


@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_the_interval_holds_the_ratio_that_is_known(shared: float) -> None:
    """2,000 studies of 30 worlds: 95 % hold it; below 90 % by chance with probability < 1e-15."""
    draws = Generator(Philox(key=4))
    held = 0
    for _ in range(2_000):
        world, own, other = draws.normal(size=(3, 30))
        arm, base = (shared**0.5 * world + (1 - shared) ** 0.5 * luck for luck in (own, other))
        _, low, high = ratio_of_variances(arm + base, arm - base, 0.95)
        assert low is not None
        assert high is not None
        held += low <= 1 - shared <= high
    assert 0.9 < held / 2_000 < 0.99


def test_without_variance_there_is_no_ratio(tmp_path: Path) -> None:
    base = np.arange(6.0)
    found = saving(tmp_path, base + 2, base)
    assert found.paired_variance == 0
    assert (found.ratio, found.low, found.high, found.independent_worlds) == (None,) * 4


def test_too_few_worlds_are_left_out(tmp_path: Path) -> None:
    series = [*values("a", {1: (0, 1), 2: (0, 2)}), *values("known_only", {1: (0, 0), 2: (0, 3)})]
    assert compare(load([lay_out(tmp_path / "made", series)])).savings == ()
