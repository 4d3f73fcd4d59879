"""Dot charts: paired worlds, points of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import INK, MUTED, Look, panel
from sim.report.words import label, shorten, signed_tick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure


def worlds(
    pairs: Mapping[str, Sequence[float]],
    intervals: Mapping[str, tuple[float, float, float]],
    looks: Mapping[str, Look],
    baseline: str,
    unit: str,
    smallest: float | None,
) -> Figure:
    """Draw every paired world as a dot, one row an arm, with the mean and its interval.

    Parameters
    ----------
    pairs : mapping of arm to differences
        Arm minus baseline, one number a world.
    intervals : mapping of arm to (difference, low, high)
    looks : mapping of arm to Look
    baseline : str
    unit : str
    smallest : float or None
        Half the width of the zone of differences too small to matter.
    """
    arms = list(pairs)
    height = 0.62 * len(arms) + 1.0
    figure, axes = panel(height, left=0.03, top=1 - 0.32 / height, bottom=0.62 / height)
    if smallest:
        axes.axvspan(-smallest, smallest, color=MUTED, alpha=0.14, linewidth=0)
    axes.axvline(0, color=INK, linewidth=1.2)
    for row, arm in enumerate(arms):
        look, values = looks[arm], np.sort(np.asarray(pairs[arm], dtype=float))
        middle = -float(row)
        axes.scatter(
            values,
            middle - 0.12 + _stagger(values),
            s=22,
            color=look.colour,
            alpha=0.55,
            linewidths=0,
            marker=look.marker,
        )
        mean, low, high = intervals[arm]
        axes.plot([low, high], [middle + 0.14] * 2, color=look.colour, linewidth=4)
        axes.plot([mean], [middle + 0.14], marker="|", markersize=13, color=INK, markeredgewidth=2)
        axes.text(
            0.0,
            middle + 0.31,
            shorten(label(arm), 34),
            transform=axes.get_yaxis_transform(),
            va="bottom",
            weight="bold",
            size=11,
        )
    axes.set_ylim(0.55 - len(arms), 0.62)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed_tick(value)))
    axes.set_xlabel(f"Difference to {shorten(label(baseline), 24)} ({unit})")
    return figure


def _stagger(values: np.ndarray) -> np.ndarray:
    """Offset every second of the sorted dots a little, so that equal worlds stay countable."""
    return np.where(np.arange(values.size) % 2 == 0, 0.0, -0.11)


def sweep(
    rows: Sequence[tuple[str, str, float, float, float]],
    looks: Mapping[str, Look],
    baseline: str,
    unit: str,
) -> Figure:
    """Draw the difference to the baseline at every point of a sweep.

    Parameters
    ----------
    rows : sequence of (point, arm, difference, low, high)
    looks : mapping of arm to Look
    baseline : str
    unit : str
    """
    points = list(dict.fromkeys(row[0] for row in rows))
    arms = [arm for arm in looks if any(row[1] == arm for row in rows)]
    head = 0.2 + 0.22 * -(-len(arms) // 2)
    tall = 0.22 * len(points) * max(2, len(arms)) + 0.7 + head
    figure, axes = panel(tall, left=0.34, top=1 - head / tall, bottom=0.6 / tall)
    axes.axvline(0, color=INK, linewidth=1.2)
    step = 0.8 / max(1, len(arms))
    for point, arm, difference, low, high in rows:
        look = looks[arm]
        place = -points.index(point) + 0.4 - step * (arms.index(arm) + 0.5)
        axes.plot([low, high], [place] * 2, color=look.colour, linewidth=2.5)
        axes.plot([difference], [place], color=look.colour, marker=look.marker, markersize=6)
    axes.set_yticks([-i for i in range(len(points))], [shorten(label(p), 20) for p in points])
    axes.set_ylim(0.5 - len(points), 0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"Difference to {shorten(label(baseline), 20)} ({unit})")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed_tick(value)))
    marks = [
        Line2D([], [], color=looks[arm].colour, marker=looks[arm].marker, markersize=6.5)
        for arm in arms
    ]
    names = [shorten(label(arm), 18) for arm in arms]
    figure.legend(marks, names, loc="upper left", ncols=2, frameon=False, fontsize=11)
    return figure
