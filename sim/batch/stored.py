"""How many bytes the results of a run take on the disk, said before it begins.

The constants are those of the files of 14 runs of 1,000 and 4,000 members over 20 and 52 weeks,
measured every week and every fourth, plain and with eight mechanisms on, 2 to 20 % of members
followed: 17 to 26 kB a run, each foreseen within a tenth. Rows are counted, not fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.batch.engine import EVENTS, EVENTS_OF_CAREERS
from sim.metrics import measured

if TYPE_CHECKING:
    from sim.scenario import Scenario

FILE = 16_400
"""Bytes of a run's file without rows, but for the few of the network around one member."""
SERIES_ROW, EVENT_ROW = 3.5, 4.0
"""Bytes of a row of these tables, compressed."""


def series_rows(scenario: Scenario, on: frozenset[str]) -> int:
    """Return how many values a run measures: by week, cohort and metric of what is on."""
    metrics = measured(on)
    weeks, plan = scenario.weeks, scenario.measure
    everybody = {*range(0, weeks, plan.all_every), weeks}
    focal = everybody.union(range(0, weeks, plan.every))
    # Of the whole graph there is one value, told of all members.
    of_members = sum(not metric.graph for metric in metrics.values())
    return len(focal) * of_members + len(everybody) * len(metrics)


def run_bytes(scenario: Scenario, on: frozenset[str], members: float) -> int:
    """Return how many bytes the results of a run take.

    Parameters
    ----------
    scenario : Scenario
        As it is at the point and under the arm of the run.
    on : frozenset of str
        Sections whose mechanism is on in it.
    members : float
        In its world.
    """
    events = len(EVENTS) - (0 if "careers" in on else len(EVENTS_OF_CAREERS))
    followed = members * scenario.focal.share * events
    return round(FILE + SERIES_ROW * series_rows(scenario, on) + EVENT_ROW * followed)
