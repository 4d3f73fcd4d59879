"""Section on the time to the first success."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.report.document import Block, Cell, Chart, Charts, Heading, Section, Table, Text
from sim.report.funnel import INTERVIEWS, split_up
from sim.report.plots import survival
from sim.report.words import QUESTIONS, capital, label, number, percent, signed, within

if TYPE_CHECKING:
    from sim.analysis import SurvivalCurve
    from sim.report.study import Study


EVENTS = {
    "first_target_decision_maker": (
        "First new tie to a target decision-maker",
        (
            "How long until a focal member has its first new direct tie to a decision-maker of its "
            "target market?"
        ),
    ),
    "first_interview": (
        "First job interview",
        "How long until a focal member has its first job interview?",
    ),
    "first_offer": ("First job offer", "How long until a focal member has its first job offer?"),
}
"""Event -> what it is called, and what is asked."""


def first_success(study: Study) -> Section:
    """Draw how soon events happen, tabulate medians and restricted means; then interviews."""
    blocks: list[Block] = []
    curves = study.comparison.survival.curves if study.comparison else ()
    events = dict.fromkeys(curve.event for curve in curves)
    for order, event in enumerate(sorted(events, key=_rank)):
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
            if len(events) > 1:
                blocks.append(Heading(_words(event)[0]))
            blocks += [Text(_words(event)[1]), Charts(charts), *tables]
    if not blocks:
        blocks = [Text("No times to an event were recorded, or nothing could be compared.")]
    else:
        blocks.insert(
            0,
            Text(
                "How long does a focal member wait for a success? The curves show the share of "
                "members who have had it; members who have not when the simulation ends are "
                "counted as still waiting (censored), not as failures."
            ),
        )
    return Section("survival", "Time to the first success", [*blocks, *split_up(study, INTERVIEWS)])


def _words(event: str) -> tuple[str, str]:
    """Return what an event is called, and what is asked."""
    title = capital(label(event))
    return EVENTS.get(event, (title, f"How long until a focal member has its {within(title)}?"))


def _rank(event: str) -> tuple[int, str]:
    """Return the place of an event among those known, others after them by name."""
    return (list(EVENTS).index(event) if event in EVENTS else len(EVENTS), event)


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
    title = _words(event)[0]
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
