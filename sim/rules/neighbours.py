"""What members see of their own contacts, and of the contacts of these: compiled searches.

They are called as the searches of `sim.rules.look`, whose parameters they share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.compiled import lean
from sim.draws import Decision
from sim.rules.board import Board, dormant_at
from sim.rules.lots import fill_run
from sim.rules.scan import BATCH, TAKEN, mark_asked, mark_contacts, wipe, wipe_found
from sim.sampling import choose_by
from sim.world.prefetch import prefetch, prefetch_bounds

if TYPE_CHECKING:
    import numpy as np

    from sim.rules.look import Finds, Int64
    from sim.rules.scan import Scratch
    from sim.world.members import Int32

_PICK_CONTACT = int(Decision.PICK_CONTACT)
_PICK_SLEEPING = int(Decision.PICK_SLEEPING)
_PICK_FRIEND = int(Decision.PICK_FRIEND)


@lean
def look_contacts(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,
    focus: bool,
) -> None:
    """Own contacts at random; with `focus` those of the market one aims at."""
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        begin, degree = board.ties.start[i], board.ties.degree[i]
        pool = scratch.pool
        size = 0
        for place in range(begin, begin + degree):
            j = board.ties.neighbour[place]
            if not focus or board.field[j] == board.aim[i]:
                pool[size] = j
                size += 1
        _draw(row, seed, _PICK_CONTACT, week, i, size, limit[row], finds, scratch)


@lean
def look_sleeping(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,
) -> None:
    """Own contacts, at random, to whom the tie is dormant."""
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        begin, degree = board.ties.start[i], board.ties.degree[i]
        pool = scratch.pool
        size = 0
        for place in range(begin, begin + degree):
            if dormant_at(board, place):
                pool[size] = board.ties.neighbour[place]
                size += 1
        _draw(row, seed, _PICK_SLEEPING, week, i, size, limit[row], finds, scratch)


@lean
def _draw(
    row: int,
    seed: np.uint64,
    decision: int,
    week: int,
    member: int,
    size: int,
    limit: int,
    finds: Finds,
    scratch: Scratch,
) -> None:
    """Write up to `limit` of the first `size` members of the pool, drawn, to places of `row`."""
    chosen = finds.alter[finds.first[row] : finds.first[row] + limit]
    finds.found[row] = choose_by(
        seed, decision, week, member, 0, size, limit, chosen, scratch.swaps
    )
    for place in range(finds.found[row]):
        chosen[place] = scratch.pool[chosen[place]]


@lean
def look_friends(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,
    again: int,
    looks: Int64,
    focus: bool,
    decision_makers: bool,
) -> None:
    """Contacts of contacts: a random contact, then a random one of its contacts (F8).

    The contact goes where other searches write the group. With `decision_makers` only these count.
    """
    ties = board.ties
    marks, alter, listed, lots = scratch.marks, scratch.batch, scratch.place, scratch.lots
    for row in range(start, stop):
        i = cohort[row]
        if limit[row] == 0 or ties.degree[i] == 0:
            continue
        mark_asked(board, i, week, again, False, marks)
        mark_contacts(ties, i, marks)
        marks[i] = TAKEN
        first = finds.first[row]
        for look in range(0, looks[row], BATCH):
            if finds.found[row] == limit[row]:
                break
            count = min(BATCH, looks[row] - look)
            fill_run(seed, _PICK_FRIEND, week, i, 2 * look, 2 * count, scratch.words, lots)
            for k in range(count):
                pick = int(lots[2 * k] * ties.degree[i])
                alter[1, k] = ties.neighbour[ties.start[i] + pick]
                prefetch_bounds(ties, alter[1, k])
            for k in range(count):
                c = alter[1, k]
                listed[k] = ties.start[c] + int(lots[2 * k + 1] * ties.degree[c])
                prefetch(ties.neighbour, listed[k])
            for k in range(count):
                alter[0, k] = ties.neighbour[listed[k]]
                prefetch(board.field, alter[0, k])
            for k in range(count):
                j = alter[0, k]
                if finds.found[row] == limit[row]:
                    break
                if (
                    marks[j] != 0
                    or (focus and board.field[j] != board.aim[i])
                    or (decision_makers and not board.decision_maker[j])
                ):
                    continue
                marks[j] = TAKEN
                finds.alter[first + finds.found[row]] = j
                finds.group[first + finds.found[row]] = alter[1, k]
                finds.found[row] += 1
        wipe(board, i, marks)
        wipe_found(finds.alter, first, finds.found[row], marks)
