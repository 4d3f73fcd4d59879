"""Whatever a directory of results holds, it is read or refused in words."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from batch.pretend import PretendDesign, study
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import compare, load, to_csv, to_json
from sim.batch.study import conduct
from sim.errors import NetgrowError
from sim.report import render_html
from sim.results import read_manifest, read_table
from sim.results.layout import FAILURES, MANIFEST, PARTS, PLANS, RUNS, TABLES
from sim.results.status import status_of

from .inputs import JUNK, damaged, ends_well, everything_in, inputs, steps

if TYPE_CHECKING:
    from pathlib import Path

READABLE = ("series", "events", "ego_nodes", "ego_ties", "outcomes", "runs")

_value = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from([junk.decode("utf-8", "replace") for junk in JUNK]),
        st.sampled_from(["a", "b", "reach_2", "one", "base", "focal", "known_only", "higher"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(["a", "b", "reach_2", "claim", "name", "key", "title", "values"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good directory of results."""
    directory = tmp_path_factory.mktemp("good") / "results"
    conduct(study(PretendDesign(seeds=2, weeks=4)), directory)
    return directory


def read_all(directory: Path) -> None:
    """Read everything as every command that reads does; raise the first refusal at the end."""
    refusals = []
    for name in READABLE:
        try:
            read_table(directory, name)
        except NetgrowError as error:
            refusals.append(error)
    try:
        status_of(directory)
    except NetgrowError as error:
        refusals.append(error)
    results = load([directory])
    found = compare(results)
    json.loads(to_json(found))
    to_csv(found)
    if refusals:
        raise refusals[0]


def without_digests(directory: Path) -> None:
    """Let damage get past the digests, as somebody would who means harm."""
    path = directory / MANIFEST
    manifest = json.loads(path.read_text())
    manifest.pop("tables", None)
    path.write_text(json.dumps(manifest))


def damaged_files(whole: Path, place: Path, number: int) -> None:
    names = [
        str(path.relative_to(whole))
        for path in sorted(whole.rglob("*"))
        if path.is_file() and path.stat().st_size
    ]
    first = place / "first"
    shutil.copytree(whole, first)
    without_digests(first)

    @inputs(number)
    @given(st.sampled_from(names), steps, st.booleans())
    def check(name: str, done: Any, goes_on: bool) -> None:
        directory = place / "tried"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(first, directory)
        path = directory / name
        path.write_bytes(damaged(path.read_bytes(), done))
        others = everything_in(place / "first")
        ends_well(lambda: read_all(directory))
        if goes_on:
            ends_well(lambda: conduct(study(PretendDesign(seeds=2, weeks=4)), directory))
        assert everything_in(place / "first") == others
        assert {path.name for path in place.iterdir()} == {"first", "tried"}

    check()


def junk_manifests(whole: Path, place: Path, number: int) -> None:
    directory = place / "junk"
    shutil.copytree(whole, directory)
    path = directory / MANIFEST
    good = json.loads(path.read_text())

    @inputs(number)
    @given(
        st.dictionaries(st.sampled_from([*good, "points", "sweep"]), _value, max_size=3),
        st.integers(0, 19),
    )
    def check(changes: dict[str, Any], chance: int) -> None:
        path.write_text(json.dumps(good | changes), encoding="utf-8")
        ends_well(lambda: read_manifest(directory))
        ends_well(lambda: read_all(directory))
        if chance == 0:
            # It draws pictures, so it is slow.
            ends_well(lambda: render_html(directory))

    check()
    shutil.rmtree(directory)


def forged_records(whole: Path, place: Path, number: int) -> None:
    """Indexes of parts, earlier plans and failures whose names say that they are ours."""
    first = place / "forged"
    shutil.copytree(whole, first)
    without_digests(first)
    run = min(path.stem for path in (first / RUNS).iterdir())
    (first / RUNS / f"{run}.zip").unlink()
    size = {name: {"bytes": 0, "sha256": "x"} for name in TABLES}
    good: dict[str, dict[str, Any]] = {
        PARTS: {"schema": 2, "tables": size, "runs": [["one/a/base/s0001", "a" * 64, 1.0]]},
        PLANS: {"scenario": "weeks = 4", "settings": ["aaaaaaaaaaaa a base"], "arms": {"a": {}}},
        FAILURES: {"run": run, "settings": "a", "seconds": 1.0, "error": "x", "passing": False},
    }
    for name in ("engine", "commit", "scenario_hash", "data", "strategy_sources", "points"):
        good[PLANS][name] = None
    names = st.sampled_from([*good[PARTS], *good[PLANS], *good[FAILURES]])
    deep = st.integers(1, 200_000).map(lambda depth: b"[" * depth + b"]" * depth)

    @inputs(number)
    @given(
        st.sampled_from(sorted(good)),
        st.dictionaries(names, _value, max_size=3),
        st.none() | deep | st.sampled_from(JUNK),
    )
    def check(folder: str, changes: dict[str, Any], instead: bytes | None) -> None:
        directory = place / "tried"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(first, directory)
        content = json.dumps(good[folder] | changes).encode() if instead is None else instead
        digest = hashlib.sha256(content).hexdigest()
        if folder == PARTS:
            part = directory / PARTS / digest[:16]
            part.mkdir(parents=True)
            (part / "index.json").write_bytes(content)
            for name in TABLES:
                (part / f"{name}.parquet").write_bytes(b"")
        elif folder == PLANS:
            (directory / PLANS).mkdir(exist_ok=True)
            (directory / PLANS / f"{digest[:12]}.json").write_bytes(content)
        else:
            (directory / FAILURES).mkdir(exist_ok=True)
            (directory / FAILURES / f"{run}.txt").write_bytes(b"# netgrow: " + content)
        ends_well(lambda: status_of(directory))
        ends_well(lambda: conduct(study(PretendDesign(seeds=2, weeks=4)), directory))

    check()
    shutil.rmtree(first)


def test_some_results(whole: Path, tmp_path: Path) -> None:
    forged_records(whole, tmp_path, 60)
    shutil.rmtree(tmp_path / "tried")
    damaged_files(whole, tmp_path, 40)
    shutil.rmtree(tmp_path / "first")
    junk_manifests(whole, tmp_path, 40)


@pytest.mark.slow
def test_many_results(whole: Path, tmp_path: Path) -> None:
    forged_records(whole, tmp_path, 1_000)
    shutil.rmtree(tmp_path / "tried")
    damaged_files(whole, tmp_path, 1_200)
    shutil.rmtree(tmp_path / "first")
    junk_manifests(whole, tmp_path, 800)
