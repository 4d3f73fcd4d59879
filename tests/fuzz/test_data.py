"""Whatever a data file holds, it is people, groups and ties, or it is refused in words."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.inputs import Data
from sim.world.load import RealInput, load

from .inputs import damaged, ends_well, everything_in, inputs, steps

if TYPE_CHECKING:
    from pathlib import Path

_MEMBERS = pl.DataFrame(
    {
        "member": [f"p{row % 30}" for row in range(60)],
        "group": [row % 7 for row in range(60)],
        "rsvps": [float(row) for row in range(60)],
    }
)
_EDGES = pl.DataFrame({"source": range(40), "target": [(row * 7 + 1) % 41 for row in range(40)]})
_PEOPLE = pl.DataFrame(
    {
        "member": range(41),
        "field": ["law", "health", None, "law,\n old"] * 10 + [""],
        "level": [1.5, 2.0, None] * 13 + [3.0, 4.0],
    }
)


def _parquet(frame: pl.DataFrame, **options: Any) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content, **options)
    return content.getvalue()


CASES: list[tuple[dict[str, Any], str, bytes]] = [
    (
        {"memberships": "file.csv", "activity_column": "rsvps"},
        "file.csv",
        _MEMBERS.write_csv().encode(),
    ),
    (
        {"edges": "file.txt", "no_header": ("edges",), "source_column": "column_1",
         "target_column": "column_2"},
        "file.txt",
        _EDGES.write_csv(separator=" ", include_header=False).encode(),
    ),
    ({"edges": "file.tsv"}, "file.tsv", _EDGES.write_csv(separator="\t").encode("utf-16")),
    (
        {"attributes": "file.csv", "field_column": "field", "seniority_column": "level"},
        "file.csv",
        _PEOPLE.write_csv(quote_style="always").encode(),
    ),
    (
        {"attributes": "file.parquet", "field_column": "field", "seniority_column": "level"},
        "file.parquet",
        _parquet(_PEOPLE),
    ),
    ({"edges": "file.parquet"}, "file.parquet", _parquet(_EDGES, compression="uncompressed")),
]  # fmt: skip

_name = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        ["../secret.csv", "/etc/passwd", "link.csv", "folder", "folder/../../secret.csv", "CON.csv",
         "a\0.csv", "\udc80.csv", "x" * 200 + ".csv", "loop.csv", "file.zip", ".csv", "pipe.csv"]
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    (root / "secret.csv").write_text("member,group\nspy,1\n")
    directory = root / "data"
    (directory / "folder").mkdir(parents=True)
    (directory / "link.csv").symlink_to("../secret.csv")
    (directory / "loop.csv").symlink_to("loop.csv")
    os.mkfifo(directory / "pipe.csv")
    return directory


def check_input(real: RealInput) -> None:
    """What was read can be used: every row is that of a person or group there is."""
    assert len(real.ids) == real.members > 0
    for rows, most in (
        (real.membership_member, real.members),
        (real.membership_group, len(real.group_ids)),
        (real.edge_a, real.members),
        (real.edge_b, real.members),
    ):
        if rows is not None and len(rows):
            assert 0 <= rows.min() <= rows.max() < most
    if real.membership_activity is not None:
        assert np.isfinite(real.membership_activity).all()
        assert (real.membership_activity >= 0).all()


def damaged_files(place: Path, number: int) -> None:
    @inputs(number)
    @given(st.sampled_from(CASES), steps)
    def check(case: tuple[dict[str, Any], str, bytes], done: Any) -> None:
        given_, name, content = case
        path = place / name
        path.write_bytes(damaged(content, done))
        ends_well(lambda: check_input(load(Data(**given_), place)))
        path.unlink()

    check()


def strange_names(place: Path, number: int) -> None:
    before = everything_in(place.parent)

    @inputs(number)
    @given(_name, st.sampled_from(["member", "a\x1b", "=1", "\u202e"]))
    def check(name: str, column: str) -> None:
        files = Data.model_construct(
            **{**Data(edges="none.csv").model_dump(), "edges": None, "memberships": name,
               "member_column": column}
        )  # fmt: skip
        assert ends_well(lambda: load(files, place))

    check()
    assert everything_in(place.parent) == before


def test_some_data(place: Path) -> None:
    damaged_files(place, 60)
    strange_names(place, 30)


@pytest.mark.slow
def test_much_data(place: Path) -> None:
    damaged_files(place, 2_700)
    strange_names(place, 300)
