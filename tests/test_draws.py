"""Draws: the published vectors, the distributions, independence, and common random numbers."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim import draws, sampling
from sim.compiled import kernel
from sim.draws import Decision
from sim.philox import philox4x32

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Every statistical test below is run once on fixed seeds, so that its outcome is fixed; had the
# seeds been drawn afresh, each would fail a correct generator with this probability at most.
ALPHA = 1e-6
SIZE = 100_000

KNOWN_ANSWERS = [  # Random123, tests/kat_vectors, philox4x32 10
    (
        "00000000 00000000 00000000 00000000 00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    (
        "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    (
        "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


def philox(counter: list[int], key: list[int], *, compiled: bool = True) -> list[int]:
    function = philox4x32 if compiled else cast("Any", philox4x32).py_func
    return [int(word) for word in function(*(np.uint64(word) for word in counter + key))]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(("given_words", "expected"), KNOWN_ANSWERS)
def test_published_vectors(given_words: str, expected: str, compiled: bool) -> None:
    words = [int(word, 16) for word in given_words.split()]
    result = philox(words[:4], words[4:], compiled=compiled)
    assert result == [int(word, 16) for word in expected.split()]


KEYS = st.tuples(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
)


@given(KEYS)
@settings(max_examples=200, deadline=None)
def test_a_uniform_draw_is_made_of_the_first_words_under_the_documented_key(
    key: tuple[int, int, int, int, int, int],
) -> None:
    seed, decision, week, a, b, index = key
    words = philox([decision + 65536 * week, a, b, index], [seed % 2**32, seed // 2**32])
    expected = ((words[0] >> 5) * 2**26 + (words[1] >> 6)) / 2**53
    assert draws.uniform(np.uint64(seed), decision, week, a, b, index) == expected
    assert draws.uniforms(seed, decision, week, a, b, index) == expected
    plain = cast("Any", draws.uniform).py_func
    assert plain(np.uint64(seed), decision, week, a, b, index) == expected


@given(KEYS, st.integers(1, 2**31 - 1))
@settings(max_examples=200, deadline=None)
def test_an_integer_is_the_floor_of_n_times_the_uniform(
    key: tuple[int, int, int, int, int, int], n: int
) -> None:
    one = (np.uint64(key[0]), *key[1:])
    drawn = draws.integer(*one, n)
    assert drawn == int(draws.uniform(*one) * n)
    assert 0 <= drawn < n


@pytest.mark.parametrize("n", [1, 2, 3, 2**30, 2**30 + 1, 2**31 - 1])
def test_the_greatest_uniform_never_gives_n(n: int) -> None:
    assert int((1.0 - 2.0**-53) * n) == n - 1


def test_vector_and_scalar_draws_are_identical() -> None:
    seed = 2**63 + 5
    key = (7, np.arange(6)[:, None], np.arange(4, dtype=np.int32), 3)
    n = np.array([1, 10, 1000, 2**31 - 1])
    uniforms = draws.uniforms(seed, Decision.ACCEPT, *key)
    integers = draws.integers(seed, Decision.ACCEPT, *key, n)
    normals = draws.normals(seed, Decision.ACCEPT, *key)
    assert uniforms.shape == integers.shape == normals.shape == (6, 4)
    for a in range(6):
        for b in range(4):
            one = (np.uint64(seed), int(Decision.ACCEPT), 7, a, b, 3)
            assert uniforms[a, b] == draws.uniform(*one)
            assert integers[a, b] == draws.integer(*one, n[b])
            assert normals[a, b] == draws.normal(*one)


@pytest.mark.parametrize("count", [1, 2, 127, 128, 129, 1000])
def test_draws_in_blocks_are_those_made_one_by_one(count: int) -> None:
    rng = np.random.default_rng(count)
    columns = [rng.integers(0, limit, count) for limit in (2**16, 2**32, 2**32, 2**32)]
    for which in range(16):
        mixed = [c if which >> place & 1 else int(c[0]) for place, c in enumerate(columns)]
        rows = np.broadcast_arrays(np.zeros(count, int), *mixed)[1:]
        expected = [draws.uniform(np.uint64(3), 9, *key) for key in zip(*rows, strict=True)]
        found = draws.uniforms(3, 9, *mixed)
        assert np.broadcast_to(found, count).tolist() == expected


def test_no_keys_give_no_draws() -> None:
    assert draws.uniforms(1, 1, 0, [], 0, 0).shape == (0,)
    assert draws.normals(1, 1, 0, np.empty(0, np.int32), 0, 0).shape == (0,)


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ((-1, 1, 0, 0, 0, 0), "seed"),
        ((2**64, 1, 0, 0, 0, 0), "seed"),
        ((0, 2**16, 0, 0, 0, 0), "decision"),
        ((0, 1, 2**16, 0, 0, 0), "week"),
        ((0, 1, 0, [0, -1], 0, 0), "a must"),
        ((0, 1, 0, 0, 2**32, 0), "b must"),
        ((0, 1, 0, 0, 0, [0.5]), "index"),
    ],
)
def test_a_key_out_of_range_is_refused(key: tuple[Any, ...], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        draws.uniforms(*key)


@pytest.mark.parametrize("n", [0, -3, 2**31, [5, 0]])
def test_a_number_of_outcomes_out_of_range_is_refused(n: int | list[int]) -> None:
    with pytest.raises(ValueError, match="n must be"):
        draws.integers(1, 1, 0, 0, 0, 0, n)


@kernel
def _accepts(seed: np.uint64, out: NDArray[np.float64]) -> None:
    for member in range(out.size):
        out[member] = draws.uniform(seed, Decision.ACCEPT, 3, member, 0, 0)


def test_decisions_are_usable_inside_kernels_by_value() -> None:
    out = np.empty(10)
    _accepts(np.uint64(9), out)
    assert np.array_equal(out, draws.uniforms(9, 60, 3, np.arange(10), 0, 0))


def test_decisions_are_distinct_and_fit_their_sixteen_bits() -> None:
    values = [decision.value for decision in Decision.__members__.values()]
    assert len(set(values)) == len(values)
    assert min(values) > 0 and max(values) < 2**16


FIRST_ONES = {
    "FIELD": 1, "TARGET": 2, "SENIORITY": 3, "EMPLOYER": 4, "SCHOOL": 5, "REGION": 6, "STATUS": 7,
    "HOURS": 8, "OPENNESS": 9, "OPT_OUT": 10, "STRATEGY": 11, "FOCAL": 12, "ACQUAINTANCE": 13,
    "CONNECTED": 14, "GROUP_TOPIC": 15, "GROUP_SIZE": 16, "MEMBERSHIP": 17, "ACTIVITY": 18,
    "PICK_ACQUAINTANCE": 40, "PICK_GROUP_MEMBER": 41, "PICK_STRANGER": 42, "PICK_CONTACT": 43,
    "ACCEPT": 60, "FLAG": 61, "REPLY": 62, "OWN": 100,
}  # fmt: skip
"""Decisions of the model without mechanisms."""


def test_a_decision_never_changes_its_value() -> None:
    """Else a study run before, and gone on with, would not be what it was."""
    assert {name: Decision[name].value for name in FIRST_ONES} == FIRST_ONES


# ---------------------------------------------------------------- distributions

AXES = ["seed", "decision", "week", "a", "b", "index"]


def along(axis: str, size: int, start: int = 0) -> NDArray[np.float64]:
    """Uniform draws whose keys differ in one part only, in steps of one."""
    key: dict[str, Any] = dict.fromkeys(AXES, 5)
    steps = np.arange(start, start + size)
    if axis in ("seed", "decision"):
        one = [draws.uniform(*_scalar_key({**key, axis: int(step)})) for step in steps]
        return np.array(one)
    key[axis] = steps
    return draws.uniforms(*key.values())


def _scalar_key(key: dict[str, int]) -> tuple[Any, ...]:
    return (np.uint64(key["seed"]), *(key[name] for name in AXES[1:]))


def length(axis: str) -> int:
    return 60_000 if axis in ("week", "decision") else SIZE


@pytest.mark.parametrize("axis", AXES)
def test_draws_are_uniform_along_every_part_of_the_key(axis: str) -> None:
    u = along(axis, length(axis))
    assert stats.kstest(u, "uniform").pvalue > ALPHA
    cells = np.bincount((u * 256).astype(int), minlength=256)
    assert stats.chisquare(cells).pvalue > ALPHA
    lowest_bits = np.bincount((u * 2.0**53).astype(np.int64) % 64, minlength=64)
    assert stats.chisquare(lowest_bits).pvalue > ALPHA


@pytest.mark.parametrize("axis", AXES)
def test_neighbouring_keys_give_independent_draws(axis: str) -> None:
    u = along(axis, length(axis))
    assert stats.pearsonr(u[:-1], u[1:]).pvalue > ALPHA
    # Pairs that do not overlap, so that the cells of the chi-square are independent counts.
    table, _, _ = np.histogram2d(u[0::2], u[1::2], bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(table.ravel()).pvalue > ALPHA


@pytest.mark.parametrize("axis", ["seed", "decision", "week", "b", "index"])
def test_streams_of_neighbouring_keys_are_independent(axis: str) -> None:
    key: dict[str, Any] = dict.fromkeys(AXES, 5)
    key["a"] = np.arange(SIZE)
    one = draws.uniforms(*key.values())
    other = draws.uniforms(*{**key, axis: 6}.values())
    assert stats.pearsonr(one, other).pvalue > ALPHA
    table, _, _ = np.histogram2d(one, other, bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(table.ravel()).pvalue > ALPHA


def test_a_pair_and_its_reverse_are_independent() -> None:
    a, b = np.arange(SIZE), np.arange(SIZE) + 17
    assert (
        stats.pearsonr(draws.uniforms(3, 60, 1, a, b, 0), draws.uniforms(3, 60, 1, b, a, 0)).pvalue
        > ALPHA
    )


@pytest.mark.parametrize("n", [2, 7, 1000])
def test_integers_are_uniform(n: int) -> None:
    drawn = draws.integers(11, 1, 0, np.arange(SIZE), 0, 0, n)
    assert stats.chisquare(np.bincount(drawn, minlength=n)).pvalue > ALPHA


def test_normals_are_normal() -> None:
    z = draws.normals(11, 1, 0, np.arange(SIZE), 0, 0)
    assert stats.kstest(z, "norm").pvalue > ALPHA
    assert stats.normaltest(z).pvalue > ALPHA


# ---------------------------------------------------------------- choice without replacement


def choose(seed: int, a: int, n: int, k: int) -> list[int]:
    out = np.full(max(k, 1), -1, np.int64)
    count = sampling.choose(np.uint64(seed), int(Decision.OWN), 2, a, 3, n, k, out)
    return [int(item) for item in out[:count]]


def fisher_yates(seed: int, a: int, n: int, k: int) -> list[int]:
    """Shuffle as documented, over an array that is written out."""
    items = list(range(n))
    for i in range(min(k, n)):
        j = i + draws.integer(np.uint64(seed), int(Decision.OWN), 2, a, 3, i, n - i)
        items[i], items[j] = items[j], items[i]
    return items[: min(k, n)]


@given(
    st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(0, 300), st.integers(0, 40)
)
@settings(max_examples=400, deadline=None)
def test_choose_is_the_documented_shuffle(seed: int, a: int, n: int, k: int) -> None:
    assert choose(seed, a, n, k) == fisher_yates(seed, a, n, k)


def test_choose_agrees_with_the_shuffle_where_swaps_collide() -> None:
    # n just above k**2, where swaps are listed and collide most often; 300 members.
    for member in range(300):
        assert choose(1, member, 101, 10) == fisher_yates(1, member, 101, 10)
        assert choose(1, member, 5, 2) == fisher_yates(1, member, 5, 2)


def test_choosing_more_keeps_the_first_ones() -> None:
    assert choose(8, 1, 1000, 40)[:5] == choose(8, 1, 1000, 5)


def test_choosing_from_many_takes_no_memory_for_them() -> None:
    chosen = choose(8, 1, 2**31 - 1, 50)
    assert len(set(chosen)) == 50


@pytest.mark.parametrize(("n", "k"), [(4, 2), (5, 2), (4, 3), (4, 4), (3, 9)])
def test_every_arrangement_is_equally_likely(n: int, k: int) -> None:
    # 20,000 choices over at most 24 arrangements; subsets and positions follow from arrangements.
    arrangements = list(permutations(range(n), min(k, n)))
    counts = dict.fromkeys(arrangements, 0)
    for member in range(20_000):
        counts[tuple(choose(5, member, n, k))] += 1
    assert stats.chisquare(list(counts.values())).pvalue > ALPHA


def test_one_more_member_changes_nobody_elses_draws() -> None:
    for n in (1, 10, 500):
        for draw in (draws.uniforms, draws.normals):
            fewer = draw(7, Decision.ACCEPT, 3, np.arange(n), 0, 0)
            more = draw(7, Decision.ACCEPT, 3, np.arange(n + 1), 0, 0)
            assert np.array_equal(fewer, more[:n])
