"""A world handed to other tools holds every tie and what is known of members and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from rules.hand import scenario, world

import sim
from sim.errors import WorkError
from sim.model import NetworkGrowth
from sim.world.members import JOB_SEARCH, ORIGINS, SENIORITY

if TYPE_CHECKING:
    from pathlib import Path

    from sim.world.build import World


@pytest.fixture(scope="module")
def grown() -> World:
    settings = scenario(
        arms={"groups": {"strategy": "group_driven", "message_first": False}},
        members={"count": 120},
    )
    model = NetworkGrowth(settings, rng=2, switch="everyone", agents=False)
    model.run_for(10)
    return model.world


def test_networkx(grown: World) -> None:
    graph = sim.to_networkx(grown)
    a, b = grown.ties.edges()
    assert sorted(graph.nodes) == list(range(120))
    assert graph.number_of_edges() == grown.ties.size
    members = grown.members
    for i in range(0, 120, 11):
        node = graph.nodes[i]
        assert set(graph[i]) == set(grown.ties.neighbours(i).tolist())
        assert node["field"] == grown.field_names[members.field[i]]
        assert node["target"] == grown.field_names[members.target[i]]
        assert node["seniority"] == SENIORITY[members.seniority[i]]
        assert node["job_search"] == JOB_SEARCH[members.job_search[i]]
        assert node["employer"] == members.employer[i]
        assert node["focal"] is bool(members.focal[i])
    origins = set()
    for place, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        tie = graph.edges[i, j]
        assert tie["born"] == grown.ties.edge_values("born")[place]
        assert tie["origin"] == ORIGINS[grown.ties.edge_values("origin")[place]]
        assert 0.0 <= tie["level"] <= 1.0
        assert isinstance(tie["bridge"], bool)
        origins.add(tie["origin"])
    assert origins >= {"acquaintance", "group"}


def test_igraph_agrees_with_networkx(grown: World) -> None:
    one, other = sim.to_networkx(grown), sim.to_igraph(grown)
    assert other.vcount() == 120
    assert {frozenset(e.tuple) for e in other.es} == {frozenset(e) for e in one.edges}
    assert other.vs["field"] == [one.nodes[i]["field"] for i in range(120)]
    for e in other.es:
        assert e.attributes() == one.edges[e.tuple]
    assert other.transitivity_undirected() == pytest.approx(nx.transitivity(one))


def test_graphml_comes_back(grown: World, tmp_path: Path) -> None:
    path = sim.to_graphml(grown, str(tmp_path / "world.graphml"))
    back = nx.read_graphml(path, node_type=int)
    graph = sim.to_networkx(grown)
    assert list(back.nodes(data=True)) == list(graph.nodes(data=True))
    assert {frozenset(e) for e in back.edges} == {frozenset(e) for e in graph.edges}
    for i, j, tie in graph.edges(data=True):
        assert back.edges[i, j] == pytest.approx(tie)


def test_where_it_cannot_be_written(grown: World, tmp_path: Path) -> None:
    with pytest.raises(WorkError, match=r"cannot write .*nowhere.*choose another path"):
        sim.to_graphml(grown, tmp_path / "nowhere" / "world.graphml")
    with pytest.raises(WorkError, match="cannot write"):
        sim.to_graphml(grown, tmp_path)


def test_ties_by_introduction_are_named_so() -> None:
    introduced = world(3, ties=[(0, 1), (1, 2)])
    introduced.ties.update([1], [2], origin=ORIGINS.index("introduction"))
    graph = sim.to_networkx(introduced)
    assert [graph.edges[pair]["origin"] for pair in ((0, 1), (1, 2))] == [
        "acquaintance", "introduction",
    ]  # fmt: skip
    assert sim.to_igraph(introduced).es["origin"] == ["acquaintance", "introduction"]


def test_a_world_without_ties() -> None:
    lonely = world(3)
    assert sim.to_networkx(lonely).number_of_edges() == 0
    assert sim.to_igraph(lonely).ecount() == 0
    assert np.array_equal(sim.to_igraph(lonely).vs["employer"], [-1, -1, -1])
