"""What a report is made of, before it becomes HTML or Markdown.

Every string is plain text: renderers escape it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

type Block = Text | Bullets | Heading | Table | Chart | Charts | Card | Facts | Code | Fold


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes
    ----------
    tone : {"", "ahead", "behind", "quiet", "mark", "again"}
    arm : int or None
        Colour of the arm the cell names.
    """

    text: str
    tone: str = ""
    arm: int | None = None


@dataclass(frozen=True)
class Text:
    """A paragraph; `tone` "note" sets it apart."""

    kind: ClassVar[str] = "text"
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    kind: ClassVar[str] = "bullets"
    items: Sequence[str]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Table:
    """A table; the first column heads the rows.

    Attributes
    ----------
    numbers : sequence of int
        Columns aligned to the right.
    stacked : bool
        On a narrow screen each row becomes a card, instead of the table scrolling sideways.
    """

    kind: ClassVar[str] = "table"
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int] = ()
    stacked: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture with what it says in words.

    Attributes
    ----------
    name : str
        Unique in the report: letters, digits and hyphens.
    title, told : str
        Accessible name and full description with numbers.
    caption : str
        What stands under the picture, if anything.
    heading : str
        What stands over it, if anything.
    """

    kind: ClassVar[str] = "chart"
    name: str
    figure: Figure
    title: str
    told: str
    caption: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Charts:
    """Pictures side by side where there is room."""

    kind: ClassVar[str] = "charts"
    charts: Sequence[Chart]


@dataclass(frozen=True)
class Card:
    """A verdict: `tone` is "ahead", "behind" or "open"."""

    kind: ClassVar[str] = "card"
    tone: str
    kicker: str
    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Facts:
    """Names with what belongs to each."""

    kind: ClassVar[str] = "facts"
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Code:
    """Text to be copied as it is."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True)
class Fold:
    """Blocks that are shown on demand."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Section:
    """A part of the report; `name` is its anchor."""

    name: str
    heading: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Report:
    """A whole report."""

    title: str
    about: str
    sections: Sequence[Section]

    @property
    def charts(self) -> list[Chart]:
        """Every picture, in the order of reading."""
        found: list[Chart] = []

        def walk(blocks: Sequence[Block]) -> None:
            for block in blocks:
                if isinstance(block, Chart):
                    found.append(block)
                elif isinstance(block, Charts):
                    found.extend(block.charts)
                elif isinstance(block, Card | Fold):
                    walk(block.blocks)

        for section in self.sections:
            walk(section.blocks)
        return found
