"""Compile the engine once, before several workers would each compile it at the same time."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, override

import numpy as np
from numba.core import event

from sim import compiled, strategies
from sim.batch.engine import NetworkEngine
from sim.batch.executors import Subprocess
from sim.errors import WorkError
from sim.results import BASE, RunKey
from sim.scenario import at_point, mechanisms, to_toml
from sim.scenario.study import Scenario
from sim.world.load import Context, RealInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.scenario.study import Arm

    type Points = Mapping[str, Mapping[str, Any]]

MEMBERS = 40
WEEKS = 4
MOST_ARMS = 100
"""As many as a scenario may have; more varieties than that are left to those who meet them."""
ONE: Mapping[str, Mapping[str, Any]] = MappingProxyType({BASE: {}})
"""The only point of a study without a sweep."""
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
        self.functions += 1
        if self.functions == 1:
            self._tell()

    @override
    def on_end(self, event: Any) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class Half:
    """What a second process compiles meanwhile, from the last phases of a week to the first.

    Where it arrives at what the first process has compiled, it finds that on the disk, and so does
    the first process: they meet in the middle, wherever that is.
    """

    tiny: Scenario
    real: RealInput | None

    def __call__(self, _: None) -> None:
        """Compile."""
        # Nobody searches here, and yet all that follows in a week is called.
        nobody = {"arms": {"played": {"strategy": "dormant"}}, "background": {"dormant": 1.0}}
        given = self.tiny.model_dump(by_alias=True, exclude_unset=True)
        for changed in (nobody, {name: _reversed(given[name]) for name in ("arms", "background")}):
            run(Scenario.model_validate({**given, **changed}), self.real)


def _reversed(table: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(table.items()))


def warm_up(
    scenario: Scenario, compiling: Callable[[], None], points: Points = ONE
) -> tuple[int, float]:
    """Run what a scenario needs in a tiny world, so that it is compiled and kept on the disk.

    Where there are two cores, a second process compiles the other half. What was kept before is not
    run again.

    Parameters
    ----------
    scenario : Scenario
        Its mechanisms and strategies; those of other scenarios are left uncompiled.
    compiling : callable
        Called before the first function is compiled; not at all if all of them are on the disk.
    points : mapping
        Values of the parameters that are varied, by the name of the point.

    Returns
    -------
    functions : int
        How many were compiled in this process.
    seconds : float
        How long it took.
    """
    begun = time.perf_counter()
    tiny = tiny_of(scenario, points)
    inputs = (None, _tiny_input()) if scenario.data else (None,)
    mark = f"{to_toml(tiny)} {len(inputs)}"
    if compiled.is_marked(mark):
        return 0, 0.0
    with contextlib.ExitStack() as helper:

        def first() -> None:
            compiling()
            if is_kept() and (os.cpu_count() or 1) > 1:
                helper.enter_context(_helped(Half(tiny, inputs[-1])))

        listener = _Compiling(first)
        with event.install_listener("numba:compile", listener):
            for real in inputs:
                run(tiny, real)
    compiled.mark(mark)
    return listener.functions, time.perf_counter() - begun


@contextlib.contextmanager
def _helped(half: Half) -> Iterator[None]:
    """Let another process compile, until the end of the block."""
    try:
        helper = Subprocess(half)
    except WorkError:
        # It would only have been quicker.
        yield
        return
    helper.submit(None)
    try:
        yield
    finally:
        # Not while it writes: what is half written would be found by the next process.
        with compiled.only_writer():
            helper.stop()


def run(tiny: Scenario, real: RealInput | None) -> None:
    """Live through a tiny scenario under all its arms."""
    engine = NetworkEngine(tiny, real)
    world = engine.build_world(BASE, 1)
    for question in tiny.switch:
        for arm in tiny.arms:
            engine.simulate(RunKey(question, arm, BASE, 1), world.copy(), threads=1)


def is_kept() -> bool:
    """Whether what is compiled here is found by the next process."""
    return compiled.CACHED


def tiny_of(scenario: Scenario, points: Points = ONE) -> Scenario:
    """Return a tiny scenario with the mechanisms and the built-in strategies of another.

    Its arms are those that it has at any of its points, as far as they do different things.
    """
    own = f"{strategies.__name__}."
    built_in = {
        name
        for name, kind in strategies.find_strategies().items()
        if kind.__module__.startswith(own)
    }
    arms, on = _varieties(scenario, points)
    arms = {name: arm for name, arm in arms.items() if arm.strategy in built_in}
    background = sorted(built_in & scenario.background.keys()) or ["known_only"]
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


def _varieties(scenario: Scenario, points: Points) -> tuple[dict[str, Arm], frozenset[str]]:
    """Return arms of which each does what no other does, and all mechanisms that are ever on."""
    arms = dict(scenario.arms)
    on = mechanisms(scenario)
    seen: set[tuple[Any, ...]] = set()
    for values in points.values():
        # How much a number is decides nothing, but that it is none may leave an act out.
        kind = tuple(
            value if not isinstance(value, float | int) or isinstance(value, bool) else value > 0
            for key, value in values.items()
            if key.startswith("arms.") or key.endswith(".on")
        )
        if not kind or kind in seen:
            continue
        seen.add(kind)
        there = at_point(scenario, values)
        on |= mechanisms(there)
        for arm in there.arms.values():
            if arm not in arms.values() and len(arms) < MOST_ARMS:
                arms[f"v{len(arms)}"] = arm
    return arms, on


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
