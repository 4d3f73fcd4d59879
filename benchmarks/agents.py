"""Every member as a Mesa agent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.rows import Row
from benchmarks.timing import child, peak_bytes
from benchmarks.worlds import scenario_of
from sim.agent import Member
from sim.model import NetworkGrowth

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMBERS = 1_000_000
MIB = 2**20


def create() -> dict[str, Any]:
    """Make a million agents, and show that they change nothing."""
    scenario = scenario_of(500, 4)
    model, other = (NetworkGrowth(scenario, rng=1, agents=agents) for agents in (False, True))
    for each in (model, other):
        each.run_for(scenario.weeks)
    if model.measures != other.measures:
        raise AssertionError("what is measured depends on whether there are agents")
    # Agents are views on rows and read none when they are made, so that a small world will do: its
    # own memory then hides none of theirs.
    before = peak_bytes()
    begun = time.perf_counter()
    Member.of_every_row(model, MEMBERS)
    return {"seconds": time.perf_counter() - begun, "bytes": peak_bytes() - before}


def agents(full: bool) -> Iterator[Row]:  # noqa: ARG001 - all are called alike
    """Time and memory of a million agents."""
    found = child("agents.create")
    yield Row("agents", "1,000,000 Mesa agents", found["seconds"], "s", at_most=10, details=found)
    yield Row("agents", "  their memory", found["bytes"] / MIB, "MiB", at_most=400)
