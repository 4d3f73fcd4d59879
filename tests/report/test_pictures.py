"""Pictures: placed without chance, told in numbers that agree with the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import polars as pl
import pytest
from scipy.optimize import LinearConstraint, minimize

from sim.report.bars import FILLS, stacked
from sim.report.ego import Ego
from sim.report.ego_picture import picture
from sim.report.plots import spread, trajectories
from sim.report.style import ARM_COLOURS, LINE_STYLES, MARKERS, inline_svg, looks, standalone_svg

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ego(seed: int = 1) -> Ego:
    """A random graph around member 0."""
    graph: nx.Graph[int] = nx.gnp_random_graph(120, 0.08, seed=seed)
    distance = nx.single_source_shortest_path_length(graph, 0, cutoff=2)
    members = sorted(distance)
    nodes = pl.DataFrame(
        {
            "member": members,
            "level": [distance[m] for m in members],
            "field": ["a" if m % 3 else "b" for m in members],
            "in_target": [m % 3 == 0 for m in members],
            "decision_maker": [m % 2 == 0 for m in members],
        }
    )
    edges = [(a, b) for a, b in graph.edges if a in distance and b in distance]
    ties = pl.DataFrame(
        {
            "source": [a for a, _ in edges],
            "target": [b for _, b in edges],
            "origin": ["group" if (a + b) % 2 else "acquaintance" for a, b in edges],
            "born": [(a + b) % 4 for a, b in edges],
            "active": [True] * len(edges),
        }
    )
    return Ego(nodes, ties)


def test_an_ego_is_counted_as_networkx_counts_it() -> None:
    own = ego()
    graph: nx.Graph[int] = nx.Graph(list(own.ties.select("source", "target").iter_rows()))
    near = set(graph[0])
    distance = nx.single_source_shortest_path_length(graph, 0, cutoff=2)
    count = own.counts()
    assert count["contacts"] == len(near)
    assert count["deciders"] == sum(m % 6 == 0 for m in near)
    assert count["new"] == sum(m % 4 > 0 for m in near)
    assert count["second_deciders"] == sum(
        steps == 2 and m % 6 == 0 for m, steps in distance.items()
    )
    assert f"{len(near)} direct contacts" in own.told("known_only")


def test_the_same_network_gives_the_same_picture() -> None:
    look = looks(["a"])["a"]
    first, second = (standalone_svg(picture(ego(), "a", look)) for _ in range(2))
    assert first == second
    assert first != standalone_svg(picture(ego(seed=2), "a", look))


@pytest.mark.parametrize("level", [1, 2])
def test_an_ego_alone_or_without_second_steps_is_drawn(level: int) -> None:
    whole = ego()
    nodes = whole.nodes.filter(pl.col("level") < level)
    kept = nodes["member"].to_list()
    ties = whole.ties.filter(pl.col("source").is_in(kept), pl.col("target").is_in(kept))
    assert "<svg" in standalone_svg(picture(Ego(nodes, ties), "a", looks(["a"])["a"]))


def test_labels_are_spread_as_little_as_can_be() -> None:
    """The closest feasible places, found by a general solver (SLSQP)."""
    wished = [0.5, 0.52, 0.1, 0.51, 0.9]
    gap = 0.08
    order = np.argsort(wished, kind="stable")

    def moved(places: NDArray[np.float64]) -> float:
        return float(((places - np.array(wished)[order]) ** 2).sum())

    apart = LinearConstraint(np.diff(np.eye(5), axis=0), lb=gap)
    start = np.sort(wished) + np.arange(5) * gap
    solved = minimize(moved, start, method="SLSQP", constraints=apart, options={"ftol": 1e-14})
    placed = np.array(spread(wished, gap))
    np.testing.assert_allclose(placed[order], solved.x, atol=1e-5)


def test_arms_differ_by_more_than_colour() -> None:
    drawn = list(looks([f"arm {i}" for i in range(24)]).values())
    assert len({(look.colour, look.marker) for look in drawn}) == len(drawn)
    first = drawn[: len(ARM_COLOURS)]
    for name in ("colour", "line", "marker"):
        seen = {getattr(look, name) for look in first}
        assert len(seen) == len(first) == len(LINE_STYLES) == len(MARKERS)


def test_a_chart_is_drawn_and_named_without_the_names_of_another() -> None:
    frame = pl.DataFrame(
        {"arm": ["a"] * 3, "week": [0, 1, 2], "mean": [1.0, 2.0, 3.0], "low": [None, 1.0, 2.0],
         "high": [None, 3.0, 4.0]}
    )  # fmt: skip
    figure = trajectories(frame, looks(["a"]), "Contacts", "members")
    svg = inline_svg(figure, "one", "Contacts", "From 1 to 3 & on.")
    assert 'role="img"' in svg
    assert '<title id="one-title">Contacts</title>' in svg
    assert "From 1 to 3 &amp; on." in svg
    assert "date" not in standalone_svg(figure).lower()


def test_more_parts_than_can_be_told_apart_are_refused() -> None:
    parts = [str(i) for i in range(len(FILLS) + 1)]
    with pytest.raises(ValueError, match="only 5 can be told apart"):
        stacked({"": {"a": [1.0] * len(parts)}}, parts, looks(["a"]), "hours", {})
