"""What a user's files list (memberships, groups, ties, people), cleaned row by row, as text ids.

What is damaged but unambiguous is repaired and remembered by the `Reader`; all else is refused
with one line that names the file, what was found and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import polars as pl

from sim.errors import UsageError
from sim.world.refusals import counted, listed, nearest, shown
from sim.world.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


FileKey = Literal["memberships", "groups", "edges", "attributes"]

CONTEXTS = ("field", "employer", "school", "region", "seniority")
"""Contexts a member may have; each is read from the column named by `<context>_column`."""


class DataFiles(Protocol):
    """Which files hold what; names are relative to the data directory, None is not given.

    That the settings go together (groups only with memberships, relations only with a
    relation_column ...) is checked with the scenario, where they enter.

    Attributes
    ----------
    memberships
        File with a row for each membership.
    member_column, group_column
        Its columns with the member's and the group's id.
    activity_column
        Its column with the member's participation in the group, a number >= 0.
    groups
        File with a row for each group.
    group_id_column, topic_column
        Its columns with the group's id and topic.
    edges
        File with a row for each tie (who knows whom); the direction does not matter.
    source_column, target_column
        Its columns with the ids of the two people.
    relation_column, relations
        Its column with the kind of tie, and the kinds to keep.
    attributes
        File with a row for each member.
    id_column
        Its column with the member's id.
    field_column, employer_column, school_column, region_column, seniority_column
        Its columns with the member's contexts; seniority is a number, larger is more senior.
    no_header
        Which of the files have no header; their columns are called column_1, column_2 ...
    """

    memberships: str | None
    member_column: str
    group_column: str
    activity_column: str | None
    groups: str | None
    group_id_column: str
    topic_column: str | None
    edges: str | None
    source_column: str
    target_column: str
    relation_column: str | None
    relations: tuple[str, ...]
    attributes: str | None
    id_column: str
    field_column: str | None
    employer_column: str | None
    school_column: str | None
    region_column: str | None
    seniority_column: str | None
    no_header: tuple[FileKey, ...]


class Reader:
    """Reads the files one by one and remembers what was mended."""

    def __init__(self, files: DataFiles, directory: Path) -> None:
        self.files = files
        self.directory = directory
        self.repairs: list[str] = []
        self.digests: dict[str, str] = {}

    def read(self, key: FileKey, columns: Mapping[str, str | None]) -> pl.DataFrame:
        """Return the columns given (new name -> name in the file) of a file, as text."""
        name: str = getattr(self.files, key)
        given = {new: column for new, column in columns.items() if column is not None}
        header = key not in self.files.no_header
        table = read_table(self.directory, name, list(given.values()), header=header)
        self.digests[name] = table.digest
        self.repairs += table.repairs
        return table.rows.select(pl.col(column).alias(new) for new, column in given.items())

    def drop_unnamed(self, name: str, rows: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
        """Return the rows in which no id is empty."""
        kept = rows.drop_nulls(ids)
        if dropped := len(rows) - len(kept):
            self.repairs.append(f"{name}: {counted(dropped, 'row')} with an empty id dropped")
        if kept.is_empty():
            raise UsageError(f"{name} has no row in which no id is empty; fill in the ids")
        return kept

    def keep_first(self, name: str, rows: pl.DataFrame, who: str) -> pl.DataFrame:
        """Return the first row of each id (the first column)."""
        key = rows.columns[0]
        kept = rows.unique(key, keep="first", maintain_order=True)
        if repeated := len(rows) - len(kept):
            versions = len(rows.unique()) - len(kept)
            self.repairs.append(
                f"{name}: {counted(repeated, 'row')} about a {who} listed before dropped, "
                f"{versions:,} of them with other values (the first row counts)"
            )
        return kept


def _numbers(name: str, values: pl.Series, column: str, least: float) -> pl.Series:
    """Return text as numbers, null where it is empty; refuse what is no number >= `least`."""
    numbers = values.cast(pl.Float64, strict=False)
    sound = (numbers.is_finite() & (numbers >= least)).fill_null(value=False)
    wrong = (values.is_not_null() & ~sound).arg_true()
    if len(wrong):
        allowed = "a number" if least < 0 else f"a number >= {least:g}"
        raise UsageError(
            f"{name}: data row {wrong[0] + 1:,} has {shown(values[wrong[0]])} in {shown(column)}, "
            f"which must be {allowed}; mend {counted(len(wrong), 'such row')}"
        )
    return numbers


def read_memberships(reader: Reader) -> pl.DataFrame | None:
    """Return the memberships (member, group and perhaps activity), each once."""
    files = reader.files
    if files.memberships is None:
        return None
    name, column = files.memberships, files.activity_column
    rows = reader.read(
        "memberships",
        {"member": files.member_column, "group": files.group_column, "activity": column},
    )
    if column is not None:
        rows = rows.with_columns(_numbers(name, rows["activity"], column, 0.0).alias("activity"))
    rows = reader.drop_unnamed(name, rows, ["member", "group"])
    most = []
    if column is not None:
        if empty := rows["activity"].null_count():
            reader.repairs.append(
                f"{name}: {counted(empty, 'membership')} without {shown(column)} taken as 0"
            )
        most = [pl.col("activity").fill_null(0.0).max()]
    kept = rows.group_by("member", "group").agg(most)
    if repeated := len(rows) - len(kept):
        largest = f", the largest {shown(column)} kept" if column is not None else ""
        reader.repairs.append(f"{name}: {counted(repeated, 'repeated membership')} merged{largest}")
    return kept


def read_groups(reader: Reader) -> pl.DataFrame | None:
    """Return the list of groups (group and perhaps topic), each once."""
    files = reader.files
    if files.groups is None:
        return None
    rows = reader.read("groups", {"group": files.group_id_column, "topic": files.topic_column})
    rows = reader.drop_unnamed(files.groups, rows, ["group"])
    return reader.keep_first(files.groups, rows, "group")


def read_edges(reader: Reader) -> pl.DataFrame | None:
    """Return the ties (a, b) of the relations wanted, as they stand in the file."""
    files = reader.files
    if files.edges is None:
        return None
    rows = reader.read(
        "edges",
        {"a": files.source_column, "b": files.target_column, "relation": files.relation_column},
    )
    if files.relations:
        known = rows["relation"].drop_nulls().unique().sort().to_list()
        for relation in files.relations:
            if relation not in known:
                raise UsageError(
                    f"{files.edges} has no relation {shown(relation)}; it has {listed(known)}"
                    f"{nearest(relation, known)}"
                )
        rows = rows.filter(rows["relation"].is_in(list(files.relations)))
    return reader.drop_unnamed(files.edges, rows, ["a", "b"])


def read_attributes(reader: Reader) -> pl.DataFrame | None:
    """Return the contexts of each member described, each once; seniority as a number."""
    files = reader.files
    if files.attributes is None:
        return None
    columns = {context: getattr(files, f"{context}_column") for context in CONTEXTS}
    rows = reader.read("attributes", {"member": files.id_column, **columns})
    if files.seniority_column is not None:
        numbers = _numbers(
            files.attributes, rows["seniority"], files.seniority_column, float("-inf")
        )
        rows = rows.with_columns(numbers.alias("seniority"))
    rows = reader.keep_first(
        files.attributes, reader.drop_unnamed(files.attributes, rows, ["member"]), "person"
    )
    for context in rows.columns[1:]:
        unknown = rows[context].null_count()
        if unknown == len(rows):
            raise UsageError(f"{files.attributes}: column {shown(columns[context])} is empty")
        if unknown:
            reader.repairs.append(
                f"{files.attributes}: {counted(unknown, 'person', 'people')} without "
                f"{shown(columns[context])}: {context} unknown"
            )
    return rows
