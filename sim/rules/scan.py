"""Marks on members: who is a contact of a member, and who is out of the question for it.

One member's dealings with many others are looked up in a byte for each member of the world, set
before and wiped after, instead of by a binary search in its rows for every pair. A byte that is
read at random costs a fraction of a search: the whole array fits into the cache.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import lean
from sim.sampling import swaps_needed
from sim.world.facts import have_met
from sim.world.rows import common_count, within

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.world.members import Float64, Int32, Int64
    from sim.world.rows import Rows

Marks = NDArray[np.uint8]

CONTACT = np.uint8(1)
"""Bit: a contact."""
TAKEN = np.uint8(2)
"""Bit: asked lately, found already, or the member itself."""


BATCH = 32
"""Looks taken at a time: their draws are made together, and what they need can be fetched for all
before the first is done. Less than half as many take a quarter more time, more take no less."""


class Scratch(NamedTuple):
    """Room to work in, which belongs to one thread; what is in it means nothing but the marks."""

    marks: Marks
    """Marks, all of them off: whoever sets some wipes them, uint8[N]."""
    done: NDArray[np.uint16]
    """Kinds of acts done to each member, a bit each, wiped like marks; uint16[N]."""
    pool: Int32
    """Whom or what to choose from."""
    swaps: Int64
    """Where `sim.sampling.choose_by` keeps its swaps."""
    batch: Int32
    """Members on whom the next looks fall, and where: two rows, int32[2, BATCH]."""
    place: Int64
    """Where these members are listed, int64[BATCH]."""
    words: NDArray[np.uint64]
    """Room for `sim.rules.lots.fill_run`, uint64[4, 2 * BATCH]."""
    lots: Float64
    """Draws of a batch, two a look, float64[2 * BATCH]."""


_own = threading.local()


def scratch_of(members: int, pool: int, chosen: int) -> Scratch:
    """Return the room of this thread for a world of `members`.

    Parameters
    ----------
    members : int
        N.
    pool : int
        Most there may be to choose from.
    chosen : int
        Most that may be chosen.
    """
    old: Scratch | None = getattr(_own, "scratch", None)
    swaps = swaps_needed(pool, chosen)
    if old is None or len(old.marks) != members:
        marks, done = np.zeros(members, np.uint8), np.zeros(members, np.uint16)
        _own.scratch = Scratch(
            marks,
            done,
            np.empty(pool, np.int32),
            np.empty(swaps, np.int64),
            np.empty((2, BATCH), np.int32),
            np.empty(BATCH, np.int64),
            np.empty((4, 2 * BATCH), np.uint64),
            np.empty(2 * BATCH),
        )
    elif len(old.pool) < pool or len(old.swaps) < swaps:
        pool, swaps = max(pool, len(old.pool)), max(swaps, len(old.swaps))
        room = np.empty(pool, np.int32), np.empty(swaps, np.int64)
        _own.scratch = old._replace(pool=room[0], swaps=room[1])
    scratch: Scratch = _own.scratch
    return scratch


@lean
def mark_contacts(ties: Rows, member: int, marks: Marks) -> None:
    """Mark the contacts of a member."""
    first = ties.start[member]
    for place in range(first, first + ties.degree[member]):
        marks[ties.neighbour[place]] |= CONTACT


@lean
def mark_asked(board: Board, member: int, week: int, again: int, met: bool, marks: Marks) -> None:
    """Mark whom a member asked less than `again` weeks ago, and with `met` all it has met."""
    first = board.history.start[member]
    for place in range(first, first + board.history.degree[member]):
        latest = max(board.invited[place], board.messaged[place])
        if week - latest < again or (met and have_met(board.dealings[place])):
            marks[board.history.neighbour[place]] |= TAKEN


@lean
def wipe_contacts(ties: Rows, member: int, marks: Marks) -> None:
    """Take all marks off the contacts of a member."""
    first = ties.start[member]
    for place in range(first, first + ties.degree[member]):
        marks[ties.neighbour[place]] = 0


@lean
def wipe(board: Board, member: int, marks: Marks) -> None:
    """Take all marks off a member, its contacts and those it has dealt with."""
    wipe_contacts(board.ties, member, marks)
    wipe_contacts(board.history, member, marks)
    marks[member] = 0


@lean
def wipe_found(alter: Int32, first: int, count: int, marks: Marks) -> None:
    """Take all marks off the `count` members in `alter` from `first` on."""
    for place in range(first, first + count):
        marks[alter[place]] = 0


@lean
def shared_contacts(ties: Rows, member: int, alter: int, enough: int, marks: Marks) -> int:
    """Count the contacts that `alter` shares with `member`, whose are marked; stop at `enough`."""
    degree = ties.degree[alter]
    # A hub's row is long: then rather search it for the contacts of the member.
    if degree > 16 * ties.degree[member]:
        return int(common_count(ties, member, alter, enough))
    count = 0
    first = ties.start[alter]
    for place in range(first, first + degree):
        if count >= enough:
            break
        count += int(marks[ties.neighbour[place]] & CONTACT)
    return count


@lean
def near(ties: Rows, member: int, alter: int, level: int, marks: Marks) -> bool:
    """Tell whether `alter` is at most `level` (0 to 3) ties from `member`, whose are marked."""
    if member == alter:
        return True
    if level >= 1 and marks[alter] & CONTACT:
        return True
    if level >= 2 and shared_contacts(ties, member, alter, 1, marks) > 0:
        return True
    return level >= 3 and within(ties, member, alter, level)
