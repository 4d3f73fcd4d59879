"""Metrics: pure functions of the world. What each one means is in docs/model.md, section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import over_chunks
from sim.metrics import neighbourhood
from sim.metrics.catalogue import METRICS, SECTION_OF, measured
from sim.metrics.graph import degree_assortativity, degree_percentile, gini
from sim.metrics.means import mean
from sim.metrics.mechanisms import Cohort, of_mechanisms
from sim.metrics.metric import Metric
from sim.world.members import ACTIVITIES, CHANNELS, OUTCOMES
from sim.world.reach import ClassQuery, mean_distance, reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.build import World
    from sim.world.members import Int32

__all__ = ["METRICS", "Metric", "measure_graph", "measure_members", "measured"]


def measure_members(
    world: World,
    members: Int32,
    live: NDArray[np.uint8],
    on: frozenset[str] = frozenset(),
    threads: int = 1,
) -> dict[str, float]:
    """Measure a cohort: the mean over `members` of every metric that there is for a cohort.

    Parameters
    ----------
    world : World
    members : int32[C]
        The cohort; of cohort `all` those who are present.
    live : uint8 array over the arena of the ties
        Which entries are not dormant.
    on : frozenset of str
        Sections of the scenario whose mechanism is on. What others have done is not measured.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    columns, rows = world.members, world.ties.rows
    degree = rows.degree[members].astype(np.int64)
    decider = np.where(columns.decision_maker, columns.field, -1)
    target = columns.target[members]
    near = [ClassQuery(columns.field, target, 2), ClassQuery(decider, target, 2)]
    walked = reach(rows, members, near, levels=3, threads=threads)
    awake = reach(rows, members, near[1:], levels=2, threads=threads, live=live)
    in_target = np.zeros(len(members), np.int64)
    neighbourhood.contacts_in_target(rows, members, columns.field, columns.target, in_target)
    active = np.zeros(len(members), np.int64)
    neighbourhood.active_ties(rows, members, live, active)
    some = degree > 0
    values: dict[str, float] = {
        "target_decision_makers_2": mean(walked.counts[:, 1]),
        "live_target_decision_makers_2": mean(awake.counts[:, 0]),
        "target_reach_2": mean(walked.counts[:, 0]),
        "reach_1": mean(walked.levels[:, 0]),
        "reach_2": mean(walked.levels[:, 1]),
        "reach_3": mean(walked.levels[:, 2]),
        "target_share": mean(np.where(some, in_target / np.maximum(degree, 1), 0.0)),
        "active_ties": mean(active),
        "dormant_share": mean(np.where(some, 1.0 - active / np.maximum(degree, 1), 0.0)),
    }
    invitations = columns.invitations[members]
    for number, outcome in enumerate(OUTCOMES):
        values[f"invitations_{outcome}"] = mean(invitations[:, :, number].sum(axis=1))
        for channel, name in enumerate(CHANNELS):
            values[f"invitations_{outcome}/{name}"] = mean(invitations[:, channel, number])
    for name in _COUNTS:
        values[name] = mean(getattr(columns, name)[members])
    minutes = columns.minutes_spent[members]
    values["hours"] = mean(minutes.sum(axis=1)) / 60.0
    for activity, section in SECTION_OF.items():
        if section in {"", *on}:
            spent = minutes[:, ACTIVITIES.index(activity)]
            values[f"hours/{activity}"] = mean(spent) / 60.0
    closure, held = np.empty(len(members)), np.empty(len(members))

    def work(start: int, stop: int) -> None:
        neighbourhood.closure(start, stop, rows, members, closure, held)

    over_chunks(threads, len(members), work)
    values["clustering"] = mean(closure)
    values["constraint"] = mean(held[~np.isnan(held)])
    cohort = Cohort(world, members, walked.levels[:, 0], walked.levels[:, 1])
    return values | of_mechanisms(cohort, on)


_COUNTS = (
    "new_target_decision_makers", "messages_sent", "replies", "refused", "weeks_restricted",
)  # fmt: skip
"""Metrics that are columns of the members."""


def measure_graph(
    world: World,
    focal: Int32,
    present: Int32,
    threads: int = 1,
    on: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Measure the whole graph.

    Parameters
    ----------
    world : World
    focal : int32[F]
        Members from whom distances start.
    present : int32[P]
        Members on the platform: who is absent has no ties and is not counted.
    threads : int
        Threads that may be used; the result does not depend on it.
    on : frozenset of str
        Sections of the scenario whose mechanism is on.
    """
    degrees = world.ties.rows.degree.astype(np.int64)
    here = degrees[present]
    a, b = world.ties.edges()
    steps, pairs = mean_distance(world.ties.rows, focal, threads)
    moving = {"members_present": float(len(present))} if "population" in on else {}
    return moving | {
        "degree_p10": float(degree_percentile(here, 10)),
        "degree_p50": float(degree_percentile(here, 50)),
        "degree_p90": float(degree_percentile(here, 90)),
        "degree_gini": gini(here),
        "assortativity": degree_assortativity(a, b, degrees),
        "mean_distance": steps / pairs if pairs else 0.0,
    }
