"""Workers are kept busy, and nothing that they have done is lost."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from batch.pretend import PretendDesign
from sim.batch.design import plan
from sim.batch.executors import WorkerLostError
from sim.batch.run import RunOutcome
from sim.batch.schedule import run_all
from sim.errors import WorkError

if TYPE_CHECKING:
    from sim.results import RunKey

KEYS = plan(PretendDesign(seeds=2))


class Diary:
    """Workers that are done at once, a wish to fail, and what happened in its order."""

    def __init__(self, hires: int = 99) -> None:
        self.events: list[tuple[str, RunKey | None]] = []
        self.hires = hires

    def hire(self) -> Diary:
        if not self.hires:
            raise WorkError("nobody to hire")
        self.hires -= 1
        return self

    def submit(self, task: RunKey) -> Future[RunOutcome]:
        self.events.append(("begun", task))
        future: Future[RunOutcome] = Future()
        future.set_result(RunOutcome(task, 1.0, b""))
        return future

    def stop(self) -> None:
        self.events.append(("stopped", None))

    def report(self, outcome: RunOutcome) -> None:
        self.events.append(("written", outcome.key))

    def those(self, what: str) -> list[RunKey | None]:
        return [key for event, key in self.events if event == what]


def lead(diary: Diary) -> list[int]:
    """Return, for each outcome that is written, how many runs have been begun and not written."""
    begun, leads = 0, []
    for event, _ in diary.events:
        begun += (event == "begun") - (event == "written")
        if event == "written":
            leads.append(begun)
    return leads


def test_a_worker_goes_on_while_its_run_is_written() -> None:
    diary = Diary()
    run_all(KEYS, diary.hire, 2, diary.report, print)
    assert sorted(diary.those("written"), key=str) == sorted(KEYS, key=str)
    # But for the last two, both workers have a run whenever one is written.
    assert lead(diary)[:-2] == [2] * (len(KEYS) - 2)


def test_alone_each_run_is_written_before_the_next_begins() -> None:
    diary = Diary()
    run_all(KEYS, diary.hire, 1, diary.report, print)
    assert diary.those("written") == diary.those("begun") == KEYS
    assert lead(diary) == [0] * len(KEYS)


def test_a_run_that_is_done_is_written_even_if_no_worker_can_go_on() -> None:
    class Refusing(Diary):
        def submit(self, task: RunKey) -> Future[RunOutcome]:
            if len(self.those("begun")) == 3:
                raise WorkError("no more")
            return super().submit(task)

    diary = Refusing()
    with pytest.raises(WorkError, match="no more"):
        run_all(KEYS, diary.hire, 2, diary.report, print)
    assert len(diary.those("written")) == 2
    assert diary.events[-1] == ("stopped", None)


def test_workers_that_come_late_are_given_runs() -> None:
    class Late(Diary):
        asked = 0

        def hire(self) -> Diary | None:  # type: ignore[override]
            self.asked += 1
            return None if self.asked % 3 else super().hire()

    diary = Late()
    run_all(KEYS, diary.hire, 2, diary.report, print)
    assert sorted(diary.those("written"), key=str) == sorted(KEYS, key=str)


def test_a_run_that_a_worker_never_began_is_not_lost() -> None:
    class Leaving(Diary):
        """Who has done a run goes home unseen."""

        def hire(self) -> Diary:
            self.events.append(("hired", None))
            worker = Leaving()
            worker.events = self.events
            return worker

        def submit(self, task: RunKey) -> Future[RunOutcome]:
            if self.hires < 99:
                raise WorkerLostError("gone")
            self.hires -= 1
            return super().submit(task)

    diary = Leaving()
    run_all(KEYS, diary.hire, 2, diary.report, print)
    for event in ("begun", "written"):
        assert sorted(diary.those(event), key=str) == sorted(KEYS, key=str)
    assert len(diary.those("hired")) == len(diary.those("stopped")) == len(KEYS)
