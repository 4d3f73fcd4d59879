"""The shuffle of stubs, and the pairs that come of it, against sorts and sets."""

from __future__ import annotations

import numpy as np
import pytest

from sim.draws import Decision, uniforms
from sim.world import acquaintances


@pytest.mark.parametrize("stretches", [1, 8, 1024])
@pytest.mark.parametrize("units", [1, 7, 900])
def test_stubs_are_sorted_by_unit_and_lot(
    units: int, stretches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled = acquaintances._shuffled
    if stretches != acquaintances._STRETCHES:
        monkeypatch.setattr(acquaintances, "_STRETCHES", stretches)
        shuffled = shuffled.py_func  # type: ignore[attr-defined]
    rng = np.random.default_rng(units)
    count = 3000 if shuffled is acquaintances._shuffled else 60
    unit = rng.integers(-1, units, count).astype(np.int32)
    stubs = np.where(unit < 0, 0, rng.integers(0, 9, count)).astype(np.int32)
    owner, first = shuffled(np.uint64(4), 2, unit, stubs, units)
    of = np.repeat(np.arange(count), stubs)
    number = np.concatenate([np.arange(size) for size in stubs])
    lots = uniforms(4, Decision.ACQUAINTANCE, 2, of, 1, number)
    assert owner.tolist() == of[np.lexsort((lots, unit[of]))].tolist()
    assert first.tolist() == np.searchsorted(np.sort(unit[of]), np.arange(units + 1)).tolist()


def test_equal_lots_stay_in_order() -> None:
    """No seed makes equal lots in a small world; the sort is asked itself."""
    rng = np.random.default_rng(1)
    owner = np.arange(50, dtype=np.int32)
    bucket = rng.integers(0, 4, 50).astype(np.int32)
    lot = bucket + rng.integers(0, 3, 50) / 4
    expected = [*range(10), *(10 + np.lexsort((lot[10:40], bucket[10:40]))), *range(40, 50)]
    acquaintances._sort_stretch(10, 40, owner, lot, bucket, 4)
    assert owner.tolist() == expected


def test_stubs_are_joined_two_by_two_within_units() -> None:
    """Units hold five stubs, none and two: the fifth of the first is left; 3 meets itself."""
    owner = np.array([1, 0, 2, 1, 0, 3, 3], np.int32)
    first = np.array([0, 5, 5, 7])
    assert acquaintances._joined(owner, first, 10).tolist() == [1, 12]


def test_pairs_are_added_once() -> None:
    rng = np.random.default_rng(2)
    for sizes in ((0, 0), (0, 40), (40, 0), (60, 90)):
        known, found = (np.sort(rng.integers(0, 100, size)) for size in sizes)
        known = np.array(sorted(set(known.tolist())), np.int64)
        merged, got = acquaintances._add_new(known, found, 10)
        assert merged.tolist() == sorted({*known.tolist(), *found.tolist()})
        new = sorted({*found.tolist()} - {*known.tolist()})
        ends = [end for pair in new for end in divmod(pair, 10)]
        assert got.tolist() == np.bincount(np.array(ends, int), minlength=10).tolist()
