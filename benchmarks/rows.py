"""A row of the table: what was measured, the target, the figure and the verdict."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Verdict = Literal["met", "missed", "not measured", "no target"]
SMALLER = "~"
"""Mark of a verdict on something smaller than the target speaks of."""
_HEADINGS = ("what", "target", "figure", "rival", "verdict")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    group : str
        Name by which the row is selected.
    what : str
        What was measured, with its size.
    figure : float or None
        In `unit`; None if it was not measured.
    unit : str
    at_most, at_least : float, optional
        The target, one of the two; neither for a row that is there to be read.
    rival : str
        Whom the figure is relative to.
    smaller : bool
        The target speaks of something larger.
    details : dict
        Whatever else was measured, for the JSON.
    """

    group: str
    what: str
    figure: float | None
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    rival: str = ""
    smaller: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Whether the target was met."""
        if self.figure is None:
            return "not measured"
        if self.at_most is not None:
            return "met" if self.figure <= self.at_most else "missed"
        if self.at_least is not None:
            return "met" if self.figure >= self.at_least else "missed"
        return "no target"

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_most is not None:
            return f"<= {self.at_most:,g} {self.unit}"
        if self.at_least is not None:
            return f">= {self.at_least:,g} {self.unit}"
        return ""

    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        figure = "" if self.figure is None else f"{self.figure:,.3g} {self.unit}"
        mark = f" {SMALLER}" if self.smaller and self.figure is not None else ""
        return self.what, self.target, figure, self.rival, self.verdict + mark

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is written."""
        return {**dataclasses.asdict(self), "target": self.target, "verdict": self.verdict}


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a table of text, with what its marks mean."""
    rows = list(rows)
    lines = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    if any(row.smaller and row.figure is not None for row in rows):
        text += f"\n{SMALLER} the target speaks of a larger case: --full measures that one"
    return text
