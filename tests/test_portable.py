"""The portable functions are accurate, and the same to the bit compiled and in plain Python."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from scipy import special

from sim import portable

if TYPE_CHECKING:
    from collections.abc import Callable

SPECIAL = [0.0, -0.0, 5e-324, -5e-324, 1e-300, 1.0, -1.0, 1e300, -1e300, math.inf, -math.inf]

# Frozen from this implementation: a machine that differs here would differ in its results.
FROZEN_EXP = {
    0.1: "0x1.1aec7b35a00d4p+0",
    -3.7: "0x1.9511fc6871044p-6",
    42.42: "0x1.25e36137cf9c7p+61",
}
FROZEN_LOG = {
    0.1: "-0x1.26bb1bbb55515p+1",
    3.7: "0x1.4eeee650ae550p+0",
    1e-09: "-0x1.4b927f32bffb8p+4",
}


def generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=20))


def doubles_for_exp() -> list[float]:
    rng = generator()
    near_limits = [-745.2, -745.1, -744.5, -708.4, -708.3, 709.7, 709.782712893384, 709.79]
    spread = rng.uniform(-746.0, 710.0, 5000)
    small = rng.choice([-1.0, 1.0], 5000) * 10.0 ** rng.uniform(-320.0, 1.0, 5000)
    return SPECIAL + near_limits + cast("list[float]", np.concatenate((spread, small)).tolist())


def doubles_for_log() -> list[float]:
    rng = generator()
    spread = 10.0 ** rng.uniform(-323.0, 308.0, 5000)
    near_one = np.concatenate((rng.uniform(0.5, 2.0, 2500), 1.0 + 1e-8 * rng.normal(size=2500)))
    return SPECIAL + cast("list[float]", np.concatenate((spread, near_one)).tolist())


def ulps(value: float, truth: float) -> float:
    """Distance in units in the last place of the truth; 0 for the same infinity."""
    if value == truth:
        return 0.0
    return abs(value - truth) / math.ulp(truth)


def exact_exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def test_exp_is_within_two_ulps_over_its_whole_range() -> None:
    assert max(ulps(portable.exp(x), exact_exp(x)) for x in doubles_for_exp()) <= 2.0


def test_log_is_within_two_ulps_over_its_whole_range() -> None:
    positive = [x for x in doubles_for_log() if x > 0.0]
    assert max(ulps(portable.log(x), math.log(x)) for x in positive) <= 2.0


def test_logistic_is_within_four_ulps_of_scipy() -> None:
    # expit is itself off by up to 2 ulps; where the result is subnormal both round once more.
    for x in generator().uniform(-700.0, 40.0, 10_000).tolist():
        assert ulps(portable.logistic(x), float(special.expit(x))) <= 4.0


def test_normal_quantile_is_accurate_to_its_published_error_also_in_the_far_tails() -> None:
    rng = generator()
    tail = np.concatenate((2.0 ** -rng.uniform(1.0, 54.0, 5000), rng.uniform(0.0, 0.5, 5000)))
    for q in (0.5 - tail).tolist():
        if 0.0 < q < 0.5:
            truth = float(special.ndtri(0.5 - q))
            assert portable.normal_quantile(-q) == pytest.approx(truth, rel=1e-14, abs=0.0)
            assert portable.normal_quantile(q) == -portable.normal_quantile(-q)
    assert portable.normal_quantile(0.0) == 0.0


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (portable.exp, doubles_for_exp()),
        (portable.log, doubles_for_log()),
        (portable.logistic, doubles_for_exp()),
        (portable.normal_quantile, generator().uniform(-0.5, 0.5, 10_000).tolist()),
    ],
)
def test_compiled_and_plain_python_give_the_same_bits(
    function: Callable[[float], float], inputs: list[float]
) -> None:
    plain = cast("Any", function).py_func
    compiled_bits = np.array([function(x) for x in inputs]).view(np.uint64)
    plain_bits = np.array([plain(x) for x in inputs]).view(np.uint64)
    assert np.array_equal(compiled_bits, plain_bits)


def test_limits_are_those_of_the_functions() -> None:
    assert portable.exp(math.inf) == math.inf
    assert portable.exp(-math.inf) == 0.0
    assert portable.exp(0.0) == portable.exp(-0.0) == 1.0
    assert math.isnan(portable.exp(math.nan))
    assert portable.log(0.0) == -math.inf
    assert portable.log(math.inf) == math.inf
    assert portable.log(1.0) == 0.0
    assert math.isnan(portable.log(-1.0))
    assert math.isnan(portable.log(math.nan))


def test_logistic_neither_overflows_nor_leaves_the_unit_interval() -> None:
    assert portable.logistic(1e308) == 1.0
    assert portable.logistic(-1e308) == 0.0
    assert portable.logistic(0.0) == 0.5
    assert 0.0 < portable.logistic(-744.0) < 1e-300


def test_known_bits_stay_as_they_are() -> None:
    assert {x: portable.exp(x).hex() for x in FROZEN_EXP} == FROZEN_EXP
    assert {x: portable.log(x).hex() for x in FROZEN_LOG} == FROZEN_LOG
