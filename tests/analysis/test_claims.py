"""Claims judged by intervals: against scipy's tests, made-up studies and the rules as written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import Generator, Philox
from scipy import stats

from sim.analysis import compare, load
from sim.analysis.claims import FEWEST_ALIKE, judge, verdict_on
from sim.analysis.inequalities import Finding, Inequality, Relation, inequalities_of
from sim.analysis.paired import Moments, mean_interval
from sim.errors import UsageError, WorkError

from .made_up import PRIMARY, lay_out, values

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LEVEL = 0.95
ALPHA = (1 - LEVEL) / 2

TEST = Inequality("S8", "groups reach more", PRIMARY, "group_driven", "known_only", "more", by=1.0)


def one(directory: Path, test: Inequality = TEST, level: float = LEVEL) -> Finding:
    (found,) = judge(load([directory]), [test], level)
    return found


def study(directory: Path, gaps: list[float], start: float = 20.0) -> Path:
    """One world a gap; the baseline differs from world to world and the gap opens in week 2."""
    base = {seed: [start, start + seed, start + 2 * seed] for seed in range(len(gaps))}
    own = {seed: [*base[seed][:2], base[seed][2] + gap] for seed, gap in enumerate(gaps)}
    return lay_out(directory / "study", [*values("known_only", base), *values("group_driven", own)])


@pytest.mark.parametrize(
    ("relation", "by", "low", "high", "verdict", "reason"),
    [
        ("more", 1.0, 1.0, 3.0, "supported", ""),
        ("more", 1.0, 0.9, 3.0, "inconclusive", ""),
        ("more", 1.0, -3.0, 1.0, "inconclusive", ""),
        ("more", 1.0, 0.2, 0.9, "refuted", "too little to matter"),
        ("more", 1.0, -3.0, 0.9, "refuted", "if at all, by too little to matter"),
        ("more", 1.0, -3.0, -2.0, "refuted", "the other way"),
        ("more", 1.0, -0.3, -0.2, "refuted", "the other way, by too little to matter"),
        ("more", 0.0, 0.1, 0.2, "supported", ""),
        ("more", 0.0, 0.0, 0.2, "inconclusive", ""),
        ("more", 0.0, -0.2, 0.0, "refuted", "if at all, by too little to matter"),
        ("more", 0.0, 0.0, 0.0, "refuted", "no difference at all"),
        ("less", 1.0, -3.0, -1.0, "supported", ""),
        ("less", 1.0, -3.0, -0.9, "inconclusive", ""),
        ("less", 1.0, 2.0, 3.0, "refuted", "the other way"),
        ("less", 1.0, -0.9, -0.2, "refuted", "too little to matter"),
        ("same", 1.0, -0.9, 0.9, "supported", ""),
        ("same", 1.0, 0.2, 0.9, "supported", ""),
        ("same", 1.0, -1.0, 0.9, "inconclusive", ""),
        ("same", 1.0, 0.5, 1.5, "inconclusive", ""),
        ("same", 1.0, 1.0, 1.5, "refuted", "they differ by what matters"),
        ("same", 1.0, -1.5, -1.0, "refuted", "they differ by what matters"),
        ("same", 0.0, 0.0, 0.0, "supported", ""),
        ("same", 0.0, -0.1, 0.1, "inconclusive", ""),
        ("same", 0.0, 0.1, 0.2, "refuted", "they differ by what matters"),
    ],
)
def test_the_verdict_follows_the_interval(
    relation: Relation, by: float, low: float, high: float, verdict: str, reason: str
) -> None:
    assert verdict_on(relation, by, low, high) == (verdict, reason)


numbers = st.floats(-10, 10)


@given(by=st.floats(0, 10), ends=st.tuples(numbers, numbers))
def test_what_is_more_one_way_is_less_the_other(by: float, ends: tuple[float, float]) -> None:
    low, high = sorted(ends)
    assert verdict_on("more", by, low, high) == verdict_on("less", by, -high, -low)
    assert verdict_on("same", by, low, high) == verdict_on("same", by, -high, -low)
    more, less, same = (
        verdict_on(relation, by, low, high)[0] for relation in ("more", "less", "same")
    )
    # At most one of the three can be supported, and then it refutes the other two.
    if "supported" in (more, less, same):
        assert sorted((more, less, same)) == ["refuted", "refuted", "supported"]


@given(by=st.floats(0, 10), ends=st.tuples(numbers, numbers), inner=st.tuples(st.floats(0, 1)))
def test_a_narrower_interval_never_turns_a_verdict(
    by: float, ends: tuple[float, float], inner: tuple[float]
) -> None:
    low, high = sorted(ends)
    middle = low + inner[0] * (high - low)
    for relation in ("more", "less", "same"):
        wide = verdict_on(relation, by, low, high)[0]
        narrow = verdict_on(relation, by, low, min(middle, high))[0]
        assert wide in ("inconclusive", narrow)


def samples(n: int, count: int) -> NDArray[np.float64]:
    """Normal differences of n worlds in each column, with means from -2 to 2."""
    drawn = Generator(Philox(key=n)).normal(size=(n, count))
    return drawn + np.linspace(-2, 2, count)


def scipys_verdict(relation: Relation, sample: NDArray[np.float64], by: float) -> bool:
    """Whether one-sided t tests at `ALPHA` (for `same`, two of them) show what is claimed."""

    def p(margin: float, side: Any) -> float:
        return float(stats.ttest_1samp(sample, margin, alternative=side).pvalue)

    if relation == "more":
        return p(by, "greater") <= ALPHA
    if relation == "less":
        return p(-by, "less") <= ALPHA
    return max(p(-by, "greater"), p(by, "less")) <= ALPHA


@pytest.mark.parametrize("n", [4, 12, 30])
@pytest.mark.parametrize("relation", ["more", "less", "same"])
def test_without_skewness_it_is_scipys_one_sided_tests(n: int, relation: Relation) -> None:
    """`same` is TOST. Samples mirrored at their mean have no skewness to take out."""
    drawn = samples(n, 200)
    mirrored = np.concatenate([drawn, 2 * drawn.mean(axis=0) - drawn])
    low, high = mean_interval(Moments.of(mirrored), LEVEL)
    by = 1.2
    ours = [
        verdict_on(relation, by, *ends)[0] == "supported" for ends in zip(low, high, strict=True)
    ]
    theirs = [scipys_verdict(relation, column, by) for column in mirrored.T]
    assert ours == theirs
    assert 0 < sum(ours) < len(ours)


@pytest.mark.parametrize("relation", ["more", "less", "same"])
def test_with_skewness_it_is_never_bolder_than_scipys(relation: Relation) -> None:
    drawn = samples(12, 300)
    low, high = mean_interval(Moments.of(drawn), LEVEL)
    supported = 0
    for column, *ends in zip(drawn.T, low, high, strict=True):
        if verdict_on(relation, 1.2, *ends)[0] == "supported":
            supported += 1
            assert scipys_verdict(relation, column, 1.2)
    assert supported > 10


@pytest.mark.parametrize(("relation", "truth"), [("more", 1.0), ("less", -1.0), ("same", 1.0)])
def test_a_claim_on_the_border_is_rarely_supported(relation: Relation, truth: float) -> None:
    """4,000 normal samples of 12 worlds: at most 2.5 %, and 4 standard errors (.0025) more."""
    drawn = Generator(Philox(key=7)).normal(size=(12, 4000)) * 0.5 + truth
    low, high = mean_interval(Moments.of(drawn), LEVEL)
    wrong = [
        verdict_on(relation, 1.0, *ends)[0] == "supported" for ends in zip(low, high, strict=True)
    ]
    assert 0.005 < np.mean(wrong) < 0.025 + 4 * 0.0025


def test_the_interval_is_that_of_the_comparison(tmp_path: Path) -> None:
    directory = study(tmp_path, [3.0, 4.5, 0.5, 3.5, 9.0])
    found = one(directory)
    row = compare(load([directory]), level=LEVEL).rows[0]
    assert (found.difference, found.low, found.high) == pytest.approx(
        (row.difference, row.low, row.high)
    )
    assert (found.worlds, found.week, found.study) == (5, 2, "study")
    assert (found.title, found.unit) == ("target decision-makers within two steps", "members")
    assert found.verdict == "inconclusive"
    assert one(directory, level=0.8).verdict == "supported"


def test_worlds_are_paired_whatever_sets_them_apart(tmp_path: Path) -> None:
    """The worlds differ by 100 a seed; the arms by 3 or a little more or less."""
    gaps = [3.0, 3.1, 2.9, 3.05, 2.95]
    base = {seed: [100.0 * seed] for seed in range(5)}
    own = {seed: [100.0 * seed + gap] for seed, gap in enumerate(gaps)}
    # A world that one arm alone has played counts for nothing.
    own[9] = [1e6]
    directory = lay_out(
        tmp_path / "study", [*values("known_only", base), *values("group_driven", own)]
    )
    found = one(directory)
    assert (found.verdict, found.worlds) == ("supported", 5)
    assert found.difference == pytest.approx(3.0)


def test_an_arm_may_be_held_against_a_number(tmp_path: Path) -> None:
    directory = study(tmp_path, [3.0, 4.0, 5.0, 4.0])
    test = replace(TEST, arm="known_only", than=23.0, relation="same", by=10.0)
    found = one(directory, test)
    gaps = [-3.0, -1.0, 1.0, 3.0]
    expected = stats.ttest_1samp(gaps, 0.0).confidence_interval(LEVEL)
    assert found.verdict == "supported"
    assert found.difference == pytest.approx(0.0)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_the_week_and_the_change_since_a_week(tmp_path: Path) -> None:
    base = {seed: [1.0, 2.0, 2.0] for seed in range(4)}
    own = {seed: [6.0, 7.0 + 0.1 * seed, 9.0 + 0.1 * seed] for seed in range(4)}
    directory = lay_out(
        tmp_path / "study", [*values("known_only", base), *values("group_driven", own)]
    )
    assert one(directory, replace(TEST, week=1)).difference == pytest.approx(5.15)
    assert one(directory, replace(TEST, week=1)).week == 1
    assert one(directory).difference == pytest.approx(7.15)
    # Both arms change by 1 from week 0 to 2, but group_driven by 2 and a bit more.
    since = one(directory, replace(TEST, since=0))
    assert since.difference == pytest.approx(2.15)
    number = one(directory, replace(TEST, than=3.0, since=0))
    assert number.difference == pytest.approx(0.15)
    both = one(directory, replace(TEST, since=0, week=1))
    assert both.difference == pytest.approx(0.15)
    assert both.week == 1


def test_switch_and_cohort_choose_the_values(tmp_path: Path) -> None:
    series = []
    for place, (question, cohort) in enumerate(
        [("one", "focal"), ("one", "all"), ("everyone", "focal"), ("everyone", "all")]
    ):
        for arm, lead in (("known_only", 0.0), ("group_driven", 10.0 * place + 2.0)):
            by_seed = {seed: [seed + lead + 0.01 * seed * place] for seed in range(4)}
            series += values(arm, by_seed, question=question, cohort=cohort)
    directory = lay_out(tmp_path / "study", series)
    found = [
        one(directory, replace(TEST, switch=switch, cohort=cohort)).difference
        for switch in ("one", "everyone")
        for cohort in ("focal", "all")
    ]
    assert found == pytest.approx([2.0, 12.0, 22.0, 32.0], abs=0.2)


def test_worlds_that_all_agree_give_a_point(tmp_path: Path) -> None:
    found = one(study(tmp_path, [1.0] * FEWEST_ALIKE))
    assert (found.difference, found.low, found.high) == (1.0, 1.0, 1.0)
    assert found.agree
    assert found.verdict == "supported"
    fewer = one(study(tmp_path / "fewer", [1.0] * (FEWEST_ALIKE - 1)))
    assert fewer.verdict == "inconclusive"
    assert fewer.reason == "5 worlds that agree are too few to tell"


def test_a_sign_test_decides_from_as_many_worlds_as_must_agree() -> None:
    assert stats.binomtest(FEWEST_ALIKE, FEWEST_ALIKE).pvalue < 0.05
    assert stats.binomtest(FEWEST_ALIKE - 1, FEWEST_ALIKE - 1).pvalue > 0.05


def test_what_is_rounding_is_no_difference(tmp_path: Path) -> None:
    tiny = np.spacing(1e6)
    directory = study(tmp_path, [tiny, -tiny, 2 * tiny, 0.0, 0.0, tiny], start=1e6)
    same = one(directory, replace(TEST, relation="same", by=0.0))
    assert (same.difference, same.low, same.verdict) == (0.0, 0.0, "supported")
    directory = study(tmp_path / "more", [3 + tiny, 3 - tiny, 3 + 2 * tiny, 3.0], start=1e6)
    assert one(directory).agree


def test_one_world_decides_nothing(tmp_path: Path) -> None:
    found = one(study(tmp_path, [5.0]))
    assert (found.verdict, found.reason) == ("inconclusive", "one world gives no interval")
    assert (found.difference, found.low, found.agree) == (5.0, None, False)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({}, "assumed"), ({"by": 3.5}, "refuted"), ({"by": 2.0}, "inconclusive")],
)
def test_what_a_parameter_imposes_is_assumed_only_where_it_shows(
    tmp_path: Path, change: dict[str, Any], verdict: str
) -> None:
    directory = study(tmp_path, [1.9, 2.1, 2.05, 1.95])
    test = replace(TEST, assumed="response.group", **change)
    assert one(directory, test).verdict == verdict
    assert one(directory, replace(test, assumed=None)).verdict == verdict.replace(
        "assumed", "supported"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"metric": "reach_9"}, "the metric was not measured"),
        ({"arm": "nobody"}, "no finished run of nobody has it (switch one, cohort focal)"),
        ({"than": "nobody"}, "no finished run of nobody has it (switch one, cohort focal)"),
        ({"switch": "everyone"}, "(switch everyone, cohort focal)"),
        ({"cohort": "all"}, "(switch one, cohort all)"),
        ({"week": 3}, "not measured in week 3"),
        ({"since": 7}, "not measured in week 7"),
    ],
)
def test_what_was_not_measured_is_not_run(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    found = one(study(tmp_path, [3.0, 4.0]), replace(TEST, **change))
    assert found.verdict == "not run"
    assert reason in found.reason
    assert (found.worlds, found.difference) == (0, None)


def test_arms_that_share_no_world_are_not_compared(tmp_path: Path) -> None:
    series = [*values("known_only", {1: [1.0]}), *values("group_driven", {2: [3.0]})]
    found = one(lay_out(tmp_path / "study", series))
    assert (found.verdict, found.reason) == ("not run", "the two arms share no world")


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_out_of_range_is_refused(tmp_path: Path, level: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        one(study(tmp_path, [1.0, 2.0]), level=level)


DECLARED = {
    "claim": "S8", "says": "x", "metric": PRIMARY, "arm": "a", "than": "b", "is": "more", "by": 1,
}  # fmt: skip


def test_tests_are_read_as_a_scenario_declares_them() -> None:
    (found,) = inequalities_of([DECLARED | {"week": 52, "assumed": "search.endorsements"}])
    assert found == Inequality(
        "S8", "x", PRIMARY, "a", "b", "more", by=1.0, week=52, assumed="search.endorsements"
    )
    assert inequalities_of([DECLARED | {"later": "keys are passed over"}]) == inequalities_of(
        [DECLARED]
    )


@pytest.mark.parametrize(
    "damage",
    [{"is": "most"}, {"by": "much"}, {"by": -1.0}, {"says": None}, {"than": []}, {"arm": 3}],
)
def test_a_damaged_test_is_told(damage: dict[str, Any]) -> None:
    with pytest.raises(WorkError, match=r"damaged \(S8\)"):
        inequalities_of([DECLARED | damage])
    with pytest.raises(WorkError, match="damaged"):
        inequalities_of(
            [{key: value for key, value in DECLARED.items() if key not in ("claim", "is")}]
        )
