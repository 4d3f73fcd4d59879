"""Lognormal values from standard normal ones, with the same bits on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.portable import exp

if TYPE_CHECKING:
    from sim.world.members import Float64


@kernel
def lognormal(z: Float64, median: float, sigma: float) -> Float64:
    """Return median * exp(sigma * z), float64 like `z`."""
    values = np.empty_like(z)
    for i in range(z.size):
        values[i] = median * exp(sigma * z[i])
    return values
