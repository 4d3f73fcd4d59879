"""Workers on the machines of a Dask cluster; nothing of a study is on a disk that they share.

What is sent: the job, pickled, is one task whose value Dask hands on from worker to worker, so that
it leaves here once and comes to each worker once, and is there again if a worker that held it is
lost. On each worker it is unpickled once (`sim.batch.desk`), after it was seen that the worker has
the same versions; a run is then no more than its key. Its tables come back as bytes.

Who is there and who has what to do is in `sim.batch.shift`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import pickle
import warnings
from typing import TYPE_CHECKING, Self

from sim.batch.desk import order, unheard
from sim.batch.executors import interrupts_put_off
from sim.batch.shift import Shift
from sim.errors import UsageError, WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    import distributed

    from sim.batch.design import Study
    from sim.batch.desk import WarmUp
    from sim.batch.executors import Hire

SECONDS_TO_CONNECT = 10.0
PATIENCE = 300.0
"""Seconds without any worker after which a study ends."""
UNLIMITED = 1_000_000


class Cluster:
    """A crew of the workers of a Dask cluster: whoever is there, and whoever comes.

    Use it as a context; it is connected from the beginning to the end of the block.

    Parameters
    ----------
    address : str
        Of the scheduler: `tcp://host:8786`, or `tls://...` with certificates as in Dask's
        configuration.
    at_a_time : int, optional
        Runs at a time; without it, as many as the workers have threads.
    warm_up : callable, optional
        Called once on every worker, on one of a machine first: compiles what a study needs.
    strategies : sequence of str
        Strategies of the user's own, which must be the same there.
    patience : float
        Seconds without any worker after which a study ends.

    Raises
    ------
    UsageError
        If Dask is not installed, the address is none, or no scheduler answers there.
    """

    def __init__(
        self,
        address: str,
        *,
        at_a_time: int | None = None,
        warm_up: WarmUp | None = None,
        strategies: Sequence[str] = (),
        patience: float = PATIENCE,
    ) -> None:
        self.address = address
        self.at_a_time = at_a_time or UNLIMITED
        self._warm_up, self._strategies, self._patience = warm_up, tuple(strategies), patience
        self._client, self._around = _connected(address)

    @classmethod
    def of(cls, study: Study, address: str, at_a_time: int | None = None) -> Self:
        """Return the crew that does the runs of a study; raises as the class does."""
        # It brings the compiled model with it.
        from sim.batch.engine import NetworkEngine
        from sim.batch.warm_up import warm_up

        compiling = None
        if isinstance(study.engine, NetworkEngine):
            compiling = functools.partial(warm_up, study.engine.scenario, unheard, study.points)
        own = list(study.strategy_sources)
        return cls(address, at_a_time=at_a_time, warm_up=compiling, strategies=own)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; all that is under way there is cancelled."""
        with self._around, contextlib.suppress(OSError, TimeoutError):
            self._client.close(SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def at_work[T, R](
        self, job: Callable[[T], R], note: Callable[[str], None]
    ) -> Iterator[Hire[T, R]]:
        """Let workers be hired; as `Crew.at_work`.

        Raises
        ------
        WorkError
            If the job cannot be pickled. While one hires: if the scheduler is lost, no worker can
            take part, or there was none for too long.
        """
        try:
            sent = order(job, self._warm_up, self._strategies)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise WorkError(f"the scenario cannot be sent to a cluster ({error})") from error
        shift: Shift[T, R] = Shift(self._client, self.address, sent, self._patience, note)
        try:
            yield shift.hire
        finally:
            with interrupts_put_off():
                shift.end()


def _connected(address: str) -> tuple[distributed.Client, contextlib.ExitStack]:
    try:
        import dask.config
        import distributed
        from distributed.utils import silence_logging_cmgr
        from distributed.versions import VersionMismatchWarning
    except ImportError as error:
        raise UsageError(
            f"--cluster needs Dask, which is not installed ({error}): "
            'pip install "netgrow[cluster]"'
        ) from error
    with contextlib.ExitStack() as around, warnings.catch_warnings():
        # What it would log in its own words is told in ours; the engine is large and sent once.
        for name in ("distributed", "distributed.client"):
            around.enter_context(silence_logging_cmgr("CRITICAL", name))
        large = "distributed.admin.large-graph-warning-threshold"
        around.enter_context(dask.config.set({large: "1 PiB"}))
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            asyncio.run(_knock(address))
            client = distributed.Client(  # type: ignore[no-untyped-call]
                address, timeout=SECONDS_TO_CONNECT, name="netgrow", set_as_default=False
            )
        except Exception as error:
            # Dask says in many ways that there is no scheduler, or none that it understands.
            told = " ".join(str(error).split()) or "it is silent"
            raise UsageError(
                f"--cluster: no Dask scheduler answers at {address} ({told}); begin one with "
                "`dask scheduler`, which says its address, as tcp://host:8786"
            ) from error
        return client, around.pop_all()


async def _knock(address: str) -> None:
    """Speak with a scheduler; a client that is answered by anything else would wait for ever."""
    from distributed.comm.core import connect
    from distributed.security import Security

    given = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    asking = connect(address, SECONDS_TO_CONNECT, **given)  # type: ignore[no-untyped-call]
    comm = await asyncio.wait_for(asking, SECONDS_TO_CONNECT)
    await comm.close()
