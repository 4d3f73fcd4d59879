"""Section on the number of worlds: whether it was enough, and what shared luck saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.document import Block, Cell, Section, Table, Text
from sim.report.words import (
    NOTHING,
    QUESTIONS,
    clean,
    counted,
    label,
    number,
    percent,
    span,
    within,
)

if TYPE_CHECKING:
    from sim.analysis import Saving, Stopping
    from sim.report.study import Study


def worlds(study: Study) -> Section:
    """Say how many worlds there are, why, and how many independent seeds would have taken."""
    blocks: list[Block] = []
    if study.comparison is not None:
        if study.comparison.until is not None:
            blocks += _until(study, study.comparison.until)
        savings = [each for each in study.comparison.savings if each.point == study.point]
        blocks += _savings(study, savings) if savings else []
    few = Text("There are too few paired worlds to tell what shared luck saves.")
    return Section("worlds", "How many worlds it took", blocks or [few])


def _until(study: Study, until: Stopping) -> list[Block]:
    found = [row for question in study.questions for row in study.rows(question, study.primary)]
    widths = [row.high - row.low for row in found if row.low is not None and row.high is not None]
    widest = max(widths) if widths and len(widths) == len(found) else None
    reached = widest is not None and widest < until.width
    title = within(clean(study.metric(study.primary).title))
    told = (
        f"Worlds were added until every interval of the difference in {title} was narrower than "
        f"{number(until.width)}, end to end"
        if reached
        else f"Worlds were added until there were the {until.most:,} that were allowed. That was "
        f"not enough for intervals of the difference in {title} narrower than "
        f"{number(until.width)}, end to end"
    )
    rounds = [
        [
            Cell(f"{place}"),
            Cell(f"{size:,}"),
            Cell(number(width if place < len(until.rounds) else widest)),
            Cell(f"look {look}" if look else "measured the spread alone"),
        ]
        for place, (size, look, width) in enumerate(until.rounds, start=1)
    ]
    share = f"{100 * study.level:g} %"
    return [
        Text(
            f"{told}. Who stops when an interval is narrow stops more often where luck made the "
            "spread look small. So each look that could have been the last has a part of the error "
            f"of its own, and the intervals of this metric are made at "
            f"{100 * until.level(study.level):g} % to hold at {share}, each by itself. Intervals "
            "of other metrics do not allow for it."
        ),
        Table("Rounds of worlds", ["Round", "Worlds", "Widest interval", "Part"], rounds, (1, 2)),
    ]


def _savings(study: Study, savings: list[Saving]) -> list[Block]:
    several = len({saving.question for saving in savings}) > 1
    rows = [
        [
            Cell(label(saving.arm), arm=study.looks[saving.arm].place),
            *([Cell(QUESTIONS.get(saving.question, (label(saving.question), ""))[0])] * several),
            Cell(f"{saving.pairs:,}"),
            Cell(number(saving.ratio)),
            Cell(NOTHING if saving.low is None else span(saving.low, saving.high)),
            Cell(
                NOTHING
                if saving.independent_worlds is None
                else f"{round(saving.independent_worlds):,}"
            ),
        ]
        for saving in sorted(savings, key=lambda each: study.questions.index(each.question))
    ]
    heads = ["Arm", *["Question"] * several, "Worlds", "Variance left", "Interval", "Otherwise"]
    known = [saving for saving in savings if saving.ratio is not None]
    told = "Each world is played under both arms with the same people and the same luck."
    if known:
        best = min(known, key=lambda saving: saving.ratio or 0.0)
        told += (
            f" That leaves {percent(best.ratio)} of the variance that the difference of "
            f"{label(best.arm)} would have between worlds of independent seeds, which would have "
            f"needed {counted(round(best.independent_worlds or 0), 'world')} under each arm for an "
            f"interval as narrow as that of {best.pairs:,} paired ones."
        )
    return [
        Text(told),
        Table(
            "What shared luck saved",
            heads,
            rows,
            range(len(heads) - 4, len(heads)),
        ),
        Text(
            "Variance left: that of the paired difference over the sum of both arms' variances, "
            f"with its {100 * study.level:g} % interval (jackknife); above 1 pairing would cost "
            "worlds. Otherwise: worlds of independent seeds under each arm for the same width.",
            "note",
        ),
    ]
