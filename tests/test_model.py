"""The model: a notebook's habits, what it promises about luck, and what it refuses."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pytest
from rules.hand import scenario as scripted_scenario
from rules.hand import world

import sim
from sim.errors import UsageError
from sim.metrics import METRICS
from sim.model import NetworkGrowth
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS, build_world
from sim.world.members import Members

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

SCENARIO = Path(__file__).parents[1] / "scenarios" / "known-vs-groups.toml"


def small(**sections: Any) -> Scenario:
    """Return the shipped scenario with few members, measured often."""
    given = {"members": {"count": 200}, "measure": {"every": 4, "all_every": 8}, "weeks": 20}
    return sim.load_scenario(SCENARIO, **{**given, **sections})


EVERYTHING: dict[str, Any] = {
    "search": {"on": True, "recruiters": 0.1},
    "endorsements": {"on": True},
    "introductions": {"on": True, "forward": 2.0, "accept": 1.0},
    "premium": {"on": True},
    "joining": {"on": True, "recommend": 0.3},
    "spam": {"on": True, "flag_message": 0.2},
    "wasteland": {"on": True, "feed": 0.2},
    "tiredness": {"on": True, "cost": 1.0},
    "aim": {"on": True},
    "careers": {"on": True, "opening": 0.3, "loss": 0.05, "apply": 0.5, "offer": 0.5},
    "population": {"on": True, "arrive": 0.1, "depart": 0.03},
    "policy": [{"week": 5, "close": "group messages"}],
}
"""Sections of a scenario in which all mechanisms are on and much happens."""


def digest(model: NetworkGrowth) -> str:
    """Digest of the whole state."""
    world, state = model.world, hashlib.sha256()
    for table in (world.members, world.pending):
        for column in dataclasses.fields(table):
            state.update(getattr(table, column.name).tobytes())
    for store, columns in ((world.ties, TIE_COLUMNS), (world.history, HISTORY_COLUMNS)):
        for array in (*store.edges(), *(store.edge_values(column) for column in columns)):
            state.update(array.tobytes())
    for array in world.groups.rows:
        state.update(array.tobytes())
    return state.hexdigest()


def test_the_notebook_habit() -> None:
    model = sim.NetworkGrowth(sim.load_scenario(SCENARIO, members={"count": 200}), rng=7)
    model.run_for(52)
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["week"].tolist() == list(range(0, 53, 4))
    assert frame["target_decision_makers_2"].notna().all()
    assert frame["all/degree_gini"].notna().tolist() == [w in (0, 52) for w in frame["week"]]
    everyone = [name for name, metric in METRICS.items() if not metric.graph]
    assert set(frame.columns) == {"week", *everyone, *(f"all/{name}" for name in METRICS)}
    assert frame["reach_1"].iloc[-1] > frame["reach_1"].iloc[0]
    assert frame["hours"].is_monotonic_increasing


def test_measures_are_of_the_measured_weeks() -> None:
    model = NetworkGrowth(small(weeks=18), rng=1)
    model.run_for(18)
    frame = model.datacollector.get_model_vars_dataframe().set_index("week")
    assert frame.index.tolist() == [0, 4, 8, 12, 16, 18]
    assert frame["all/reach_2"].dropna().index.tolist() == [0, 8, 16, 18]
    assert model.measured_week == 18
    assert model.measures["focal", "reach_2"] == frame.loc[18, "reach_2"]
    assert model.measures["all", "reach_2"] == frame.loc[18, "all/reach_2"]


def test_the_week_is_one_list_of_phases() -> None:
    model = NetworkGrowth(small(), rng=1, agents=False)
    phases = ["begin", "plan", "deliver", "respond", "tie", "search_and_careers", "measure"]
    assert [phase.__name__ for phase in model.week] == phases
    seen: list[str] = []
    model.week = tuple(_noting(phase, seen) for phase in model.week)
    model.run_for(2)
    assert seen == phases * 2
    assert model.world.week == model.steps == 2


def _noting(phase: Any, seen: list[str]) -> Any:
    def noted(now: Any) -> None:
        seen.append(phase.__name__)
        phase(now)

    return noted


def test_every_member_is_an_agent() -> None:
    model = NetworkGrowth(small(), rng=2)
    members, degrees = model.world.members, model.world.ties.rows.degree
    assert len(model.agents) == 200
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert [agent.row for agent in model.agents] == list(range(200))
    deciders = model.agents.select(lambda member: member.decision_maker)
    assert {agent.row for agent in deciders} == set(np.flatnonzero(members.seniority == 2))
    by_field = model.agents.groupby("field")
    assert by_field.count() == dict(
        zip(*(c.tolist() for c in np.unique(members.field, return_counts=True)), strict=True)
    )
    assert model.agents.agg("degree", np.mean) == pytest.approx(degrees.mean())
    assert model.agents.select(at_most=1).to_list()[0].contacts.tolist() == (
        model.world.ties.neighbours(0).tolist()
    )


def test_an_agent_shows_every_column_of_its_row_now() -> None:
    model = NetworkGrowth(small(), rng=2)
    agent = list(model.agents)[17]
    for column in dataclasses.fields(Members):
        cell = getattr(model.world.members, column.name)[17]
        assert np.array_equal(getattr(agent, column.name), cell), column.name
        assert getattr(type(agent), column.name).__doc__ == column.metadata["meaning"]
    assert agent.groups.tolist() == model.world.groups.of(17).tolist()
    model.world.members.sent[17] = 99
    assert agent.sent == 99
    agent.invitations[:] = 5
    assert (model.world.members.invitations[17] == 0).all(), "an agent hands out copies"
    with pytest.raises(AttributeError):
        agent.sent = 3


def test_the_first_arm_is_played_by_the_focal_members() -> None:
    model = NetworkGrowth(small(), rng=3)
    members = model.world.members
    for row in range(0, 200, 7):
        name, values = model.strategy_of(row)
        if members.focal[row]:
            assert name == "known_only"
            assert values["ask_again_after"] == 26
        else:
            assert name == list(model.parameters.background)[members.strategy[row]]
    everyone = NetworkGrowth(small(), rng=3, arm="dormant", switch="everyone")
    assert {everyone.strategy_of(row)[0] for row in range(200)} == {"dormant"}
    rows = np.concatenate([cohort for _, _, cohort in model.cohorts])
    assert sorted(rows.tolist()) == list(range(200))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"arm": "nobody"}, "no arm 'nobody'; the scenario has known_only, group_driven"),
        ({"switch": "everybody"}, "switch must be one of one, everyone"),
        ({"rng": -1}, "rng must be a whole number"),
        ({"rng": 2**63}, "rng must be a whole number"),
        ({"rng": True}, "rng must be a whole number"),
        ({"rng": 1.5}, "rng must be a whole number"),
    ],
)
def test_what_it_refuses(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        NetworkGrowth(small(), **options)


def test_no_such_member() -> None:
    with pytest.raises(UsageError, match="no member 200; rows are 0 to 199"):
        NetworkGrowth(small(), rng=1).strategy_of(200)


@pytest.mark.parametrize("mechanisms", [{}, EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize("arm", ["known_only", "group_driven"])
def test_any_number_of_threads_gives_the_same_bytes(arm: str, mechanisms: dict[str, Any]) -> None:
    lives = []
    for threads in (1, 2, 3):
        model = NetworkGrowth(small(**mechanisms), rng=4, arm=arm, threads=threads)
        model.run_for(20)
        lives.append((digest(model), model.datacollector.get_model_vars_dataframe()))
    assert len({each for each, _ in lives}) == 1
    assert lives[0][1].equals(lives[1][1])
    assert lives[0][1].equals(lives[2][1])


@pytest.mark.parametrize("mechanisms", [{}, EVERYTHING], ids=["plain", "everything"])
def test_agents_make_no_difference(mechanisms: dict[str, Any]) -> None:
    settings = small(**mechanisms)
    models = [NetworkGrowth(settings, rng=4, agents=agents) for agents in (True, False)]
    for model in models:
        model.run_for(10)
    assert digest(models[0]) == digest(models[1])
    assert models[0].measures == pytest.approx(models[1].measures, rel=0, abs=0, nan_ok=True)
    assert [len(model.agents) for model in models] == [200, 0]


def test_meshes_of_seed_arm_and_switch_differ() -> None:
    lives = set()
    changes: list[dict[str, Any]] = [
        {},
        {"arm": "group_driven"},
        {"switch": "everyone"},
        {"rng": 5},
    ]
    for options in changes:
        model = NetworkGrowth(small(), **{"rng": 4, **options}, agents=False)
        model.run_for(8)
        lives.add(digest(model))
    assert len(lives) == 4


def test_all_arms_begin_in_the_same_world() -> None:
    starts = {
        digest(NetworkGrowth(small(), rng=6, arm=arm, switch=switch, agents=False))
        for arm in ("known_only", "group_driven", "dormant")
        for switch in ("one", "everyone")
    }
    assert len(starts) == 1


@pytest.mark.parametrize("mechanisms", [{}, EVERYTHING], ids=["plain", "everything"])
def test_a_world_made_before_is_the_one_that_would_be_built(mechanisms: dict[str, Any]) -> None:
    """A copy of it shares nothing that a run changes."""
    settings = small(**mechanisms)
    given = build_world(settings, 6)
    untouched = digest(NetworkGrowth(settings, rng=6, world=given.copy(), agents=False))
    built = NetworkGrowth(settings, rng=6)
    copied = NetworkGrowth(settings, rng=6, world=given.copy())
    for model in (built, copied):
        model.run_for(8)
    assert digest(built) == digest(copied)
    assert given.week == 0
    assert digest(NetworkGrowth(settings, rng=6, world=given, agents=False)) == untouched


def test_it_goes_on_beyond_the_weeks_of_the_scenario() -> None:
    short, long = NetworkGrowth(small(weeks=6), rng=4), NetworkGrowth(small(weeks=150), rng=4)
    for model in (short, long):
        model.run_for(150)
    assert digest(short) == digest(long)
    frame = short.datacollector.get_model_vars_dataframe()
    assert frame["week"].tolist() == [0, 4, 6, *range(8, 149, 4)]


def test_no_random_number_is_mesas() -> None:
    model = NetworkGrowth(small(), rng=4)
    before = (model.random.getstate(), str(model.rng.bit_generator.state))
    model.run_for(12)
    assert (model.random.getstate(), str(model.rng.bit_generator.state)) == before


ALONE = {name: section for name, section in EVERYTHING.items() if name != "search"}
"""Mechanisms in which nobody comes upon somebody it has nothing to do with."""


@pytest.mark.parametrize("mechanisms", [{}, ALONE], ids=["plain", "mechanisms"])
@pytest.mark.parametrize("strategy", ["known_only", "group_driven", "introductions_first"])
def test_one_more_passive_member_changes_nobody_else(
    strategy: str, mechanisms: dict[str, Any]
) -> None:
    """Somebody without acquaintances, groups, job and hours, in the last row."""
    generator = np.random.Generator(np.random.Philox(key=3))
    count = 60
    pairs = [(i, j) for i in range(count) for j in range(i) if generator.random() < 0.1]
    groups = [{m: int(m % 3) for m in range(count) if generator.random() < 0.3} for _ in range(6)]
    columns: dict[str, Any] = {
        "field": generator.integers(0, 3, count + 1),
        "target": generator.integers(0, 3, count + 1),
        "openness": generator.normal(size=count + 1),
        "seniority": generator.integers(0, 3, count + 1),
        "minutes": np.append(generator.integers(30, 300, count), 0),
        "employer": np.append(generator.integers(0, 9, count), -1),
        "job_search": generator.integers(0, 4, count + 1),
        "focal": generator.random(count + 1) < 0.5,
    }
    sections = {**mechanisms, "policy": tuple(mechanisms.get("policy", ()))}
    lives = []
    for more in (0, 1):
        given = world(
            count + more,
            ties=pairs[::2],
            acquaintances=pairs,
            groups=groups,
            topics=[0, 1, 2, -1, 0, 1],
            seed=11,
            **{name: values[: count + more] for name, values in columns.items()},
        )
        arms = {"played": {"strategy": strategy}}
        settings = scripted_scenario(arms=arms, **sections)
        model = NetworkGrowth(settings, rng=11, world=given, switch="everyone")
        model.run_for(20)
        members = model.world.members
        rows = {
            column.name: getattr(members, column.name)[:count].tolist()
            for column in dataclasses.fields(Members)
        }
        ties = [each.tolist() for each in model.world.ties.edges()]
        levels = model.world.ties.edge_values("level").tolist()
        lives.append((rows, ties, levels))
        assert (model.world.ties.edge_values("born") > 0).sum() > 10
    assert lives[0] == lives[1]


def test_an_arm_may_change_what_is_no_part_of_the_world() -> None:
    """Parameters, mechanisms and roles of its own; the world at the start is everybody's."""
    changes = {"aim.on": True, "aim.error": 1.0, "search.on": True, "search.recruiters": 0.5}
    arms = {"plain": {"strategy": "dormant"}, "set": {"strategy": "dormant", "set": changes}}
    given = scripted_scenario(arms=arms, members={"count": 200}, weeks=3)
    built = build_world(given, 1)
    plain, changed = (
        NetworkGrowth(given, arm=arm, world=built.copy(), agents=False) for arm in arms
    )
    assert plain.parameters.mechanisms == set()
    assert changed.parameters.mechanisms == {"aim", "search"}
    assert (plain.world.members.aim == plain.world.members.target).all()
    assert (changed.world.members.aim != changed.world.members.target).all()
    assert plain.world.members.recruiter.sum() == 0
    assert 60 < changed.world.members.recruiter.sum() < 140
    assert {name for _, name in changed.measures} - {name for _, name in plain.measures} == {
        "impressions", "search_position", "approaches",
    }  # fmt: skip
    same = [column.name for column in dataclasses.fields(Members)]
    same = [name for name in same if name not in ("aim", "recruiter")]
    for name in same:
        columns = (getattr(model.world.members, name) for model in (plain, changed))
        assert np.array_equal(*columns), name


def test_without_focal_members_all_are_measured_still() -> None:
    model = NetworkGrowth(small(focal={"share": 0.0}), rng=1)
    model.run_for(8)
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["reach_1"].isna().all()
    assert frame["all/reach_1"].notna().any()
