"""The paired table: every metric at the horizon."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sim.analysis import KEY_METRICS, better_in
from sim.report.document import Block, Cell, Fold, Heading, Section, Table, Text
from sim.report.words import (
    NOTHING,
    QUESTIONS,
    capital,
    chance,
    clean,
    label,
    number,
    signed,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis import Difference
    from sim.report.study import Study

COHORTS = {"focal": "focal members", "all": "all members"}


def paired_table(study: Study) -> Section:
    """Tabulate the differences; key metrics first, the rest on demand."""
    blocks: list[Block] = []
    if study.comparison is None:
        return Section("table", "Numbers side by side", [Text("There is nothing to compare yet.")])
    shown = {study.primary, *KEY_METRICS}
    for question in study.questions:
        rows = [
            row
            for row in study.comparison.rows
            if row.question == question and row.point == study.point
        ]
        if not rows:
            continue
        heading = QUESTIONS.get(question, (label(question), ""))[0]
        cohort = study.cohort(question)
        first = [row for row in rows if row.cohort == cohort and row.metric in shown]
        table = _table(study, first, f"{heading}: {_place(first)}") if first else None
        blocks.append(Heading(heading))
        if table:
            blocks.append(Fold("Key metrics", [table]) if question != study.questions[0] else table)
        rest = [row for row in rows if not (row.cohort == cohort and row.metric in shown)]
        folded = [
            _table(study, list(part), f"{heading}: {COHORTS.get(name, label(name))}")
            for name, part in groupby(rest, key=lambda row: row.cohort)
        ]
        if folded:
            blocks.append(Fold(f"All other metrics and members ({len(rest)} rows)", folded))
    blocks.append(
        Text(
            "How to read it: each world is played under both arms, and the difference is the mean "
            f"over worlds of arm minus baseline, with its {100 * study.level:g} % interval. "
            "“Better in” is the share of worlds in which the arm did better (draws count half). "
            "Effect size is the mean difference divided by its spread over worlds; p (Holm) is how "
            "often luck alone would give so large a difference if the arms did not differ, "
            "adjusted for the number of metrics looked at (the primary metric for the number of "
            "arms). All counts and hours are totals since "
            "the start, per member."
        )
    )
    blocks.append(Fold("Method in technical terms", [Text(f"{capital(study.comparison.method)}.")]))
    return Section("table", "Numbers side by side", blocks)


def _place(rows: Sequence[Difference]) -> str:
    row = rows[0]
    return f"{COHORTS.get(row.cohort, label(row.cohort))}, after {row.week} weeks"


def _table(study: Study, rows: Sequence[Difference], caption: str) -> Table:
    cells = [
        _cells(study, row, again=place > 0 and rows[place - 1].metric == row.metric)
        for place, row in enumerate(rows)
    ]
    heads = [
        "Metric", "Arm", f"Mean, {label(study.baseline)}", "Mean, arm", "Difference", "Better in",
        "Effect size", "p (Holm)",
    ]  # fmt: skip
    return Table(caption, heads, cells, range(2, 8), stacked=True)


def _cells(study: Study, row: Difference, *, again: bool) -> list[Cell]:
    metric = study.metric(row.metric)
    title, unit = capital(clean(metric.title)), clean(metric.unit)
    if unit and unit not in title.lower():
        title = f"{title} ({unit})"
    gap = signed(row.difference)
    if row.low is not None and row.high is not None:
        gap += f" [{signed(row.low)}, {signed(row.high)}]"
    side = {"higher": 1, "lower": -1}.get(row.verdict, 0)
    wished = {"higher": 1, "lower": -1}.get(metric.better, 0)
    tone = {1: "ahead", -1: "behind"}.get(side * wished, "" if side else "quiet")
    return [
        Cell(title, "again" if again else ""),
        Cell(label(row.arm), arm=study.looks[row.arm].place),
        Cell(number(row.baseline_mean)),
        Cell(number(row.arm_mean)),
        Cell(gap, tone),
        Cell(better_in(row, metric)),
        Cell(NOTHING if row.effect is None else signed(row.effect)),
        Cell(chance(row.p_holm)),
    ]
