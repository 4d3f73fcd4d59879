"""The verdict on the primary metric in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis import EQUAL_HOURS
from sim.report.words import capital, clean, label, listed, number, percent, signed, tick, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis import Difference, Metric

EVEN = 0.5
"""Share of worlds in which an arm is better if it makes no difference."""

_COUNTED = (
    "members", "ties", "invitations", "messages", "contacts", "groups", "acts", "posts",
    "introductions", "InMails", "endorsements", "impressions", "approaches", "interviews", "offers",
)  # fmt: skip


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
        Confidence of the interval.
    money : tuple of float
        Units of money that the arm and the baseline cost a member.
    """

    row: Difference
    metric: Metric
    smallest: float | None
    ahead: int
    level: int
    hours: Difference | None
    confidence: float
    money: tuple[float, float] = (0.0, 0.0)

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


def ranked(cases: Sequence[Case]) -> list[Case]:
    """Sort arms: those ahead of the baseline, those not told apart from it, those behind."""
    return sorted(cases, key=lambda case: (case.gain, case.wish), reverse=True)


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
    sentence, tone = _headline(ranked(cases))
    return capital(sentence), tone


def _headline(arms: Sequence[Case]) -> tuple[str, str]:
    best = arms[0]
    name, baseline = label(best.row.arm), label(best.row.baseline)
    if all(case.row.low is None for case in arms):
        return "too few worlds for a verdict", "open"
    if best.metric.better == "neither":
        return f"how {within(clean(best.metric.title))} differs from {baseline}", "open"
    if best.gain > 0:
        return _ahead(arms)
    if all(case.gain < 0 for case in arms):
        if len(arms) == 1:
            return f"{name} does worse than {baseline}", "behind"
        return f"{baseline} does best: every arm compared with it falls behind", "behind"
    if best.gain == 0 and best.row.pairs and (best.row.win_low or 0) > EVEN:
        return f"{name} did better than {baseline} in most worlds; by how much is uncertain", "open"
    undecided = [case for case in arms if case.gain == 0]
    names = listed([*(label(case.row.arm) for case in undecided), baseline])
    if all(case.importance < 0 for case in undecided):
        return f"{names} do equally well, for all that matters", "open"
    return f"no clear winner: {names} cannot be told apart", "open"


def _ahead(arms: Sequence[Case]) -> tuple[str, str]:
    """Say which arms beat the baseline; they were not tested against each other."""
    winners = [case for case in arms if case.gain > 0]
    names, baseline = listed([label(case.row.arm) for case in winners]), label(arms[0].row.baseline)
    verb = "is" if len(winners) == 1 else "are"
    if all(case.importance < 0 for case in winners):
        return f"{names} {verb} ahead of {baseline}, but by too little to matter", "open"
    open_ranks = len(winners) > 1 and any(_overlap(winners[0], other) for other in arms[1:])
    named = winners if open_ranks else winners[:1]
    doubt = ""
    if any(case.smallest and case.importance == 0 for case in named):
        doubt = ", though perhaps by too little to matter"
    if open_ranks:
        return f"{names} are ahead of {baseline}{doubt}; which of them leads is open", "ahead"
    if len(winners) > 1:
        return f"{label(winners[0].row.arm)} is furthest ahead of {baseline}{doubt}", "ahead"
    return f"{names} beats {baseline}{doubt}", "ahead"


def _overlap(first: Case, second: Case) -> bool:
    """Whether two intervals share a value; an unknown interval may lie anywhere."""
    one, two = first.row, second.row
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return True
    return bool(one.low <= two.high and two.low <= one.high)


def sentences(case: Case) -> list[str]:
    """Return what was found for one arm: how much, how surely, whether it matters, at what cost."""
    return [_effect(case), _surely(case), *_hours(case), *_money(case)]


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
        if row.difference == 0:
            size = f"{verb} as many {title} as {other}"
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
        reason = (
            "The difference is the same in all worlds, so" if row.agree else "From so few worlds"
        )
        return f"{capital(found)}: {numbers}. {reason} no interval can be given."
    return (
        f"{capital(found)}: {numbers}, a difference of {signed(row.low)} to {signed(row.high)} "
        f"when luck is allowed for ({100 * case.confidence:g} % interval{_stopping(case)})."
    )


def _stopping(case: Case) -> str:
    """Say where the interval is wider than usual, since it decided how many worlds there are."""
    return (
        ", which allows for when it was narrow enough" if case.row.level > case.confidence else ""
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
    if arm == baseline == 0:
        return ["Neither cost any time."]
    gap, equal = case.hours.difference, EQUAL_HOURS * abs(baseline)
    low = gap if case.hours.low is None else case.hours.low
    high = gap if case.hours.high is None else case.hours.high
    share = percent(EQUAL_HOURS)
    if max(abs(low), abs(high)) <= equal:
        return [f"Hours were equal (within {share}): {spent}."]
    if abs(gap) <= equal:
        return [
            (
                f"Hours were close, but not surely within {share}: {spent}, a difference of "
                f"{signed(gap)} [{signed(low)} to {signed(high)}]."
            )
        ]
    if baseline == 0 or arm == 0:
        return [f"Hours were not equal: {spent}."]
    ratio = percent(abs(gap) / baseline)
    if arm > baseline:
        return [
            (
                f"Hours were not equal: it took {ratio} more time ({spent}), so part of any lead "
                "may come from being busier."
            )
        ]
    return [f"Hours were not equal: it took {ratio} less time ({spent})."]


def _money(case: Case) -> list[str]:
    """Say what the two arms paid, if either paid anything."""
    arm, baseline = case.money
    if arm == baseline == 0:
        return []
    return [f"Money spent: {number(arm)} against {number(baseline)} units per member."]


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
    told = f"{arm}: {signed(row.difference)}{interval} {title}, {worlds}{size}{hours}."
    return " ".join([told, *_money(case)])
