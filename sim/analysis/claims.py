"""Claims as inequalities on metrics, each judged by one interval and never by a p value.

With d = arm - than by world, [low, high] the interval of its mean at the level asked for
(`sim.analysis.paired.mean_interval`), and `by` the smallest difference of interest:

=======  ==============================  ====================================
claim    supported if                    refuted if
=======  ==============================  ====================================
more     low >= by and low > 0           high < by or high <= 0
less     the same of -d                  the same of -d
same     -by < low and high < by         low >= by, or high <= -by, and 0 is
         (or d is 0 in all worlds)       not in the interval
=======  ==============================  ====================================

All else is inconclusive; so are fewer than 6 worlds that all give the same difference. `more` and
`less` are one-sided tests and `same` is the equivalence test by two one-sided tests [1]_, each at
(1 - level) / 2: at 95 % the interval of 95 % is used, where an equivalence test at 5 % would be
content with that of 90 %, so the verdict errs on the cautious side. A claim that
comes out as said, but only because a parameter imposes it, is "assumed".

References
----------
.. [1] Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
   approach for assessing the equivalence of average bioavailability. Journal of Pharmacokinetics
   and Biopharmaceutics 15, 657-680.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.analysis.inequalities import Finding, not_run
from sim.analysis.paired import ROUNDING, Moments, mean_interval
from sim.analysis.until import stopping
from sim.analysis.weekly import finite
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.analysis.inequalities import Inequality, Relation, Verdict
    from sim.analysis.tables import Results

POINT = "base"
"""Point of a sweep at which claims are tested."""
FEWEST_ALIKE = 6
"""Worlds that must agree exactly before that decides: of fewer a sign test at 5 % cannot tell."""


def judge(
    results: Results, tests: Sequence[Inequality], level: float = 0.95
) -> tuple[Finding, ...]:
    """Hold what a study tests against its results.

    Parameters
    ----------
    results : Results
        Of one directory.
    tests : sequence of Inequality
    level : float
        Confidence of each interval by itself, between 0 and 1; of the primary metric also where
        the results decided how many worlds there are.

    Returns
    -------
    tuple of Finding
        In the order of `tests`; "not run" where an arm, the metric or the week was not measured.

    Raises
    ------
    UsageError
        If the level is out of range.
    """
    if not 0 < level < 1:
        raise UsageError(f"level is {level}, it must lie between 0 and 1: 0.95 is usual")
    study = str(results.manifests[0].get("scenario") or results.directories[0].name)
    until = stopping(results.manifests)
    first = until.level(level) if until else level
    return tuple(
        _judge(results, test, study, first if test.metric == results.primary else level)
        for test in tests
    )


def _judge(results: Results, test: Inequality, study: str, level: float) -> Finding:
    metric = results.metrics.get(test.metric)
    if metric is None:
        return not_run(study, [test], "the metric was not measured", results)[0]
    arms = [test.arm, test.than] if isinstance(test.than, str) else [test.arm]
    courses = [_course(results.series, test, arm) for arm in arms]
    for arm, course in zip(arms, courses, strict=True):
        if course.is_empty():
            why = f"no finished run of {arm} has it (switch {test.switch}, cohort {test.cohort})"
            return not_run(study, [test], why, results)[0]
    weeks = set.intersection(*(set(course["week"]) for course in courses))
    last = max(weeks, default=0)
    week = last if test.week is None else test.week
    for asked in (week, test.since):
        if asked is not None and asked not in weeks:
            return not_run(study, [test], f"not measured in week {asked}", results)[0]
    gaps = _gaps(courses, test, week)
    if not gaps.size:
        return not_run(study, [test], "the two arms share no world", results)[0]
    difference, low, high = _estimate(gaps, level)
    verdict: Verdict = "inconclusive"
    reason = "one world gives no interval"
    if low == high is not None and gaps.size < FEWEST_ALIKE:
        reason = f"{gaps.size} worlds that agree are too few to tell"
    elif low is not None and high is not None:
        verdict, reason = verdict_on(test.relation, test.by, low, high)
    if verdict == "supported" and test.assumed:
        verdict = "assumed"
    return Finding(
        study, test, metric.title, metric.unit, week, gaps.size, difference, low, high,
        verdict, reason,
    )  # fmt: skip


def _estimate(gaps: NDArray[np.float64], level: float) -> tuple[float, float | None, float | None]:
    """Mean of the differences and its interval, which is a point where they are all equal."""
    first = float(gaps[0])
    if gaps.size == 1:
        return first, None, None
    if np.all(gaps == first):
        return first, first, first
    sample = Moments.of(gaps[:, None])
    low, high = mean_interval(sample, level)
    return float(sample.mean[0]), float(low[0]), float(high[0])


def _course(series: pl.DataFrame, test: Inequality, arm: str) -> pl.DataFrame:
    """Select the values of one arm: columns seed, week, value."""
    place = {
        "question": test.switch,
        "point": POINT,
        "cohort": test.cohort,
        "metric": test.metric,
        "arm": arm,
    }
    here = [pl.col(name).cast(pl.String) == value for name, value in place.items()]
    return finite(series.filter(*here)).select("seed", "week", "value")


def _gaps(courses: Sequence[pl.DataFrame], test: Inequality, week: int) -> NDArray[np.float64]:
    """Differences by world, in the order of seeds; what is rounding beside the values is 0."""
    own = _at(courses[0], week, test.since)
    if isinstance(test.than, str):
        worlds = own.join(_at(courses[1], week, test.since), on="seed", suffix="_than")
    else:
        number = pl.lit(float(test.than))
        worlds = own.with_columns(number.alias("value_than"), number.abs().alias("size_than"))
    worlds = worlds.sort("seed")
    gaps = (worlds["value"] - worlds["value_than"]).to_numpy().copy()
    rounding = ROUNDING * worlds.select(pl.max_horizontal("size", "size_than")).to_series()
    gaps[np.abs(gaps) <= rounding.to_numpy()] = 0.0
    if gaps.size and np.ptp(gaps) <= rounding.to_numpy().max():
        gaps[:] = gaps[0]
    return gaps


def _at(course: pl.DataFrame, week: int, since: int | None) -> pl.DataFrame:
    """Take the value in a week, less that in week `since`: columns seed, value, size.

    `size` is that of the numbers it was computed from.
    """
    now = course.filter(pl.col("week") == week).select(
        "seed", "value", pl.col("value").abs().alias("size")
    )
    if since is None:
        return now
    then = course.filter(pl.col("week") == since).select("seed", pl.col("value").alias("then"))
    return now.join(then, on="seed").select(
        "seed",
        pl.col("value") - pl.col("then"),
        pl.max_horizontal("size", pl.col("then").abs()).alias("size"),
    )


def verdict_on(relation: Relation, by: float, low: float, high: float) -> tuple[Verdict, str]:
    """Judge one inequality by the interval of its difference; see the head of this module.

    Parameters
    ----------
    relation : {"more", "less", "same"}
    by : float
        Smallest difference of interest, 0 or more.
    low, high : float
        Interval of arm - than.

    Returns
    -------
    verdict : {"supported", "refuted", "inconclusive"}
    reason : str
        Why it is refuted, if that is not plain; else empty.
    """
    if relation == "less":
        return verdict_on("more", by, -high, -low)
    within = -by < low and high < by
    if relation == "same":
        if within or low == high == 0:
            return "supported", ""
        if (low >= by and low > 0) or (high <= -by and high < 0):
            return "refuted", "they differ by what matters"
        return "inconclusive", ""
    if low >= by and low > 0:
        return "supported", ""
    if high >= by and high > 0:
        return "inconclusive", ""
    if low == high == 0:
        return "refuted", "no difference at all"
    if high < 0:
        return "refuted", "the other way" + (", by too little to matter" if within else "")
    return "refuted", "too little to matter" if within else "if at all, by too little to matter"
