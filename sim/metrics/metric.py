"""What is said of a metric."""

from __future__ import annotations

from typing import Literal, NamedTuple

Better = Literal["higher", "lower", "neither"]


class Metric(NamedTuple):
    """One metric as readers meet it."""

    title: str
    unit: str
    better: Better
    meaning: str
    graph: bool = False
    """Of the whole graph, so that there is one for all members alone."""
    needs: str = ""
    """Section of the scenario whose mechanism it measures; empty if it is always measured."""
