"""Numbers and verdicts in words a newcomer understands."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.compare import Difference

NOTHING = "–"
"""What stands where there is no number."""

QUESTIONS = {
    "one": (
        "If one person switches",
        "Only a small sample of members (the focal members) changes how it networks; everybody "
        "else goes on as before. This answers: what should I do?",
    ),
    "everyone": (
        "If everyone switches",
        "All members play the same strategy. This answers: what happens if the advice is "
        "followed by all? Members then compete for the same people's attention, so the answer "
        "can differ.",
    ),
}
"""Question as stored -> (heading, what it means)."""


def label(text: str) -> str:
    """Return a name as it is shown: printable, underscores as spaces."""
    return clean(text).replace("_", " ").strip() or NOTHING


def clean(text: str) -> str:
    """Return text without control characters, lone surrogates and other unprintable marks.

    They are not allowed in SVG, and those that turn the reading direction could make one name look
    like another.
    """
    kept = (
        c if unicodedata.category(c) not in {"Cc", "Cs", "Cf", "Co", "Cn"} else " " for c in text
    )
    return " ".join("".join(kept).split())


def shorten(text: str, length: int) -> str:
    """Cut text to `length` characters, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def number(value: float | None) -> str:
    """Write a number with about three digits that count: `1,234`, `12.3`, `0.0123`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size >= 100:
        text = f"{size:,.0f}"
    elif size >= 10:
        text = f"{size:.1f}"
    elif size >= 1:
        text = f"{size:.2f}"
    elif size == 0:
        text = "0"
    elif size >= 0.001:
        text = f"{size:.3f}"
    else:
        text = f"{size:.1e}"
    return f"−{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def signed(value: float | None) -> str:
    """Write a difference with its sign."""
    text = number(value)
    return f"+{text}" if value is not None and math.isfinite(value) and value > 0 else text


def span(low: float | None, high: float | None) -> str:
    """Write an interval: `[2.6, 3.6]`."""
    return f"[{number(low)}, {number(high)}]"


def percent(share: float | None) -> str:
    """Write a share of one as a percentage, never rounding to all or nothing what is neither."""
    if share is None or not math.isfinite(share):
        return NOTHING
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{100 * share:.0f} %"


def chance(p: float | None) -> str:
    """Write a p value."""
    if p is None or not math.isfinite(p):
        return NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def counted(amount: int, singular: str, plural: str | None = None) -> str:
    """Write `1 world`, `12 worlds`."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def listed(items: Sequence[str]) -> str:
    """Write `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def title(metrics: Mapping[str, Mapping[str, Any]], metric: str) -> str:
    """Return a metric's title for people; `invitations_sent/group` keeps its channel."""
    name, _, channel = metric.partition("/")
    told = metrics.get(metric) or metrics.get(name) or {}
    words = clean(str(told.get("title") or "")) or label(name)
    return f"{words}, {label(channel)}" if channel and metric not in metrics else words


def unit(metrics: Mapping[str, Mapping[str, Any]], metric: str) -> str:
    """Return a metric's unit, empty if none is known."""
    told = metrics.get(metric) or metrics.get(metric.partition("/")[0]) or {}
    return clean(str(told.get("unit") or ""))


def better(metrics: Mapping[str, Mapping[str, Any]], metric: str) -> str:
    """Return which direction is wished for: `higher`, `lower` or `neither`."""
    told = metrics.get(metric) or metrics.get(metric.partition("/")[0]) or {}
    return str(told.get("better") or "neither")


@dataclass(frozen=True)
class Case:
    """One arm against the baseline on the primary metric, with what a verdict needs beside it."""

    row: Difference
    title: str
    better: str
    smallest: float | None
    weeks: int
    ahead: int
    level: int
    hours: Difference | None

    @property
    def gain(self) -> int:
        """Sign of the difference in the wished direction: 1, -1, or 0 when it cannot be told."""
        low, high = self.row.low, self.row.high
        if not (math.isfinite(low) and math.isfinite(high)) or low <= 0 <= high:
            return 0
        sign = 1 if low > 0 else -1
        return -sign if self.better == "lower" else sign


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
        `ahead` (some arm beats the baseline), `behind` (every arm that can be told apart from
        the baseline does worse) or `open`.
    """
    baseline = label(cases[0].row.baseline)
    what = _within(cases[0].title)
    ranked = sorted(cases, key=_wish, reverse=True)
    best = ranked[0]
    name = label(best.row.arm)
    if best.better == "neither":
        return f"How {what} differs from {baseline}", "open"
    if best.gain > 0:
        if _importance(best) < 0:
            return f"{name} is ahead of {baseline}, but by too little to matter", "open"
        others = sum(case.gain > 0 for case in cases) > 1
        return (
            f"{name} does best: clearly ahead of {baseline}"
            if others
            else f"{name} beats {baseline}"
        ), "ahead"
    if all(case.gain < 0 for case in cases):
        if len(cases) == 1:
            return f"{name} does worse than {baseline}", "behind"
        return f"{baseline} does best: every other arm falls behind it", "behind"
    undecided = listed([label(case.row.arm) for case in ranked if case.gain == 0])
    return f"No clear winner: {undecided} and {baseline} cannot be told apart", "open"


def sentences(case: Case) -> list[str]:
    """Return what was found for one arm: how much, how surely, whether it matters, at what cost."""
    row = case.row
    arm, baseline = label(row.arm), label(row.baseline)
    if row.pairs < 2:
        return [
            f"{arm}: {number(row.arm_mean)} against {number(row.baseline_mean)} under {baseline} "
            f"({case.title}, after {case.weeks} weeks), in one single world. One world says "
            "nothing about luck: run more seeds before drawing a conclusion."
        ]
    size = number(abs(row.difference))
    direction = "more" if row.difference > 0 else "fewer" if row.difference < 0 else "no more"
    verb = "has" if case.gain else "seems to have"
    first = (
        f"After {case.weeks} weeks a member under {arm} {verb} {size} {direction} "
        f"{_within(case.title)} than the same member under {baseline}: "
        f"{number(row.arm_mean)} instead of {number(row.baseline_mean)}. "
        f"The simulations leave room for anything between {signed(row.low)} and "
        f"{signed(row.high)} (95 % confidence interval)."
    )
    return [first, _worlds(case), *_matters(case), *_hours(case)]


def _wish(case: Case) -> float:
    """Return the difference, positive where it goes the wished way."""
    sign = -1 if case.better == "lower" else 1
    return sign * case.row.difference if math.isfinite(case.row.difference) else -math.inf


def _within(words: str) -> str:
    """Return a title fit for the middle of a sentence."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _worlds(case: Case) -> str:
    """Say in how many of the paired worlds the arm came out ahead."""
    lower = " (lower is better)" if case.better == "lower" else ""
    level = f", level in {case.level}" if case.level else ""
    verb = "came out higher" if case.better == "neither" else "did better"
    return f"It {verb} in {case.ahead} of {case.row.pairs} paired worlds{level}{lower}."


def _importance(case: Case) -> int:
    """Return 1 if surely beyond the smallest difference that matters, -1 if surely within, or 0."""
    smallest = case.smallest
    low, high = case.row.low, case.row.high
    if not smallest or not (math.isfinite(low) and math.isfinite(high)):
        return 0
    if low >= smallest or high <= -smallest:
        return 1
    return -1 if -smallest < low and high < smallest else 0


def _matters(case: Case) -> list[str]:
    """Hold the interval against the scenario's smallest difference that matters."""
    if not case.smallest:
        return []
    least = number(case.smallest)
    return [
        {
            1: f"That is more than {least}, the smallest difference this study calls important.",
            -1: f"That is less than {least}, the smallest difference this study calls important.",
            0: (
                f"Whether it exceeds {least}, the smallest difference this study calls important, "
                f"cannot be told from {case.row.pairs} worlds."
            ),
        }[_importance(case)]
    ]


def _hours(case: Case) -> list[str]:
    """Say whether the two arms spent the same time."""
    if case.hours is None:
        return []
    arm, baseline = case.hours.arm_mean, case.hours.baseline_mean
    spent = f"{number(arm)} against {number(baseline)} hours"
    larger = max(abs(arm), abs(baseline))
    if larger == 0:
        return ["Neither cost any time."]
    change = (arm - baseline) / larger
    if abs(change) <= SAME_HOURS:
        return [f"Both took the same time: {spent} per member."]
    if baseline == 0 or arm == 0:
        return [f"The time spent differs: {spent} per member."]
    ratio = percent(abs(arm - baseline) / baseline)
    if change > 0:
        return [
            f"But it took {ratio} more time ({spent} per member), so part of any lead may come "
            "from being busier."
        ]
    return [f"And it took {ratio} less time: {spent} per member."]


SAME_HOURS = 0.05
"""Share of the larger sum of hours up to which two arms count as having spent equal time."""
