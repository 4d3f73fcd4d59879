"""The verdict in words, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.analysis import Difference, Metric
from sim.report.verdict import Case, brief, headline, sentences

METRIC = Metric("reach", "Contacts", "members", "higher", "")
ROW = Difference(
    question="one", point="base", cohort="focal", metric="reach", arm="group_driven",
    baseline="known_only", week=104, pairs=20, arm_worlds=20, baseline_worlds=20, arm_mean=23.1,
    baseline_mean=20.0, arm_median=23.0, baseline_median=20.0, difference=3.1, low=2.6, high=3.6,
    median_difference=3.0, median_low=2.5, median_high=3.5, win_probability=0.95, win_low=0.75,
    win_high=0.99, effect=1.2, level=0.95, p=1e-6, p_holm=1e-5, verdict="higher", note="",
)  # fmt: skip
HOURS = replace(
    ROW, metric="hours", arm_mean=50.0, baseline_mean=50.0, difference=0.0, low=-0.5, high=0.5
)
CASE = Case(ROW, METRIC, 1.0, ahead=19, level=0, hours=HOURS, confidence=0.95)


def case(
    low: float, high: float, verdict: str, *, smallest: float | None = 1.0, better: str = "higher"
) -> Case:
    row = replace(ROW, low=low, high=high, difference=(low + high) / 2, verdict=verdict)
    row = replace(row, win_low=0.75 if verdict == "higher" else 0.3)
    return replace(CASE, row=row, metric=replace(METRIC, better=better), smallest=smallest)


def test_the_whole_verdict_reads_as_three_plain_sentences() -> None:
    assert " ".join(sentences(CASE)) == (
        "After 104 weeks, a member under group driven has 3.10 more contacts than the same member "
        "under known only: 23.1 instead of 20.0, a difference of +2.60 to +3.60 when luck is "
        "allowed for (95 % interval). It did better in 19 of 20 simulated worlds, and the "
        "difference is bigger than 1, the smallest that this study calls important. Hours were "
        "equal (within 5 %): 50.0 against 50.0 hours per member."
    )


@pytest.mark.parametrize(
    ("found", "words", "tone"),
    [
        (case(2.6, 3.6, "higher"), "Group driven beats known only", "ahead"),
        (case(0.2, 0.8, "higher"), "but by too little to matter", "open"),
        (case(0.2, 3.6, "higher"), "though perhaps by too little to matter", "ahead"),
        (case(0.2, 3.6, "higher", smallest=None), "Group driven beats known only", "ahead"),
        (case(-3.6, -2.6, "lower"), "Group driven does worse than known only", "behind"),
        (case(-3.6, 2.6, "no clear difference"), "cannot be told apart", "open"),
        (case(-0.4, 0.6, "no clear difference"), "do equally well, for all that matters", "open"),
        (case(-3.6, -2.6, "lower", better="lower"), "Group driven beats known only", "ahead"),
        (case(2.6, 3.6, "higher", better="lower"), "does worse than known only", "behind"),
        (case(2.6, 3.6, "higher", better="neither"), "How contacts differs", "open"),
    ],
)
def test_the_headline_follows_the_interval(found: Case, words: str, tone: str) -> None:
    sentence, found_tone = headline([found])
    assert words in sentence
    assert found_tone == tone


def test_worlds_that_agree_are_told_even_if_the_interval_holds_zero() -> None:
    found = case(-0.5, 6.0, "no clear difference")
    found = replace(found, row=replace(found.row, win_low=0.63))
    assert headline([found])[0] == (
        "Group driven did better than known only in most worlds; by how much is uncertain"
    )


def test_the_baseline_is_named_best_when_all_others_fall_behind() -> None:
    other = case(-5.0, -4.0, "lower")
    other = replace(other, row=replace(other.row, arm="dormant"))
    sentence, tone = headline([case(-3.6, -2.6, "lower"), other])
    assert sentence == "Known only does best: every arm compared with it falls behind"
    assert tone == "behind"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ((5.0, 6.0), (2.0, 3.0), "Group driven is furthest ahead of known only"),
        (
            (2.0, 4.0),
            (1.5, 3.0),
            "Group driven and open networker are ahead of known only; which of them leads is open",
        ),
        (
            (2.0, 4.0),
            (0.5, 2.5),
            (
                "Group driven and open networker are ahead of known only, though perhaps by too "
                "little to matter; which of them leads is open"
            ),
        ),
        (
            (0.5, 0.8),
            (0.2, 0.6),
            "Group driven and open networker are ahead of known only, but by too little to matter",
        ),
    ],
)
def test_arms_ahead_are_ranked_only_where_their_intervals_are_apart(
    first: tuple[float, float], second: tuple[float, float], words: str
) -> None:
    other = case(*second, "higher")
    other = replace(other, row=replace(other.row, arm="open_networker"))
    assert headline([other, case(*first, "higher")])[0] == words


def test_an_arm_surely_ahead_leads_one_that_is_higher_but_uncertain() -> None:
    unsure = case(-1.0, 11.0, "no clear difference")
    unsure = replace(unsure, row=replace(unsure.row, arm="open_networker"))
    assert headline([unsure, case(2.6, 3.6, "higher")]) == (
        "Group driven beats known only",
        "ahead",
    )


@pytest.mark.parametrize(
    ("arm", "baseline", "half", "words"),
    [
        (52.0, 50.0, 0.5, "Hours were equal (within 5 %)"),
        (51.0, 50.0, None, "Hours were equal (within 5 %)"),
        (52.0, 50.0, 1.0, "52.0 against 50.0 hours per member, a difference of +2.00 [+1.00 to"),
        (52.0, 50.0, 1.0, "Hours were close, but not surely within 5 %"),
        # 2.55 is within 5 % of 52.55, but not of the baseline's 50.
        (52.55, 50.0, 0.0, "it took 5 % more time"),
        (60.0, 50.0, 0.5, "it took 20 % more time"),
        (40.0, 50.0, 0.5, "it took 20 % less time"),
        (0.0, 50.0, 0.5, "Hours were not equal: 0 against 50.0"),
        (0.0, 0.0, 0.0, "Neither cost any time"),
    ],
)
def test_unequal_hours_are_said(
    arm: float, baseline: float, half: float | None, words: str
) -> None:
    gap = arm - baseline
    low, high = (None, None) if half is None else (gap - half, gap + half)
    spent = replace(HOURS, arm_mean=arm, baseline_mean=baseline, difference=gap, low=low, high=high)
    assert words in " ".join(sentences(replace(CASE, hours=spent)))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(1.2, 3.0, "bigger than 1,"), (0.2, 0.8, "smaller than 1,"), (0.2, 3.0, "cannot be told")],
)
def test_the_smallest_difference_that_matters_is_held_against_the_interval(
    low: float, high: float, words: str
) -> None:
    assert words in " ".join(sentences(case(low, high, "higher")))


def test_a_share_is_higher_and_not_more() -> None:
    share = replace(CASE, metric=replace(METRIC, title="Contacts in the target", unit="share"))
    words = sentences(share)[0]
    assert "contacts in the target (share) is 3.10 higher under group driven" in words


def test_when_everyone_switches_members_are_compared_not_a_member() -> None:
    words = sentences(replace(CASE, row=replace(ROW, question="everyone")))[0]
    assert "when everyone plays group driven, members have 3.10 more contacts" in words


def test_no_p_value_is_ever_told() -> None:
    words = " ".join([*sentences(CASE), brief(CASE), headline([CASE])[0]])
    assert " p " not in words
    assert "signific" not in words
