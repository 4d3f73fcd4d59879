"""Splices: entries leave sorted rows and enter them, compared with lists and with numpy."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.splice import Splice, places

ROWS = 40


def table(rng: np.random.Generator, fullest: int) -> list[list[int]]:
    return [
        sorted(int(v) for v in rng.choice(99, rng.integers(0, fullest + 1), replace=False))
        for _ in range(ROWS)
    ]


def flat(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    first = np.cumsum([0, *(len(row) for row in rows)])
    return first, np.array([value for row in rows for value in row], np.int32)


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize(("leaving", "entering"), [(0.0, 0), (0.3, 30), (1.0, 20), (0.02, 300)])
def test_agrees_with_lists(leaving: float, entering: int, threads: int) -> None:
    """Rows may be empty; what enters may stand at either end of a row, and of the table."""
    rng = np.random.default_rng(entering + threads)
    for fullest in (0, 3, 30):
        rows = table(rng, fullest)
        first, column = flat(rows)
        gone = np.flatnonzero(rng.random(column.size) < leaving)
        stay = np.delete(column, gone)
        owner = np.delete(np.repeat(np.arange(ROWS), np.diff(first)), gone)
        kept = set(zip(owner.tolist(), stay.tolist(), strict=True))
        pairs = {(int(r), int(v)) for r, v in rng.integers(0, (ROWS, 99), (entering, 2))} - kept
        row, value = np.array(sorted(pairs), np.int32).reshape(-1, 2).T.copy()
        splice = Splice.of(first, column, gone, row, value, threads)
        expected = [sorted(v for r, v in kept | pairs if r == number) for number in range(ROWS)]
        assert splice.first.tolist() == flat(expected)[0].tolist()
        assert splice.applied(column, value, threads).tolist() == flat(expected)[1].tolist()
        # Another column goes with its entries.
        other = rng.integers(0, 99, column.size).astype(np.int8)
        marks = np.full(value.size, 100, np.int8)
        beside = splice.applied(other, marks, threads)
        assert beside.dtype == np.int8
        assert beside[beside < 100].tolist() == np.delete(other, gone).tolist()


def test_places_are_those_of_searchsorted() -> None:
    rng = np.random.default_rng(5)
    rows = table(rng, 9)
    first, column = flat(rows)
    row, wanted = rng.integers(0, ROWS, 500).astype(np.int32), rng.integers(-1, 101, 500)
    found = places(first, column, row, wanted.astype(np.int32), 2)
    expected = [first[r] + np.searchsorted(rows[r], v) for r, v in zip(row, wanted, strict=True)]
    assert found.tolist() == expected
