"""What a Dask worker keeps of a study, and how it does a run; imported there, not where one asks.

A desk is the value of a task that is bound to its worker. Dask keeps it as long as whoever asked
for it is there, and lets go of it, and of the worlds on it, when that ends in whatever way.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import hashlib
import pickle
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.batch.provenance import PACKAGES, source_digest, version_of
from sim.errors import UsageError, WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from distributed import Worker as DaskWorker

    type WarmUp = Callable[[], tuple[int, float]]

_SECONDS_BETWEEN_LOOKS = 0.5
_DIGITS = 12
_NONE = "none"


class Desk:
    """The job of a study on one worker, and a copy of it for each of the worker's slots.

    Parameters
    ----------
    sent : bytes
        Pickled: the job, and what compiles all that it needs (None if there is no such thing).
    expected : mapping of str to str
        What `about` says where the job comes from.
    strategies : iterable of str
        Strategies of the user's own.

    Raises
    ------
    WorkError
        If anything is different here.
    """

    def __init__(self, sent: bytes, expected: Mapping[str, str], strategies: Iterable[str]) -> None:
        here = about(strategies)
        other = [
            f"{what} {here[what]} there and {value} here"
            for what, value in expected.items()
            if here[what] != value
        ]
        if other:
            raise WorkError(", ".join(other))
        # Who may ask for tasks of a cluster may run anything on it, with or without this.
        self._job, warm_up = pickle.loads(sent)  # noqa: S301
        self._jobs: dict[int, Callable[[Any], Any]] = {}
        self._made_of = sent, expected, strategies
        self.compiled: tuple[int, float] = warm_up() if warm_up is not None else (0, 0.0)

    def job(self, slot: int) -> Callable[[Any], Any]:
        """Return the job of a slot; it keeps one world, as a process on the own machine does."""
        return self._jobs.setdefault(slot, copy.copy(self._job))

    def __reduce__(self) -> tuple[Any, ...]:
        # Dask may move it, or put it on the disk where memory is short: without its worlds.
        return Desk, self._made_of


class _Order:
    """Pickled, what it is unpickled to is a desk."""

    def __init__(self, *made_of: object) -> None:
        self._made_of = made_of

    def __reduce__(self) -> tuple[Any, ...]:
        return Desk, self._made_of


def order(job: Callable[[Any], Any], warm_up: WarmUp | None, strategies: Iterable[str]) -> bytes:
    """Return what makes a desk where `pickle.loads` is called with it.

    A worker that were sent anything else of netgrow, and has none, would come to its end at once:
    Dask reads the name of a task's function before it is ready to tell of an error.
    """
    own = tuple(strategies)
    return pickle.dumps(_Order(pickle.dumps((job, warm_up)), about(own), own))


def compiled(desk: Desk) -> tuple[int, float]:
    """Return how many functions were compiled for a desk, and in how many seconds."""
    return desk.compiled


def unheard() -> None:
    """Say nothing: that something is compiled is told by who waits for it."""


def about(strategies: Iterable[str]) -> dict[str, str]:
    """Say all that must be the same wherever runs of one study are done.

    Parameters
    ----------
    strategies : iterable of str
        Strategies of the user's own.

    Returns
    -------
    dict of str to str
        Versions and, of sources, the first digits of their SHA-256.
    """
    package = Path(sim.__file__).parent
    sources = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        sources.update(path.relative_to(package).as_posix().encode())
        sources.update(path.read_bytes())
    return {
        "netgrow": sim.__version__,
        "python": ".".join(map(str, sys.version_info[:2])),
        **{name: version_of(name) for name in (*PACKAGES, "distributed")},
        "sources of netgrow": sources.hexdigest()[:_DIGITS],
        **{f"strategy {name}": _own(name) for name in strategies},
    }


def _own(strategy: str) -> str:
    from sim.strategies import strategy_class

    try:
        return (source_digest(strategy_class(strategy)) or _NONE)[:_DIGITS]
    except UsageError:
        return _NONE


def work[T](desk: Desk, slot: int, task: T) -> Any:
    """Do a task at a desk; None if the cluster has no use for it any more.

    Parameters
    ----------
    desk : Desk
    slot : int
        Which of the worker's slots; it has one task at a time.
    task : object
        What the job is called with.
    """
    from distributed import get_worker

    worker = get_worker()
    try:
        with _as_long_as_wanted(worker, worker.get_current_task()):
            return desk.job(slot)(task)
    except _Unwanted:
        return None


class _Unwanted(BaseException):
    """Raised in the middle of a run that was cancelled."""


@contextlib.contextmanager
def _as_long_as_wanted(worker: DaskWorker, task: object) -> Iterator[None]:
    """Break off the block in this thread when its task is cancelled, or who asked is gone.

    Dask itself would let it go on to its end, and the worker would be busy for nobody.
    """
    thread, gate, over = threading.get_ident(), threading.Lock(), threading.Event()

    def watch() -> None:
        while not over.wait(_SECONDS_BETWEEN_LOOKS):
            state = worker.state.tasks.get(task)  # type: ignore[call-overload]
            if state is None or state.state == "cancelled":
                with gate:
                    # Not after the block: it would hit whatever the thread does then.
                    if not over.is_set():
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(
                            ctypes.c_ulong(thread), ctypes.py_object(_Unwanted)
                        )
                return

    threading.Thread(target=watch, name="netgrow-wanted", daemon=True).start()
    try:
        yield
    finally:
        with gate:
            over.set()
