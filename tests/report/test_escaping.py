"""Whatever is in the tables, it is shown and does nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

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
