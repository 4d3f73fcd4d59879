"""Where runs are done: in this process, in worker processes of their own, or elsewhere.

A worker does one task at a time and hands back futures of `concurrent.futures`. It computes; it
writes nothing, so it needs no disk in common with who asked. A crew is where workers come from:
`Local` here, the machines of a cluster in `sim.batch.cluster`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Protocol

from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

_READY = "ready"
_SECONDS_TO_END = 5.0


class WorkerLostError(BrokenExecutor):
    """A worker ended in the middle of a task, or is gone; the message says how."""


class Worker[T, R](Protocol):
    """Does tasks one at a time."""

    def submit(self, task: T) -> Future[R]:
        """Begin a task.

        The future fails with `WorkerLostError` if the worker is lost meanwhile. A worker that is
        known to be gone raises it here: then the task was not begun.
        """

    def stop(self) -> None:
        """End at once, with whatever is under way."""


type Hire[T, R] = Callable[[], Worker[T, R] | None]
"""Makes a worker; None if there is none to be had now. Raises WorkError if there will be none."""


class Crew(Protocol):
    """Where workers come from."""

    @property
    def at_a_time(self) -> int:
        """At most so many of them work at the same time, 1 or more."""

    def at_work[T, R](
        self, job: Callable[[T], R], note: Callable[[str], None]
    ) -> AbstractContextManager[Hire[T, R]]:
        """Let workers of one job be hired until the end of the block.

        Parameters
        ----------
        job : callable
            What they do with a task. It tells failures in what it returns.
        note : callable
            Called, while one hires, with a line about what is worth telling of the workers.
        """


@dataclass(frozen=True)
class Local:
    """Workers on this machine: this process if one is enough, else processes of their own.

    Parameters
    ----------
    at_a_time : int
        How many, 1 or more.
    """

    at_a_time: int

    @contextlib.contextmanager
    def at_work[T, R](
        self,
        job: Callable[[T], R],
        note: Callable[[str], None],  # noqa: ARG002 - nothing is to be told of them
    ) -> Iterator[Hire[T, R]]:
        """Let workers be hired; as `Crew.at_work`."""
        yield lambda: InProcess(job) if self.at_a_time == 1 else Subprocess(job)


class InProcess[T, R]:
    """A worker that does its tasks here, each before `submit` returns.

    Parameters
    ----------
    job : callable
        What is done with a task. It tells failures in what it returns.
    """

    def __init__(self, job: Callable[[T], R]) -> None:
        self._job = job

    def submit(self, task: T) -> Future[R]:
        """Do a task."""
        future: Future[R] = Future()
        future.set_result(self._job(task))
        return future

    def stop(self) -> None:
        """Nothing is under way between two tasks."""


class Subprocess[T, R]:
    """A worker process, begun afresh (never forked: this process may have threads).

    Parameters
    ----------
    job : callable
        What is done with a task; pickled and sent once. It tells failures in what it returns.

    Raises
    ------
    WorkError
        If the job cannot be pickled, or no process can be begun.
    """

    def __init__(self, job: Callable[[T], R]) -> None:
        if multiprocessing.current_process().daemon:
            raise WorkError("a worker process of others may not begin processes of its own")
        context = multiprocessing.get_context("spawn")
        self._connection, far_end = context.Pipe()
        self._process = context.Process(target=_work, args=(far_end, job), daemon=True)
        # Begun on its own: it would take the mask away again.
        resource_tracker.ensure_running()
        try:
            with interrupts_put_off(), _interrupts_held_back():
                self._process.start()
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise WorkError(
                f"the scenario cannot be sent to a worker process ({error}); use -j 1"
            ) from error
        except OSError as error:
            raise WorkError(f"cannot begin a worker process: {error}; use -j 1") from error
        finally:
            # With the worker as the only holder of its end, its death ends our reading, also when
            # it is killed in the middle of an answer.
            far_end.close()
        # The thread waits for the pipe, so that callers can wait for futures of many workers.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="netgrow-worker")
        self._started = False

    def submit(self, task: T) -> Future[R]:
        """Send a task to the process."""
        with interrupts_put_off():
            return self._thread.submit(self._ask, task)

    def _ask(self, task: T) -> R:
        try:
            if not self._started:
                self._started = self._connection.recv() == _READY
            self._connection.send(task)
            answer: R = self._connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(_SECONDS_TO_END)
            how = _ending(self._process.exitcode)
            if not self._started:
                raise WorkError(f"a worker process ended as it began ({how}); use -j 1") from error
            raise WorkerLostError(f"its worker process ended ({how})") from error
        return answer

    def stop(self) -> None:
        """Kill the process, whatever it is doing."""
        with interrupts_put_off():
            self._process.kill()
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._process.join(_SECONDS_TO_END)
            self._connection.close()


def _work[T, R](connection: Connection, job: Callable[[T], R]) -> None:
    """Answer tasks until there are no more; the main function of a worker process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Whoever asked is gone when the pipe is, and there is nobody left to tell.
    with contextlib.suppress(EOFError, OSError):
        connection.send(_READY)
        while True:
            connection.send(job(connection.recv()))


def _end_with_parent() -> None:
    """Do not finish a long run for a parent that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def interrupts_put_off() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block.

    Python raises it between any two steps of the main thread, also after a lock is taken and
    before the block begins that would give it back; the thread of a worker then waits for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let a process begun in this block never see Ctrl-C: it inherits the mask of signals.

    Ctrl-C in a terminal goes to all processes; it is the parent that answers it. Here one that
    arrives meanwhile is delivered at the end of the block.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _ending(status: int | None) -> str:
    if status is None:
        return "no exit status"
    if status >= 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    memory = "; often the system is out of memory" if -status == signal.SIGKILL else ""
    return f"killed by {name}{memory}"
