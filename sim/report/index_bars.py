"""Bars of sensitivity indices with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import ARM_COLOURS, INK, MUTED, panel
from sim.report.words import clean, shorten, tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from sim.analysis.sensitivity import Index

_LOOKS = ((ARM_COLOURS[0], 0.85, "o"), (MUTED, 0.35, "D"))
"""Colour, opacity and mark of the first and second bar of a parameter."""
MOST = 12
"""Parameters drawn; the table has them all."""


def index_bars(
    keys: Sequence[str], bars: Sequence[tuple[str, dict[str, Index]]], axis: str
) -> Figure:
    """Draw one bar an index for every parameter, and its interval as a line.

    Parameters
    ----------
    keys : sequence of str
        Parameters, from the top.
    bars : sequence of (name, indices by parameter)
        One or two indices of each parameter.
    axis : str
        What the bars' length is.
    """
    keys = list(keys)[:MOST]
    head = 0.34 if len(bars) > 1 else 0.1
    tall = 0.62 * len(keys) + 0.72 + head
    figure, axes = panel(tall, left=0.05, right=0.96, top=1 - head / tall, bottom=0.6 / tall)
    ends = [0.0]
    for row, key in enumerate(keys):
        axes.text(
            0.0,
            -row + 0.27,
            shorten(clean(key), 48),
            transform=axes.get_yaxis_transform(),
            va="bottom",
            weight="bold",
            size=10.5,
        )
        # A line through the whole picture would cross the names.
        axes.plot([0, 0], [-row - 0.26, -row + 0.24], color=INK, linewidth=1.1)
        for place, (_, indices) in enumerate(bars):
            index = indices[key]
            if index.estimate is None:
                continue
            colour, opacity, mark = _LOOKS[place]
            step = 0.44 / len(bars)
            middle = -row + 0.22 - step * (place + 0.5)
            axes.add_patch(
                Rectangle(
                    (0.0, middle - 0.4 * step),
                    index.estimate,
                    0.8 * step,
                    color=colour,
                    alpha=opacity,
                    linewidth=0,
                )
            )
            if index.low is not None and index.high is not None:
                axes.plot([index.low, index.high], [middle] * 2, color=INK, linewidth=1.6)
                ends += [index.low, index.high]
            axes.plot(
                [index.estimate], [middle], color=INK, marker=mark, markersize=4.5, linestyle=""
            )
            ends.append(index.estimate)
    room = 0.03 * ((max(ends) - min(ends)) or 1.0)
    axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_ylim(0.6 - len(keys) + 0.02, 0.62)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.set_xlabel(axis)
    if len(bars) > 1:
        marks = [
            Line2D([], [], color=colour, alpha=opacity, linewidth=7, marker=mark, markersize=4.5,
                   markerfacecolor=INK, markeredgecolor=INK)
            for (colour, opacity, mark), _ in zip(_LOOKS, bars, strict=False)
        ]  # fmt: skip
        names = [name for name, _ in bars]
        figure.legend(marks, names, loc="upper left", ncols=2, frameon=False, fontsize=10.5)
    return figure
