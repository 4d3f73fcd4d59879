"""Estimators of sensitivity against published values and against SALib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.random import Generator, Philox
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami, Sobol_G
from scipy import stats

from sim.analysis.indices import (
    anova,
    elementary_effects,
    luck,
    morris,
    partial_rank_correlation,
    sobol,
)
from sim.analysis.jackknife import interval
from sim.analysis.responses import complete

from .swept import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

# Ishigami & Homma (1990), a = 7, b = 0.1: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2.
ISHIGAMI_VARIANCE = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
ISHIGAMI_FIRST = np.array([0.3139, 0.4424, 0.0])
ISHIGAMI_TOTAL = np.array([0.5576, 0.4424, 0.2437])
G = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function_indices(a: Floats) -> tuple[Floats, Floats]:
    """Sobol' (1993): V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_i) - 1."""
    own = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + own) - 1
    return own / variance, own * np.array(
        [np.prod(1 + np.delete(own, i)) for i in range(len(a))]
    ) / variance


def problem(parameters: int, low: float = 0.0, high: float = 1.0) -> dict[str, object]:
    names = [f"x{i}" for i in range(parameters)]
    return {"num_vars": parameters, "names": names, "bounds": [[low, high]] * parameters}


def draws(key: int) -> Generator:
    return Generator(Philox(key=key))


def test_ishigami_has_its_published_indices() -> None:
    rows = unit_rows("sobol", 3, 4096)
    y = Ishigami.evaluate((2 * rows - 1) * np.pi).reshape(1, -1, 5)
    found = sobol(y, 3)
    np.testing.assert_allclose(found[:3], ISHIGAMI_FIRST, atol=0.01)
    np.testing.assert_allclose(found[3:6], ISHIGAMI_TOTAL, atol=0.01)
    np.testing.assert_allclose(found[6], ISHIGAMI_VARIANCE, rtol=0.01)


def test_the_g_function_has_its_published_indices() -> None:
    rows = unit_rows("sobol", 8, 4096)
    found = sobol(Sobol_G.evaluate(rows, a=G).reshape(1, -1, 10), 8)
    first, total = g_function_indices(G)
    np.testing.assert_allclose(found[:8], first, atol=0.01)
    np.testing.assert_allclose(found[8:16], total, atol=0.01)


def test_where_all_worlds_agree_the_estimators_are_those_of_salib() -> None:
    y = Ishigami.evaluate((2 * unit_rows("sobol", 3, 64) - 1) * np.pi)
    known = salib_sobol.analyze(problem(3), y, calc_second_order=False, seed=1)
    for worlds in (1, 4):
        found = sobol(np.broadcast_to(y.reshape(1, -1, 5), (worlds, 64, 5)), 3)
        np.testing.assert_allclose(found[:6], [*known["S1"], *known["ST"]], rtol=1e-9)
    rows = unit_rows("morris", 4, 20)
    y = rows @ [1.0, -2.0, 3.0, 0.0] + 2 * rows[:, 0] * rows[:, 3]
    said = salib_morris.analyze(problem(4), rows, y, num_levels=4, seed=1)
    effects = elementary_effects(rows.reshape(20, 5, 4), np.tile(y, (3, 1)).reshape(3, 20, 5))
    star, mu, square = morris(effects).reshape(3, 4)
    np.testing.assert_allclose(star, said["mu_star"], rtol=1e-9)
    np.testing.assert_allclose(mu, said["mu"], rtol=1e-9)
    np.testing.assert_allclose(square, said["sigma"] ** 2, rtol=1e-9, atol=1e-12)


def test_morris_of_a_linear_function_is_its_coefficients_without_spread() -> None:
    slopes = np.array([3.0, -1.0, 0.5, 0.0])
    rows = unit_rows("morris", 4, 10)
    y = (rows @ slopes).reshape(1, 10, 5)
    star, mu, square = morris(elementary_effects(rows.reshape(10, 5, 4), y)).reshape(3, 4)
    np.testing.assert_allclose(star, np.abs(slopes), atol=1e-12)
    np.testing.assert_allclose(mu, slopes, atol=1e-12)
    np.testing.assert_allclose(square, 0.0, atol=1e-12)


def test_a_parameter_that_does_not_move_has_no_effect_to_tell() -> None:
    places = np.array([[[0.0, 0.0], [0.5, 0.0], [0.5, 0.0]], [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]])
    effects = elementary_effects(places, np.array([[[0.0, 1.0, 1.0], [0.0, 2.0, 5.0]]]))
    np.testing.assert_array_equal(effects, [[[2.0, np.nan], [2.0, 3.0]]])
    star, _, square = morris(effects).reshape(3, 2)
    assert star.tolist() == [2.0, 3.0]
    assert np.isnan(square[1])
    with pytest.raises(ValueError, match="more than one parameter"):
        elementary_effects(np.array([[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]]), np.zeros((1, 1, 3)))


def test_a_grid_is_decomposed_exactly() -> None:
    """y = x1 + 2 x2 + x1 x2 on {-1, 1}^2: variances 1, 4 and 1 of 6 by orthogonality."""
    x1, x2 = np.meshgrid([-1.0, 1.0], [-1.0, 1.0], indexing="ij")
    found = anova((x1 + 2 * x2 + x1 * x2)[None])
    np.testing.assert_allclose(found, [1 / 6, 4 / 6, 2 / 6, 5 / 6, 6.0])


def test_worlds_luck_is_no_effect() -> None:
    """4,000 worlds' worth of pure luck around a known response: each index within 6 standard
    errors of the truth (false alarm 2e-9 each); the plain estimator of the mean is far off."""
    rows, slopes = unit_rows("sobol", 3, 64), np.array([1.0, 1.0, 0.0])
    truth = (rows @ slopes).reshape(1, 64, 5)
    exact = sobol(truth, 3)
    found, plain = [], []
    for key in range(400):
        y = truth + draws(key).normal(size=(5, 64, 5))
        found.append(sobol(y, 3)[3:] * np.array([*[sobol(y, 3)[6]] * 3, 1.0]))
        plain.append(sobol(y.mean(axis=0, keepdims=True), 3)[5])
    error = np.std(found, axis=0) / 20
    wanted = exact[3:] * np.array([*[exact[6]] * 3, 1.0])
    assert (np.abs(np.mean(found, axis=0) - wanted) < 6 * error).all()
    assert np.mean(plain) > 0.3


def test_luck_raises_mu_star_by_what_is_said_at_most() -> None:
    places = unit_rows("morris", 2, 200).reshape(200, 3, 2)
    y = 5.0 * places[:, :, 0] + draws(3).normal(size=(8, 200, 3))
    effects = elementary_effects(places, y)
    star = morris(effects)[:2]
    # The second parameter does nothing: all of its mu* is luck. 400 |normal|, 6 standard errors.
    assert abs(star[1] - luck(effects)[1]) < 6 * 0.5 / np.sqrt(200)
    assert star[0] == pytest.approx(5.0, abs=6 * 0.75 / np.sqrt(200))
    assert np.isnan(luck(effects[:1])).all()


def test_partial_rank_correlation_is_that_of_residuals() -> None:
    rows = unit_rows("latin-hypercube", 3, 60)
    y = rows[:, 0] ** 3 - rows[:, 1] + 0.2 * draws(1).normal(size=60)
    found = partial_rank_correlation(rows, y)
    ranks = stats.rankdata(np.column_stack([rows, y]), axis=0)
    # The textbook form, by the inverse of the matrix of all rank correlations.
    inverse = np.linalg.inv(np.corrcoef(ranks.T))
    wanted = -inverse[:3, 3] / np.sqrt(np.diag(inverse)[:3] * inverse[3, 3])
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    alone = partial_rank_correlation(rows[:, :1], y)
    assert alone[0] == pytest.approx(stats.spearmanr(rows[:, 0], y).statistic)


def test_partial_rank_correlation_is_not_made_up() -> None:
    rows = unit_rows("latin-hypercube", 2, 20)
    assert np.isnan(partial_rank_correlation(rows, np.ones(20))).all()
    assert np.isnan(partial_rank_correlation(rows[:4], rows[:4, 0])).all()
    constant = np.column_stack([rows[:, 0], np.ones(20)])
    found = partial_rank_correlation(constant, rows[:, 0])
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1])


def test_the_jackknife_of_a_mean_is_the_usual_standard_error() -> None:
    """Units alone: Student's interval of the units' means; worlds alone: of the worlds' means."""
    table = draws(2).normal(size=(12, 5))

    def mean(units: NDArray[np.intp], worlds: NDArray[np.intp]) -> Floats:
        return np.array([table[np.ix_(units, worlds)].mean()])

    _, low, high = interval(mean, 12, 5, 0.95, sampled=False)
    known = stats.ttest_1samp(table.mean(axis=0), 0).confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))
    one = table[:, :1]

    def first(units: NDArray[np.intp], worlds: NDArray[np.intp]) -> Floats:
        return np.array([one[units].mean()])

    _, low, high = interval(first, 12, 1, 0.95)
    known = stats.ttest_1samp(one[:, 0], 0).confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))


def test_what_is_missing_costs_the_unit_or_the_world_that_lacks_most() -> None:
    present = np.ones((6, 4), dtype=bool)
    present[2] = False
    units, worlds = complete(present)
    assert (units.tolist(), worlds.tolist()) == ([0, 1, 3, 4, 5], [0, 1, 2, 3])
    present[:, 3] = [True, False, False, False, False, False]
    units, worlds = complete(present)
    assert (units.tolist(), worlds.tolist()) == ([0, 1, 3, 4, 5], [0, 1, 2])
    assert complete(np.zeros((3, 2), dtype=bool))[0].size == 0
