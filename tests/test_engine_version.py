"""Results change only together with the engine's number, so that no stale run is taken for new."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

import sim
from sim.scenario import load_scenario

MILLION = Path(__file__).parents[1] / "benchmarks" / "million.toml"
SMALL = [
    "members.count=400",
    "focal.share=0.02",
    "weeks=20",
    "population.waiting=0.1",
    "population.depart=0.0006",
]
"""What is given here does not change with what the million is measured with."""

FROZEN = {1: "bf14b02e4182ad48"}
"""What the engine of each number gives. Results that change are a new number and a new line."""


def test_results_are_those_of_the_engine_of_this_number() -> None:
    digest = hashlib.sha256()
    for arm in ("group_driven", "known_only"):
        model = sim.NetworkGrowth(load_scenario(MILLION, SMALL), rng=3, arm=arm, agents=False)
        model.run_for(20)
        ties = model.world.ties
        sources, targets = ties.edges()
        names = ("level", "renewed", "born", "origin", "bridge", "endorsed")
        for column in (sources, targets, *(ties.edge_values(name) for name in names)):
            digest.update(np.asarray(column, np.float64).tobytes())
        for name, value in sorted(model.measures.items()):
            digest.update(f"{name} {value!r}\n".encode())
    assert FROZEN[sim.__engine__] == digest.hexdigest()[:16]
