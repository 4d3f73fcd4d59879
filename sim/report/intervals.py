"""Intervals of tests, each beside the region in which its claim would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import ARM_COLOURS, INK, MUTED, panel
from sim.report.words import signed_tick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

# Told apart by colour, by mark and by the word beside it.
_LOOKS = {
    "supported": (ARM_COLOURS[2], "o"),
    "refuted": (ARM_COLOURS[1], "X"),
    "assumed": (ARM_COLOURS[0], "D"),
    "inconclusive": (MUTED, "|"),
}
_MARGIN = 0.08


@dataclass(frozen=True)
class Row:
    """One test as it is drawn.

    Attributes
    ----------
    relation : {"more", "less", "same"}
    by : float
        Smallest difference of interest.
    verdict : {"supported", "refuted", "inconclusive", "assumed"}
    """

    name: str
    relation: str
    by: float
    difference: float
    low: float
    high: float
    verdict: str


def intervals(rows: Sequence[Row], axis: str) -> Figure:
    """Draw one interval a row, and behind it in grey where its claim would hold.

    Parameters
    ----------
    rows : sequence of Row
        Of one metric.
    axis : str
        What is measured, with its unit.
    """
    height = 0.62 * len(rows) + 0.85
    figure, axes = panel(height, left=0.03, top=1 - 0.12 / height, bottom=0.62 / height)
    left, right = _reach(rows)
    for place, row in enumerate(rows):
        middle = -float(place)
        start, end = _holds(row, left, right)
        axes.add_patch(
            Rectangle((start, middle - 0.2), end - start, 0.36, color=MUTED, alpha=0.2, linewidth=0)
        )
        # A line through the whole picture would cross the names.
        axes.plot([0, 0], [middle - 0.28, middle + 0.16], color=INK, linewidth=1.2)
        colour, mark = _LOOKS[row.verdict]
        axes.plot([row.low, row.high], [middle] * 2, color=colour, linewidth=4)
        axes.plot(
            [row.difference],
            [middle],
            marker=mark,
            markersize=13 if mark == "|" else 9,
            color=colour,
            markeredgecolor=INK,
            markeredgewidth=2 if mark == "|" else 1,
        )
        for x, text, side, weight in (
            (0.0, row.name, "left", "bold"),
            (1.0, row.verdict, "right", "normal"),
        ):
            axes.text(
                x,
                middle + 0.2,
                text,
                transform=axes.get_yaxis_transform(),
                va="bottom",
                ha=side,
                weight=weight,
                size=10.5,
            )
    axes.set_xlim(left, right)
    axes.set_ylim(0.6 - len(rows), 0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed_tick(value)))
    axes.set_xlabel(axis)
    return figure


def _reach(rows: Sequence[Row]) -> tuple[float, float]:
    """Return ends of the axis that hold all intervals, 0 and the regions' edges, with room."""
    edges = [0.0]
    for row in rows:
        edges += [row.low, row.high]
        edges += [-row.by] if row.relation != "more" else []
        edges += [row.by] if row.relation != "less" else []
    room = _MARGIN * (max(edges) - min(edges) or 1.0)
    return min(edges) - room, max(edges) + room


def _holds(row: Row, left: float, right: float) -> tuple[float, float]:
    """Where the claim would hold, as far as the axis goes."""
    start = left if row.relation == "less" else row.by if row.relation == "more" else -row.by
    end = right if row.relation == "more" else -row.by if row.relation == "less" else row.by
    return start, end
