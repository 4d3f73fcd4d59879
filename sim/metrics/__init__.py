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
from sim.metrics.sample import Sample
from sim.world.members import ACTIVITIES, CHANNELS, OUTCOMES
from sim.world.reach import ClassQuery, mean_distance, reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.build import World
    from sim.world.members import Int32

__all__ = ["METRICS", "Metric", "Sample", "measure_graph", "measure_members", "measured"]


def measure_members(
    world: World,
    members: Int32,
    live: NDArray[np.uint8],
    on: frozenset[str] = frozenset(),
    threads: int = 1,
    sample: Sample | None = None,
) -> dict[str, float]:
    """Measure a cohort: the mean over `members` of every metric that there is for a cohort.

    Parameters
    ----------
    world : World
    members : int32[C]
        The cohort; of cohort `all` those who are present.
    live : uint8 array over the arena of the ties
        Which entries are not dormant; of the rows of `members` and their neighbours.
    on : frozenset of str
        Sections of the scenario whose mechanism is on. What others have done is not measured.
    threads : int
        Threads that may be used; the result does not depend on it.
    sample : Sample, optional
        Members whose surroundings stand for those of the cohort; otherwise all are walked around.
    """
    columns, rows = world.members, world.ties.rows
    degree = rows.degree[members].astype(np.int64)
    near = members if sample is None else sample.near
    decider = np.where(columns.decision_maker, columns.field, -1)
    target = columns.target[near]
    queries = [ClassQuery(columns.field, target, 2), ClassQuery(decider, target, 2)]
    walked = reach(rows, near, queries, levels=3 if sample is None else 2, threads=threads)
    beyond = walked if sample is None else reach(rows, sample.far, levels=3, threads=threads)
    awake = reach(rows, near, queries[1:], levels=2, threads=threads, live=live)
    in_target, active = np.empty_like(degree), np.empty_like(degree)
    closure, held = np.empty(len(near)), np.empty(len(near))

    def count(start: int, stop: int) -> None:
        fields = columns.field, columns.target
        neighbourhood.contacts_in_target(start, stop, rows, members, *fields, in_target)
        neighbourhood.active_ties(start, stop, rows, members, live, active)

    def enclose(start: int, stop: int) -> None:
        neighbourhood.closure(start, stop, rows, near, closure, held)

    over_chunks(threads, len(members), count)
    over_chunks(threads, len(near), enclose)
    some = degree > 0
    values: dict[str, float] = {
        "target_decision_makers_2": mean(walked.counts[:, 1]),
        "live_target_decision_makers_2": mean(awake.counts[:, 0]),
        "target_reach_2": mean(walked.counts[:, 0]),
        "reach_1": mean(degree),
        "reach_2": mean(walked.levels[:, 1]),
        "reach_3": mean(beyond.levels[:, 2]),
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
    values["clustering"] = mean(closure)
    values["constraint"] = mean(held[~np.isnan(held)])
    cohort = Cohort(world, members, near, walked.levels[:, 0], walked.levels[:, 1])
    return values | of_mechanisms(cohort, on)


_COUNTS = (
    "new_target_decision_makers", "messages_sent", "replies", "refused", "weeks_restricted",
)  # fmt: skip
"""Metrics that are columns of the members."""


def measure_graph(
    world: World,
    sources: Int32,
    present: Int32,
    threads: int = 1,
    on: frozenset[str] = frozenset(),
) -> dict[str, float]:
    """Measure the whole graph.

    Parameters
    ----------
    world : World
    sources : int32[F]
        Members from whom distances start: the focal ones, or some of them.
    present : int32[P]
        Members on the platform: who is absent has no ties and is not counted.
    threads : int
        Threads that may be used; the result does not depend on it.
    on : frozenset of str
        Sections of the scenario whose mechanism is on.
    """
    here = world.ties.rows.degree[present].astype(np.int64)
    steps, pairs = mean_distance(world.ties.rows, sources, threads)
    moving = {"members_present": float(len(present))} if "population" in on else {}
    return moving | {
        "degree_p10": float(degree_percentile(here, 10)),
        "degree_p50": float(degree_percentile(here, 50)),
        "degree_p90": float(degree_percentile(here, 90)),
        "degree_gini": gini(here),
        "assortativity": degree_assortativity(world.ties.rows, threads),
        "mean_distance": steps / pairs if pairs else 0.0,
    }
