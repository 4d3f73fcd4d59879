"""A comparison in words and as a table of text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.comparison import Comparison
    from sim.analysis.rows import Difference
    from sim.analysis.tables import Metric

# Hours are called equal if the interval of their difference lies within this share of the
# baseline's mean hours.
EQUAL_HOURS = 0.05
# What Markdown would read as more than text: marks, outer underscores, tags, links.
_MARKUP = re.compile(r"[\\`*|~]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|\](?=[(:\[])")
QUESTIONS = {"one": "one switches", "everyone": "everyone switches"}
"""Question as stored -> in words."""


def headline(comparison: Comparison) -> str:
    """One sentence for the primary metric: the first of `headlines`."""
    return headlines(comparison)[0]


def headlines(comparison: Comparison) -> list[str]:
    """Say one sentence on the primary metric for every arm, question and point.

    The focal cohort speaks where there is one. Question and point are named only where there are
    several. Without the primary metric (left out by choice or not measured) the first metric
    compared stands in.
    """
    rows = comparison.rows
    compared = {row.metric for row in rows}
    metric = comparison.primary if comparison.primary in compared else rows[0].metric
    several = [len({getattr(row, name) for row in rows}) > 1 for name in ("question", "point")]
    said: dict[tuple[str, str, str], str] = {}
    for row in rows:
        if row.metric == metric:
            place = [QUESTIONS.get(row.question, row.question), row.point]
            prefix = ", ".join(name for name, shown in zip(place, several, strict=True) if shown)
            sentence = _sentence(row, comparison)
            said.setdefault(
                (row.question, row.point, row.arm),
                printable(f"{prefix}: {sentence}" if prefix else sentence),
            )
    return list(said.values())


def _sentence(row: Difference, comparison: Comparison) -> str:
    metric = comparison.metrics[row.metric]
    better = "better" if metric.better != "neither" else "higher"
    found = f"{row.arm} - {row.baseline} = {_difference(row)}"
    if row.agree and row.tied:
        luck = ""
    elif row.pairs == 1:
        luck = ", one world only, no interval"
    elif row.pairs:
        luck = f", {better} in {percent(row.win_probability)} of {row.pairs} paired worlds"
    else:
        luck = (
            f", {better} in {percent(row.win_probability)} of all pairings of {row.arm_worlds} "
            f"with {row.baseline_worlds} unpaired worlds"
        )
    weeks = f"{row.week} week" if row.week == 1 else f"{row.week} weeks"
    return f"{metric.title} after {weeks}: {found}{luck}{_hours(row, comparison.rows)}"


def _hours(row: Difference, rows: Sequence[Difference]) -> str:
    place = (row.question, row.point, row.cohort, row.arm)
    spent = [
        other
        for other in rows
        if other.metric == "hours"
        and (other.question, other.point, other.cohort, other.arm) == place
    ]
    if not spent or row.metric == "hours":
        return ""
    hours = spent[0]
    low = hours.difference if hours.low is None else hours.low
    high = hours.difference if hours.high is None else hours.high
    if max(abs(low), abs(high)) <= EQUAL_HOURS * abs(hours.baseline_mean):
        return f"; hours equal (within {100 * EQUAL_HOURS:.0f} %)"
    return f"; hours {_difference(hours)}"


def better_in(row: Difference, metric: Metric) -> str:
    """Say in what share of worlds the arm is better: `62 %`, or `equal` where all worlds tie.

    `62 % higher` for a metric of which neither more nor less is better.
    """
    if row.tied:
        return "equal"
    return percent(row.win_probability) + (" higher" if metric.better == "neither" else "")


def percent(share: float) -> str:
    """Write a share of one as a percentage, never rounding to all or nothing what is neither."""
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{100 * share:.0f} %"


def _difference(row: Difference) -> str:
    found = estimate(row.difference, row.low, row.high)
    return f"{found}, the same in all {row.pairs} worlds" if row.agree else found


def estimate(value: float, low: float | None, high: float | None) -> str:
    """Write `+3.1 [2.6, 3.6]`.

    Two digits of the interval's width, more where rounding would hide on which side of 0 it lies.
    """
    if low is None or high is None:
        return f"{value:+.3g}"
    digits = _decimals(high - low, value)
    nearest = min(abs(low), abs(high)) if low * high > 0 else math.inf
    while digits < 12 and round(nearest, digits) == 0:
        digits += 1
    return f"{_fixed(value, digits, '+')} [{_fixed(low, digits)}, {_fixed(high, digits)}]"


def _decimals(width: float, value: float) -> int:
    scale = width or abs(value)
    return min(12, max(0, 1 - math.floor(math.log10(scale)))) if scale else 0


def _fixed(value: float, digits: int, sign: str = "") -> str:
    # Adding 0.0 turns the -0.0 that rounding may leave into 0.0.
    return f"{round(value, digits) + 0.0:{sign}.{digits}f}"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def table(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Column heads and rows of text, question, point, cohort and week only where there are several.

    The text is printable but not escaped: escape it for the medium (rich: `rich.markup.escape`).
    """
    rows = comparison.rows
    places = [
        name
        for name in ("question", "point", "cohort", "week")
        if len({getattr(row, name) for row in rows}) > 1
    ]
    columns = [
        *places, "metric", "arm", "mean", comparison.baseline, "difference", "better", "d_z",
        "p (Holm)", "pairs", "verdict",
    ]  # fmt: skip
    body = [
        [
            *(str(getattr(row, name)) for name in places),
            comparison.metrics[row.metric].title,
            row.arm,
            f"{row.arm_mean:.4g}",
            f"{row.baseline_mean:.4g}",
            _difference(row),
            better_in(row, comparison.metrics[row.metric]),
            "" if row.effect is None else f"{row.effect:+.2f}",
            _p(row.p_holm),
            str(row.pairs),
            row.verdict,
        ]
        for row in rows
    ]
    return [printable(head) for head in columns], [
        [printable(cell) for cell in line] for line in body
    ]


def to_markdown(comparison: Comparison) -> str:
    """Write headlines, table, leads of the primary metric, times to event and notes as Markdown."""
    columns, rows = table(comparison)
    lines = [f"- {escape(sentence)}" for sentence in headlines(comparison)]
    lines += [
        "",
        markdown_row(columns),
        markdown_row(["---"] * len(columns)),
        *map(markdown_row, rows),
        "",
    ]
    for lead in comparison.overtakes:
        if lead.metric == comparison.primary:
            found = lead.in_words(comparison.metrics[lead.metric].title)
            lines.append(f"- {escape(f'{found} ({lead.question}, {lead.point}, {lead.cohort})')}")
    for gap in comparison.survival.differences:
        found = (
            f"{gap.event.replace('_', ' ')} ({gap.question}, {gap.point}): mean weeks without it "
            f"in the first {gap.horizon}, {gap.arm} - {gap.baseline} = "
            f"{estimate(gap.difference, gap.low, gap.high)}"
            f"{f', the same in all {gap.arm_worlds} worlds' if gap.agree else ''}"
        )
        lines.append(f"- {escape(found)}")
    lines += ["", f"Method: {escape(comparison.method)}; level {100 * comparison.level:g} %."]
    lines += [f"Note: {escape(note)}." for note in comparison.notes]
    return "\n".join(lines) + "\n"


def markdown_row(cells: Sequence[str]) -> str:
    """Write the cells of a row of a Markdown table."""
    return "| " + " | ".join(map(escape, cells)) + " |"


def escape(text: str) -> str:
    """Text that neither breaks a Markdown table nor becomes markup or HTML."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))


def printable(text: str) -> str:
    """Replace control characters, which could drive a terminal or break a line."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
