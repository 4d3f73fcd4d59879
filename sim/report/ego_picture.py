"""Picture of one focal member's network, in rings, without any randomness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.ego import PLURALS
from sim.report.plots import spread
from sim.report.style import INK, LINE_STYLES, MUTED, PAPER, Look, panel
from sim.report.words import capital, label, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.report.ego import Ego

    type Floats = NDArray[np.float64]
    type Style = str | tuple[int, tuple[int, ...]]

_INNER, _ARC, _OUTER = 1.0, 1.18, 1.58
_GAP = 0.07
"""Angle left free between sectors, in radians."""
_HEIGHT = 6.25
_BEFORE = "known before"
_CROWD = 80
"""Contacts from which on marks are drawn smaller."""
_LETTERS = 11.5


def picture(ego: Ego, arm: str, look: Look) -> Figure:
    """Draw the network in rings.

    Direct contacts stand on the inner ring: old ones first (clockwise from the top), then new ones
    by origin, so that what an arm adds is a sector. Members two steps away stand on the outer ring,
    each near the contact that leads there. The same table always gives the same picture.
    """
    figure, axes = panel(
        _HEIGHT, left=0.0, right=1.0, top=1 - 0.34 / _HEIGHT, bottom=0.98 / _HEIGHT
    )
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-1.72, 1.72)
    axes.set_ylim(-1.72, 1.72)
    contacts = _sorted(ego)
    sectors = contacts["sector"].unique(maintain_order=True).to_list()
    styles = _styles(sectors)
    angles = _angles(contacts["sector"].to_list(), sectors)
    # Contacts stand in three close rows, so that several hundred still do not touch.
    radii = _INNER + 0.085 * (np.arange(contacts.height) % 3 - 1) * (contacts.height > 60)
    inner = np.column_stack([radii * np.sin(angles), radii * np.cos(angles)])
    second, outer = _second(ego, contacts, angles)
    _far_ties(axes, ego, contacts, inner, second, outer)
    for sector in sectors:
        mine = (contacts["sector"] == sector).to_numpy()
        _sector(axes, inner[mine], angles[mine], styles[sector], look, fresh=sector != _BEFORE)
    _dots(axes, second, outer, look, size=12)
    _dots(axes, contacts, inner, look, size=16 if contacts.height < _CROWD else 10)
    axes.plot([0], [0], marker="o", markersize=15, color=INK, zorder=4)
    axes.text(
        0, 0, "me", color=PAPER, ha="center", va="center_baseline", size=8, weight="bold", zorder=5
    )
    figure.text(0.012, 0.985, shorten(capital(label(arm)), 40), va="top", weight="bold", size=13.5)
    counts = {sector: int((contacts["sector"] == sector).sum()) for sector in sectors}
    _key(figure, look, {sector: (styles[sector], counts[sector]) for sector in sectors})
    return figure


def _sorted(ego: Ego) -> pl.DataFrame:
    """Return the contacts by sector, decision-makers of the target market first in each."""
    new = pl.col("born").fill_null(0) > 0
    sector = pl.when(new).then(pl.col("origin").fill_null("unknown")).otherwise(pl.lit(_BEFORE))
    return (
        ego.contacts()
        .unique("member", keep="first", maintain_order=True)
        .with_columns(sector.alias("sector"))
        .sort(
            pl.col("sector") != _BEFORE,
            "sector",
            (pl.col("in_target") & pl.col("decision_maker")).not_(),
            pl.col("in_target").not_(),
            "member",
        )
    )


def _styles(sectors: list[str]) -> dict[str, Style]:
    fresh = [sector for sector in sectors if sector != _BEFORE]
    # Groups keep the solid line whichever other ways there are: they are what is asked about.
    fresh.sort(key=lambda sector: (sector != "group", sector))
    styles: dict[str, Style] = {_BEFORE: "-"}
    styles |= {sector: LINE_STYLES[i % len(LINE_STYLES)] for i, sector in enumerate(fresh)}
    return styles


def _angles(sector: list[str], sectors: list[str]) -> Floats:
    """Return an angle for each contact, clockwise from the top, radians, gaps between sectors."""
    if not sector:
        return np.empty(0)
    step = (2 * np.pi - _GAP * len(sectors)) / len(sector)
    places = np.array([sectors.index(name) for name in sector])
    return (np.arange(len(sector)) + 0.5) * step + _GAP * (places + 0.5)


def _second(ego: Ego, contacts: pl.DataFrame, angles: Floats) -> tuple[pl.DataFrame, Floats]:
    """Place the members two steps away near their contacts, pushed apart."""
    nodes = ego.nodes.filter(pl.col("level") == 2)
    by_member = pl.DataFrame({"via": contacts["member"], "angle": angles})
    via = _both_ways(ego).join(by_member, on="via").group_by("member").agg(pl.col("angle").median())
    nodes = nodes.join(via, on="member", how="left").sort("angle", "member", nulls_last=True)
    if nodes.is_empty():
        return nodes, np.empty((0, 2))
    wished = nodes["angle"].fill_null(2 * np.pi).to_list()
    turned = np.array(spread(wished, min(0.16, 2 * np.pi / nodes.height)))
    return nodes, np.column_stack([_OUTER * np.sin(turned), _OUTER * np.cos(turned)])


def _both_ways(ego: Ego) -> pl.DataFrame:
    """Return every tie from either end: columns `member`, `via`."""
    return pl.concat(
        [
            ego.ties.select(member="source", via="target"),
            ego.ties.select(member="target", via="source"),
        ]
    )


def _path(starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Join segments to one broken line: one short SVG path instead of hundreds of elements."""
    points = np.stack([starts, ends, np.full_like(starts, np.nan)], axis=1).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _far_ties(
    axes: Axes,
    ego: Ego,
    contacts: pl.DataFrame,
    inner: Floats,
    second: pl.DataFrame,
    outer: Floats,
) -> None:
    """Draw which contacts lead to the members two steps away; ties among contacts are left out."""
    near = dict(zip(contacts["member"].to_list(), inner, strict=True))
    far = dict(zip(second["member"].to_list(), outer, strict=True))
    ties = [(near[via], far[m]) for m, via in _both_ways(ego).rows() if m in far and via in near]
    if ties:
        starts, ends = (np.array(side) for side in zip(*ties, strict=True))
        axes.plot(*_path(starts, ends), color=MUTED, linewidth=0.7, alpha=0.6)


def _sector(
    axes: Axes, at: Floats, angles: Floats, style: Style, look: Look, *, fresh: bool
) -> None:
    """Draw the ties of one sector and an arc around it."""
    colour = look.colour if fresh else MUTED
    axes.plot(
        *_path(0.13 * at, at), color=colour, linewidth=0.9, alpha=0.7 if fresh else 0.4,
        linestyle=style,
    )  # fmt: skip
    around = np.linspace(angles[0] - 0.02, angles[-1] + 0.02, 60)
    axes.plot(
        _ARC * np.sin(around),
        _ARC * np.cos(around),
        color=colour,
        linewidth=3.5 if fresh else 2.0,
        linestyle=style,
        solid_capstyle="butt",
    )


def _dots(axes: Axes, nodes: pl.DataFrame, at: Floats, look: Look, *, size: float) -> None:
    """Draw members: grey dots, the target field coloured, its decision-makers diamonds."""
    target = nodes["in_target"].to_numpy()
    decider = target & nodes["decision_maker"].to_numpy()
    for chosen, mark in ((~target, "other"), (target & ~decider, "target"), (decider, "decider")):
        if chosen.any():
            _mark(axes, at[chosen], mark, look, size)


def _mark(axes: Axes, at: Floats, mark: str, look: Look, size: float) -> None:
    colour, marker, area, edge = {
        "other": (MUTED, "o", 0.7, "none"),
        "target": (look.colour, "o", 1.4, "none"),
        "decider": (look.colour, "D", 3.4, INK),
    }[mark]
    axes.scatter(
        at[:, 0], at[:, 1], s=size * area, color=colour, marker=marker, edgecolors=edge,
        linewidths=1.1, zorder=3,
    )  # fmt: skip


def _key(figure: Figure, look: Look, sectors: dict[str, tuple[Style, int]]) -> None:
    """Explain marks and lines under the picture."""
    strip = figure.add_axes((0.0, 0.0, 1.0, 0.96 / _HEIGHT))
    strip.set_axis_off()
    strip.set_xlim(0, 1)
    strip.set_ylim(0, 1)
    for x, words, mark in (
        (0.03, "target decision-maker", "decider"),
        (0.51, "target market", "target"),
        (0.81, "others", "other"),
    ):
        _mark(strip, np.array([[x, 0.82]]), mark, look, 18)
        strip.text(x + 0.033, 0.82, words, va="center_baseline", size=_LETTERS)
    # As far apart as there is room under the marks.
    step = 0.3 if len(sectors) <= 4 else 0.2
    for place, (sector, (style, count)) in enumerate(sectors.items()):
        fresh = sector != _BEFORE
        words = f"new, {PLURALS.get(sector, label(sector))}" if fresh else sector
        x, y = 0.012 + 0.5 * (place % 2), 0.5 - step * (place // 2)
        strip.plot(
            [x, x + 0.07],
            [y, y],
            color=look.colour if fresh else MUTED,
            linewidth=2.5,
            linestyle=style,
        )
        told = f"{shorten(words, 21)}: {count}"
        strip.text(x + 0.085, y, told, va="center_baseline", size=_LETTERS)
