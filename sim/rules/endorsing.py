"""Endorsements among contacts: given, returned, and still to be given (S6).

Source: docs/model.md, 8.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel, lean
from sim.draws import Decision, uniforms
from sim.rules.acts import ENDORSE, Acts
from sim.rules.board import Board, passes_on
from sim.sampling import choose_by
from sim.world.facts import by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.look import Finds, Int64
    from sim.rules.scan import Scratch
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Int32

_PICK_TO_ENDORSE = int(Decision.PICK_TO_ENDORSE)


def endorse(world: World, acts: Acts, board: Board, scenario: Scenario, threads: int = 1) -> None:
    """Let the delivered endorsements count, and be returned by some of those endorsed.

    Whether a tie is dormant is judged by its strength now, when ties have been renewed.

    Parameters
    ----------
    world : World
        Its ties and its members are changed in place.
    acts : Acts
        The delivered acts.
    board : Board
        The ties as they stand, new ones not yet among them.
    scenario : Scenario
        Section `endorsements`.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    given = acts.take(acts.kind == ENDORSE)
    _give(world, given.actor, given.target, threads)
    place = world.ties.positions(given.target, given.actor, threads=threads)
    lot = uniforms(world.seed, Decision.ENDORSE_BACK, world.week, given.target, given.actor, 0)
    back = (lot < scenario.endorsements.back) & _can_return(board, given.target, place)
    _give(world, given.target[back], given.actor[back], threads)


def _give(world: World, actor: Int32, target: Int32, threads: int) -> None:
    """Endorse: raise the counts of the targets and set the bits of the ties."""
    members, ties = world.members, world.ties
    members.endorsements += np.bincount(target, minlength=len(members)).astype(np.int32)
    facts = ties.column("facts")
    for ends in ((actor, target), (target, actor)):
        place = ties.positions(*ends, threads=threads)
        _mark(actor, target, place, facts)


@lean
def _mark(actor: Int32, target: Int32, place: NDArray[np.int64], facts: NDArray[np.uint8]) -> None:
    """Note in the facts of the entries at `place` that each actor has endorsed its target."""
    for act in range(actor.size):
        facts[place[act]] |= by(actor[act], target[act])


@kernel
def _can_return(board: Board, actor: Int32, place: NDArray[np.int64]) -> Bool:
    """Whether each actor has yet to endorse the other end of its tie, which passes things on.

    `place` is that of the tie's entry in the row of the actor, int64[K].
    """
    out = np.empty(actor.size, np.bool_)
    for act in range(actor.size):
        endorsed = has_endorsed(board, actor[act], place[act])
        out[act] = not endorsed and passes_on(board, place[act])
    return out


@lean
def has_endorsed(board: Board, i: int, place: int) -> bool:
    """Whether i has endorsed the contact whose entry in the row of i is at `place`."""
    return bool(board.facts[place] & by(i, board.ties.neighbour[place]) != 0)


@lean
def look_to_endorse(
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
    """Contacts not endorsed yet, at random; the parameters are those of `sim.rules.look`."""
    for row in range(start, stop):
        if limit[row] == 0:
            continue
        i = cohort[row]
        begin = board.ties.start[i]
        pool = scratch.pool
        size = 0
        for place in range(begin, begin + board.ties.degree[i]):
            if not has_endorsed(board, i, place):
                pool[size] = board.ties.neighbour[place]
                size += 1
        chosen = finds.alter[finds.first[row] : finds.first[row] + limit[row]]
        finds.found[row] = choose_by(
            seed, _PICK_TO_ENDORSE, week, i, 0, size, limit[row], chosen, scratch.swaps
        )
        for place in range(finds.found[row]):
            chosen[place] = pool[chosen[place]]
