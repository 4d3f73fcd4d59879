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
from sim.rules.nearness import (
    add_positions,
    close_pool,
    desk_for,
    leave,
    look_around,
    open_pool,
    read_page,
)
from sim.rules.ranking import FAR
from sim.world.groups import NEVER
from sim.world.rows import find

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.look import Finds, Int64
    from sim.rules.ranking import Directory, Rankings
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
    rankings: Rankings,
    page_size: int,
    keywords: int,
    fields: int,
    focus: bool,
    decision_makers: bool,
) -> None:
    """Look up a page of profiles; find those on it who are not connected and not asked lately.

    The parameters are those of `sim.rules.look`, and

    rankings : Rankings
        Of profiles, or of decision-makers.
    page_size : int
        Profiles on a page.
    keywords : int
        Keywords of a field.
    fields : int
        Fields of the world.
    decision_makers : bool
        Search all decision-makers of a field, instead of all members with a keyword in it.
    """
    wanted = np.empty(stop - start, np.int64)
    for row in range(start, stop):
        i = cohort[row]
        field = board.aim[i] if focus else integer(seed, _PICK_SEARCH, week, i, 0, 1, fields)
        wanted[row - start] = field
        if not decision_makers:
            keyword = integer(seed, _PICK_SEARCH, week, i, 0, 0, keywords)
            wanted[row - start] = field * keywords + keyword
    desk = desk_for(rankings)
    page = np.empty(min(page_size, rankings.pools.member.size), np.int32)
    opened = -1
    # One pool after the other, so that each is opened only once.
    for at in np.argsort(wanted, kind="mergesort"):
        row = start + int(at)
        pool = wanted[at]
        if limit[row] == 0:
            continue
        if pool != opened:
            if opened >= 0:
                close_pool(desk, rankings, opened)
            open_pool(desk, rankings, pool)
            opened = pool
        i = cohort[row]
        count = look_around(desk, rankings, pool, board, i)
        for j in page[: read_page(desk, rankings, pool, page)]:
            if finds.found[row] == limit[row]:
                break
            if find(board.ties, i, j) < 0 and not asked_lately(board, i, j, week, again):
                finds.alter[finds.first[row] + finds.found[row]] = j
                finds.found[row] += 1
        leave(desk, rankings, pool, count)


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
    rankings = directory.rankings(board, search, threads, makers=False)
    tally = Tally(members.searched, members.position_sum, members.impressions)

    def work(start: int, stop: int) -> None:
        # Whole pools: those whose searches begin in this piece. Each writes to counts that no other
        # piece touches, as each member is in one pool.
        which = np.searchsorted(segments[:-1], (start, stop))
        _search_pools(
            segments[which[0] : which[1] + 1],
            order,
            recruiters,
            wanted,
            board,
            rankings,
            search.page,
            search.again,
            tally,
            approached,
        )

    over_chunks(threads, len(order), work)
    row, place = np.nonzero(approached != NOBODY)
    result = Approaches(recruiters[row], approached[row, place], hirer[row])
    members.approaches += np.bincount(result.member, minlength=len(members)).astype(np.int32)
    world.history.add(
        result.recruiter, result.member, invited=NEVER, messaged=NEVER, threads=threads
    )
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
    rankings: Rankings,
    page_size: int,
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
    page_size : int
        Profiles on a page.
    again : int
        Weeks for which someone written to is left alone.
    tally : Tally
        Counts, to be raised.
    approached : int32[R, A]
        Receives whom each approaches, at most A of them.
    """
    desk = desk_for(rankings)
    page = np.empty(min(page_size, rankings.pools.member.size), np.int32)
    for segment in range(segments.size - 1):
        searches = order[segments[segment] : segments[segment + 1]]
        pool = wanted[searches[0]]
        first, end = rankings.pools.first[pool], rankings.pools.first[pool + 1]
        shift = np.zeros(end - first + 1, np.int64)
        extra = np.zeros(end - first, np.int64)
        open_pool(desk, rankings, pool)
        for search in searches:
            i = recruiters[search]
            count = look_around(desk, rankings, pool, board, i)
            approaches = 0
            for j in page[: read_page(desk, rankings, pool, page)]:
                tally.impressions[j] += 1
                if approaches < approached.shape[1] and not asked_lately(
                    board, i, j, board.week, again
                ):
                    approached[search, approaches] = j
                    approaches += 1
            add_positions(desk, rankings, pool, count, extra, shift)
            if rankings.place[i] >= first and rankings.place[i] < end:
                tally.searched[i] -= 1
            leave(desk, rankings, pool, count)
        close_pool(desk, rankings, pool)
        more = 0
        for rank in range(end - first):
            more += shift[rank]
            place = rankings.order[FAR, first + rank]
            j = rankings.pools.member[place]
            tally.searched[j] += searches.size
            tally.position_sum[j] += searches.size * (rank + 1) + more + extra[place - first]
