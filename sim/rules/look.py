"""Whom members come upon outside of their own contacts: compiled searches over a cohort.

Every search takes a slice of a cohort and fills for each of its members up to `limit` places of
`Finds`. The draws are those of docs/model.md, 7.2. The searches share these parameters:

=============== ==================================================================================
start, stop     slice of the cohort, 0 <= start <= stop <= C
seed, week      key of the draws; the week is also that of "lately"
cohort          rows of the members who look, int32[C]
limit           most to be found by each, int64[C]
board, finds    the state at the start of the week, and where the finds are written
scratch         room to work in
again           weeks for which someone invited or messaged is left alone
looks           profiles each looks at, int64[C]
focus           whether only members of the market one aims at count
=============== ==================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import lean
from sim.draws import Decision
from sim.rules.board import Board, may_message
from sim.rules.lots import fill_run
from sim.rules.scan import (
    BATCH,
    TAKEN,
    Scratch,
    mark_asked,
    mark_contacts,
    near,
    wipe,
    wipe_found,
)
from sim.sampling import choose_by
from sim.world.facts import have_met
from sim.world.prefetch import prefetch, prefetch_bounds, prefetch_row
from sim.world.rows import find

if TYPE_CHECKING:
    from sim.world.members import Bool, Int32

Int64 = NDArray[np.int64]

_PICK_ACQUAINTANCE = int(Decision.PICK_ACQUAINTANCE)
_PICK_GROUP_MEMBER = int(Decision.PICK_GROUP_MEMBER)
_PICK_STRANGER = int(Decision.PICK_STRANGER)


class Finds(NamedTuple):
    """Where a search writes what it finds; one stretch of places for each member of the cohort."""

    first: Int64
    """Where a member's places begin, int64[C]."""
    found: Int64
    """How many of them are filled, int64[C]."""
    alter: Int32
    """Whom it came upon."""
    group: Int32
    """In which group; -1 outside of groups."""


@lean
def asked_lately(board: Board, actor: int, alter: int, week: int, again: int) -> bool:
    """Whether the last invitation or message to `alter` is less than `again` weeks old."""
    place = find(board.history, actor, alter)
    return place >= 0 and week - max(board.invited[place], board.messaged[place]) < again


@lean
def look_acquaintances(
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
) -> None:
    """Acquaintances not connected and not asked lately, at random."""
    marks = scratch.marks
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        mark_asked(board, i, week, again, False, marks)
        mark_contacts(board.ties, i, marks)
        begin = board.acquaintances.start[i]
        pool = scratch.pool
        size = 0
        for place in range(begin, begin + board.acquaintances.degree[i]):
            j = board.acquaintances.neighbour[place]
            if board.present[j] and marks[j] == 0:
                pool[size] = j
                size += 1
        wipe(board, i, marks)
        chosen = finds.alter[finds.first[row] : finds.first[row] + limit[row]]
        finds.found[row] = choose_by(
            seed, _PICK_ACQUAINTANCE, week, i, 0, size, limit[row], chosen, scratch.swaps
        )
        for place in range(finds.found[row]):
            chosen[place] = pool[chosen[place]]


@lean
def look_met(
    start: int,
    stop: int,
    seed: np.uint64,  # noqa: ARG001 - all searches are called alike
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,  # noqa: ARG001
    again: int,
) -> None:
    """Members met but not connected and not invited lately, in ascending order."""
    for row in range(start, stop):
        i = cohort[row]
        begin = board.history.start[i]
        for place in range(begin, begin + board.history.degree[i]):
            if finds.found[row] == limit[row]:
                break
            if not have_met(board.dealings[place]) or week - board.invited[place] < again:
                continue
            j = board.history.neighbour[place]
            if board.present[j] and find(board.ties, i, j) < 0:
                finds.alter[finds.first[row] + finds.found[row]] = j
                finds.found[row] += 1


@lean
def look_groups(
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
    message_level: int,
) -> None:
    """Members of one's groups, come upon one look at a time.

    With `focus`, groups on the market aimed at come first and only members of that field count.
    With `message_level` > 0, only those who can be messaged count.
    """
    marks, alter = scratch.marks, scratch.batch
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        size = _places(board, i, focus, scratch.pool)
        if size == 0:
            continue
        mark_asked(board, i, week, again, True, marks)
        mark_contacts(board.ties, i, marks)
        marks[i] = TAKEN
        first = finds.first[row]
        for look in range(0, looks[row], BATCH):
            if finds.found[row] == limit[row]:
                break
            count = min(BATCH, looks[row] - look)
            _fall_on(seed, week, i, look, count, size, board, scratch)
            kept = _sift(board, i, focus, message_level, count, scratch)
            for k in range(kept):
                j = alter[0, k]
                if finds.found[row] == limit[row]:
                    break
                if marks[j] != 0 or (
                    message_level > 0 and not near(board.ties, i, j, message_level, marks)
                ):
                    continue
                marks[j] = TAKEN
                finds.alter[first + finds.found[row]] = j
                finds.group[first + finds.found[row]] = alter[1, k]
                finds.found[row] += 1
        wipe(board, i, marks)
        wipe_found(finds.alter, first, finds.found[row], marks)


@lean
def _places(board: Board, member: int, focus: bool, places: Int32) -> int:
    """Write the groups where `member` looks to `places`; return how many they are."""
    groups = board.groups
    mine = groups.group[groups.first_group[member] : groups.first_group[member + 1]]
    size = 0
    if focus:
        for g in mine:
            if groups.topic[g] == board.aim[member]:
                places[size] = g
                size += 1
    if size > 0:
        return size
    for place in range(mine.size):
        places[place] = mine[place]
    return int(mine.size)


@lean
def _fall_on(
    seed: np.uint64,
    week: int,
    member: int,
    look: int,
    count: int,
    size: int,
    board: Board,
    scratch: Scratch,
) -> None:
    """Write on whom `count` looks from `look` on fall, and in which of `size` groups."""
    groups, alter, listed, lots = board.groups, scratch.batch, scratch.place, scratch.lots
    fill_run(seed, _PICK_GROUP_MEMBER, week, member, 2 * look, 2 * count, scratch.words, lots)
    for k in range(count):
        g = scratch.pool[int(lots[2 * k] * size)]
        begin = groups.first_member[g]
        begin += int(lots[2 * k + 1] * (groups.first_member[g + 1] - begin))
        alter[1, k] = g
        listed[k] = begin
        prefetch(groups.member, begin)
    for k in range(count):
        alter[0, k] = groups.member[listed[k]]
        prefetch(board.field, alter[0, k])


@lean
def _sift(
    board: Board, member: int, focus: bool, message_level: int, count: int, scratch: Scratch
) -> int:
    """Keep of a batch whom nothing cheap to see speaks against; return how many they are.

    Both are in the group, so `may_message` comes down to the opt-out, and to the distance, for
    which the rows of those who are kept are asked for here.
    """
    alter, kept = scratch.batch, 0
    for k in range(count):
        j = alter[0, k]
        if (
            (not focus or board.field[j] == board.aim[member])
            and scratch.marks[j] == 0
            and board.present[j]
            and not (message_level > 0 and board.opt_out[j])
        ):
            alter[0, kept], alter[1, kept] = j, alter[1, k]
            kept += 1
            prefetch_bounds(board.ties, j)
    if message_level > 1:
        for k in range(kept):
            prefetch_row(board.ties, alter[0, k])
    return kept


@lean
def look_strangers(
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
) -> None:
    """Any members of the platform, come upon one look at a time."""
    marks, alter, lots = scratch.marks, scratch.batch, scratch.lots
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        mark_asked(board, i, week, again, False, marks)
        mark_contacts(board.ties, i, marks)
        marks[i] = TAKEN
        first = finds.first[row]
        for look in range(0, looks[row], BATCH):
            if finds.found[row] == limit[row]:
                break
            count = min(BATCH, looks[row] - look)
            fill_run(seed, _PICK_STRANGER, week, i, look, count, scratch.words, lots)
            for k in range(count):
                alter[0, k] = int(lots[k] * board.field.size)
                prefetch(board.field, alter[0, k])
            for k in range(count):
                j = alter[0, k]
                if finds.found[row] == limit[row]:
                    break
                if (
                    (focus and board.field[j] != board.aim[i])
                    or marks[j] != 0
                    or not board.present[j]
                ):
                    continue
                marks[j] = TAKEN
                finds.alter[first + finds.found[row]] = j
                finds.found[row] += 1
        wipe(board, i, marks)
        wipe_found(finds.alter, first, finds.found[row], marks)


@lean
def messageable(
    actor: Int32, alter: Int32, group: Int32, board: Board, level: int, out: Bool
) -> None:
    """Write to `out` whether each pair may exchange messages in its group."""
    for pair in range(actor.size):
        out[pair] = may_message(board, actor[pair], alter[pair], group[pair], level)
