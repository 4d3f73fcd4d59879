"""Who of a Dask cluster is there, who is ready, and what is under way; see `sim.batch.cluster`.

A worker of netgrow is one thread of one Dask worker, and keeps a world as local workers do. Its
tasks are bound to it: where it leaves, the schedule hears of it and gives the run to another.
"""

from __future__ import annotations

import contextlib
import functools
import pickle
import queue
import threading
import time
from concurrent.futures import CancelledError, Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.batch.desk import compiled, work
from sim.batch.executors import WorkerLostError, interrupts_put_off
from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import distributed

_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_UNTOLD = 3.0
_SECONDS_TO_HEAR = 10.0
_SECONDS_TO_END = 2.0


@dataclass
class _Place:
    """A Dask worker, and how far it is with making ready."""

    address: str
    threads: int
    desk: Any = None
    made: Any = None
    since: float = 0.0
    ready: bool = False
    refused: str = ""

    @property
    def host(self) -> str:
        return self.address.rpartition(":")[0]

    @property
    def preparing(self) -> bool:
        return self.made is not None and not self.ready and not self.refused


class Shift[T, R]:
    """The workers of one job: who is there, who is ready, and what is under way.

    A thread looks who came and who is gone; Dask tells of the end of tasks in another.
    """

    def __init__(
        self,
        client: distributed.Client,
        address: str,
        sent: bytes,
        patience: float,
        note: Callable[[str], None],
    ) -> None:
        self.client, self._address = client, address
        self._patience, self._note = patience, note
        with interrupts_put_off():
            # Not scattered: what is scattered is gone with the last worker that holds it.
            self._sent = client.submit(bytes, sent, pure=False)
        self.lock = threading.RLock()
        self.places: dict[str, _Place] = {}
        self.under_way: set[Slot[T, R]] = set()
        self._warm: set[str] = set()
        self._vacant: list[Slot[T, R]] = []
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._alone_since: float | None = None
        self.trouble: WorkError | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="netgrow-cluster", daemon=True)
        self._thread.start()

    def hire(self) -> Slot[T, R] | None:
        """Return a worker that is free; None if there is none now."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._note(self._news.get_nowait())
        with interrupts_put_off(), self.lock:
            if self.trouble is not None:
                raise self.trouble
            return self._vacant.pop(0) if self._vacant else None

    def vacate(self, slot: Slot[T, R]) -> None:
        """Take back a worker that gave up a task, if it is there all the same."""
        with self.lock:
            if slot.is_there:
                self._vacant.append(Slot(self, slot.place, slot.number))

    def end(self) -> None:
        """Cancel all that is under way and let go of what the workers keep."""
        self._over.set()
        self._thread.join(_SECONDS_TO_END)
        kept = [self._sent]
        for place in self.places.values():
            kept += [each for each in (place.desk, place.made) if each is not None]
        with contextlib.suppress(Exception):
            self.client.cancel(kept, force=True)  # type: ignore[no-untyped-call]
        self.places.clear()

    def fail(self, trouble: WorkError) -> None:
        """End all that is under way: there is nobody any more who could do it."""
        with self.lock:
            self.trouble = self.trouble or trouble
            under_way = list(self.under_way)
        for slot in under_way:
            slot.give_up(self.trouble)

    def lose_scheduler(self, error: BaseException) -> None:
        """End all that is under way: its scheduler has forgotten it, or is gone."""
        told = " ".join(str(error).split()) or type(error).__name__
        self.fail(WorkError(f"the scheduler at {self._address} is lost ({told})"))

    def _watch(self) -> None:
        while self.trouble is None:
            try:
                self._look(self.client.nthreads())  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - it says in many ways that it is gone
                self.lose_scheduler(error)
            if self._over.wait(_SECONDS_BETWEEN_LOOKS):
                return

    def _look(self, threads: Mapping[str, int]) -> None:
        """Take in who is there now."""
        with self.lock:
            # All who are gone are struck off before anybody hears of it, so that no run of theirs
            # is given to another of them.
            for address in self.places.keys() - threads.keys():
                del self.places[address]
            self._vacant = [slot for slot in self._vacant if slot.is_there]
            left = [slot for slot in self.under_way if not slot.is_there]
            for address in threads.keys() - self.places.keys():
                self.places[address] = _Place(address, threads[address])
            places = list(self.places.values())
        for slot in left:
            slot.give_up(WorkerLostError(f"its worker {slot.place.address} left the cluster"))
        for place in places:
            if place.preparing:
                self._hear_of(place)
            elif place.made is None:
                self._prepare(place, places)
        self._see_that_somebody_is_there(places)

    def _prepare(self, place: _Place, places: Sequence[_Place]) -> None:
        """Let a worker make ready; of those of one machine, one alone compiles for all."""
        alone = place.host not in self._warm
        if alone and any(other.preparing for other in places if other.host == place.host):
            return
        only = {"workers": [place.address], "allow_other_workers": False, "pure": False}
        place.desk = self.client.submit(pickle.loads, self._sent, **only)
        place.made = self.client.submit(compiled, place.desk, **only)
        place.since = time.monotonic()

    def _hear_of(self, place: _Place) -> None:
        if place.made.status == "pending":
            waited = time.monotonic() - place.since
            if waited > _SECONDS_UNTOLD and place.host not in self._warm:
                place.since = float("inf")
                self._news.put(
                    f"{place.address} makes ready (the engine is compiled the first time on each "
                    "machine, up to a minute)"
                )
            return
        try:
            functions, seconds = place.made.result(_SECONDS_TO_HEAR)
        except TimeoutError:
            return
        except CancelledError as error:
            self.lose_scheduler(error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, this worker cannot take part
            place.refused = f"worker {place.address} cannot take part: {_told(error)}"
            self._news.put(place.refused)
            return
        if functions:
            told = f"{place.address} compiled {functions} functions in {seconds:.0f} s"
            self._news.put(told)
        with self.lock:
            place.ready = True
            self._warm.add(place.host)
            self._vacant += [Slot(self, place, number) for number in range(place.threads)]

    def _see_that_somebody_is_there(self, places: Sequence[_Place]) -> None:
        if places and all(place.refused for place in places):
            self.fail(WorkError(f"no worker of the cluster can take part; {places[0].refused}"))
        if any(not place.refused for place in places):
            self._alone_since = None
            return
        now = time.monotonic()
        begin = f"begin one with: dask worker {self._address}"
        if self._alone_since is None:
            self._alone_since = now
            self._news.put(f"the cluster has no worker, and one is waited for; {begin}")
        elif now - self._alone_since > self._patience:
            self.fail(WorkError(f"no worker has joined in {self._patience:.0f} s; {begin}"))


class Slot[T, R]:
    """A worker: one thread of a Dask worker, by a number of its own."""

    def __init__(self, shift: Shift[T, R], place: _Place, number: int) -> None:
        self.place = place
        self._shift, self.number = shift, number
        self._answer: Future[R] = Future()
        self._asked: Any = None
        self._stopped = False

    @property
    def is_there(self) -> bool:
        """Whether its Dask worker has not left."""
        return self._shift.places.get(self.place.address) is self.place

    def submit(self, task: T) -> Future[R]:
        """Send a task; as `Worker.submit`."""
        shift = self._shift
        with interrupts_put_off(), shift.lock:
            if shift.trouble is not None:
                raise shift.trouble
            if not self.is_there:
                raise WorkerLostError(f"its worker {self.place.address} left the cluster")
            self._answer = Future()
            shift.under_way.add(self)
            asked = shift.client.submit(
                work,
                self.place.desk,
                self.number,
                task,
                workers=[self.place.address],
                allow_other_workers=False,
                pure=False,
            )
            self._asked = asked
            settle = functools.partial(self._settle, self._answer)
            asked.add_done_callback(settle)  # type: ignore[no-untyped-call]
            return self._answer

    def _settle(self, answer: Future[R], asked: Any) -> None:
        """Hand on what came of a task; called in a thread of Dask."""
        try:
            result = asked.result()
        except CancelledError as error:
            # Not by us: the connection was broken, and all that was asked for is forgotten.
            if not self._stopped:
                self._shift.lose_scheduler(error)
        except Exception as error:  # noqa: BLE001 - the job tells its failures in what it returns
            told = f"its worker {self.place.address} gave it up ({_told(error)})"
            self._set(answer, WorkerLostError(told))
        else:
            self._set(answer, None, result)

    def _set(self, answer: Future[R], error: Exception | None, result: Any = None) -> None:
        with self._shift.lock:
            if answer is self._answer:
                self._shift.under_way.discard(self)
        # Who comes second, the end of the task or that of its worker, comes too late.
        with contextlib.suppress(InvalidStateError):
            answer.set_result(result) if error is None else answer.set_exception(error)

    def give_up(self, error: Exception) -> None:
        """Let a task under way fail."""
        self._set(self._answer, error)
        self.stop()

    def stop(self) -> None:
        """Cancel what is under way."""
        self._stopped = True
        with interrupts_put_off(), contextlib.suppress(Exception):
            if self._asked is not None:
                self._asked.cancel()
        self._shift.vacate(self)


def _told(error: Exception) -> str:
    """Return an error of a worker in a line."""
    text = " ".join(str(error).split())
    return text if isinstance(error, WorkError) else f"{type(error).__name__}: {text}"
