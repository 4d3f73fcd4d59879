"""A report as Markdown, with its pictures as SVG files beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sim.report.document import (
    Bullets,
    Card,
    Chart,
    Charts,
    Code,
    Facts,
    Fold,
    Heading,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.report.document import Block, Report

FIGURES = "figures"
"""Folder of the pictures, beside the file."""

# What Markdown, or the HTML allowed inside it, would read as more than text.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#$&])")
_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|[-=])")


def escape(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return _STARTS.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def to_markdown(report: Report) -> str:
    """Return the report; every picture is `figures/<name>.svg`."""
    lines = [f"# {escape(report.title)}", "", escape(report.about), ""]
    for section in report.sections:
        lines += [f"## {escape(section.heading)}", "", *_blocks(section.blocks)]
    return "\n".join(lines).rstrip() + "\n"


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)
        yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield escape(block.text)
        case Heading():
            yield f"### {escape(block.text)}"
        case Bullets():
            yield from (f"- {escape(item)}" for item in block.items)
        case Facts():
            yield from (f"- {escape(name)}: {escape(value)}" for name, value in block.facts)
        case Code():
            # Longer than any run of backticks inside, so that none of them ends the block.
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text) or [""]))
            yield from (f"{fence}text", block.text, fence)
        case Card():
            yield from (f"### {escape(block.kicker)}: {escape(block.heading)}", "")
            yield from _blocks(block.blocks)
        case Fold():
            yield from (f"#### {escape(block.summary)}", "")
            yield from _blocks(block.blocks)
        case Table():
            yield from (f"{escape(block.caption)}:", "", *_table(block))
        case Chart():
            yield from _chart(block)
        case Charts():
            for chart in block.charts:
                yield from _chart(chart)
                yield ""


def _table(table: Table) -> Iterator[str]:
    yield _line([escape(head) for head in table.heads])
    yield _line(["---:" if i in table.numbers else "---" for i in range(len(table.heads))])
    yield from (_line([escape(cell.text) for cell in row]) for row in table.rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _chart(chart: Chart) -> Iterator[str]:
    yield f"![{escape(chart.title)}. {escape(chart.told)}]({FIGURES}/{chart.name}.svg)"
    if chart.caption and chart.caption != chart.told:
        yield ""
        yield escape(chart.caption)
