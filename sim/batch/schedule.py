"""Hands runs to workers, world by world, and takes in what becomes of them."""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING

from sim.batch.executors import WorkerLostError, interrupts_put_off
from sim.batch.run import RunOutcome

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from concurrent.futures import Future

    from sim.batch.executors import Hire, Worker
    from sim.results import RunKey

    type RunWorker = Worker[RunKey, RunOutcome]

# polars answers SIGINT so that a wait for a lock is begun again and not ended; between two waits,
# when no lock of a future is held, Ctrl-C is heard.
_SECONDS_DEAF_TO_INTERRUPTS = 0.1

TRIES = 2
"""How often a run may lose its worker before it counts as failed."""


class Schedule:
    """The runs still to be given out.

    A worker keeps to one world as long as that has runs left, so that a world is built once and
    not once an arm; only at the end, with fewer worlds than workers, is one shared.

    Parameters
    ----------
    keys : iterable of RunKey
        Runs to do, in the order in which they should begin.
    """

    def __init__(self, keys: Iterable[RunKey]) -> None:
        self._left: dict[tuple[str, int], deque[RunKey]] = {}
        self._held: dict[int, tuple[str, int]] = {}
        for key in keys:
            self._left.setdefault(key.world, deque()).append(key)

    def __bool__(self) -> bool:
        return bool(self._left)

    def take(self, holder: int) -> RunKey:
        """Give out the next run to a worker, named by any number of its own."""
        world = self._held.get(holder)
        if world not in self._left:
            others = set(self._held.values())
            fresh = (candidate for candidate in self._left if candidate not in others)
            fullest = max(self._left, key=lambda candidate: len(self._left[candidate]))
            world = next(fresh, fullest)
        self._held[holder] = world
        key = self._left[world].popleft()
        if not self._left[world]:
            del self._left[world]
        return key

    def give_back(self, key: RunKey) -> None:
        """Take a run back, to be given out again."""
        self._left.setdefault(key.world, deque()).appendleft(key)

    def release(self, holder: int) -> None:
        """Forget a worker that is gone."""
        self._held.pop(holder, None)


class _Staff:
    """Workers, those of them that have nothing to do, and what the others are at."""

    def __init__(self, schedule: Schedule, hire: Hire[RunKey, RunOutcome], at_a_time: int) -> None:
        self._schedule, self._hire, self._at_a_time = schedule, hire, at_a_time
        self.hired: list[RunWorker] = []
        self.idle: list[RunWorker] = []
        self.busy: dict[Future[RunOutcome], tuple[RunWorker, RunKey, float]] = {}

    def employ(self) -> None:
        """Give runs to as many workers as there may be, and can be had."""
        while self._schedule and len(self.busy) < self._at_a_time:
            if not self.idle:
                hired = self._hire()
                if hired is None:
                    return
                self.hired.append(hired)
                self.idle.append(hired)
            worker = self.idle.pop()
            key = self._schedule.take(id(worker))
            try:
                self.busy[worker.submit(key)] = (worker, key, time.perf_counter())
            except WorkerLostError:
                # It went while it had nothing to do, and no run of it is lost.
                self._schedule.give_back(key)
                self.dismiss(worker)

    def dismiss(self, worker: RunWorker) -> None:
        """Forget a worker that is gone."""
        worker.stop()
        self.hired.remove(worker)
        self._schedule.release(id(worker))


def _done_of(futures: Collection[Future[RunOutcome]]) -> set[Future[RunOutcome]]:
    """Wait for a moment, or until at least one future is done."""
    if not futures:
        time.sleep(_SECONDS_DEAF_TO_INTERRUPTS)
        return set()
    with interrupts_put_off():
        return wait(futures, _SECONDS_DEAF_TO_INTERRUPTS, FIRST_COMPLETED).done


def run_all(
    keys: Iterable[RunKey],
    hire: Hire[RunKey, RunOutcome],
    workers: int,
    report: Callable[[RunOutcome], None],
    note: Callable[[str], None],
) -> None:
    """Do runs on some workers, and report each as soon as it is done.

    Parameters
    ----------
    keys : iterable of RunKey
        The runs.
    hire : callable
        Makes a worker; None if there is none now, and then it is asked again a moment later.
    workers : int
        How many runs at a time at most, 1 or more.
    report : callable
        Called here with each outcome, a failure being one; it alone writes.
    note : callable
        Called with a line about anything else worth telling.

    Raises
    ------
    WorkError
        If workers cannot be begun at all, or `report` raises it. The workers are then ended.
    """
    schedule = Schedule(keys)
    staff = _Staff(schedule, hire, workers)
    lost: Counter[RunKey] = Counter()
    try:
        while schedule or staff.busy:
            staff.employ()
            for future in _done_of(staff.busy):
                worker, key, begun = staff.busy.pop(future)
                try:
                    outcome = future.result()
                except WorkerLostError as loss:
                    staff.dismiss(worker)
                    lost[key] += 1
                    if lost[key] < TRIES:
                        note(f"{key.id}: {loss}; it is run once more")
                        schedule.give_back(key)
                        continue
                    error = f"WorkerLostError: {loss}, {TRIES} times"
                    outcome = RunOutcome(
                        key, time.perf_counter() - begun, None, error, error, passing=True
                    )
                else:
                    staff.idle.append(worker)
                try:
                    # The disk is slow, and a worker need not wait for it. Where this process does
                    # the runs itself, the next would keep this one from being written.
                    if workers > 1:
                        staff.employ()
                finally:
                    report(outcome)
    finally:
        for worker in staff.hired:
            worker.stop()
