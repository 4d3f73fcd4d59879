"""Introductions: contacts pass requests on, or not; their contacts answer some weeks later (S9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import lean, over_chunks
from sim.draws import Decision, integers, uniform
from sim.portable import logistic
from sim.rules.acts import INTRODUCE, Acts
from sim.rules.board import Board, has_met, passes_on, strength_at
from sim.rules.respond import DECLINED, DROPPED, FORWARDED, Law, log_odds
from sim.world.facts import FAVOUR, favours_of
from sim.world.groups import NEVER, share_group
from sim.world.rows import common_count, find

if TYPE_CHECKING:
    from sim.scenario.mechanisms import Introductions
    from sim.world.build import World
    from sim.world.members import Bool, Float64, Int8, Int32
    from sim.world.pending import Pending

_FORWARD = int(Decision.FORWARD)
_REFUSE = int(Decision.REFUSE)
_INTRODUCED = int(Decision.INTRODUCED)


class Relay(NamedTuple):
    """How contacts treat requests, as kernels read it: a part of section `introductions`."""

    forward: float
    strength: float
    debt: float
    refuse: float


def relay(
    world: World,
    acts: Acts,
    board: Board,
    terms: Introductions,
    outcome: Int8,
    threads: int = 1,
) -> None:
    """Let contacts treat the requests among delivered acts.

    `outcome`, int8[K], receives 6 forwarded, 7 dropped or 8 declined; it does not depend on the
    number of threads.
    """
    coefficients = (terms.forward, terms.strength, terms.debt, terms.refuse)
    treat = Relay._make(float(value) for value in coefficients)
    seed = np.uint64(world.seed)

    def work(start: int, stop: int) -> None:
        _relay(
            start, stop, seed, acts.actor, acts.kind, acts.target, acts.via, board, treat, outcome
        )

    over_chunks(threads, len(acts), work)


@lean
def _relay(
    start: int,
    stop: int,
    seed: np.uint64,
    actor: Int32,
    kind: Int8,
    target: Int32,
    via: Int32,
    board: Board,
    terms: Relay,
    outcome: Int8,
) -> None:
    """Write to `outcome` how the requests among the acts `start` ... `stop` - 1 were treated."""
    for act in range(start, stop):
        if kind[act] != INTRODUCE:
            continue
        i, j, c = actor[act], target[act], via[act]
        tie = find(board.ties, i, c)
        x = terms.forward
        x = x + terms.strength * strength_at(board, tie)
        x = x + terms.debt * (_favours(board, i, c) - _favours(board, c, i))
        willing = uniform(seed, _FORWARD, board.week, i, j, 0) < logistic(x)
        if willing and passes_on(board, tie):
            outcome[act] = FORWARDED
        elif uniform(seed, _REFUSE, board.week, i, j, 0) < terms.refuse:
            outcome[act] = DECLINED
        else:
            outcome[act] = DROPPED


@lean
def _favours(board: Board, asker: int, contact: int) -> int:
    """Introductions of `asker` that `contact` has passed on."""
    place = find(board.history, asker, contact)
    return favours_of(board.dealings[place]) if place >= 0 else 0


def arriving(world: World) -> Pending:
    """Take off the list what reaches its target this week; what has lapsed is left out."""
    due = world.pending.due == world.week
    reached = world.pending.take(due)
    world.pending = world.pending.take(~due)
    present = world.members.present
    apart = ~world.ties.contains(reached.actor, reached.target)
    return reached.take(apart & present[reached.actor] & present[reached.target])


def answer(
    world: World, reached: Pending, load: Int32, board: Board, law: Law, threads: int = 1
) -> Pending:
    """Return the introductions that their targets accept, of those that reached them.

    `load`, int32[N], are the letters and introductions each member received this week. The result
    does not depend on the number of threads.
    """
    accepted = np.zeros(len(reached.actor), np.bool_)
    seed, openness = np.uint64(world.seed), world.members.openness

    def work(start: int, stop: int) -> None:
        _answer(
            start, stop, seed, reached.actor, reached.target, load, openness, board, law, accepted
        )

    over_chunks(threads, len(accepted), work)
    return reached.take(accepted)


@lean
def _answer(
    start: int,
    stop: int,
    seed: np.uint64,
    actor: Int32,
    target: Int32,
    load: Int32,
    openness: Float64,
    board: Board,
    law: Law,
    accepted: Bool,
) -> None:
    """Write to `accepted` who agrees to the introductions `start` ... `stop` - 1."""
    for place in range(start, stop):
        i, j = actor[place], target[place]
        x = log_odds(
            law,
            law.introduced,
            find(board.acquaintances, i, j) >= 0,
            common_count(board.ties, i, j, law.mutual_most),
            share_group(board.groups, i, j),
            False,
            has_met(board, i, j),
            board.field[i] == board.field[j],
            openness[j],
            load[j],
            0,
        )
        accepted[place] = uniform(seed, _INTRODUCED, board.week, i, j, 0) < logistic(x)


def send_on(
    world: World, acts: Acts, outcome: Int8, introductions: Introductions, threads: int = 1
) -> None:
    """Remember favours, and put what was passed on among the introductions on their way."""
    sent = acts.take(outcome == FORWARDED)
    history = world.history
    history.add(sent.actor, sent.via, invited=NEVER, messaged=NEVER, threads=threads)
    place = history.positions(sent.actor, sent.via, threads=threads)
    np.add.at(history.column("dealings"), place, FAVOUR)
    delay = integers(
        world.seed,
        Decision.DELAY,
        world.week,
        sent.actor,
        sent.target,
        0,
        introductions.delay_most,
    )
    due = (world.week + 1 + delay).astype(np.int32)
    world.pending = world.pending.and_more(sent.actor, sent.via, sent.target, due)
