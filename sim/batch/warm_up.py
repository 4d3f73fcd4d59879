"""Compile the engine once, before several workers would each compile it at the same time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, override

import numpy as np
from numba.core import event

from sim import compiled, strategies
from sim.batch.engine import NetworkEngine
from sim.scenario import for_arm
from sim.scenario.study import Scenario
from sim.world.load import Context, RealInput

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = 40
WEEKS = 4
_EVENTFUL: dict[str, dict[str, Any]] = {
    "search": {"recruiters": 0.2},
    "introductions": {"forward": 5.0, "delay_most": 1},
    "joining": {"recommend": 0.5},
    "careers": {"opening": 0.5, "loss": 0.2, "start": 0.2, "offer": 0.9},
    "population": {"arrive": 0.3, "depart": 0.1},
}
"""How much happens where a mechanism is on: enough that whatever it needs is compiled."""


class _Compiling(event.Listener):
    """Tells when the first function is compiled; those found on the disk are not."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self.functions = 0

    @override
    def on_start(self, event: Any) -> None:
        if not self.functions:
            self._tell()
        self.functions += 1

    @override
    def on_end(self, event: Any) -> None:
        """Nothing to do."""


def warm_up(scenario: Scenario, compiling: Callable[[], None]) -> tuple[int, float]:
    """Run what a scenario needs in a tiny world, so that it is compiled and kept on the disk.

    Parameters
    ----------
    scenario : Scenario
        Its mechanisms and strategies; those of other scenarios are left uncompiled.
    compiling : callable
        Called before the first function is compiled; not at all if all of them are on the disk.

    Returns
    -------
    functions : int
        How many were compiled.
    seconds : float
        How long it took.
    """
    begun = time.perf_counter()
    listener = _Compiling(compiling)
    with event.install_listener("numba:compile", listener):
        tiny = _tiny(scenario)
        for real in (None, _tiny_input()) if scenario.data else (None,):
            engine = NetworkEngine(tiny, real)
            world = engine.build_world(1)
            for question in tiny.switch:
                for arm in tiny.arms:
                    engine.simulate(question, arm, 1, world.copy(), threads=1)
    return listener.functions, time.perf_counter() - begun


def is_kept() -> bool:
    """Whether what is compiled here is found by the next process."""
    return compiled.CACHED


def _tiny(scenario: Scenario) -> Scenario:
    """Return a tiny scenario with the mechanisms and the built-in strategies of another."""
    own = f"{strategies.__name__}."
    built_in = {
        name
        for name, kind in strategies.find_strategies().items()
        if kind.__module__.startswith(own)
    }
    arms = {name: arm for name, arm in scenario.arms.items() if arm.strategy in built_in}
    background = sorted(built_in & scenario.background.keys()) or ["known_only"]
    on = frozenset[str]().union(*(for_arm(scenario, arm).mechanisms for arm in scenario.arms))
    return Scenario.model_validate(
        {
            "question": "Is everything compiled?",
            "weeks": WEEKS,
            "members": {"count": MEMBERS},
            "focal": {"share": 0.2},
            "measure": {"every": 1, "all_every": 2},
            "background": {name: 1.0 / len(background) for name in background},
            "arms": arms or {"played": {"strategy": "known_only"}},
            **{name: {"on": True, **_EVENTFUL.get(name, {})} for name in on},
        }
    )


def _tiny_input() -> RealInput:
    """Members in a ring, every other one in one of two groups."""
    rows = np.arange(MEMBERS, dtype=np.int32)
    ends = np.sort(np.column_stack([rows, np.roll(rows, -1)]), axis=1)
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    ids = [str(row) for row in rows]
    return RealInput(
        members=MEMBERS,
        ids=ids,
        membership_member=rows,
        membership_group=rows % 2,
        membership_activity=np.full(MEMBERS, 5.0),
        group_ids=["0", "1"],
        group_topic=np.array([0, 1], np.int32),
        topic_names=["0", "1"],
        edge_a=np.ascontiguousarray(ends[:, 0]),
        edge_b=np.ascontiguousarray(ends[:, 1]),
        contexts={"field": Context(rows % 2, ["0", "1"])},
        repairs=(),
        digests={},
    )
