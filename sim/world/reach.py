"""Exact numbers of distinct members at each distance: bit-parallel breadth-first search.

For a block of sources every member has a row of bits, one a source: is the member within l ties of
that source? One more tie is one pass over the ties, in which each member takes up the bits of its
neighbours by OR. Multi-source search in this form: Then et al. 2014, "The more the merrier:
efficient multi-source graph traversal", PVLDB 8(4):449-460, doi:10.14778/2735496.2735507.

Bits are counted member by member in binary counters laid out across words: plane p of a counter
holds bit p of 64 counts, and adding a word of bits ripples its carry through the planes.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.world.rows import Rows

# 512 sources a block: the bits of a member then fill one 64-byte line of the cache.
_WORDS = 8
_PLANES = 32  # counts are below 2**31, as members are

Bits = NDArray[np.uint64]


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


class _Tally(NamedTuple):
    """A query as the kernel takes it: members in order of class, classes numbered from 0.

    The source itself is among the members at distance 0; `own` says whether it would be counted.
    """

    member: NDArray[np.int32]
    bounds: NDArray[np.int64]
    source_class: NDArray[np.int32]
    own: NDArray[np.int64]


@kernel
def _widen(rows: Rows, live: NDArray[np.uint8], bits: Bits, wider: Bits) -> None:
    """Write to `wider` the bits of each member and of its neighbours over live entries."""
    words = bits.shape[1]
    everything = live.size == 0
    for member in range(rows.start.size):
        for w in range(words):
            wider[member, w] = bits[member, w]
        first = rows.start[member]
        for position in range(first, first + rows.degree[member]):
            if everything or live[position] != 0:
                neighbour = rows.neighbour[position]
                for w in range(words):
                    wider[member, w] |= bits[neighbour, w]


@kernel
def _count(tally: _Tally, first: int, bits: Bits, out: NDArray[np.int64]) -> None:
    """Count, for the sources from `first` on, the members of their class that have their bit."""
    words = bits.shape[1]
    one = np.uint64(1)
    planes = np.empty((words, _PLANES), np.uint64)
    for group in range(tally.bounds.size - 1):
        planes[:] = 0
        for i in range(tally.bounds[group], tally.bounds[group + 1]):
            member = tally.member[i]
            for w in range(words):
                carry = bits[member, w]
                plane = 0
                while carry != 0:
                    overflow = planes[w, plane] & carry
                    planes[w, plane] ^= carry
                    carry = overflow
                    plane += 1
        for i in range(out.size):
            if tally.source_class[first + i] == group:
                shift = np.uint64(i & 63)
                total = np.int64(0)
                for plane in range(_PLANES):
                    total += np.int64((planes[i >> 6, plane] >> shift) & one) << plane
                out[i] = total - tally.own[first + i]


def _prepare(query: ClassQuery, sources: NDArray[np.int32], members: int) -> _Tally:
    """Sort the members by class, those left out that no source counts."""
    member_class = np.asarray(query.member_class)
    source_class = np.asarray(query.source_class)
    if member_class.shape != (members,) or source_class.shape != sources.shape:
        msg = (
            f"a query needs a class for each of {members} members and {sources.size} sources, "
            f"not {member_class.shape} and {source_class.shape}"
        )
        raise ValueError(msg)
    classes = np.unique(source_class[source_class >= 0])
    counted = np.flatnonzero(np.isin(member_class, classes))
    group = np.searchsorted(classes, member_class[counted])
    order = np.argsort(group, kind="stable")
    wanted = np.where(source_class >= 0, np.searchsorted(classes, source_class), -1)
    return _Tally(
        counted[order].astype(np.int32),
        np.searchsorted(group[order], np.arange(classes.size + 1)).astype(np.int64),
        wanted.astype(np.int32),
        (member_class[sources] == source_class).astype(np.int64),
    )


def _check_sources(rows: Rows, sources: NDArray[np.integer]) -> NDArray[np.int32]:
    members = rows.start.size
    given = np.asarray(sources)
    if given.size and (given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= members):
        msg = f"sources must be members: whole numbers from 0 to {members - 1}"
        raise ValueError(msg)
    return given.astype(np.int32)


def _over_blocks[T](
    search: Callable[[NDArray[np.int32], int, Bits], T],
    members: int,
    sources: NDArray[np.int32],
    threads: int,
) -> list[T]:
    """Run `search(block of sources, its first index, start bits)` for every block of sources."""
    words = min(_WORDS, -(-sources.size // 64))
    size = 64 * words

    def run(first: int) -> T:
        block = sources[first : first + size]
        index = np.arange(block.size)
        bits = np.zeros((members, words), np.uint64)
        np.bitwise_or.at(bits, (block, index // 64), np.uint64(1) << (index % 64).astype(np.uint64))
        return search(block, first, bits)

    firsts = range(0, sources.size, size) if size else range(0)
    if threads <= 1 or len(firsts) <= 1:
        return [run(first) for first in firsts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, firsts))


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
        Blocks of sources searched at a time. The result does not depend on it.
    live : uint8 array by position in the arena, optional
        Only entries with live != 0 are walked, equal at both entries of a tie.

    Returns
    -------
    ReachCounts

    Raises
    ------
    ValueError
        If a source is no member, a query's shapes do not fit, or a distance is out of range.

    Notes
    -----
    Time: levels x entries x sources / 64 word operations. Memory: two bits a member and source of
    the blocks being searched, of up to 512 sources each.
    """
    sources = _check_sources(rows, sources)
    members = rows.start.size
    if levels < 1 or any(not 1 <= query.within <= levels for query in queries):
        msg = f"distances must be from 1 to levels ({levels}), and levels at least 1"
        raise ValueError(msg)
    walked = np.empty(0, np.uint8) if live is None else live
    if live is not None and live.shape != rows.neighbour.shape:
        msg = f"live must have one value a position, {rows.neighbour.size}, not {live.shape}"
        raise ValueError(msg)
    everyone = ClassQuery(np.zeros(members, np.int32), np.zeros(sources.size, np.int32), 1)
    all_tally = _prepare(everyone, sources, members)
    tallies = [(_prepare(query, sources, members), query.within) for query in queries]
    cumulative = np.zeros((levels + 1, sources.size), np.int64)
    counts = np.zeros((len(queries), sources.size), np.int64)

    def search(block: NDArray[np.int32], first: int, bits: Bits) -> None:
        wider = np.empty_like(bits)
        part = slice(first, first + block.size)
        for level in range(1, levels + 1):
            _widen(rows, walked, bits, wider)
            bits, wider = wider, bits
            _count(all_tally, first, bits, cumulative[level, part])
            for (tally, within), out in zip(tallies, counts, strict=True):
                if within == level:
                    _count(tally, first, bits, out[part])

    _over_blocks(search, members, sources, threads)
    return ReachCounts(
        np.ascontiguousarray(np.diff(cumulative, axis=0).T), np.ascontiguousarray(counts.T)
    )


def mean_distance(rows: Rows, sources: NDArray[np.integer], threads: int = 1) -> tuple[int, int]:
    """Sum the distances from every source to all members that it reaches.

    Parameters
    ----------
    rows : Rows
        Symmetric ties.
    sources : int array (sources,)
        Members to start from.
    threads : int
        Blocks of sources searched at a time. The result does not depend on it.

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
    members = rows.start.size
    walked = np.empty(0, np.uint8)
    everyone = ClassQuery(np.zeros(members, np.int32), np.zeros(sources.size, np.int32), 1)
    tally = _prepare(everyone, sources, members)

    def search(block: NDArray[np.int32], first: int, bits: Bits) -> tuple[int, int]:
        wider = np.empty_like(bits)
        found = np.zeros(block.size, np.int64)
        total = 0
        pairs = 0
        level = 0
        while True:
            level += 1
            _widen(rows, walked, bits, wider)
            bits, wider = wider, bits
            _count(tally, first, bits, found)
            met = int(found.sum())
            if met == pairs:
                return total, pairs
            total += level * (met - pairs)
            pairs = met

    blocks = _over_blocks(search, members, sources, threads)
    return sum(total for total, _ in blocks), sum(pairs for _, pairs in blocks)
