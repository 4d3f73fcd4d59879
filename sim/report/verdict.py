"""The verdict on the primary metric in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.words import capital, clean, label, listed, number, percent, signed, tick, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.compare import Difference, Metric

SAME_HOURS = 0.05
"""Share of the larger sum of hours up to which two arms count as having spent equal time."""

EVEN = 0.5
"""Share of worlds in which an arm is better if it makes no difference."""

_COUNTED = ("members", "ties", "invitations", "messages", "contacts", "groups", "acts")


@dataclass(frozen=True)
class Case:
    """One arm against the baseline on the primary metric, with what a verdict needs beside it.

    Attributes
    ----------
    smallest : float or None
        Smallest difference that matters.
    ahead, level : int
        Paired worlds in which the arm did better, and equally well.
    hours : Difference or None
        The same arm's hours.
    confidence : float
        Level of the interval.
    """

    row: Difference
    metric: Metric
    smallest: float | None
    ahead: int
    level: int
    hours: Difference | None
    confidence: float

    @property
    def gain(self) -> int:
        """Sign of the difference in the wished direction: 1, -1, or 0 when it cannot be told."""
        sign = {"higher": 1, "lower": -1}.get(self.row.verdict, 0)
        return -sign if self.metric.better == "lower" else sign

    @property
    def wish(self) -> float:
        """The difference, positive where it goes the wished way."""
        return -self.row.difference if self.metric.better == "lower" else self.row.difference

    @property
    def importance(self) -> int:
        """1: surely beyond the smallest difference that matters, -1: surely within, 0: unknown."""
        low, high = self.row.low, self.row.high
        if not self.smallest or low is None or high is None:
            return 0
        if low >= self.smallest or high <= -self.smallest:
            return 1
        return -1 if -self.smallest < low and high < self.smallest else 0


def headline(cases: Sequence[Case]) -> tuple[str, str]:
    """Return the verdict of one question in one sentence, and its tone.

    Parameters
    ----------
    cases : sequence of Case
        Every arm that was compared with the same baseline.

    Returns
    -------
    sentence : str
    tone : str
        `ahead` (some arm beats the baseline), `behind` (every arm does worse) or `open`.
    """
    sentence, tone = _headline(sorted(cases, key=lambda case: case.wish, reverse=True))
    return capital(sentence), tone


def _headline(ranked: Sequence[Case]) -> tuple[str, str]:
    best = ranked[0]
    name, baseline = label(best.row.arm), label(best.row.baseline)
    if all(case.row.low is None for case in ranked):
        return "too few worlds for a verdict", "open"
    if best.metric.better == "neither":
        return f"how {within(clean(best.metric.title))} differs from {baseline}", "open"
    if best.gain > 0:
        if best.importance < 0:
            return f"{name} is ahead of {baseline}, but by too little to matter", "open"
        doubt = ", though perhaps by too little to matter" if best.smallest else ""
        others = sum(case.gain > 0 for case in ranked) > 1
        words = f"{name} does best: ahead of {baseline}" if others else f"{name} beats {baseline}"
        return words + (doubt if best.importance == 0 else ""), "ahead"
    if all(case.gain < 0 for case in ranked):
        if len(ranked) == 1:
            return f"{name} does worse than {baseline}", "behind"
        return f"{baseline} does best: every other arm falls behind it", "behind"
    if best.gain == 0 and best.row.pairs and (best.row.win_low or 0) > EVEN:
        return f"{name} did better than {baseline} in most worlds; by how much is uncertain", "open"
    undecided = [label(case.row.arm) for case in ranked if case.gain == 0]
    if best.importance < 0:
        return f"{listed([*undecided, baseline])} do equally well, for all that matters", "open"
    return f"no clear winner: {listed([*undecided, baseline])} cannot be told apart", "open"


def sentences(case: Case) -> list[str]:
    """Return what was found for one arm: how much, how surely, whether it matters, at what cost."""
    return [_effect(case), _surely(case), *_hours(case)]


def _effect(case: Case) -> str:
    row, metric = case.row, case.metric
    arm, baseline, title = label(row.arm), label(row.baseline), within(clean(metric.title))
    when = f"after {row.week} weeks"
    verb = "has" if case.gain else "has, on average,"
    if row.question == "everyone":
        verb = "have" if case.gain else "have, on average,"
    who, other = {
        "everyone": (
            f"when everyone plays {arm}, members",
            f"when everyone plays {baseline}",
        ),
    }.get(row.question, (f"a member under {arm}", f"the same member under {baseline}"))
    if clean(metric.unit) in _COUNTED:
        direction = "more" if row.difference > 0 else "fewer"
        size = f"{verb} {number(abs(row.difference))} {direction} {title} than {other}"
        found = f"{when}, {who} {size}"
    else:
        direction = "higher" if row.difference > 0 else "lower"
        unit = f" ({clean(metric.unit)})" if metric.unit else ""
        found = (
            f"{when}, {title}{unit} is {number(abs(row.difference))} {direction} "
            f"under {arm} than under {baseline}"
        )
    numbers = f"{number(row.arm_mean)} instead of {number(row.baseline_mean)}"
    if row.low is None or row.high is None:
        return f"{capital(found)}: {numbers}. From so few worlds no interval can be given."
    return (
        f"{capital(found)}: {numbers}, a difference of {signed(row.low)} to {signed(row.high)} "
        f"when luck is allowed for ({100 * case.confidence:g} % interval)."
    )


def _surely(case: Case) -> str:
    """Say in how many worlds the arm came out ahead, and whether the difference matters."""
    row = case.row
    verb = "came out higher" if case.metric.better == "neither" else "did better"
    lower = " (lower is better)" if case.metric.better == "lower" else ""
    if row.pairs:
        level = f", level in {case.level}" if case.level else ""
        worlds = f"It {verb} in {case.ahead} of {row.pairs} simulated worlds{level}{lower}"
    else:
        worlds = f"It {verb} in {percent(row.win_probability)} of all pairings of worlds{lower}"
    if row.low is None:
        return f"{worlds}; whether that is more than luck, more worlds would tell."
    if not case.smallest:
        return f"{worlds}; the study names no smallest difference that would matter."
    least = f"than {tick(case.smallest)}, the smallest that this study calls important"
    matters = {
        1: f", and the difference is bigger {least}.",
        -1: f", but the difference is smaller {least}.",
        0: f"; whether the difference is bigger {least}, cannot be told.",
    }
    return worlds + matters[case.importance]


def _hours(case: Case) -> list[str]:
    """Say whether the two arms spent the same time."""
    if case.hours is None:
        return []
    arm, baseline = case.hours.arm_mean, case.hours.baseline_mean
    spent = f"{number(arm)} against {number(baseline)} hours per member"
    larger = max(abs(arm), abs(baseline))
    if larger == 0:
        return ["Neither cost any time."]
    if abs(arm - baseline) <= SAME_HOURS * larger:
        return [f"Hours were equal (within {percent(SAME_HOURS)}): {spent}."]
    if baseline == 0 or arm == 0:
        return [f"Hours were not equal: {spent}."]
    ratio = percent(abs(arm - baseline) / baseline)
    if arm > baseline:
        return [
            (
                f"Hours were not equal: it took {ratio} more time ({spent}), so part of any lead "
                "may come from being busier."
            )
        ]
    return [f"Hours were not equal: it took {ratio} less time ({spent})."]


def brief(case: Case) -> str:
    """Return the finding for one arm in a single line."""
    row = case.row
    arm, title = capital(label(row.arm)), within(clean(case.metric.title))
    interval = ""
    if row.low is not None and row.high is not None:
        interval = f" [{signed(row.low)} to {signed(row.high)}]"
    better = "higher" if case.metric.better == "neither" else "better"
    worlds = f"{better} in {case.ahead} of {row.pairs} worlds" if row.pairs else "unpaired"
    size = {1: ", a difference that matters", -1: ", too little to matter"}.get(case.importance, "")
    hours = ""
    if case.hours is not None:
        pair = (case.hours.arm_mean, case.hours.baseline_mean)
        hours = f"; {number(pair[0])} against {number(pair[1])} hours"
    return f"{arm}: {signed(row.difference)}{interval} {title}, {worlds}{size}{hours}."
