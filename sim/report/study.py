"""Everything a report is written from, read from one result directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.analysis import Metric, Results, compare, load
from sim.analysis.weekly import trajectories
from sim.errors import NetgrowError
from sim.report.ego import Ego
from sim.report.style import Look, looks
from sim.report.words import counted
from sim.results import read_manifest, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from sim.analysis import Comparison, Difference

LEVEL = 0.95
"""Confidence level of the bands where nothing is compared."""


@dataclass(frozen=True, eq=False)
class Study:
    """One study as a report tells it.

    Attributes
    ----------
    manifest : dict
    results : Results or None
        None if no run has finished.
    comparison : Comparison or None
        None if there is nothing to compare.
    trouble : str
        Why one of the two is missing.
    course : polars.DataFrame
        Mean of every arm by week, columns as `Comparison.trajectories`.
    runs : polars.DataFrame
        The plan with its status; may be empty.
    looks : dict of str to Look
        How each arm is drawn, in the manifest's order.
    """

    directory: Path
    manifest: dict[str, Any]
    results: Results | None
    comparison: Comparison | None
    trouble: str
    course: pl.DataFrame
    runs: pl.DataFrame
    looks: dict[str, Look]

    @property
    def baseline(self) -> str:
        """The arm others are compared with."""
        return str(self.manifest.get("baseline") or next(iter(self.looks), ""))

    @property
    def primary(self) -> str:
        """The metric that decides; the first one where it was not measured."""
        metrics = self.metrics
        named = str(self.manifest.get("primary", ""))
        return named if named in metrics else next(iter(metrics), named)

    @property
    def metrics(self) -> dict[str, Metric]:
        """The metrics that were measured, the primary one first."""
        return self.results.metrics if self.results else {}

    @property
    def questions(self) -> list[str]:
        """Questions asked, `one` first."""
        asked = self.course["question"].unique().to_list()
        return sorted(asked, key=lambda question: (question != "one", question))

    @property
    def asked(self) -> list[str]:
        """Questions planned or answered, `one` first: also those of which no run has finished."""
        planned = self.runs["question"].to_list() if "question" in self.runs.columns else []
        asked = {*self.questions, *planned}
        return sorted(asked, key=lambda question: (question != "one", question))

    def unfinished(self, question: str) -> list[str]:
        """Return the arms planned at the point shown of which no run has finished."""
        if not {"question", "arm", "point"} <= set(self.runs.columns):
            return []
        here = (pl.col("question") == question) & (pl.col("point") == self.point)
        planned, done = (set(table.filter(here)["arm"]) for table in (self.runs, self.course))
        return [arm for arm in self.looks if arm in planned - done]

    @property
    def points(self) -> list[str]:
        """Points of the sweep, `base` first."""
        # Of other points than the base there may be no course, but their last week.
        table = self.course if self.results is None else self.results.series
        found = table["point"].cast(pl.String).unique().to_list()
        return sorted(found, key=lambda point: (point != "base", point))

    @property
    def point(self) -> str:
        """The point that is shown in detail."""
        return next(iter(self.points), "base")

    @property
    def level(self) -> float:
        """Confidence level of all intervals."""
        return self.comparison.level if self.comparison else LEVEL

    def cohort(self, question: str) -> str:
        """Return whose numbers answer a question: the focal members' where there are any."""
        rows = self.course.filter(
            (pl.col("question") == question) & (pl.col("metric") == self.primary)
        )
        cohorts = rows["cohort"].unique().sort().to_list()
        return "focal" if "focal" in cohorts or not cohorts else str(cohorts[0])

    def metric(self, name: str) -> Metric:
        """Return what is known of a metric, also of one that was not measured."""
        return self.metrics.get(name) or Metric(name, name.replace("_", " "))

    def rows(self, question: str, metric: str, point: str | None = None) -> list[Difference]:
        """Return the differences on one metric, in the order of the arms."""
        if self.comparison is None:
            return []
        place = (question, point or self.point, self.cohort(question), metric)
        found = {
            row.arm: row
            for row in self.comparison.rows
            if (row.question, row.point, row.cohort, row.metric) == place
        }
        return [found[arm] for arm in self.looks if arm in found]

    def lines(self, question: str, metric: str) -> pl.DataFrame:
        """Return the course of one metric: columns `arm`, `week`, `mean`, `low`, `high`."""
        return self.course.filter(self._here(question, metric)).sort("arm", "week")

    def gaps(self, question: str, metric: str) -> pl.DataFrame:
        """Return the differences by week: columns `arm`, `week`, `difference`, `low`, `high`."""
        if self.comparison is None:
            return pl.DataFrame(schema={"arm": pl.String, "week": pl.Int32})
        return self.comparison.by_week.filter(self._here(question, metric)).sort("arm", "week")

    def means(self, question: str, metric: str) -> dict[str, float]:
        """Return each arm's mean at its last week."""
        last = (
            self.lines(question, metric).group_by("arm").agg(pl.col("mean").sort_by("week").last())
        )
        return {arm: mean for arm, mean in last.sort("arm").iter_rows() if mean is not None}

    def worlds(self, row: Difference) -> dict[int, float]:
        """Return arm - baseline by seed, for the worlds of both."""
        if self.results is None:
            return {}
        text = [pl.col(name).cast(pl.String) for name in ("question", "point", "cohort", "metric")]
        place = (row.question, row.point, row.cohort, row.metric)
        here = [column == value for column, value in zip(text, place, strict=True)]
        series = self.results.series.filter(*here, pl.col("week") == row.week)
        arm = pl.col("arm").cast(pl.String)
        own, base = (
            series.filter(arm == name).select("seed", "value") for name in (row.arm, row.baseline)
        )
        both = own.join(base, on="seed", suffix="_base").sort("seed")
        return {seed: value - other for seed, value, other in both.iter_rows()}

    def _here(self, question: str, metric: str) -> pl.Expr:
        return (
            (pl.col("question") == question)
            & (pl.col("point") == self.point)
            & (pl.col("cohort") == self.cohort(question))
            & (pl.col("metric") == metric)
        )


def read_study(directory: Path) -> Study:
    """Read a result directory; what is missing is said, not raised.

    Raises
    ------
    WorkError
        If there is no manifest, or it is damaged.
    """
    manifest = read_manifest(directory)
    results, comparison, trouble = None, None, ""
    try:
        results = load([directory])
        comparison = compare(results)
    except NetgrowError as error:
        trouble = str(error)
    if comparison is not None:
        course = comparison.trajectories
    elif results is not None:
        course = trajectories(results.series, LEVEL)
    else:
        text = ("question", "point", "cohort", "metric", "arm")
        course = pl.DataFrame(schema=dict.fromkeys(text, pl.String))
    found = course["arm"].unique().sort().to_list()
    arms = dict.fromkeys([*manifest.get("arms", {}), *found])
    if results is not None and len(found) == 1:
        only = (
            "The study has one arm only" if len(arms) == 1 else f"Only {found[0]} has finished runs"
        )
        trouble = f"{only}, so there is nothing to compare it with."
    try:
        runs = read_table(directory, "runs")
    except NetgrowError:
        runs = pl.DataFrame(schema={"status": pl.String, "arm": pl.String, "error": pl.String})
    return Study(directory, manifest, results, comparison, trouble, course, runs, looks(arms))


def read_egos(study: Study) -> tuple[dict[str, Ego], str]:
    """Read the surroundings of one focal member under every arm, in the same world.

    Returns
    -------
    egos : dict of arm to Ego
        Empty if none was recorded.
    said : str
        Which member of which world it is, or why there is none.
    """
    try:
        nodes, ties = (read_table(study.directory, name) for name in ("ego_nodes", "ego_ties"))
    except NetgrowError as error:
        return {}, str(error)
    here = pl.col("point") == study.point
    nodes = nodes.filter(here, pl.col("arm").is_in(list(study.looks)))
    if nodes.is_empty():
        return {}, "no surroundings of a focal member were recorded"
    question = min(nodes["question"].unique(), key=lambda name: (name != "one", name))
    nodes = nodes.filter(pl.col("question") == question)
    shared = nodes.group_by("seed", "ego").agg(pl.col("arm").n_unique().alias("arms"))
    seed, ego, _ = shared.sort(-pl.col("arms").cast(pl.Int64), "seed", "ego").row(0)
    egos = {}
    for arm in study.looks:
        mine = (pl.col("arm") == arm) & (pl.col("seed") == seed) & (pl.col("ego") == ego)
        own = nodes.filter(mine)
        if own.filter(pl.col("level") == 0).height:
            egos[arm] = Ego(own, ties.filter(here, pl.col("question") == question, mine))
    weeks = counted(int(study.manifest.get("weeks", 0)), "week")
    said = f"Member {ego:,} of the world with seed {seed}, after {weeks}"
    return egos, said
