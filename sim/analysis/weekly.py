"""Differences and trajectories by week, and when one arm overtakes the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.analysis.paired import ROUNDING, Moments, mean_interval, welch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.analysis.tables import Metric

CELL = ("question", "point", "cohort", "metric", "arm")
_WORLDS = ("question", "point", "seed")


@dataclass(frozen=True)
class Overtaking:
    """When one arm passes the baseline on one metric.

    Attributes
    ----------
    changes : tuple of int
        Weeks at which the mean difference has another sign than when it was last not 0.
    ahead_from, behind_from : int or None
        First week from which on, up to the last week, every week's interval lies on the better
        (worse) side of 0; for a metric of which neither more nor less is better, above (below) 0.
        The intervals are pointwise: each week's holds its level by itself, not all weeks together,
        so the week is a description, not a test.
    """

    question: str
    point: str
    cohort: str
    metric: str
    arm: str
    baseline: str
    changes: tuple[int, ...]
    ahead_from: int | None
    behind_from: int | None

    def in_words(self, title: str) -> str:
        """Say it in one sentence, `title` being the metric's."""
        crossing = (
            "the mean difference changes sign at week " + ", ".join(map(str, self.changes))
            if self.changes
            else "the mean difference never changes sign"
        )
        lead = "no lasting lead of either arm"
        if self.ahead_from is not None:
            lead = f"{self.arm} clearly ahead from week {self.ahead_from} to the end"
        elif self.behind_from is not None:
            lead = f"{self.baseline} clearly ahead from week {self.behind_from} to the end"
        return f"{title}: {lead} (week by week intervals); {crossing}"


def pair(series: pl.DataFrame, baseline: str) -> pl.DataFrame:
    """Put every value beside the baseline's value in the same world.

    Returns
    -------
    polars.DataFrame
        Columns of `CELL`, seed, week, value, base and difference (value - base); rows in which
        either is missing or not finite are dropped.
    """
    usable = finite(series)
    others = usable.filter(pl.col("arm") != baseline)
    return against_baseline(others, usable, baseline, [*_WORLDS, "cohort", "metric", "week"])


def against_baseline(
    arms: pl.DataFrame, series: pl.DataFrame, baseline: str, keys: Sequence[str]
) -> pl.DataFrame:
    """Join the rows of `arms` with the baseline's rows of equal `keys`; add base and difference.

    Values that differ by rounding alone are equal. Order is kept, so that sums do not depend on
    threads.
    """
    base = series.filter(pl.col("arm") == baseline).select(*keys, pl.col("value").alias("base"))
    gap = pl.col("value") - pl.col("base")
    rounding = ROUNDING * pl.max_horizontal(pl.col("value").abs(), pl.col("base").abs())
    return arms.join(base, on=list(keys), maintain_order="left").with_columns(
        pl.when(gap.abs() > rounding).then(gap).otherwise(0.0).alias("difference")
    )


def finite(series: pl.DataFrame) -> pl.DataFrame:
    """Rows with a value."""
    return series.filter(pl.col("value").is_finite())


def ends(series: pl.DataFrame, baseline: str) -> pl.DataFrame:
    """Find the last week measured under each arm and under the baseline.

    Returns
    -------
    polars.DataFrame
        Columns of `CELL`, own_end, base_end and end, the later of both.
    """
    place = ["question", "point", "cohort", "metric"]
    last = series.group_by(*CELL).agg(pl.col("week").max().alias("own_end"))
    base = last.filter(pl.col("arm") == baseline).drop("arm").rename({"own_end": "base_end"})
    return last.join(base, on=place).with_columns(
        pl.max_horizontal("own_end", "base_end").alias("end")
    )


def unpaired_arms(series: pl.DataFrame, baseline: str) -> pl.DataFrame:
    """Find the (question, point, arm) where arm and baseline both ran but share no seed."""
    worlds = series.select(*_WORLDS, "arm").unique()
    base = worlds.filter(pl.col("arm") == baseline).drop("arm")
    rest = worlds.filter(pl.col("arm") != baseline)
    place = ["question", "point"]
    shared = rest.join(base, on=list(_WORLDS), how="semi").select(*place, "arm").unique()
    return (
        rest.join(base, on=place, how="semi")
        .select(*place, "arm")
        .unique()
        .join(shared, on=[*place, "arm"], how="anti")
    )


def paired_weeks(pairs: pl.DataFrame, level: float) -> pl.DataFrame:
    """Mean paired difference of every cell and week, with its interval; see `by_week`.

    Without spread (one world, or the same difference in all) there is no interval.
    """
    moments = pairs.group_by(*CELL, "week").agg(
        pl.len().alias("pairs"),
        pl.len().alias("arm_worlds"),
        pl.len().alias("baseline_worlds"),
        *_moments("value", "arm"),
        *_moments("base", "baseline"),
        *_moments("difference", "difference"),
    )
    moments = moments.rename({"difference_mean": "difference"}).with_columns(
        without_rounding("difference", "difference_sd")
    )
    differences = moments.rename({"difference": "difference_mean"})
    low, high = mean_interval(sample(differences, "pairs", "difference"), level)
    spread = pl.col("difference_sd") > 0
    return _arm_band(moments, level).with_columns(
        pl.when(spread).then(pl.Series("low", low)).alias("low"),
        pl.when(spread).then(pl.Series("high", high)).alias("high"),
    )


def without_rounding(*columns: str) -> pl.Expr:
    """Set to 0 what is so small beside the means and spreads of both arms that it is rounding."""
    size = pl.max_horizontal(
        pl.col("arm_mean", "baseline_mean").abs(), pl.col("arm_sd", "baseline_sd")
    )
    value = pl.col(*columns)
    return pl.when(value.abs() <= ROUNDING * size).then(0.0).otherwise(value).name.keep()


def unpaired_weeks(
    series: pl.DataFrame, baseline: str, arms: pl.DataFrame, level: float
) -> pl.DataFrame:
    """Compare the means of `arms` as independent, by Welch; columns as `paired_weeks`."""
    usable = finite(series)
    keys = ["question", "point", "cohort", "metric", "week"]
    own = (
        usable.join(arms, on=["question", "point", "arm"], how="semi")
        .group_by(*keys, "arm")
        .agg(pl.len().alias("arm_worlds"), *_moments("value", "arm"))
    )
    base = (
        usable.filter(pl.col("arm") == baseline)
        .group_by(keys)
        .agg(pl.len().alias("baseline_worlds"), *_moments("value", "baseline"))
    )
    both = own.join(base, on=keys).with_columns(
        pl.lit(0, dtype=pl.UInt32).alias("pairs"),
        (pl.col("arm_mean") - pl.col("baseline_mean")).alias("difference"),
        ((pl.col("arm_sd") ** 2 + pl.col("baseline_sd") ** 2) / 2).sqrt().alias("difference_sd"),
    )
    both = both.with_columns(without_rounding("difference"))
    low, high, p = welch(
        sample(both, "arm_worlds", "arm"), sample(both, "baseline_worlds", "baseline"), level
    )
    return _arm_band(both, level).with_columns(
        pl.Series("low", low), pl.Series("high", high), pl.Series("p", p)
    )


def trajectories(series: pl.DataFrame, level: float) -> pl.DataFrame:
    """Mean of every arm by week over its worlds, with its own band.

    Returns
    -------
    polars.DataFrame
        question, point, cohort, metric, arm (String), week, worlds, mean, low, high; sorted. The
        bands of two arms overlap long after their paired difference is clear: read the difference,
        not the overlap.
    """
    moments = (
        finite(series)
        .group_by(*CELL, "week")
        .agg(pl.len().alias("arm_worlds"), *_moments("value", "arm"))
    )
    banded = _arm_band(moments, level).rename(
        {"arm_worlds": "worlds", "arm_mean": "mean", "arm_low": "low", "arm_high": "high"}
    )
    return tidy(banded).select(*CELL, "week", "worlds", "mean", "low", "high")


def tidy(table: pl.DataFrame) -> pl.DataFrame:
    """Categories as text, undefined numbers as null, rows sorted by cell and week."""
    return table.with_columns(
        pl.col(*CELL).cast(pl.String), pl.col(pl.Float64).fill_nan(None)
    ).sort(*CELL, "week")


def overtakes(
    weeks: pl.DataFrame, metrics: Mapping[str, Metric], baseline: str
) -> tuple[Overtaking, ...]:
    """Find the sign changes and lasting leads in a `by_week` table."""
    worse_is_more = [name for name, metric in metrics.items() if metric.better == "lower"]
    side = pl.when(pl.col("metric").is_in(worse_is_more)).then(-1.0).otherwise(1.0)
    sign = pl.col("difference").sign()
    last = pl.when(sign != 0).then(sign).forward_fill()
    marked = (
        weeks.sort(*CELL, "week")
        .with_columns(
            pl.when(sign != 0).then(last.shift() != sign).over(*CELL).alias("change"),
            (pl.min_horizontal(pl.col("low") * side, pl.col("high") * side) > 0).alias("ahead"),
            (pl.max_horizontal(pl.col("low") * side, pl.col("high") * side) < 0).alias("behind"),
        )
        .group_by(*CELL, maintain_order=True)
        .agg(
            pl.col("week").filter(pl.col("change").fill_null(value=False)).alias("changes"),
            _lasting("ahead"),
            _lasting("behind"),
        )
    )
    return tuple(
        Overtaking(
            **{name: row[name] for name in CELL},
            baseline=baseline,
            changes=tuple(row["changes"]),
            ahead_from=row["ahead"],
            behind_from=row["behind"],
        )
        for row in marked.iter_rows(named=True)
    )


def sample(table: pl.DataFrame, count: str, name: str) -> Moments:
    """Read the columns `name`_mean, _sd and _skewness; nulls become NaN."""
    columns = (count, f"{name}_mean", f"{name}_sd", f"{name}_skewness")
    return Moments(*(table[column].cast(pl.Float64).to_numpy() for column in columns))


def _lasting(flag: str) -> pl.Expr:
    """First week of the run of true `flag` that lasts to the end, null if the end is false."""
    holds = pl.col(flag).fill_null(value=False).cast(pl.Int8).cum_min(reverse=True)
    return pl.col("week").filter(holds == 1).first().alias(flag)


def _moments(column: str, name: str) -> Sequence[pl.Expr]:
    values = pl.col(column)
    return (
        values.mean().alias(f"{name}_mean"),
        values.std().alias(f"{name}_sd"),
        values.skew(bias=False).alias(f"{name}_skewness"),
    )


def _arm_band(table: pl.DataFrame, level: float) -> pl.DataFrame:
    low, high = mean_interval(sample(table, "arm_worlds", "arm"), level)
    return table.with_columns(pl.Series("arm_low", low), pl.Series("arm_high", high))
