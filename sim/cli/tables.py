"""Tables on stdout: for reading in a terminal or a pipe, and as data."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from sim.errors import plain
from sim.results import BASE
from sim.results.cells import spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sim.analysis import Comparison, Difference

UNFOLDED = 10_000
"""Width where rows are read by another program: one line each."""
ROOM_FOR_ALL = 130
_POINTS_READ = 6
_BRIEF = 3
"""The baseline's mean, the difference, and how often it is for the better."""


def show_rows(rows: Sequence[Mapping[str, Any]], form: str, columns: Sequence[str]) -> None:
    """Write rows to stdout.

    Parameters
    ----------
    rows : sequence of mapping
        All with the same keys.
    form : {"table", "md", "json", "csv"}
        `table` shows some columns, the others show all.
    columns : sequence of str
        Which those are.
    """
    if form == "json":
        click.echo(plain(json.dumps(rows, indent=2, ensure_ascii=False)))
    elif form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
        click.echo(plain(out.getvalue()), nl=False)
    elif form == "md":
        heads = list(rows[0])
        lines = [heads, ["---"] * len(heads), *([_text(v) for v in row.values()] for row in rows)]
        for line in lines:
            shown = (" ".join(plain(cell).replace("|", "\\|").split()) for cell in line)
            click.echo(f"| {' | '.join(shown)} |")
    else:
        cells = [[_text(row[column]) for column in columns] for row in rows]
        _show(columns, cells, whole=(0,))


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table of text to stdout."""
    _show(heads, rows, whole=(0,))


def show_words(lines: Iterable[str]) -> None:
    """Write sentences to stdout, folded to the width of a terminal, whole in a pipe."""
    console = _console()
    for line in lines:
        console.print(plain(line), markup=False, highlight=False, soft_wrap=not console.is_terminal)


def show_comparison(
    comparison: Comparison, chosen: Callable[[Difference], bool], *, brief: bool = False
) -> int:
    """Write a table for each question, point and cohort, at the horizon.

    Parameters
    ----------
    comparison : Comparison
    chosen : callable
        Which of its rows are shown.
    brief : bool
        Leave out effect, p value, number of pairs and verdict, wherever there is no room for them.

    Returns
    -------
    int
        Rows left out.
    """
    from sim.analysis import table

    heads, body = table(comparison)
    # By place, not by name: an arm may be called like a column, and the baseline is a column.
    metric, arm, mean, *others = range(heads.index("metric"), len(heads))
    if brief or _width() < ROOM_FOR_ALL:
        others = others[:_BRIEF]
    arms = {row.arm for row in comparison.rows}
    places = [metric, mean, *others] if len(arms) == 1 else [metric, arm, mean, *others]
    against = f"{min(arms)} - {comparison.baseline}, " if len(arms) == 1 else ""
    tables: dict[str, list[tuple[Difference, list[str]]]] = {}
    for row, cells in zip(comparison.rows, body, strict=True):
        if chosen(row):
            title = f"{_place(row)}, {against}week {row.week}"
            tables.setdefault(title, []).append((row, [cells[place] for place in places]))
    for title, rows in tables.items():
        _show(
            [heads[place] for place in places],
            _blocks(rows),
            title=f"{title}, {_pairs(rows)}",
            numbers=range(places.index(mean), len(places)),
        )
    return len(body) - sum(map(len, tables.values()))


def of_few_points(comparison: Comparison) -> tuple[Comparison, int]:
    """Keep the scenario itself alone, where there are more points than anybody reads one by one.

    Returns
    -------
    Comparison
    left_out : int
        Points that were left out.
    """
    points = {row.point for row in comparison.rows}
    if len(points) <= _POINTS_READ or BASE not in points:
        return comparison, 0
    rows = tuple(row for row in comparison.rows if row.point == BASE)
    return replace(comparison, rows=rows), len(points) - 1


def for_reading(comparison: Comparison) -> Callable[[Difference], bool]:
    """Choose the rows that answer first: key metrics, of the focal members where there are any."""
    from sim.analysis import KEY_METRICS

    metrics = {comparison.primary, *KEY_METRICS}
    focal = {(r.question, r.point) for r in comparison.rows if r.cohort == "focal"}

    def chosen(row: Difference) -> bool:
        best = row.cohort == "focal" or (row.question, row.point) not in focal
        return best and row.metric in metrics

    return chosen


def _blocks(rows: Iterable[tuple[Difference, list[str]]]) -> Iterable[list[str]]:
    """Join the rows of a metric into one of several lines, so that its name may be as long."""
    for _, block in groupby(rows, key=lambda pair: pair[0].metric):
        first, *others = zip(*(cells for _, cells in block), strict=True)
        yield [first[0], *("\n".join(cells) for cells in others)]


def _place(row: Difference) -> str:
    from sim.analysis import QUESTIONS

    known = row.question in QUESTIONS
    who = f"if {QUESTIONS[row.question]}" if known else row.question
    point = "" if row.point == "base" else f", {row.point}"
    cohort = {"focal": "focal members", "all": "all members"}.get(row.cohort, row.cohort)
    return f"{who}{point}: {cohort}"


def _pairs(rows: Iterable[tuple[Difference, object]]) -> str:
    counts = sorted({row.pairs for row, _ in rows})
    if counts == [0]:
        return "unpaired worlds"
    numbers = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"{numbers} paired worlds" if counts != [1] else "1 paired world"


def _show(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    numbers: Collection[int] = (),
    whole: Collection[int] = (),
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = _console()
    made = Table(
        title=Text(plain(title), style="bold") if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for place, column in enumerate(columns):
        made.add_column(
            Text(plain(column)),
            justify="right" if place in numbers else "left",
            overflow="fold",
            no_wrap=place in numbers or place in whole,
        )
    for row in rows:
        made.add_row(*(Text(plain(cell)) for cell in row))
    with console.capture() as capture:
        console.print(made)
    # Padding of the last column, which a pipe would carry along.
    for line in capture.get().splitlines():
        click.echo(line.rstrip(), color=console.is_terminal or None)
    click.echo()


def _console() -> Any:
    from rich.console import Console

    return Console(file=sys.stdout, width=_width(), highlight=False)


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else UNFOLDED


def _cell(value: Any) -> str:
    """Return a cell of a CSV file: numbers are not text, whatever sign they begin with."""
    return _text(value) if isinstance(value, int | float) else spreadsheet_cell(_text(value))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ", ".join(map(_text, value))
        case dict():
            return ", ".join(f"{key} = {_text(item)}" for key, item in value.items())
        case _:
            return str(value)
