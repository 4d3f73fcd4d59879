"""Who of a pool is near a searcher, and where that puts everybody in the ranking.

Everything here is counted in ranks (see `sim.rules.ranking`) and takes time in proportion to those
whom the searcher could have met, not to the pool. Source: docs/model.md, 8.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.rules.ranking import FAR, FELLOW, FIRST, LEVELS, SECOND
from sim.world.prefetch import AHEAD, prefetch, prefetch_bounds, prefetch_row

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.ranking import Rankings
    from sim.world.groups import GroupRows
    from sim.world.members import Int8, Int32
    from sim.world.rows import Rows

Int64 = NDArray[np.int64]

_COUNTS = LEVELS * LEVELS
"""Counts that `Rankings.before` has of each place: a cache line of them, or parts of two."""

SEARCHER = 4
"""Beyond the levels: the searcher, who is not ranked."""


class Desk(NamedTuple):
    """What a kernel needs to search one pool after the other."""

    inside: NDArray[np.uint8]
    """One bit for each member of the world: whether in the pool. Small, to stay in the cache."""
    level: Int8
    """Of each of the pool's places (less the first), for the search under way; int8[n]."""
    near: Int32
    """The places whose level is not `FAR`, and room for one more, int32[n + 1]."""
    bits: NDArray[np.uint64]
    """One bit for each rank at each level: whether that place is near, and for levels other than
    `FAR` whether it is at this level; uint64[4, words]."""
    below: Int32
    """How many bits are set in all words before, int32[4, words]."""


@kernel
def desk_for(rankings: Rankings) -> Desk:
    """Return a desk with room for the largest of the pools."""
    first = rankings.pools.first
    size = 0
    for pool in range(first.size - 1):
        size = max(size, first[pool + 1] - first[pool])
    words = (size >> 6) + 1
    return Desk(
        np.zeros((rankings.place.size >> 3) + 1, np.uint8),
        np.zeros(size, np.int8),
        np.empty(size + 1, np.int32),
        np.zeros((LEVELS, words), np.uint64),
        np.zeros((LEVELS, words), np.int32),
    )


@kernel
def open_pool(desk: Desk, rankings: Rankings, pool: int) -> None:
    """Prepare for searches of a pool."""
    first = rankings.pools.first
    for j in rankings.pools.member[first[pool] : first[pool + 1]]:
        desk.inside[j >> 3] |= np.uint8(1 << (j & 7))


@kernel
def close_pool(desk: Desk, rankings: Rankings, pool: int) -> None:
    """Undo `open_pool`."""
    first = rankings.pools.first
    for j in rankings.pools.member[first[pool] : first[pool + 1]]:
        desk.inside[j >> 3] = 0


@kernel
def look_around(desk: Desk, rankings: Rankings, pool: int, board: Board, i: int) -> int:
    """Write to the desk who of its pool is near `i`; return how many, `i` among them."""
    first = rankings.pools.first[pool]
    count = _meet_fellows(desk, rankings, pool, board.groups, i)
    count = _meet_second(desk, rankings, first, board.ties, i, count)
    rank_of, bits, near, levels = rankings.rank, desk.bits, desk.near, desk.level
    inside, place_of, ties = desk.inside, rankings.place, board.ties
    for at in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.neighbour[at]
        if inside[j >> 3] >> (j & 7) & 1:
            place = place_of[j] - first
            if levels[place] == FAR:
                near[count] = place
                count += 1
            levels[place] = FIRST
    if inside[i >> 3] >> (i & 7) & 1:
        place = place_of[i] - first
        if levels[place] == FAR:
            near[count] = place
            count += 1
        levels[place] = SEARCHER
    for at in range(count):
        place = near[at]
        level = levels[place]
        rank = rank_of[FAR, first + place]
        bits[FAR, rank >> 6] |= np.uint64(1) << np.uint64(rank & 63)
        if level < LEVELS:
            rank = rank_of[level, first + place]
            bits[level, rank >> 6] |= np.uint64(1) << np.uint64(rank & 63)
    return count


@kernel
def _meet_fellows(desk: Desk, rankings: Rankings, pool: int, groups: GroupRows, i: int) -> int:
    """Note who of the pool shares a group with `i`; return how many."""
    first = rankings.pools.first[pool]
    large, first_fellow, fellow = rankings.large, rankings.first_fellow, rankings.fellow
    inside, place_of, near, levels = desk.inside, rankings.place, desk.near, desk.level
    mine = groups.group[groups.first_group[i] : groups.first_group[i + 1]]
    for g in mine:
        prefetch(large, g)
        prefetch(groups.first_member, g)
    for g in mine:
        prefetch(groups.member, groups.first_member[g])
    count = 0
    for g in mine:
        number = large[g]
        if number >= 0:
            for at in range(first_fellow[number, pool], first_fellow[number, pool + 1]):
                place = fellow[at] - first
                near[count] = place
                count += levels[place] == FAR
                levels[place] = FELLOW
        else:
            for at in range(groups.first_member[g], groups.first_member[g + 1]):
                j = groups.member[at]
                if inside[j >> 3] >> (j & 7) & 1:
                    place = place_of[j] - first
                    if levels[place] == FAR:
                        near[count] = place
                        count += 1
                    levels[place] = FELLOW
    return count


@kernel
def _meet_second(desk: Desk, rankings: Rankings, first: int, ties: Rows, i: int, count: int) -> int:
    """Note who of the pool is a contact of a contact of `i`; return how many are near."""
    start, degree, neighbour = ties.start, ties.degree, ties.neighbour
    inside, place_of, near, levels = desk.inside, rankings.place, desk.near, desk.level
    begin, end = start[i], start[i] + degree[i]
    for at in range(begin, min(begin + 2 * AHEAD, end)):
        prefetch_bounds(ties, neighbour[at])
    for at in range(begin, min(begin + AHEAD, end)):
        prefetch_row(ties, neighbour[at])
    for at in range(begin, end):
        if at + 2 * AHEAD < end:
            prefetch_bounds(ties, neighbour[at + 2 * AHEAD])
        if at + AHEAD < end:
            prefetch_row(ties, neighbour[at + AHEAD])
        c = neighbour[at]
        for entry in range(start[c], start[c] + degree[c]):
            j = neighbour[entry]
            if inside[j >> 3] >> (j & 7) & 1:
                place = place_of[j] - first
                if levels[place] == FAR:
                    near[count] = place
                    count += 1
                levels[place] = SECOND
    return count


@kernel
def leave(desk: Desk, rankings: Rankings, pool: int, count: int) -> None:
    """Undo `look_around`, which returned `count`."""
    first = rankings.pools.first[pool]
    size = rankings.pools.first[pool + 1] - first
    near, levels, bits = desk.near, desk.level, desk.bits
    for at in range(count):
        levels[near[at]] = FAR
    for level in range(LEVELS):
        for word in range((size >> 6) + 1):
            bits[level, word] = 0


@kernel
def _next(bits: NDArray[np.uint64], rank: int, size: int, flip: np.uint64) -> int:
    """Return the first rank from `rank` on whose bit is set (not set if `flip` is all ones)."""
    while rank < size:
        rest = (bits[rank >> 6] ^ flip) >> np.uint64(rank & 63)
        if rest == 0:
            rank = ((rank >> 6) + 1) << 6
        elif rest & np.uint64(1):
            return rank
        else:
            rank += 1
    return size


@kernel
def read_page(desk: Desk, rankings: Rankings, pool: int, page: Int32) -> int:
    """Write the members on the first positions to `page`; return how many there are."""
    first, end = rankings.pools.first[pool], rankings.pools.first[pool + 1]
    size = end - first
    rank = np.empty(LEVELS, np.int64)
    flip = np.zeros(LEVELS, np.uint64)
    flip[FAR] = ~np.uint64(0)
    for level in range(LEVELS):
        rank[level] = _next(desk.bits[level], 0, size, flip[level])
    for position in range(page.size):
        best = -1
        place = 0
        for level in range(LEVELS):
            # Someone stands before another if that one has more than those ahead before it.
            if rank[level] < size and (
                best < 0 or rankings.before[place, best, level] > rank[level]
            ):
                best, place = level, rankings.order[level, first + rank[level]]
        if best < 0:
            return position
        page[position] = rankings.pools.member[place]
        rank[best] = _next(desk.bits[best], rank[best] + 1, size, flip[best])
    return page.size


@kernel
def _ones(word: np.uint64) -> int:
    """Count the bits set in a word; compilers know this form and make one instruction of it."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    word = (word & pairs) + ((word >> np.uint64(2)) & pairs)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _position(bits: NDArray[np.uint64], below: Int32, before: Int32, place: int, level: int) -> int:
    """Return the position that a place would have at a level, beside all who are near."""
    position = 1 + before[place, level, FAR]
    for other in range(LEVELS):
        rank = before[place, level, other]
        word = rank >> 6
        some = bits[other, word] & ((np.uint64(1) << np.uint64(rank & 63)) - np.uint64(1))
        count = below[other, word] + _ones(some)
        # Who is near is not there among the far.
        position += -count if other == FAR else count
    return int(position)


@kernel
def _count_below(desk: Desk, size: int) -> None:
    """Prepare for `_position` in a pool of this size."""
    bits, below = desk.bits, desk.below
    for level in range(LEVELS):
        count = 0
        for word in range((size >> 6) + 1):
            below[level, word] = count
            count += _ones(bits[level, word])


@kernel
def add_positions(
    desk: Desk, rankings: Rankings, pool: int, count: int, extra: Int64, shift: Int64
) -> None:
    """Add the positions of a whole ranking to sums, at a cost in proportion to those near.

    Parameters
    ----------
    count : int
        What `look_around` returned.
    extra : int64[n]
        To be raised for the places near by their positions, less what `shift` says of their ranks.
    shift : int64[n + 1]
        Differences from rank to rank, in the order of `FAR`, of by how much the positions of those
        who are not near exceed their ranks.
    """
    first = rankings.pools.first[pool]
    _count_below(desk, rankings.pools.first[pool + 1] - first)
    # Names for the arrays: a slice of one in the loop would cost more than what is read of it.
    before, bits, below, near, levels = (
        rankings.before,
        desk.bits,
        desk.below,
        desk.near,
        desk.level,
    )
    lines = before.reshape(before.size)
    for at in range(count):
        if at + AHEAD < count:
            prefetch(lines, _COUNTS * (first + near[at + AHEAD]))
            prefetch(lines, _COUNTS * (first + near[at + AHEAD]) + _COUNTS - 1)
        place = near[at]
        level = levels[place]
        x = first + place
        added = -_position(bits, below, before, x, FAR)
        # Who is near is missing where it would be otherwise, and stands before all from there on.
        shift[before[x, FAR, FAR] + 1] -= 1
        if level < LEVELS:
            added += _position(bits, below, before, x, level)
            shift[before[x, level, FAR]] += 1
        extra[place] += added
