"""The simulation as a batch uses it: worlds by seed, and a run's tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results import BASE
from sim.scenario import at_point
from sim.world.build import World, build_world
from sim.world.fading import fading_table, live_entries
from sim.world.members import ORIGINS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model import NetworkGrowth, Switch
    from sim.results import RunKey
    from sim.scenario.study import Scenario
    from sim.world.load import RealInput

EVENTS = {
    "first_target_decision_maker": "first_target_week",
    "first_interview": "first_interview_week",
    "first_offer": "first_offer_week",
}
"""Events, each with the column of the members that holds its week."""
EVENTS_OF_CAREERS = ("first_interview", "first_offer")
"""Events that are followed only where careers are on."""
SECOND_LEVEL_SHOWN = 150
"""At most so many members at distance 2 are kept of an ego network."""


@dataclass(frozen=True)
class RunTables:
    """Columns by name of each table of a run; see docs/results.md."""

    series: dict[str, Any]
    events: dict[str, Any]
    ego_nodes: dict[str, Any]
    ego_ties: dict[str, Any]


@dataclass(frozen=True)
class NetworkEngine:
    """Builds the worlds of a scenario and runs its arms in them.

    Parameters
    ----------
    scenario : Scenario
    real : RealInput or None
        What was read from files, if anything.
    points : mapping
        Values of the parameters that are varied, by the name of the point.
    """

    scenario: Scenario
    real: RealInput | None = None
    points: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {BASE: {}})

    def at(self, point: str) -> Scenario:
        """Return the scenario as it is at a point."""
        return at_point(self.scenario, self.points[point])

    def build_world(self, point: str, seed: int) -> World:
        """Build the world of a seed at a point, the same for every arm and question."""
        return build_world(self.at(point), seed, self.real)

    def simulate(self, key: RunKey, world: World, threads: int = 1) -> RunTables:
        """Do a run in `world`, which is changed by it."""
        # It brings Mesa, pandas and networkx with it, which a plan alone does not need.
        from sim.model import NetworkGrowth

        switch: Switch = "everyone" if key.question == "everyone" else "one"
        scenario = self.at(key.point)
        model = NetworkGrowth(
            scenario,
            rng=key.seed,
            arm=key.arm,
            switch=switch,
            world=world,
            threads=threads,
            agents=False,
        )
        ego = _ego(model)
        rows = _rows(model)
        while model.time < scenario.weeks:
            model.run_for(1)
            if model.measured_week == int(model.time):
                rows += _rows(model)
        weeks, cohorts, metrics, values = zip(*rows, strict=True)
        series = {
            "week": list(weeks),
            "cohort": list(cohorts),
            "metric": list(metrics),
            "value": list(values),
        }
        nodes, ties = _ego_network(model, ego)
        return RunTables(series, _events(model), nodes, ties)


def _rows(model: NetworkGrowth) -> list[tuple[int, str, str, float]]:
    return [
        (model.measured_week, cohort, metric, value)
        for (cohort, metric), value in model.measures.items()
    ]


def _events(model: NetworkGrowth) -> dict[str, Any]:
    """Return when each event first happened to each focal member."""
    careers = model.parameters.careers.on
    followed = [event for event in EVENTS if careers or event not in EVENTS_OF_CAREERS]
    table: dict[str, list[Any]] = {"member": [], "event": [], "week": [], "observed": []}
    for event in followed:
        week = getattr(model.world.members, EVENTS[event])[model.focal]
        observed = week >= 0
        table["member"] += model.focal.tolist()
        table["event"] += [event] * len(week)
        table["week"] += np.where(observed, week, model.parameters.weeks).tolist()
        table["observed"] += observed.tolist()
    return table


def _ego(model: NetworkGrowth) -> int | None:
    """Choose the focal member in a median number of groups, if there are focal members.

    Chosen before the first week, since what it then does may change its groups: the same ego under
    every arm.
    """
    if len(model.focal) == 0:
        return None
    order = np.argsort([len(model.world.groups.of(row)) for row in model.focal], kind="stable")
    return int(model.focal[order[len(order) // 2]])


def _ego_network(model: NetworkGrowth, ego: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the network around one member, if any: its nodes and its ties.

    All contacts, those at distance 2 who are decision-makers of the ego's target market (at most
    `SECOND_LEVEL_SHOWN`), and the ties among all of them.
    """
    if ego is None:
        return {}, {}
    world, ties = model.world, model.world.ties
    first = ties.neighbours(ego)
    members = world.members
    wanted = members.decision_maker & (members.field == members.target[ego])
    around = np.unique(np.concatenate([ties.neighbours(int(j)) for j in first] or [first]))
    second = np.setdiff1d(around[wanted[around]], np.append(first, ego))[:SECOND_LEVEL_SHOWN]
    shown = np.concatenate([[ego], first, second]).astype(np.int64)
    level = [0] + [1] * len(first) + [2] * len(second)
    nodes = {
        "ego": [ego] * len(shown),
        "member": shown.tolist(),
        "level": level,
        "field": [world.field_names[code] for code in members.field[shown]],
        "in_target": (members.field[shown] == members.target[ego]).tolist(),
        "decision_maker": members.decision_maker[shown].tolist(),
    }
    return nodes, _ties_among(model, ego, shown)


def _ties_among(model: NetworkGrowth, ego: int, shown: np.ndarray[Any, Any]) -> dict[str, Any]:
    world, settings = model.world, model.parameters.ties
    inside = np.zeros(len(world.members), np.bool_)
    inside[shown] = True
    fading = fading_table(settings, world.week)
    live = live_entries(world.ties, world.week, fading, settings.dormant_below)
    a, b = world.ties.edges()
    kept = inside[a] & inside[b]
    a, b = a[kept], b[kept]
    return {
        "ego": [ego] * len(a),
        "source": a.tolist(),
        "target": b.tolist(),
        "origin": [ORIGINS[code] for code in world.ties.edge_values("origin")[kept]],
        "born": world.ties.edge_values("born")[kept].tolist(),
        "active": (live[world.ties.positions(a, b)] != 0).tolist(),
    }
