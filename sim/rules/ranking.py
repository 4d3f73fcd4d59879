"""How search ranks profiles.

A ranking is of a **pool**: those present with one keyword of one field, or the decision-makers of
a field. Most of a pool is not near the searcher, and its order does not depend on who searches:
it is made once for a pool. Those near, by contrast, are marked, scored and sorted anew in every
search, and merged into the others. Source: docs/model.md, 8.3; S3, S6, S11, S23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.portable import log

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.scenario.mechanisms import Search
    from sim.world.members import Float64, Int32, Members

Int64 = NDArray[np.int64]

# How near someone is, as an index of `Ranking.level`; the nearest counts.
_FAR, _FELLOW, _SECOND, _FIRST = 0, 1, 2, 3
LEVELS = 4


class Directory(NamedTuple):
    """Who is present, pool by pool."""

    keywords: int
    """Keywords of a field."""
    first: Int64
    """Where each pool begins in `member`, by field * keywords + keyword, int64[pools + 1]."""
    member: Int32
    """All who are present; rows ascend within a pool."""
    first_maker: Int64
    """Where the decision-makers of each field begin in `maker`, int64[fields + 1]."""
    maker: Int32
    """Decision-makers who are present; rows ascend within a field."""
    completeness: Float64
    """Column of the members, float64[N]."""


def directory_of(members: Members, fields: int, keywords: int) -> Directory:
    """Return the directory of a world; valid until members come, go or change their field.

    Parameters
    ----------
    members : Members
        Their columns `present`, `field`, `keyword` (below `keywords`) and `seniority`.
    fields : int
        Fields of the world.
    keywords : int
        Keywords of a field.
    """
    present = np.flatnonzero(members.present)
    first, member = _sorted_into(
        present, members.field[present] * keywords + members.keyword[present], fields * keywords
    )
    makers = np.flatnonzero(members.present & members.decision_maker)
    first_maker, maker = _sorted_into(makers, members.field[makers], fields)
    return Directory(keywords, first, member, first_maker, maker, members.completeness)


def _sorted_into(rows: Int64, pool: Int32, pools: int) -> tuple[Int64, Int32]:
    """Return where each pool begins, and `rows` sorted by pool."""
    first = np.zeros(pools + 1, np.int64)
    np.cumsum(np.bincount(pool, minlength=pools), out=first[1:])
    return first, rows[np.argsort(pool, kind="stable")].astype(np.int32)


class Ranking(NamedTuple):
    """Section `search` of a scenario as kernels read it."""

    page: int
    level: Float64
    """Score by nearness: of anyone, who shares a group, at distance 2, a contact; float64[4]."""
    completeness: float
    connections: float
    endorsements: float


def ranking_of(search: Search) -> Ranking:
    """Return the weights of a scenario."""
    return Ranking(
        page=search.page,
        level=np.array([0.0, search.level_group, search.level_2, search.level_1]),
        completeness=float(search.completeness),
        connections=float(search.connections),
        endorsements=float(search.endorsements),
    )


class Pool(NamedTuple):
    """Those whom a search ranks, n of them, by all that does not depend on who searches."""

    member: Int32
    """Their rows, ascending, int32[n]."""
    merit: Float64
    """What completeness, connections and endorsements add to their scores, float64[n, 3]."""
    score: Float64
    """Their scores for searchers who are not near, float64[n]."""
    order: Int64
    """Places of `member` by falling score, equals by rising row, int64[n]."""


@kernel
def pool_of(
    board: Board, directory: Directory, ranking: Ranking, endorsements: Int32, member: Int32
) -> Pool:
    """Return the pool of the given members, whose rows ascend.

    `endorsements` is the column of the members, int32[N].
    """
    merit = np.empty((member.size, 3))
    score = np.empty(member.size)
    for place in range(member.size):
        j = member[place]
        merit[place, 0] = ranking.completeness * directory.completeness[j]
        merit[place, 1] = ranking.connections * log(1.0 + board.ties.degree[j])
        merit[place, 2] = ranking.endorsements * log(1.0 + endorsements[j])
        score[place] = _score(ranking.level[_FAR], merit, place)
    return Pool(member, merit, score, np.argsort(-score, kind="mergesort"))


@kernel
def _score(level: float, merit: Float64, place: int) -> float:
    """Score of who stands at `place` of a pool, for a searcher to whom this level is given."""
    x = level + merit[place, 0]
    x = x + merit[place, 1]
    return float(x + merit[place, 2])


@kernel
def mark(board: Board, i: int, base: int, marks: Int64) -> None:
    """Write base + nearness to i into the marks of all who are near, and `base` into that of i.

    `base` grows by `LEVELS` from search to search, so that marks need not be wiped out.
    """
    groups, ties = board.groups, board.ties
    for g in groups.group[groups.first_group[i] : groups.first_group[i + 1]]:
        for fellow in groups.member[groups.first_member[g] : groups.first_member[g + 1]]:
            marks[fellow] = base + _FELLOW
    contacts = ties.neighbour[ties.start[i] : ties.start[i] + ties.degree[i]]
    for c in contacts:
        for second in ties.neighbour[ties.start[c] : ties.start[c] + ties.degree[c]]:
            marks[second] = base + _SECOND
    for c in contacts:
        marks[c] = base + _FIRST
    marks[i] = base


@kernel
def rank(pool: Pool, ranking: Ranking, base: int, marks: Int64, most: int, out: Int32) -> int:
    """Write the first `most` of a ranking to `out`; return how many there are.

    Parameters
    ----------
    pool : Pool
    ranking : Ranking
    base, marks
        Who is near the searcher; see `mark`.
    most : int
        Positions wanted.
    out : int32, at least (min(most, n),)
        Receives the rows of the members on positions 1, 2, ...
    """
    size = pool.member.size
    near = np.empty(size, np.int64)
    scores = np.empty(size)
    count = 0
    for place in range(size):
        level = marks[pool.member[place]] - base
        if level > 0:
            near[count] = place
            scores[count] = _score(ranking.level[level], pool.merit, place)
            count += 1
    by_score = np.argsort(-scores[:count], kind="mergesort")
    near, scores = near[by_score], scores[by_score]
    found = 0
    next_near = 0
    next_far = 0
    while found < most:
        while next_far < size and marks[pool.member[pool.order[next_far]]] >= base:
            next_far += 1
        far_left = next_far < size
        if next_near < count and not (
            far_left
            and _precedes(
                pool.score[pool.order[next_far]],
                pool.order[next_far],
                scores[next_near],
                near[next_near],
            )
        ):
            place = near[next_near]
            next_near += 1
        elif far_left:
            place = pool.order[next_far]
            next_far += 1
        else:
            break
        out[found] = pool.member[place]
        found += 1
    return found


@kernel
def _precedes(score: float, place: int, other_score: float, other_place: int) -> bool:
    """Whether one place of a pool comes before another in the ranking."""
    return score > other_score or (score == other_score and place < other_place)
