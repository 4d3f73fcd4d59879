"""First sections: the verdict, and what was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.document import Block, Bullets, Card, Cell, Chart, Charts, Section, Table, Text
from sim.report.dots import sweep, worlds
from sim.report.verdict import Case, brief, headline, ranked, sentences
from sim.report.words import (
    QUESTIONS,
    capital,
    clean,
    counted,
    label,
    listed,
    signed,
    stopped,
    tick,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.analysis import Difference
    from sim.report.study import Study


def verdict(study: Study) -> Section:
    """Answer every question in words, with the picture of its worlds."""
    blocks: list[Block] = []
    for question in study.asked:
        cases = [_case(study, row) for row in study.rows(question, study.primary)]
        if cases:
            blocks.append(_card(study, question, cases))
        elif study.comparison is not None:
            told = _unfinished(study, [question])
            blocks.append(Card("open", _heading(question), "There is nothing to compare", told))
    if not blocks:
        blocks = [
            Card(
                "open",
                "No verdict",
                "There is nothing to compare yet",
                [Text(_why(study)), *_unfinished(study, study.asked)],
            )
        ]
    return Section("verdict", "Verdict", [*blocks, *_swept(study)])


def _why(study: Study) -> str:
    return clean(study.trouble) or "No arm was measured beside the baseline."


def _heading(question: str) -> str:
    return QUESTIONS.get(question, (label(question), ""))[0]


def _unfinished(study: Study, questions: Sequence[str]) -> list[Block]:
    """Name the arms of which no run has finished: they are in no number of the verdict."""
    arms = dict.fromkeys(arm for question in questions for arm in study.unfinished(question))
    said = " ".join(f"{capital(label(arm))}: no finished run." for arm in arms)
    return [Text(said)] if said else []


def _case(study: Study, row: Difference) -> Case:
    metric = study.metric(row.metric)
    gaps = list(study.worlds(row).values()) if row.pairs else []
    sign = -1 if metric.better == "lower" else 1
    spent = list(study.rows(row.question, "hours", row.point))
    paid = study.means(row.question, "money")
    return Case(
        row=row,
        metric=metric,
        smallest=study.manifest.get("smallest_difference"),
        ahead=sum(sign * gap > 0 for gap in gaps),
        level=sum(gap == 0 for gap in gaps),
        hours=next((other for other in spent if other.arm == row.arm), None),
        confidence=study.level,
        # Not measured where nothing can be bought.
        money=(paid.get(row.arm, 0.0), paid.get(row.baseline, 0.0)),
    )


def _card(study: Study, question: str, cases: list[Case]) -> Card:
    sentence, tone = headline(cases)
    first, *others = ranked(cases)
    blocks: list[Block] = [Text(" ".join(sentences(first)))]
    if others:
        blocks.append(Text(f"The others, also against {label(study.baseline)}:"))
        blocks.append(Bullets([brief(case) for case in others]))
    blocks += _unfinished(study, [question])
    blocks += _worlds(study, question, cases)
    return Card(tone, _heading(question), sentence, blocks)


def _worlds(study: Study, question: str, cases: list[Case]) -> list[Block]:
    """Show every paired world, where there are several."""
    known = [case for case in cases if case.row.low is not None and case.row.pairs > 1]
    if not known:
        return []
    unit = study.metric(study.primary).unit
    gaps = {case.row.arm: list(study.worlds(case.row).values()) for case in known}
    intervals = {
        case.row.arm: (case.row.difference, float(case.row.low or 0), float(case.row.high or 0))
        for case in known
    }
    smallest = study.manifest.get("smallest_difference")
    figure = worlds(gaps, intervals, study.looks, study.baseline, clean(unit), smallest)
    told = " ".join(
        f"{label(arm)}: {counted(len(values), 'world')} from {signed(min(values))} to "
        f"{signed(max(values))}, mean {signed(intervals[arm][0])}, interval "
        f"{signed(intervals[arm][1])} to {signed(intervals[arm][2])}."
        for arm, values in gaps.items()
    )
    zone = f" Grey: closer to zero than {tick(smallest)}, too little to matter." if smallest else ""
    return [
        Chart(
            f"worlds-{study.questions.index(question)}",
            figure,
            f"Difference to {label(study.baseline)} in every simulated world",
            told,
            "Each mark is one simulated world; the bar is the interval of the mean." + zone,
        )
    ]


def _swept(study: Study) -> list[Block]:
    """Show how the verdict changes over the points of a sweep."""
    if len(study.points) < 2:
        return []
    blocks: list[Block] = [
        Text(
            f"The study also varies its assumptions: {counted(len(study.points), 'setting')} were "
            f"run. Everything else in this report is about the setting “{label(study.point)}”."
        )
    ]
    if study.manifest.get("sweep"):
        # A section of its own tells of all the points, which may be thousands.
        return blocks
    unit = clean(study.metric(study.primary).unit)
    charts = []
    for place, question in enumerate(study.questions):
        found = [
            row for point in study.points for row in study.rows(question, study.primary, point)
        ]
        rows = [
            (row.point, row.arm, row.difference, row.low, row.high)
            for row in found
            if row.low is not None and row.high is not None
        ]
        if not rows:
            continue
        told = " ".join(
            f"{label(point)}, {label(arm)}: {signed(gap)} [{signed(low)} to {signed(high)}]."
            for point, arm, gap, low, high in rows
        )
        heading = _heading(question)
        title = f"{heading}: the difference by setting"
        figure = sweep(rows, study.looks, study.baseline, unit)
        charts.append(Chart(f"sweep-{place}", figure, title, told, heading=heading))
    return [*blocks, Charts(charts)] if charts else blocks


def compared(study: Study) -> Section:
    """Say which arms met under which conditions, and what the questions mean."""
    manifest = study.manifest
    seeds, weeks = len(manifest.get("seeds", [])), int(manifest.get("weeks", 0))
    arms = [
        [
            Cell(label(arm), arm=look.place),
            Cell("the baseline" if arm == study.baseline else "compared with it"),
            Cell(_arm(manifest, arm)),
        ]
        for arm, look in study.looks.items()
    ]
    metric = study.metric(study.primary)
    meaning = f": {within(clean(metric.meaning))}" if metric.meaning else ""
    worlds = "simulated world" if seeds == 1 else counted(seeds, "simulated world")
    blocks: list[Block] = [
        Table(
            "Arms: the ways of networking compared",
            ["Arm", "Part", "What it does"],
            arms,
            stacked=True,
        ),
        Text(
            f"Every arm lived through the same {worlds} for {counted(weeks, 'week')}: the same "
            "people, the same acquaintances, the same luck. A world is one complete "
            "network. Within a world only the arm differs, so luck weighs on all arms alike."
            + _followed(study)
        ),
        Text(stopped(f"What decides is {within(clean(metric.title))}{meaning}")),
    ]
    blocks += [
        Bullets(
            [
                f"{QUESTIONS[question][0]}. {QUESTIONS[question][1]}"
                for question in study.questions
                if question in QUESTIONS
            ]
        )
    ]
    claims = [str(claim) for claim in manifest.get("claims", [])]
    if claims:
        blocks.append(
            Text(f"Claims tested: {listed(claims)} (listed in docs/facts.md of the project).")
        )
    return Section("compared", "What was compared", blocks)


def _arm(manifest: Mapping[str, Any], arm: str) -> str:
    given = dict(manifest.get("arms", {}).get(arm, {}))
    strategy = str(given.pop("strategy", arm))
    summary = clean(str(manifest.get("strategies", {}).get(strategy, "")))
    told = summary.rstrip(".") or f"plays the strategy “{label(strategy)}”"
    # What holds in the runs of this arm alone, of the scenario's own settings.
    given |= given.pop("set", {})
    settings = [f"{label(key)} {clean(str(value))}" for key, value in given.items()]
    return f"{told}; {', '.join(settings)}" if settings else f"{told}; all settings as usual"


def _followed(study: Study) -> str:
    if study.comparison is None:
        return ""
    sizes = {
        curve.members // max(1, curve.worlds)
        for curve in study.comparison.survival.curves
        if curve.question == "one"
    }
    return f" In each world {max(sizes):,} focal members are followed." if sizes else ""
