"""A map of where which arm wins over two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from sim.analysis.exploration_words import written
from sim.analysis.states import STATES
from sim.report.style import GRID, INK, MUTED, WIDTH, Look, panel
from sim.report.words import clean, label, shorten, signed_tick, tick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.analysis.regions import Region
    from sim.analysis.states import State
    from sim.analysis.sweep import Axis

_MARKS: dict[State, str] = {"unsure": "?", "level": "≈", "unknown": "–"}
"""What stands in a cell beside its number, so that colour is not needed."""
_UNDECIDED = {"unsure": (MUTED, 0.0, "///"), "level": (MUTED, 0.2, ""), "unknown": (MUTED, 0.0, "")}
"""Colour, opacity and hatch."""
_TEXT = 8.5
_APART = {"x": 0.12, "y": 0.06}
"""How far apart the names of two ticks are at least, as a share of the axis."""
_NUMBERS_UP_TO = 6
"""Cells along a side in which numbers are readable; in smaller ones a sign stands alone."""


def region_map(found: Region, looks: Mapping[str, Look]) -> Figure:
    """Draw the cells (or chosen points) of a map, coloured and marked by who wins.

    Parameters
    ----------
    found : Region
    looks : mapping of arm to Look
    """
    states = [each for each in STATES if found.count(each)]
    head = 0.2 + 0.25 * -(-len(states) // 2)
    tall = 3.5 + head
    figure, axes = panel(tall, left=0.2, right=0.97, top=1 - head / tall, bottom=0.62 / tall)
    axes.grid(visible=False)
    if found.cells:
        _cells(axes, found, looks)
    else:
        _spots(axes, found, looks)
    for side, axis in (("x", found.x), ("y", found.y)):
        _ticks(axes, side, axis, found.x_values if side == "x" else found.y_values)
    axes.set_xlabel(shorten(clean(found.x.key), 44))
    axes.set_ylabel(shorten(clean(found.y.key), 38))
    _key(figure, tall, states, found, looks)
    return figure


def _fill(state: State, found: Region, looks: Mapping[str, Look]) -> tuple[str, float, str]:
    """Return colour, opacity and hatch of a state."""
    if state in ("arm", "baseline"):
        return _look(state, found, looks).colour, 0.5, ""
    return _UNDECIDED[state]


def _look(state: State, found: Region, looks: Mapping[str, Look]) -> Look:
    """Return how the arm that wins is drawn."""
    return looks[found.quantity.arm if state == "arm" else found.quantity.baseline or ""]


def _cells(axes: Axes, found: Region, looks: Mapping[str, Look]) -> None:
    small = max(len(found.x_edges), len(found.y_edges)) - 1 > _NUMBERS_UP_TO
    for cell in found.cells:
        left, right = found.x_edges[cell.column : cell.column + 2]
        bottom, top = found.y_edges[cell.row : cell.row + 2]
        colour, opacity, hatch = _fill(cell.state, found, looks)
        with mpl.rc_context({"hatch.linewidth": 0.5}):
            axes.add_patch(
                Rectangle(
                    (left, bottom),
                    right - left,
                    top - bottom,
                    facecolor=(colour, opacity) if opacity else "none",
                    edgecolor=MUTED if hatch else GRID,
                    hatch=hatch,
                    linewidth=0.8,
                )
            )
        mark = _MARKS.get(cell.state, "")
        if small and not mark and cell.difference is not None:
            mark = "+" if cell.difference > 0 else "−"
        told = mark if small else "\n".join(filter(None, (_short(cell.difference), mark)))
        axes.text(
            (left + right) / 2,
            (bottom + top) / 2,
            _MARKS["unknown"] if cell.state == "unknown" else told,
            ha="center",
            va="center",
            size=_TEXT + 2 if small else _TEXT,
        )
    axes.set_xlim(found.x_edges[0], found.x_edges[-1])
    axes.set_ylim(found.y_edges[0], found.y_edges[-1])


def _short(difference: float | None) -> str:
    """Write a difference with two digits, so that it fits its cell."""
    return "" if difference is None else signed_tick(float(f"{difference:.2g}"))


def _spots(axes: Axes, found: Region, looks: Mapping[str, Look]) -> None:
    for spot in found.spots:
        if spot.state in ("arm", "baseline"):
            look = _look(spot.state, found, looks)
            axes.plot([spot.x], [spot.y], color=look.colour, marker=look.marker, markersize=9)
        else:
            mark = _MARKS[spot.state]
            axes.text(spot.x, spot.y, mark, ha="center", va="center", weight="bold", size=13)
            axes.update_datalim([(spot.x, spot.y)])
    axes.margins(0.08)


def _ticks(axes: Axes, side: str, axis: Axis, values: tuple[float, ...]) -> None:
    """Write values of the parameter at places of its range."""
    places = list(values) or [0.0, 0.25, 0.5, 0.75, 1.0]
    if axis.labels:
        last = max(1, len(axis.labels) - 1)
        places = [place / last for place in range(len(axis.labels))]
        names = [shorten(clean(written(value)), 9) for value in axis.labels]
    else:
        names = [tick(float(f"{axis.value(place):.3g}")) for place in places]
        named = -1.0
        for number, place in enumerate(places):
            # Nearer ones would be written over each other.
            if place - named < _APART[side]:
                names[number] = ""
            else:
                named = place
    if side == "x":
        axes.set_xticks(places, names)
    else:
        axes.set_yticks(places, names)


def _key(
    figure: Figure, tall: float, states: list[State], found: Region, looks: Mapping[str, Look]
) -> None:
    words: dict[State, str] = {
        "arm": f"{label(found.quantity.arm)} better",
        "baseline": f"{label(found.quantity.baseline or '')} better",
        "unsure": "? unsure",
        "level": "≈ too small to matter",
        "unknown": "– too little measured",
    }
    for place, state in enumerate(states):
        line, column = divmod(place, 2)
        x, y = 0.1 + column * WIDTH / 2, tall - 0.2 - 0.25 * line
        if found.cells or state not in ("arm", "baseline"):
            colour, opacity, hatch = _fill(state, found, looks) if found.cells else (MUTED, 0.0, "")
            figure.add_artist(
                Rectangle(
                    (x / WIDTH, (y - 0.08) / tall),
                    0.2 / WIDTH,
                    0.16 / tall,
                    facecolor=(colour, opacity) if opacity else "none",
                    edgecolor=MUTED,
                    hatch=hatch,
                    linewidth=0.8 if found.cells else 0,
                )
            )
        else:
            look = _look(state, found, looks)
            figure.add_artist(
                Line2D([(x + 0.1) / WIDTH], [y / tall], color=look.colour, marker=look.marker,
                       markersize=8)
            )  # fmt: skip
        figure.text(
            (x + 0.28) / WIDTH, y / tall, shorten(words[state], 26), va="center", size=10.5,
            color=INK,
        )  # fmt: skip
