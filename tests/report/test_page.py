"""The page is one file: valid references, no script, no address of anything else."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sim.report import render_html

from .reading import Page

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = (
    "verdict", "compared", "table", "trajectories", "overtaking", "funnel", "hours", "survival",
    "ego", "worlds", "limits", "assumptions", "provenance",
)  # fmt: skip
LARGEST = 3_000_000
"""Bytes."""


def test_every_section_is_there_in_order(page: str) -> None:
    assert tuple(section["id"] for section in Page(page).all("section")) == SECTIONS


def test_the_same_tables_give_the_same_bytes(reported: Path, page: str) -> None:
    assert render_html(reported) == page


def test_ids_are_unique_and_references_lead_somewhere(page: str) -> None:
    elements = Page(page).elements
    ids = Counter(attributes["id"] for _, attributes in elements if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    pointed = set(re.findall(r"url\(#([^)]+)\)", page))
    for _, attributes in elements:
        pointed |= set(attributes.get("aria-labelledby", "").split())
        href = attributes.get("href", "")
        if href.startswith("#"):
            pointed.add(href[1:])
    assert pointed
    assert pointed <= set(ids)


def test_nothing_is_loaded_and_nothing_runs(page: str) -> None:
    read = Page(page)
    policy = [meta["content"] for meta in read.all("meta") if "http-equiv" in meta]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    for tag in ("script", "iframe", "object", "embed", "img", "form"):
        assert read.all(tag) == []
    for _, attributes in read.elements:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith(("#", "data:,"))
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_every_picture_has_a_name_and_a_description_with_numbers(page: str) -> None:
    pictures = re.findall(r"<svg\b.*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) >= 12
    for picture in pictures:
        head = Page(picture).elements[0][1]
        assert head["role"] == "img"
        named = re.findall(r'<(title|desc) id="([^"]+)">([^<]+)<', picture)
        assert [tag for tag, _, _ in named] == ["title", "desc"]
        assert head["aria-labelledby"].split() == [name for _, name, _ in named]
        assert re.search(r"\d", named[1][2])


def test_pictures_follow_the_colours_of_the_page(page: str) -> None:
    styles = " ".join(attributes.get("style", "") for _, attributes in Page(page).elements)
    assert "var(--arm-0)" in styles
    assert re.findall(r"#[0-9a-f]{6}", styles) == []


def test_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < LARGEST


def test_words_meet_guidelines_of_contrast(page: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 between text and what is behind it."""
    light = dict(re.findall(r"--(\w+): (#\w{6})", page.split("@media (prefers-color-scheme")[0]))
    rest = page.split("@media (prefers-color-scheme")[1].split("* {")[0]
    dark = dict(re.findall(r"--(\w+): (#\w{6})", rest))
    for colours in (light, dark):
        for words in ("ink", "muted", "link", "good", "bad"):
            for behind in ("paper", "page"):
                assert contrast(colours[words], colours[behind]) >= 4.5, (words, behind)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_of_black_on_white_is_the_published_21_to_1() -> None:
    assert round(contrast("#000000", "#ffffff"), 6) == 21
