"""Charts in the look of the reports: readable in grey and under every common colour blindness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sim.report.style import ARM_COLOURS, INK, LINE_STYLES, MARKERS, MUTED, panel, standalone_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

type Lines = Mapping[str, tuple[Sequence[float], Sequence[float]]]
HEIGHT = 3.4
NEAREST_TICKS = 2.5
"""Ratio of two neighbouring ticks of a logarithmic axis, at least."""


def short(number: float) -> str:
    """Write a number as on an axis: 1 k, 300 k, 1 M."""
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if number >= unit and number % unit == 0:
            return f"{number / unit:g}{name}"
    return f"{number:,.10g}"


def _logarithmic(axes: Axes, ticks: Sequence[float]) -> None:
    axes.set_xscale("log")
    kept: list[float] = []
    for tick in sorted(set(ticks), reverse=True):
        # Nearer ones would be written over each other.
        if not kept or kept[-1] >= NEAREST_TICKS * tick:
            kept.append(tick)
    axes.set_xticks(kept)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_locator(NullLocator())


def _save(figure: Figure, path: Path) -> None:
    path.write_text(standalone_svg(figure), encoding="utf-8")


def _draw_lines(axes: Axes, lines: Lines) -> None:
    for place, (name, (x, y)) in enumerate(lines.items()):
        axes.plot(
            x,
            y,
            color=ARM_COLOURS[place],
            linestyle=LINE_STYLES[place],
            marker=MARKERS[place],
            label=name,
        )
    if len(lines) > 1:
        axes.legend(frameon=False, fontsize=9.5)


def line_chart(lines: Lines, *, x: str, y: str, path: Path, logarithmic: bool = True) -> None:
    """Draw lines over a logarithmic axis; the other one is logarithmic too, or begins at 0."""
    figure, axes = panel(HEIGHT, left=0.17, top=0.96, bottom=0.16)
    _draw_lines(axes, lines)
    _logarithmic(axes, [value for xs, _ in lines.values() for value in xs])
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    else:
        axes.set_ylim(0, 1.1 * max(value for _, ys in lines.values() for value in ys))
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    _save(figure, path)


def bar_chart(parts: Mapping[str, float], *, x: str, path: Path) -> None:
    """Draw one bar a part, the longest first, with its length beside it."""
    ranked = sorted(parts.items(), key=lambda part: part[1])
    figure, axes = panel(0.36 * len(ranked) + 0.9, left=0.4, right=0.9, top=0.97, bottom=0.2)
    names, lengths = zip(*ranked, strict=True)
    axes.barh(names, lengths, color=ARM_COLOURS[0])
    for place, length in enumerate(lengths):
        axes.annotate(
            f"{length:.3g}", (length, place), (4, 0), textcoords="offset points", va="center"
        )
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(x)
    _save(figure, path)


def interval_chart(
    sizes: Sequence[int],
    means: Sequence[float],
    intervals: Sequence[tuple[float | None, float | None]],
    *,
    axis: str,
    path: Path,
) -> None:
    """Draw a mean with its interval over the number of members."""
    figure, axes = panel(HEIGHT, left=0.19, top=0.96, bottom=0.16)
    for size, (low, high) in zip(sizes, intervals, strict=True):
        if low is not None and high is not None:
            axes.plot([size, size], [low, high], color=INK, linewidth=1.4, marker="_")
    axes.plot(sizes, means, color=ARM_COLOURS[0], marker="o")
    axes.axhline(0, color=MUTED, linewidth=1.0)
    _logarithmic(axes, sizes)
    axes.set_xlabel("members")
    axes.set_ylabel(axis)
    _save(figure, path)


def relative_chart(lines: Lines, *, path: Path) -> None:
    """Draw metrics relative to their value in the largest world."""
    figure, axes = panel(HEIGHT, left=0.17, top=0.96, bottom=0.16)
    axes.axhline(1, color=MUTED, linewidth=1.0)
    _draw_lines(axes, lines)
    _logarithmic(axes, [value for xs, _ in lines.values() for value in xs])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("members")
    axes.set_ylabel("relative to the largest world")
    _save(figure, path)
