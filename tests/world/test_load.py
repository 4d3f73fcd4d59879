"""What real input becomes, what is mended and counted, and what is refused in which words."""

from __future__ import annotations

import csv
import hashlib
import os
import random
import tempfile
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.world import refusals, tables
from sim.world.load import RealInput, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.world.listings import FileKey


@dataclass
class Files:
    """The settings of a scenario's `[data]`, with its defaults."""

    memberships: str | None = None
    member_column: str = "member"
    group_column: str = "group"
    activity_column: str | None = None
    groups: str | None = None
    group_id_column: str = "group"
    topic_column: str | None = None
    edges: str | None = None
    source_column: str = "source"
    target_column: str = "target"
    relation_column: str | None = None
    relations: tuple[str, ...] = ()
    attributes: str | None = None
    id_column: str = "id"
    field_column: str | None = None
    employer_column: str | None = None
    school_column: str | None = None
    region_column: str | None = None
    seniority_column: str | None = None
    no_header: tuple[FileKey, ...] = ()


GROUPS = Files(memberships="m.csv", groups="g.csv", activity_column="n", topic_column="topic")
EDGES = Files(edges="e.csv")
PEOPLE = replace(EDGES, attributes="a.csv", employer_column="firm", seniority_column="years")


def write(folder: Path, **contents: str | bytes) -> Path:
    """Write files: `e="..."` is e.csv."""
    for stem, content in contents.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{stem}.csv").write_bytes(data)
    return folder


def pairs(real: RealInput) -> list[tuple[str, str]]:
    """Return the ties by the ids of their ends."""
    assert real.edge_a is not None
    assert real.edge_b is not None
    return [(real.ids[a], real.ids[b]) for a, b in zip(real.edge_a, real.edge_b, strict=True)]


def memberships(real: RealInput) -> dict[tuple[str, str], float]:
    """Return the participation of each membership by the ids of member and group."""
    assert real.membership_member is not None
    assert real.membership_group is not None
    assert real.membership_activity is not None
    return {
        (real.ids[member], real.group_ids[group]): activity
        for member, group, activity in zip(
            real.membership_member, real.membership_group, real.membership_activity, strict=True
        )
    }


def topics(real: RealInput) -> dict[str, str | None]:
    """Return the topic of each group by its id."""
    assert real.group_topic is not None
    named = [*real.topic_names, None]
    return dict(zip(real.group_ids, (named[code] for code in real.group_topic), strict=True))


def context(real: RealInput, name: str) -> dict[str, str | None]:
    """Return a context of each member by its id."""
    named = [*real.contexts[name].names, None]
    return dict(zip(real.ids, (named[code] for code in real.contexts[name].codes), strict=True))


# --- what the files say ---------------------------------------------------------------------------


def test_groups_come_with_members_topics_and_participation(tmp_path: Path) -> None:
    write(
        tmp_path, m="member,group,n\n10,b,1\n9,a,2.5\n10,a,0\n", g="group,topic\na,Tech\nb,Arts\n"
    )
    real = load(GROUPS, tmp_path)
    assert real.ids == ["9", "10"]
    assert memberships(real) == {("9", "a"): 2.5, ("10", "a"): 0.0, ("10", "b"): 1.0}
    assert topics(real) == {"a": "Tech", "b": "Arts"}
    assert real.topic_names == ["Arts", "Tech"]
    assert real.edge_a is None
    assert real.repairs == ()
    assert real.digests["m.csv"] == hashlib.sha256((tmp_path / "m.csv").read_bytes()).hexdigest()
    assert set(real.digests) == {"m.csv", "g.csv"}


def test_ties_come_with_contexts_and_people_without_ties(tmp_path: Path) -> None:
    write(
        tmp_path,
        e="source,target\nx,y\n",
        a="id,firm,years\ny,Acme,9\nx,,10\nz,Bolt,9\n",
    )
    real = load(PEOPLE, tmp_path)
    assert real.members == 3
    assert pairs(real) == [("x", "y")]
    assert context(real, "employer") == {"x": None, "y": "Acme", "z": "Bolt"}
    assert real.contexts["seniority"].names == ["9", "10"], "a number, not a text"
    assert set(real.contexts) == {"employer", "seniority"}
    assert real.membership_member is None
    assert real.group_ids == []
    assert real.repairs == ("a.csv: 1 person without 'firm': employer unknown",)


def test_arrays_have_the_promised_types(tmp_path: Path) -> None:
    write(tmp_path, m="member,group,n\n1,1,1\n", g="group,topic\n1,x\n")
    write(tmp_path, e="source,target\n1,2\n", a="id,firm,years\n1,x,1\n2,x,1\n")
    files = replace(
        PEOPLE, memberships="m.csv", groups="g.csv", activity_column="n", topic_column="topic"
    )
    real = load(files, tmp_path)
    indices = [real.membership_member, real.membership_group, real.group_topic]
    indices += [real.edge_a, real.edge_b, *(each.codes for each in real.contexts.values())]
    assert [None if array is None else array.dtype for array in indices] == [np.int32] * 7
    assert real.membership_activity is not None
    assert real.membership_activity.dtype == np.float64


@pytest.mark.parametrize(
    ("ids", "ordered"),
    [
        (["10", "9", "-1", "100"], ["-1", "9", "10", "100"]),
        (["7", "07", "8"], ["07", "7", "8"]),
        (["10", "9", "P1"], ["10", "9", "P1"]),
        (["9", "18446744073709551616"], ["18446744073709551616", "9"]),
        (["b", "B", "é", "日"], ["B", "b", "é", "日"]),
    ],
)
def test_ids_are_ordered_as_numbers_or_as_text(
    tmp_path: Path, ids: list[str], ordered: list[str]
) -> None:
    write(tmp_path, a="id\n" + "\n".join(ids) + "\n")
    assert load(Files(attributes="a.csv"), tmp_path).ids == ordered


def test_only_the_relations_wanted_are_read(tmp_path: Path) -> None:
    write(tmp_path, e="source,target,kind\n1,2,friend\n3,4,boss\n2,3,kin\n")
    files = replace(EDGES, relation_column="kind", relations=("friend", "kin"))
    assert pairs(load(files, tmp_path)) == [("1", "2"), ("2", "3")]


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n",
        "1;2\n3;4\n",
        "1\t2\n3\t4",
        "1 2\n3   4\n",
        "  1 \t2\n 3 \t4  \n\n",
        "  1  2\n 3\t4  \n",
        "1, 2\r\n3, 4\r\n",
        "1,2\r3,4\r",
        "1\t2\r\r\n3\t4\r\r\n",
        "\n\n1,2\n \n3,4\n   \n",
        '"1","2"\n"3","4"\n',
        '"1" "2"\n"3" "4"\n',
        "# Directed graph: x.txt\n# FromNodeId\tToNodeId\n1\t2\n3\t4\n",
    ],
)
def test_separators_line_ends_and_comments_are_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "e.txt").write_bytes(text.encode())
    files = Files(
        edges="e.txt", source_column="column_1", target_column="column_2", no_header=("edges",)
    )
    assert pairs(load(files, tmp_path)) == [("1", "2"), ("3", "4")]


def test_the_header_decides_between_separators(tmp_path: Path) -> None:
    write(tmp_path, e="source;target;a,b\nDoe, J;Roe, R;1, 2\nPoe, E;Doe, J;3, 4\n")
    assert pairs(load(EDGES, tmp_path)) == [("Doe, J", "Poe, E"), ("Doe, J", "Roe, R")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_understood(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, e="source,target\nZoë,日本\n".encode(encoding))
    assert load(EDGES, tmp_path).ids == ["Zoë", "日本"]


def test_quoted_cells_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    write(tmp_path, e='source,target\n"a ""b"", c","d\ne"\n')
    assert load(EDGES, tmp_path).ids == ['a "b", c', "d\ne"]


def test_quotes_inside_a_cell_stand_for_themselves(tmp_path: Path) -> None:
    write(tmp_path, e='source,target\n5" disk,6"\nx"y,"z"\n')
    assert pairs(load(EDGES, tmp_path)) == [('5" disk', '6"'), ('x"y', "z")]


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        (pl.Series([2, 10]), ["2", "10"]),
        (pl.Series([2.0, 10.0]), ["2", "10"]),
        (pl.Series([2.5, 10.0]), ["10.0", "2.5"]),
        (pl.Series(["p", "q"], dtype=pl.Categorical), ["p", "q"]),
        (pl.Series(["2020-01-31", "2020-02-01"]).str.to_date(), ["2020-01-31", "2020-02-01"]),
        (
            pl.Series([uuid.UUID(int=1).bytes, uuid.UUID(int=2).bytes]),
            ["0" * 31 + "1", "0" * 31 + "2"],
        ),
    ],
)
def test_parquet_ids_of_any_kind(tmp_path: Path, values: pl.Series, ids: list[str]) -> None:
    pl.DataFrame({"source": values, "target": values.reverse()}).write_parquet(
        tmp_path / "e.parquet"
    )
    real = load(Files(edges="e.parquet"), tmp_path)
    assert sorted(real.ids) == sorted(ids)
    assert len(pairs(real)) == 1


def test_parquet_floats_with_gaps_match_whole_numbers_elsewhere(tmp_path: Path) -> None:
    rows = {"source": [1.0, None, float("nan")], "target": [2.0, 3.0, 4.0]}
    pl.DataFrame(rows).write_parquet(tmp_path / "e.parquet")
    write(tmp_path, a="id\n1\n2\n")
    real = load(Files(edges="e.parquet", attributes="a.csv"), tmp_path)
    assert real.ids == ["1", "2"]
    assert real.repairs == ("e.parquet: 2 rows with an empty id dropped",)


# --- what is mended -------------------------------------------------------------------------------

M = "member,group,n\n"
G = "group,topic\na,x\n"
E = "source,target\n"
A = "id,firm,years\n"
REPEATED = "listed before dropped, 1 of them with other values (the first row counts)"


@pytest.mark.parametrize(
    ("files", "contents", "repairs"),
    [
        (EDGES, {"e": E + "1,1\n1,2\n2,2\n"}, ["e.csv: 2 self-loops dropped"]),
        (
            EDGES,
            {"e": E + "1,2\n2,1\n1,2\n"},
            ["e.csv: 2 reversed or repeated ties merged with the first"],
        ),
        (EDGES, {"e": E + "1,2\n,2\n3,\n"}, ["e.csv: 2 rows with an empty id dropped"]),
        (EDGES, {"e": E + '1,2\n"",2\n'}, ["e.csv: 1 row with an empty id dropped"]),
        (EDGES, {"e": E + "1, 2\n 1,3\n"}, ["e.csv: blanks around 2 cells taken off"]),
        (
            EDGES,
            {"e": "source,target\r\r\n1,2\r\r\n"},
            ["e.csv: 2 doubled line ends (CR CR LF) read as one"],
        ),
        (
            PEOPLE,
            {"e": E + "1,2\n2,3\n", "a": A + "1,x,1\n2,x,2\n"},
            ["e.csv: 1 of 3 people not described in a.csv: kept, contexts unknown"],
        ),
        (
            PEOPLE,
            {"e": E + "1,2\n", "a": A + "1,x,1\n2,x,2\n2,x,2\n1,y,1\n"},
            [f"a.csv: 2 rows about a person {REPEATED}"],
        ),
        (
            GROUPS,
            {"m": M + "1,a,1\n1,a,5\n1,a,2\n", "g": G},
            ["m.csv: 2 repeated memberships merged, the largest 'n' kept"],
        ),
        (
            replace(GROUPS, activity_column=None),
            {"m": M + "1,a,1\n1,a,5\n", "g": G},
            ["m.csv: 1 repeated membership merged"],
        ),
        (GROUPS, {"m": M + "1,a,\n", "g": G}, ["m.csv: 1 membership without 'n' taken as 0"]),
        (
            GROUPS,
            {"m": M + "1,a,1\n1,b,1\n2,b,1\n", "g": G},
            ["m.csv: 2 memberships in 1 group that g.csv does not list: kept without topic"],
        ),
        (
            GROUPS,
            {"m": M + "1,a,1\n", "g": G + "b,y\nc,\n"},
            ["g.csv: 2 groups without a member kept", "g.csv: 1 group without a topic kept"],
        ),
        (
            GROUPS,
            {"m": M + "1,a,1\n", "g": G + "a,y\n"},
            [f"g.csv: 1 row about a group {REPEATED}"],
        ),
    ],
)
def test_what_is_mended_is_counted(
    tmp_path: Path, files: Files, contents: dict[str, str], repairs: list[str]
) -> None:
    assert list(load(files, write(tmp_path, **contents)).repairs) == repairs


def test_mending_keeps_what_it_says(tmp_path: Path) -> None:
    write(tmp_path, m=M + "1,a,1\n1,a,5\n1,b,\n", g=G + "a,y\nc,z\n")
    real = load(GROUPS, tmp_path)
    assert memberships(real) == {("1", "a"): 5.0, ("1", "b"): 0.0}
    assert topics(real) == {"a": "x", "b": None, "c": "z"}
    write(tmp_path, e=E + "1,1\n2,3\n4,2\n", a=A + "2,x,1\n2,y,7\n")
    real = load(PEOPLE, tmp_path)
    assert real.ids == ["1", "2", "3", "4"], "who only has a tie to themself is still a member"
    assert pairs(real) == [("2", "3"), ("2", "4")]
    assert context(real, "employer") == {"1": None, "2": "x", "3": None, "4": None}


# --- what is refused ------------------------------------------------------------------------------


def refusal(files: Files, folder: Path) -> str:
    """Return the one line that refuses the files."""
    with pytest.raises(UsageError) as caught:
        load(files, folder)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize(
    ("files", "contents", "parts"),
    [
        (EDGES, {"e": ""}, ["e.csv is empty"]),
        (EDGES, {"e": "\r\n \r\n"}, ["e.csv is empty"]),
        (EDGES, {"e": b"\xef\xbb\xbf"}, ["e.csv is empty"]),
        (EDGES, {"e": "source,target\n"}, ["e.csv has a header but no rows"]),
        (
            EDGES,
            {"e": "Source,targets,w\n1,2,3\n"},
            ["no column 'source'", "'Source', 'targets', 'w'", "did you mean 'Source'?"],
        ),
        (EDGES, {"e": "source,target,target\n1,2,3\n"}, ["2 columns 'target'"]),
        (EDGES, {"e": "who\n1\n"}, ["no column 'source'; it has 'who'"]),
        (EDGES, {"e": E + "1,2\n1,2,3\n1,2\n"}, ["data row 2 has 3 cells", "first line 2"]),
        (EDGES, {"e": E + "1,2\n1\n1,2,3\n"}, ["data row 2 has 1 cell,", "mend 2 such rows"]),
        (EDGES, {"e": E + '"1",2\n"1"\n'}, ["data row 2 has 1 cell,"]),
        (EDGES, {"e": E + '5,6\n"1,2\n3,4\n'}, ["near line 4 a quoted cell does not end"]),
        (EDGES, {"e": "source\ttarget\n \ta\tb\n"}, ["data row 1 has 3 cells"]),
        (EDGES, {"e": E + '"1"x,2\n'}, ["near line 2 a quoted cell does not end"]),
        (EDGES, {"e": E + '"' + "x" * 200_000 + '",2\n'}, ["near line 2 a quoted cell"]),
        (
            EDGES,
            {"e": (E + "1,2\nZoë,3\n").encode("latin-1")},
            ["not UTF-8: byte 21 (line 3) is 0xeb; save the file as UTF-8"],
        ),
        (EDGES, {"e": (E + "1,2\n").encode("utf-16-le")}, ["not text: byte 2 is 0"]),
        (EDGES, {"e": b"\xff\xfe1"}, ["is not UTF-16"]),
        (EDGES, {"e": E + ",2\n1,\n"}, ["no row in which no id is empty"]),
        (EDGES, {"e": E + "1,1\n2,2\n"}, ["no tie between two different people"]),
        (
            replace(EDGES, relation_column="kind", relations=("friend",)),
            {"e": "source,target,kind\n1,2,friends\n1,2,\n"},
            ["no relation 'friend'; it has 'friends'; did you mean 'friends'?"],
        ),
        (PEOPLE, {"e": E + "1,2\n", "a": A + "x,x,1\n"}, ["no id of e.csv occurs in a.csv", "'1'"]),
        (PEOPLE, {"e": E + "1,2\n", "a": A + "1,,1\n2,,2\n"}, ["a.csv: column 'firm' is empty"]),
        (
            PEOPLE,
            {"e": E + "1,2\n", "a": A + "1,x,\n2,x,old\n"},
            ["a.csv: data row 2 has 'old' in 'years', which must be a number"],
        ),
        (
            replace(EDGES, memberships="m.csv"),
            {"e": E + "1,2\n", "m": M + "x,a,1\n"},
            ["no id of m.csv occurs in e.csv"],
        ),
        (GROUPS, {"m": M + "1,9,1\n", "g": G}, ["no id of m.csv occurs in g.csv", "'9' and 'a'"]),
        (
            GROUPS,
            {"m": M + "1,a,1\n2,a,-1\n3,a,x\n", "g": G},
            ["data row 2 has '-1'", ">= 0", "2 such"],
        ),
        (GROUPS, {"m": M + "1,a,nan\n", "g": G}, ["'nan' in 'n'"]),
        (GROUPS, {"m": M + '1,a,"1,5"\n', "g": G}, ["'1,5' in 'n'"]),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, files: Files, contents: dict[str, str | bytes], parts: list[str]
) -> None:
    message = refusal(files, write(tmp_path, **contents))
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("ties.csv", ["no file 'ties.csv'", "did you mean 'Ties1.csv'?"]),
        ("q.csv", ["no file 'q.csv'", "there are 'Ties1.csv'"]),
        ("nowhere/q.csv", ["no file 'nowhere/q.csv'", "there are 'Ties1.csv'"]),
        ("sub/deep2.csv", ["did you mean 'sub/deep.csv'?"]),
        ("folder.csv", ["'folder.csv' is a directory"]),
        ("../e.csv", ["leads out of the data directory"]),
        ("sub/../../e.csv", ["leads out of the data directory"]),
        ("/etc/e.csv", ["leads out of the data directory"]),
        ("link.csv", ["is a link that leads out"]),
        ("loop.csv", ["cannot be opened"]),
        ("a\0.csv", ["cannot be opened"]),
        ("x" * 3000 + ".csv", ["cannot be opened"]),
        ("e.csv.gz", ["is compressed; unpack it"]),
        ("e.xlsx", ["no known kind", ".csv, .tsv, .txt", ".parquet"]),
        ("pipe.csv", ["not a regular file"]),
    ],
)
def test_names_that_lead_nowhere_or_out_are_refused(
    tmp_path: Path, name: str, parts: list[str]
) -> None:
    data = tmp_path / "data"
    (data / "folder.csv").mkdir(parents=True)
    (data / "sub").mkdir()
    (data / "Ties1.csv").write_text("source,target\n1,2\n")
    (data / "sub" / "deep.csv").write_text("source,target\n1,2\n")
    (tmp_path / "e.csv").write_text("source,target\n1,2\n")
    (data / "link.csv").symlink_to(tmp_path / "e.csv")
    (data / "loop.csv").symlink_to(data / "loop.csv")
    os.mkfifo(data / "pipe.csv")
    message = refusal(Files(edges=name), data)
    assert [part for part in parts if part not in message] == [], message


def test_links_within_the_directory_are_followed(tmp_path: Path) -> None:
    write(tmp_path, real=E + "1,2\n")
    (tmp_path / "e.csv").symlink_to("real.csv")
    assert load(EDGES, tmp_path).members == 2


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    assert "there is no data directory" in refusal(EDGES, tmp_path / "nowhere")


def test_a_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, e=E + "1,2\n")

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(EDGES, tmp_path) == "e.csv cannot be read: Permission denied"


def test_files_beyond_bounds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, e=E + "1,2\n" * 4)
    pl.DataFrame({"source": range(4), "target": range(4)}).write_parquet(tmp_path / "e.parquet")
    monkeypatch.setattr(refusals, "MOST_ROWS", 3)
    assert "4 rows, 3 are allowed" in refusal(EDGES, tmp_path)
    assert "4 rows, 3 are allowed" in refusal(Files(edges="e.parquet"), tmp_path)
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    assert "more than the 10 bytes allowed" in refusal(EDGES, tmp_path)


def test_unfit_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    files = Files(edges="e.parquet")
    pl.DataFrame({"source": [[1], [2]], "target": [1, 2]}).write_parquet(path)
    assert "column 'source' holds List values" in refusal(files, tmp_path)
    assert "no column 'sources'" in refusal(replace(files, source_column="sources"), tmp_path)
    assert "no_header" in refusal(replace(files, no_header=("edges",)), tmp_path)
    pl.DataFrame({"source": [], "target": []}).write_parquet(path)
    assert "no rows" in refusal(files, tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert "not a Parquet file, or only a part" in refusal(files, tmp_path)


# --- for any input --------------------------------------------------------------------------------


def usable_or_refused(files: Files, folder: Path) -> None:
    """Load what can be loaded; nothing but a refusal may be raised."""
    try:
        load(files, folder)
    except UsageError as error:
        assert "\n" not in str(error)


@given(st.one_of(st.binary(max_size=60), st.text("12ab\"',;\t\n\r #é", max_size=60)), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_text_file_does_anything_else(content: str | bytes, headed: bool) -> None:
    data = content.encode() if isinstance(content, str) else content
    files = Files(
        edges="e.csv", source_column="column_1", target_column="column_2", no_header=("edges",)
    )
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), e=b"source,target\n" + data if headed else data)
        usable_or_refused(EDGES if headed else files, Path(folder))


def test_no_damaged_parquet_does_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "e.parquet"
    pl.DataFrame({"source": ["a", "b", None], "target": [1, 2, 3]}).write_parquet(path)
    sound = path.read_bytes()
    chance = random.Random(20140129)
    for _ in range(100):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(4, len(sound) - 4)] = chance.randrange(256)
        path.write_bytes(damaged)
        usable_or_refused(Files(edges="e.parquet"), tmp_path)


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=6).filter(
    lambda text: text == text.strip()
)
NUMBERS = st.integers(-(10**20), 10**20).map(str)
PERSONS, CIRCLES = range(8), range(4)


def renaming(kept: range) -> st.SearchStrategy[list[str]]:
    """Draw a distinct id for each person or circle: names, numbers, uuids or a mixture."""
    size = {"min_size": len(kept), "max_size": len(kept), "unique": True}
    kinds = (NAMES, NUMBERS, st.uuids().map(str), st.one_of(NAMES, NUMBERS))
    return st.one_of(*(st.lists(kind, **size) for kind in kinds))  # type: ignore[arg-type]


def write_rows(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[object]], separator: str
) -> None:
    """Write a table as other programs do."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=separator).writerows([header, *rows])


@given(
    st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(PERSONS)), max_size=12),
    st.lists(
        st.tuples(st.sampled_from(PERSONS), st.sampled_from(CIRCLES), st.integers(0, 9)),
        max_size=12,
    ),
    st.lists(st.sampled_from(["Acme", "Böhm", "5"]), min_size=8, max_size=8),
    renaming(PERSONS),
    renaming(CIRCLES),
    st.sampled_from(",;\t"),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_neither_names_nor_the_order_of_rows_matter(
    ties: list[tuple[int, int]],
    joined: list[tuple[int, int, int]],
    firms: list[str],
    person: list[str],
    circle: list[str],
    separator: str,
    chance: random.Random,
) -> None:
    ties = [*ties, (0, 1)]
    joined = [*joined, (0, 0, 1)]
    expected_joined: dict[tuple[str, str], float] = {}
    for member, group, activity in joined:
        key = (person[member], circle[group])
        expected_joined[key] = max(expected_joined.get(key, 0.0), activity)
    files = replace(
        EDGES, memberships="m.csv", activity_column="n", attributes="a.csv", employer_column="firm"
    )
    edge_rows = [(person[a], person[b]) for a, b in ties]
    joined_rows = [(person[a], circle[g], n) for a, g, n in joined]
    attribute_rows = [(person[a], firms[a]) for a in PERSONS]
    seen = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_rows(folder / "e.csv", ["source", "target"], edge_rows, separator)
            write_rows(folder / "m.csv", ["member", "group", "n"], joined_rows, separator)
            write_rows(folder / "a.csv", ["id", "firm"], attribute_rows, separator)
            seen.append(load(files, folder))
        for rows in (edge_rows, joined_rows, attribute_rows):
            chance.shuffle(rows)
    first, shuffled = seen
    assert set(first.ids) == set(person)
    assert set(first.group_ids) == {group for _, group in expected_joined}
    assert {frozenset(pair) for pair in pairs(first)} == {
        frozenset((person[a], person[b])) for a, b in ties if a != b
    }
    assert memberships(first) == expected_joined
    assert context(first, "employer") == dict(zip(person, firms, strict=True))
    assert shuffled.ids == first.ids
    assert pairs(shuffled) == pairs(first)
    assert list(memberships(shuffled).items()) == list(memberships(first).items())
    assert context(shuffled, "employer") == context(first, "employer")
    assert shuffled.repairs == first.repairs
