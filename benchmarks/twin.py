"""The engine against the slow twin of the tests: plain Python that does exactly the same."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

from benchmarks.rows import Row
from benchmarks.timing import ROOT
from benchmarks.worlds import THREADS, scenario_of, warm
from sim.model import NetworkGrowth

sys.path.insert(0, str(ROOT / "tests"))
from reference.handover import twin_of
from reference.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKS = 4
"""A month: four measurements of the focal members, one of all."""


def against_twin(members: int) -> dict[str, float]:
    """Live through a month in both, week by week in turn."""
    scenario = scenario_of(members, WEEKS)
    warm(scenario)
    model = NetworkGrowth(scenario, rng=1, threads=THREADS, agents=False)
    # Neither is timed in week 0, so that the twin need not measure all there, which it does slowly.
    with patch.object(Twin, "_measure"):
        twin = twin_of(model)
    times = np.zeros((WEEKS, 2))
    for week in range(WEEKS):
        for place, step in enumerate((lambda: model.run_for(1), twin.step)):
            begun = time.perf_counter()
            step()
            times[week, place] = time.perf_counter() - begun
        if model.measures != twin.measures:
            raise AssertionError(f"engine and twin disagree in week {week + 1}")
    ours, theirs = times.sum(axis=0)
    before = times[:-1].sum(axis=0)
    return {
        "members": members,
        "ours": ours,
        "theirs": theirs,
        "ratio_without_population_metrics": before[1] / before[0],
    }


def twin(full: bool) -> Iterator[Row]:
    """A month of the scenario of the million."""
    for members in (3_000, 10_000) if full else (1_000,):
        found = against_twin(members)
        yield Row(
            "twin",
            f"{members:,} members, {WEEKS} weeks, two threads",
            found["theirs"] / found["ours"],
            "times",
            at_least=100,
            rival="slow twin",
            smaller=not full,
            details=found,
        )
