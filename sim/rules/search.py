"""Search: members' own, and the recruiters who look up profiles and approach whom they see.

Source: docs/model.md, 8.3; S6, S23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.draws import Decision, integer, integers
from sim.rules.acts import NOBODY
from sim.rules.look import asked_lately
from sim.rules.ranking import (
    LEVELS,
    Directory,
    Ranking,
    mark,
    pool_of,
    rank,
    ranking_of,
)
from sim.world.groups import NEVER
from sim.world.rows import find

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.look import Finds, Int64
    from sim.rules.scan import Scratch
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Int32

_PICK_SEARCH = int(Decision.PICK_SEARCH)


@kernel
def look_search(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,  # noqa: ARG001 - all searches are called alike
    again: int,
    directory: Directory,
    ranking: Ranking,
    endorsements: Int32,
    fields: int,
    focus: bool,
    decision_makers: bool,
) -> None:
    """Look up a page of profiles; find those on it who are not connected and not asked lately.

    The parameters are those of `sim.rules.look`, and

    directory, ranking
        Who is ranked, and how.
    endorsements : int32[N]
        Column of the members.
    fields : int
        Fields of the world.
    decision_makers : bool
        Rank all decision-makers of a field, instead of all members with a keyword in it.
    """
    wanted = np.empty(stop - start, np.int64)
    for row in range(start, stop):
        i = cohort[row]
        field = board.aim[i] if focus else integer(seed, _PICK_SEARCH, week, i, 0, 1, fields)
        wanted[row - start] = field
        if not decision_makers:
            keyword = integer(seed, _PICK_SEARCH, week, i, 0, 0, directory.keywords)
            wanted[row - start] = field * directory.keywords + keyword
    first = directory.first_maker if decision_makers else directory.first
    member = directory.maker if decision_makers else directory.member
    marks = np.zeros(board.field.size, np.int64)
    page = np.empty(min(ranking.page, member.size), np.int32)
    base = 0
    number = -1
    pool = pool_of(board, directory, ranking, endorsements, member[:0])
    # One pool after the other, so that each is made only once.
    for at in np.argsort(wanted, kind="mergesort"):
        row = start + int(at)
        if limit[row] == 0:
            continue
        if wanted[at] != number:
            number = int(wanted[at])
            those = member[first[number] : first[number + 1]]
            pool = pool_of(board, directory, ranking, endorsements, those)
        i = cohort[row]
        base += LEVELS
        mark(board, i, base, marks)
        for j in page[: rank(pool, ranking, base, marks, page.size, page)]:
            if finds.found[row] == limit[row]:
                break
            if find(board.ties, i, j) < 0 and not asked_lately(board, i, j, week, again):
                finds.alter[finds.first[row] + finds.found[row]] = j
                finds.found[row] += 1


class Approaches(NamedTuple):
    """Whom recruiters approach in a week, by recruiter and then by position."""

    recruiter: Int32
    member: Int32
    hirer: Int32
    """On whose behalf; -1 without careers."""


class Tally(NamedTuple):
    """Columns of the members that count in which recruiters' searches they were."""

    searched: Int32
    position_sum: Int64
    impressions: Int32


def recruit(
    world: World, board: Board, scenario: Scenario, directory: Directory, threads: int
) -> Approaches:
    """Let every recruiter search, and approach the first whom it did not write to lately.

    Parameters
    ----------
    world : World
        Its counts and its history are changed in place.
    board : Board
        The state after ties were made. Its history is not to be used afterwards.
    scenario : Scenario
        Sections `search` and `careers`.
    directory : Directory
        Of this week.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    members, search = world.members, scenario.search
    recruiters = np.flatnonzero(members.recruiter & members.present).astype(np.int32)
    if scenario.careers.on:
        hirers = np.flatnonzero(members.present & (members.opening >= 0)).astype(np.int32)
        if len(hirers) == 0:
            return Approaches(*np.zeros((3, 0), np.int32))
        hirer = hirers[_draw(world, recruiters, 0, len(hirers))]
        field = members.field[hirer]
    else:
        hirer = np.full(len(recruiters), NOBODY, np.int32)
        field = _draw(world, recruiters, 0, len(world.field_names)).astype(np.int32)
    wanted = field * search.keywords + _draw(world, recruiters, 1, search.keywords)
    order = np.argsort(wanted, kind="stable")
    segments = np.append(np.flatnonzero(np.diff(wanted[order], prepend=-1)), len(order))
    most = min(search.approaches, search.page, len(members))
    approached = np.full((len(recruiters), most), NOBODY, np.int32)
    ranking = ranking_of(search)
    tally = Tally(members.searched, members.position_sum, members.impressions)

    def work(start: int, stop: int) -> None:
        _search_pools(
            segments[start : stop + 1],
            order,
            recruiters,
            wanted,
            board,
            directory,
            ranking,
            members.endorsements,
            search.again,
            tally,
            approached,
        )

    # A piece of whole pools writes to counts that no other piece touches: each member is in one.
    over_chunks(threads, len(segments) - 1, work)
    row, place = np.nonzero(approached != NOBODY)
    result = Approaches(recruiters[row], approached[row, place], hirer[row])
    members.approaches += np.bincount(result.member, minlength=len(members)).astype(np.int32)
    world.history.add(result.recruiter, result.member, invited=NEVER, messaged=NEVER)
    world.history.update(result.recruiter, result.member, messaged=world.week)
    return result


def _draw(world: World, recruiters: Int32, index: int, outcomes: int) -> Int64:
    """Draw for each recruiter a part of what it searches for, int64[R]."""
    return integers(world.seed, Decision.SEARCH_FOR, world.week, recruiters, 0, index, outcomes)


@kernel
def _search_pools(
    segments: Int64,
    order: Int64,
    recruiters: Int32,
    wanted: Int64,
    board: Board,
    directory: Directory,
    ranking: Ranking,
    endorsements: Int32,
    again: int,
    tally: Tally,
    approached: Int32,
) -> None:
    """Let recruiters search, one pool after the other.

    Parameters
    ----------
    segments : int64[P + 1]
        Where the searches of each pool begin in `order`.
    order : int64[R]
        Searches by pool.
    recruiters : int32[R]
        Who searches.
    wanted : int64[R]
        The pool of each search.
    again : int
        Weeks for which someone written to is left alone.
    tally : Tally
        Counts, to be raised.
    approached : int32[R, A]
        Receives whom each approaches, at most A of them.
    """
    marks = np.zeros(board.field.size, np.int64)
    base = 0
    for segment in range(segments.size - 1):
        number = wanted[order[segments[segment]]]
        those = directory.member[directory.first[number] : directory.first[number + 1]]
        pool = pool_of(board, directory, ranking, endorsements, those)
        ranked = np.empty(those.size, np.int32)
        for search in order[segments[segment] : segments[segment + 1]]:
            i = recruiters[search]
            base += LEVELS
            mark(board, i, base, marks)
            count = 0
            for place in range(rank(pool, ranking, base, marks, those.size, ranked)):
                j = ranked[place]
                tally.searched[j] += 1
                tally.position_sum[j] += place + 1
                if place >= ranking.page:
                    continue
                tally.impressions[j] += 1
                if count < approached.shape[1] and not asked_lately(board, i, j, board.week, again):
                    approached[search, count] = j
                    count += 1
