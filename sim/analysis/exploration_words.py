"""An exploration in words, as tables of text, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from sim.analysis.export import strict
from sim.analysis.sensitivity import INTERVALS, METHODS, Index, Sensitivity
from sim.analysis.words import QUESTIONS, escape, estimate, markdown_row, printable
from sim.results.cells import spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.analysis.exploration import Exploration
    from sim.analysis.flips import Finding, Flips
    from sim.analysis.regions import Region
    from sim.analysis.responses import Quantity
    from sim.analysis.sweep import Value

SCHEMA = 1
INDEX_NAMES = {
    "first": "first order",
    "total": "total",
    "mu_star": "mu*",
    "mu": "mu",
    "sigma": "sigma",
    "prcc": "partial rank correlation",
}
COLUMNS = (
    "question", "cohort", "metric", "arm", "baseline", "design", "parameter", "index", "estimate",
    "low", "high", "units", "worlds",
)  # fmt: skip
"""Of the CSV: one row an index of a parameter; `baseline` is empty for an arm's own value."""


def place_of(quantity: Quantity) -> str:
    """Say what a quantity is: `if one switches, focal members: group_driven - known_only`."""
    question = f"if {QUESTIONS.get(quantity.question, quantity.question)}"
    return printable(f"{question}, {quantity.cohort} members: {quantity.name}")


def index_table(found: Sensitivity) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of text: a row a parameter, the one that moves most first."""
    names = list(dict.fromkeys(index.name for index in found.indices))
    by_name = {name: found.of(name) for name in names}
    rows = [[key, *(_index(by_name[name][key]) for name in names)] for key in found.ranked]
    return ["parameter", *(INDEX_NAMES[name] for name in names)], [
        [printable(cell) for cell in row] for row in rows
    ]


def _index(index: Index) -> str:
    if index.estimate is None:
        return ""
    return estimate(index.estimate, index.low, index.high).removeprefix("+")


def region_words(found: Region, unit: str) -> list[str]:
    """Say how much of a map each side has."""
    cells = len(found.cells) or len(found.spots)
    what = "cells" if found.cells else "points"
    arm, baseline = found.quantity.arm, found.quantity.baseline
    parts = [
        f"{found.count('arm')} {arm}",
        f"{found.count('baseline')} {baseline}",
        f"{found.count('unsure')} unsure",
    ]
    if found.count("level"):
        parts.append(f"{found.count('level')} too small a difference to matter")
    if found.count("unknown"):
        parts.append(f"{found.count('unknown')} too little measured")
    others = ""
    if found.others:
        others = f"; {', '.join(found.others)} " + (
            "averaged over" if found.cells else "vary as well"
        )
    said = f"of {cells} {what} over {found.x.key} and {found.y.key}, {', '.join(parts)}{others}"
    pointwise = (
        f"each {what[:-1]} has an interval of its own (in {unit}): where nothing differs about one "
        "in twenty looks sure by luck"
    )
    return [printable(line) for line in (said, pointwise, *found.notes)]


def region_table(found: Region) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of text: a row a cell or point."""
    heads = [found.x.key, found.y.key, "difference", "state", "points", "worlds"]
    if found.spots:
        rows = [
            [
                f"{found.x.value(spot.x):.4g}",
                f"{found.y.value(spot.y):.4g}",
                estimate(spot.difference, spot.low, spot.high),
                _winner(spot.state, found.quantity),
                "1",
                "",
            ]
            for spot in found.spots
        ]
    else:
        rows = [
            [
                span_of(found, "x", cell.column),
                span_of(found, "y", cell.row),
                "" if cell.difference is None else estimate(cell.difference, cell.low, cell.high),
                _winner(cell.state, found.quantity),
                str(cell.points),
                str(cell.worlds),
            ]
            for cell in found.cells
        ]
    return [printable(head) for head in heads], [[printable(cell) for cell in row] for row in rows]


def _winner(state: str, quantity: Quantity) -> str:
    names = {"arm": quantity.arm, "baseline": quantity.baseline or "", "level": "too small"}
    return names.get(state, state)


def span_of(found: Region, side: str, place: int) -> str:
    """Name a cell's side, "x" or "y": its value, where cells are single values, else its ends."""
    axis, edges, values = (
        (found.x, found.x_edges, found.x_values)
        if side == "x"
        else (found.y, found.y_edges, found.y_values)
    )
    if values and axis.labels:
        return written(axis.labels[round(values[place] * max(1, len(axis.labels) - 1))])
    if values:
        return f"{axis.value(values[place]):.3g}"
    return f"{axis.value(edges[place]):.3g} to {axis.value(edges[place + 1]):.3g}"


def flip_words(found: Flips, unit: str) -> list[str]:
    """Say what flips the verdict, and how far the design looked."""
    lines = [_verdict(found, unit)]
    if found.looked:
        looked = (
            f"{found.looked} points, {found.nearest:.2g} to {found.farthest:.2g} away from "
            "the scenario's own settings (1 is the whole range of a parameter)"
        )
    else:
        looked = "no other point has enough worlds"
    if found.flip:
        share = f"{found.flipped} of {found.looked} points flip it"
        firm = (
            "it stands when all points looked at are allowed for"
            if found.flip.firm
            else "one point among so many may do so by luck: it does not stand when all points "
            "looked at are allowed for"
        )
        lines += [f"flipped nearest at {_point(found.flip, unit)}; {firm}", f"{share}; {looked}"]
    elif found.verdict in ("arm", "baseline"):
        lines.append(
            f"no point flips it: looked at {looked}, of which {found.undecided} are unsure"
        )
    else:
        for side, name in ((found.arm, found.quantity.arm), (found.baseline, _base(found))):
            where = f"nearest at {_point(side, unit)}" if side else "nowhere for sure"
            lines.append(f"{name} wins {where}")
        lines.append(f"looked at {looked}")
    alone = [each for each in found.along if each.looked]
    for each in alone:
        if each.flip:
            lines.append(f"alone, {each.parameter} flips it at {_point(each.flip, unit)}")
    steady = [f"{each.parameter} ({each.looked})" for each in alone if not each.flip]
    if steady and found.verdict in ("arm", "baseline"):
        lines.append(f"alone, at any of their points, these do not flip it: {', '.join(steady)}")
    if not alone and found.looked:
        lines.append("no point of this design changes one parameter alone")
    if found.left_out:
        lines.append(
            f"distances leave out {', '.join(found.left_out)}: the manifest does not name the "
            "scenario's own value"
        )
    return [printable(line) for line in lines]


def _verdict(found: Flips, unit: str) -> str:
    if found.base is None:
        return "no verdict: too few worlds at the scenario's own settings"
    numbers = estimate(found.base.difference, found.base.low, found.base.high)
    winner = {"arm": found.quantity.arm, "baseline": _base(found)}.get(found.base.state)
    said = f"{winner} wins" if winner else "no verdict to flip: it is not sure who wins"
    return f"{said} at the scenario's own settings ({numbers} {unit})"


def _base(found: Flips) -> str:
    return found.quantity.baseline or ""


def _point(found: Finding, unit: str) -> str:
    return (
        f"{settings(found.values)} ({found.point}, at distance {found.distance:.2g}, "
        f"{estimate(found.difference, found.low, found.high)} {unit})"
    )


def settings(values: Mapping[str, Value]) -> str:
    """Write what a point changes: `response.accept = -1.2, tiredness.on = true`."""
    return ", ".join(f"{key} = {written(value)}" for key, value in values.items())


def written(value: Value) -> str:
    """Write a value as scenario files do."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def paragraphs(found: Exploration) -> Iterator[tuple[str, list[str], list[str], list[list[str]]]]:
    """Yield heading, sentences, and a table (heads and rows, or none) for each part."""
    unit = found.metric.unit
    for each in found.sensitivities:
        said = [f"{each.units} units of the design, {each.worlds} worlds"]
        if each.spread is not None:
            said.append(f"standard deviation over the design: {each.spread:.3g} {unit}")
        heads, rows = index_table(each)
        title = f"What moves {found.metric.title}, {place_of(each.quantity)}"
        yield printable(title), [*said, *each.notes], heads, rows
    for map_ in found.regions:
        title = f"Where which arm wins, {place_of(map_.quantity)}"
        yield title, region_words(map_, unit), *region_table(map_)
    for turn in found.flips:
        title = f"What flips the verdict, {place_of(turn.quantity)}"
        yield title, flip_words(turn, unit), [], []


def method(found: Exploration) -> str:
    """Say how the indices were got and when not to trust them."""
    names = {index.name for each in found.sensitivities for index in each.indices}
    kind = found.sweep.design if "prcc" not in names else "latin-hypercube"
    return f"{METHODS[kind]}. {INTERVALS[kind]}; level {100 * found.level:g} %"


def exploration_to_markdown(found: Exploration) -> str:
    """Write all of it as Markdown."""
    lines: list[str] = []
    for title, said, heads, rows in paragraphs(found):
        lines += [f"## {escape(title)}", "", *(f"- {escape(line)}" for line in said), ""]
        if rows:
            head = [markdown_row(heads), markdown_row(["---"] * len(heads))]
            lines += [*head, *map(markdown_row, rows), ""]
    return "\n".join([*lines, f"Method: {escape(method(found))}."]) + "\n"


def exploration_to_csv(found: Exploration) -> str:
    """Write the indices as CSV, columns `COLUMNS`; numbers stay numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found.sensitivities:
        own = each.quantity
        for index in each.indices:
            row = [
                *(own.question, own.cohort, own.metric, own.arm, own.baseline, each.design),
                *(index.parameter, index.name, index.estimate, index.low, index.high),
                *(each.units, each.worlds),
            ]
            writer.writerow([spreadsheet_cell(cell) for cell in row])
    return out.getvalue()


def exploration_to_json(found: Exploration) -> str:
    """Write all of it as strict JSON (what cannot be told is null).

    Keys: schema, metric, baseline, smallest_difference, level, method, design, parameters,
    sensitivities, regions, flips; fields as those of the classes.
    """
    content = {
        "schema": SCHEMA,
        "metric": asdict(found.metric),
        "baseline": found.baseline,
        "smallest_difference": found.smallest,
        "level": found.level,
        "method": method(found),
        "design": found.sweep.design,
        "parameters": [asdict(axis) for axis in found.sweep.axes],
        "sensitivities": [asdict(each) for each in found.sensitivities],
        "regions": [asdict(each) for each in found.regions],
        "flips": [asdict(each) for each in found.flips],
    }
    return json.dumps(strict(content), allow_nan=False, ensure_ascii=False)
