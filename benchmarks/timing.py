"""Clocks: what is compared is done in turn, in one process; what must not be shared, in a child."""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]


def seconds(task: Callable[[], object]) -> float:
    """Return the time of `task`."""
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def in_turn(tasks: Sequence[Callable[[], object]], repetitions: int) -> list[float]:
    """Return the best time of each task; they take turns, so that a slow moment meets all."""
    times = [[seconds(task) for task in tasks] for _ in range(repetitions)]
    return [min(column) for column in zip(*times, strict=True)]


def command_seconds(words: Sequence[str]) -> float:
    """Return the time of a command from its start to its end; its output is dropped.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    return seconds(lambda: subprocess.run(words, cwd=ROOT, check=True, capture_output=True))


def child(
    function: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Call a function in a process of its own: its memory, and what it loads, are its alone.

    Parameters
    ----------
    function : str
        `module.function` of this package; it returns what JSON can hold.
    *arguments
        What JSON can hold.
    environment : mapping of str to str, optional
        Variables that differ from those of this process.

    Returns
    -------
    dict
        What the function returned, and `peak_bytes`.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; what it said is on stderr.
    """
    words = [sys.executable, "-m", "benchmarks.timing", function, json.dumps(arguments)]
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(
        words, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def peak_bytes() -> int:
    """Return the most memory that this process has held at a time."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            # `ru_maxrss` of a child begins with that of the process that started it; this does not.
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _answer() -> None:
    """Do what `child` asks for, and print the result."""
    module, function = sys.argv[1].rsplit(".", 1)
    found = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    result = found(*json.loads(sys.argv[2]))
    print(json.dumps({**result, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    _answer()
