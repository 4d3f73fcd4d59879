"""Estimators of sensitivity: Sobol indices, Morris screening, partial rank correlation.

Every estimator takes what was measured in single worlds, shape (worlds, ...), and asks about the
mean over worlds. Sobol indices, the variances of a grid and Morris' sigma are squares, and the
square of a mean over few worlds holds the luck that is left in it: a parameter without any effect
would get a total index above 0, all the more the fewer worlds there are. So squares are replaced by
products of two different worlds (`without_luck`), whose luck is independent. With one world that
cannot be done, and where all worlds agree it changes nothing: the estimators are then those of
SALib, against which they are tested.

References
----------
.. [1] Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output. Design and
   estimator for the total sensitivity index. Computer Physics Communications 181, 259-270.
.. [2] Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments.
   Technometrics 33, 161-174.
.. [3] Campolongo, F., Cariboni, J. and Saltelli, A. (2007). An effective screening design for
   sensitivity analysis of large models. Environmental Modelling & Software 22, 1509-1518 (mu*).
.. [4] Marino, S. et al. (2008). A methodology for performing global uncertainty and sensitivity
   analysis in systems biology. Journal of Theoretical Biology 254, 178-196 (partial rank
   correlation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.analysis.paired import Floats

FOLDED = np.sqrt(2 / np.pi)
"""Mean of |z| of a standard normal z."""


def without_luck(form: Callable[[Floats], Floats], worlds: Floats) -> Floats:
    """Evaluate a quadratic form at the mean over worlds, without the worlds' luck.

    Parameters
    ----------
    form : callable
        A quadratic form (any sum of products of two values) of its argument's last axes; a leading
        axis is carried along.
    worlds : ndarray of float64, shape (worlds, ...)

    Returns
    -------
    ndarray of float64
        The mean of the form's bilinear version over all pairs of different worlds, which is
        unbiased: (n^2 q(mean) - sum of q(world)) / (n (n - 1)). With one world q of that.
    """
    count = len(worlds)
    at_mean = np.asarray(form(worlds.mean(axis=0, keepdims=True))[0])
    if count == 1:
        return at_mean
    return np.asarray((count**2 * at_mean - form(worlds).sum(axis=0)) / (count * (count - 1)))


def sobol(blocks: Floats, parameters: int) -> Floats:
    """First-order and total Sobol indices of Saltelli's design.

    Parameters
    ----------
    blocks : ndarray of float64, shape (worlds, blocks, rows of a block)
        Rows are A, AB_1 ... AB_D (and, with second-order rows, BA_1 ... BA_D), B.
    parameters : int
        D.

    Returns
    -------
    ndarray of float64, shape (2 D + 1,)
        First-order indices, total indices, and the variance over the design; indices are NaN where
        that is not above 0.
    """

    def form(y: Floats) -> Floats:
        y = y - y.mean(axis=(1, 2), keepdims=True)
        first, last = y[:, :, :1], y[:, :, -1:]
        mixed = y[:, :, 1 : parameters + 1]
        own = (last * (mixed - first)).mean(axis=1)
        total = 0.5 * ((first - mixed) ** 2).mean(axis=1)
        variance = np.concatenate([first, last], axis=2).var(axis=(1, 2))
        return np.concatenate([own, total, variance[:, None]], axis=1)

    return _shares(without_luck(form, blocks))


def anova(grid: Floats) -> Floats:
    """First-order and total Sobol indices of a full grid, each of its cells equally likely.

    Parameters
    ----------
    grid : ndarray of float64, shape (worlds, values of parameter 1, ..., values of parameter D)

    Returns
    -------
    ndarray of float64, shape (2 D + 1,)
        As `sobol`. Exact for the grid: its values are the population, not a sample.
    """
    axes = tuple(range(1, grid.ndim))

    def form(y: Floats) -> Floats:
        variance = y.var(axis=axes)
        own = [_marginal(y, tuple(a for a in axes if a != axis)) for axis in axes]
        rest = [variance - _marginal(y, (axis,)) for axis in axes]
        return np.stack([*own, *rest, variance], axis=1)

    return _shares(without_luck(form, grid))


def _marginal(y: Floats, over: tuple[int, ...]) -> Floats:
    """Variance of the means over some axes."""
    means = y.mean(axis=over) if over else y
    return np.asarray(means.reshape(len(y), -1).var(axis=1))


def _shares(parts: Floats) -> Floats:
    variance = parts[-1]
    shares = parts[:-1] / variance if variance > 0 else np.full(len(parts) - 1, np.nan)
    return np.append(shares, variance)


def elementary_effects(places: Floats, y: Floats) -> Floats:
    """Change of the response per whole range of a parameter, at every step of a trajectory.

    Parameters
    ----------
    places : ndarray of float64, shape (trajectories, D + 1, D)
        In units of the ranges; one parameter changes at a step.
    y : ndarray of float64, shape (worlds, trajectories, D + 1)

    Returns
    -------
    ndarray of float64, shape (worlds, trajectories, D)
        NaN where a parameter does not move (a whole number that was rounded back).

    Raises
    ------
    ValueError
        If more than one parameter changes at a step.
    """
    steps = np.diff(places, axis=1)
    moved = np.abs(steps) > 1e-9
    if (moved.sum(axis=2) > 1).any():
        raise ValueError("more than one parameter changes at a step of a trajectory")
    trajectory, step, parameter = np.nonzero(moved)
    effects = np.full((*y.shape[:2], places.shape[2]), np.nan)
    change = np.diff(y, axis=2)[:, trajectory, step]
    effects[:, trajectory, parameter] = change / steps[trajectory, step, parameter]
    return effects


def morris(effects: Floats) -> Floats:
    """Summarise elementary effects.

    Parameters
    ----------
    effects : ndarray of float64, shape (worlds, trajectories, D)

    Returns
    -------
    ndarray of float64, shape (3 D,)
        mu*, mu and sigma^2 of every parameter; sigma^2 is without worlds' luck and may be below 0.
        mu* holds luck; see `luck`.
    """
    mean = effects.mean(axis=0)
    known = np.isfinite(mean)
    count = known.sum(axis=0)
    many, several = np.maximum(count, 1), np.maximum(count - 1, 1)

    def form(y: Floats) -> Floats:
        y = np.where(known, y, 0.0)
        middle = y.sum(axis=1, keepdims=True) / many
        return np.asarray((np.where(known, y - middle, 0.0) ** 2).sum(axis=1) / several)

    filled = np.where(known, mean, 0.0)
    parts = np.array(
        [np.abs(filled).sum(axis=0) / many, filled.sum(axis=0) / many, without_luck(form, effects)]
    )
    parts[:, count == 0] = np.nan
    parts[2, count < 2] = np.nan
    return parts.reshape(-1)


def luck(effects: Floats) -> Floats:
    """By how much worlds' luck raises mu*, at most: what it would be without any effect.

    |m + e| with normal e of standard deviation s exceeds |m| by at most s sqrt(2 / pi) on average,
    which is reached at m = 0.

    Parameters
    ----------
    effects : ndarray of float64, shape (worlds, trajectories, D)

    Returns
    -------
    ndarray of float64, shape (D,)
        NaN with one world.
    """
    worlds = len(effects)
    if worlds < 2:
        return np.full(effects.shape[2], np.nan)
    error = effects.std(axis=0, ddof=1) / np.sqrt(worlds)
    known = np.isfinite(error)
    return np.asarray(
        FOLDED * np.where(known, error, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    )


def partial_rank_correlation(places: Floats, y: Floats) -> Floats:
    """Correlate ranks of each parameter and the response, all other parameters held fixed.

    Parameters
    ----------
    places : ndarray of float64, shape (points, D)
    y : ndarray of float64, shape (points,)

    Returns
    -------
    ndarray of float64, shape (D,)
        From -1 to 1. NaN where a parameter or the response does not vary, or there are fewer than
        D + 3 points.
    """
    points, parameters = places.shape
    found = np.full(parameters, np.nan)
    ranks = stats.rankdata(np.column_stack([places, y]), axis=0)
    ranks = ranks - ranks.mean(axis=0)
    varied = ranks.std(axis=0) > 0
    if not varied[-1] or points < parameters + 3:
        return found
    outcome = ranks[:, -1]
    for parameter in np.flatnonzero(varied[:-1]):
        others = ranks[:, :-1][:, np.arange(parameters) != parameter]
        both = np.column_stack([ranks[:, parameter], outcome])
        if others.size:
            both = both - others @ np.linalg.lstsq(others, both, rcond=None)[0]
        size = np.sqrt((both**2).sum(axis=0))
        # What others explain leaves only rounding.
        if size[0] > 1e-9 * points and size[1] > 1e-9 * points:
            found[parameter] = np.clip(both[:, 0] @ both[:, 1] / size.prod(), -1.0, 1.0)
    return found
