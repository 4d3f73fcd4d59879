"""Rounds of a study that goes on until its primary differences are known well enough.

`first_round` and `look_at` decide, from nothing but the results, how many worlds come next; so a
study that was interrupted, and looks again at the same worlds, decides the same. What was decided
is kept in the manifest (`said_of`), from where `stopping` reads the level of the intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.ends import paired_ends
from sim.analysis.paired import Moments, mean_interval
from sim.analysis.sequential import FEWEST, level_of, next_round, worlds_needed
from sim.analysis.weekly import pair
from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.analysis.paired import Floats
    from sim.analysis.tables import Results

POINT = "base"
"""Point of a sweep whose differences decide: the scenario itself."""
CONFIDENCE = 0.95
KEY = "until"
"""Where the manifest keeps it."""
_MOST_ROUNDS = 100
"""Each has a quarter more worlds than the one before, at least."""
RULE = (
    "rounds until the widest interval is narrow; rounds before the first look stop nothing, and "
    "each look takes half of the error that is left (Bonferroni over looks)"
)


@dataclass(frozen=True)
class Goal:
    """What is enough.

    Attributes
    ----------
    width : float
        Width (high - low) that every primary difference's interval has to be below.
    most : int
        Worlds allowed.
    """

    width: float
    most: int


@dataclass(frozen=True)
class Round:
    """A round to be run: so many worlds in all, and the number of the look at them.

    Attributes
    ----------
    look : int
        1 for the first, 0 for a round before it, which stops nothing.
    """

    worlds: int
    look: int

    @property
    def level(self) -> float:
        """Level of the intervals: of a round that stops nothing, that of the first look."""
        return float(level_of(max(self.look, 1), CONFIDENCE))


@dataclass(frozen=True)
class Seen:
    """What a round showed.

    Attributes
    ----------
    width : float or None
        Of the widest interval; None where one has none (no spread, or fewer than two worlds).
    question, arm : str
        The comparison it belongs to.
    needed : int or None
        Worlds foreseen; None if unknown.
    reached : bool
        Whether the round is the last because the goal is reached.
    next : Round or None
        The round after it; None after the last.
    """

    width: float | None
    question: str
    arm: str
    needed: int | None
    reached: bool
    next: Round | None


def first_round(goal: Goal, seeds: int) -> Round:
    """Begin with the worlds that the scenario asks for, and 20 at least if they are allowed."""
    worlds = min(max(seeds, FEWEST), goal.most)
    return Round(worlds, look=int(worlds == goal.most))


def primary_differences(results: Results) -> dict[tuple[str, str], Floats]:
    """Differences of the primary metric by world, for each question and arm but the baseline."""
    pairs = pair(results.series, results.baseline)
    return {
        (ends.question, ends.arm): ends.differences
        for ends in paired_ends(pairs, results.primary)
        if ends.point == POINT
    }


def look_at(goal: Goal, now: Round, differences: Mapping[tuple[str, str], Floats]) -> Seen:
    """Find whether a round was the last, and else what comes next.

    Parameters
    ----------
    goal : Goal
    now : Round
        The round that is done.
    differences : mapping of (question, arm) to ndarray of float64
        At least one, as from `primary_differences`.
    """
    found = [
        (*_width_and_need(goal, now, values), question, arm)
        for (question, arm), values in differences.items()
    ]
    width, _, question, arm = max(found)
    need = max(needed for _, needed, _, _ in found)
    reached = now.look > 0 and width < goal.width
    after = None
    if not reached and now.worlds < goal.most:
        worlds, look = next_round(now.worlds, now.look, need, goal.most)
        after = Round(int(worlds), now.look + int(look))
    known = np.isfinite(width)
    return Seen(
        float(width) if known else None,
        question,
        arm,
        int(np.ceil(need)) if np.isfinite(need) else None,
        reached,
        after,
    )


def _width_and_need(goal: Goal, now: Round, values: Floats) -> tuple[float, float]:
    """Width of an interval, and worlds foreseen for the next look; infinite if unknown."""
    sample = Moments.of(values[:, None])
    low, high = mean_interval(sample, now.level)
    needed = worlds_needed(sample, now.look + 1, goal.width, CONFIDENCE)
    # Of some worlds no pair may have come, where a run failed.
    worlds = float(needed[0]) * now.worlds / values.size
    return (float(high[0] - low[0]), worlds) if sample.sd[0] > 0 else (np.inf, np.inf)


def said_of(goal: Goal, past: Iterable[tuple[Round, Seen]], now: Round) -> dict[str, Any]:
    """Say in JSON's types what a manifest keeps of the rounds so far and of the one to be run."""
    rounds = [
        {"worlds": done.worlds, "look": done.look, "width": seen.width} for done, seen in past
    ]
    return {
        KEY: {
            "rule": RULE,
            "width": goal.width,
            "max_seeds": goal.most,
            "confidence": CONFIDENCE,
            "look": now.look,
            "level": now.level,
            "rounds": [*rounds, {"worlds": now.worlds, "look": now.look, "width": None}],
        }
    }


@dataclass(frozen=True)
class Stopping:
    """How the number of worlds of a study was decided by its results.

    Attributes
    ----------
    width : float
        Width wanted of the intervals of the primary metric.
    most : int
        Worlds allowed.
    look : int
        Number of the last look, 1 or more: what `sim.analysis.sequential.level_of` asks.
    rounds : tuple of (int, int, float or None)
        Worlds, number of the look (0: none) and width of the widest interval, of every round. The
        width after the last follows from the results.
    """

    width: float
    most: int
    look: int
    rounds: tuple[tuple[int, int, float | None], ...]

    def level(self, confidence: float) -> float:
        """Level at which an interval of the primary metric keeps `confidence`."""
        return float(level_of(self.look, confidence))


def stopping(manifests: Sequence[Mapping[str, Any]]) -> Stopping | None:
    """Read what manifests say; of several the one that was looked at most often.

    Raises
    ------
    WorkError
        If what one says makes no sense.
    """
    found = [_read(manifest) for manifest in manifests if manifest.get(KEY) is not None]
    return max(found, key=lambda each: each.look, default=None)


def _read(manifest: Mapping[str, Any]) -> Stopping:
    try:
        said = manifest[KEY]
        rounds = tuple(
            (int(r["worlds"]), int(r["look"]), None if r["width"] is None else float(r["width"]))
            for r in said["rounds"]
        )
        width, most, look = float(said["width"]), int(said["max_seeds"]), int(said["look"])
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise _senseless() from error
    if not (rounds and 0 <= look <= _MOST_ROUNDS and width > 0):
        raise _senseless()
    return Stopping(width, most, max(look, 1), rounds)


def _senseless() -> WorkError:
    return WorkError(
        f"manifest.json says under {KEY!r} what --until-ci cannot have written; "
        "run the scenario again with --until-ci"
    )
