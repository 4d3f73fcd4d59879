"""A whole study: its plan, its runs on some workers, its tables; and how it goes on."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.design import plan
from sim.batch.executors import Local, interrupts_put_off
from sim.batch.ledger import Ledger, Progress, Silent
from sim.batch.provenance import manifest_of
from sim.batch.resume import Before, digest_of_runs, take_up
from sim.batch.run import Runner
from sim.batch.schedule import run_all
from sim.errors import UsageError, WorkError
from sim.results import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from sim.batch.design import Study
    from sim.batch.executors import Crew
    from sim.batch.run import RunOutcome
    from sim.results import RunKey
    from sim.scenario import Scenario


_MENDED = 3
"""How often files of runs may turn out to be damaged within one session."""


class Interrupted(WorkError):  # noqa: N818 - what happened, not a fault
    """Ctrl-C: what is done is kept; the message says how to go on."""


@dataclass(frozen=True)
class StudyOutcome:
    """How a study ended.

    Parameters
    ----------
    done, failed : int
        Runs of the plan that have results, and that have none.
    directory : Path
        Where the tables are.
    """

    done: int
    failed: int
    directory: Path


def conduct(
    study: Study,
    directory: Path,
    *,
    jobs: int = 1,
    threads: int = 1,
    crew: Crew | None = None,
    fresh: bool = False,
    retry_failed: bool = False,
    command: str = "",
    noted: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> StudyOutcome:
    """Run what of a study is not there yet, and make its tables.

    Parameters
    ----------
    study : Study
    directory : Path
        Where the results are kept. A study of the same name in it is gone on with: its runs are
        used if all that determines them is the same, and else kept beside the new ones.
    jobs : int
        Runs at a time, 1 or more; with 1 they are done in this process.
    threads : int
        Threads inside a run, 1 or more.
    crew : Crew, optional
        Who does the runs; without one, `jobs` processes on this machine.
    fresh : bool
        Delete the results in the directory first.
    retry_failed : bool
        Run again what failed in a session before; else it stays failed.
    command : str
        The command that runs this study, for the manifest and for messages.
    noted : mapping, optional
        What else the manifest is to say: of JSON's types, by keys that it does not have yet.
    progress : Progress, optional
        Who is told.

    Returns
    -------
    StudyOutcome

    Raises
    ------
    UsageError
        If `jobs` or `threads` is not positive, or the directory holds anything else.
    Interrupted
        On Ctrl-C.
    WorkError
        If the disk refuses or no workers can be begun. Finished runs are kept.
    """
    for name, number in (("jobs", jobs), ("threads", threads)):
        if number < 1:
            raise UsageError(f"{name} is {number}, and must be 1 or more")
    begun = time.monotonic()
    progress = progress or Silent()
    crew = crew or Local(jobs)
    # Going on must not start over, nor try again for ever what fails.
    again = command.replace(" --fresh", "").replace(" --retry-failed", "")
    keys = plan(study.design, study.points)
    manifest = {**(noted or {}), **manifest_of(study, keys, again)}
    wanted = {key: study.settings(key) for key in keys}
    store = Store(directory)
    with store.open():
        before = _from_before(
            store, study, manifest, wanted, fresh=fresh, retry_failed=retry_failed
        )
        for note in before.notes:
            progress.note(note)
        ledger = Ledger(store, wanted, before.stamps, before.failed, progress)
        runner = Runner(study.engine, study.settings, threads)

        def take_in(outcome: RunOutcome) -> None:
            # Between a run's file and its row, Ctrl-C would have one run too few told.
            with interrupts_put_off():
                ledger.take_in(outcome)
            ledger.lose(*store.shelf.pack())

        try:
            store.write_plan(
                {**manifest, **_tables(before.tables, before.stamps, wanted)},
                study.scenario,
                ledger.rows,
            )
            progress.started(len(wanted), len(before.stamps))

            def run(planned: list[RunKey]) -> None:
                with crew.at_work(runner, progress.note) as hire:
                    run_all(planned, hire, crew.at_a_time, take_in, progress.note)

            tables = before.tables or _run_and_merge(store, ledger, run)
            timings = {"session_seconds": round(time.monotonic() - begun, 3), **ledger.timings()}
            done = _tables(tables, ledger.having("done"), wanted)
            store.write_manifest({**manifest, "timings": timings, **done})
            ledger.write()
        except KeyboardInterrupt as interrupt:
            # A second Ctrl-C waits until the plan is written: it is soon.
            with interrupts_put_off(), contextlib.suppress(WorkError):
                ledger.write()
            raise Interrupted(f"interrupted: {_kept(ledger, directory, again)}") from interrupt
        except WorkError as error:
            # A disk that is full refuses this too, and need not: the runs' files say it all.
            with contextlib.suppress(WorkError):
                ledger.write()
            raise WorkError(f"{error}; {_kept(ledger, directory, again)}") from error
    return StudyOutcome(len(ledger.having("done")), len(ledger.having("failed")), directory)


def _from_before(
    store: Store,
    study: Study,
    manifest: Mapping[str, Any],
    wanted: Mapping[RunKey, str],
    *,
    fresh: bool,
    retry_failed: bool,
) -> Before:
    """Find what the directory holds of this study, once what is to go is gone."""
    old = store.manifest()
    if old is None:
        return Before()
    if fresh:
        store.start_over()
        return Before()
    return take_up(store, old, manifest, study.scenario, wanted, retry_failed=retry_failed)


def _run_and_merge(
    store: Store, ledger: Ledger, run: Callable[[list[RunKey]], None]
) -> Mapping[str, str]:
    """Do what is planned, and make the tables of it, once every file of a run is whole."""
    for _ in range(_MENDED):
        run(ledger.having("planned"))
        lost, notes = store.shelf.check(ledger.having("done"))
        ledger.lose(lost, notes)
        if not ledger.having("planned"):
            return store.shelf.merge(ledger.having("done"))
    raise WorkError(f"files in {store.directory} are damaged as soon as they are written")


def _tables(
    digests: Mapping[str, str], done: Iterable[RunKey], wanted: Mapping[RunKey, str]
) -> dict[str, Any]:
    """Say in the manifest what the tables of the whole study are, if they are there."""
    return {"tables": digests, "merged": digest_of_runs(done, wanted)} if digests else {}


def _kept(ledger: Ledger, directory: Path, again: str) -> str:
    done, total = len(ledger.having("done")), len(ledger.rows)
    how = f"go on with: {again}" if again else "the same command goes on from there"
    return f"{done} of {total} runs are done and kept in {directory}; {how}"


def run_study(
    scenario: Scenario,
    directory: str | os.PathLike[str],
    *,
    jobs: int = 1,
    threads: int = 1,
    fresh: bool = False,
    retry_failed: bool = False,
    cluster: str | None = None,
    data_directory: str | os.PathLike[str] | None = None,
    command: str = "",
    progress: Progress | None = None,
) -> StudyOutcome:
    """Run a scenario: every arm in every world, under every question it asks.

    With several jobs worker processes are begun, which import the script that calls this: its calls
    belong under `if __name__ == "__main__":`.

    Parameters
    ----------
    scenario : Scenario
    directory : path
        Where the results are kept. Results of the same study in it are gone on with.
    data_directory : path, optional
        Where the real input is that the scenario names.
    cluster : str, optional
        Address of a Dask scheduler, as `tcp://host:8786`: runs are done by its workers, as many at
        a time as it has threads, in place of `jobs`.
    jobs, threads, fresh, retry_failed, command, progress
        As for `conduct`.

    Returns
    -------
    StudyOutcome

    Raises
    ------
    UsageError, Interrupted, WorkError
        As for `conduct`; also if real input or the cluster cannot be used.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("scenarios/known-vs-groups.toml")  # doctest: +SKIP
    >>> sim.run_study(scenario, "results/known-vs-groups", jobs=2)  # doctest: +SKIP
    """
    # It brings the compiled model with it, which a batch of other engines does not need.
    from sim.batch.prepare import prepare
    from sim.batch.warm_up import warm_up

    made = prepare(scenario, None if data_directory is None else Path(data_directory))
    if cluster is None and jobs > 1:
        # Else each of the workers would compile the same.
        warm_up(scenario, lambda: None, made.points)
    with contextlib.ExitStack() as ending:
        crew = None
        if cluster is not None:
            from sim.batch.cluster import Cluster

            crew = ending.enter_context(Cluster.of(made, cluster))
        return conduct(
            made,
            Path(directory),
            jobs=jobs,
            threads=threads,
            fresh=fresh,
            retry_failed=retry_failed,
            command=command,
            progress=progress,
            crew=crew,
        )
