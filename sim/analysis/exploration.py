"""All that a sweep tells of one metric: what moves it, where which arm wins, what flips it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.flips import Flips, flips
from sim.analysis.regions import Region, region
from sim.analysis.responses import Quantity, read_outcomes
from sim.analysis.sensitivity import Sensitivity, sensitivity
from sim.analysis.sweep import Sweep, read_sweep
from sim.analysis.tables import Metric, metric_of
from sim.errors import UsageError, WorkError, not_among
from sim.results import read_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Exploration:
    """What `explore` found.

    Attributes
    ----------
    metric : Metric
    baseline : str
    smallest : float or None
        The smallest difference of the metric that matters, if it is the study's primary one.
    sensitivities : tuple of Sensitivity
        Of every difference, and of the values of arms that were asked for.
    regions : tuple of Region
        Of every difference, where more than one parameter is varied.
    flips : tuple of Flips
        Of every difference.
    level : float
        Confidence level of every interval.
    """

    sweep: Sweep
    metric: Metric
    baseline: str
    smallest: float | None
    sensitivities: tuple[Sensitivity, ...]
    regions: tuple[Region, ...]
    flips: tuple[Flips, ...]
    level: float


def explore(
    directory: Path,
    *,
    metric: str | None = None,
    arm: str | None = None,
    question: str | None = None,
    cohort: str | None = None,
    over: tuple[str, str] | None = None,
    level: float = LEVEL,
) -> Exploration:
    """Analyse the sweep of a study, from its tables alone.

    Parameters
    ----------
    directory : Path
        A directory that `netgrow run` wrote.
    metric : str, optional
        The study's primary one by default.
    arm : str, optional
        This arm alone: its difference to the baseline, and its own value. By default the
        differences of all arms.
    question : {"one", "everyone"}, optional
        All that were asked by default.
    cohort : {"focal", "all"}, optional
        The focal members by default, where they were measured.
    over : (str, str), optional
        Parameters of the map; by default the two that move the difference most.
    level : float

    Raises
    ------
    UsageError
        No such directory, no sweep, or an unknown metric, arm, question, cohort or parameter.
    WorkError
        Nothing has finished, or a table or the manifest is damaged.
    """
    manifest = read_manifest(directory)
    sweep = read_sweep(manifest)
    if sweep is None:
        raise UsageError(
            f"{directory} has no sweep: vary parameters under [sweep] in the scenario and run it "
            "again, or use `netgrow compare`"
        )
    described = manifest.get("metrics", {})
    name = metric or str(manifest.get("primary", ""))
    table = read_outcomes(directory, name)
    if table.is_empty():
        if metric is None or name in described:
            raise WorkError(
                f"{directory} has no value of {name!r} yet: finish the study with "
                f"{manifest.get('command') or 'the command that began it'}"
            )
        raise not_among("metric", name, described)
    baseline = str(manifest.get("baseline", ""))
    run = set(table["arm"])
    arms = [
        each for each in dict.fromkeys([*manifest.get("arms", {}), *sorted(run)]) if each in run
    ]
    questions = sorted(set(table["question"]), key=lambda each: (each != "one", each))
    cohorts = sorted(set(table["cohort"]), key=lambda each: (each != "focal", each))
    chosen_arms = (
        [_chosen("arm", arm, arms)] if arm else [each for each in arms if each != baseline]
    )
    chosen_questions = [_chosen("question", question, questions)] if question else questions
    whose = _chosen("cohort", cohort, cohorts) if cohort else cohorts[0]
    for key in over or ():
        _chosen("varied parameter", key, list(sweep.keys))
    if over and over[0] == over[1]:
        raise UsageError(f"a map needs two parameters, and {over[0]!r} is named twice")
    smallest = manifest.get("smallest_difference") if name == manifest.get("primary") else None
    told = metric_of(name, described)
    found: list[Sensitivity] = []
    maps: list[Region] = []
    turns: list[Flips] = []
    for asked in chosen_questions:
        for each in chosen_arms:
            if arm:
                value = Quantity(asked, whose, name, each)
                found.append(sensitivity(table, sweep, value, level))
            if each == baseline or baseline not in run:
                continue
            gap = Quantity(asked, whose, name, each, baseline)
            moved = sensitivity(table, sweep, gap, level)
            found.append(moved)
            turns.append(flips(table, sweep, gap, better=told.better, level=level))
            if len(sweep.axes) > 1:
                first, second = over or _two(moved, sweep)
                maps.append(
                    region(
                        table,
                        sweep,
                        gap,
                        (first, second),
                        better=told.better,
                        smallest=smallest,
                        level=level,
                    )
                )
    return Exploration(
        sweep=sweep,
        metric=told,
        baseline=baseline,
        smallest=smallest,
        sensitivities=tuple(found),
        regions=tuple(maps),
        flips=tuple(turns),
        level=level,
    )


def _two(found: Sensitivity, sweep: Sweep) -> tuple[str, str]:
    """Choose the two parameters that move most; without indices the first two."""
    first, second, *_ = dict.fromkeys([*found.ranked, *sweep.keys])
    return first, second


def _chosen(what: str, asked: str, known: Sequence[str]) -> str:
    if asked not in known:
        raise not_among(what, asked, known)
    return asked
