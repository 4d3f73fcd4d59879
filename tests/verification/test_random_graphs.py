"""X5, X7, X8: second neighbours, clustering and the friendship paradox of random graphs."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from rules.hand import ALWAYS, scenario, scripted, world
from scipy.special import logit
from scipy.stats import binom, chisquare

from sim.metrics import measure_members
from sim.model import NetworkGrowth
from sim.strategies.base import Acts

SIGMAS = 5.0
"""A normal deviate lies further out than this with probability 6e-7."""
COUNT, CHANCE = 700, 0.02


@functools.cache
def erdos_renyi() -> NetworkGrowth:
    """Every pair is invited once and accepts with probability p: G(N, p).

    Reduced by: `response.accept` = logit(p), all other coefficients 0, and no limits.
    """
    one, other = np.triu_indices(COUNT, 1)
    free = {"invitations_per_week": 100_000, "invitations_lifetime": 10_000_000}
    model = scripted(
        world(COUNT, minutes=10_000_000),
        {1: Acts.invite(one, other)},
        response={"accept": float(logit(CHANCE)), "field": 0.0, "load": 0.0, "flag_stranger": 0.0},
        platform=free,
    )
    model.run_for(1)
    assert model.world.members.refused.sum() == 0
    return model


def degrees_of(model: NetworkGrowth) -> np.ndarray:
    return model.world.ties.rows.degree.astype(np.int64)


def test_erdos_renyi_degrees_are_binomial() -> None:
    degrees = degrees_of(erdos_renyi())
    chances = binom.pmf(np.arange(8, 21), COUNT - 1, CHANCE)
    observed = np.array([(degrees == k).sum() for k in range(8, 21)])
    rest = 1.0 - chances.sum()
    expected = np.append(chances, rest) * COUNT
    assert chisquare(np.append(observed, COUNT - observed.sum()), expected).pvalue > 1e-6


def test_erdos_renyi_clustering_is_mean_degree_over_members() -> None:
    """X7. The mean of N local coefficients with about <k>^2 / 2 pairs each has this error."""
    model = erdos_renyi()
    everyone = np.arange(COUNT, dtype=np.int32)
    live = np.ones(len(model.world.ties.rows.neighbour), np.uint8)
    clustering = measure_members(model.world, everyone, live)["clustering"]
    mean = degrees_of(model).mean()
    # Triangles are Poisson with mean N <k>^3 / 6 N ..., and each counts at three corners.
    triangles = mean**3 / 6
    assert abs(clustering / (mean / COUNT) - 1.0) < SIGMAS / np.sqrt(triangles)
    assert mean == pytest.approx(CHANCE * (COUNT - 1), rel=0.1)


def test_friendship_paradox() -> None:
    """X8: a friend's friends outnumber one's own by var(k) / <k>; in G(N, p) by 1 - p."""
    model = erdos_renyi()
    a, b = model.world.ties.edges()
    degrees = degrees_of(model)
    over_edges = (degrees[a] + degrees[b]).mean() / 2
    assert over_edges == pytest.approx(degrees.mean() + degrees.var() / degrees.mean(), rel=1e-12)
    excess = over_edges - degrees.mean()
    error = np.sqrt(2 / COUNT)  # of the variance of N Poisson numbers over their mean
    assert abs(excess - (1 - CHANCE)) < SIGMAS * error


def test_most_have_fewer_friends_than_their_friends() -> None:
    """F11 in a generated world with lognormal acquaintances: clearly more than half."""
    model = NetworkGrowth(scenario(members={"count": 3000}, acquaintances={"connected": 1.0}))
    ties, degrees = model.world.ties, degrees_of(model)
    fewer = [degrees[i] < np.median(degrees[ties.neighbours(i)]) for i in range(3000) if degrees[i]]
    assert np.mean(fewer) > 0.6


def test_second_neighbours_of_a_locally_tree_like_graph() -> None:
    """X5: z2 = <k^2> - <k> where `known_only` has connected all acquaintances.

    Reduced by: acquaintances met anywhere (a configuration model), all of whom accept. Cycles of
    length 3 and 4 cost a relative z2 / N = 0.2 %, the lost pairs of equal stubs less.
    """
    settings = scenario(
        arms={"known": {"strategy": "known_only", "invitations_a_week": 1000}},
        weeks=20,
        members={"count": 20_000, "coverage": 1.0, "job_search_hours": (1, 1, 1, 1),
                 "hours_median": 100.0, "hours_sigma": 0.0, "hours_most": 100.0},
        acquaintances={"median": 4.0, "sigma": 0.5, "employer_share": 0.0, "school_share": 0.0,
                       "region_share": 0.0, "connected": 0.0},
        groups={"memberships": (1, 0, 0, 0, 0)},
        response={"accept": ALWAYS},
    )  # fmt: skip
    model = NetworkGrowth(settings, rng=3, switch="everyone", agents=False)
    model.run_for(3)
    degrees = degrees_of(model)
    assert np.array_equal(degrees, model.world.acquaintances.rows.degree)
    expected = (degrees**2).mean() - degrees.mean()
    live = np.ones(len(model.world.ties.rows.neighbour), np.uint8)
    measured = measure_members(model.world, model._everyone, live)
    assert measured["reach_1"] == degrees.mean()
    assert measured["reach_2"] == pytest.approx(expected, rel=0.01)
    # A ring of second neighbours that is no tree: the form fails where it must.
    assert measured["reach_3"] != pytest.approx(measured["reach_2"], rel=0.5)
