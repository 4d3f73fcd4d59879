"""Stacked bars: what became of invitations, and where the hours went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.style import INK, WIDTH, Look, panel
from sim.report.words import label, number, shorten, tick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

FILLS: tuple[tuple[float, str], ...] = (
    (1.0, ""),
    (0.5, ""),
    (0.22, ""),
    (0.0, "////"),
    (0.0, "...."),
)
"""Opacity and hatch of the first, second ... part of a bar; the colour is the arm's."""

_GREY = "#5b6571"
_KEY_LINE = 0.24
"""Height of a line of the key, in inches."""


def stacked(
    groups: Mapping[str, Mapping[str, Sequence[float]]],
    parts: Sequence[str],
    looks: Mapping[str, Look],
    unit: str,
    notes: Mapping[tuple[str, str], str],
) -> Figure:
    """Draw one bar for every arm in every group, split into parts.

    Parameters
    ----------
    groups : mapping of group to mapping of arm to amounts
        Amounts are in the order of `parts`, all zero or more.
    parts : sequence of str
        At most as many as there are `FILLS`.
    looks : mapping of arm to Look
    unit : str
    notes : mapping of (group, arm) to str
        What stands at the end of a bar.

    Raises
    ------
    ValueError
        If there are more parts than fills to tell them apart by.
    """
    if len(parts) > len(FILLS):
        raise ValueError(f"{len(parts)} parts, but only {len(FILLS)} can be told apart")
    titled = len(groups) > 1
    rows = sum(len(arms) + titled for arms in groups.values())
    places = _key_places(parts)
    # Inches above the bars: the key, of one line or more.
    above = 0.42 + _KEY_LINE * max(line for line, _ in places)
    tall = 0.27 * rows + 0.63 + above
    figure, axes = panel(tall, left=0.30, right=0.80, top=1 - above / tall, bottom=0.55 / tall)
    place, names = 0.0, {}
    for group, arms in groups.items():
        if titled:
            axes.text(
                -0.585,
                place,
                shorten(label(group), 40),
                transform=axes.get_yaxis_transform(),
                weight="bold",
                va="center_baseline",
                size=11.5,
            )
            place -= 1
        for arm, amounts in arms.items():
            start = 0.0
            for amount, (opacity, hatch) in zip(amounts, FILLS, strict=False):
                axes.add_patch(
                    Rectangle(
                        (start, place - 0.37),
                        amount,
                        0.74,
                        facecolor=(looks[arm].colour, opacity) if opacity else "none",
                        edgecolor=looks[arm].colour,
                        linewidth=0.8,
                        hatch=hatch,
                    )
                )
                start += amount
            axes.annotate(
                notes.get((group, arm), number(start)),
                (start, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center_baseline",
                size=10.5,
                annotation_clip=False,
            )
            names[place] = shorten(label(arm), 17)
            place -= 1
    axes.set_yticks(list(names), list(names.values()))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(place + 0.4, 0.6)
    top = max((sum(amounts) for arms in groups.values() for amounts in arms.values()), default=0)
    axes.set_xlim(0, top or 1)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    axes.set_xlabel(unit)
    _key(figure, parts, places, tall)
    return figure


def _key_places(parts: Sequence[str]) -> list[tuple[int, float]]:
    """Return the line, from the top, and the left edge in inches of each part's entry."""
    places = []
    line, x = 0, 0.06
    for part in parts:
        # 0.092 inch is the mean width of a letter at this size, in the widest likely font.
        wide = 0.42 + 0.092 * len(label(part))
        if x + wide > WIDTH + 0.2 and x > 0.06:
            line, x = line + 1, 0.06
        places.append((line, x))
        x += wide
    return places


def _key(
    figure: Figure, parts: Sequence[str], places: Sequence[tuple[int, float]], tall: float
) -> None:
    """Show which shade is which part, above the bars."""
    for part, (line, x), (opacity, hatch) in zip(parts, places, FILLS, strict=False):
        top = _KEY_LINE * line
        with mpl.rc_context({"hatch.linewidth": 1.0}):
            figure.add_artist(
                Rectangle(
                    (x / WIDTH, 1 - (0.22 + top) / tall),
                    0.16 / WIDTH,
                    0.15 / tall,
                    facecolor=(_GREY, opacity) if opacity else "none",
                    edgecolor=_GREY,
                    linewidth=0.8,
                    hatch=hatch,
                )
            )
        figure.text(
            (x + 0.22) / WIDTH,
            1 - (0.145 + top) / tall,
            label(part),
            va="center",
            size=11,
            color=INK,
        )
