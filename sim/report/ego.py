"""Picture of one focal member's network: who is one step away, who two, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.style import INK, MUTED, PAPER, Look, panel
from sim.report.words import counted, label, listed, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SECOND = 260
"""Members two steps away that are drawn; decision-makers of the target field come first."""

_KNOWN = ("acquaintance", "group", "introduction", "invitation", "recruiter")
_TIE_STYLES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))


@dataclass(frozen=True)
class Ego:
    """One focal member's surroundings at the end of one run.

    Attributes
    ----------
    nodes : polars.DataFrame
        Columns `member`, `level` (0, 1, 2), `field`, `in_target`, `decision_maker`.
    ties : polars.DataFrame
        Columns `source`, `target`, `origin`, `born` (week; 0 or less: before the run), `active`.
    """

    nodes: pl.DataFrame
    ties: pl.DataFrame

    @property
    def me(self) -> int:
        """The focal member's id."""
        return int(self.nodes.filter(pl.col("level") == 0)["member"][0])

    def contacts(self) -> pl.DataFrame:
        """Return the members one step away, with `origin`, `born` and `active` of their tie."""
        me = self.me
        mine = self.ties.filter((pl.col("source") == me) | (pl.col("target") == me)).select(
            pl.when(pl.col("source") == me)
            .then(pl.col("target"))
            .otherwise(pl.col("source"))
            .alias("member"),
            "origin",
            "born",
            "active",
        )
        return self.nodes.filter(pl.col("level") == 1).join(mine, on="member", how="left")

    def counts(self) -> dict[str, int]:
        """Count what the picture shows."""
        contacts = self.contacts()
        wanted = pl.col("in_target") & pl.col("decision_maker")
        second = self.nodes.filter(pl.col("level") == 2)
        return {
            "contacts": contacts.height,
            "new": contacts.filter(pl.col("born") > 0).height,
            "in_target": contacts.filter(pl.col("in_target")).height,
            "deciders": contacts.filter(wanted).height,
            "second": second.height,
            "second_deciders": second.filter(wanted).height,
        }

    def told(self, arm: str) -> str:
        """Say in words what the picture shows."""
        count = self.counts()
        origins = self.contacts().filter(pl.col("born") > 0)["origin"].value_counts(sort=True)
        ways = [f"{number} by {label(origin)}" for origin, number in origins.iter_rows()]
        new = f"{count['new']} new since the start" + (f" ({listed(ways)})" if ways else "")
        return (
            f"Under {label(arm)}: {counted(count['contacts'], 'direct contact')}, {new}; "
            f"{count['in_target']} in the target field, of them "
            f"{counted(count['deciders'], 'decision-maker')}. Among {count['second']} members "
            f"two steps away that were recorded, {count['second_deciders']} are decision-makers of "
            "the target field."
        )


def picture(ego: Ego, arm: str, look: Look) -> Figure:
    """Draw the network in rings: the member, the contacts sorted by field, a sample of the second.

    Nothing is drawn at random: the same table gives the same picture, and a contact that two arms
    share stands in the same part of the ring under both.
    """
    tall = 5.75
    figure, axes = panel(tall, left=0.0, right=1.0, top=1 - 0.36 / tall, bottom=0.3 / tall)
    axes.set_aspect("equal")
    axes.set_axis_off()
    contacts = ego.contacts().sort(
        pl.col("in_target").not_(), "field", pl.col("decision_maker").not_(), "member"
    )
    angles = _around(contacts.height)
    # Contacts stand in three close rows, so that several hundred still do not touch.
    radii = 1.0 + 0.085 * (np.arange(contacts.height) % 3 - 1)
    inner = np.column_stack([radii * np.sin(angles), radii * np.cos(angles)])
    place = dict(zip(contacts["member"].to_list(), inner, strict=True))
    second = _second(ego, dict(zip(contacts["member"].to_list(), angles, strict=True)))
    turned = _around(second.height)
    far = 1.62 + 0.1 * (np.arange(second.height) % 3 - 1)
    outer = np.column_stack([far * np.sin(turned), far * np.cos(turned)])
    place |= dict(zip(second["member"].to_list(), outer, strict=True))
    _draw_far_ties(axes, ego, place)
    _draw_near_ties(axes, contacts, inner, look)
    _dots(axes, second, outer, look, size=9)
    _dots(axes, contacts, inner, look, size=20)
    axes.plot([0], [0], marker="o", markersize=13, color=INK)
    axes.text(0, 0, "me", color=PAPER, ha="center", va="center_baseline", size=8, weight="bold")
    axes.set_xlim(-1.78, 1.78)
    axes.set_ylim(-1.78, 1.78)
    figure.text(0.012, 0.985, shorten(label(arm), 40), va="top", weight="bold", size=12)
    _key(axes, look)
    return figure


def _around(amount: int) -> np.ndarray:
    """Return `amount` equally spaced angles, clockwise from the top, shape (amount,), radians."""
    return (np.arange(amount) + 0.5) * (2 * np.pi / max(1, amount))


def _second(ego: Ego, angles: dict[int, float]) -> pl.DataFrame:
    """Choose the members two steps away that are drawn, in the order they stand on their ring."""
    nodes = ego.nodes.filter(pl.col("level") == 2)
    wanted = nodes["in_target"] & nodes["decision_maker"]
    others = nodes.filter(~wanted)
    room = max(0, MOST_SECOND - int(wanted.sum()))
    every = max(1, -(-others.height // room)) if room else others.height + 1
    chosen = pl.concat([nodes.filter(wanted), others.gather_every(every)]).head(MOST_SECOND)
    both = pl.concat(
        [
            ego.ties.select("source", "target"),
            ego.ties.select(source=pl.col("target"), target=pl.col("source")),
        ]
    )
    known = pl.DataFrame(
        {"target": list(angles), "angle": list(angles.values())},
        schema={"target": both.schema["target"], "angle": pl.Float64},
    )
    via = both.join(known, on="target").group_by("source").agg(pl.col("angle").min())
    return (
        chosen.join(via, left_on="member", right_on="source", how="left")
        .sort("angle", "member", nulls_last=True)
        .drop("angle")
    )


def _path(segments: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Join segments to one broken line: one short SVG path instead of hundreds of elements."""
    gap = np.full(2, np.nan)
    points = np.array([row for a, b in segments for row in (a, b, gap)]).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _draw_far_ties(axes: Axes, ego: Ego, place: dict[int, np.ndarray]) -> None:
    """Draw the ties among the others, faint."""
    me = ego.me
    segments = [
        np.array([place[source], place[target]])
        for source, target in ego.ties.select("source", "target").iter_rows()
        if source != me and target != me and source in place and target in place
    ]
    if segments:
        axes.plot(*_path(segments), color=MUTED, linewidth=0.5, alpha=0.35)


def _draw_near_ties(axes: Axes, contacts: pl.DataFrame, at: np.ndarray, look: Look) -> None:
    """Draw the member's own ties: old ones grey, new ones in the arm's colour."""
    centre = np.zeros(2)
    born = contacts["born"].fill_null(0).to_numpy()
    for fresh, colour, width, opacity in (
        (False, MUTED, 0.6, 0.45),
        (True, look.colour, 1.1, 0.9),
    ):
        segments = [np.array([centre, point]) for point in at[(born > 0) == fresh]]
        if segments:
            axes.plot(*_path(segments), color=colour, linewidth=width, alpha=opacity)


def _dots(axes: Axes, nodes: pl.DataFrame, at: np.ndarray, look: Look, *, size: float) -> None:
    """Draw members: grey dots, the target field coloured, its decision-makers diamonds."""
    target = nodes["in_target"].to_numpy()
    decider = target & nodes["decision_maker"].to_numpy()
    for chosen, colour, marker, area, edge in (
        (~target, MUTED, "o", size * 0.7, "none"),
        (target & ~decider, look.colour, "o", size * 1.3, "none"),
        (decider, look.colour, "D", size * 3.2, INK),
    ):
        if chosen.any():
            axes.scatter(
                at[chosen, 0],
                at[chosen, 1],
                s=area,
                color=colour,
                marker=marker,
                edgecolors=edge,
                linewidths=1.1,
                zorder=3,
            )


def _key(axes: Axes, look: Look) -> None:
    """Explain marks and lines under the picture."""
    figure = axes.figure
    strip = figure.add_axes((0.0, 0.0, 1.0, 0.052))
    strip.set_axis_off()
    strip.set_xlim(0, 1)
    strip.set_ylim(0, 1)
    x = 0.02
    for words, colour, marker, area, edge in (
        ("decision-maker, target field", look.colour, "D", 50, INK),
        ("target field", look.colour, "o", 30, "none"),
        ("others", MUTED, "o", 16, "none"),
    ):
        strip.scatter(
            [x], [0.5], s=area, color=colour, marker=marker, edgecolors=edge, linewidths=1.1
        )
        strip.text(x + 0.025, 0.5, words, va="center_baseline", size=9.5)
        x += 0.06 + 0.0165 * len(words)
    strip.plot([x - 0.015, x + 0.035], [0.5, 0.5], color=look.colour, linewidth=1.6)
    strip.text(x + 0.05, 0.5, "new tie", va="center_baseline", size=9.5)
