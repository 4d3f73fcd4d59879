"""The steps of `netgrow run`, each with what it says."""

from __future__ import annotations

import contextlib
import difflib
import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from sim.cli.talk import duration, memory, plural
from sim.errors import UsageError, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sim.batch.design import Study
    from sim.batch.executors import Crew
    from sim.cli.talk import Talk
    from sim.scenario import Scenario

_LARGE = frozenset({"members.count", "members.coverage", "acquaintances.median"})
"""Parameters that decide how large a world is."""


def with_arms(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return a scenario with some of its arms, and the baseline.

    Raises
    ------
    UsageError
        If there is no arm of one of the names.
    """
    for name in names:
        if name not in scenario.arms:
            near = difflib.get_close_matches(name, scenario.arms, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(
                f"--arm: given {name!r}; allowed: an arm of the scenario "
                f"({', '.join(scenario.arms)}){hint}"
            )
    kept = {*names, scenario.reference}
    if scenario.sweep is not None:
        for key in [*scenario.sweep.vary, *(key for row in scenario.sweep.list for key in row)]:
            table, _, rest = key.partition(".")
            if table == "arms" and (arm := rest.partition(".")[0]) not in kept:
                raise UsageError(f"--arm: the sweep varies {key}, so add --arm {arm}")
    arms = {name: arm for name, arm in scenario.arms.items() if name in kept}
    return scenario.model_copy(update={"arms": arms})


def data_directory(scenario: Scenario, given: Path | None, beside: Path) -> Path | None:
    """Return where real input is: as given, else beside the scenario file if it is there."""
    if given is not None or scenario.data is None:
        return given
    data = scenario.data
    names = [n for n in (data.memberships, data.groups, data.edges, data.attributes) if n]
    return beside if all((beside / name).exists() for name in names) else None


def refuse_what_does_not_fit(
    study: Study, directory: Path, jobs: int, threads: int, *, fresh: bool
) -> None:
    """Refuse a study that needs more memory than there is, before it begins.

    Raises
    ------
    UsageError
        It says how much, and what to change.
    """
    from sim.batch import plan
    from sim.batch.engine import NetworkEngine
    from sim.batch.estimate import PROCESS, estimate
    from sim.batch.machine import free_memory
    from sim.batch.preview import done_before

    if not isinstance(study.engine, NetworkEngine):
        return
    scenario, real = study.engine.scenario, study.engine.real
    keys, free = plan(study.design, study.points), free_memory()
    if free is None or estimate(scenario, keys, jobs, threads, real, study.points).fits(free):
        return
    done = set(done_before(study, directory, fresh=fresh))
    left = [key for key in keys if key not in done]
    found = estimate(scenario, left, jobs, threads, real, study.points)
    if not left or found.fits(free):
        return
    fewer = (free - PROCESS) // found.process
    varied = {key for values in study.points.values() for key in values}
    share = (free - PROCESS) / (found.process - PROCESS)
    if fewer > 0 or found.process <= free:
        change = f"take -j {max(1, fewer)}"
    elif real is None and share > 0 and not varied & _LARGE:
        fitting = f"{int(share * scenario.members.count):,}"
        change = f"set members.count to {fitting} or less, or lower members.coverage"
    elif varied & _LARGE:
        change = "take a machine with more, or let the sweep end at smaller worlds"
    else:
        change = "take a machine with more"
    raise UsageError(
        f"{scenario.name} needs about {memory(found.memory)} of memory and {memory(free)} are "
        f"free: {change}; `netgrow run --force` tries it all the same"
    )


def preview(
    study: Study, scenario: Scenario, directory: Path, jobs: int, threads: int, *, fresh: bool
) -> None:
    """Say on stdout what would be run and where it would be written; write nothing."""
    from sim.batch import plan
    from sim.batch.engine import NetworkEngine
    from sim.batch.estimate import estimate
    from sim.batch.machine import free_memory
    from sim.batch.preview import done_before

    keys = plan(study.design, study.points)
    done = done_before(study, directory, fresh=fresh)
    real = study.engine.real if isinstance(study.engine, NetworkEngine) else None
    members = real.members if real is not None else scenario.members.count
    origin = f", from {', '.join(study.data)}" if study.data else ""
    last = scenario.seed + scenario.seeds - 1
    click.echo(f"question    {' '.join(plain(scenario.question).split())}")
    click.echo(plain(f"world       {members:,} members{origin}"))
    click.echo(f"length      {plural(scenario.weeks, 'week')}")
    click.echo(f"worlds      {scenario.seeds:,}, seeds {scenario.seed} to {last}")
    if study.sweep is not None:
        varied = ", ".join(study.sweep["vary"])
        click.echo(
            f"points      {len(study.points):,}: the scenario itself, and "
            f"{len(study.points) - 1:,} of a design {study.sweep['design']} over {varied}"
        )
    click.echo(f"runs        {len(keys):,}, of which {len(done):,} are done")
    planned = Counter((key.question, key.arm) for key in keys)
    finished = Counter((key.question, key.arm) for key in done)
    for (question, arm), number in planned.items():
        click.echo(f"            {question}/{arm}: {number:,} ({finished[question, arm]:,} done)")
    left = [key for key in keys if key not in set(done)]
    found = estimate(scenario, left, jobs, threads, real, study.points)
    free = free_memory()
    here = "" if free is None else f"; {memory(free)} are free"
    enough = "" if found.fits(free) else ", which is too little: it would be refused"
    click.echo(f"ties        about {found.ties:,.0f} a member at the end of a run")
    click.echo(
        f"memory      about {memory(found.process)} a process, {memory(found.memory)} in all "
        f"with -j {jobs}{here}{enough}"
    )
    click.echo(f"time        about {duration(found.seconds)} with -j {jobs}")
    click.echo(f"disk        at most about {memory(found.stored)} of results")
    click.echo(f"results in  {directory}")


def crew_of(
    study: Study, address: str | None, jobs: int | None
) -> AbstractContextManager[Crew | None]:
    """Return who does the runs of a study on a cluster, as a context; None without an address."""
    if address is None:
        return contextlib.nullcontext()
    from sim.batch.cluster import Cluster

    return Cluster.of(study, address, jobs)


def conduct(
    study: Study,
    directory: Path,
    talk: Talk,
    words: Sequence[str],
    jobs: int,
    threads: int,
    *,
    crew: Crew | None = None,
    fresh: bool,
    retry_failed: bool = False,
    force: bool = False,
    noted: Mapping[str, Any] | None = None,
) -> int:
    """Do the runs that are not done yet, by a crew or else here; return how many failed."""
    from sim.batch.engine import NetworkEngine
    from sim.batch.study import conduct as conducted
    from sim.batch.warm_up import is_kept, warm_up

    def compiling() -> None:
        talk.say("compiling the engine (first time only, up to a minute) ...")

    if not force and crew is None:
        refuse_what_does_not_fit(study, directory, jobs, threads, fresh=fresh)
    functions, seconds = 0, 0.0
    # The workers of a cluster compile for themselves.
    if isinstance(study.engine, NetworkEngine) and crew is None:
        functions, seconds = warm_up(study.engine.scenario, compiling, study.points)
    if functions:
        talk.say(f"compiled {functions} functions in {duration(seconds)}")
        if not is_kept():
            talk.note(
                "no cache folder can be written, so every process compiles again; "
                "name one in XDG_CACHE_HOME"
            )
    with talk:
        outcome = conducted(
            study,
            directory,
            jobs=jobs,
            threads=threads,
            crew=crew,
            fresh=fresh,
            retry_failed=retry_failed,
            command=shlex.join(["netgrow", *words]),
            noted=noted,
            progress=talk,
        )
    if outcome.failed:
        talk.warn(
            f"{outcome.failed:,} of {plural(outcome.failed + outcome.done, 'run')} failed; "
            f"tracebacks are in {directory / 'failures'}; mend the cause, and the same command "
            "with --retry-failed tries them again"
        )
    return outcome.failed


def answer(study: Study, directory: Path, talk: Talk, *, report: bool) -> None:
    """Show the verdict and the table on stdout, and write comparison and report."""
    import sim.analysis as room
    from sim.cli.tables import for_reading, of_few_points, show_comparison, show_words

    results = room.load([directory])
    if len(study.design.arms) == 1:
        talk.note("there is one arm, so there is nothing to compare")
    else:
        found = room.compare(results)
        room.write(found, directory)
        shown, left_out = of_few_points(found)
        show_words([*room.headlines(shown), ""])
        show_comparison(shown, for_reading(shown), brief=True)
        for note in found.notes:
            talk.note(note)
        talk.say(f"all metrics: netgrow compare --all {shlex.quote(str(directory))}")
        if left_out:
            talk.say(
                f"the other {left_out:,} points: netgrow sensitivity {shlex.quote(str(directory))}"
            )
    talk.say(f"tables: {directory}")
    if report:
        from sim.report import write_html

        talk.say(f"report: {write_html(directory)}")
