"""How soon anything happens: imports, help, dry runs, compilation."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.rows import Row
from benchmarks.timing import ROOT, child, command_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

REPETITIONS = 5


def start(full: bool) -> Iterator[Row]:  # noqa: ARG001 - all are called alike
    """From a command to its end, the interpreter included."""
    command = [sys.executable, "-m", "sim.cli"]
    scenario = ROOT / "scenarios" / "known-vs-groups.toml"
    with tempfile.TemporaryDirectory() as folder:
        dry = ["run", str(scenario), "--dry-run", "-o", str(Path(folder) / "none")]
        words = {
            "import sim": [sys.executable, "-c", "import sim"],
            "netgrow --help": [*command, "--help"],
            "netgrow run --dry-run": [*command, *dry],
            "the interpreter alone": [sys.executable, "-c", ""],
        }
        times = {what: [0.0] * REPETITIONS for what in words}
        for repetition in range(REPETITIONS):
            for what, each in words.items():
                times[what][repetition] = command_seconds(each)
    goals = (0.3, 0.3, 1.5, None)
    for (what, measured), goal in zip(times.items(), goals, strict=True):
        yield Row("start", what, min(measured), "s", at_most=goal, details={"seconds": measured})


def prepare() -> dict[str, Any]:
    """Make the engine ready for all mechanisms and strategies, as `netgrow run` does."""
    begun = time.perf_counter()
    from benchmarks.worlds import WEEKS, scenario_of
    from sim.batch.warm_up import warm_up

    imported = time.perf_counter()
    functions, seconds = warm_up(scenario_of(1000, WEEKS), lambda: None)
    return {
        "seconds": seconds,
        "seconds_importing": imported - begun,
        "compiled": functions,
    }


def use() -> dict[str, Any]:
    """Call all that was made ready, as the first run of a process does."""
    from numba.core import event

    from benchmarks.worlds import WEEKS, scenario_of
    from sim.batch.warm_up import run, tiny_of

    scenario = scenario_of(1000, WEEKS)
    begun = time.perf_counter()
    with event.install_recorder("numba:compile") as heard:
        run(tiny_of(scenario), None)
    return {"seconds": time.perf_counter() - begun, "compiled": len(heard.buffer)}


def compiling(full: bool) -> Iterator[Row]:  # noqa: ARG001 - all are called alike
    """Without a cache, and again with the one that this made."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"XDG_CACHE_HOME": folder, "NUMBA_CACHE_DIR": ""}
        first = child("starting.prepare", environment=environment)
        again = min(
            (child("starting.use", environment=environment) for _ in range(3)),
            key=lambda found: float(found["seconds"]),
        )
    if not first["compiled"] or again["compiled"]:
        raise AssertionError("the first run is to compile, the others are to find it on the disk")
    what = "compile everything, no cache"
    yield Row("compile", what, first["seconds"], "s", at_most=30, details=first)
    yield Row("compile", "  and afterwards", again["seconds"], "s", at_most=1, details=again)
