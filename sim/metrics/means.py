"""Statistics over the members of a cohort that do not depend on their order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 65_536
"""Members whose products are added in 64 bits: exact while values are below 10 million."""


def mean(values: NDArray[Any]) -> float:
    """Mean whose sum is exact for whole numbers and exactly rounded otherwise; 0 of nothing."""
    if len(values) == 0:
        return 0.0
    exact = values.dtype.kind in "iub"
    return (int(values.sum()) if exact else math.fsum(values)) / len(values)


def partial_correlation(a: NDArray[np.int64], b: NDArray[np.int64], c: NDArray[np.int64]) -> float:
    """Correlation of `a` and `b` given `c`: of what is left of both when `c` is regressed out.

    (r_ab - r_ac r_bc) / sqrt((1 - r_ac^2) (1 - r_bc^2)), from sums of whole numbers, so exact up to
    the last steps.

    Parameters
    ----------
    a, b, c : int64[C]
        Whole numbers from 0 to 10 million, one a member.

    Returns
    -------
    float
        0 if one of them is the same for all, or `c` determines `a` or `b`.
    """
    aa, bb, cc = (_spread(x, x) for x in (a, b, c))
    if not (aa and bb and cc):
        return 0.0
    ab = _spread(a, b) / math.sqrt(float(aa) * float(bb))
    ac = _spread(a, c) / math.sqrt(float(aa) * float(cc))
    bc = _spread(b, c) / math.sqrt(float(bb) * float(cc))
    # Rounding may take a correlation of 1 a hair beyond it.
    left = max((1.0 - ac * ac) * (1.0 - bc * bc), 0.0)
    return (ab - ac * bc) / math.sqrt(left) if left else 0.0


def _spread(x: NDArray[np.int64], y: NDArray[np.int64]) -> int:
    """Return n sum(x y) - sum(x) sum(y), exactly."""
    parts = range(0, len(x), _BLOCK)
    products = sum(int(np.dot(x[k : k + _BLOCK], y[k : k + _BLOCK])) for k in parts)
    return len(x) * products - int(x.sum()) * int(y.sum())
