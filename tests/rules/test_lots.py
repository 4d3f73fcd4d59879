"""Draws made together are those made one by one."""

from __future__ import annotations

import numpy as np
import pytest

from sim.draws import uniforms
from sim.rules.lots import fill_run


@pytest.mark.parametrize("count", [0, 1, 7, 32, 64])
def test_a_run_of_draws_is_that_of_single_draws(count: int) -> None:
    words, out = np.empty((4, 64), np.uint64), np.full(64, -1.0)
    fill_run(np.uint64(2**63 - 1), 41, 300, 2**31 - 1, 96, count, words, out)
    wanted = uniforms(2**63 - 1, 41, 300, 2**31 - 1, 0, np.arange(96, 96 + count))
    assert np.array_equal(out[:count], wanted)
    assert (out[count:] == -1.0).all()
