"""The paired table: one row an arm and metric, at the horizon."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.analysis import weekly
from sim.analysis.paired import holm, median_rank, paired_p, share_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.tables import Metric

_CELL = list(weekly.CELL)


@dataclass(frozen=True)
class Difference:
    """One arm against the baseline on one metric, at the last week measured for both.

    All numbers are in the metric's unit but the shares, `effect` and the p values. None: cannot be
    computed from so few worlds (`note` says why).

    Attributes
    ----------
    pairs : int
        Worlds (seeds) that both arms played; 0 where they share none and are compared unpaired
        (Welch).
    arm_worlds, baseline_worlds : int
        Worlds behind each mean; both equal `pairs` in a paired comparison.
    difference, low, high : float
        Mean of arm - baseline and its interval (see `sim.analysis.paired`); no interval where all
        worlds give the same difference.
    median_difference, median_low, median_high : float
        Median of the paired differences and the order-statistic interval of the sign test, which
        needs 6 pairs at 95 %. Unpaired: Hodges-Lehmann shift, without interval.
    win_probability, win_low, win_high : float
        Share of worlds in which the arm is better (higher, where the metric has no better side),
        ties counting half; Clopper-Pearson interval. Unpaired: share of all pairings of worlds,
        without interval.
    effect : float
        Mean difference / standard deviation of the differences (Cohen's d_z); unpaired: / root mean
        square of both arms' standard deviations.
    level : float
        Confidence level at which the intervals of this row are made: above that of the comparison
        for the primary metric of a study whose results decided how many worlds it took, so that
        they keep that of the comparison (see `sim.analysis.sequential`).
    p, p_holm : float
        Paired t test (unpaired: Welch; all worlds the same: sign test), and adjusted by Holm within
        this question, point and cohort: over all metrics and arms compared, but for the primary
        metric, which was named before anything ran, over its arms alone; p is multiplied by what
        the `level` of the row costs. None, and not part of the family, where no world differs.
    verdict : str
        "higher" or "lower" if the interval excludes 0 and p_holm is below 1 - level, else "no clear
        difference". The interval is wider than that of the t test, and may hold 0 where p is small.
        Where all worlds give the same difference, p_holm alone decides.
    """

    question: str
    point: str
    cohort: str
    metric: str
    arm: str
    baseline: str
    week: int
    pairs: int
    arm_worlds: int
    baseline_worlds: int
    arm_mean: float
    baseline_mean: float
    arm_median: float
    baseline_median: float
    difference: float
    low: float | None
    high: float | None
    median_difference: float
    median_low: float | None
    median_high: float | None
    win_probability: float
    win_low: float | None
    win_high: float | None
    effect: float | None
    level: float
    p: float | None
    p_holm: float | None
    verdict: str
    note: str

    @property
    def agree(self) -> bool:
        """Whether all of at least two paired worlds give exactly the same difference."""
        return self.pairs >= 2 and self.low is None

    @property
    def tied(self) -> bool:
        """Whether arm and baseline are equal in every paired world."""
        return self.difference == 0 and (self.agree or self.pairs == 1)


def difference_rows(
    weeks: pl.DataFrame,
    pairs: pl.DataFrame,
    series: pl.DataFrame,
    arms: Sequence[str],
    baseline: str,
    metrics: dict[str, Metric],
    primary: str,
    level: float,
) -> tuple[Difference, ...]:
    """Make the rows at the horizon.

    An arm that has only week 0, where nothing has happened yet, in common with a longer baseline
    (or the other way round) gets no row.

    Parameters
    ----------
    weeks : polars.DataFrame
        `paired_weeks`, and `unpaired_weeks` where there are any, concatenated, with the `level` of
        each.
    pairs : polars.DataFrame
        As from `weekly.pair`.
    series : polars.DataFrame
        As in `Results.series`.
    arms : sequence of str
        All arms, in the order of the rows.
    baseline : str
        Arm compared with.
    metrics : dict of str to Metric
        Metrics compared, in the order of the rows.
    primary : str
        Metric that was named beforehand.
    level : float
        Confidence of all.
    """
    last = weeks.filter(pl.col("week") == pl.col("week").max().over(_CELL))
    ends = weekly.ends(series, baseline)
    last = last.join(ends, on=_CELL).filter((pl.col("week") > 0) | (pl.col("end") == 0))
    table = last.join(_contests(last, pairs, series, baseline), on=_CELL)
    levels = table["level"].to_numpy()
    rank = pl.Series("rank", median_rank(table["pairs"].to_numpy(), levels))
    table = table.with_columns(rank).with_columns(
        _order_statistic(pl.col("rank") - 1).alias("median_low"),
        _order_statistic(-pl.col("rank")).alias("median_high"),
    )
    if "p" not in table.columns:
        table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias("p"))
    differences = table.rename({"difference": "difference_mean"})
    own_p = paired_p(weekly.sample(differences, "pairs", "difference"))
    lower = [name for name, metric in metrics.items() if metric.better == "lower"]
    wins = pl.col("higher") + pl.col("equal") / 2
    wins = pl.when(pl.col("metric").is_in(lower)).then(pl.col("contests") - wins).otherwise(wins)
    p = pl.coalesce(pl.col("p"), pl.Series(own_p)) * (1 - level) / (1 - pl.col("level"))
    table = table.with_columns(wins.alias("wins"), p=p.clip(upper_bound=1.0))
    win_low, win_high = share_interval(table["wins"].to_numpy(), table["pairs"].to_numpy(), levels)
    spread = pl.when(pl.col("difference_sd") > 0).then(pl.col("difference_sd"))
    table = weekly.tidy(
        table.with_columns(
            (pl.col("wins") / pl.col("contests")).alias("win_probability"),
            pl.Series("win_low", win_low),
            pl.Series("win_high", win_high),
            (pl.col("difference") / spread).alias("effect"),
            weekly.without_rounding("median_difference"),
            pl.lit(baseline).alias("baseline"),
            pl.lit(None, dtype=pl.Float64).alias("p_holm"),
            pl.lit("").alias("verdict"),
            _row_note().alias("note"),
        )
    ).select(item.name for item in fields(Difference))
    order = {name: place for place, name in enumerate(metrics)}
    places = {arm: place for place, arm in enumerate(arms)}
    rows = sorted(
        (Difference(**row) for row in table.iter_rows(named=True)),
        key=lambda r: (
            *(r.question != "one", r.question, r.point),
            *(r.cohort != "focal", r.cohort, order[r.metric], places[r.arm]),
        ),
    )
    judged: list[Difference] = []
    for _, family in groupby(rows, key=attrgetter("question", "point", "cohort")):
        judged += _judge(list(family), primary, 1 - level)
    return tuple(judged)


def _contests(
    last: pl.DataFrame, pairs: pl.DataFrame, series: pl.DataFrame, baseline: str
) -> pl.DataFrame:
    """Medians, wins and sorted differences: world by world, all against all where unpaired."""
    columns = [*_CELL, "value", "base", "difference"]
    paired = pairs.join(last, on=[*_CELL, "week"], how="semi").select(columns)
    loose = last.filter(pl.col("pairs") == 0)
    own = weekly.finite(series).join(loose, on=[*_CELL, "week"], how="semi")
    everyone = weekly.against_baseline(
        own, weekly.finite(series), baseline, ["question", "point", "cohort", "metric", "week"]
    ).select(columns)
    difference = pl.col("difference")
    return (
        pl.concat([paired, everyone])
        .group_by(_CELL)
        .agg(
            pl.col("value").median().alias("arm_median"),
            pl.col("base").median().alias("baseline_median"),
            difference.median().alias("median_difference"),
            (difference > 0).sum().cast(pl.Float64).alias("higher"),
            (difference == 0).sum().cast(pl.Float64).alias("equal"),
            pl.len().alias("contests"),
            difference.sort().alias("ordered"),
        )
    )


def _order_statistic(place: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("rank") > 0).then(pl.col("ordered").list.get(place, null_on_oob=True))


def _row_note() -> pl.Expr:
    return (
        pl.when(pl.col("pairs") == 0)
        .then(pl.lit("no shared seeds: unpaired, Welch interval"))
        .when(pl.col("pairs") == 1)
        .then(pl.lit("one paired world: no interval"))
        .when(pl.col("difference_sd") == 0)
        .then(
            pl.format(
                "all {} worlds agree exactly, so luck cannot be judged: no interval",
                "pairs",
            )
        )
        .otherwise(pl.lit(""))
    )


def _judge(family: list[Difference], primary: str, alpha: float) -> list[Difference]:
    p = np.array([np.nan if row.p is None else row.p for row in family])
    first = np.array([row.metric == primary for row in family])
    adjusted = holm(p)
    adjusted[first] = holm(p[first])
    judged = []
    for row, value in zip(family, adjusted.tolist(), strict=True):
        low, high = (row.difference, row.difference) if row.agree else (row.low, row.high)
        verdict = "no clear difference"
        # A p that is NaN compares as false.
        if low is not None and high is not None and value < alpha:
            verdict = "higher" if low > 0 else "lower" if high < 0 else verdict
        judged.append(replace(row, p_holm=None if np.isnan(value) else value, verdict=verdict))
    return judged
