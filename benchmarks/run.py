"""Time the engine against targets and named rivals; print the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.agents import agents
from benchmarks.batches import batches
from benchmarks.floor import floor
from benchmarks.reaching import exact, mutual, sketched
from benchmarks.rows import Row, table
from benchmarks.shelves import shelves
from benchmarks.starting import compiling, start
from benchmarks.twin import twin
from benchmarks.worlds import growth, memory, million, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True)
class Group:
    """Rows that are measured together, and about how many seconds they take."""

    measure: Callable[[bool], Iterator[Row]]
    quick: int
    full: int


GROUPS = {
    "million": Group(million, 0, 700),
    "growth": Group(growth, 30, 100),
    "memory": Group(memory, 15, 0),
    "threads": Group(threads, 15, 90),
    "twin": Group(twin, 10, 150),
    "reach": Group(exact, 15, 150),
    "sketch": Group(sketched, 5, 60),
    "mutual": Group(mutual, 10, 10),
    "start": Group(start, 10, 10),
    "compile": Group(compiling, 50, 50),
    "batches": Group(batches, 15, 130),
    "shelves": Group(shelves, 20, 1200),
    "agents": Group(agents, 10, 10),
    "floor": Group(floor, 10, 60),
}


def measure(names: Sequence[str], full: bool) -> Iterator[Row]:
    """Measure groups one after the other, and tell on stderr how far it is.

    A group that fails is told of on stderr and gives a row that says so: the others go on.
    """
    expected = {name: GROUPS[name].full if full else GROUPS[name].quick for name in names}
    for place, name in enumerate(names):
        left = sum(expected[each] for each in names[place:])
        print(f"{place + 1}/{len(names)} {name} (about {left} s left)", file=sys.stderr)
        try:
            yield from GROUPS[name].measure(full)
        except Exception as error:  # noqa: BLE001 - hours of other rows are not to be lost
            traceback.print_exc()
            yield Row(name, f"{name}: failed", None, "", details={"error": repr(error)})


def machine() -> dict[str, object]:
    """Describe where this runs."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def main() -> None:
    """Measure what is asked for, print the table and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--full", action="store_true", help="at the sizes of the targets")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    asked = parser.parse_args()
    unknown = [name for name in asked.groups if name not in GROUPS]
    if unknown:
        parser.error(f"no group {unknown[0]!r}; there are {', '.join(GROUPS)}")
    begun = time.monotonic()
    rows = list(measure(asked.groups or list(GROUPS), asked.full))
    spent = time.monotonic() - begun
    print(table(rows))
    print(f"measured in {spent:.0f} s", file=sys.stderr)
    if asked.json:
        found = {
            "machine": machine(),
            "full": asked.full,
            "seconds": spent,
            "rows": [row.as_json() for row in rows],
        }
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
