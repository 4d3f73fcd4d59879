"""The sweep of a study: which parameters are varied, how far, and by which design."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from sim.scenario.declare import Rule, Section, parameter, plain

Design = Literal["grid", "list", "latin-hypercube", "sobol", "morris"]
VariedKey = Annotated[str, StringConstraints(pattern=".*")]
"""A dotted key; whether there is one of that name is judged with the rest of the scenario."""

MOST_POINTS = 100_000
VALUES_FORM = "at least 2 values, each once, as the parameter may have them"
ROW_FORM = "a table of values by dotted key, such as 'response.accept' = -1.0"

_SAMPLED = ("latin-hypercube", "sobol", "morris")


class Vary(Section):
    """How one parameter is varied: over a range, or over a list of values."""

    low: float | None = parameter(
        None,
        "smallest value; that of the parameter's own range unless given",
        source="assumption",
        ge=-1e9,
        le=1e9,
    )
    high: float | None = parameter(
        None,
        "largest value; that of the parameter's own range unless given",
        source="assumption",
        ge=-1e9,
        le=1e9,
    )
    scale: Literal["linear", "log"] = parameter(
        "linear", "whether equal steps are equal differences or equal ratios", source="choice"
    )
    steps: int | None = parameter(
        None,
        "values of a range in a grid, its two ends among them",
        source="choice",
        ge=2,
        le=10_000,
    )
    values: Annotated[
        tuple[Annotated[Any, AfterValidator(plain)], ...],
        Field(max_length=1000, json_schema_extra={"form": VALUES_FORM}),
    ] = parameter((), "the values themselves, in place of a range", source="choice")


class Sweep(Section):
    """Points at which the whole study is run again, each with other values of some parameters."""

    design: Design = parameter(..., "how the points are chosen", source="choice")
    points: int | None = parameter(
        None,
        "latin-hypercube: points; sobol: size N of the base sample, a power of 2, for "
        "N (k + 2) points of k parameters; morris: trajectories r, for r (k + 1) points",
        source="choice",
        ge=1,
        le=MOST_POINTS,
    )
    seed: int = parameter(1, "seed of the design's own luck", source="choice", ge=0, le=2**31 - 1)
    vary: Annotated[dict[VariedKey, Vary], Field(max_length=100)] = Field(
        {}, description="The parameters varied, by dotted key."
    )
    list: Annotated[
        tuple[
            Annotated[
                dict[str, Annotated[Any, AfterValidator(plain)]],
                Field(max_length=100, json_schema_extra={"form": ROW_FORM}),
            ],
            ...,
        ],
        Field(max_length=10_000),
    ] = Field(
        (),
        description="with design = 'list': the points one by one, each a table of values by "
        "dotted key; what it does not name is as in the scenario",
        json_schema_extra={"unit": "", "source": "choice"},
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("points", "design"),
            "a number of points with latin-hypercube, sobol and morris, and none with grid and "
            "list, which have as many as they name",
            lambda s: (s.points is not None) == (s.design in _SAMPLED),
        ),
        Rule(
            ("points", "design"),
            "a power of 2 with sobol, as in 64",
            lambda s: s.design != "sobol" or s.points is None or s.points.bit_count() == 1,
        ),
        Rule(
            ("points", "design"),
            "at least 2 trajectories with morris, since one says nothing of the spread",
            lambda s: s.design != "morris" or s.points != 1,
        ),
        Rule(
            ("list", "design"),
            "tables [[sweep.list]] with design = 'list' and with no other",
            lambda s: bool(s.list) == (s.design == "list"),
        ),
        Rule(
            ("vary", "design"),
            "at least one parameter, save with design = 'list', whose tables name theirs",
            lambda s: bool(s.vary) == (s.design != "list"),
        ),
    )

    def size(self, levels: dict[str, int]) -> int:
        """Return how many rows the design has.

        Parameters
        ----------
        levels
            With design "grid", how many values each parameter takes.
        """
        if self.design == "list":
            return len(self.list)
        if self.design == "grid":
            return math.prod(levels.values())
        more = {"latin-hypercube": 0, "sobol": 2, "morris": 1}[self.design]
        times = len(self.vary) + more if more else 1
        return (self.points or 0) * times
