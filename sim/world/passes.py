"""Distances from many sources at once: bit-parallel breadth-first search, in passes over all ties.

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
    from sim.world.rows import Rows
    from sim.world.stamps import Wanted

# 512 sources a block: the bits of a member then fill one 64-byte line of the cache.
_WORDS = 8
BLOCK = 64 * _WORDS
"""Sources that are searched for at once."""
_PLANES = 32  # counts are below 2**31, as members are

Bits = NDArray[np.uint64]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


class _Tally(NamedTuple):
    """A query as the kernel takes it: members in order of class, classes numbered from 0.

    The source itself is among the members at distance 0; `own` says whether it would be counted.
    """

    member: NDArray[np.int32]
    bounds: NDArray[np.int64]
    source_class: NDArray[np.int32]
    own: NDArray[np.int64]


@kernel
def _widen(rows: Rows, bits: Bits, wider: Bits) -> None:
    """Write to `wider` the bits of each member and of its neighbours."""
    words = bits.shape[1]
    for member in range(rows.start.size):
        for w in range(words):
            wider[member, w] = bits[member, w]
        first = rows.start[member]
        for position in range(first, first + rows.degree[member]):
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


def _prepare(member_class: Int32, source_class: Int32, sources: Int32) -> _Tally:
    """Sort the members by class, those left out that no source counts."""
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


def search(
    rows: Rows,
    sources: Int32,
    wanted: Wanted,
    levels: Int64,
    counts: Int64,
    threads: int,
) -> None:
    """Count members by distance from every source, and those that queries want.

    Parameters, and what is written, as in `sim.world.stamps.search`, save that all ties are walked.

    Notes
    -----
    Two bits a member and source of the blocks being searched, of up to 512 sources each.
    """
    members = rows.start.size
    depth = levels.shape[1]
    everybody = _prepare(np.zeros(members, np.int32), np.zeros(sources.size, np.int32), sources)
    tallies = [
        _prepare(wanted.member_class[:, query], wanted.source_class[:, query], sources)
        for query in range(len(wanted.within))
    ]
    words = min(_WORDS, -(-sources.size // 64))
    size = 64 * words

    def run(first: int) -> None:
        block = sources[first : first + size]
        index = np.arange(block.size)
        bits = np.zeros((members, words), np.uint64)
        np.bitwise_or.at(bits, (block, index // 64), np.uint64(1) << (index % 64).astype(np.uint64))
        wider = np.empty_like(bits)
        part = slice(first, first + block.size)
        near = np.zeros(block.size, np.int64)
        for level in range(1, depth + 1):
            _widen(rows, bits, wider)
            bits, wider = wider, bits
            found = np.zeros(block.size, np.int64)
            _count(everybody, first, bits, found)
            levels[part, level - 1] = found - near
            near = found
            for query, tally in enumerate(tallies):
                if wanted.within[query] == level:
                    found = np.zeros(block.size, np.int64)
                    _count(tally, first, bits, found)
                    counts[part, query] = found

    firsts = range(0, sources.size, size) if size else range(0)
    if threads <= 1 or len(firsts) <= 1:
        for first in firsts:
            run(first)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, firsts):
            pass
