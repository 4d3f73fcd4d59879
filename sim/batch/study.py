"""A whole study: its plan, its runs on some workers, its tables; and how it goes on."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.design import plan
from sim.batch.executors import InProcess, Subprocess, interrupts_put_off
from sim.batch.ledger import Ledger, Progress, Silent
from sim.batch.provenance import manifest_of
from sim.batch.resume import (
    changes_worth_a_note,
    refuse_other_runs,
    refuse_other_study,
    settings_of,
)
from sim.batch.run import Runner
from sim.batch.schedule import run_all
from sim.errors import UsageError, WorkError
from sim.results import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from sim.batch.design import Study
    from sim.batch.run import RunOutcome
    from sim.batch.schedule import RunWorker
    from sim.results import RunKey, RunStamp
    from sim.scenario import Scenario


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
    fresh: bool = False,
    command: str = "",
    progress: Progress | None = None,
) -> StudyOutcome:
    """Run what of a study is not there yet, and make its tables.

    Parameters
    ----------
    study : Study
    directory : Path
        Where the results are kept. Results of the same study in it are gone on with.
    jobs : int
        Runs at a time, 1 or more; with 1 they are done in this process.
    threads : int
        Threads inside a run, 1 or more.
    fresh : bool
        Delete the results in the directory first.
    command : str
        The command that runs this study, for the manifest and for messages.
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
    # Going on must not start over.
    again = command.replace(" --fresh", "")
    keys = plan(study.design)
    manifest = manifest_of(study, keys, again)
    store = Store(directory)
    with store.open():
        stamps = _from_before(store, study, manifest, keys, fresh=fresh, progress=progress)
        ledger = Ledger(store, keys, stamps, progress)
        runner = Runner(study.engine, settings_of(manifest), threads)

        def hire() -> RunWorker:
            return InProcess(runner) if jobs == 1 else Subprocess(runner)

        def take_in(outcome: RunOutcome) -> None:
            # Between a run's file and its row, Ctrl-C would have one run too few told.
            with interrupts_put_off():
                ledger.take_in(outcome)

        try:
            store.write_plan(manifest, study.scenario, ledger.rows)
            progress.started(len(keys), len(stamps))
            run_all(ledger.having("planned"), hire, jobs, take_in, progress.note)
            tables = store.merge(ledger.having("done"))
            timings = {"session_seconds": round(time.monotonic() - begun, 3), **ledger.timings()}
            store.write_manifest({**manifest, "timings": timings, "tables": tables})
            ledger.write()
        except KeyboardInterrupt as interrupt:
            with contextlib.suppress(WorkError):
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
    keys: Sequence[RunKey],
    *,
    fresh: bool,
    progress: Progress,
) -> dict[RunKey, RunStamp]:
    """Finished runs in the directory that belong to this study; tables that are not its go."""
    old = store.manifest()
    if old is None:
        return {}
    if fresh:
        store.start_over()
        return {}
    refuse_other_study(store.directory, old, store.scenario(), manifest, study.scenario)
    stamps, notes = store.finished(keys)
    refuse_other_runs(store.directory, stamps, old, manifest)
    if stamps:
        notes += changes_worth_a_note(old, manifest)
    for note in notes:
        progress.note(note)
    if len(stamps) < len(keys) or store.scenario() != study.scenario:
        store.drop_tables()
    return stamps


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
    jobs, threads, fresh, command, progress
        As for `conduct`.

    Returns
    -------
    StudyOutcome

    Raises
    ------
    UsageError, Interrupted, WorkError
        As for `conduct`; also if real input cannot be used.

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
    if jobs > 1:
        # Else each of the workers would compile the same.
        warm_up(scenario, lambda: None)
    return conduct(
        made,
        Path(directory),
        jobs=jobs,
        threads=threads,
        fresh=fresh,
        command=command,
        progress=progress,
    )
