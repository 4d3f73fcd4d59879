"""The claims that a study tests, in its report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.patches import Rectangle

from sim.errors import WorkError
from sim.report import write_html
from sim.report.build import build
from sim.report.document import Cell, Chart, Charts, Section, Table
from sim.report.intervals import Row, intervals
from sim.report.markdown import to_markdown
from sim.report.style import standalone_svg

from .conftest import SMALL
from .fake_results import write
from .fake_study import PRIMARY
from .reading import Page
from .test_page import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.document import Report

FIRST = {
    "claim": "S8",
    "says": "groups reach more decision-makers",
    "metric": PRIMARY,
    "arm": "group_driven",
    "than": "known_only",
    "is": "more",
    "by": 1.0,
}
TESTS = [
    FIRST,
    FIRST | {"says": "when all do it, too", "switch": "everyone", "by": 3.0},
    FIRST | {"claim": "S2", "metric": "reach_1", "arm": "dormant", "than": 205, "is": "same"},
    FIRST | {"claim": "S18", "metric": "dormant_share", "by": 0.0, "assumed": "ties.bridge"},
    FIRST | {"claim": "S20", "metric": "hours/nothing"},
]


def made(root: Path, tests: list[dict[str, Any]], **changed: Any) -> Path:
    return write(root, replace(SMALL, seeds=6, extra={"tests": tests}, **changed))


def section(report: Report) -> Section:
    return next(each for each in report.sections if each.name == "claims")


def cells(report: Report) -> list[list[Cell]]:
    (table,) = (block for block in section(report).blocks if isinstance(block, Table))
    return [list(row) for row in table.rows]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("claims"), TESTS)


@pytest.fixture(scope="module")
def report(directory: Path) -> Report:
    return build(directory)


def test_they_stand_right_after_the_verdict_where_there_are_any(
    report: Report, reported: Path
) -> None:
    names = tuple(each.name for each in report.sections)
    assert names == ("verdict", "claims", *SECTIONS[1:])
    # A manifest written before tests were declared has none.
    assert tuple(each.name for each in build(reported).sections) == SECTIONS


def test_every_test_has_its_verdict_in_words_and_tone(report: Report) -> None:
    rows = cells(report)
    assert [(row[2].text, row[2].tone) for row in rows] == [
        ("Supported", "ahead"),
        ("Refuted: too little to matter", "behind"),
        ("Inconclusive", "quiet"),
        ("Assumed (imposed by ties.bridge)", ""),
        ("Not run: the metric was not measured", "mark"),
    ]
    assert rows[0][0].text == "S8: one must network with people never met"
    assert [row[0].tone for row in rows] == ["", "again", "", "", ""]
    assert rows[0][4].text == (
        "Target decision-makers within two steps: group driven against known only, if one person "
        "switches, week 24, 6 worlds. Claimed: more by at least 1"
    )
    assert "dormant against 205" in rows[2][4].text
    assert rows[4][3].text == "–"


def test_numbers_agree_with_the_pictures(report: Report) -> None:
    (charts,) = (block for block in section(report).blocks if isinstance(block, Charts))
    assert [chart.heading for chart in charts.charts] == [
        "Target decision-makers within two steps",
        "Direct contacts",
        "Share of ties gone dormant",
    ]
    for row in cells(report)[:4]:
        assert sum(f"{row[3].text}, " in chart.told for chart in charts.charts) == 1


def test_many_tests_are_warned_of_and_no_p_value_is_told(report: Report) -> None:
    text = to_markdown(replace(report, sections=[section(report)])).replace("\\", "")
    assert "4 tests, each with an interval that holds 95 % by itself" in text
    assert "--level" not in text
    assert "which is no evidence" in text
    assert text.count("not found by it") == 2
    assert "not found by it, of S8: that most fellow members of a group are near enough" in text
    assert "not found by it, of S18: how little the feed wakes (wasteland.feed, " in text
    assert " p " not in text
    assert "](figures/claims-0.svg)" in text


def test_a_page_shows_them(directory: Path) -> None:
    source = write_html(directory).read_text(encoding="utf-8")
    page = Page(source)
    assert {"href": "#claims"} in page.all("a")
    assert "Refuted: too little to matter" in page.text
    assert source.count('id="claims-0-title"') == 1


@pytest.mark.parametrize("seeds", [1, 2])
def test_few_worlds_decide_nothing_or_are_drawn(tmp_path: Path, seeds: int) -> None:
    report = build(write(tmp_path, replace(SMALL, seeds=seeds, extra={"tests": TESTS[:1]})))
    assert bool([each for each in report.charts if each.name == "claims-0"]) == (seeds > 1)
    if seeds == 1:
        assert cells(report)[0][2].text == "Inconclusive: one world gives no interval"


def test_without_a_finished_run_nothing_was_tested(tmp_path: Path) -> None:
    failed = tuple((arm, seed) for arm in SMALL.arms for seed in range(6))
    report = build(made(tmp_path, TESTS, failed=failed))
    assert {row[2].text for row in cells(report)} == {"Not run: no run has finished"}


def test_hostile_words_are_words(tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script>\x1b[31m$x_1$'
    tests = [FIRST | {"claim": hostile, "says": hostile, "assumed": hostile}]
    tests += [FIRST | {"than": hostile}, FIRST | {"metric": hostile}]
    source = write_html(made(tmp_path, tests)).read_text(encoding="utf-8")
    assert Page(source).all("script") == []
    assert "<script>alert(1)</script>" in Page(source).text
    assert "\x1b" not in source


def test_a_damaged_test_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WorkError, match=r"damaged \(S8\)"):
        build(made(tmp_path, [FIRST | {"is": "best"}]))


ROW = Row("S8", "more", 1.0, 3.0, 2.0, 4.0, "supported")


@pytest.mark.parametrize(
    ("relation", "start", "end"),
    [("more", 1.0, None), ("less", None, -1.0), ("same", -1.0, 1.0)],
)
def test_the_grey_region_is_where_the_claim_would_hold(
    relation: str, start: float | None, end: float | None
) -> None:
    (axes,) = intervals([replace(ROW, relation=relation)], "members").axes
    left, right = axes.get_xlim()
    assert left < 0 < 4 < right
    assert left < (start or end or 0) < right
    (grey,) = (patch for patch in axes.patches if isinstance(patch, Rectangle))
    assert grey.get_x() == pytest.approx(left if start is None else start)
    assert grey.get_x() + grey.get_width() == pytest.approx(right if end is None else end)


def test_verdicts_differ_by_word_mark_and_colour() -> None:
    words = ("supported", "refuted", "assumed", "inconclusive")
    (axes,) = intervals([replace(ROW, verdict=word) for word in words], "members").axes
    marks = [line for line in axes.lines if line.get_marker() not in ("None", None, "")]
    assert len({line.get_marker() for line in marks}) == len(words)
    assert len({line.get_color() for line in marks}) == len(words)
    assert set(words) <= {text.get_text() for text in axes.texts}


def test_intervals_that_are_points_at_zero_are_drawn() -> None:
    row = replace(ROW, relation="same", by=0.0, difference=0.0, low=0.0, high=0.0)
    figure = intervals([row], "members")
    chart = Chart("one", figure, "title", "told")
    assert standalone_svg(chart.figure).startswith("<svg")
