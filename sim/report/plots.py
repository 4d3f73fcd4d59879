"""Line charts: trajectories, differences, survival curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import INK, MUTED, Look, panel
from sim.report.words import label, shorten, signed_tick, tick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_HEIGHT = 2.9
_END = 0.665
"""Right edge of a panel whose lines are labelled at their ends, as a share of the figure."""
_BAND = 0.16
"""Opacity of a band of uncertainty."""
_NAME = 15
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
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: signed_tick(value)))
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
    figure.text(0.012, 0.985, shorten(heading, 52), va="top", weight="bold", size=12)
    figure.text(0.012, 0.905, unit, va="top", size=11, color=MUTED)
    figure.subplots_adjust(top=0.81)
    axes.set_xlabel("Week")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.grid(visible=False, axis="x")


def _name_ends(axes: Axes, ends: Sequence[tuple[float, str, Look]]) -> None:
    """Name every line where it ends, names pushed apart so that none covers another."""
    if not ends:
        return
    low, high = axes.get_ylim()
    height = LINE_HEIGHT * axes.get_position().height
    gap = 0.21 / height
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
            size=11,
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
