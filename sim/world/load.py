"""Real input: groups, acquaintances and contexts from a user's files instead of generated ones.

What is damaged but unambiguous is repaired and counted in a sentence (`RealInput.repairs`); all
else is refused with one line that names the file, what was found and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import UsageError
from sim.world.listings import (
    Reader,
    read_attributes,
    read_edges,
    read_groups,
    read_memberships,
)
from sim.world.refusals import counted, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.world.listings import DataFiles

Indices = npt.NDArray[np.int32]


class Context(NamedTuple):
    """One context of all members.

    Attributes
    ----------
    codes : int32[members]
        Index into `names`; -1 is unknown.
    names
        The values, in the order of ids; those of seniority from least to most senior.
    """

    codes: Indices
    names: list[str]


@dataclass(frozen=True, eq=False)
class RealInput:
    """What the files say, by row; what they are silent about is None and left to be generated.

    Ids are ordered as numbers if all are whole numbers of 64 bits, else as text by code point.

    Attributes
    ----------
    members
        Number of people that any of the files names.
    ids
        The id of each member in the files, in order.
    membership_member, membership_group : int32[memberships]
        Member and group of each membership, each pair once, ordered by member, then group.
    membership_activity : float64[memberships]
        Participation in the group, finite and >= 0, in the unit of the file (events, posts).
    group_ids
        The id of each group in the files, in order; a group of the list may have no member.
    group_topic : int32[groups]
        Index into `topic_names`; -1 is no topic.
    topic_names
        The topics, in the order of ids.
    edge_a, edge_b : int32[edges]
        The two people of each tie: edge_a < edge_b, each pair once, ordered.
    contexts
        Contexts by name, those of `CONTEXTS` for which a column is given.
    repairs
        What was mended, a sentence each, with counts.
    digests
        SHA-256 of each file, by its name in the data directory.
    """

    members: int
    ids: list[str]
    membership_member: Indices | None
    membership_group: Indices | None
    membership_activity: npt.NDArray[np.float64] | None
    group_ids: list[str]
    group_topic: Indices | None
    topic_names: list[str]
    edge_a: Indices | None
    edge_b: Indices | None
    contexts: Mapping[str, Context]
    repairs: tuple[str, ...]
    digests: Mapping[str, str]


def load(files: DataFiles, directory: Path) -> RealInput:
    """Read real input.

    The result does not depend on the order of rows, save for a person or group that is described
    twice, in different words: there the first row counts, and the repairs say so.

    Parameters
    ----------
    files
        Names of files and columns.
    directory
        The data directory; nothing outside it is read.

    Raises
    ------
    UsageError
        If a file cannot be used as it is.
    """
    reader = Reader(files, directory)
    memberships, groups = read_memberships(reader), read_groups(reader)
    edges, attributes = read_edges(reader), read_attributes(reader)
    ids = _people(reader, memberships, edges, attributes)
    group_ids, group_topic, topics = _code_groups(reader, memberships, groups)
    member, group, activity = _code_memberships(memberships, ids, group_ids)
    edge_a, edge_b = _code_edges(reader, edges, ids)
    return RealInput(
        members=len(ids),
        ids=ids.to_list(),
        membership_member=member,
        membership_group=group,
        membership_activity=activity,
        group_ids=group_ids.to_list(),
        group_topic=group_topic,
        topic_names=topics,
        edge_a=edge_a,
        edge_b=edge_b,
        contexts=_code_contexts(attributes, ids),
        repairs=tuple(reader.repairs),
        digests=reader.digests,
    )


def _people(
    reader: Reader,
    memberships: pl.DataFrame | None,
    edges: pl.DataFrame | None,
    attributes: pl.DataFrame | None,
) -> pl.Series:
    """Return the ids of all people, in order; refuse files that are about different people."""
    files = reader.files
    named: dict[str, pl.Series] = {}
    if memberships is not None:
        named[str(files.memberships)] = memberships["member"].unique()
    if edges is not None:
        named[str(files.edges)] = pl.concat([edges["a"], edges["b"]]).unique()
    if len(named) == 2:
        _absent(*named.items())
    if attributes is not None:
        described = (str(files.attributes), attributes["member"])
        for name, ids in named.items():
            if absent := _absent((name, ids), described):
                reader.repairs.append(
                    f"{name}: {absent:,} of {counted(len(ids), 'person', 'people')} not described "
                    f"in {files.attributes}: kept, contexts unknown"
                )
        named[described[0]] = described[1]
    return _ordered(pl.concat(list(named.values())))


def _absent(these: tuple[str, pl.Series], those: tuple[str, pl.Series]) -> int:
    """Return how many of these distinct ids are not among those; refuse if none is."""
    absent = int((_codes(these[1], those[1]) < 0).sum())
    if absent == len(these[1]):
        raise UsageError(
            f"no id of {these[0]} occurs in {those[0]} (such as {shown(these[1].sort()[0])} and "
            f"{shown(those[1].sort()[0])}); name the columns with the same ids"
        )
    return absent


def _ordered(ids: pl.Series) -> pl.Series:
    """Return the distinct ids: as numbers if all are whole numbers, else by code point."""
    ids = ids.drop_nulls().unique().alias("id")
    whole = ids.cast(pl.Int64, strict=False).alias("whole")
    if whole.null_count():
        return ids.sort()
    return pl.DataFrame([whole, ids]).sort("whole", "id")["id"]


def _codes(values: pl.Series, known: pl.Series) -> Indices:
    """Return the place of each value in `known`, which is distinct; -1 if it is not there."""
    places = pl.int_range(len(known), dtype=pl.Int32, eager=True)
    codes = values.replace_strict(known, places, default=-1, return_dtype=pl.Int32)
    return codes.to_numpy().astype(np.int32)


def _code_groups(
    reader: Reader, memberships: pl.DataFrame | None, groups: pl.DataFrame | None
) -> tuple[pl.Series, Indices | None, list[str]]:
    """Return the groups' ids, the topic of each and the topics' names."""
    if memberships is None:
        return pl.Series([], dtype=pl.String), None, []
    joined = memberships["group"].unique()
    if groups is None:
        ids = _ordered(joined)
        return ids, np.full(len(ids), -1, np.int32), []
    listing, table = str(reader.files.groups), groups["group"]
    if unlisted := _absent((str(reader.files.memberships), joined), (listing, table)):
        rows = int((_codes(memberships["group"], table) < 0).sum())
        reader.repairs.append(
            f"{reader.files.memberships}: {counted(rows, 'membership')} in "
            f"{counted(unlisted, 'group')} that {listing} does not list: kept without topic"
        )
    if empty := len(table) - (len(joined) - unlisted):
        reader.repairs.append(f"{listing}: {counted(empty, 'group')} without a member kept")
    ids = _ordered(pl.concat([joined, table]))
    topic = np.full(len(ids), -1, np.int32)
    if "topic" not in groups.columns:
        return ids, topic, []
    topics = _ordered(groups["topic"])
    topic[_codes(table, ids)] = _codes(groups["topic"], topics)
    if without := groups["topic"].null_count():
        reader.repairs.append(f"{listing}: {counted(without, 'group')} without a topic kept")
    return ids, topic, topics.to_list()


def _code_memberships(
    memberships: pl.DataFrame | None, ids: pl.Series, group_ids: pl.Series
) -> tuple[Indices | None, Indices | None, npt.NDArray[np.float64] | None]:
    """Return member, group and activity of each membership, ordered by member, then group."""
    if memberships is None:
        return None, None, None
    member, group = _codes(memberships["member"], ids), _codes(memberships["group"], group_ids)
    order = np.lexsort((group, member))
    if "activity" not in memberships.columns:
        return member[order], group[order], None
    return member[order], group[order], memberships["activity"].to_numpy()[order]


def _code_edges(
    reader: Reader, edges: pl.DataFrame | None, ids: pl.Series
) -> tuple[Indices | None, Indices | None]:
    """Return the two ends of each tie between different people, each pair once."""
    if edges is None:
        return None, None
    name = reader.files.edges
    a, b = _codes(edges["a"], ids).astype(np.int64), _codes(edges["b"], ids).astype(np.int64)
    between = a != b
    if loops := len(a) - int(between.sum()):
        reader.repairs.append(f"{name}: {counted(loops, 'self-loop')} dropped")
    low, high = np.minimum(a, b)[between], np.maximum(a, b)[between]
    pairs = pl.Series(low * len(ids) + high).unique().sort().to_numpy()
    if not len(pairs):
        raise UsageError(f"{name} has no tie between two different people; check its two columns")
    if merged := len(low) - len(pairs):
        reader.repairs.append(
            f"{name}: {counted(merged, 'reversed or repeated tie')} merged with the first"
        )
    return (pairs // len(ids)).astype(np.int32), (pairs % len(ids)).astype(np.int32)


def _code_contexts(attributes: pl.DataFrame | None, ids: pl.Series) -> dict[str, Context]:
    """Return the contexts of all members."""
    contexts: dict[str, Context] = {}
    if attributes is None:
        return contexts
    rows = _codes(attributes["member"], ids)
    for context in attributes.columns[1:]:
        values = attributes[context]
        known = values.drop_nulls().unique().sort() if context == "seniority" else _ordered(values)
        codes = np.full(len(ids), -1, np.int32)
        codes[rows] = _codes(values, known)
        names = [f"{name:.15g}" for name in known] if context == "seniority" else known.to_list()
        contexts[context] = Context(codes, names)
    return contexts
