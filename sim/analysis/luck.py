"""What common random numbers save: paired worlds against worlds of independent seeds.

Arms that meet the same world and the same luck differ by less than arms that each have their own:
Var(A - B) = Var(A) + Var(B) - 2 Cov(A, B), and independent worlds have no covariance [1]_. The
ratio of the two variances is the ratio of the worlds needed for an interval of one width.

Its interval: with S = A + B and D = A - B, Var(A) + Var(B) is the mean of Var(S) and Var(D), so the
ratio follows from Var(S) / Var(D), whose logarithm is jackknifed over worlds [2]_ (Student's t with
n - 1 degrees of freedom): it needs no normal differences, and nothing is drawn at random.

References
----------
.. [1] Glasserman, P. and Yao, D. D. (1992). Some guidelines and guarantees for common random
   numbers. Management Science 38, 884-908.
.. [2] Miller, R. G. (1968). Jackknifing variances. Annals of Mathematical Statistics 39, 567-582.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from sim.analysis.ends import paired_ends
from sim.analysis.paired import ROUNDING

if TYPE_CHECKING:
    import polars as pl

    from sim.analysis.paired import Floats

_FEWEST = 4
"""Worlds without one of which there is still a spread in each of the others."""


@dataclass(frozen=True)
class Saving:
    """What pairing saved in the comparison of one arm with the baseline.

    Attributes
    ----------
    pairs : int
        Worlds that both arms lived in.
    paired_variance : float
        Variance of the difference between the arms in one world, in squares of the metric's unit.
    independent_variance : float
        Sum of the variances of both arms: that of a difference between worlds of two seeds.
    ratio, low, high : float or None
        The first over the second, and its interval. Below 1 pairing saves worlds, above 1 it costs
        some. None where an arm, or the difference, does not vary.
    independent_worlds : float or None
        Worlds of independent seeds under each arm for a difference as sure as that of `pairs`.
    """

    question: str
    point: str
    metric: str
    arm: str
    baseline: str
    pairs: int
    paired_variance: float
    independent_variance: float
    ratio: float | None
    low: float | None
    high: float | None
    independent_worlds: float | None


def savings(pairs: pl.DataFrame, metric: str, baseline: str, level: float) -> tuple[Saving, ...]:
    """Compare the variances of every paired comparison on one metric at its last week.

    Parameters
    ----------
    pairs : polars.DataFrame
        As from `weekly.pair`.
    metric : str
    baseline : str
        The arm compared with.
    level : float
        Confidence level of the interval of the ratio.

    Returns
    -------
    tuple of Saving
        By question, point and arm; comparisons of fewer than 4 worlds are left out.
    """
    found = []
    for ends in paired_ends(pairs, metric):
        count = ends.differences.size
        if count < _FEWEST:
            continue
        own, base = ends.arm_values, ends.baseline_values
        both = float(own.var(ddof=1) + base.var(ddof=1))
        paired = float(ends.differences.var(ddof=1))
        ratio, low, high = ratio_of_variances(own + base, ends.differences, level)
        if paired <= (ROUNDING * max(np.abs(own).max(), np.abs(base).max())) ** 2:
            paired, ratio, low, high = 0.0, None, None, None
        found.append(
            Saving(
                *(ends.question, ends.point, metric, ends.arm, baseline, count),
                *(paired, both, ratio, low, high),
                independent_worlds=None if ratio is None else count / ratio,
            )
        )
    return tuple(found)


def ratio_of_variances(
    sums: Floats, differences: Floats, level: float
) -> tuple[float | None, float | None, float | None]:
    """Compare the variance of A - B with the sum of those of A and B.

    Parameters
    ----------
    sums, differences : ndarray of float64, shape (n,)
        A + B and A - B by world; n is 4 or more.
    level : float
        Confidence level.

    Returns
    -------
    ratio, low, high : float or None
        Between 0 and 2; None where either has no spread, or none without one of the worlds.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        left_out = np.log(_variances_without_one(sums) / _variances_without_one(differences))
        whole = np.log(sums.var(ddof=1) / differences.var(ddof=1))
    if not np.isfinite([whole, *left_out]).all():
        return None, None, None
    count = sums.size
    values = count * whole - (count - 1) * left_out
    error = values.std(ddof=1) / np.sqrt(count)
    reach = float(stats.t.ppf((1 + level) / 2, count - 1)) * error
    middle = values.mean()
    # 2 / (1 + x) falls as x = Var(S) / Var(D) grows.
    ratio, low, high = 2 / (1 + np.exp([whole, middle + reach, middle - reach]))
    return float(ratio), float(low), float(high)


def _variances_without_one(values: Floats) -> Floats:
    """Variance of all values but one (divisor n - 2), for each one left out."""
    count = values.size
    centred = values - values.mean()
    squares = (centred**2).sum() - centred**2 * (count / (count - 1))
    return np.maximum(squares, 0.0) / (count - 2)
