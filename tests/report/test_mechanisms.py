"""What mechanisms add to a report: other ways to contacts, interviews, money, more activities."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.report.build import build
from sim.report.document import Charts, Fold, Table
from sim.report.markdown import to_markdown

from .conftest import SMALL
from .fake_results import write
from .fake_study import ARMS
from .test_missing import TINY

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.document import Report, Section


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    study = replace(SMALL, arms=ARMS, mechanisms=True)
    return build(write(tmp_path_factory.mktemp("mechanisms"), study))


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return to_markdown(report).replace("\\", "")


def section(report: Report, name: str) -> Section:
    return next(each for each in report.sections if each.name == name)


def test_introductions_and_inmails_stand_beside_invitations(report: Report, text: str) -> None:
    assert section(report, "funnel").heading == "Invitations, introductions and InMails"
    # 24 forwarded, 15 of them accepted.
    assert (
        "If one person switches, known only: 40.0 in all, accepted 15.0, passed on only 9.00, "
        "refused 5.00, dropped 11.0." in told(report, "split-introductions")
    )
    assert "known only: 20.0 in all, answered 4.00, read only 8.00, not read 8.00." in told(
        report, "split-inmails"
    )
    assert "| Question | Arm | All | Accepted | Passed on only | Refused | Dropped |" in text


def test_an_arm_without_a_mechanism_is_left_out_of_its_picture_and_named(
    report: Report, text: str
) -> None:
    assert "open networker" not in told(report, "split-introductions")
    assert "open networker" in told(report, "split-inmails")
    said = (
        "Open_networker: not measured, so not compared with others: hours/introduce, introductions"
    )
    assert said in text


def test_interviews_are_told_by_the_way_that_led_to_them(report: Report) -> None:
    assert (
        "group driven: 2.60 in all, direct 1.10, referral 0.900, recruiter 0.500, application "
        "0.100." in told(report, "split-interviews")
    )


def test_each_event_has_its_question_its_picture_and_its_table(report: Report, text: str) -> None:
    names = [chart.name for chart in report.charts if chart.name.startswith("survival-")]
    assert names == [f"survival-{event}-{question}" for event in range(3) for question in range(2)]
    questions = (
        "How long until a focal member has its first new direct tie to a decision-maker",
        "How long until a focal member has its first job interview?",
        "How long until a focal member has its first job offer?",
    )
    places = [text.index(words) for words in questions]
    assert places == sorted(places)
    assert "first job interview, within 24 weeks" in text


def test_many_activities_are_drawn_as_few_and_tabulated_whole(report: Report) -> None:
    found = section(report, "hours")
    assert found.heading == "Hours and money"
    (table,) = (block for block in found.blocks if isinstance(block, Table))
    assert list(table.heads) == [
        "Question", "Arm", "Inviting", "Writing messages", "Keeping contacts alive",
        "Keeping up with the network", "Other", "All", "Hours a week", "Money",
    ]  # fmt: skip
    first = dict(zip(table.heads, (cell.text for cell in table.rows[0]), strict=True))
    assert (first["Keeping up with the network"], first["Other"]) == ("30.0", "9.00")
    assert first["Money"] == "240"
    (fold,) = (block for block in found.blocks if isinstance(block, Fold))
    (whole,) = (block for block in fold.blocks if isinstance(block, Table))
    assert [row[0].text for row in whole.rows] == [
        "Inviting", "Writing messages", "Keeping contacts alive", "Asking for introductions",
        "Writing InMails", "Joining groups", "Posting in groups", "Keeping up with the network",
    ]  # fmt: skip
    assert [row[1].text for row in whole.rows][3:5] == ["6.00", "3.00"]
    (charts,) = (block for block in found.blocks if isinstance(block, Charts))
    assert "other 9.00; money 240." in charts.charts[0].told


def test_money_is_told_with_the_verdict(text: str) -> None:
    card = text.partition("## What was compared")[0]
    assert "Money spent: 720 against 240 units per member." in card
    dormant = next(line for line in card.splitlines() if line.startswith("- Dormant"))
    assert dormant.endswith("Money spent: 0 against 240 units per member.")


def told(report: Report, chart: str) -> str:
    return next(each.told for each in report.charts if each.name == chart)


def limits_of(root: Path, **changed: Any) -> str:
    study = replace(TINY, **changed)
    text = to_markdown(build(write(root, study)))
    return text.partition("What this cannot tell")[2].partition("Assumptions and sources")[0]


@pytest.mark.parametrize("value", [True, False])
def test_a_world_is_a_closed_room_unless_people_come_and_go(tmp_path: Path, *, value: bool) -> None:
    parameters = [{"key": "population.on", "value": value}, {"key": "population.arrive"}]
    limits = limits_of(tmp_path, extra={"parameters": parameters})
    assert ("closed room" in limits) is not value


@pytest.mark.parametrize(
    ("level", "members", "small"), [(2, 5_000, True), (3, 5_000, False), (2, 1_000_000, False)]
)
def test_a_small_world_finds_more_by_group_messages_than_a_large_one(
    tmp_path: Path, level: int, members: int, *, small: bool
) -> None:
    parameters = [{"key": "platform.message_level", "value": level}]
    extra = {"parameters": parameters, "members": members, "data": {}}
    limits = limits_of(tmp_path, extra=extra)
    assert ("The world is small" in limits) is small


@pytest.mark.parametrize("mechanisms", [True, False])
def test_what_follows_from_reach_is_unknown_unless_careers_are_on(
    tmp_path: Path, *, mechanisms: bool
) -> None:
    limits = limits_of(tmp_path, mechanisms=mechanisms)
    assert ("Interviews and offers follow from assumed chances" in limits) is mechanisms
    assert ("is an opportunity" in limits) is not mechanisms


def test_what_holds_in_one_arm_alone_is_told_with_the_arm(tmp_path: Path) -> None:
    directory = write(tmp_path, TINY)
    file = directory / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["arms"]["dormant"]["set"] = {"wasteland.on": True, "platform.invitations_per_week": 5}
    file.write_text(json.dumps(manifest), encoding="utf-8")
    text = to_markdown(build(directory)).replace("\\", "")
    assert "wasteland.on True, platform.invitations per week 5" in text
