"""The million for three years: time, memory, growth with the number of members, and threads."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.rows import Row
from benchmarks.timing import child
from sim.batch.warm_up import warm_up
from sim.model import NetworkGrowth
from sim.rules.acts import KINDS
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.scenario import Scenario
    from sim.world.build import World

SCENARIO = Path(__file__).with_name("million.toml")
WEEKS = 156
THREADS = 2
GIB = 2**30


def scenario_of(members: int, weeks: int, **changes: object) -> Scenario:
    """Return the scenario with so many members and weeks, and `section_key=value` changed."""
    settings = [f"members.count={members}"]
    settings += [f"{name.replace('__', '.')}={value}" for name, value in changes.items()]
    return load_scenario(SCENARIO, settings, weeks=weeks)


def warm(scenario: Scenario) -> None:
    """Compile or load all that a scenario needs, so that only its run is timed."""
    warm_up(scenario, lambda: None)


def live(members: int, weeks: int, threads: int) -> dict[str, Any]:
    """Build a world and live through it; tell what it took and what came of it."""
    scenario = scenario_of(members, weeks)
    warm(scenario)
    begun = time.perf_counter()
    model = NetworkGrowth(scenario, rng=1, threads=threads, agents=False)
    built = time.perf_counter()
    ties_at_first = model.world.ties.size
    phases: defaultdict[str, float] = defaultdict(float)
    acts = np.zeros(len(KINDS), np.int64)

    def timed(phase: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(now: Any) -> None:
            start = time.perf_counter()
            phase(now)
            phases[phase.__name__] += time.perf_counter() - start
            if phase.__name__ == "deliver":
                acts[:] += np.bincount(now.acts.kind, minlength=len(KINDS))

        return run

    model.week = tuple(timed(phase) for phase in model.week)
    by_week = []
    for _ in range(weeks):
        start = time.perf_counter()
        model.run_for(1)
        by_week.append(time.perf_counter() - start)
    return {
        "members": members,
        "weeks": weeks,
        "threads": threads,
        "seconds": time.perf_counter() - begun,
        "seconds_building": built - begun,
        "seconds_by_week": by_week,
        "seconds_by_phase": dict(phases),
        "ties_at_first": ties_at_first,
        "delivered": dict(zip(KINDS, acts.tolist(), strict=True)),
        **_size_of(model.world),
    }


def _size_of(world: World) -> dict[str, Any]:
    """Measure a world: its ties, and its bytes by what they hold."""
    stores = {"ties": world.ties, "acquaintances": world.acquaintances, "history": world.history}
    held = {name: store.nbytes for name, store in stores.items()}
    held["groups"] = sum(column.nbytes for column in world.groups.rows)
    columns = (getattr(world.members, each.name) for each in dataclasses.fields(world.members))
    held["members"] = sum(column.nbytes for column in columns)
    present = int(np.count_nonzero(world.members.present))
    return {
        "ties": world.ties.size,
        "mean_degree": 2 * world.ties.size / len(world.members),
        "present": present,
        "mean_degree_of_those_present": 2 * world.ties.size / present,
        "bytes_per_tie": held["ties"] / world.ties.size,
        "bytes": held,
    }


@cache
def lived(members: int, weeks: int, threads: int = THREADS) -> dict[str, Any]:
    """Live through a world in a process of its own; once, however many rows ask for it."""
    return child("worlds.live", members, weeks, threads)


def million(full: bool) -> Iterator[Row]:
    """A million members for three years: minutes, memory and mean degree."""
    found = lived(1_000_000, WEEKS) if full else {}
    what = "1,000,000 members, 156 weeks, everything on"
    minutes = found["seconds"] / 60 if full else None
    peak = found["peak_bytes"] / GIB if full else None
    degree = found["mean_degree"] if full else None
    yield Row("million", what, minutes, "min", at_most=6, details=found)
    yield Row("million", "  its peak memory", peak, "GiB", at_most=6)
    yield Row("million", "  its mean degree at the end", degree, "ties", at_least=60)


def growth(full: bool) -> Iterator[Row]:
    """Exponent of the time in the number of members: slope of the least squares in logarithms."""
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 30_000, 100_000)
    weeks = WEEKS if full else 4
    runs = [lived(size, weeks) for size in sizes]
    slope, _ = np.polyfit(np.log(sizes), np.log([run["seconds"] for run in runs]), 1)
    named = ", ".join(f"{size // 1000:,} k" for size in sizes)
    what = f"{named} members, {weeks} weeks: exponent of the time"
    details = {"runs": runs}
    yield Row("growth", what, slope, "", at_most=1.15, smaller=not full, details=details)


def memory(full: bool) -> Iterator[Row]:
    """Bytes that the store of ties holds at the end, over the number of ties."""
    members = 1_000_000 if full else 5_000
    found = lived(members, WEEKS)
    what = f"memory per tie, {members:,} members after {WEEKS} weeks"
    size = found["bytes_per_tie"]
    yield Row("memory", what, size, "bytes", at_most=40, smaller=not full, details=found["bytes"])


def compare_threads(members: int, weeks: int) -> dict[str, Any]:
    """Live through one world twice, week by week in turn: with one thread and with two."""
    scenario = scenario_of(members, weeks)
    warm(scenario)
    one = NetworkGrowth(scenario, rng=1, threads=1, agents=False)
    twin = NetworkGrowth(scenario, rng=1, threads=THREADS, agents=False)
    times = np.zeros(2)
    for _ in range(weeks):
        for place, model in enumerate((one, twin)):
            begun = time.perf_counter()
            model.run_for(1)
            times[place] += time.perf_counter() - begun
    if one.measures != twin.measures:
        raise AssertionError("what is measured depends on the number of threads")
    return {"members": members, "weeks": weeks, "one": times[0], "two": times[1]}


def threads(full: bool) -> Iterator[Row]:
    """Two threads against one."""
    weeks = 8 if full else 4
    for members in (30_000, 100_000, 300_000) if full else (50_000,):
        found = child("worlds.compare_threads", members, weeks)
        yield Row(
            "threads",
            f"two threads, {members:,} members, {weeks} weeks",
            found["one"] / found["two"],
            "times",
            at_least=1.7 if members == 300_000 or not full else None,
            rival="one thread",
            smaller=not full,
            details=found,
        )
