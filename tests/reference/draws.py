"""Random numbers as pure functions of what they decide (docs/model.md, 7.1).

Philox4x32-10 written out in Python's own integers; `sim.draws` is not used, but for the numbers
that name the decisions.
"""

from __future__ import annotations

from dataclasses import dataclass

WORD = 0xFFFFFFFF

Four = tuple[int, int, int, int]


def philox4x32(counter: Four, key: tuple[int, int]) -> Four:
    """Return four random 32-bit words (Salmon et al. 2011, doi:10.1145/2063384.2063405)."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        even = 0xD2511F53 * c0
        odd = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (odd >> 32) ^ c1 ^ k0, odd & WORD, (even >> 32) ^ c3 ^ k1, even & WORD
        k0 = (k0 + 0x9E3779B9) & WORD
        k1 = (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


@dataclass(frozen=True)
class Luck:
    """All random numbers of one run, by its seed."""

    seed: int

    def uniform(self, decision: int, week: int, a: int, b: int, index: int) -> float:
        """u(D, w, a, b, i): a number in [0, 1)."""
        counter = (decision + 65536 * week, a, b, index)
        x, y, _, _ = philox4x32(counter, (self.seed & WORD, self.seed >> 32))
        return ((x >> 5) * 2**26 + (y >> 6)) * 2.0**-53

    def integer(self, decision: int, week: int, a: int, b: int, index: int, n: int) -> int:
        """int(D, w, a, b, i; n): a number of 0 ... n-1."""
        return int(self.uniform(decision, week, a, b, index) * n)

    def choose(self, decision: int, week: int, a: int, b: int, n: int, k: int) -> list[int]:
        """choose(D, w, a, b; n, k): min(k, n) different numbers of 0 ... n-1, in drawn order."""
        numbers = list(range(n))
        count = min(k, n)
        for i in range(count):
            j = i + self.integer(decision, week, a, b, i, n - i)
            numbers[i], numbers[j] = numbers[j], numbers[i]
        return numbers[:count]
