"""Intervals that allow for two kinds of luck: of the design's rows, and of the worlds.

A study measures the same worlds (seeds) at every row of its design, so that its numbers are a table
of units (rows, or blocks of rows) by worlds. The mean over other worlds would have been another,
and so would the indices over another sample of rows. Each kind is judged by leaving out a part of
it and computing again (the jackknife [1]_): units in at most 64 groups, worlds one by one. The two
variances are added, which counts what is both twice and so errs on the wide side (like the
pigeonhole bootstrap of crossed data [2]_), and the interval is Student's, with the degrees of
freedom of Satterthwaite [3]_: with four worlds luck is known by three degrees of freedom, which a
bootstrap would not tell. Nothing is resampled: the same tables give the same interval.

Coverage of the nominal 95 % interval, measured by ``tests/analysis/test_sensitivity_coverage.py``
(``pytest -m slow``; 150 studies a row for Sobol indices, of the g-function with a = 0, 1, 4.5 and a
parameter that does nothing; 300 for Morris), with luck of single runs about as large as what the
design moves (standard deviation 0.5 beside 0.7)::

    design                        worst parameter   all parameters
    Sobol, N =  16,  4 worlds           .87             .97
    Sobol, N =  16, 12 worlds           .78             .94
    Sobol, N =  64,  4 worlds           .97             .99
    Sobol, N =  64, 12 worlds           .92             .98
    Sobol, N = 256,  4 worlds           .99             1.0
    Morris, 10 trajectories, 4 worlds   .97             .99
    Morris, 20 trajectories, 8 worlds   .96             .99

It falls short with 16 base samples, where indices of the strongest parameter are skewed; take 64 or
more. SALib's own interval of a total index, of the means over the same 4 worlds, missed 0 for the
parameter that does nothing in 50 of 50 studies.

References
----------
.. [1] Tukey, J. W. (1958). Bias and confidence in not quite large samples. Annals of Mathematical
   Statistics 29, 614.
.. [2] Owen, A. B. (2007). The pigeonhole bootstrap. Annals of Applied Statistics 1, 386-411.
.. [3] Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
   Biometrics Bulletin 2, 110-114.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.analysis.paired import Floats

    type Places = NDArray[np.intp]
    type Statistic = Callable[[Places, Places], Floats]

GROUPS = 64
FEWEST_WORLDS = 3
"""With fewer, leaving one out says nothing of worlds' luck where pairs of worlds are needed."""


def interval(
    statistic: Statistic, units: int, worlds: int, level: float, *, sampled: bool = True
) -> tuple[Floats, Floats, Floats]:
    """Estimate k statistics with their intervals.

    Parameters
    ----------
    statistic : callable
        Takes the places of units and of worlds to use, gives an array of shape (k,).
    units, worlds : int
        How many there are of each.
    level : float
        Confidence level, between 0 and 1.
    sampled : bool
        Whether the units are a sample of what is asked about; False where they are all of it.

    Returns
    -------
    estimate, low, high : ndarray of float64, shape (k,)
        Bounds are NaN where neither kind of luck can be judged: fewer than 2 units (or all of
        them), and fewer than 3 worlds.
    """
    every, seeds = np.arange(units), np.arange(worlds)
    estimate = statistic(every, seeds)
    parts: list[tuple[Floats, int]] = []
    if sampled and units >= 2:
        groups = np.array_split(every, min(units, GROUPS))
        left_out = [statistic(np.setdiff1d(every, group), seeds) for group in groups]
        parts.append((_variance(left_out), len(groups) - 1))
    if worlds >= FEWEST_WORLDS:
        left_out = [statistic(every, np.delete(seeds, place)) for place in seeds]
        parts.append((_variance(left_out), worlds - 1))
    if not parts:
        unknown = np.full(estimate.shape, np.nan)
        return estimate, unknown, unknown
    reach = reach_of(parts, level)
    return estimate, estimate - reach, estimate + reach


def reach_of(parts: list[tuple[Floats, int]], level: float) -> Floats:
    """Half the width of an interval whose variance is the sum of parts.

    Parameters
    ----------
    parts : list of (variance, degrees of freedom)
    level : float
    """
    variance = np.sum([part for part, _ in parts], axis=0)
    spread = np.sum([part**2 / freedom for part, freedom in parts], axis=0)
    known = spread > 0
    freedom = np.where(known, variance**2 / np.where(known, spread, 1.0), 1.0)
    quantile = np.asarray(stats.t.ppf((1 + level) / 2, freedom), dtype=np.float64)
    return quantile * np.sqrt(variance)


def _variance(left_out: list[Floats]) -> Floats:
    replicates = np.array(left_out)
    count = len(replicates)
    return np.asarray((count - 1) * replicates.var(axis=0), dtype=np.float64)
