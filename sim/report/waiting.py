"""Section on the time to the first success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.report.document import Block, Cell, Chart, Charts, Section, Table, Text
from sim.report.plots import survival
from sim.report.words import QUESTIONS, label, number, percent, signed, within

if TYPE_CHECKING:
    from sim.compare import SurvivalCurve
    from sim.report.study import Study


def first_success(study: Study) -> Section:
    """Draw how soon an event happens, and tabulate medians and restricted means."""
    blocks: list[Block] = []
    curves = study.comparison.survival.curves if study.comparison else ()
    for order, event in enumerate(dict.fromkeys(curve.event for curve in curves)):
        charts, tables = [], []
        for place, question in enumerate(study.questions):
            own = {
                curve.arm: curve
                for curve in curves
                if (curve.question, curve.point, curve.event) == (question, study.point, event)
            }
            own = {arm: own[arm] for arm in study.looks if arm in own}
            if own:
                chart, table = _event(study, event, own, f"{order}-{place}")
                charts.append(chart)
                tables.append(table)
        if charts:
            blocks += [Charts(charts), *tables]
    if not blocks:
        blocks = [Text("No times to an event were recorded, or nothing could be compared.")]
    else:
        blocks.insert(
            0,
            Text(
                "How long until a focal member has its first new direct tie to a decision-maker of "
                "its target market? The curves show the share of members who have one; members "
                "who have none when the simulation ends are counted as still waiting (censored), "
                "not as failures."
            ),
        )
    return Section("survival", "Time to the first success", blocks)


def _event(
    study: Study, event: str, own: dict[str, SurvivalCurve], key: str
) -> tuple[Chart, Table]:
    weeks = max(curve.weeks[-1] for curve in own.values())
    frames = {
        arm: pl.DataFrame({"week": c.weeks, "survival": c.survival, "low": c.low, "high": c.high})
        for arm, c in own.items()
    }
    question = next(iter(own.values())).question
    heading = QUESTIONS.get(question, (label(question), ""))[0]
    title = "First new tie to a target decision-maker" if "target" in event else label(event)
    told = " ".join(f"{label(arm)}: {_curve(curve)}." for arm, curve in own.items())
    chart = Chart(
        f"survival-{key}",
        survival(frames, study.looks, title, weeks),
        f"{heading}: {within(title)}, share of focal members by week",
        told,
        heading=heading,
    )
    gaps = {
        gap.arm: gap
        for gap in (study.comparison.survival.differences if study.comparison else ())
        if (gap.question, gap.point, gap.event) == (question, study.point, event)
    }
    rows = []
    for arm, curve in own.items():
        gap = gaps.get(arm)
        cells = [
            Cell(label(arm), arm=study.looks[arm].place),
            Cell(f"{percent(curve.observed / max(1, curve.members))} of {curve.members:,}"),
            Cell(f"week {curve.median}" if curve.median is not None else f"not by week {weeks}"),
            Cell(number(curve.restricted_mean)),
        ]
        difference = "–"
        if gap is not None:
            difference = signed(gap.difference)
            if gap.low is not None and gap.high is not None:
                difference += f" [{signed(gap.low)}, {signed(gap.high)}]"
        rows.append([*cells, Cell(difference)])
    table = Table(
        f"{heading}: {within(title)}, within {weeks} weeks",
        ["Arm", "Got there", "Half had by", "Mean weeks of waiting", "Difference (weeks)"],
        rows,
        range(1, 5),
        stacked=True,
    )
    return chart, table


def _curve(curve: SurvivalCurve) -> str:
    share = percent(1 - curve.survival[-1])
    median = (
        f"half of them by week {curve.median}" if curve.median is not None else "fewer than half"
    )
    return f"{share} by week {curve.weeks[-1]}, {within(median)}"
