"""Designs: where in the unit cube the points of a sweep lie, and the values they have there."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sim.scenario.factors import Factor
    from sim.scenario.sweep import Sweep

    Matrix = NDArray[np.float64]

LEVELS = 4
"""Levels of a Morris design; with 4, every step goes over two thirds of a factor's range."""
DIGITS = 12
"""Digits of a value that is kept: enough, and the same on every machine."""


def rows_of(sweep: Sweep, factors: Sequence[Factor]) -> list[dict[str, Any]]:
    """Return the values at each row of a design, in the order of its sample matrix.

    Parameters
    ----------
    sweep : Sweep
    factors : sequence of Factor
        What it varies, in its order; empty with design "list".

    Returns
    -------
    list of dict
        Values by dotted key. Rows may be equal: a scheme repeats what it needs twice, and whole
        numbers or names fall together.
    """
    if sweep.design == "list":
        return [dict(row) for row in sweep.list]
    if sweep.design == "grid":
        columns: Sequence[Sequence[Any]] = [levels(factor) for factor in factors]
        rows: Iterable[tuple[Any, ...]] = itertools.product(*columns)
    else:
        matrix = unit_matrix(sweep.design, sweep.points or 0, len(factors), sweep.seed)
        columns = [values_at(factor, matrix[:, at]) for at, factor in enumerate(factors)]
        rows = zip(*columns, strict=True)
    keys = [factor.key for factor in factors]
    return [dict(zip(keys, row, strict=True)) for row in rows]


def unit_matrix(design: str, points: int, factors: int, seed: int) -> Matrix:
    """Return the sample matrix of a design in the unit cube.

    Parameters
    ----------
    design : {"latin-hypercube", "sobol", "morris"}
    points : int
        Points, size of the base sample, or trajectories.
    factors : int
        Columns.
    seed : int
        Of the design's own luck.

    Returns
    -------
    ndarray
        Float, (rows, factors), each from 0 to 1. More points of "sobol" or "morris" begin with the
        same rows.

    References
    ----------
    McKay, Beckman, Conover (1979) for Latin hypercubes; Saltelli et al. (2010) for the scheme of
    "sobol", without second order, on a scrambled Sobol' sequence; Morris (1991) for trajectories.
    """
    if design == "latin-hypercube":
        from scipy.stats import qmc

        sample = qmc.LatinHypercube(factors, rng=seed).random(points)
        return np.asarray(sample, np.float64)
    # They bring pandas and matplotlib with them, which no other study needs.
    names = [str(at) for at in range(factors)]
    problem = {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}
    if design == "sobol":
        from SALib.sample import sobol

        made = sobol.sample(problem, points, calc_second_order=False, seed=seed)
    else:
        from SALib.sample import morris

        made = morris.sample(problem, points, num_levels=LEVELS, seed=seed)
    return np.asarray(made, np.float64)


def values_at(factor: Factor, where: Matrix) -> list[Any]:
    """Return the values of a factor at places of its range.

    Each whole number, and each value of a list, has an equal part of the range; on a log scale
    whole numbers have parts as long as their logarithms are apart.

    Parameters
    ----------
    factor : Factor
    where : ndarray
        Float, (n,), from 0, the low end, to 1.

    Returns
    -------
    list
        Of the type of the parameter, n long.
    """
    if factor.values:
        count = len(factor.values)
        found = np.minimum((where * count + 1e-9).astype(np.int64), count - 1)
        return [factor.values[at] for at in found]
    low, high = _ends(factor)
    spread = _between(factor, low, high + 1.0 if factor.integer else high, where)
    if factor.integer:
        # A hair below a whole number is that number, rounded.
        whole = np.clip(np.floor(spread + 1e-9), low, high)
        return [int(value) for value in whole]
    return [_kept(value) for value in np.clip(spread, low, high)]


def levels(factor: Factor) -> list[Any]:
    """Return the values of a factor in a grid, the ends of its range among them."""
    if factor.values:
        return list(factor.values)
    low, high = _ends(factor)
    spread = _between(factor, low, high, np.linspace(0.0, 1.0, factor.steps or 2))
    if factor.integer:
        return [int(value) for value in np.unique(np.rint(spread))]
    return [_kept(value) for value in np.clip(spread, low, high)]


def _ends(factor: Factor) -> tuple[float, float]:
    if factor.low is None or factor.high is None:
        raise ValueError(f"{factor.key} has no range")
    return float(factor.low), float(factor.high)


def _between(factor: Factor, low: float, high: float, where: Matrix) -> Matrix:
    if factor.scale == "log":
        first, last = np.log(low), np.log(high)
        return np.asarray(np.exp(first + where * (last - first)))
    return low + where * (high - low)


def _kept(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
