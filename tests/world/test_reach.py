"""Counts at each distance against networkx, by both searches, for any threads and blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from real_data import email_core

from sim.world import reach as searches
from sim.world.reach import ClassQuery, mean_distance, reach, stamps_are_cheaper
from sim.world.ties import Adjacency

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=40))


def store_of(graph: nx.Graph[int]) -> Adjacency:
    ends = np.array(list(graph.edges()), np.int64).reshape(-1, 2)
    return Adjacency.from_pairs(graph.number_of_nodes(), ends[:, 0], ends[:, 1])


@pytest.fixture(params=["stamps", "passes"], autouse=True)
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test is of both searches, whichever would be chosen."""
    chosen = request.param == "stamps"
    monkeypatch.setattr(searches, "stamps_are_cheaper", lambda *_: chosen)


GRAPHS: dict[str, Callable[[], nx.Graph[int]]] = {
    "random": lambda: nx.gnm_random_graph(150, 300, seed=1),
    "sparse and disconnected": lambda: nx.gnm_random_graph(150, 90, seed=2),
    "preferential attachment": lambda: nx.barabasi_albert_graph(700, 3, seed=3),
    "two parts": lambda: nx.disjoint_union(nx.path_graph(70), nx.complete_graph(8)),
    "no ties": lambda: nx.empty_graph(5),
    "one member": lambda: nx.empty_graph(1),
}


def distances(graph: nx.Graph[int], sources: NDArray[np.int64]) -> NDArray[np.int64]:
    """Distances (sources, members) by networkx; -1 where there is no path."""
    out = np.full((sources.size, graph.number_of_nodes()), -1)
    for row, source in zip(out, sources, strict=True):
        for member, distance in nx.single_source_shortest_path_length(graph, int(source)).items():
            row[member] = distance
    return out


def assert_agrees(
    ties: Adjacency,
    far: NDArray[np.int64],
    sources: NDArray[np.int64],
    levels: int,
    **how: Any,
) -> None:
    rng = generator()
    queries = [
        ClassQuery(
            rng.integers(-1, classes, ties.members), rng.integers(-1, classes, sources.size), within
        )
        for classes in (1, 3, 40)
        for within in range(1, levels + 1)
    ]
    found = reach(ties.rows, sources, queries, levels, **how)
    expected = np.column_stack([(far == level).sum(axis=1) for level in range(1, levels + 1)])
    assert np.array_equal(found.levels, expected)
    for query, counts in zip(queries, found.counts.T, strict=True):
        near = (far >= 1) & (far <= query.within)
        wanted = query.source_class[:, None]
        same = (query.member_class[None, :] == wanted) & (wanted >= 0)
        assert np.array_equal(counts, (near & same).sum(axis=1))


def test_marks_beyond_the_rows_that_are_walked_are_not_needed() -> None:
    graph = nx.barabasi_albert_graph(300, 20, seed=8)
    ties = store_of(graph)
    rows, sources = ties.rows, np.array([250, 299])
    live = generator().integers(0, 2, rows.neighbour.size).astype(np.uint8)
    walked = set(sources.tolist()).union(*(ties.neighbours(i).tolist() for i in sources.tolist()))
    near = np.zeros_like(live)
    for member in walked:
        row = slice(rows.start[member], rows.start[member] + rows.degree[member])
        near[row] = live[row]
    whole = reach(rows, sources, levels=2, live=live)
    assert np.array_equal(reach(rows, sources, levels=2, live=near).levels, whole.levels)
    assert near.sum() < live.sum()


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("levels", [1, 3, 5])
def test_every_level_and_class_count_agrees_with_networkx(name: str, levels: int) -> None:
    graph = GRAPHS[name]()
    sources = np.arange(graph.number_of_nodes())
    assert_agrees(store_of(graph), distances(graph, sources), sources, levels)


def test_the_real_email_network_agrees_with_networkx() -> None:
    graph = email_core()
    sources = np.arange(graph.number_of_nodes())
    ties = store_of(graph)
    far = distances(graph, sources)
    assert_agrees(ties, far, sources, 3, threads=2)
    assert mean_distance(ties.rows, sources) == (int(far[far > 0].sum()), int((far > 0).sum()))


def test_the_result_does_not_depend_on_the_number_of_threads() -> None:
    graph = nx.barabasi_albert_graph(1300, 2, seed=4)  # several blocks of sources
    rows = store_of(graph).rows
    sources = np.arange(1300)
    queries = [ClassQuery(sources % 7, sources % 7, 2)]
    one = reach(rows, sources, queries, threads=1)
    for threads in (2, 3):
        more = reach(rows, sources, queries, threads=threads)
        assert np.array_equal(one.levels, more.levels)
        assert np.array_equal(one.counts, more.counts)
        assert mean_distance(rows, sources, threads) == mean_distance(rows, sources)


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 511, 512, 513, 1100])
def test_any_number_of_sources_in_any_order_fits_the_blocks(count: int) -> None:
    graph = nx.gnm_random_graph(150, 250, seed=5)
    sources = generator().integers(0, 150, count)
    assert_agrees(store_of(graph), distances(graph, sources), sources, 3)


def test_only_live_ties_are_walked() -> None:
    graph = nx.barabasi_albert_graph(200, 4, seed=6)
    ends = np.array(list(graph.edges()))
    live = generator().integers(0, 2, len(ends))
    ties = Adjacency.from_pairs(200, *ends.T, columns={"live": np.uint8}, live=live)
    remaining = nx.empty_graph(200)
    remaining.add_edges_from(ends[live != 0].tolist())
    sources = np.arange(200)
    assert_agrees(ties, distances(remaining, sources), sources, 3, live=ties.column("live"))


@pytest.mark.parametrize("name", GRAPHS)
def test_mean_distance_agrees_with_networkx(name: str) -> None:
    graph = GRAPHS[name]()
    sources = np.arange(0, graph.number_of_nodes(), 2)
    far = distances(graph, sources)
    assert mean_distance(store_of(graph).rows, sources) == (
        int(far[far > 0].sum()),
        int((far > 0).sum()),
    )


def test_mean_distance_of_a_connected_graph_is_its_average_shortest_path() -> None:
    graph = nx.barabasi_albert_graph(300, 3, seed=7)
    total, pairs = mean_distance(store_of(graph).rows, np.arange(300))
    assert total / pairs == pytest.approx(nx.average_shortest_path_length(graph), rel=1e-12)


def test_a_grown_store_counts_as_one_built_at_once() -> None:
    graph = nx.gnm_random_graph(120, 400, seed=8)
    ties = Adjacency(120)
    for a, b in graph.edges():
        ties.add(a, b)
    sources = np.arange(120)
    assert_agrees(ties, distances(graph, sources), sources, 3)


def test_few_sources_in_a_large_graph_are_searched_one_by_one() -> None:
    sparse = store_of(nx.gnm_random_graph(20_000, 60_000, seed=9)).rows
    dense = store_of(nx.complete_graph(200)).rows
    everyone = np.arange(20_000, dtype=np.int32)
    assert stamps_are_cheaper(sparse, everyone[:10], 3)
    assert stamps_are_cheaper(sparse, everyone, 2)
    assert not stamps_are_cheaper(dense, everyone[:200], 3)
    assert not stamps_are_cheaper(sparse, everyone[:0], 3)


def test_a_source_of_no_class_counts_nobody() -> None:
    rows = store_of(nx.complete_graph(4)).rows
    member_class = np.array([-1, 0, 0, -1])
    query = ClassQuery(member_class, np.array([-1, 0, 0, 1]), 1)
    assert reach(rows, np.arange(4), [query]).counts.tolist() == [[0], [1], [1], [0]]


def test_what_does_not_fit_is_refused() -> None:
    rows = store_of(nx.path_graph(4)).rows
    sources = np.arange(4)
    with pytest.raises(ValueError, match="from 0 to 3"):
        reach(rows, np.array([4]))
    with pytest.raises(ValueError, match="from 0 to 3"):
        mean_distance(rows, np.array([-1]))
    with pytest.raises(ValueError, match="distances must be"):
        reach(rows, sources, levels=0)
    with pytest.raises(ValueError, match="distances must be"):
        reach(rows, sources, [ClassQuery(sources, sources, 3)], levels=2)
    with pytest.raises(ValueError, match="a class for each"):
        reach(rows, sources, [ClassQuery(sources[1:], sources, 1)])
    with pytest.raises(ValueError, match="live must have"):
        reach(rows, sources, live=np.ones(1, np.uint8))
