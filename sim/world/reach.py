"""How many distinct members there are at each distance from a source.

Two searches give the same numbers: `sim.world.passes` passes over all ties for 512 sources at once,
`sim.world.stamps` walks what lies around each source. Whichever is expected to cost less is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.world import passes, stamps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.world.passes import Bits
    from sim.world.rows import Rows

PASS = 8.0
"""Cost of an entry in a pass for a block of sources, in visits of an entry by a search of one."""
SAMPLED = 256
"""Sources from which the cost of all is estimated."""
DISTANCE_BLOCK = 64
"""Sources from which distances are summed up at once."""


class ClassQuery(NamedTuple):
    """Whom to count around each source.

    Attributes
    ----------
    member_class : int array (members,)
        Class of each member; a member of a negative class is never counted.
    source_class : int array (sources,)
        Class that each source counts; a source of a negative class counts nobody.
    within : int
        Greatest distance that counts, at least 1 tie.
    """

    member_class: NDArray[np.integer]
    source_class: NDArray[np.integer]
    within: int


class ReachCounts(NamedTuple):
    """Numbers of members around each source, which does not count itself.

    Attributes
    ----------
    levels : int64 array (sources, levels)
        Distinct members exactly at distance 1, 2, ....
    counts : int64 array (sources, queries)
        Members of the wanted class within the wanted distance.
    """

    levels: NDArray[np.int64]
    counts: NDArray[np.int64]


def reach(
    rows: Rows,
    sources: NDArray[np.integer],
    queries: Sequence[ClassQuery] = (),
    levels: int = 3,
    threads: int = 1,
    live: NDArray[np.uint8] | None = None,
) -> ReachCounts:
    """Count the members at each distance from every source, and those of a class within some.

    Parameters
    ----------
    rows : Rows
        Symmetric ties.
    sources : int array (sources,)
        Members to start from; repeats are allowed.
    queries : sequence of ClassQuery
        What else to count.
    levels : int
        Greatest distance, at least 1 tie and at least that of every query.
    threads : int
        Threads that may be used. The result does not depend on it.
    live : uint8 array by position in the arena, optional
        Only entries with live != 0 are walked. Those of the sources and of members nearer than
        `levels` are looked at, no others.

    Returns
    -------
    ReachCounts

    Raises
    ------
    ValueError
        If a source is no member, a query's shapes do not fit, or a distance is out of range.
    """
    sources = _check_sources(rows, sources)
    members = rows.start.size
    if levels < 1 or any(not 1 <= query.within <= levels for query in queries):
        msg = f"distances must be from 1 to levels ({levels}), and levels at least 1"
        raise ValueError(msg)
    if live is not None and live.shape != rows.neighbour.shape:
        msg = f"live must have one value a position, {rows.neighbour.size}, not {live.shape}"
        raise ValueError(msg)
    wanted = _side_by_side(queries, members, sources.size)
    found = np.zeros((sources.size, levels), np.int64)
    counts = np.zeros((sources.size, len(queries)), np.int64)
    # Passes would also look at entries far from the sources, whose marks need not be there.
    if live is not None or stamps_are_cheaper(rows, sources, levels):
        walked = np.empty(0, np.uint8) if live is None else live
        stamps.search(rows, walked, sources, wanted, found, counts, threads)
    else:
        passes.search(rows, sources, wanted, found, counts, threads)
    return ReachCounts(found, counts)


def stamps_are_cheaper(rows: Rows, sources: NDArray[np.int32], levels: int) -> bool:
    """Tell whether one search a source is expected to cost less than passes over all ties.

    Measured on graphs of 500 to 1,000,000 members: a visit takes 1 to 4 ns, an entry in a pass for
    512 sources 4 to 22 ns, both the more the larger the graph is.
    """
    if sources.size == 0:
        return False
    some = sources[:: -(-sources.size // SAMPLED)]
    around = stamps.visits(rows, some, levels) * sources.size
    # Bits are counted member by member as well.
    rounds = levels * -(-sources.size // passes.BLOCK)
    size = int(rows.degree.sum(dtype=np.int64)) + 4 * rows.start.size
    return bool(around < PASS * rounds * size)


def _side_by_side(queries: Sequence[ClassQuery], members: int, sources: int) -> stamps.Wanted:
    """Put the queries side by side: who is counted by several is then looked up once."""
    wanted = stamps.Wanted(
        np.empty((members, len(queries)), np.int32),
        np.empty((sources, len(queries)), np.int32),
        np.array([query.within for query in queries], np.int64),
    )
    for column, query in enumerate(queries):
        member_class, source_class = np.shape(query.member_class), np.shape(query.source_class)
        if member_class != (members,) or source_class != (sources,):
            msg = (
                f"a query needs a class for each of {members} members and {sources} sources, "
                f"not {member_class} and {source_class}"
            )
            raise ValueError(msg)
        wanted.member_class[:, column] = query.member_class
        wanted.source_class[:, column] = query.source_class
    return wanted


def _check_sources(rows: Rows, sources: NDArray[np.integer]) -> NDArray[np.int32]:
    members = rows.start.size
    given = np.asarray(sources)
    if given.size and (given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= members):
        msg = f"sources must be members: whole numbers from 0 to {members - 1}"
        raise ValueError(msg)
    return given.astype(np.int32)


@kernel
def _widen_words(
    start: int,
    stop: int,
    rows: Rows,
    full: np.uint64,
    bits: Bits,
    wider: Bits,
) -> int:
    """Write the bits of each member and its neighbours; return the number of bits set."""
    count = np.int64(0)
    one = np.uint64(1)
    for member in range(start, stop):
        reached = bits[member]
        position = rows.start[member]
        last = position + rows.degree[member]
        while position < last and reached != full:
            reached |= bits[rows.neighbour[position]]
            position += 1
        wider[member] = reached
        while reached != 0:
            reached &= reached - one
            count += 1
    return int(count)


def mean_distance(rows: Rows, sources: NDArray[np.integer], threads: int = 1) -> tuple[int, int]:
    """Sum the distances from every source to all members that it reaches.

    Parameters
    ----------
    rows : Rows
        Symmetric ties.
    sources : int array (sources,)
        Members to start from.
    threads : int
        Threads that may be used. The result does not depend on it.

    Returns
    -------
    total : int
        Sum of the distances, in ties.
    pairs : int
        Number of (source, other member) pairs at a finite distance; the mean distance is
        total / pairs, if there is any.

    Raises
    ------
    ValueError
        If a source is no member.
    """
    sources = _check_sources(rows, sources)
    total = pairs = 0
    for first in range(0, sources.size, DISTANCE_BLOCK):
        block = sources[first : first + DISTANCE_BLOCK]
        more_total, more_pairs = _distances(rows, block, threads)
        total += more_total
        pairs += more_pairs
    return total, pairs


def _distances(rows: Rows, block: NDArray[np.int32], threads: int) -> tuple[int, int]:
    """Sum the distances from at most 64 sources and count those they reach, a bit a source."""
    members = rows.start.size
    own = np.uint64(1) << np.arange(block.size, dtype=np.uint64)
    reached = np.zeros(members, np.uint64)
    np.bitwise_or.at(reached, block, own)
    full = own.sum(dtype=np.uint64)
    wider = np.empty_like(reached)
    total = pairs = level = 0
    while True:
        level += 1
        now = _widen_all(threads, rows, full, reached, wider) - block.size
        reached, wider = wider, reached
        if now == pairs:
            return total, pairs
        total += level * (now - pairs)
        pairs = now


def _widen_all(threads: int, rows: Rows, full: np.uint64, bits: Bits, wider: Bits) -> int:
    """Widen the bits of all members; return the number of bits set."""
    met: list[int] = []

    def widen(start: int, stop: int) -> None:
        met.append(_widen_words(start, stop, rows, full, bits, wider))

    over_chunks(threads, rows.start.size, widen)
    return sum(met)
