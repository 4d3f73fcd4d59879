"""Whatever stands in files, a terminal is not commanded by it, and data stays data."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest
from batch.pretend import PretendDesign, study

from cli.studies import SMALL, netgrow
from sim.batch.study import conduct
from sim.errors import plain
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path

# Clear the screen by two of its codes; turn the reading direction; a tag without a picture.
SIGNS = "\x1b[2J\x9b2J\x07\u202e\U000e0041"


def is_inert(text: str) -> bool:
    return all(sign.isprintable() or sign in "\n\t" for sign in text)


def test_what_cannot_be_seen_is_escaped() -> None:
    assert plain(f"a\tb\n{SIGNS}ä") == ("a\tb\n\\u001b[2J\\u009b2J\\u0007\\u202e\\udb40\\udc41ä")
    assert plain("\udc80") == "\\udc80"
    assert json.loads(plain(json.dumps([SIGNS], ensure_ascii=False))) == [SIGNS]


def test_a_scenario_is_shown_inert_and_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    question = json.dumps(f"Who? {SIGNS}")
    path.write_text(
        SMALL.replace('"Do groups help?"', '"Who? \\u001b[2J\\u009b2J\\u0007\\u202e\\U000e0041"')
    )
    assert load_scenario(path).question == json.loads(question)
    told = netgrow("show", path).stdout
    assert is_inert(told)
    assert tomllib.loads(told)["question"] == f"Who? {SIGNS}"
    ended = netgrow("run", path, "--dry-run", "-o", tmp_path / "results")
    assert is_inert(ended.output)
    assert "Who? \\u001b" in ended.stdout


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in whose manifest every text commands a terminal."""
    directory = tmp_path_factory.mktemp("signs") / "results"
    conduct(study(PretendDesign(question=f"Which? {SIGNS}")), directory)
    path = directory / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["command"] = f"rm {SIGNS}"
    manifest["metrics"]["reach_2"] = {
        "title": f"Reach{SIGNS}", "unit": f"members{SIGNS}", "better": "higher",
    }  # fmt: skip
    path.write_text(json.dumps(manifest))
    return directory


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_results_are_compared_inertly(results: Path, form: str) -> None:
    ended = netgrow("compare", results, "--format", form, "--all")
    assert ended.exit_code == 0
    assert is_inert(ended.output)
    if form == "json":
        assert json.loads(ended.stdout)["metrics"]["reach_2"]["title"] == f"Reach{SIGNS}"


def test_errors_are_told_inertly(results: Path, tmp_path: Path) -> None:
    for words in (
        ("check", tmp_path / f"none{SIGNS}.toml"),
        ("compare", tmp_path / f"none{SIGNS}"),
        ("run", tmp_path / "none.toml", "--set", f"{SIGNS}=1"),
        ("compare", results, "--baseline", SIGNS),
        ("list", SIGNS),
    ):
        ended = netgrow(*words)
        assert ended.exit_code == 2
        assert is_inert(ended.output)
