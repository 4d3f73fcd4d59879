"""Sections over time: trajectories, and who overtakes whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.report.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Charts,
    Fold,
    Heading,
    Section,
    Table,
    Text,
)
from sim.report.plots import differences, trajectories
from sim.report.words import (
    QUESTIONS,
    capital,
    clean,
    counted,
    label,
    listed,
    number,
    signed,
    span,
)

if TYPE_CHECKING:
    from sim.analysis import Overtaking
    from sim.report.study import Study

FOLLOWED = (
    "target_decision_makers_2",
    "live_target_decision_makers_2",
    "target_share",
    "reach_1",
    "active_ties",
    "reach_2",
    "interviews",
    "search_position",
    "money",
)
"""Metrics drawn by week, beside the primary one."""

_SHOWN = 4
"""Metrics shown at once under the first question; the rest, and the other question's, on demand."""

_ROWS = 14
"""Weeks at most in a table of a trajectory."""


def over_time(study: Study) -> Section:
    """Draw key metrics by week: each arm, and its difference to the baseline."""
    blocks: list[Block] = []
    for place, question in enumerate(study.questions):
        heading = QUESTIONS.get(question, (label(question), ""))[0]
        metrics = dict.fromkeys([study.primary, *FOLLOWED])
        drawn = [_metric(study, question, metric, place) for metric in metrics]
        drawn = [part for part in drawn if part]
        if not drawn:
            continue
        blocks += [Heading(heading), *drawn[0]]
        shown = _SHOWN if place == 0 else 1
        blocks += [block for part in drawn[1:shown] for block in part]
        rest = [block for part in drawn[shown:] for block in part]
        if rest:
            blocks.append(Fold(f"{counted(len(drawn) - shown, 'more metric')} by week", rest))
    if not blocks:
        return Section("trajectories", "Over time", [Text("No finished run, so nothing to draw.")])
    note = (
        "Left: the mean of each arm over the worlds. Right: arm minus baseline within the same "
        "world; where its band stays clear of the zero line, the arms differ. Bands are "
        f"{100 * study.level:g} % intervals, each week by itself. Overlapping bands on the left "
        "do not mean that arms are alike: the right side decides."
    )
    return Section("trajectories", "Over time", [Text(note), *blocks])


def _metric(study: Study, question: str, name: str, place: int) -> list[Block]:
    lines = study.lines(question, name)
    if lines.is_empty():
        return []
    metric = study.metric(name)
    title, unit = capital(clean(metric.title)), clean(metric.unit)
    key = f"{place}-{list(study.metrics).index(name)}"
    arms = [arm for arm in study.looks if arm in lines["arm"].unique().to_list()]
    charts = [
        Chart(
            f"course-{key}",
            trajectories(lines, study.looks, title, unit),
            f"{title} by week, {unit}",
            " ".join(_told(lines.filter(pl.col("arm") == arm), arm, "mean") for arm in arms),
        )
    ]
    gaps = study.gaps(question, name)
    if not gaps.is_empty():
        others = [arm for arm in arms if arm in gaps["arm"].unique().to_list()]
        charts.append(
            Chart(
                f"gap-{key}",
                differences(gaps, study.looks, study.baseline, unit),
                f"{title}: difference to {label(study.baseline)} by week, {unit}",
                " ".join(
                    _told(gaps.filter(pl.col("arm") == arm), arm, "difference") for arm in others
                ),
            )
        )
    return [Charts(charts), Fold(f"{title} as a table", [_by_week(study, question, name)])]


def _told(rows: pl.DataFrame, arm: str, column: str) -> str:
    rows = rows.sort("week")
    write = signed if column == "difference" else number
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    band = (
        f" (interval {write(last['low'])} to {write(last['high'])})"
        if last["low"] is not None
        else ""
    )
    return (
        f"{label(arm)}: {write(first[column])} in week {first['week']}, "
        f"{write(last[column])} in week {last['week']}{band}."
    )


def _by_week(study: Study, question: str, name: str) -> Table:
    lines, gaps = study.lines(question, name), study.gaps(question, name)
    weeks = lines["week"].unique().sort().to_list()
    step = max(1, -(-len(weeks) // _ROWS))
    kept = [*weeks[:-1:step], weeks[-1]]
    values = {(arm, week): row for *row, arm, week in _rows(lines, "mean")}
    found = {(arm, week): row for *row, arm, week in _rows(gaps, "difference")}
    arms = [arm for arm in study.looks if (arm, weeks[-1]) in values]
    others = [arm for arm in arms if any(key[0] == arm for key in found)]
    rows = []
    for week in kept:
        cells = [Cell(str(week))]
        cells += [Cell(_with_span(values.get((arm, week)))) for arm in arms]
        cells += [Cell(_with_span(found.get((arm, week)), sign=True)) for arm in others]
        rows.append(cells)
    metric = study.metric(name)
    heads = ["Week", *map(label, arms), *(f"{label(arm)}, difference" for arm in others)]
    caption = f"{capital(clean(metric.title))}, {clean(metric.unit)}: mean [interval]"
    return Table(caption, heads, rows, range(1, len(heads)))


def _rows(frame: pl.DataFrame, column: str) -> list[tuple[float, float, float, str, int]]:
    if frame.is_empty():
        return []
    return frame.select(column, "low", "high", "arm", "week").rows()


def _with_span(row: list[float] | None, *, sign: bool = False) -> str:
    if row is None:
        return "–"
    middle = signed(row[0]) if sign else number(row[0])
    return middle if row[1] is None else f"{middle} {span(row[1], row[2])}"


def overtaking(study: Study) -> Section:
    """Say when one arm passes the baseline: the primary metric at once, others on demand."""
    found = study.comparison.overtakes if study.comparison else ()
    blocks: list[Block] = []
    for question in study.questions:
        place = (question, study.point, study.cohort(question))
        told = {
            (item.metric, item.arm): item
            for item in found
            if (item.question, item.point, item.cohort) == place
        }
        metrics = [name for name in FOLLOWED if name != study.primary]
        first, rest = (
            [_passes(study, told[m, a]) for m in names for a in study.looks if (m, a) in told]
            for names in ([study.primary], metrics)
        )
        if first:
            blocks += [Heading(QUESTIONS.get(question, (label(question), ""))[0]), Bullets(first)]
        if rest:
            blocks.append(Fold("Other metrics", [Bullets(rest)]))
    if blocks:
        blocks.append(
            Text(
                "“Clearly” means that the interval of every later week lies on one side of zero. "
                "It describes the curves; it is not a separate test."
            )
        )
    return Section(
        "overtaking",
        "When one overtakes the other",
        blocks or [Text("There is nothing to compare yet.")],
    )


def _passes(study: Study, item: Overtaking) -> str:
    arm, baseline = label(item.arm), label(item.baseline)
    lead = f"neither {arm} nor {baseline} gains a lasting clear lead"
    better = study.metric(item.metric).better
    above, below = ("ahead of", "behind") if better != "neither" else ("above", "below")
    if item.ahead_from is not None:
        lead = f"{arm} is clearly {above} {baseline} from week {item.ahead_from} to the end"
    elif item.behind_from is not None:
        lead = f"{arm} is clearly {below} {baseline} from week {item.behind_from} to the end"
    changes = "; the curves never cross"
    if item.changes:
        weeks = [str(week) for week in item.changes[:6]]
        more = f" and {len(item.changes) - 6} times more" if len(item.changes) > 6 else ""
        changes = f"; the curves cross in week {listed(weeks)}{more}"
    title = capital(clean(study.metric(item.metric).title))
    return f"{title}: {lead}{changes}."
