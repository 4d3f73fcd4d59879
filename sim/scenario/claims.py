"""What a study tests: claims of the article as inequalities on metrics."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sim.scenario.declare import Claim, Question, Section, parameter

Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]

INEQUALITY = (
    r"^(?P<metric>\S+): (?P<arm>\S+) (?P<sign>[<>=]) (?P<than>\S+) "
    r"(?:by|within) (?P<by>[0-9]+(?:[.][0-9]+)?)$"
)
FORM = "'metric: arm > other by 0.5', with < or =, and a number or an arm as the other"
RELATIONS = {">": "more", "<": "less", "=": "same"}
THAN_FORM = "the name of an arm, or a number"


class ClaimTest(Section):
    """One inequality: a metric under an arm against another arm, or against a number."""

    claim: Claim = parameter(..., "the claim it tests", source="S1-S24")
    says: Words = parameter(..., "what would hold if the claim were true", source="choice")
    holds: Annotated[str, Field(pattern=INEQUALITY, json_schema_extra={"form": FORM})] | None = (
        parameter(
            None,
            "metric, arm, relation, comparison and smallest difference in one line, for the five "
            "keys that follow",
            source="choice",
        )
    )
    metric: Name = parameter("target_decision_makers_2", "the metric compared", source="choice")
    arm: Name = parameter(..., "the arm it is about", source="choice")
    than: Annotated[Name | float, Field(json_schema_extra={"form": THAN_FORM})] = parameter(
        ..., "the arm, or the number, it is compared with", source="choice"
    )
    relation: Literal["more", "less", "same"] = Field(
        alias="is",
        description="how the arm should come out",
        json_schema_extra={"unit": "", "source": "choice"},
    )
    by: float = parameter(
        0.0, "smallest difference of interest", source="assumption", ge=0.0, le=1e9
    )
    switch: Question = parameter("one", "who plays the arm", source="choice")
    cohort: Literal["focal", "all"] = parameter("focal", "whose mean is taken", source="choice")
    week: int | None = parameter(
        None,
        "week of the comparison; the last unless given",
        unit="weeks",
        source="choice",
        ge=0,
        le=5000,
    )
    since: int | None = parameter(
        None, "compare the change since this week", unit="weeks", source="choice", ge=0, le=5000
    )
    assumed: Words | None = parameter(
        None,
        "the parameters, or sections, that impose the outcome, if any do; with commas between them",
        source="choice",
    )
