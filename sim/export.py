"""A world as a graph for other tools: networkx, igraph and GraphML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import WorkError
from sim.world.members import JOB_SEARCH, ORIGINS, SENIORITY

if TYPE_CHECKING:
    import igraph
    import networkx as nx

    from sim.world.build import World


def _node_columns(world: World) -> dict[str, list[Any]]:
    members = world.members
    return {
        "field": [world.field_names[code] for code in members.field],
        "target": [world.field_names[code] for code in members.target],
        "seniority": [SENIORITY[code] for code in members.seniority],
        "job_search": [JOB_SEARCH[code] for code in members.job_search],
        "employer": members.employer.tolist(),
        "school": members.school.tolist(),
        "region": members.region.tolist(),
        "focal": members.focal.tolist(),
    }


def _tie_columns(world: World) -> dict[str, list[Any]]:
    ties = world.ties
    return {
        "origin": [ORIGINS[code] for code in ties.edge_values("origin")],
        "born": ties.edge_values("born").tolist(),
        "renewed": ties.edge_values("renewed").tolist(),
        "level": ties.edge_values("level").tolist(),
        "bridge": [bool(value) for value in ties.edge_values("bridge")],
    }


def to_networkx(world: World) -> nx.Graph[int]:
    """Return the ties of a world as a networkx graph.

    Nodes are member rows with field, target, seniority, job_search, employer, school, region and
    focal; edges have origin, born and renewed (weeks), level (0 to 1) and bridge.
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(world.members)))
    for name, values in _node_columns(world).items():
        nx.set_node_attributes(graph, dict(enumerate(values)), name)
    a, b = world.ties.edges()
    graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True))
    for name, values in _tie_columns(world).items():
        ends = zip(a.tolist(), b.tolist(), strict=True)
        nx.set_edge_attributes(graph, dict(zip(ends, values, strict=True)), name)
    return graph


def to_igraph(world: World) -> igraph.Graph:
    """Return the ties of a world as an igraph graph, with the attributes of `to_networkx`."""
    import igraph

    a, b = world.ties.edges()
    return igraph.Graph(
        n=len(world.members),
        edges=list(zip(a.tolist(), b.tolist(), strict=True)),
        vertex_attrs=_node_columns(world),
        edge_attrs=_tie_columns(world),
    )


def to_graphml(world: World, path: str | Path) -> Path:
    """Write the ties of a world as GraphML, for Gephi, Cytoscape and the like.

    Raises
    ------
    WorkError
        If the file cannot be written.
    """
    import networkx as nx

    target = Path(path)
    try:
        nx.write_graphml(to_networkx(world), target)
    except OSError as problem:
        msg = f"cannot write {target}: {problem.strerror or problem}; choose another path"
        raise WorkError(msg) from problem
    return target
