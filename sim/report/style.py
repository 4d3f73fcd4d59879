"""How every chart looks: colours, marks, sizes, and the two SVG dialects of a figure.

A figure is drawn once in fixed colours. As a file of its own it keeps them, on white; inlined in a
page the same colours become CSS variables, so that the page's light, dark and print styles apply to
charts as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes

INK = "#1b1f24"
MUTED = "#5b6571"
GRID = "#d5dbe1"
PAPER = "#ffffff"

# Okabe & Ito (2008), "Color Universal Design": told apart under every common colour blindness.
# Yellow is left out (unreadable on white) and the order puts the strongest contrasts first.
ARM_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")

WIDTH = 5.2
"""Width of a chart in inches (72 units each): two fit side by side, one fits a phone."""

_SETTINGS: dict[Any, Any] = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.labelsize": 11.5,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.unicode_minus": True,
    "font.family": "DejaVu Sans",
    "font.size": 11.5,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 1.0,
    "lines.linewidth": 2.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "netgrow",
    "text.color": INK,
    # A dollar sign or an underscore in an arm's name is text, not mathematics.
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}

_THEMED = {INK: "ink", MUTED: "muted", GRID: "grid", PAPER: "paper"} | {
    colour: f"arm-{place}" for place, colour in enumerate(ARM_COLOURS)
}
_COLOUR = re.compile("|".join(map(re.escape, _THEMED)), re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Look:
    """How one arm is drawn, the same in every chart of a report."""

    place: int
    colour: str
    line: str | tuple[int, tuple[int, ...]]
    marker: str


def looks(arms: Iterable[str]) -> dict[str, Look]:
    """Give each arm its colour, line style and marker, in the order of `arms`."""
    return {
        arm: Look(
            place=place % len(ARM_COLOURS),
            colour=ARM_COLOURS[place % len(ARM_COLOURS)],
            line=LINE_STYLES[(place + place // len(ARM_COLOURS)) % len(LINE_STYLES)],
            marker=MARKERS[(place + place // len(ARM_COLOURS)) % len(MARKERS)],
        )
        for place, arm in enumerate(arms)
    }


def panel(
    height: float,
    *,
    left: float = 0.14,
    right: float = 0.97,
    top: float = 0.88,
    bottom: float = 0.17,
) -> tuple[Figure, Axes]:
    """Start a chart of one panel.

    Parameters
    ----------
    height : float
        Height in inches; the width is always `WIDTH`.
    left, right, top, bottom : float
        Edges of the panel as fractions of the figure.
    """
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(WIDTH, height), facecolor=PAPER)
        figure.subplots_adjust(left=left, right=right, top=top, bottom=bottom)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
    return figure, axes


def standalone_svg(figure: Figure) -> str:
    """Return a figure as an SVG file of its own, in light colours on white."""
    root = _drawn(figure, transparent=False)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return ET.tostring(root, encoding="unicode") + "\n"


def inline_svg(figure: Figure, name: str, title: str, text: str) -> str:
    """Return a figure as an `<svg>` element that follows the page's colours.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        Unique on the page: prefix of every id inside.
    title, text : str
        Accessible name and description.
    """
    root = _drawn(figure, transparent=True)
    _name_ids(root, name)
    for element in root.iter():
        style = element.get("style")
        if style:
            element.set("style", _COLOUR.sub(_variable, style))
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, words) in enumerate((("title", title), ("desc", text))):
        child = ET.Element(tag, {"id": f"{name}-{tag}"})
        child.text = words
        root.insert(place, child)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _drawn(figure: Figure, *, transparent: bool) -> ET.Element:
    """Draw a figure and return its SVG tree without namespaces, metadata or excess digits."""
    sink = StringIO()
    nothing: dict[str, None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.patch.set_visible(not transparent)
    with mpl.rc_context(_SETTINGS):
        figure.savefig(sink, format="svg", metadata=nothing)
    root = ET.fromstring(sink.getvalue())  # noqa: S314 - matplotlib's own output
    for parent in list(root.iter()):
        for child in list(parent):
            # Matplotlib's global <style> would leak out of an inlined figure into the page.
            if child.tag.endswith("}style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        if _HREF in element.attrib:
            element.set("href", element.attrib.pop(_HREF))
        for name in ("d", "transform", "x", "y", "x1", "y1", "x2", "y2", "points"):
            value = element.get(name)
            if value:
                element.set(name, _NUMBER.sub(_shorter, value).replace(" \n", " "))
    _drop_unused_ids(root)
    return root


def _shorter(match: re.Match[str]) -> str:
    """Write a coordinate with a tenth of a hundredth of an inch: finer is not seen."""
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _variable(match: re.Match[str]) -> str:
    """Turn a fixed colour into the page's variable for it."""
    return f"var(--{_THEMED[match[0].lower()]})"


def _references(root: ET.Element) -> set[str]:
    """Return every id that something in the tree points at."""
    found = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "href":
                found.add(value.removeprefix("#"))
            found.update(_REFERENCE.findall(value))
    return found


def _drop_unused_ids(root: ET.Element) -> None:
    """Remove the ids nothing points at (two charts of a page would share them)."""
    used = _references(root)
    for element in root.iter():
        if "id" in element.attrib and element.attrib["id"] not in used:
            del element.attrib["id"]


def _name_ids(root: ET.Element, prefix: str) -> None:
    """Put `prefix` before every id and every reference to one."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, f"{prefix}-{value}")
            elif name == "href":
                element.set(name, f"#{prefix}-{value.removeprefix('#')}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
