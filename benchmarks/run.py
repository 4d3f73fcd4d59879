"""Time the engine against named rivals and print the ratios."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import igraph
import networkx as nx
import numpy as np

from sim.model import NetworkGrowth
from sim.scenario import Arm, Scenario
from sim.scenario.population import Members
from sim.world.reach import reach
from sim.world.ties import Adjacency

# The rival of the first line is the slow twin of the tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from reference.handover import twin_of

if TYPE_CHECKING:
    from collections.abc import Callable


def best(task: Callable[[], Any], repetitions: int) -> float:
    """Return the shortest time of `task` in seconds."""
    times = []
    for _ in range(repetitions):
        begun = time.perf_counter()
        task()
        times.append(time.perf_counter() - begun)
    return min(times)


def engine_against_twin() -> dict[str, Any]:
    """A simulated week of 1,000 members, everyone group_driven; rival: the slow twin."""
    scenario = Scenario(
        question="How long does a week take?",
        weeks=12,
        members=Members(count=1000),
        arms={"played": Arm(strategy="group_driven")},
    )
    NetworkGrowth(scenario, rng=1, switch="everyone", agents=False).run_for(2)

    def fast() -> float:
        model = NetworkGrowth(scenario, rng=1, switch="everyone", agents=False)
        return best(lambda: model.run_for(scenario.weeks), 1)

    twin = twin_of(NetworkGrowth(scenario, rng=1, switch="everyone", agents=False))

    def slowly() -> None:
        for _ in range(scenario.weeks):
            twin.step()

    slow = best(slowly, 1)
    ours = min(fast() for _ in range(3))
    return {"what": "12 weeks, 1,000 members", "rival": "slow twin", "ours": ours, "theirs": slow}


def _graph(members: int, links: int) -> tuple[Adjacency, igraph.Graph, nx.Graph[int]]:
    graph = nx.barabasi_albert_graph(members, links, seed=1)
    a, b = np.array(list(graph.edges())).T
    return Adjacency.from_pairs(members, a, b), igraph.Graph(members, list(graph.edges())), graph


def reach_against_igraph() -> dict[str, Any]:
    """Members within two steps of everybody, Barabasi-Albert graph; rival: igraph."""
    ties, rival, _ = _graph(20_000, 10)
    everyone = np.arange(20_000)
    mine = reach(ties.rows, everyone, levels=2).levels.sum(axis=1) + 1
    if not np.array_equal(mine, rival.neighborhood_size(order=2)):
        raise AssertionError("reach and igraph disagree")
    ours = best(lambda: reach(ties.rows, everyone, levels=2), 3)
    theirs = best(lambda: rival.neighborhood_size(order=2), 3)
    return {"what": "2nd level, 20,000 members", "rival": "igraph", "ours": ours, "theirs": theirs}


def mutual_against_networkx() -> dict[str, Any]:
    """Mutual contacts of 100,000 pairs; rival: networkx."""
    ties, _, rival = _graph(5_000, 20)
    pairs = np.random.Generator(np.random.Philox(1)).integers(0, 5_000, (2, 100_000))
    pairs = pairs[:, pairs[0] != pairs[1]]
    ours = best(lambda: ties.mutual(pairs[0], pairs[1]), 3)
    listed = pairs.T.tolist()
    theirs = best(lambda: [len(list(nx.common_neighbors(rival, a, b))) for a, b in listed], 1)
    return {"what": "mutual contacts", "rival": "networkx", "ours": ours, "theirs": theirs}


def main() -> None:
    """Run all benchmarks, print the table and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    chosen = parser.parse_args()
    rows = [task() for task in (engine_against_twin, reach_against_igraph, mutual_against_networkx)]
    print(f"{'what':28} {'rival':12} {'ours, s':>9} {'rival, s':>9} {'times faster':>13}")
    for row in rows:
        row["ratio"] = row["theirs"] / row["ours"]
        print(
            f"{row['what']:28} {row['rival']:12} {row['ours']:9.4f} {row['theirs']:9.3f} "
            f"{row['ratio']:13.1f}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
