"""Philox4x32-10: random words as a pure function of a counter and a key.

Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC '11,
doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel

# All word arithmetic is in uint64: a product of two 32-bit words fits, and numba turns a mixture
# of uint64 and int64 into float64, so that no other integer may meet these.
_ROUNDS = 10
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
WORD = np.uint64(0xFFFFFFFF)
"""Mask of the lowest word of a uint64."""
WORD_BITS = np.uint64(32)

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]
WordArray = NDArray[np.uint64]


@kernel
def philox4x32(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> Words:
    """Philox4x32-10: ten rounds over four counter words under two key words.

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1 : uint64
        Counter and key words, each below 2**32.

    Returns
    -------
    tuple of four uint64
        Random words, each below 2**32.
    """
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = (product_1 >> WORD_BITS) ^ c1 ^ k0
        c1 = product_1 & WORD
        c2 = (product_0 >> WORD_BITS) ^ c3 ^ k1
        c3 = product_0 & WORD
        k0 = (k0 + _WEYL_0) & WORD
        k1 = (k1 + _WEYL_1) & WORD
    return c0, c1, c2, c3


@kernel
def philox4x32_many(
    c0: WordArray,
    c1: WordArray,
    c2: WordArray,
    c3: WordArray,
    k0: np.uint64,
    k1: np.uint64,
) -> None:
    """Apply `philox4x32` to every counter, in place.

    Round by round over all counters: the compiler then works at several of them at once. Two rounds
    a pass, because half of the time would go into writing and reading them.

    Parameters
    ----------
    c0, c1, c2, c3 : uint64[n]
        Counter words, each below 2**32; receive the random words.
    k0, k1 : uint64
        Key words, each below 2**32.
    """
    for _ in range(_ROUNDS // 2):
        next_k0 = (k0 + _WEYL_0) & WORD
        next_k1 = (k1 + _WEYL_1) & WORD
        for i in range(c0.size):
            product_0 = _MULTIPLIER_0 * c0[i]
            product_1 = _MULTIPLIER_1 * c2[i]
            w0 = (product_1 >> WORD_BITS) ^ c1[i] ^ k0
            w1 = product_1 & WORD
            w2 = (product_0 >> WORD_BITS) ^ c3[i] ^ k1
            w3 = product_0 & WORD
            product_0 = _MULTIPLIER_0 * w0
            product_1 = _MULTIPLIER_1 * w2
            c0[i] = (product_1 >> WORD_BITS) ^ w1 ^ next_k0
            c1[i] = product_1 & WORD
            c2[i] = (product_0 >> WORD_BITS) ^ w3 ^ next_k1
            c3[i] = product_0 & WORD
        k0 = (next_k0 + _WEYL_0) & WORD
        k1 = (next_k1 + _WEYL_1) & WORD
