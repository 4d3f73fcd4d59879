"""The parameters of real input: which files hold what, and in which columns."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from sim.scenario.declare import Rule, Section, parameter

FileKey = Literal["memberships", "groups", "edges", "attributes"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]

_NEEDS = {
    "groups": "memberships",
    "activity_column": "memberships",
    "topic_column": "groups",
    "relation_column": "edges",
    "relations": "relation_column",
    "field_column": "attributes",
    "employer_column": "attributes",
    "school_column": "attributes",
    "region_column": "attributes",
    "seniority_column": "attributes",
}
"""What has no effect unless something else is given."""

_PAIRS = (
    ("memberships", "member_column", "group_column"),
    ("edges", "source_column", "target_column"),
)
"""Two columns of one file that must differ."""


def _needs(key: str, needed: str) -> Rule:
    return Rule(
        (key, needed),
        f"no {key} without {needed}",
        lambda s: not getattr(s, key) or bool(getattr(s, needed)),
    )


def _differ(file: str, one: str, other: str) -> Rule:
    return Rule(
        (one, other),
        "two different columns",
        lambda s: not getattr(s, file) or getattr(s, one) != getattr(s, other),
    )


def _file(meaning: str) -> Any:
    return parameter(None, f"file with {meaning}; none unless given", source="choice")


def _column(meaning: str, default: str | None = None) -> Any:
    meaning = meaning if default else f"{meaning}; none unless given"
    return parameter(default, f"column with {meaning}", source="choice")


class Data(Section):
    """Files with real input; paths are relative to the data directory."""

    memberships: Text | None = _file("a row for each membership of a member in a group")
    member_column: Text = _column("the member's id, in memberships", "member")
    group_column: Text = _column("the group's id, in memberships", "group")
    activity_column: Text | None = _column(
        "the member's participation in the group, a number from 0, in memberships"
    )
    sometimes_from: float = parameter(
        2.0,
        "participation from which a member takes part in the group sometimes",
        unit="as in the file",
        source="F61, assumption",
        ge=0.0,
        le=1e12,
    )
    often_from: float = parameter(
        20.0,
        "participation from which a member takes part in the group often",
        unit="as in the file",
        source="F61, assumption",
        ge=0.0,
        le=1e12,
    )
    groups: Text | None = _file("a row for each group")
    group_id_column: Text = _column("the group's id, in groups", "group")
    topic_column: Text | None = _column("the group's topic, in groups")
    edges: Text | None = _file("a row for each two people who know each other, in either order")
    source_column: Text = _column("the id of one of the two, in edges", "source")
    target_column: Text = _column("the id of the other, in edges", "target")
    relation_column: Text | None = _column("the kind of tie, in edges")
    relations: Annotated[tuple[Text, ...], Field(max_length=100)] = parameter(
        (), "kinds of tie to keep", source="choice"
    )
    attributes: Text | None = _file("a row for each member")
    id_column: Text = _column("the member's id, in attributes", "member")
    field_column: Text | None = _column("the member's field, in attributes")
    employer_column: Text | None = _column("the member's employer, in attributes")
    school_column: Text | None = _column("the member's school, in attributes")
    region_column: Text | None = _column("the member's region, in attributes")
    seniority_column: Text | None = _column(
        "the member's seniority, a number that grows with it, in attributes"
    )
    no_header: Annotated[tuple[FileKey, ...], Field(max_length=4)] = parameter(
        (),
        "which of the files have no header; their columns are called column_1, column_2 ...",
        source="choice",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("memberships", "edges", "attributes"),
            "at least one of the three files",
            lambda s: bool(s.memberships or s.edges or s.attributes),
        ),
        *(_needs(key, needed) for key, needed in _NEEDS.items()),
        _needs("relation_column", "relations"),
        *(_differ(file, one, other) for file, one, other in _PAIRS),
        Rule(
            ("no_header",),
            "files that are given",
            lambda s: all(getattr(s, key) for key in s.no_header),
        ),
    )
