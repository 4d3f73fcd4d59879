"""One run: a world, a question, an arm, and the bytes that are kept of it."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from sim.results import RunKey, RunStamp, encode_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Tables(Protocol):
    """What a simulated run hands back: columns by name, for each table of the results."""

    @property
    def series(self) -> Mapping[str, Any]:
        """Metric values: week, cohort, metric, value."""

    @property
    def events(self) -> Mapping[str, Any]:
        """Times to event: member, event, week, observed."""

    @property
    def ego_nodes(self) -> Mapping[str, Any]:
        """Members around some egos: ego, member, level, field, in_target, decision_maker."""

    @property
    def ego_ties(self) -> Mapping[str, Any]:
        """Ties among them: ego, source, target, origin, born, active."""


class World(Protocol):
    """The state of a world before its first week."""

    def copy(self) -> Self:
        """Make a world that can be lived in without changing this one."""


class Engine[W: World](Protocol):
    """The simulation, as far as a batch needs it. It is pickled and sent to every worker."""

    def build_world(self, point: str, seed: int) -> W:
        """Build the world of a seed at a point, the same for every arm and question."""

    def simulate(self, key: RunKey, world: W, threads: int) -> Tables:
        """Do a run in its world, which may be changed by it."""


@dataclass(frozen=True)
class RunOutcome:
    """What became of one run.

    Parameters
    ----------
    key : RunKey
    seconds : float
        Time it took, the building of its world included where it was built for it.
    content : bytes or None
        Content of the run's file; None if it failed.
    error : str
        Why it failed, in a line; empty if it did not.
    details : str
        The traceback of a failure.
    passing : bool
        The machine failed (a worker killed, no memory) and not the run: the same command tries it
        again.
    """

    key: RunKey
    seconds: float
    content: bytes | None = None
    error: str = ""
    details: str = ""
    passing: bool = False


@dataclass
class Runner:
    """Does runs one after another, and keeps the last world for the next run that shares it.

    Parameters
    ----------
    engine : Engine
        The simulation, with scenario and data.
    settings : callable
        Gives of a run the digest of all that determines its result; it is written into its file.
    threads : int
        Threads inside a run.
    """

    engine: Engine[Any]
    settings: Callable[[RunKey], str]
    threads: int = 1
    _built: tuple[tuple[str, int], World] | None = field(default=None, init=False, repr=False)

    def __call__(self, key: RunKey) -> RunOutcome:
        """Do one run.

        Parameters
        ----------
        key : RunKey

        Returns
        -------
        RunOutcome
            Whatever goes wrong in the simulation, or in a user's own strategy, is in it: one run
            that fails ends nothing else.
        """
        begun = time.perf_counter()
        try:
            world = self._world(key).copy()
            tables = self.engine.simulate(key, world, self.threads)
            seconds = time.perf_counter() - begun
            stamp = RunStamp(key.id, self.settings(key), seconds)
            named = {
                "series": tables.series,
                "events": tables.events,
                "ego_nodes": tables.ego_nodes,
                "ego_ties": tables.ego_ties,
            }
            return RunOutcome(key, seconds, content=encode_run(stamp, key, named))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a failure is a row, not an end
            message = str(error) or "no message"
            return RunOutcome(
                key,
                time.perf_counter() - begun,
                error=f"{type(error).__name__}: {message}",
                details=traceback.format_exc(),
                passing=isinstance(error, MemoryError),
            )

    def _world(self, key: RunKey) -> World:
        if self._built is None or self._built[0] != key.world:
            # Let go of the last world first: two large ones may not fit.
            self._built = None
            self._built = (key.world, self.engine.build_world(key.point, key.seed))
        return self._built[1]
