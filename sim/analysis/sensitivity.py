"""Which parameters of a sweep move a result, and how surely that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis import indices
from sim.analysis.jackknife import FEWEST_WORLDS, interval
from sim.analysis.responses import Quantity, complete, response
from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from sim.analysis.jackknife import Places
    from sim.analysis.paired import Floats
    from sim.analysis.sweep import Sweep

METHODS = {
    "sobol": (
        "First-order index: share of the variance over the ranges that this parameter explains by "
        "itself; total index: with all that it does together with others (Saltelli et al. 2010). "
        "Do not trust them where the intervals are wide, or beyond the ranges that were varied"
    ),
    "grid": (
        "First-order and total index: shares of the variance over the cells of the grid, each cell "
        "equally likely (analysis of variance). They say nothing of values between the cells"
    ),
    "morris": (
        "mu*: mean size of the change when this parameter alone moves by its whole range, "
        "whichever way; mu: the same with its sign; sigma: how much the change depends on where "
        "the others stand, or on where this one starts (Morris 1991, Campolongo et al. 2007). A "
        "screening: the order of the parameters, not shares. Do not trust it to find what matters "
        "in a small part of the ranges only"
    ),
    "latin-hypercube": (
        "Partial rank correlation: from -1 to 1, how nearly more of this parameter means more of "
        "the result, the others held fixed. Do not trust it where the result rises and falls again "
        "along a parameter, or where the effect of one turns on another: it may be 0 there. Luck "
        "that is left in the means of few worlds weakens it"
    ),
    "list": "A list of chosen points is no sample of any range: it has no sensitivity indices",
}
"""What the indices of each design say, and when not to trust them."""

_BOTH = (
    "Intervals allow for the worlds' luck and the design's: jackknife over worlds and over {}, "
    "variances added, Student's t"
)
INTERVALS = {
    "sobol": _BOTH.format("base samples"),
    "grid": (
        "Intervals allow for the worlds' luck alone, since the grid is no sample: jackknife over "
        "worlds, Student's t"
    ),
    "morris": _BOTH.format("trajectories"),
    "latin-hypercube": _BOTH.format("points") + " on the scale of Fisher's z",
    "list": "Intervals of single points allow for the worlds' luck",
}
"""What the intervals of each design allow for; see `sim.analysis.jackknife`."""


@dataclass(frozen=True)
class Index:
    """One index of one parameter.

    Attributes
    ----------
    name : {"first", "total", "mu_star", "mu", "sigma", "prcc"}
    estimate : float or None
        None where it cannot be computed.
    low, high : float or None
        Interval; None where it cannot be told.
    """

    parameter: str
    name: str
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Sensitivity:
    """What moves one quantity.

    Attributes
    ----------
    indices : tuple of Index
        By parameter, in the order of the scenario; empty where `notes` says why.
    spread : float or None
        Standard deviation of the quantity over the design, worlds' luck taken out, in its unit;
        None where it cannot be told from luck.
    units, worlds : int
        Blocks, trajectories or points, and worlds, of which all was measured and used.
    notes : tuple of str
        What was dropped, and what a reader must know.
    """

    quantity: Quantity
    design: str
    indices: tuple[Index, ...]
    spread: float | None
    units: int
    worlds: int
    notes: tuple[str, ...]

    def of(self, name: str) -> dict[str, Index]:
        """Return the indices of one name by parameter."""
        return {index.parameter: index for index in self.indices if index.name == name}

    @property
    def leading(self) -> str:
        """Name of the index by which parameters are ordered."""
        names = [index.name for index in self.indices]
        return next((name for name in ("total", "mu_star", "prcc") if name in names), "")

    @property
    def ranked(self) -> list[str]:
        """Parameters, the one that moves most first; none without indices."""
        found = self.of(self.leading)
        size = {key: abs(index.estimate or 0.0) for key, index in found.items()}
        return sorted(size, key=lambda key: -size[key])


def sensitivity(
    outcomes: pl.DataFrame, sweep: Sweep, quantity: Quantity, level: float = 0.95
) -> Sensitivity:
    """Estimate what moves a quantity over the design of a study.

    Parameters
    ----------
    outcomes : polars.DataFrame
        As from `sim.analysis.responses.read_outcomes`, of the quantity's metric.
    sweep : Sweep
    quantity : Quantity
    level : float
        Confidence level of every interval.

    Raises
    ------
    WorkError
        If the trajectories of a Morris design move more than one parameter at a step.
    """
    if sweep.design == "list":
        return Sensitivity(quantity, "list", (), None, 0, 0, (METHODS["list"],))
    rows = list(sweep.rows)
    points = list(dict.fromkeys(rows))
    values = response(outcomes, quantity, points)
    order = {name: place for place, name in enumerate(points)}
    table = values[[order[name] for name in rows]]
    blocks = table.reshape(len(rows) // sweep.block, sweep.block, -1)
    units, worlds = complete(np.isfinite(blocks).all(axis=1))
    notes = list(_dropped(sweep, blocks, units, worlds))
    usable = np.moveaxis(blocks[units][:, :, worlds], 2, 0)
    places = sweep.places(rows).reshape(-1, sweep.block, len(sweep.axes))[units]
    if units.size < 2 or worlds.size < 1:
        return _none(quantity, sweep, units.size, worlds.size, [*notes, "too little was measured"])
    if worlds.size == 1:
        notes.append("one world: its luck counts as an effect, and no interval allows for it")
    elif worlds.size < FEWEST_WORLDS:
        notes.append(
            f"fewer than {FEWEST_WORLDS} worlds: intervals do not allow for the worlds' luck"
        )
    if sweep.design == "morris":
        return _morris(quantity, sweep, places, usable, level, notes)
    if sweep.design == "sobol":
        return _variances(quantity, sweep, usable, level, notes, sampled=True)
    if sweep.design == "grid":
        shape = tuple(len(set(column)) for column in places[:, 0, :].T)
        if int(np.prod(shape)) == units.size:
            grid = usable[:, np.lexsort(places[:, 0, ::-1].T), 0].reshape(-1, *shape)
            return _variances(quantity, sweep, grid, level, notes, sampled=False)
        notes.append("the grid has gaps: rank correlations instead of shares of variance")
    return _ranks(quantity, sweep, places[:, 0], usable[:, :, 0], level, notes)


def _variances(
    quantity: Quantity,
    sweep: Sweep,
    y: Floats,
    level: float,
    notes: list[str],
    *,
    sampled: bool,
) -> Sensitivity:
    count, size = len(sweep.axes), y.shape[1] if sampled else int(np.prod(y.shape[1:]))

    def statistic(units: Places, worlds: Places) -> Floats:
        if not sampled:
            return indices.anova(y[worlds])
        return indices.sobol(y[np.ix_(worlds, units)], count)

    estimate, low, high = interval(statistic, size, len(y), level, sampled=sampled)
    variance, least = estimate[-1], low[-1]
    # Shares of a variance that may be 0 are anything.
    if not variance > 0 or (np.isfinite(least) and least <= 0):
        notes.append("what is varied does not move this by more than luck does")
        return _none(quantity, sweep, size, len(y), notes)
    found = [
        _index(key, name, [part[place + offset] for part in (estimate, low, high)], (0, 1))
        for place, key in enumerate(sweep.keys)
        for name, offset in (("first", 0), ("total", count))
    ]
    return Sensitivity(
        *(quantity, sweep.design, tuple(found), float(np.sqrt(variance)), size, len(y)),
        tuple(notes),
    )


def _morris(
    quantity: Quantity, sweep: Sweep, places: Floats, y: Floats, level: float, notes: list[str]
) -> Sensitivity:
    try:
        effects = indices.elementary_effects(places, y)
    except ValueError as error:
        raise WorkError(f"the design in the manifest is damaged: {error}") from error
    count = len(sweep.axes)

    def statistic(units: Places, worlds: Places) -> Floats:
        return indices.morris(effects[np.ix_(worlds, units)])

    parts = interval(statistic, effects.shape[1], len(effects), level)
    estimate, low, high = (part.reshape(3, count) for part in parts)
    floor = np.nan_to_num(indices.luck(effects))
    found: list[Index] = []
    for place, key in enumerate(sweep.keys):
        star, mu, square = (
            [float(part[kind, place]) for part in (estimate, low, high)] for kind in range(3)
        )
        star[1] -= float(floor[place])
        sigma = [float(np.sqrt(max(value, 0.0))) if value == value else value for value in square]
        found += [
            _index(key, "mu_star", star, (0, np.inf)),
            _index(key, "mu", mu, (-np.inf, np.inf)),
            _index(key, "sigma", sigma, (0, np.inf)),
        ]
    if len(effects) > 1:
        notes.append(
            "luck can only raise mu*: the low ends of its intervals lie lower by what it adds at "
            f"most (up to {floor.max():.3g})"
        )
    return Sensitivity(
        *(quantity, sweep.design, tuple(found), None, effects.shape[1], len(effects)),
        tuple(notes),
    )


def _ranks(
    quantity: Quantity, sweep: Sweep, places: Floats, y: Floats, level: float, notes: list[str]
) -> Sensitivity:
    placed = np.isfinite(places).all(axis=1)
    places, y = places[placed], y[:, placed]
    unordered = [axis.key for axis in sweep.axes if not axis.ordered]
    if unordered:
        notes.append(f"no order, so no rank correlation: {', '.join(unordered)}")

    # Fisher's z: its interval, taken back, stays between -1 and 1.
    def statistic(units: Places, worlds: Places) -> Floats:
        found = indices.partial_rank_correlation(places[units], y[np.ix_(worlds, units)].mean(0))
        return np.arctanh(np.clip(found, -1 + 1e-12, 1 - 1e-12))

    parts = [np.tanh(part) for part in interval(statistic, len(places), len(y), level)]
    found = tuple(
        _index(axis.key, "prcc", [part[place] for part in parts], (-1, 1))
        for place, axis in enumerate(sweep.axes)
        if axis.ordered
    )
    if not any(index.estimate is not None for index in found):
        notes.append("too few points, or nothing varies")
        return _none(quantity, sweep, len(places), len(y), notes)
    return Sensitivity(quantity, sweep.design, found, None, len(places), len(y), tuple(notes))


def _none(
    quantity: Quantity, sweep: Sweep, units: int, worlds: int, notes: list[str]
) -> Sensitivity:
    return Sensitivity(quantity, sweep.design, (), None, units, worlds, tuple(notes))


def _index(key: str, name: str, found: Sequence[float], ends: tuple[float, float]) -> Index:
    """Make an index; its interval stays where its true value can lie."""

    def known(value: float) -> float | None:
        return value if np.isfinite(value) else None

    estimate, low, high = map(float, found)
    low, high = max(low, ends[0]), min(high, ends[1])
    return Index(key, name, known(estimate), known(low), known(max(low, high)))


def _dropped(sweep: Sweep, blocks: Floats, units: Places, worlds: Places) -> Iterator[str]:
    """Say what was left out because something of it is missing."""
    what = {"sobol": "base samples", "morris": "trajectories"}.get(sweep.design, "points")
    for kept, all_of_them, name in (
        (units.size, blocks.shape[0], f"{what} with failed or missing runs"),
        (worlds.size, blocks.shape[2], "worlds that were not run everywhere"),
    ):
        if kept < all_of_them:
            yield f"left out: {all_of_them - kept} of {all_of_them} {name}"
