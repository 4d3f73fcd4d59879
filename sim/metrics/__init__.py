"""Metrics: pure functions of the world. What each one means is in docs/model.md, section 6."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import over_chunks
from sim.metrics import neighbourhood
from sim.metrics.catalogue import METRICS, Metric
from sim.metrics.graph import degree_assortativity, degree_percentile, gini
from sim.world.members import ACTIVITIES, CHANNELS, OUTCOMES, Float64, Int32
from sim.world.reach import ClassQuery, mean_distance, reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.build import World

__all__ = ["METRICS", "Metric", "measure_graph", "measure_members"]


def _mean(values: NDArray[Any]) -> float:
    """Mean whose sum is exact for whole numbers and exactly rounded otherwise; 0 of nothing."""
    if len(values) == 0:
        return 0.0
    exact = values.dtype.kind in "iub"
    return (int(values.sum()) if exact else math.fsum(values)) / len(values)


def measure_members(
    world: World, members: Int32, live: NDArray[np.uint8], threads: int = 1
) -> dict[str, float]:
    """Measure a cohort: the mean of every metric over `members`.

    Parameters
    ----------
    world : World
    members : int32[C]
        The cohort, at least one member.
    live : uint8 array over the arena of the ties
        Which entries are not dormant.
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
        "target_decision_makers_2": _mean(walked.counts[:, 1]),
        "live_target_decision_makers_2": _mean(awake.counts[:, 0]),
        "target_reach_2": _mean(walked.counts[:, 0]),
        "reach_1": _mean(walked.levels[:, 0]),
        "reach_2": _mean(walked.levels[:, 1]),
        "reach_3": _mean(walked.levels[:, 2]),
        "target_share": _mean(np.where(some, in_target / np.maximum(degree, 1), 0.0)),
        "active_ties": _mean(active),
        "dormant_share": _mean(np.where(some, 1.0 - active / np.maximum(degree, 1), 0.0)),
    }
    invitations = columns.invitations[members]
    for number, outcome in enumerate(OUTCOMES):
        values[f"invitations_{outcome}"] = _mean(invitations[:, :, number].sum(axis=1))
        for channel, name in enumerate(CHANNELS):
            values[f"invitations_{outcome}/{name}"] = _mean(invitations[:, channel, number])
    for name in ("messages_sent", "replies", "refused", "weeks_restricted"):
        values[name] = _mean(getattr(columns, name)[members])
    minutes = columns.minutes_spent[members]
    values["hours"] = _mean(minutes.sum(axis=1)) / 60.0
    for number, activity in enumerate(ACTIVITIES):
        values[f"hours/{activity}"] = _mean(minutes[:, number]) / 60.0
    closure, held = np.empty(len(members)), np.empty(len(members))

    def work(start: int, stop: int) -> None:
        neighbourhood.closure(start, stop, rows, members, closure, held)

    over_chunks(threads, len(members), work)
    values["clustering"] = _mean(closure)
    values["constraint"] = _mean(_known(held))
    return values


def _known(values: Float64) -> Float64:
    return values[~np.isnan(values)]


def measure_graph(world: World, focal: Int32, threads: int = 1) -> dict[str, float]:
    """Measure the whole graph; distances start from the focal members."""
    degrees = world.ties.rows.degree.astype(np.int64)
    a, b = world.ties.edges()
    steps, pairs = mean_distance(world.ties.rows, focal, threads)
    return {
        "degree_p10": float(degree_percentile(degrees, 10)),
        "degree_p50": float(degree_percentile(degrees, 50)),
        "degree_p90": float(degree_percentile(degrees, 90)),
        "degree_gini": gini(degrees),
        "assortativity": degree_assortativity(a, b, degrees),
        "mean_distance": steps / pairs if pairs else 0.0,
    }
