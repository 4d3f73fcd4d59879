"""How large a set is, told by a few bits: see `sim.world.sketch`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.portable import exp

WORDS = 8
"""64-bit words of the bits that stand for equally many members each: a line of the cache."""
BITS = 64 * WORDS

Int64 = NDArray[np.int64]


@kernel
def ones(word: int) -> int:
    """Count the bits of a word that are set."""
    x = np.uint64(word)
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def most_likely_share(found: Int64, exponents: Int64) -> float:
    """Return the most likely share of members in a set, given how many bits of each class are set.

    A bit of c members is set with probability 1 - (1 - share)**c. With (1 - share) = exp(-y) the
    slope of the log-likelihood falls in y and is convex: Newton's steps from a point left of its
    root only go right, and end there.

    Parameters
    ----------
    found : int64[K]
        Bits that are set, of 512 each.
    exponents : int64[K]
        c = 2**exponent of each class, ascending.
    """
    unset = 0.0
    above = 0.0
    below = 0.0
    for group in range(found.size):
        stands_for = float(1 << exponents[group])
        unset += stands_for * (BITS - found[group])
        above += float(found[group])
        below += stands_for * (BITS - 0.5 * found[group])
    if above == 0.0:
        return 0.0
    if unset == 0.0:
        return 1.0
    y = above / below  # 1 / (exp(x) - 1) >= 1 / x - 1/2
    for _ in range(30):
        slope = -unset
        curvature = 0.0
        empty = exp(-y * float(1 << exponents[0]))
        for group in range(found.size):
            if group > 0:
                for _ in range(exponents[group] - exponents[group - 1]):
                    empty = empty * empty
            stands_for = float(1 << exponents[group])
            odds = empty / (1.0 - empty)
            slope = slope + stands_for * found[group] * odds
            curvature = curvature + stands_for * stands_for * found[group] * odds * (1.0 + odds)
        step = slope / curvature if curvature > 0.0 else 0.0
        y = y + step
        if step <= 1e-9 * y:
            break
    return float(1.0 - exp(-y))
