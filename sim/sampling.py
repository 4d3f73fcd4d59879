"""Drawing without replacement, out of the integer draws of `sim.draws`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import kernel, lean
from sim.draws import integer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.draws import Seed


@kernel
def choose(
    seed: Seed,
    decision: int,
    week: int,
    a: int,
    b: int,
    n: int,
    k: int,
    out: NDArray[np.integer[Any]],
) -> int:
    """Draw up to `k` of 0, 1, ..., n - 1 without replacement, in drawn order.

    A partial Fisher-Yates shuffle of the array v = [0, 1, ..., n - 1]: for i = 0, 1, ...,
    min(k, n) - 1 let j = i + integer(seed, decision, week, a, b, i, n - i), swap v[i] and v[j],
    and write v[i] to out[i]. So the first draws do not depend on `k`.

    Parameters
    ----------
    seed, decision, week, a, b : int
        Key of the draws; draw i has index i. Ranges in the text of `sim.draws`.
    n : int
        Number of items, 0 <= n < 2**31.
    k : int
        Number wanted, k >= 0.
    out : integer array, at least (min(k, n),)
        Receives the items.

    Returns
    -------
    int
        Number of items written, min(k, n).

    Notes
    -----
    Time min(n, k**2), memory min(n, k): v is written out only where that is the cheaper way.
    """
    count = min(k, n)
    swaps = np.empty(n if n <= count * count else 2 * count, np.int64)
    return choose_by(seed, decision, week, a, b, n, k, out, swaps)


def swaps_needed(n: int, k: int) -> int:
    """Return the places that `choose_by` takes to draw up to `k` of up to `n` items."""
    return max(min(n, k * k), 2 * min(n, k))


@lean
def choose_by(
    seed: Seed,
    decision: int,
    week: int,
    a: int,
    b: int,
    n: int,
    k: int,
    out: NDArray[np.integer[Any]],
    swaps: NDArray[np.int64],
) -> int:
    """Draw like `choose`, in the given room to work in: `swaps_needed(n, k)` places at least."""
    count = min(k, n)
    if n <= count * count:
        items = swaps
        for i in range(n):
            items[i] = i
        for i in range(count):
            j = i + integer(seed, decision, week, a, b, i, n - i)
            out[i] = items[j]
            items[j] = items[i]
        return count
    # Only places that a swap has filled differ from v[place] == place. They are few: list them.
    place, moved = swaps[:count], swaps[count : 2 * count]
    filled = 0
    for i in range(count):
        j = i + integer(seed, decision, week, a, b, i, n - i)
        item_i = i
        item_j = j
        slot = filled
        for s in range(filled):
            if place[s] == i:
                item_i = moved[s]
            if place[s] == j:
                item_j = moved[s]
                slot = s
        out[i] = item_j
        place[slot] = j
        moved[slot] = item_i
        if slot == filled:
            filled += 1
    return count
