"""Every structural metric against networkx or a plain definition, on random and real graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from real_data import email_core
from rules.hand import world

from sim.metrics import METRICS, Sample, measure_graph, measure_members
from sim.metrics.graph import degree_percentile, gini

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.world.build import World

FIELDS = 4


def luck() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=20))


GRAPHS: dict[str, Callable[[], nx.Graph[int]]] = {
    "random": lambda: nx.gnm_random_graph(120, 400, seed=1),
    "sparse and disconnected": lambda: nx.gnm_random_graph(150, 90, seed=2),
    "preferential attachment": lambda: nx.barabasi_albert_graph(200, 3, seed=3),
    "small world": lambda: nx.watts_strogatz_graph(150, 6, 0.1, seed=4),
    "star": lambda: nx.star_graph(9),
    "complete": lambda: nx.complete_graph(7),
    "no ties": lambda: nx.empty_graph(5),
    "email-Eu-core": email_core,
}


class Scene:
    """A graph, a world with the same ties, some focal members and some sleeping ties."""

    def __init__(self, graph: nx.Graph[int]) -> None:
        generator = luck()
        count = graph.number_of_nodes()
        self.graph = graph
        self.field, self.target = generator.integers(0, FIELDS, (2, count))
        self.seniority = generator.integers(0, 3, count)
        self.world: World = world(
            count,
            ties=list(graph.edges()),
            field=self.field,
            target=self.target,
            seniority=self.seniority,
        )
        self.focal = np.flatnonzero(generator.random(count) < 0.4).astype(np.int32)
        self.focal = self.focal if len(self.focal) else np.arange(1, dtype=np.int32)
        a, b = self.world.ties.edges()
        self.awake = generator.random(len(a)) < 0.6
        self.live = np.zeros(len(self.world.ties.rows.neighbour), np.uint8)
        for here, there in ((a, b), (b, a)):
            self.live[self.world.ties.positions(here, there)] = self.awake
        self.live_graph: nx.Graph[int] = nx.empty_graph(count)
        self.live_graph.add_edges_from(
            (int(i), int(j)) for i, j in zip(a[self.awake], b[self.awake], strict=True)
        )

    def near(self, graph: nx.Graph[int], steps: int) -> list[set[int]]:
        """Members within so many steps of each focal member, itself left out, by BFS."""
        found = []
        for i in self.focal.tolist():
            reached = nx.single_source_shortest_path_length(graph, i, cutoff=steps)
            found.append(set(reached) - {i})
        return found

    def count(self, near: list[set[int]], *, deciders: bool) -> float:
        """Mean number of those who work in the focal member's target market."""
        return float(
            np.mean(
                [
                    sum(
                        self.field[j] == self.target[i] and (self.seniority[j] == 2 or not deciders)
                        for j in near_i
                    )
                    for i, near_i in zip(self.focal, near, strict=True)
                ]
            )
        )


@pytest.fixture(scope="module", params=list(GRAPHS))
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(GRAPHS[request.param]())


@pytest.fixture(scope="module")
def measured(scene: Scene) -> dict[str, float]:
    return measure_members(scene.world, scene.focal, scene.live)


@pytest.fixture(scope="module")
def graph_measured(scene: Scene) -> dict[str, float]:
    everyone = np.arange(len(scene.world.members), dtype=np.int32)
    return measure_graph(scene.world, scene.focal, everyone)


def test_reach(scene: Scene, measured: dict[str, float]) -> None:
    sizes = [np.mean([len(s) for s in scene.near(scene.graph, steps)]) for steps in (0, 1, 2, 3)]
    for level in (1, 2, 3):
        expected = sizes[level] - sizes[level - 1]
        assert measured[f"reach_{level}"] == pytest.approx(expected, abs=1e-9)


def test_target_market(scene: Scene, measured: dict[str, float]) -> None:
    near = scene.near(scene.graph, 2)
    assert measured["target_reach_2"] == pytest.approx(scene.count(near, deciders=False))
    assert measured["target_decision_makers_2"] == pytest.approx(scene.count(near, deciders=True))
    live = scene.count(scene.near(scene.live_graph, 2), deciders=True)
    assert measured["live_target_decision_makers_2"] == pytest.approx(live)


def test_contacts(scene: Scene, measured: dict[str, float]) -> None:
    shares, active, asleep = [], [], []
    for i in scene.focal.tolist():
        contacts = list(scene.graph[i])
        awake = scene.live_graph.degree(i)
        in_target = sum(scene.field[j] == scene.target[i] for j in contacts)
        shares.append(in_target / len(contacts) if contacts else 0.0)
        active.append(awake)
        asleep.append(1 - awake / len(contacts) if contacts else 0.0)
    assert measured["target_share"] == pytest.approx(np.mean(shares), abs=1e-12)
    assert measured["active_ties"] == pytest.approx(np.mean(active))
    assert measured["dormant_share"] == pytest.approx(np.mean(asleep), abs=1e-12)


def test_clustering(scene: Scene, measured: dict[str, float]) -> None:
    expected: Any = nx.clustering(scene.graph, scene.focal.tolist())
    assert measured["clustering"] == pytest.approx(np.mean(list(expected.values())), abs=1e-12)


def test_constraint(scene: Scene) -> None:
    """Those without contacts have none; networkx, which is slow, answers NaN for them too."""
    small = scene.graph.number_of_nodes() <= 200
    some = scene.focal if small else scene.focal[:: len(scene.focal) // 3]
    held = np.array(list(nx.constraint(scene.graph, some.tolist()).values()), float)
    known = held[~np.isnan(held)]
    measured = measure_members(scene.world, some, scene.live)
    assert measured["constraint"] == pytest.approx(known.mean() if known.size else 0.0, abs=1e-12)


def test_assortativity(scene: Scene, graph_measured: dict[str, float]) -> None:
    degrees = {degree for _, degree in scene.graph.degree()}
    if scene.graph.number_of_edges() == 0 or len(degrees) == 1:
        expected = 0.0
    else:
        expected = nx.degree_pearson_correlation_coefficient(scene.graph)
    assert graph_measured["assortativity"] == pytest.approx(expected, abs=1e-9)


def test_mean_distance(scene: Scene, graph_measured: dict[str, float]) -> None:
    lengths = [
        steps
        for i in scene.focal.tolist()
        for j, steps in nx.single_source_shortest_path_length(scene.graph, i).items()
        if j != i
    ]
    assert graph_measured["mean_distance"] == pytest.approx(np.mean(lengths) if lengths else 0.0)


def test_degrees(scene: Scene, graph_measured: dict[str, float]) -> None:
    degrees = np.array([degree for _, degree in scene.graph.degree()])
    assert graph_measured["degree_gini"] == pytest.approx(plain_gini(degrees), abs=1e-12)
    for percent in (10, 50, 90):
        expected = np.percentile(degrees, percent, method="lower")
        assert graph_measured[f"degree_p{percent}"] == expected


def plain_gini(values: NDArray[np.int64]) -> float:
    """Mean absolute difference of all ordered pairs over twice the mean, in O(n^2)."""
    if values.sum() == 0:
        return 0.0
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


@pytest.mark.parametrize("values", [[5], [3, 3, 3], [0, 0, 9], [1, 2, 3, 4], [0, 0]])
def test_gini_of_few(values: list[int]) -> None:
    given = np.array(values)
    assert gini(given) == pytest.approx(plain_gini(given), abs=1e-12)


def test_percentiles_are_elements() -> None:
    values = np.array([30, 10, 20, 40])
    assert [degree_percentile(values, q) for q in (0, 10, 33, 34, 50, 90, 100)] == [
        10, 10, 10, 20, 20, 30, 40,
    ]  # fmt: skip


def test_any_number_of_threads(scene: Scene, measured: dict[str, float]) -> None:
    assert measure_members(scene.world, scene.focal, scene.live, threads=3) == measured
    everyone = np.arange(len(scene.world.members), dtype=np.int32)
    one, three = (measure_graph(scene.world, scene.focal, everyone, threads=t) for t in (1, 3))
    assert one == three


def test_who_is_absent_is_not_counted(scene: Scene, graph_measured: dict[str, float]) -> None:
    """Members without ties change no statistic of those who are there."""
    count = scene.graph.number_of_nodes()
    larger = world(2 * count, ties=list(scene.graph.edges()))
    here = np.arange(count, dtype=np.int32)
    assert measure_graph(larger, scene.focal, here) == graph_measured
    everyone = np.arange(2 * count, dtype=np.int32)
    counted = measure_graph(larger, scene.focal, everyone)
    assert counted["degree_p10"] == 0
    assert counted["mean_distance"] == graph_measured["mean_distance"]


def test_of_nobody_everything_is_0() -> None:
    """As when all have left the platform."""
    empty, nobody = world(3), np.zeros(0, np.int32)
    assert set(measure_graph(empty, nobody, nobody).values()) == {0.0}
    measured = measure_members(empty, nobody, np.zeros(0, np.uint8), frozenset(["careers"]))
    assert set(measured.values()) == {0.0}


WALKED = {
    "reach_2", "target_reach_2", "target_decision_makers_2", "live_target_decision_makers_2",
    "clustering", "constraint",
}  # fmt: skip


def test_a_sample_stands_for_all_where_surroundings_are_walked(scene: Scene) -> None:
    """What is walked is that of the sample; the rest, and what others have, that of all."""
    count = len(scene.world.members)
    everyone = np.arange(count, dtype=np.int32)
    sample = Sample(everyone[::-3], everyone[1:2], everyone[:1])
    careers = frozenset(["careers"])
    scene.world.members.interviews[:] = everyone[:, None] % 5

    def measured(cohort: NDArray[np.int32], sample: Sample | None = None) -> dict[str, float]:
        return measure_members(scene.world, cohort, scene.live, careers, sample=sample)

    whole, near, far = measured(everyone), measured(sample.near), measured(sample.far)
    found = measured(everyone, sample)
    scene.world.members.interviews[:] = 0
    for name, value in found.items():
        if name in WALKED or name.endswith("_partial"):
            assert value == near[name], name
        else:
            assert value == (far if name == "reach_3" else whole)[name], name


def test_a_sample_is_drawn_at_random_and_always_the_same() -> None:
    """Of 4,000 members 400: the mean row has a standard error of 55, and 4.5 of them are allowed.

    A false alarm once in 140,000 seeds; this one is fixed.
    """
    focal = np.arange(7, 4000, 10, dtype=np.int32)
    sample = Sample.draw(5, 4000, 400, focal)
    assert sample is not None
    assert len(set(sample.near.tolist())) == 400
    assert abs(sample.near.mean() - 1999.5) < 4.5 * 55
    assert sample.far.tolist() == sample.near[:40].tolist()
    assert len(sample.distances_from) == 64
    assert set(sample.distances_from.tolist()) <= set(focal.tolist())
    again, larger = Sample.draw(5, 4000, 400, focal), Sample.draw(5, 4000, 401, focal)
    assert again is not None
    assert again.near.tolist() == sample.near.tolist()
    assert larger is not None
    assert larger.near[:400].tolist() == sample.near.tolist()
    assert len(larger.far) == 41
    other = Sample.draw(6, 4000, 400, focal)
    assert other is not None
    assert other.near.tolist() != sample.near.tolist()


def test_who_is_absent_is_left_out_of_the_sample() -> None:
    sample = Sample.draw(5, 50, 20, np.arange(5, dtype=np.int32))
    assert sample is not None
    present = np.ones(50, np.bool_)
    present[sample.near[[0, 7]]] = False
    here = sample.of(present)
    assert here.near.tolist() == np.delete(sample.near, [0, 7]).tolist()
    assert here.far.tolist() == sample.near[1:2].tolist()


def test_a_world_no_larger_than_the_sample_is_measured_whole() -> None:
    nobody = np.zeros(0, np.int32)
    assert Sample.draw(5, 400, 400, nobody) is None
    assert Sample.draw(5, 401, 400, nobody) is not None


def test_every_metric_is_described() -> None:
    for name, metric in METRICS.items():
        assert metric.title, name
        assert metric.unit, name
        assert metric.meaning, name
        assert metric.better in ("higher", "lower", "neither")
    assert next(iter(METRICS)) == "target_decision_makers_2"
