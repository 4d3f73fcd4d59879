"""`netgrow run --until-ci`: worlds are added, round by round, until they are enough."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import click

from sim.cli.talk import duration, plural
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from sim.analysis import Goal, Round, Seen
    from sim.batch.design import Study
    from sim.cli.talk import Talk
    from sim.scenario import Scenario

MOST_SEEDS = 1000
"""Worlds that a study may take unless more, or fewer, are allowed."""


class Conduct(Protocol):
    """Does the runs of a study that are not done yet, and returns how many failed."""

    def __call__(self, study: Study, *, fresh: bool, noted: Mapping[str, Any]) -> int:
        """Note something in the manifest beside."""


def goal_of(scenario: Scenario, width: float | None, most: int | None) -> Goal | None:
    """Return what was asked with --until-ci and --max-seeds; None if nothing was.

    Raises
    ------
    UsageError
        If that makes no sense.
    """
    if width is None:
        if most is None:
            return None
        raise UsageError(
            "--max-seeds bounds what --until-ci may take, which is not given; -n sets a number of "
            "worlds that is known beforehand"
        )
    if not (width > 0 and math.isfinite(width)):
        raise UsageError(
            f"--until-ci: given {width:g}; allowed: a width above 0, in the unit of "
            f"{scenario.primary}"
        )
    if most is not None and most < scenario.seeds:
        raise UsageError(
            f"--max-seeds: given {most:,}; allowed: {scenario.seeds:,} (the worlds it begins with) "
            "or more; fewer to begin with are set by -n"
        )
    if len(scenario.arms) < 2:
        raise UsageError(
            f"--until-ci: {scenario.name} has the arm {scenario.reference} alone, and an interval "
            "is of the difference between two; add an arm, or set the number of worlds with -n"
        )
    from sim.analysis import Goal

    return Goal(width, max(scenario.seeds, MOST_SEEDS) if most is None else most)


def with_worlds(study: Study, scenario: Scenario, worlds: int) -> tuple[Study, Scenario]:
    """Return a study, and its scenario, with another number of worlds."""
    from sim.scenario import to_toml

    sized = scenario.model_copy(update={"seeds": worlds})
    return replace(study, design=sized, scenario=to_toml(sized)), sized


def announce(goal: Goal) -> None:
    """Say on stdout what nobody can say before a study goes on until its results are enough."""
    click.echo(
        f"until       every interval of the primary difference is narrower than {goal.width:g}: "
        f"the above is the first round, and how many follow depends on its results; "
        f"{plural(goal.most, 'world')} at most"
    )


def conduct_until(
    goal: Goal,
    study: Study,
    scenario: Scenario,
    directory: Path,
    talk: Talk,
    jobs: int,
    once: Conduct,
    *,
    fresh: bool,
) -> int:
    """Run rounds of worlds until they are enough, or all that are allowed.

    Every round is decided by the results of those before it alone, so that after an interruption
    the same rounds come again, the finished ones in no time.

    Returns
    -------
    int
        How many runs failed.

    Raises
    ------
    UsageError, WorkError
        As for `sim.batch.study.conduct`; WorkError also if no run of a round has a result.
    """
    from sim.analysis import first_round, load, look_at, primary_differences, said_of

    wanted = {(question, arm) for question in scenario.switch for arm in scenario.arms}
    wanted -= {(question, scenario.reference) for question in scenario.switch}
    past: list[tuple[Round, Seen]] = []
    now: Round | None = first_round(goal, scenario.seeds)
    failed = 0
    while now is not None:
        talk.say(f"round {len(past) + 1}: {plural(now.worlds, 'world')}")
        sized, _ = with_worlds(study, scenario, now.worlds)
        failed = once(sized, fresh=fresh and not past, noted=said_of(goal, past, now))
        differences = primary_differences(load([directory]))
        lacking = sorted(wanted - differences.keys())
        if lacking:
            question, arm = lacking[0]
            talk.warn(
                f"no world shows {scenario.primary} for {arm} ({question}) and its baseline, so "
                "no interval can become narrow and no more worlds were added"
            )
            return failed
        seen = look_at(goal, now, differences)
        talk.say(_told(goal, now, seen, _seconds_a_world(directory, now) / jobs))
        past.append((now, seen))
        if seen.next is None and not seen.reached:
            talk.warn(
                f"note: not reached: after {plural(now.worlds, 'world')}, all that are allowed, "
                f"{_width(seen)}; narrower than {goal.width:g} was wanted (--max-seeds allows more)"
            )
        now = seen.next
    return failed


def _told(goal: Goal, now: Round, seen: Seen, seconds: float) -> str:
    """Say what a round showed, and what is left to do."""
    if seen.reached:
        return f"enough: after {plural(now.worlds, 'world')} {_width(seen)}"
    if seen.next is None:
        return _width(seen)
    if seen.needed is None:
        return f"{_width(seen)}; how many worlds are needed cannot be foreseen yet"
    in_all = max(min(seen.needed, goal.most), seen.next.worlds)
    cut = f", of which {goal.most:,} are allowed" if seen.needed > goal.most else ""
    more = in_all - now.worlds
    return (
        f"{_width(seen)}; wanted {goal.width:g}: about {max(seen.needed, in_all):,} worlds are "
        f"needed{cut}: {more:,} more, about {duration(more * seconds)}"
    )


def _width(seen: Seen) -> str:
    whose = f"{seen.arm}, {seen.question}"
    if seen.width is None:
        return f"there is no interval yet ({whose}): all worlds give the same difference"
    return f"the widest interval is {seen.width:.3g} wide ({whose})"


def _seconds_a_world(directory: Path, now: Round) -> float:
    """Seconds that one process takes for the runs of a world, whenever they were done."""
    from sim.results import read_table

    return float(read_table(directory, "runs")["seconds"].sum() or 0.0) / now.worlds
