"""Compare arms with a baseline, world by world, at the horizon and by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.analysis import weekly
from sim.analysis.luck import Saving, savings
from sim.analysis.paired import METHOD
from sim.analysis.rows import Difference, difference_rows
from sim.analysis.survival import Survival, survival
from sim.analysis.until import Stopping, stopping
from sim.errors import UsageError, WorkError, not_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.tables import Metric, Results

_WEEKS = (
    *weekly.CELL, "baseline", "week", "arm_mean", "arm_low", "arm_high", "baseline_mean",
    "difference", "low", "high", "pairs",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare` found.

    Attributes
    ----------
    rows : tuple of Difference
        At the horizon; focal cohort first, the primary metric first, then in the manifest's order.
    by_week : polars.DataFrame
        question, point, cohort, metric, arm, baseline (String), week, arm_mean, arm_low, arm_high,
        baseline_mean, difference, low, high, pairs; sorted. Means are over the paired worlds.
    trajectories : polars.DataFrame
        question, point, cohort, metric, arm (String), week, worlds, mean, low, high; the baseline
        too.
    overtakes : tuple of Overtaking
    survival : Survival
    savings : tuple of Saving
        What common random numbers saved on the primary metric, for each paired comparison.
    level : float
        Confidence of every interval.
    until : Stopping or None
        How the results decided the number of worlds, if they did: intervals and p values of the
        primary metric then allow for it, those of other metrics do not.
    method : str
        How the numbers were got, in one sentence.
    notes : tuple of str
        What a reader has to know: worlds that are missing, what is not paired, too few worlds.
    sources : tuple of dict
        directory (name), scenario, scenario_hash and netgrow version of each result directory.
    """

    baseline: str
    primary: str
    metrics: dict[str, Metric]
    rows: tuple[Difference, ...]
    by_week: pl.DataFrame
    trajectories: pl.DataFrame
    overtakes: tuple[weekly.Overtaking, ...]
    survival: Survival
    savings: tuple[Saving, ...]
    level: float
    until: Stopping | None
    method: str
    notes: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]


def compare(
    results: Results,
    *,
    baseline: str | None = None,
    metrics: Sequence[str] | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare every arm with the baseline.

    Worlds are paired by (question, point, seed): same seed, same world, same luck. Across
    directories whose scenarios differ the worlds of one seed may differ; pairing then gains nothing
    but is still valid, since worlds of different seeds remain independent. An arm that shares no
    seed with the baseline is compared unpaired, by Welch's interval.

    Parameters
    ----------
    results : Results
    baseline : str, optional
        Arm to compare with; the manifest's by default. With several directories `directory:arm`, or
        the arm alone where only one directory has it.
    metrics : sequence of str, optional
        All by default. They are the family for Holm: name them before looking at the results.
    level : float
        Confidence level, between 0 and 1.

    Raises
    ------
    UsageError
        Unknown baseline or metric, level out of range.
    WorkError
        No other arm was run under the same question and point as the baseline.
    """
    if not 0 < level < 1:
        raise UsageError(f"level is {level}, it must lie between 0 and 1: 0.95 is usual")
    arms = list(results.arms)
    chosen = _baseline(baseline or results.baseline, arms)
    described = _metrics(metrics, results.metrics)
    series = results.series
    if len(described) < len(results.metrics):
        series = series.filter(pl.col("metric").cast(pl.String).is_in(list(described)))
    pairs = weekly.pair(series, chosen)
    loose = weekly.unpaired_arms(series, chosen)
    until = stopping(results.manifests)
    weeks = _weeks(series, pairs, chosen, loose, results.primary, level, until)
    if weeks.is_empty():
        raise WorkError(
            f"nothing to compare with {chosen!r}: no other arm was run to its end under the same "
            f"question and point (arms found: {', '.join(arms)})"
        )
    rows = difference_rows(weeks, pairs, series, arms, chosen, described, results.primary, level)
    if not rows:
        raise WorkError(
            f"nothing to compare with {chosen!r}: no other arm has more than week 0 in common with "
            "it; run both for as many weeks"
        )
    events, horizon = _followed(results.events, series)
    lacking = (*_lacking(series, arms), *_early(rows, series, chosen))
    if results.course is not None:
        here = pl.col("point").cast(pl.String) == results.course
        weeks, series = weeks.filter(here), series.filter(here)
    by_week = weekly.tidy(weeks.with_columns(pl.lit(chosen).alias("baseline"))).select(_WEEKS)
    return Comparison(
        baseline=chosen,
        primary=results.primary,
        metrics=described,
        rows=rows,
        by_week=by_week,
        trajectories=weekly.trajectories(series, level),
        overtakes=weekly.overtakes(by_week, described, chosen),
        survival=survival(events, arms, chosen, horizon, level),
        savings=savings(pairs, results.primary, chosen, level),
        level=level,
        until=until,
        method=METHOD,
        notes=(
            *results.notes,
            *lacking,
            *_notes(rows, results, level),
            *_stopped(rows, results, until, level),
        ),
        sources=tuple(
            {
                "directory": directory.name,
                **{key: manifest.get(key) for key in ("scenario", "scenario_hash", "netgrow")},
            }
            for directory, manifest in zip(results.directories, results.manifests, strict=True)
        ),
    )


def _weeks(
    series: pl.DataFrame,
    pairs: pl.DataFrame,
    baseline: str,
    loose: pl.DataFrame,
    primary: str,
    level: float,
    until: Stopping | None,
) -> pl.DataFrame:
    """Compare week by week, each metric at its `level`, which is another column."""
    first = pl.col("metric").cast(pl.String) == primary
    levels = [(pl.lit(value=True), level)]
    if until is not None:
        levels = [(first, until.level(level)), (~first, level)]
    parts = []
    for own, at in levels:
        found = [weekly.paired_weeks(pairs.filter(own), at)]
        if not loose.is_empty():
            found.append(weekly.unpaired_weeks(series.filter(own), baseline, loose, at))
        parts += [part.with_columns(pl.lit(at).alias("level")) for part in found]
    return pl.concat(parts, how="diagonal")


def _baseline(asked: str, arms: list[str]) -> str:
    if asked in arms:
        return asked
    suffixed = [arm for arm in arms if arm.endswith(f":{asked}")]
    if len(suffixed) == 1:
        return suffixed[0]
    raise not_among("baseline arm", asked, arms)


def _metrics(asked: Sequence[str] | None, known: dict[str, Metric]) -> dict[str, Metric]:
    if not asked:
        return known
    for name in asked:
        if name not in known:
            raise not_among("metric", name, known)
    return {name: metric for name, metric in known.items() if name in asked}


def _followed(events: pl.DataFrame, series: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Events, and the last week that every arm reached; arms that never left week 0 stay out."""
    place = ["question", "point", "arm"]
    last = series.group_by(place).agg(pl.col("week").max()).with_columns(_text(place))
    lasting = last.filter(pl.col("week") > 0)
    if lasting.is_empty():
        return events, 0
    followed = events.with_columns(_text(place)).join(
        last.filter(pl.col("week") == 0), on=place, how="anti", maintain_order="left"
    )
    return followed, int(lasting.select(pl.col("week").min()).item())


def _text(columns: Sequence[str]) -> pl.Expr:
    return pl.col(*columns).cast(pl.String)


def _lacking(series: pl.DataFrame, arms: Sequence[str]) -> list[str]:
    """Say which metrics an arm does not have: those of what is off in it but on in another."""
    pairs = series.select("metric", "arm").unique().with_columns(_text(["metric", "arm"]))
    have: dict[str, set[str]] = {arm: set() for arm in arms}
    for metric, arm in pairs.iter_rows():
        have[arm].add(metric)
    known = set[str]().union(*have.values())
    lacking: dict[tuple[str, ...], list[str]] = {}
    for arm, own in have.items():
        lacking.setdefault(tuple(sorted(known - own)), []).append(arm)
    return [
        f"{', '.join(these)}: not measured, so not compared with others: {', '.join(metrics)}"
        for metrics, these in lacking.items()
        if metrics
    ]


def _early(rows: Sequence[Difference], series: pl.DataFrame, baseline: str) -> list[str]:
    """Say which arms are compared before their own end or the baseline's, or not at all."""
    ends = weekly.ends(series, baseline).filter(pl.col("arm") != baseline)
    compared = {tuple(getattr(row, name) for name in weekly.CELL): row.week for row in rows}
    early: dict[tuple[str, str], set[str]] = {}
    ends = ends.with_columns(_text(weekly.CELL)).sort(weekly.CELL)
    for *cell, own, base, end in ends.iter_rows():
        metric, arm = cell[-2:]
        week = compared.get(tuple(cell))
        if week is not None and week < end:
            longer = arm if own > base else baseline
            found = (
                f"compared with {baseline} at week {week}, the last that both have, although "
                f"{longer} has {end} weeks"
            )
        elif week is None and min(own, base) == 0 < end:
            found = f"left out, only week 0 in common with {baseline}"
        else:
            continue
        early.setdefault((arm, found), set()).add(metric)
    count = ends["metric"].n_unique()
    return [
        f"{arm}{'' if len(metrics) == count else f' ({", ".join(sorted(metrics))})'}: {found}"
        for (arm, found), metrics in early.items()
    ]


def _notes(rows: Sequence[Difference], results: Results, level: float) -> list[str]:
    notes = []
    loose = sorted({row.arm for row in rows if row.pairs == 0})
    paired = [row for row in rows if row.pairs]
    if loose:
        notes.append(
            f"{', '.join(loose)}: no seed shared with the baseline, compared unpaired (Welch)"
        )
    if paired and len(results.directories) > 1:
        hashes = {manifest.get("scenario_hash") for manifest in results.manifests}
        notes.append(
            "paired by seed across directories of one scenario"
            if len(hashes) == 1
            else "paired by seed across directories whose scenarios differ: worlds of one seed "
            "may differ too, and a difference is then of scenarios, not of arms alone"
        )
    fewest = min((row.pairs for row in paired), default=None)
    if fewest == 1:
        notes.append("one paired world gives no interval: run more seeds")
    elif fewest is not None and fewest < 10:
        notes.append(
            f"only {fewest} paired worlds: intervals of strongly skewed metrics cover less than "
            f"{100 * level:g} %"
        )
    if paired and not any(row.median_low is not None for row in paired):
        notes.append(f"too few paired worlds for an interval of the median at {100 * level:g} %")
    return notes


def _stopped(
    rows: Sequence[Difference], results: Results, until: Stopping | None, level: float
) -> list[str]:
    """Say what it means that the results decided the number of worlds."""
    own = [row for row in rows if row.metric == results.primary]
    if until is None or not own:
        return []
    said = (
        f"the number of worlds followed from the results (--until-ci {until.width:g}): intervals "
        f"of {own[0].metric} are made at {100 * until.level(level):g} % (look {until.look}), so "
        f"that they hold at {100 * level:g} % whichever look was the last; intervals of other "
        "metrics do not allow for it"
    )
    return [said]
