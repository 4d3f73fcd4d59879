"""X6 and X11: clustering of affiliation graphs, and the overlap of random groups."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from rules.hand import ALWAYS, scenario, world

import sim
from sim.model import NetworkGrowth
from sim.world.build import build_world

SIGMAS = 5.0
"""A normal deviate lies further out than this with probability 6e-7."""


@pytest.mark.parametrize(
    "mean_groups",
    [1.0, pytest.param(2.0, marks=pytest.mark.slow), pytest.param(4.0, marks=pytest.mark.slow)],
)
def test_clustering_of_an_affiliation_graph(mean_groups: float) -> None:
    """X6: 1 / (mu + 1), when all members of a group are connected.

    Reduced by: Poisson memberships, made by hand; `group_driven` without messages, until nobody in
    a group is left to invite; all accept; no acquaintances, hours and quotas without bounds.
    """
    count, mean_size = 6000, 6.0
    groups = round(count * mean_groups / mean_size)
    luck = np.random.Generator(np.random.Philox(key=6))
    sizes = luck.binomial(count, mean_size / count, groups)
    inside = [luck.choice(count, size, replace=False) for size in sizes]
    made = world(
        count, groups=[dict.fromkeys(each.tolist(), 0) for each in inside], minutes=100_000
    )
    arm = {"strategy": "group_driven", "message_first": False, "invitations_a_week": 100,
           "looks": 8, "focus": False, "ask_again_after": 1}  # fmt: skip
    settings = scenario(arms={"all": arm}, response={"accept": ALWAYS})
    model = NetworkGrowth(settings, world=made, switch="everyone", agents=False)
    model.run_for(4)
    graph = sim.to_networkx(model.world)
    together: nx.Graph[int] = nx.Graph()
    for each in inside:
        together.add_edges_from(itertools.combinations(each.tolist(), 2))
    assert graph.number_of_edges() == together.number_of_edges(), "a pair is not connected yet"
    # The number of triangles is a sum over groups of s (s - 1) (s - 2), whose relative variance is
    # 2.03 for Poisson s with mean 6; that of triples goes along with it.
    error = np.sqrt(2.03 / groups)
    assert abs(nx.transitivity(graph) * (mean_groups + 1.0) - 1.0) < SIGMAS * error


def test_overlap_of_two_random_groups() -> None:
    """X11: s1 s2 / N, hypergeometric.

    Reduced by: groups joined without regard to topics, by members who are all in about as many (30
    to 50: the mean of k (k - 1) is 0.998 of the square of the mean of k).
    """
    count = 3000
    settings = scenario(
        members={"count": count, "coverage": 0.1},
        groups={"memberships": (0, 0, 0, 0, 1), "own_topic": 0.0, "target_topic": 0.0},
    )
    groups = build_world(settings, 4).groups
    sizes = groups.sizes
    members = [set(groups.members_of(g).tolist()) for g in range(len(sizes))]
    pairs = np.arange(len(sizes) // 2 * 2).reshape(-1, 2)
    overlap = np.array([len(members[g] & members[h]) for g, h in pairs])
    s1, s2 = sizes[pairs].T
    mean = s1 * s2 / count
    variance = mean * (count - s1) / count * (count - s2) / (count - 1)
    assert len(pairs) > 900
    assert abs(overlap.sum() - 0.998 * mean.sum()) < SIGMAS * np.sqrt(variance.sum())
    some = mean > 0.5
    dispersion = ((overlap - mean) ** 2 / np.where(some, variance, 1.0))[some]
    assert dispersion.mean() == pytest.approx(1.0, abs=SIGMAS * np.sqrt(3.0 / some.sum()))
