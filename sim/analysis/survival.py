"""Times to event: Kaplan-Meier curves and restricted means, with intervals over worlds.

Members of one world influence each other, so that the usual (Greenwood) band, which takes them for
independent, would be too narrow. Here a world is the unit: the curve is estimated in each world,
and bands and differences come from their spread over worlds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from sim.analysis.paired import ROUNDING, Moments, mean_interval, paired_p, welch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PLACE = ("question", "point", "event")


@dataclass(frozen=True)
class SurvivalCurve:
    """Kaplan-Meier share of one arm's members without the event, by week, all worlds pooled.

    Attributes
    ----------
    weeks : tuple of int
        0 to the horizon.
    survival, low, high : tuple of float
        Probability of no event up to and including that week; the band is pointwise, over worlds,
        and NaN with fewer than two of them.
    members, observed, worlds : int
        Member-worlds followed, those with the event by the horizon, worlds.
    median : int or None
        First week by which at least half have the event; None if not reached by the horizon.
    restricted_mean : float
        Mean over worlds of the mean weeks without the event, up to the horizon.
    """

    question: str
    point: str
    event: str
    arm: str
    weeks: tuple[int, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    members: int
    observed: int
    worlds: int
    median: int | None
    restricted_mean: float


@dataclass(frozen=True)
class RestrictedMeanDifference:
    """Difference (arm - baseline) in restricted mean weeks without the event.

    Negative: the arm has it sooner. `low`, `high` (interval over worlds) and `p` are None where
    there are too few worlds; where all worlds give the same difference there is no interval, and p
    is the sign test's (None if the difference is 0). `paired` is False where the arms share no seed
    (Welch).
    """

    question: str
    point: str
    event: str
    arm: str
    baseline: str
    horizon: int
    paired: bool
    arm_worlds: int
    baseline_worlds: int
    arm_mean: float
    baseline_mean: float
    difference: float
    low: float | None
    high: float | None
    p: float | None

    @property
    def agree(self) -> bool:
        """Whether all of at least two paired worlds give exactly the same difference."""
        return self.paired and self.arm_worlds >= 2 and self.low is None


@dataclass(frozen=True)
class Survival:
    """All curves, and all differences of arms from the baseline."""

    curves: tuple[SurvivalCurve, ...]
    differences: tuple[RestrictedMeanDifference, ...]


def kaplan_meier(
    weeks: NDArray[np.int32], observed: NDArray[np.bool_], horizon: int
) -> NDArray[np.float64]:
    """Product-limit estimate (`scipy.stats.ecdf`) of the share without the event, by week.

    Parameters
    ----------
    weeks : ndarray, shape (members,)
        Week of the event, or of the end of observation.
    observed : ndarray of bool, shape (members,)
        False: censored at that week.
    horizon : int
        Last week of the curve.

    Returns
    -------
    ndarray of float64, shape (horizon + 1,)
    """
    sample = stats.CensoredData.right_censored(weeks, ~observed)
    curve = stats.ecdf(sample).sf.evaluate(np.arange(horizon + 1))
    return np.asarray(curve, dtype=np.float64)


def restricted_mean(survival: NDArray[np.float64]) -> float:
    """Mean weeks without the event up to the horizon: the area under the curve of `kaplan_meier`.

    Royston & Parmar (2013), BMC Medical Research Methodology 13:152.
    """
    return float(survival[:-1].sum())


def survival(
    events: pl.DataFrame, arms: Sequence[str], baseline: str, horizon: int, level: float
) -> Survival:
    """Kaplan-Meier curves of every arm and restricted mean differences from the baseline.

    Parameters
    ----------
    events : polars.DataFrame
        Columns as in `Results.events`; one row a member and world.
    arms : sequence of str
        All arms, in the order of curves and differences.
    baseline : str
        Arm to compare with.
    horizon : int
        Last week, shared by all arms.
    level : float
        Confidence level.
    """
    means: dict[tuple[str, ...], dict[str, dict[int, float]]] = {}
    curves = []
    # An Enum sorts in the order of its categories.
    found = events["arm"].cast(pl.String).unique().sort()
    ordered = pl.Enum(list(dict.fromkeys([*arms, *found])))
    named = events.with_columns(
        pl.col(*_PLACE).cast(pl.String), pl.col("arm").cast(pl.String).cast(ordered)
    )
    for key, group in named.sort(*_PLACE, "arm", "seed").group_by(
        *_PLACE, "arm", maintain_order=True
    ):
        question, point, event, arm = map(str, key)
        worlds = {
            int(str(seed)): _curve(world, horizon)
            for (seed,), world in group.group_by("seed", maintain_order=True)
        }
        by_seed = {seed: restricted_mean(curve) for seed, curve in worlds.items()}
        means.setdefault((question, point, event), {})[arm] = by_seed
        pooled = _curve(group, horizon)
        low, high = _band(np.stack(list(worlds.values())), pooled, level)
        reached = np.flatnonzero(pooled <= 0.5)
        curves.append(
            SurvivalCurve(
                question=question,
                point=point,
                event=event,
                arm=arm,
                weeks=tuple(range(horizon + 1)),
                survival=tuple(pooled.tolist()),
                low=tuple(low.tolist()),
                high=tuple(high.tolist()),
                members=group.height,
                observed=group.filter(pl.col("observed") & (pl.col("week") <= horizon)).height,
                worlds=len(worlds),
                median=int(reached[0]) if reached.size else None,
                restricted_mean=float(np.mean(list(by_seed.values()))),
            )
        )
    differences = [
        _difference(place, arm, baseline, horizon, by_arm, level)
        for place, by_arm in means.items()
        if baseline in by_arm
        for arm in by_arm
        if arm != baseline
    ]
    return Survival(tuple(curves), tuple(differences))


def _curve(members: pl.DataFrame, horizon: int) -> NDArray[np.float64]:
    return kaplan_meier(members["week"].to_numpy(), members["observed"].to_numpy(), horizon)


def _band(
    worlds: NDArray[np.float64], pooled: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = mean_interval(Moments.of(worlds), level)
    # Worlds of unequal size may pull the pooled curve out of a narrow band.
    return np.clip(np.minimum(low, pooled), 0, 1), np.clip(np.maximum(high, pooled), 0, 1)


def _difference(
    place: tuple[str, ...],
    arm: str,
    baseline: str,
    horizon: int,
    arms: dict[str, dict[int, float]],
    level: float,
) -> RestrictedMeanDifference:
    own, base = arms[arm], arms[baseline]
    shared = sorted(own.keys() & base.keys())
    if shared:
        own = {seed: own[seed] for seed in shared}
        base = {seed: base[seed] for seed in shared}
        gaps = Moments.of(_gap(_column(own), _column(base)))
        low, high = (np.where(gaps.sd > 0, end, np.nan) for end in mean_interval(gaps, level))
        p = paired_p(gaps)
    else:
        low, high, p = welch(Moments.of(_column(own)), Moments.of(_column(base)), level)
    arm_mean, baseline_mean = (float(np.mean(list(side.values()))) for side in (own, base))
    return RestrictedMeanDifference(
        question=place[0],
        point=place[1],
        event=place[2],
        arm=arm,
        baseline=baseline,
        horizon=horizon,
        paired=bool(shared),
        arm_worlds=len(own),
        baseline_worlds=len(base),
        arm_mean=arm_mean,
        baseline_mean=baseline_mean,
        difference=float(_gap(np.array(arm_mean), np.array(baseline_mean))),
        low=_or_none(low[0]),
        high=_or_none(high[0]),
        p=_or_none(p[0]),
    )


def _column(means: dict[int, float]) -> NDArray[np.float64]:
    return np.array(list(means.values()))[:, None]


def _gap(own: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract; values that differ by rounding alone are equal."""
    gap = own - base
    return np.where(np.abs(gap) <= ROUNDING * np.maximum(np.abs(own), np.abs(base)), 0.0, gap)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
