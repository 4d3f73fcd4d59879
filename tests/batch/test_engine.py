"""What the simulation hands to a batch: metrics and events of what is on, one ego for all arms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim.batch.engine import EVENTS, NetworkEngine
from sim.batch.prepare import prepare
from sim.metrics import METRICS, measured
from sim.results import BASE, RunKey
from sim.scenario.study import Scenario

if TYPE_CHECKING:
    from sim.batch.engine import RunTables
    from sim.world.build import World

ARMS = {
    "plain": {"strategy": "group_driven"},
    "hired": {"strategy": "group_driven", "set": {"careers.on": True}},
    "introduced": {
        "strategy": "introductions_first",
        "set": {"introductions.on": True, "introductions.forward": 20.0},
    },
    "joining": {
        "strategy": "group_driven",
        "joins_a_week": 5,
        "set": {"joining.on": True, "joining.recommend": 1.0, "joining.join": 20.0},
    },
}
SCENARIO = Scenario.model_validate(
    {
        "question": "?",
        "weeks": 9,
        "members": {"count": 250},
        "focal": {"share": 0.2},
        "measure": {"every": 5, "all_every": 5},
        "careers": {"opening": 0.5, "loss": 0.1, "apply": 1.0, "offer": 0.5},
        "introductions": {"accept": 20.0, "delay_most": 1},
        "arms": ARMS,
    }
)


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    """The world of one seed, after each arm."""
    built = NetworkEngine(SCENARIO).build_world(BASE, 3)
    return {arm: built.copy() for arm in ARMS}


@pytest.fixture(scope="module")
def runs(worlds: dict[str, World]) -> dict[str, RunTables]:
    engine = NetworkEngine(SCENARIO)
    return {
        arm: engine.simulate(RunKey("one", arm, BASE, 3), world) for arm, world in worlds.items()
    }


def test_a_run_has_the_metrics_of_what_is_on_in_its_arm(runs: dict[str, RunTables]) -> None:
    extra = {"plain": "", "hired": "careers", "introduced": "introductions", "joining": "joining"}
    for arm, section in extra.items():
        assert set(runs[arm].series["metric"]) == set(measured({section})), arm


def test_the_manifest_lists_what_any_arm_measures() -> None:
    found = prepare(SCENARIO, None).metrics
    assert list(found) == list(measured({"careers", "introductions", "joining"}))
    assert "money" in METRICS.keys() - found.keys()
    assert found["offers"]["better"] == "higher"


def test_interviews_and_offers_are_followed_where_careers_are_on(
    runs: dict[str, RunTables], worlds: dict[str, World]
) -> None:
    assert set(runs["plain"].events["event"]) == {"first_target_decision_maker"}
    events: dict[str, Any] = runs["hired"].events
    columns = [np.array(events[name]) for name in ("event", "member", "week", "observed")]
    members = worlds["hired"].members
    focal = np.flatnonzero(members.focal)
    for name, column in EVENTS.items():
        mine = columns[0] == name
        event, member, week, observed = (values[mine] for values in columns)
        assert member.tolist() == focal.tolist()
        happened = getattr(members, column)[focal]
        assert observed.tolist() == (happened >= 0).tolist()
        assert week.tolist() == np.where(happened >= 0, happened, 9).tolist()
        assert 0 < observed.sum() < len(event), name


def test_the_ego_is_the_same_even_where_an_arm_changes_groups(
    runs: dict[str, RunTables], worlds: dict[str, World]
) -> None:
    groups = [worlds[arm].groups.rows.first_group[-1] for arm in ("plain", "joining")]
    assert groups[0] < groups[1]
    assert {ego for tables in runs.values() for ego in tables.ego_nodes["ego"]} == {
        runs["plain"].ego_nodes["ego"][0]
    }


def test_ties_by_introduction_have_their_origin(
    runs: dict[str, RunTables], worlds: dict[str, World]
) -> None:
    assert 3 in worlds["introduced"].ties.edge_values("origin")
    assert set(runs["introduced"].ego_ties["origin"]) >= {"acquaintance", "introduction"}
