"""Which ties are dormant: all of them, or those around some members."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.population import Ties
from sim.world.facts import FACTS
from sim.world.fading import fading_table, live_entries
from sim.world.ties import Adjacency

WEEK, BELOW = 30, 0.6


@pytest.fixture
def ties() -> Adjacency:
    luck = np.random.Generator(np.random.Philox(key=11))
    made = Adjacency(300, {"level": np.float32, "renewed": np.int16, "facts": FACTS})
    a, b = luck.integers(0, 300, (2, 900))
    a, b = a[a != b], b[a != b]
    made.add(
        a,
        b,
        level=luck.random(len(a)).astype(np.float32),
        renewed=luck.integers(-20, WEEK, len(a)),
        bridge=luck.integers(0, 2, len(a)),
    )
    return made


def test_live_is_what_its_strength_says(ties: Adjacency) -> None:
    fading = fading_table(Ties(), 52)
    live = live_entries(ties, WEEK, fading, BELOW)
    a, b = ties.edges()
    level, renewed, bridge = (ties.edge_values(name) for name in ("level", "renewed", "bridge"))
    expected = level.astype(float) * fading[bridge, WEEK - renewed] >= BELOW
    assert 0 < expected.sum() < len(a)
    for here, there in ((a, b), (b, a)):
        assert np.array_equal(live[ties.positions(here, there)] != 0, expected)
    assert np.array_equal(live, live_entries(ties, WEEK, fading, BELOW, threads=3))


def test_around_some_members_their_rows_and_those_of_their_neighbours_are_marked(
    ties: Adjacency,
) -> None:
    fading = fading_table(Ties(), 52)
    whole = live_entries(ties, WEEK, fading, BELOW)
    some = np.array([7, 3, 290], np.int32)
    near = live_entries(ties, WEEK, fading, BELOW, threads=2, around=some)
    rows = ties.rows
    marked = set(some.tolist()).union(*(ties.neighbours(i).tolist() for i in some.tolist()))
    for member in range(ties.members):
        row = slice(rows.start[member], rows.start[member] + rows.degree[member])
        expected = whole[row] if member in marked else np.zeros(rows.degree[member])
        assert np.array_equal(near[row], expected)
    assert 0 < near.sum() < whole.sum()
    assert not live_entries(ties, WEEK, fading, BELOW, around=some[:0]).any()
