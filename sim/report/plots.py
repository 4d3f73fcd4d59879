"""Line and dot charts: trajectories, differences, paired worlds, sweeps, survival curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import INK, MUTED, Look, panel
from sim.report.words import label, number, shorten, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_HEIGHT = 2.9
_END = 0.70
"""Right edge of a panel whose lines are labelled at their ends, as a share of the figure."""
_BAND = 0.16
"""Opacity of a band of uncertainty."""
_NAME = 17
"""Longest name of an arm in a chart, in characters."""


def trajectories(frame: pl.DataFrame, looks: Mapping[str, Look], heading: str, unit: str) -> Figure:
    """Draw the mean of every arm by week, with its band.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns `arm`, `week`, `mean`, `low`, `high`.
    looks : mapping of arm to Look
    heading, unit : str
        What is measured, and in what.
    """
    return _lines(frame, "mean", looks, heading, unit)


def differences(frame: pl.DataFrame, looks: Mapping[str, Look], baseline: str, unit: str) -> Figure:
    """Draw the paired difference of every arm to the baseline by week, with band and zero line.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns `arm`, `week`, `difference`, `low`, `high`.
    looks : mapping of arm to Look
    baseline : str
        The arm that is the zero line.
    unit : str
    """
    figure = _lines(
        frame, "difference", looks, f"Difference to {shorten(label(baseline), 24)}", unit
    )
    axes = figure.axes[0]
    axes.axhline(0, color=INK, linewidth=1.1, zorder=2.5)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
    return figure


def _lines(
    frame: pl.DataFrame, column: str, looks: Mapping[str, Look], heading: str, unit: str
) -> Figure:
    """Draw one line and band an arm, each named where it ends."""
    figure, axes = panel(LINE_HEIGHT, right=_END)
    ends = []
    for arm, look in looks.items():
        rows = frame.filter(frame["arm"] == arm).sort("week")
        if rows.is_empty():
            continue
        weeks, values = rows["week"].to_numpy(), rows[column].to_numpy()
        axes.fill_between(
            weeks,
            rows["low"].to_numpy(),
            rows["high"].to_numpy(),
            color=look.colour,
            alpha=_BAND,
            linewidth=0,
        )
        axes.plot(
            weeks,
            values,
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            markersize=5,
            markevery=max(1, len(weeks) // 6),
        )
        known = values[np.isfinite(values)]
        if known.size:
            ends.append((float(known[-1]), arm, look))
    axes.margins(x=0.0)
    _frame(axes, heading, unit)
    _name_ends(axes, ends)
    return figure


def _frame(axes: Axes, heading: str, unit: str) -> None:
    """Put the heading over a panel of weeks, with what its axes show."""
    figure = axes.figure
    figure.text(0.012, 0.985, shorten(heading, 52), va="top", weight="bold", size=11)
    figure.text(0.012, 0.905, unit, va="top", size=10, color=MUTED)
    figure.subplots_adjust(top=0.81)
    axes.set_xlabel("Week")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    axes.grid(visible=False, axis="x")


def _tick(value: float) -> str:
    """Write an axis number short."""
    return f"{value:,.10g}".replace("-", "−") if abs(value) < 10_000 else number(value)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, str, Look]]) -> None:
    """Name every line where it ends, names pushed apart so that none covers another."""
    if not ends:
        return
    low, high = axes.get_ylim()
    height = axes.figure.get_size_inches()[1] * axes.get_position().height
    gap = 0.19 / height
    heights = [(value - low) / (high - low) for value, _, _ in ends]
    for (value, arm, look), place in zip(ends, spread(heights, gap), strict=True):
        axes.plot(
            [1.0, 1.045],
            [(value - low) / (high - low), place],
            transform=axes.transAxes,
            color=MUTED,
            linewidth=0.8,
            clip_on=False,
        )
        axes.plot(
            [1.075],
            [place],
            transform=axes.transAxes,
            color=look.colour,
            marker=look.marker,
            markersize=6.5,
            clip_on=False,
        )
        axes.text(
            1.115,
            place,
            shorten(label(arm), _NAME),
            transform=axes.transAxes,
            va="center_baseline",
            size=10,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move heights apart until neighbours are at least `gap` from each other.

    Parameters
    ----------
    heights : sequence of float
        Wished places from 0 (bottom) to 1 (top), in any order.
    gap : float

    Returns
    -------
    list of float
        One place for each height, in the order given; the order of places is that of heights.
    """
    order = np.argsort(heights, kind="stable")
    steps = np.arange(len(heights)) * gap
    # Isotonic regression of (height - k * gap) is the closest feasible placement: pool neighbours
    # that collide into blocks centred on their mean (Barlow et al. 1972, pool adjacent violators).
    blocks: list[tuple[float, int]] = []
    for wished in np.asarray(heights, dtype=float)[order] - steps:
        mean, size = float(wished), 1
        while blocks and blocks[-1][0] >= mean:
            before, weight = blocks.pop()
            mean = (before * weight + mean * size) / (weight + size)
            size += weight
        blocks.append((mean, size))
    placed = np.concatenate([np.full(size, mean) for mean, size in blocks]) + steps
    result = np.empty(len(heights))
    result[order] = placed
    return [float(place) for place in result]


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
            size=10,
        )
    axes.set_ylim(0.55 - len(arms), 0.62)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
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
    tall = 0.22 * len(points) * max(2, len(arms)) + 0.9
    figure, axes = panel(tall, left=0.34, top=1 - 0.3 / tall, bottom=0.6 / tall)
    axes.axvline(0, color=INK, linewidth=1.2)
    step = 0.8 / max(1, len(arms))
    for point, arm, difference, low, high in rows:
        look = looks[arm]
        place = -points.index(point) + 0.4 - step * (arms.index(arm) + 0.5)
        axes.plot([low, high], [place] * 2, color=look.colour, linewidth=2.5)
        axes.plot([difference], [place], color=look.colour, marker=look.marker, markersize=6)
    axes.set_yticks([-i for i in range(len(points))], [shorten(label(p), 20) for p in points])
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"Difference to {shorten(label(baseline), 20)} ({unit})")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
    key = "   ".join(f"{_GLYPHS[looks[arm].marker]} {shorten(label(arm), 18)}" for arm in arms)
    figure.text(0.012, 1 - 0.06 / tall, key, va="top", size=10)
    return figure


_GLYPHS = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼", "P": "✚"}


def survival(
    curves: Mapping[str, pl.DataFrame], looks: Mapping[str, Look], heading: str, weeks: int
) -> Figure:
    """Draw the share of members to whom an event has happened, by week (1 - Kaplan-Meier).

    Parameters
    ----------
    curves : mapping of arm to polars.DataFrame
        Columns `week`, `survival`, `low`, `high`, all shares of one, one row a step.
    looks : mapping of arm to Look
    heading : str
    weeks : int
        Horizon, the right edge.
    """
    figure, axes = panel(LINE_HEIGHT, right=_END)
    ends = []
    for arm, look in looks.items():
        curve = curves.get(arm)
        if curve is None or curve.is_empty():
            continue
        curve = curve.sort("week")
        at = np.concatenate([[0.0], curve["week"].to_numpy(), [float(weeks)]])
        happened, low, high = (
            100.0 * (1.0 - np.concatenate([[1.0], column, column[-1:]]))
            for column in (curve[name].to_numpy() for name in ("survival", "low", "high"))
        )
        axes.fill_between(at, low, high, step="post", color=look.colour, alpha=_BAND, linewidth=0)
        axes.step(at, happened, where="post", color=look.colour, linestyle=look.line)
        ends.append((float(happened[-1]), arm, look))
    axes.set_xlim(0, weeks)
    axes.set_ylim(0, 100)
    _frame(axes, heading, "% of focal members")
    _name_ends(axes, ends)
    return figure
