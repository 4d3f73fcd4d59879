"""Verification: how often the 95 % interval of a mean difference holds the true difference.

Every cell simulates `REPLICATIONS` studies of n paired worlds from a distribution of differences
whose mean is known, and counts the intervals that hold it. A cell fails if the count would have
probability below 1e-8 had the interval's true coverage been the stated floor; over all cells the
false alarm probability is below 36 * 1e-8 < 1e-6. Seeds are fixed, so that a cell that passes
passes always.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis.paired import Moments, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    type Draw = Callable[[Generator, tuple[int, int]], NDArray[np.float64]]

LEVEL = 0.95
REPLICATIONS = 20_000
FALSE_ALARM = 1e-8
PAIRS = (4, 10, 20, 50)


def paired_lognormal(draws: Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Both arms lognormal in a world whose luck they share."""
    world = draws.normal(size=shape)
    arm = np.exp(0.5 * world + 0.5 * draws.normal(size=shape))
    return arm - np.exp(0.5 * world + 0.25 * draws.normal(size=shape))


def zero_inflated(draws: Generator, shape: tuple[int, int], mean: float) -> NDArray[np.float64]:
    """Counts of which 60 % are 0, the rest Poisson."""
    return np.where(draws.random(shape) < 0.6, 0.0, draws.poisson(mean, shape))


def rounded_mean() -> float:
    """Mean of a normal (0.3, 0.7) rounded to whole numbers."""
    whole = np.arange(-10, 11)
    edges = stats.norm.cdf((whole[:, None] + [-0.5, 0.5] - 0.3) / 0.7)
    return float((whole * (edges[:, 1] - edges[:, 0])).sum())


# name: (draw, true mean, stated floor of the coverage at 4, 10, 20 and 50 pairs)
DIFFERENCES: dict[str, tuple[Draw, float, tuple[float, float, float, float]]] = {
    "normal": (lambda g, s: g.normal(0.3, 1, s), 0.3, (0.95, 0.95, 0.95, 0.95)),
    "lognormal - lognormal": (
        paired_lognormal,
        exp(0.25) - exp((0.25 + 0.0625) / 2),
        (0.95, 0.945, 0.94, 0.945),
    ),
    "zero-inflated - zero-inflated": (
        lambda g, s: zero_inflated(g, s, 3) - zero_inflated(g, s, 2),
        0.4,
        (0.945, 0.945, 0.945, 0.945),
    ),
    "-1, 0 or 1 (half ties)": (
        lambda g, s: g.choice(np.array([-1.0, 0.0, 1.0]), p=[0.2, 0.5, 0.3], size=s),
        0.1,
        (0.92, 0.94, 0.95, 0.95),
    ),
    "rounded normal (ties)": (
        lambda g, s: np.round(g.normal(0.3, 0.7, s)),
        rounded_mean(),
        (0.91, 0.95, 0.95, 0.95),
    ),
    "exponential (skewness 2)": (
        lambda g, s: g.exponential(size=s),
        1.0,
        (0.925, 0.945, 0.95, 0.95),
    ),
    "lognormal (skewness 1.8)": (
        lambda g, s: g.lognormal(0, 0.5, s),
        exp(0.125),
        (0.94, 0.945, 0.945, 0.95),
    ),
    "lognormal (skewness 6.2)": (
        lambda g, s: g.lognormal(0, 1, s),
        exp(0.5),
        (0.88, 0.915, 0.925, 0.94),
    ),
    "zero-inflated (60 % zeros)": (
        lambda g, s: zero_inflated(g, s, 3),
        1.2,
        (0.84, 0.95, 0.95, 0.95),
    ),
}


def samples(name: str, pairs: int) -> tuple[NDArray[np.float64], float]:
    draw, truth, _ = DIFFERENCES[name]
    return draw(Generator(Philox(key=2024 + pairs)), (pairs, REPLICATIONS)), truth


def held(low: NDArray[np.float64], high: NDArray[np.float64], truth: float) -> int:
    return int(((low <= truth) & (truth <= high)).sum())


@pytest.mark.slow
@pytest.mark.parametrize("pairs", PAIRS)
@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_interval_holds_its_stated_coverage(name: str, pairs: int) -> None:
    sample, truth = samples(name, pairs)
    floor = DIFFERENCES[name][2][PAIRS.index(pairs)]
    count = held(*mean_interval(Moments.of(sample), LEVEL), truth)
    assert count >= stats.binom.ppf(FALSE_ALARM, REPLICATIONS, floor)
    assert count <= stats.binom.isf(FALSE_ALARM, REPLICATIONS, 0.99)


@pytest.mark.slow
def test_students_interval_alone_would_fail() -> None:
    """Why Student's t is not enough: it misses the floors where differences are skewed."""
    for name in ("exponential (skewness 2)", "lognormal (skewness 6.2)"):
        for pairs, floor in zip(PAIRS[1:3], DIFFERENCES[name][2][1:3], strict=True):
            sample, truth = samples(name, pairs)
            student = stats.ttest_1samp(sample, 0.0).confidence_interval(LEVEL)
            count = held(np.asarray(student.low), np.asarray(student.high), truth)
            assert count < stats.binom.ppf(FALSE_ALARM, REPLICATIONS, floor)


@pytest.mark.slow
def test_the_interval_is_little_wider_than_students_where_nothing_is_skewed() -> None:
    for pairs, most in zip(PAIRS, (1.75, 1.1, 1.05, 1.02), strict=True):
        sample, _ = samples("normal", pairs)
        low, high = mean_interval(Moments.of(sample), LEVEL)
        student = stats.ttest_1samp(sample, 0.0).confidence_interval(LEVEL)
        assert np.median((high - low) / (student.high - student.low)) < most
