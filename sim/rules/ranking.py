"""How search ranks profiles, as far as that does not depend on who searches.

A ranking is of a **pool**: those present with one keyword of one field, or the decision-makers of
a field. Who searches matters only in how near each of them is, and there are four levels of that.
So every pool is sorted once at each level, and for each of its members it is counted how many of
the pool, at each level, come before it. What is left for a search is to find who is near, and to
merge four sorted lists. Source: docs/model.md, 8.3; S3, S6, S11, S23.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel, over_chunks
from sim.portable import log
from sim.rules.acts import stable_order

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.scenario.mechanisms import Search
    from sim.world.groups import GroupRows
    from sim.world.members import Float64, Int32, Members

Int64 = NDArray[np.int64]

FAR, FELLOW, SECOND, FIRST = 0, 1, 2, 3
"""Levels: neither, who shares a group, at distance 2, a contact; the nearest counts."""
LEVELS = 4

_SPLIT_FROM = 8
"""Groups with so many members a pool are split by pool: it pays from the second search on."""


class Pools(NamedTuple):
    """Who is ranked with whom; a member is in one pool at most."""

    first: Int64
    """Where each pool begins in `member`, int64[pools + 1]."""
    member: Int32
    """Rows of the members, pool by pool, ascending within each, int32[n]."""


class Rankings(NamedTuple):
    """Pools, sorted for searchers at every level. A **place** is a position in `pools.member`."""

    pools: Pools
    place: Int32
    """Place of each member of the world, -1 for those in no pool, int32[N]."""
    order: Int32
    """Places of a pool by falling score at each level, equals by rising row, int32[4, n].

    They stand where the pool stands in `pools.member`; a **rank** is a position in its pool's part.
    """
    before: Int32
    """How many of its pool, if at level b, come before a place at level a, int32[n, 4, 4].

    Its element [x, a, a] is thus the rank of x at level a.
    """
    rank: Int32
    """Rank of each place at each level, int32[4, n]: one of them fits into a cache line with its
    neighbours, where `before` would be read for it a line each."""
    large: Int32
    """Number of each group among those that are split by pool, or -1, int32[groups]."""
    first_fellow: Int64
    """Where the members of a large group in a pool begin in `fellow`, int64[large, pools + 1]."""
    fellow: Int32
    """Places of the members of large groups, by group, then pool."""


class _Weights(NamedTuple):
    """Section `search` of a scenario as kernels read it."""

    level: Float64
    """Score by level, float64[4]."""
    completeness: float
    connections: float
    endorsements: float


@dataclass
class Directory:
    """Who is present in which pool; valid until members come, go or change their field.

    Parameters
    ----------
    keywords : int
        Keywords of a field.
    profiles : Pools
        All, by field * keywords + keyword.
    makers : Pools
        Decision-makers, by field.
    members : Members
        Their columns `completeness` and `endorsements`.
    """

    keywords: int
    profiles: Pools
    makers: Pools
    members: Members
    _board: Board | None = None
    _known: dict[bool, Rankings] = field(default_factory=dict)

    def rankings(self, board: Board, search: Search, threads: int, *, makers: bool) -> Rankings:
        """Return the rankings of the profiles, or of the `makers`, by the degrees on a board.

        They are kept for further searches on the same board.
        """
        if board is not self._board:
            self._board, self._known = board, {}
        if makers not in self._known:
            pools = self.makers if makers else self.profiles
            self._known[makers] = _rankings_of(pools, self.members, board, search, threads)
        return self._known[makers]


def directory_of(members: Members, fields: int, keywords: int) -> Directory:
    """Return the directory of a world.

    Parameters
    ----------
    members : Members
        Their columns `present`, `field`, `keyword` (below `keywords`) and `seniority`.
    fields : int
        Fields of the world.
    keywords : int
        Keywords of a field.
    """
    pool = members.field * np.int32(keywords) + members.keyword
    return Directory(
        keywords,
        _pools(np.flatnonzero(members.present), pool, fields * keywords),
        _pools(np.flatnonzero(members.present & members.decision_maker), members.field, fields),
        members,
    )


def _pools(rows: Int64, pool: Int32, pools: int) -> Pools:
    """Return the pools of `rows` by the column `pool`, int32[N]."""
    chosen = pool[rows]
    first = np.zeros(pools + 1, np.int64)
    np.cumsum(np.bincount(chosen, minlength=pools), out=first[1:])
    return Pools(first, rows[stable_order(chosen)].astype(np.int32))


def _rankings_of(
    pools: Pools, members: Members, board: Board, search: Search, threads: int
) -> Rankings:
    """Sort all pools."""
    count = len(pools.member)
    place = np.full(len(members), -1, np.int32)
    place[pools.member] = np.arange(count, dtype=np.int32)
    order = np.empty((LEVELS, count), np.int32)
    before = np.empty((count, LEVELS, LEVELS), np.int32)
    rank = np.empty((LEVELS, count), np.int32)
    weights = _Weights(
        np.array([0.0, search.level_group, search.level_2, search.level_1]),
        float(search.completeness),
        float(search.connections),
        float(search.endorsements),
    )

    def work(start: int, stop: int) -> None:
        # Whole pools: those that begin in this piece of the members.
        first, last = np.searchsorted(pools.first[:-1], (start, stop)).tolist()
        columns = members.completeness, members.endorsements
        _sort_pools(first, last, pools, board, weights, *columns, order, before, rank)

    over_chunks(threads, count, work)
    return Rankings(
        pools, place, order, before, rank, *_split_groups(board.groups, pools, place, threads)
    )


@kernel
def _sort_pools(
    start: int,
    stop: int,
    pools: Pools,
    board: Board,
    weights: _Weights,
    completeness: Float64,
    endorsements: Int32,
    order: Int32,
    before: Int32,
    rank_of: Int32,
) -> None:
    """Fill `order`, `before` and `rank` of the pools `start` ... `stop` - 1; see `Rankings`."""
    for pool in range(start, stop):
        first, end = pools.first[pool], pools.first[pool + 1]
        size = end - first
        score = np.empty((LEVELS, size))
        for at in range(size):
            j = pools.member[first + at]
            known = weights.connections * log(1.0 + board.ties.degree[j])
            praised = weights.endorsements * log(1.0 + endorsements[j])
            for level in range(LEVELS):
                x = weights.level[level] + weights.completeness * completeness[j]
                x = x + known
                score[level, at] = x + praised
        sorted_score = np.empty((LEVELS, size + 1))
        places = np.empty((LEVELS, size + 1), np.int32)
        places[FAR, :size] = np.argsort(-score[FAR], kind="mergesort")
        for level in range(LEVELS):
            # Rounding aside, the order is the same at every level.
            places[level, :size] = places[FAR, :size]
            _sort(score[level], places[level, :size])
            for rank in range(size):
                sorted_score[level, rank] = score[level, places[level, rank]]
                order[level, first + rank] = first + places[level, rank]
                rank_of[level, first + places[level, rank]] = rank
            sorted_score[level, size] = -np.inf
            places[level, size] = size
        _count_before(sorted_score, places, before[first:end])


@kernel
def _sort(score: Float64, places: Int32) -> None:
    """Sort places that are nearly sorted by falling score, equals by rising place (insertion)."""
    for rank in range(1, places.size):
        place = places[rank]
        x = score[place]
        at = rank
        while at > 0 and (
            score[places[at - 1]] < x or (score[places[at - 1]] == x and places[at - 1] > place)
        ):
            places[at] = places[at - 1]
            at -= 1
        places[at] = place


@kernel
def _count_before(score: Float64, places: Int32, before: Int32) -> None:
    """Merge the four orders of a pool, and note who came before whom.

    Parameters
    ----------
    score : float64[4, n + 1]
        Scores in falling order; minus infinity at the end.
    places : int32[4, n + 1]
        Whose scores they are; n at the end.
    before : int32[n, 4, 4]
        Receives the counts; see `Rankings`.
    """
    rank = np.zeros(LEVELS, np.int32)
    for _ in range(LEVELS * before.shape[0]):
        best = 0
        x, place = score[0, rank[0]], places[0, rank[0]]
        for level in range(1, LEVELS):
            other, other_place = score[level, rank[level]], places[level, rank[level]]
            if other > x or (other == x and other_place < place):
                best, x, place = level, other, other_place
        for level in range(LEVELS):
            before[place, best, level] = rank[level]
        rank[best] += 1


def _split_groups(
    groups: GroupRows, pools: Pools, place: Int32, threads: int
) -> tuple[Int32, Int64, Int32]:
    """Return `large`, `first_fellow` and `fellow` of `Rankings`.

    A search reads of a large group only those who are in the pool. Of a small one it reads all:
    cheaper than to sort it, or to look where its part begins.
    """
    count = len(pools.first) - 1
    sizes = np.diff(groups.first_member)
    split = np.flatnonzero(sizes >= _SPLIT_FROM * count)
    large = np.full(len(sizes), -1, np.int32)
    large[split] = np.arange(len(split), dtype=np.int32)
    # Room for all members: who is in no pool leaves a gap, and groups can be split at once.
    end = np.cumsum(sizes[split])
    first = np.empty((len(split), count + 1), np.int64)
    first[:, 0] = end - sizes[split]
    fellow = np.empty(end[-1] if len(end) else 0, np.int32)
    pool_of = np.full(len(place), -1, np.int32)
    pool_of[pools.member] = np.repeat(np.arange(count, dtype=np.int32), np.diff(pools.first))

    def work(start: int, stop: int) -> None:
        _split(start, stop, groups, split, place, pool_of, first, fellow)

    over_chunks(threads, len(split), work)
    return large, first, fellow


@kernel
def _split(
    start: int,
    stop: int,
    groups: GroupRows,
    split: Int64,
    place: Int32,
    pool_of: Int32,
    first: Int64,
    fellow: Int32,
) -> None:
    """Fill `first` and `fellow` of the large groups `start` ... `stop` - 1; see `Rankings`.

    `split` are the large groups, `pool_of` is the pool of each member of the world, or -1.
    """
    following = np.empty(first.shape[1], np.int64)
    for number in range(start, stop):
        g = split[number]
        those = groups.member[groups.first_member[g] : groups.first_member[g + 1]]
        following[:] = 0
        for j in those:
            following[pool_of[j] + 1] += 1
        following[0] = first[number, 0]
        for pool in range(1, following.size):
            following[pool] += following[pool - 1]
            first[number, pool] = following[pool]
        for j in those:
            pool = pool_of[j]
            if pool >= 0:
                fellow[following[pool]] = place[j]
                following[pool] += 1
