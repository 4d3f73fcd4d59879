"""The tie store against plain sets and dicts, networkx and scipy.sparse."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_data import email_ends
from scipy import sparse, stats

from sim.world.build import TIE_COLUMNS
from sim.world.rows import common_count, find, mutual_count, within
from sim.world.ties import Adjacency

if TYPE_CHECKING:
    from sim.world.columns import Kind

COLUMNS: dict[str, Kind] = {
    "strength": np.float32,
    "born": np.int16,
    "facts": {"origin": 8, "bridge": 1},
}
NAMES = ("strength", "born", "origin", "bridge")
MEMBERS = 9

Pairs = list[tuple[int, int]]


def generator(key: int = 30) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


# ---------------------------------------------------------------- a plain model of the store


class Model:
    """Sets of neighbours and a dict of values per entry."""

    def __init__(self, members: int, symmetric: bool) -> None:
        self.symmetric = symmetric
        self.neighbours: list[set[int]] = [set() for _ in range(members)]
        self.values: dict[tuple[int, int], dict[str, float]] = {}

    def both(self, a: int, b: int) -> Pairs:
        return [(a, b), (b, a)] if self.symmetric else [(a, b)]

    def add(self, a: int, b: int, **values: float) -> bool:
        if b in self.neighbours[a]:
            return False
        for x, y in self.both(a, b):
            self.neighbours[x].add(y)
            self.values[x, y] = dict(values)
        return True

    def update(self, a: int, b: int, **values: float) -> None:
        for end in self.both(a, b):
            self.values[end].update(values)

    def remove_members(self, gone: set[int]) -> None:
        self.values = {end: row for end, row in self.values.items() if not gone & set(end)}
        for member, others in enumerate(self.neighbours):
            self.neighbours[member] = set() if member in gone else others - gone

    def edges(self) -> Pairs:
        return sorted((a, b) for a, b in self.values if a < b or not self.symmetric)


def assert_equal(ties: Adjacency, model: Model) -> None:
    rows = ties.rows
    edges = model.edges()
    assert ties.size == len(edges)
    assert list(zip(*(end.tolist() for end in ties.edges()), strict=True)) == edges
    for name in NAMES:
        assert ties.edge_values(name).tolist() == [model.values[edge][name] for edge in edges]
    for member, expected in enumerate(model.neighbours):
        row = ties.neighbours(member).tolist()
        assert row == sorted(expected)
        assert rows.degree[member] == len(expected)
        for name in NAMES:
            values = [model.values[member, other][name] for other in row]
            assert ties.values(member, name).tolist() == values
    pairs = list(product(range(ties.members), repeat=2))
    a, b = np.array(pairs).T
    sets = model.neighbours
    assert ties.contains(a, b).tolist() == [y in sets[x] for x, y in pairs]
    assert ties.mutual(a, b).tolist() == [len(sets[x] & sets[y]) for x, y in pairs]


a_member = st.integers(0, MEMBERS - 1)
distinct_pair = st.tuples(a_member, a_member).filter(lambda pair: pair[0] != pair[1])
batch = st.lists(
    st.tuples(distinct_pair, st.integers(0, 100), st.integers(-99, 99), st.integers(0, 255)),
    max_size=25,
)
operation = st.tuples(st.sampled_from(["add", "add", "update", "remove", "copy"]), batch)


@given(st.booleans(), st.integers(1, 3), st.lists(operation, max_size=15))
@settings(max_examples=100, deadline=None)
def test_any_sequence_of_operations_agrees_with_sets_and_dicts(
    symmetric: bool,
    threads: int,
    operations: list[tuple[str, list[tuple[tuple[int, int], int, int, int]]]],
) -> None:
    ties = Adjacency(MEMBERS, COLUMNS, symmetric=symmetric)
    model = Model(MEMBERS, symmetric)
    for name, items in operations:
        if name == "update":
            items = [item for item in items if item[0][1] in model.neighbours[item[0][0]]]
        a = [pair[0] for pair, *_ in items]
        b = [pair[1] for pair, *_ in items]
        values: dict[str, Any] = {
            "strength": [0.5 * item[1] for item in items],
            "born": [item[2] for item in items],
            "origin": [item[3] for item in items],
            "bridge": [item[3] > 99 for item in items],
        }
        each = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
        if name == "add":
            new = [model.add(x, y, **row) for x, y, row in zip(a, b, each, strict=True)]
            assert ties.add(a, b, threads=threads, **values).tolist() == new
        elif name == "update":
            # What is not named stays as it is, be it in the same byte.
            named = NAMES[len(items) % 4 :]
            ties.update(a, b, **{name: values[name] for name in named})
            for x, y, row in zip(a, b, each, strict=True):
                model.update(x, y, **{name: row[name] for name in named})
        elif name == "remove":
            ties.remove_members(a[:2], threads=threads)
            model.remove_members(set(a[:2]))
        else:
            twin = ties.copy()
            ties.add([0], [1], born=1)
            ties = twin
    assert_equal(ties, model)


def test_many_small_additions_keep_every_tie_through_moves_and_new_layouts() -> None:
    rng = generator()
    ties = Adjacency(40, COLUMNS)
    model = Model(40, symmetric=True)
    layouts = set()
    for week in range(300):
        a, b = rng.integers(0, 40, (2, 4))
        a, b = a[a != b], b[a != b]
        new = [
            model.add(int(x), int(y), strength=0.0, born=week, origin=0, bridge=0)
            for x, y in zip(a, b, strict=True)
        ]
        assert ties.add(a, b, born=week).tolist() == new
        layouts.add(ties.rows.neighbour.size)
    assert len(layouts) > 5
    assert_equal(ties, model)


def test_members_who_leave_and_others_who_come_do_not_fill_the_store() -> None:
    """Half of the members leave every round, and as many ties come back as have gone."""
    rng = generator()
    ties = Adjacency(200, COLUMNS)
    model = Model(200, symmetric=True)
    peak = 0
    for week in range(60):
        gone = rng.choice(200, 100, replace=False)
        ties.remove_members(gone)
        model.remove_members(set(gone.tolist()))
        assert ties.size == len(model.edges())
        a, b = rng.integers(0, 200, (2, 3000))
        a, b = a[a != b], b[a != b]
        ties.add(a, b, born=week)
        for x, y in zip(a.tolist(), b.tolist(), strict=True):
            model.add(x, y, strength=0.0, born=week, origin=0, bridge=0)
        peak = max(peak, ties.nbytes) if week < 10 else peak
    assert_equal(ties, model)
    assert ties.nbytes < 2 * peak


def test_removal_changes_no_other_row_and_takes_no_strangers() -> None:
    ties = Adjacency.from_pairs(5, [0, 0, 1, 2], [1, 3, 2, 3], columns=COLUMNS, born=[1, 2, 3, 4])
    ties.remove_members([])
    assert ties.size == 4
    with pytest.raises(ValueError, match="from 0 to 4"):
        ties.remove_members([1, 5])
    ties.remove_members([4, 1, 1])
    assert [ties.neighbours(m).tolist() for m in range(5)] == [[3], [], [3], [0, 2], []]
    assert ties.values(3, "born").tolist() == [2, 4]


def test_room_stays_in_proportion_to_the_ties() -> None:
    """The columns of a world take 13 bytes an entry: 40 a tie with all room, members included."""
    rng = generator()
    ties = Adjacency(400, TIE_COLUMNS)
    worst = 0.0
    while ties.size < 20_000:
        a, b = rng.integers(0, 400, (2, 50))
        ties.add(a[a != b], b[a != b])
        if ties.size > 12_000:
            worst = max(worst, ties.nbytes / ties.size)
    assert 26 < worst <= 40


# ---------------------------------------------------------------- what is refused


def test_loops_and_strangers_are_refused_and_nothing_is_added() -> None:
    ties = Adjacency(5, COLUMNS)
    with pytest.raises(ValueError, match="member 3 cannot have a tie to itself"):
        ties.add([0, 3], [1, 3])
    for stranger in (-1, 5):
        with pytest.raises(ValueError, match="from 0 to 4"):
            ties.add([0, 1], [1, stranger])
        with pytest.raises(ValueError, match="from 0 to 4"):
            ties.contains([stranger], [0])
        with pytest.raises(ValueError, match=f"member {stranger} does not exist"):
            ties.neighbours(stranger)
    with pytest.raises(ValueError, match="whole numbers"):
        ties.add([0.5], [1])
    assert ties.size == 0


def test_columns_that_do_not_exist_or_cannot_hold_a_value_are_refused() -> None:
    ties = Adjacency(5, COLUMNS)
    with pytest.raises(ValueError, match="no column 'colour'"):
        ties.add([0], [1], colour=3)
    for value in (256, -1, 1.5):
        with pytest.raises(ValueError, match="'origin' is 8 bits wide"):
            ties.add([0], [1], origin=[value])
    with pytest.raises(ValueError, match="'born' is int16"):
        ties.add([0], [1], born=2**15)
    with pytest.raises(ValueError, match="neighbour"):
        Adjacency(5, {"neighbour": np.int32})
    assert ties.size == 0


def test_an_absent_tie_cannot_be_updated_and_nothing_changes() -> None:
    ties = Adjacency(5, COLUMNS)
    ties.add([0], [1], born=3)
    with pytest.raises(ValueError, match="no tie from 1 to 2"):
        ties.update([0, 1], [1, 2], born=9)
    assert ties.values(0, "born").tolist() == [3]


def test_views_are_read_only() -> None:
    ties = Adjacency(5, COLUMNS)
    ties.add([0], [1])
    with pytest.raises(ValueError, match="read-only"):
        ties.neighbours(0)[0] = 2
    with pytest.raises(ValueError, match="read-only"):
        ties.values(0, "born")[0] = 2
    for column in (ties.column("origin"), ties.values(0, "origin")):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 2
    ties.column("born")[ties.positions(0, 1)] = 2
    assert ties.values(0, "born").tolist() == [2]


def test_no_members_and_no_pairs_are_fine() -> None:
    ties = Adjacency(0)
    assert ties.add([], []).shape == (0,)
    assert [end.size for end in ties.edges()] == [0, 0]
    assert Adjacency.from_pairs(3, [], []).size == 0


# ---------------------------------------------------------------- against networkx and scipy


def random_graphs() -> list[nx.Graph[int]]:
    return [
        nx.gnm_random_graph(200, 1500, seed=1),
        nx.barabasi_albert_graph(300, 4, seed=2),
        nx.star_graph(150),
        nx.disjoint_union(nx.path_graph(6), nx.complete_graph(5)),
    ]


def store_of(graph: nx.Graph[int]) -> Adjacency:
    a, b = np.array(list(graph.edges())).T
    return Adjacency.from_pairs(graph.number_of_nodes(), b, a)


@pytest.mark.parametrize("graph", random_graphs())
def test_distances_up_to_three_agree_with_networkx(graph: nx.Graph[int]) -> None:
    rows = store_of(graph).rows
    n = graph.number_of_nodes()
    for a, b in generator().integers(0, n, (300, 2)):
        try:
            distance = nx.shortest_path_length(graph, int(a), int(b))
        except nx.NetworkXNoPath:
            distance = n
        for level in range(4):
            assert within(rows, a, b, level) == (distance <= level)
        assert mutual_count(rows, a, b) == len(set(graph[int(a)]) & set(graph[int(b)]))
        assert (find(rows, a, b) >= 0) == graph.has_edge(int(a), int(b))


@pytest.mark.parametrize("graph", random_graphs())
def test_mutual_contacts_of_all_pairs_agree_with_the_squared_matrix(graph: nx.Graph[int]) -> None:
    ties = store_of(graph)
    matrix = nx.to_scipy_sparse_array(graph, nodelist=range(len(graph)), format="csr")
    a, b = (end.ravel() for end in np.indices(matrix.shape))
    assert np.array_equal(ties.mutual(a, b), (matrix @ matrix).toarray().ravel())
    assert np.array_equal(ties.contains(a, b), matrix.toarray().ravel() != 0)


def test_the_real_email_network_agrees_with_scipy() -> None:
    a, b = email_ends()
    members = int(max(a.max(), b.max())) + 1
    matrix = sparse.csr_array((np.ones(a.size, np.int64), (a, b)), shape=(members, members))
    either = ((matrix + matrix.T) > 0).astype(np.int64)
    ties = Adjacency.from_pairs(members, a, b)
    directed = Adjacency.from_pairs(members, a, b, symmetric=False)
    assert (ties.size, directed.size) == (either.nnz // 2, matrix.nnz)
    assert np.array_equal(ties.rows.degree, either.sum(axis=1))
    assert np.array_equal(directed.rows.degree, matrix.sum(axis=1))
    x, y = generator().integers(0, members, (2, 20_000))
    assert np.array_equal(ties.mutual(x, y), (either @ either)[x, y])
    assert np.array_equal(directed.contains(x, y), matrix[x, y] != 0)
    two = (either @ either + either)[x, y] > 0
    three = (either @ (either @ either) + either @ either + either)[x, y] > 0
    rows = ties.rows
    for level, reached in ((2, two | (x == y)), (3, three | (x == y))):
        found = [within(rows, p, q, level) for p, q in zip(x[:3000], y[:3000], strict=True)]
        assert found == reached[:3000].tolist()


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("symmetric", [True, False])
def test_threads_make_the_same_bytes(threads: int, symmetric: bool) -> None:
    """Rows of hundreds, thousands of pairs a time, many of them twice; the arena included."""
    rng = generator()
    stores = [Adjacency(900, TIE_COLUMNS, symmetric=symmetric) for _ in range(2)]
    for week in range(12):
        a, b = (900 * rng.random((2, 6000)) ** 3).astype(np.int64)
        a, b = a[a != b], b[a != b]
        origin, gone = rng.integers(0, 4, a.size), rng.integers(0, 900, 9)
        new = [
            ties.add(a, b, level=0.1 * week, born=week, origin=origin, threads=number)
            for ties, number in zip(stores, (threads, 1), strict=True)
        ]
        assert np.array_equal(new[0], new[1])
        for ties, number in zip(stores, (threads, 1), strict=True):
            ties.remove_members(gone, threads=number)
    many, one = stores
    for of_many, of_one in zip(many.rows, one.rows, strict=True):
        np.testing.assert_array_equal(of_many, of_one)
    for name in TIE_COLUMNS:
        assert many.column(name).tobytes() == one.column(name).tobytes()
    assert np.array_equal(many.positions(a, b, threads=threads), one.positions(a, b))
    assert np.array_equal(many.mutual(a, b, threads=threads), one.mutual(a, b))


@given(
    st.lists(st.lists(st.integers(0, 400), unique=True), min_size=2, max_size=2), st.integers(0, 9)
)
@settings(max_examples=200, deadline=None)
def test_counting_stops_at_enough(rows: list[list[int]], enough: int) -> None:
    """Rows of all lengths, so that each way of counting them is taken."""
    ties = Adjacency(500, symmetric=False)
    for member, row in enumerate(rows):
        ties.add(498 + member, np.array(row, np.int64))
    shared = len(set(rows[0]) & set(rows[1]))
    assert common_count(ties.rows, 498, 499, enough) == min(shared, enough)
    assert common_count(ties.rows, 499, 498, 500) == shared


def test_from_pairs_equals_one_addition_at_a_time() -> None:
    rng = generator()
    a, b = rng.integers(0, 30, (2, 400))
    a, b = a[a != b], b[a != b]
    born = np.arange(a.size)
    together = Adjacency.from_pairs(30, a, b, columns=COLUMNS, born=born)
    singly = Adjacency(30, COLUMNS)
    for x, y, week in zip(a, b, born, strict=True):
        singly.add(x, y, born=week)
    assert np.array_equal(together.edges(), singly.edges())
    assert np.array_equal(together.edge_values("born"), singly.edge_values("born"))


# ---------------------------------------------------------------- sampling


def test_samples_are_distinct_neighbours_and_depend_on_the_key_alone() -> None:
    ties = store_of(nx.barabasi_albert_graph(60, 5, seed=3))
    for member in range(60):
        row = set(ties.neighbours(member).tolist())
        some = ties.sample(member, 4, seed=2, decision=43, week=6)
        assert len(set(some.tolist())) == some.size == min(4, len(row))
        assert set(some.tolist()) <= row
        assert set(ties.sample(member, 99, seed=2, decision=43, week=6).tolist()) == row
        assert some.tolist() == ties.copy().sample(member, 4, 2, 43, 6).tolist()


def test_every_neighbour_is_sampled_equally_often() -> None:
    # 10,000 samples of 1 out of 8 in different weeks; false alarm below 1e-6.
    ties = store_of(nx.star_graph(8))
    picked = [int(ties.sample(0, 1, 5, 43, week)[0]) for week in range(10_000)]
    assert stats.chisquare(np.bincount(picked, minlength=9)[1:]).pvalue > 1e-6
