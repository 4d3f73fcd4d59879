"""The statistics against scipy and against published examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis.paired import (
    Moments,
    holm,
    mean_interval,
    median_rank,
    paired_p,
    share_interval,
    welch,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = (2, 3, 4, 7, 20, 60)


def skewed(n: int, columns: int = 5) -> NDArray[np.float64]:
    return Generator(Philox(key=n)).lognormal(size=(n, columns)) - 1


def hall_statistic(sample: NDArray[np.float64], mu: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hall (1992), T3: the polynomial in the studentised mean, as published."""
    n = len(sample)
    w = (sample.mean(axis=0) - mu) / sample.std(axis=0, ddof=1)
    g = stats.skew(sample, axis=0, bias=False)
    return np.asarray(np.sqrt(n) * (w + g * w**2 / 3 + g**2 * w**3 / 27 + g / (6 * n)))


def test_interval_of_a_symmetric_sample_is_students() -> None:
    sample = np.array([[1.0], [2.0], [4.0], [6.0], [7.0]])
    low, high = mean_interval(Moments.of(sample), 0.95)
    expected = stats.ttest_1samp(sample[:, 0], 0.0).confidence_interval(0.95)
    assert low[0] == pytest.approx(expected.low)
    assert high[0] == pytest.approx(expected.high)


def test_interval_of_two_values_is_students() -> None:
    sample = np.array([[1.0], [4.0]])
    low, high = mean_interval(Moments.of(sample), 0.9)
    expected = stats.ttest_1samp(sample[:, 0], 0.0).confidence_interval(0.9)
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("n", [3, 4, 7, 20, 60])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_each_end_is_the_farther_of_students_and_halls(n: int, level: float) -> None:
    sample = skewed(n)
    low, high = mean_interval(Moments.of(sample), level)
    student = stats.ttest_1samp(sample, 0.0).confidence_interval(level)
    quantile = stats.t.ppf((1 + level) / 2, n - 1)
    assert np.all(low <= student.low + 1e-12)
    assert np.all(high >= student.high - 1e-12)
    for end, of_student, sign in ((low, student.low, 1), (high, student.high, -1)):
        moved = ~np.isclose(end, of_student)
        assert hall_statistic(sample, end)[moved] == pytest.approx(sign * quantile)
    assert not np.allclose(high, student.high)


@pytest.mark.parametrize("n", SIZES)
def test_p_is_that_of_the_paired_t_test(n: int) -> None:
    first, second = skewed(n) + 1, skewed(n + 1)[:n]
    expected = stats.ttest_rel(first, second).pvalue
    assert paired_p(Moments.of(first - second)) == pytest.approx(expected)


@pytest.mark.parametrize("n", [2, 5, 12])
def test_equal_differences_get_the_sign_tests_p_and_none_if_they_are_0(n: int) -> None:
    sample = np.tile([0.1 + 0.2, 0.0], (n, 1))
    moments = Moments.of(sample)
    sign_test = stats.binomtest(n, n, 0.5).pvalue
    assert paired_p(moments) == pytest.approx([sign_test, np.nan], nan_ok=True)
    low, high = mean_interval(moments, 0.95)
    assert low == pytest.approx(sample[0])
    assert high == pytest.approx(sample[0])


def test_one_world_has_neither_interval_nor_p() -> None:
    one = Moments.of(np.array([[3.0]]))
    assert np.isnan([*mean_interval(one, 0.95), paired_p(one)]).all()


def test_welch_is_scipys() -> None:
    first, second = skewed(9), skewed(14) * 3 + 1
    low, high, p = welch(Moments.of(first), Moments.of(second), 0.9)
    expected = stats.ttest_ind(first, second, equal_var=False)
    interval = expected.confidence_interval(0.9)
    assert p == pytest.approx(expected.pvalue)
    assert low == pytest.approx(interval.low)
    assert high == pytest.approx(interval.high)


def test_welch_needs_two_worlds_on_both_sides() -> None:
    one, many = Moments.of(skewed(1)), Moments.of(skewed(9))
    assert np.isnan(welch(one, many, 0.95)).all()
    assert np.isnan(welch(many, one, 0.95)).all()


def test_holm_of_the_textbook_example() -> None:
    # H1..H4 of the worked example in "Holm-Bonferroni method" (Wikipedia): H1 and H4 are rejected
    # at 0.05, H2 and H3 are not.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_does_not_count_what_was_not_tested() -> None:
    adjusted = holm([0.01, np.nan, 0.6, 0.7])
    assert adjusted[[0, 2, 3]] == pytest.approx([0.03, 1.0, 1.0])
    assert np.isnan(adjusted[1])
    assert holm([]).size == 0


@pytest.mark.parametrize("n", [1, 5, 50])
def test_share_interval_is_clopper_and_pearsons(n: int) -> None:
    wins = np.arange(n + 1)
    low, high = share_interval(wins, np.full(n + 1, n), 0.95)
    expected = [stats.binomtest(int(k), n).proportion_ci(0.95, "exact") for k in wins]
    assert low == pytest.approx([ci.low for ci in expected])
    assert high == pytest.approx([ci.high for ci in expected])


def test_share_interval_of_half_wins_lies_between_its_neighbours() -> None:
    low, high = share_interval([6.0, 6.5, 7.0], [10, 10, 10], 0.95)
    assert low[0] < low[1] < low[2]
    assert high[0] < high[1] < high[2]
    assert np.isnan(share_interval([0.0], [0], 0.95)).all()


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_median_rank_gives_the_interval_of_the_sign_test(level: float) -> None:
    sizes = np.arange(1, 80)
    for n, rank in zip(sizes.tolist(), median_rank(sizes, level).tolist(), strict=True):
        ordered = np.sort(Generator(Philox(key=n)).normal(size=n))
        expected = stats.quantile_test(ordered, p=0.5).confidence_interval(level)
        if rank == 0:
            assert np.isnan(expected.low) or np.isnan(expected.high)
        else:
            assert ordered[rank - 1] == expected.low
            assert ordered[n - rank] == expected.high
