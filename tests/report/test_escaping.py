"""Whatever is in the tables, it is shown and does nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from sim.report import write_html, write_markdown

from .conftest import SMALL
from .fake_results import write
from .reading import Page

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = """"'><script>alert(1)</script></style></svg></title><img src=x onerror=alert(2)>&lt;"""
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    arms = ("known_only", "<b>bold</b>$x_1$`a`|", "dormant")
    study = replace(
        SMALL,
        arms=arms,
        questions=("one",),
        seeds=3,
        question=f"Which? {HOSTILE}{RIGHT_TO_LEFT}",
        hostile=HOSTILE,
        failed=(("dormant", 2),),
    )
    directory = write(tmp_path_factory.mktemp("hostile"), study)
    write_html(directory)
    write_markdown(directory)
    return directory


def test_hostile_text_is_text(directory: Path) -> None:
    source = (directory / "report.html").read_text(encoding="utf-8")
    page = Page(source)
    assert page.all("script") == page.all("img") == page.all("b") == []
    assert not any(name.startswith("on") for _, each in page.elements for name in each)
    assert source.count("</style>") == 1
    assert source.count("</svg>") == len(page.all("svg"))
    # In the title, the question, metrics, parameters, data files, repairs, command, failed runs.
    assert page.text.count("<script>alert(1)</script>") > 50
    assert "&lt;" in page.text
    assert RIGHT_TO_LEFT not in source


def test_hostile_text_is_text_in_markdown_too(directory: Path) -> None:
    text = (directory / "report.md").read_text(encoding="utf-8")
    outside, fence = [], ""
    for line in text.splitlines():
        if line.startswith("```"):
            fence = "" if fence else line
        elif not fence:
            outside.append(line)
    assert "\\<script\\>" in text
    assert not any("<script" in line.replace("\\<", "") for line in outside)
    assert not any("<b>" in line.replace("\\<", "") for line in outside)
    for line in (line for line in outside if line.startswith("| ")):
        unescaped = line.replace("\\\\", "").replace("\\|", "")
        assert unescaped.startswith("| ")
        assert unescaped.endswith(" |")


def test_pictures_of_hostile_names_are_well_formed(directory: Path) -> None:
    pictures = sorted((directory / "figures").glob("*.svg"))
    assert pictures
    for picture in pictures:
        root = ET.fromstring(picture.read_text(encoding="utf-8"))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not any(element.tag.endswith(("}script", "}b")) for element in root.iter())


STRUCTURE = {"better", "is", "cohort", "switch"}
"""What is compared with known words, and not shown as it stands."""
TABLES = ("metrics", "arms", "strategies", "packages", "data", "machine", "timings")
"""Tables of a manifest whose keys are names that a stranger may choose."""
COLUMNS = ("arm", "metric", "point", "event", "field", "origin")


def hostile(value: Any) -> Any:
    """Return a value of a manifest in which every text is hostile."""
    match value:
        case str():
            return value + HOSTILE
        case list():
            return [hostile(each) for each in value]
        case dict():
            return {key: each if key in STRUCTURE else hostile(each) for key, each in value.items()}
        case _:
            return value


@pytest.fixture(scope="module")
def all_hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    test = {"claim": "S1", "says": "more", "metric": "reach_2", "arm": "a", "than": "b"}
    study = replace(
        SMALL,
        questions=("one",),
        seeds=2,
        mechanisms=True,
        failed=(("dormant", 1),),
        extra={
            "tests": [{**test, "is": "more"}],
            "strategies": {"known_only": "invites people"},
            "python": "3",
        },
    )
    directory = write(tmp_path_factory.mktemp("all"), study)
    path = directory / "manifest.json"
    manifest = hostile(json.loads(path.read_text()))
    for name in TABLES:
        manifest[name] = {key + HOSTILE: each for key, each in manifest[name].items()}
    path.write_text(json.dumps(manifest))
    for table in directory.glob("*.parquet"):
        frame = pl.read_parquet(table)
        names = [pl.col(name) + HOSTILE for name in COLUMNS if name in frame.columns]
        frame.with_columns(names).write_parquet(table)
    runs = pl.read_csv(directory / "runs.csv")
    runs.with_columns(pl.col("arm", "run", "error") + HOSTILE).write_csv(directory / "runs.csv")
    write_html(directory)
    write_markdown(directory)
    return directory


def test_no_field_of_manifest_or_tables_does_anything(all_hostile: Path) -> None:
    source = (all_hostile / "report.html").read_text(encoding="utf-8")
    page = Page(source)
    assert page.all("script") == page.all("img") == []
    assert not any(name.startswith("on") for _, each in page.elements for name in each)
    assert source.count("</style>") == 1
    assert source.count("</svg>") == len(page.all("svg"))
    assert page.text.count("<script>alert(1)</script>") > 200
    for picture in sorted((all_hostile / "figures").glob("*.svg")):
        root = ET.fromstring(picture.read_text(encoding="utf-8"))
        assert not any(element.tag.endswith(("}script", "}img")) for element in root.iter())
