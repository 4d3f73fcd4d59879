"""Verification: how often the intervals of sensitivity indices and of map cells hold the truth.

Every cell simulates studies of known response with the luck of worlds, of which a part is shared by
all points of a world. A cell fails if its count would have probability below 1e-8 had the true
coverage been the stated floor; over all cells the false alarm probability is below 1e-6. Seeds are
fixed, so that a cell that passes passes always. What was measured stands in the modules tested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from numpy.random import Generator, Philox
from SALib.analyze import sobol as salib_sobol
from scipy import stats

from sim.analysis.flips import flips
from sim.analysis.indices import elementary_effects, luck, morris, sobol
from sim.analysis.jackknife import interval
from sim.analysis.regions import region
from sim.analysis.responses import Quantity
from sim.analysis.sweep import Axis, Sweep

from .swept import unit_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

FALSE_ALARM = 1e-8
# The g-function of Sobol' (1993) with a fourth parameter that does nothing.
G = np.array([0.0, 1.0, 4.5])
OWN = np.append(1 / (3 * (1 + G) ** 2), 0.0)
VARIANCE = float(np.prod(1 + OWN) - 1)
FIRST = OWN / VARIANCE
TOTAL = np.array([OWN[i] * np.prod(1 + np.delete(OWN, i)) for i in range(4)]) / VARIANCE


def g_function(rows: Floats) -> Floats:
    return np.asarray(np.prod((np.abs(4 * rows[:, :3] - 2) + G) / (1 + G), axis=1))


def with_luck(y: Floats, worlds: int, noise: float, key: int) -> Floats:
    """Worlds of a response: luck of each run, and half as much that a whole world shares."""
    draws = Generator(Philox(key=key))
    own = noise * draws.normal(size=(worlds, *y.shape))
    return y + own + 0.5 * noise * draws.normal(size=(worlds, *(1 for _ in y.shape)))


def enough(held: int, count: int, floor: float) -> bool:
    return held >= stats.binom.ppf(FALSE_ALARM, count, floor)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base", "worlds", "noise", "floor"),
    [(16, 4, 0.5, 0.8), (16, 12, 0.5, 0.78), (64, 4, 0.0, 0.92), (64, 4, 0.5, 0.92),
     (64, 12, 0.5, 0.92), (256, 4, 0.5, 0.95)],
)  # fmt: skip
def test_sobol_intervals_hold_the_truth(base: int, worlds: int, noise: float, floor: float) -> None:
    studies, held, told = 150, np.zeros(8), 0
    truth = np.append(FIRST, TOTAL)
    for key in range(studies):
        y = g_function(unit_rows("sobol", 4, base, seed=key + 1)).reshape(base, 6)
        y = with_luck(y, worlds, noise, key)

        def statistic(units: NDArray[np.intp], seeds: NDArray[np.intp], y: Floats = y) -> Floats:
            return sobol(y[np.ix_(seeds, units)], 4)

        _, low, high = interval(statistic, base, worlds, 0.95)
        if low[-1] > 0:
            told += 1
            held += (np.maximum(low[:8], 0) <= truth) & (truth <= high[:8])
    print(f"sobol N={base} worlds={worlds} luck={noise}: told {told}, {np.round(held / told, 2)}")  # noqa: T201
    assert told > 0.8 * studies
    assert all(enough(int(count), told, floor) for count in held)


@pytest.mark.slow
def test_salibs_interval_alone_takes_luck_for_an_effect() -> None:
    """Why the means over worlds are not simply given to SALib: its total index of a parameter
    that does nothing excludes 0 always, by half of the variance of single runs' luck."""
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    missed = 0
    for key in range(50):
        y = g_function(unit_rows("sobol", 4, 64, seed=key + 1)).reshape(64, 6)
        mean = with_luck(y, 4, 0.5, key).mean(axis=0).reshape(-1)
        found = salib_sobol.analyze(problem, mean, calc_second_order=False, seed=1)
        missed += found["ST"][3] - found["ST_conf"][3] > 0
    assert missed == 50


@pytest.mark.slow
@pytest.mark.parametrize(("trajectories", "worlds"), [(10, 4), (20, 8)])
def test_morris_intervals_hold_the_truth(trajectories: int, worlds: int) -> None:
    """y = 3 x1 - x2 + 2 x1 x3: effects 3 + 2 x3, -1, 2 x1, 0, so mu* = 4, 1, 1, 0 on the levels
    0, 1/3, 2/3, 1, each equally likely; sigma = 2 sd(x) = 0.745 for the first and third."""
    studies = 300
    truth = np.array([4.0, 1.0, 1.0, 0.0, 4.0, -1.0, 1.0, 0.0])
    held = np.zeros(8)
    for key in range(studies):
        rows = unit_rows("morris", 4, trajectories, seed=key + 1)
        x = rows.reshape(trajectories, 5, 4)
        y = with_luck(3 * x[..., 0] - x[..., 1] + 2 * x[..., 0] * x[..., 2], worlds, 0.5, key)
        effects = elementary_effects(x, y)

        def statistic(
            units: NDArray[np.intp], seeds: NDArray[np.intp], effects: Floats = effects
        ) -> Floats:
            return morris(effects[np.ix_(seeds, units)])[:8]

        _, low, high = interval(statistic, trajectories, worlds, 0.95)
        low[:4] -= luck(effects)
        held += (low <= truth) & (truth <= high)
    print(f"morris r={trajectories} worlds={worlds}: {np.round(held / studies, 3)}")  # noqa: T201
    assert all(enough(int(count), studies, 0.93) for count in held)


def plane(x: Floats) -> Floats:
    return np.asarray(2 * (x[:, 0] - 0.5) + (x[:, 1] - 0.5) + (x[:, 2] - 0.5))


def waves(x: Floats) -> Floats:
    return np.asarray(np.sin(6 * x[:, 0]) * np.cos(5 * x[:, 1]) + 0.5 * (x[:, 2] - 0.5))


def study(
    design: str, points: int, surface: Callable[[Floats], Floats], worlds: int, key: int
) -> tuple[pl.DataFrame, Sweep]:
    """A sweep of three parameters and its outcomes, without a disk."""
    rows = unit_rows(design, 3, points, seed=key + 1)
    axes = tuple(Axis(name, 0.0, 1.0) for name in "abc")
    named = {f"p{i}": dict(zip("abc", row, strict=True)) for i, row in enumerate(rows.tolist())}
    sweep = Sweep(
        design, axes, {"base": {}} | named, {"a": 0.5, "b": 0.5, "c": 0.5}, tuple(named),
        5 if design == "sobol" else 1,
    )  # fmt: skip
    everywhere = np.vstack([[[0.5, 0.5, 0.5]], rows])
    y = with_luck(surface(everywhere), worlds, 0.5, key)
    table = [
        {"question": "one", "cohort": "focal", "arm": arm, "point": point, "seed": seed,
         "value": float(y[seed, i]) if arm == "arm" else 0.0}
        for i, point in enumerate(sweep.points)
        for seed in range(worlds)
        for arm in ("arm", "baseline")
    ]  # fmt: skip
    return pl.DataFrame(table), sweep


QUANTITY = Quantity("one", "focal", "m", "arm", "baseline")


@pytest.mark.slow
@pytest.mark.parametrize("surface", [plane, waves])
@pytest.mark.parametrize(("design", "points"), [("latin-hypercube", 120), ("sobol", 32)])
def test_cells_of_a_map_hold_the_truth(
    design: str, points: int, surface: Callable[[Floats], Floats]
) -> None:
    """Coverage of the mean over a cell, and how often a cell names the wrong winner."""
    held = told = wrong = sure = 0
    grid = (np.arange(40) + 0.5) / 40
    for key in range(40):
        table, sweep = study(design, points, surface, 6, key)
        found = region(table, sweep, QUANTITY, ("a", "b"))
        for cell in found.cells:
            if cell.low is None or cell.high is None:
                continue
            a, b = (
                low + grid * (high - low)
                for low, high in (
                    found.x_edges[cell.column : cell.column + 2],
                    found.y_edges[cell.row : cell.row + 2],
                )
            )
            over = np.array([(i, j, 0.5) for i in a for j in b])
            truth = float(surface(over).mean())
            told += 1
            held += cell.low <= truth <= cell.high
            sure += cell.state in ("arm", "baseline")
            wrong += cell.state == ("baseline" if truth > 0 else "arm")
    print(f"map {design} {surface.__name__}: held {held / told:.3f}, wrong {wrong} of {sure} sure")  # noqa: T201
    assert enough(held, told, 0.93)
    assert wrong <= stats.binom.isf(FALSE_ALARM, told, 0.025)


@pytest.mark.slow
def test_flips_that_are_not_there() -> None:
    """A difference of 0.1 everywhere: a point flips it by luck in many studies, a firm one in
    hardly any (Bonferroni: at most 2.5 %)."""
    studies, found, firm = 100, 0, 0
    for key in range(studies):
        table, sweep = study("latin-hypercube", 60, lambda x: np.full(len(x), 0.1), 6, key)
        each = flips(table, sweep, QUANTITY)
        near = [flip for flip in (each.baseline,) if flip]
        found += bool(near)
        firm += any(flip.firm for flip in near)
    print(f"flips that are not there: pointwise {found}, firm {firm} of {studies}")  # noqa: T201
    assert firm <= stats.binom.isf(FALSE_ALARM, studies, 0.05)
