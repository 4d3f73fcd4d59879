"""What is not there is said plainly."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.errors import UsageError, WorkError
from sim.report import write_html, write_markdown
from sim.report.build import build
from sim.report.markdown import to_markdown

from .conftest import SMALL
from .fake_results import write
from .test_page import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path


# One question and two arms: half the pictures, which is what a report takes its time for. Most
# tests here read the words alone, before any picture becomes SVG.
TINY = replace(SMALL, arms=("known_only", "dormant"), questions=("one",), seeds=3, weeks=24)


def text_of(directory: Path) -> str:
    report = build(directory)
    assert tuple(section.name for section in report.sections) == SECTIONS
    return to_markdown(report).replace("\\", "")


def made(root: Path, **changed: Any) -> Path:
    return write(root, replace(TINY, **changed))


def test_one_world_gives_numbers_but_no_verdict(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, seeds=1))
    assert "Too few worlds for a verdict" in text
    assert "no interval can be given" in text


def test_one_arm_is_shown_but_not_compared(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, arms=("known_only",)))
    assert "There is nothing to compare yet" in text
    assert "one arm only" in text
    assert "Hours per member" in text


def test_no_finished_run_is_said_with_the_reason(tmp_path: Path) -> None:
    failed = tuple((arm, 0) for arm in TINY.arms)
    text = text_of(made(tmp_path, seeds=1, failed=failed))
    assert "There is nothing to compare yet" in text
    assert "MemoryError: out of memory" in text


def test_failed_runs_are_counted(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, failed=(("dormant", 2),)))
    assert "1 of 6 runs have no result" in text
    assert "1 failed run" in text
    assert 'Of the 6 runs in "known-vs-groups", 1 failed and is left out.' in text
    assert "no finished run" not in text


def test_an_arm_that_failed_everywhere_is_named_in_the_verdict(tmp_path: Path) -> None:
    arms = ("known_only", "group_driven", "dormant")
    failed = tuple(("group_driven", seed) for seed in range(TINY.seeds))
    text = text_of(made(tmp_path, arms=arms, failed=failed))
    card = text.partition("## What was compared")[0]
    assert "Group driven: no finished run." in card
    assert "Dormant" in card


@pytest.mark.parametrize("arm", TINY.arms)
def test_a_comparison_of_which_one_side_failed_names_that_side(tmp_path: Path, arm: str) -> None:
    failed = tuple((arm, seed) for seed in range(TINY.seeds))
    text = text_of(made(tmp_path, failed=failed))
    card = text.partition("## What was compared")[0]
    assert "There is nothing to compare yet" in card
    assert f"{arm.replace('_', ' ').capitalize()}: no finished run." in card
    assert "one arm only" not in card


def test_one_world_is_not_counted_and_strategies_are_summed_up(tmp_path: Path) -> None:
    extra = {"strategies": {"known_only": "Invites acquaintances only."}}
    text = text_of(made(tmp_path, seeds=1, extra=extra))
    assert "lived through the same simulated world for 24 weeks" in text
    assert "| Invites acquaintances only; hours per week 1.0 |" in text
    assert ".." not in text


@pytest.mark.parametrize(("members", "near"), [(12_000, True), (1_000_000, False)])
def test_walls_of_a_real_world_are_known_from_its_members(
    tmp_path: Path, members: int, *, near: bool
) -> None:
    text = text_of(made(tmp_path, extra={"members": members}))
    assert ("the walls of the world are close: of its 12,000 members" in text) == near


def test_without_egos_and_events_the_rest_stands(tmp_path: Path) -> None:
    text = text_of(made(tmp_path, with_egos=False, with_events=False))
    assert "There is no picture: no surroundings of a focal member were recorded" in text
    assert "No times to an event were recorded" in text
    assert "After 24 weeks" in text


@pytest.mark.parametrize("table", ["series", "events", "ego_nodes", "ego_ties", "runs"])
def test_a_missing_table_does_not_stop_the_report(tmp_path: Path, table: str) -> None:
    directory = made(tmp_path)
    (directory / ("runs.csv" if table == "runs" else f"{table}.parquet")).unlink()
    text_of(directory)


def test_a_manifest_with_little_in_it_is_enough(tmp_path: Path) -> None:
    directory = made(tmp_path)
    whole = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    few = {key: whole[key] for key in ("schema", "netgrow", "baseline", "primary")}
    (directory / "manifest.json").write_text(json.dumps(few), encoding="utf-8")
    assert "target decision makers 2" in text_of(directory)


def test_several_settings_are_compared_in_a_picture(tmp_path: Path) -> None:
    directory = made(tmp_path, points=("base", "cold", "hot"))
    assert "3 settings were run" in text_of(directory)
    headings = {chart.name: chart.heading for chart in build(directory).charts}
    assert headings["sweep-0"] == "If one person switches"


def test_a_directory_without_results_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no manifest\.json") as caught:
        write_html(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_report_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    directory = made(tmp_path)
    (directory / "report.html").mkdir()
    with pytest.raises(WorkError, match="cannot write"):
        write_html(directory)


def test_markdown_names_every_picture_it_has(tmp_path: Path) -> None:
    written = write_markdown(made(tmp_path))
    text = written.read_text(encoding="utf-8")
    assert written.name == "report.md"
    named = re.findall(r"\]\((figures/[\w-]+\.svg)\)", text)
    files = [f"figures/{path.name}" for path in (written.parent / "figures").iterdir()]
    assert len(named) >= 8
    assert sorted(named) == sorted(files)
    assert text.startswith("# ")
    assert "| Metric |" in text
