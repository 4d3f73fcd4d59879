"""Section on a sweep: what moves the result, where which arm wins, what flips the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.analysis import explore, method
from sim.analysis.exploration_words import (
    INDEX_NAMES,
    flip_words,
    index_table,
    region_table,
    region_words,
)
from sim.errors import NetgrowError
from sim.report.document import Bullets, Cell, Chart, Charts, Heading, Section, Table, Text
from sim.report.index_bars import MOST, index_bars
from sim.report.region_map import region_map
from sim.report.style import looks
from sim.report.words import (
    QUESTIONS,
    capital,
    clean,
    counted,
    label,
    number,
    span,
    stopped,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.analysis import Exploration
    from sim.analysis.flips import Flips
    from sim.analysis.regions import Region
    from sim.analysis.responses import Quantity
    from sim.analysis.sensitivity import Sensitivity
    from sim.report.document import Block
    from sim.report.study import Study
    from sim.report.style import Look

_BARS = {"total": ("total", "first"), "mu_star": ("mu_star", "sigma"), "prcc": ("prcc",)}
_AXES = {"total": "Share of the variance", "prcc": "Partial rank correlation"}
_DESIGNS = {
    "grid": "a full grid",
    "list": "a list of chosen points",
    "latin-hypercube": "a Latin hypercube",
    "sobol": "a Sobol design",
    "morris": "Morris trajectories",
}


def swept(study: Study) -> list[Section]:
    """Tell what a study with a sweep says of its parameters; nothing without one."""
    if not study.manifest.get("sweep"):
        return []
    try:
        found = explore(study.directory)
    except NetgrowError as error:
        return [_section([Text(stopped(capital(clean(str(error)))), "note")])]
    axes = found.sweep.axes
    blocks: list[Block] = [
        Text(
            f"The study varies {counted(len(axes), 'assumption')} over "
            f"{counted(len(found.sweep.points) - 1, 'point')} ({_DESIGNS[found.sweep.design]}): "
            f"{', '.join(clean(axis.key) for axis in axes)}. Does the verdict hang on them? "
            f"What is looked at is {within(clean(found.metric.title))}, each arm minus "
            f"{label(found.baseline)}."
        )
    ]
    blocks += [Heading("What flips the verdict"), *_flips(found)]
    arms = [found.baseline, *(each.quantity.arm for each in found.regions)]
    drawn = looks(dict.fromkeys([*study.looks, *arms]))
    maps = [_map(found, place, drawn) for place in range(len(found.regions))]
    if maps:
        blocks += [Heading("Where which arm wins"), Charts(maps), Text(_about_maps(found))]
    blocks += [Heading("What moves the difference"), *_indices(found)]
    return [_section(blocks)]


def _section(blocks: Sequence[Block]) -> Section:
    return Section("sensitivity", "If the assumptions are wrong", blocks)


def _flips(found: Exploration) -> list[Block]:
    blocks: list[Block] = []
    for turn in found.flips:
        lines = [stopped(capital(clean(line))) for line in flip_words(_named(turn), _unit(found))]
        blocks += [Text(f"{_place(turn.quantity)}:"), Bullets(lines)]
    return blocks or [Text("There is no arm beside the baseline.")]


def _map(found: Exploration, place: int, arms: Mapping[str, Look]) -> Chart:
    drawn = found.regions[place]
    said = region_words(_named(drawn), _unit(found))[0]
    heads, rows = region_table(_named(drawn))
    told = " ".join(f"{heads[0]} {row[0]}, {heads[1]} {row[1]}: {row[2]} {row[3]}." for row in rows)
    return Chart(
        f"sensitivity-map-{place}",
        region_map(drawn, arms),
        f"{_place(drawn.quantity)}: who wins, {clean(said)}",
        clean(told),
        stopped(capital(clean(said))),
        heading=_place(drawn.quantity),
    )


def _about_maps(found: Exploration) -> str:
    numbers = "Numbers are differences" + (f" in {_unit(found)}" if _unit(found) else "")
    smallest = ""
    if found.smallest:
        smallest = (
            f" ≈ means surely closer to zero than {number(found.smallest)}, too little to matter."
        )
    return (
        f"How to read it: {numbers}; “?” is where the interval holds 0.{smallest} Every cell is "
        "judged by itself, so where nothing differs about one in twenty looks sure by luck."
    )


def _indices(found: Exploration) -> list[Block]:
    charts: list[Chart] = []
    tables: list[Block] = []
    unit = _unit(found)
    for place, each in enumerate(found.sensitivities):
        if each.indices:
            charts.append(_bars(each, place, unit))
            heads, rows = index_table(each)
            cells = [[Cell(clean(cell)) for cell in row] for row in rows]
            tables.append(
                Table(
                    f"{_place(each.quantity)}: what moves the difference",
                    [head if head.startswith("mu") else capital(head) for head in heads],
                    cells,
                    range(1, len(heads)),
                    stacked=True,
                )
            )
        if each.design == "list":
            continue
        lines = [f"{counted(each.worlds, 'world')} and {each.units} units of the design"]
        if each.spread is not None:
            lines.append(f"standard deviation over the design {number(each.spread)} {unit}")
        said = "; ".join([*lines, *each.notes])
        tables.append(Text(stopped(f"{_place(each.quantity)}: {clean(said)}")))
    blocks: list[Block] = [Charts(charts)] if charts else []
    return [*blocks, *tables, Text(stopped(f"How to read it: {method(found)}"))]


def _bars(each: Sensitivity, place: int, unit: str) -> Chart:
    leading = each.leading
    bars = [(INDEX_NAMES[name], each.of(name)) for name in _BARS[leading]]
    title = f"{_place(each.quantity)}: what moves the difference"
    axis = _AXES.get(leading, f"Change over the whole range ({unit})" if unit else "Change")
    told = " ".join(
        f"{key}: "
        + ", ".join(
            f"{name} {number(indices[key].estimate)} {span(indices[key].low, indices[key].high)}"
            for name, indices in bars
        )
        + "."
        for key in each.ranked
    )
    more = len(each.ranked) - MOST
    caption = "Lines are intervals." + (f" {more} more are in the table." if more > 0 else "")
    return Chart(
        f"sensitivity-{place}",
        index_bars(each.ranked, bars, axis),
        clean(title),
        clean(told),
        caption,
        heading=_place(each.quantity),
    )


def _named[T: (Flips, Region)](found: T) -> T:
    """Write the arms as everywhere in the report."""
    own = found.quantity
    shown = replace(own, arm=label(own.arm), baseline=label(own.baseline or ""))
    return replace(found, quantity=shown)


def _place(quantity: Quantity) -> str:
    heading = QUESTIONS.get(quantity.question, (label(quantity.question), ""))[0]
    return f"{heading}, {label(quantity.arm)}"


def _unit(found: Exploration) -> str:
    return clean(found.metric.unit)
