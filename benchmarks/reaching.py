"""Members within two and three steps, and mutual contacts, against libraries for graphs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import igraph
import networkx as nx
import numpy as np

from benchmarks.rows import Row
from benchmarks.timing import in_turn
from benchmarks.worlds import THREADS
from sim.world.reach import reach
from sim.world.sketch import SMALL, estimate_reach
from sim.world.ties import Adjacency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LINKS = 10
DEGREE = 60
CHECKED = 2_000
"""Members whose exact reach a sketch is compared with."""


def preferential(members: int) -> tuple[Adjacency, igraph.Graph]:
    """Return a Barabasi-Albert graph with m = 10, as both sides take it."""
    graph = igraph.Graph.Barabasi(members, LINKS, implementation="psumtree")
    a, b = np.array(graph.get_edgelist(), np.int32).T
    return Adjacency.from_pairs(members, a, b), graph


def second_level(members: int, repetitions: int) -> dict[str, float]:
    """Count the members at distance 1 and 2 of everybody, with igraph and here, in turn."""
    ties, graph = preferential(members)
    everyone = np.arange(members, dtype=np.int32)
    found: dict[str, NDArray[np.int64]] = {}

    def ours() -> None:
        found["ours"] = reach(ties.rows, everyone, levels=2, threads=THREADS).levels

    def theirs() -> None:
        found["theirs"] = np.array(graph.neighborhood_size(order=2))

    one, other = in_turn((ours, theirs), repetitions)
    # igraph counts the member itself.
    if not np.array_equal(found["ours"].sum(axis=1) + 1, found["theirs"]):
        raise AssertionError("reach and igraph disagree")
    return {"members": members, "ours": one, "theirs": other}


def exact(full: bool) -> Iterator[Row]:
    """Members within two steps of everybody, exactly; rival: igraph."""
    for members, repetitions, goal in ((100_000, 3, 4), (1_000_000, 1, 6)):
        measured = full or members == 100_000
        details = second_level(members, repetitions) if measured else {}
        yield Row(
            "reach",
            f"2nd level of all {members:,}, exactly, two threads",
            details["theirs"] / details["ours"] if measured else None,
            "times",
            at_least=goal,
            rival="igraph",
            details=details,
        )


def sketched(full: bool) -> Iterator[Row]:
    """Reach of everybody by sketch, against exact reach of some: error and time."""
    members = 1_000_000 if full else 50_000
    what = f"2nd and 3rd level of all {members:,} by sketch, mean degree {DEGREE}"
    found = sketch_error(members)
    error = 100 * max(found["error_2"], found["error_3"])
    yield Row("sketch", what, error, "%", at_most=3, rival="exact", smaller=not full, details=found)
    yield Row(
        "sketch", "  its time, two threads", found["seconds"], "s", at_most=10, smaller=not full
    )


def sketch_error(members: int) -> dict[str, float]:
    """Return the mean relative errors of a sketch at distance 2 and 3, and its time."""
    rng = np.random.Generator(np.random.Philox(1))
    # One end at random, the other preferring some: degrees from a few dozen to thousands.
    low = rng.integers(0, members, members * DEGREE // 2)
    high = (members * rng.random(low.size) ** 2).astype(np.int64)
    apart = low != high
    ties = Adjacency.from_pairs(members, low[apart], high[apart])
    small = rng.integers(0, SMALL * 2, (2, SMALL * DEGREE))
    small = small[:, small[0] != small[1]]
    estimate_reach(Adjacency.from_pairs(SMALL * 2, *small).rows)  # compiled
    begun = time.perf_counter()
    estimate = estimate_reach(ties.rows, THREADS)
    spent = time.perf_counter() - begun
    if not np.array_equal(estimate, estimate_reach(ties.rows, 1)):
        raise AssertionError("the sketch depends on the number of threads")
    some = rng.choice(members, CHECKED, replace=False).astype(np.int32)
    exactly = reach(ties.rows, some, levels=3, threads=THREADS).levels
    errors = np.abs(estimate[some] / exactly - 1).mean(axis=0)
    return {"members": members, "seconds": spent, "error_2": errors[1], "error_3": errors[2]}


def mutual(full: bool) -> Iterator[Row]:  # noqa: ARG001 - all are called alike
    """Contacts in common of random pairs."""
    graph = nx.barabasi_albert_graph(5_000, 2 * LINKS, seed=1)
    a, b = np.array(list(graph.edges())).T
    ties = Adjacency.from_pairs(5_000, a, b)
    pairs = np.random.Generator(np.random.Philox(1)).integers(0, 5_000, (2, 100_000))
    pairs = pairs[:, pairs[0] != pairs[1]]
    listed = pairs.T.tolist()
    ties.mutual(pairs[0], pairs[1])  # compiled
    ours, theirs = in_turn(
        (
            lambda: ties.mutual(pairs[0], pairs[1]),
            lambda: [len(list(nx.common_neighbors(graph, one, other))) for one, other in listed],
        ),
        3,
    )
    yield Row(
        "mutual",
        "mutual contacts of 100,000 pairs",
        theirs / ours,
        "times",
        rival="networkx",
        details={"ours": ours, "theirs": theirs},
    )
