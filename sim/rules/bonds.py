"""Ties: how they fade, are renewed and begin; what is remembered; who is restricted.

All of it commits what a week has decided. `acts` are the delivered ones, K of them; `outcome` says
how each was answered (`sim.rules.respond`), int8[K]; `mutual` are the contacts that its two ends
share, int32[K]; `board` is the state at the start of the week, whose ties are renewed in place.
Source: docs/model.md, 7.5 and 7.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, lean, over_chunks
from sim.draws import Decision, integer, uniform
from sim.rules.acts import (
    ARTICLE,
    CONGRATULATE,
    INTRODUCE,
    INVITE,
    KINDS,
    LETTERS,
    NOBODY,
    NURTURE,
    UPKEEP,
    Acts,
)
from sim.rules.board import Board, strength_at
from sim.rules.respond import ACCEPTED, FLAGGED, REPLIED
from sim.world.facts import MET, with_bridge
from sim.world.groups import NEVER
from sim.world.members import ORIGINS
from sim.world.prefetch import AHEAD, prefetch, prefetch_bounds, prefetch_row
from sim.world.rows import find, mutual_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.delivery import Delivery
    from sim.scenario.conduct import Platform
    from sim.scenario.mechanisms import Spam, Wasteland
    from sim.scenario.population import Ties
    from sim.world.build import World
    from sim.world.members import Bool, Float64, Int8, Int32, Int64
    from sim.world.pending import Pending
    from sim.world.rows import Rows

INTRODUCTION = ORIGINS.index("introduction")
_FEED = int(Decision.FEED)

_DEALT = np.isin(range(len(KINDS)), (*LETTERS, INTRODUCE))
_RENEWS = np.isin(range(len(KINDS)), NURTURE)


def remember(world: World, week: int, acts: Acts, outcome: Int8, *, threads: int = 1) -> None:
    """Write what was asked of whom, and meetings, into the history of both sides."""
    history = world.history
    dealt, answered = _DEALT[acts.kind], outcome == REPLIED
    ego = np.concatenate((acts.actor[dealt], acts.target[answered]))
    alter = np.concatenate((acts.target[dealt], acts.actor[answered]))
    history.add(ego, alter, invited=NEVER, messaged=NEVER, threads=threads)
    columns = [history.column(name) for name in ("invited", "messaged", "approaches", "dealings")]

    def work(start: int, stop: int) -> None:
        _remember(
            start, stop, week, acts.actor, acts.target, acts.kind, outcome, history.rows, *columns
        )

    over_chunks(threads, len(world.members), work)


@lean
def _remember(
    start: int,
    stop: int,
    week: int,
    actor: Int32,
    target: Int32,
    kind: Int8,
    outcome: Int8,
    history: Rows,
    invited: NDArray[np.int16],
    messaged: NDArray[np.int16],
    approaches: NDArray[np.int16],
    dealings: NDArray[np.uint16],
) -> None:
    """Note the acts in the rows start ... stop of the history; their entries are there."""
    for act in range(actor.size):
        if act + 2 * AHEAD < actor.size and start <= actor[act + 2 * AHEAD] < stop:
            prefetch_bounds(history, actor[act + 2 * AHEAD])
        if act + AHEAD < actor.size and start <= actor[act + AHEAD] < stop:
            prefetch_row(history, actor[act + AHEAD])
        i, j = actor[act], target[act]
        replied = outcome[act] == REPLIED
        if start <= i < stop and _DEALT[kind[act]]:
            place = find(history, i, j)
            latest = invited if kind[act] == INVITE else messaged
            latest[place] = week
            approaches[place] += int(kind[act] != INTRODUCE)
            if replied:
                dealings[place] |= MET
        if replied and start <= j < stop:
            dealings[find(history, j, i)] |= MET


def restrict(
    world: World, week: int, acts: Acts, outcome: Int8, platform: Platform, spam: Spam
) -> None:
    """Count flags; restrict those who reached the limit, from next week on (F42, S16)."""
    members = world.members
    flagged = acts.actor[outcome == FLAGGED]
    np.add.at(members.flags, flagged, 1)
    if platform.restricted_weeks == 0 and not spam.on:
        return
    struck = np.flatnonzero(members.flags >= platform.flags_until_restricted)
    members.flags[struck] = 0
    weeks = np.full(len(struck), platform.restricted_weeks)
    if spam.on:
        ladder = np.array(spam.ladder)
        weeks = ladder[np.minimum(members.restrictions[struck], len(ladder) - 1)]
    members.restrictions[struck] += 1
    until = week + 1 + weeks
    members.restricted_until[struck] = np.maximum(members.restricted_until[struck], until)


def renew(
    world: World,
    acts: Acts,
    mutual: Int32,
    board: Board,
    ties: Ties,
    wasteland: Wasteland,
    *,
    threads: int = 1,
) -> None:
    """Let every act of nurture strengthen its tie (S19); who gets many is tired of them."""
    renewing = np.flatnonzero(_RENEWS[acts.kind])
    kind, target = acts.kind[renewing], acts.target[renewing]
    gains = np.zeros(len(KINDS))
    gains[UPKEEP] = ties.upkeep_gain
    gain = gains[kind]
    if wasteland.on:
        gains[CONGRATULATE] = wasteland.congratulate_gain
        gains[ARTICLE] = wasteland.article_gain
        received = np.bincount(target, minlength=len(world.members))
        gain = gains[kind] / (1.0 + wasteland.fatigue * (received[target] - 1))
    renewals = _Renewals(acts.actor[renewing], target, mutual[renewing], gain)
    _renew_all(board, renewals, ties.embedded_from, threads)


def feed(world: World, board: Board, ties: Ties, wasteland: Wasteland, *, threads: int = 1) -> None:
    """Let the feed remind some members of one of their contacts (S18)."""
    seed, members = np.uint64(world.seed), len(world.members)
    alter = np.full(members, NOBODY, np.int32)

    def work(start: int, stop: int) -> None:
        _read_feed(start, stop, seed, board, wasteland.feed, alter)

    over_chunks(threads, members, work)
    reader = np.flatnonzero(alter != NOBODY).astype(np.int32)
    seen = alter[reader]
    mutual = mutual_all(board.ties, reader, seen, threads).astype(np.int32)
    renewals = _Renewals(reader, seen, mutual, np.full(len(reader), wasteland.feed_gain))
    _renew_all(board, renewals, ties.embedded_from, threads)


@lean
def _read_feed(
    start: int, stop: int, seed: np.uint64, board: Board, share: float, alter: Int32
) -> None:
    """Write whom the feed reminds each of the members start ... stop of, if anybody."""
    for i in range(start, stop):
        degree = board.ties.degree[i]
        if not board.present[i] or degree == 0:
            continue
        if uniform(seed, _FEED, board.week, i, 0, 0) < share:
            pick = integer(seed, _FEED, board.week, i, 0, 1, degree)
            alter[i] = board.ties.neighbour[board.ties.start[i] + pick]


class _Renewals(NamedTuple):
    """Ties that are renewed, one after the other."""

    actor: Int32
    target: Int32
    mutual: Int32
    """Contacts that the two share."""
    gain: Float64


def _renew_all(board: Board, renewals: _Renewals, embedded_from: int, threads: int) -> None:
    """Renew ties; those on one tie keep their order, as they fall to one piece."""

    def work(start: int, stop: int) -> None:
        _renew(start, stop, board, renewals, embedded_from)

    over_chunks(threads, board.ties.degree.size, work)


@kernel
def _renew(start: int, stop: int, board: Board, renewals: _Renewals, embedded_from: int) -> None:
    """Renew the ties whose lower end is in start ... stop; both entries of a tie stay equal."""
    actor, target, mutual, gain = renewals
    mine = np.empty(actor.size, np.int32)
    count = 0
    for act in range(actor.size):
        mine[count] = act
        count += int(start <= min(actor[act], target[act]) < stop)
    # What a renewal needs is asked for some rounds before: where the rows of both ends begin, then
    # the rows, then, when the entries are found, their columns. Half of the time goes without.
    places = np.empty((AHEAD, 2), np.int64)
    for at in range(count + AHEAD):
        here, there = places[at % AHEAD]
        if at >= AHEAD:
            act = mine[at - AHEAD]
            level = np.float32(min(1.0, strength_at(board, here) + gain[act]))
            facts = with_bridge(board.facts[here], mutual[act] < embedded_from)
            for place in (here, there):
                board.level[place] = level
                board.renewed[place] = board.week
                board.facts[place] = facts
        if at < count:
            i, j = actor[mine[at]], target[mine[at]]
            for end, place in enumerate((find(board.ties, i, j), find(board.ties, j, i))):
                places[at % AHEAD, end] = place
                prefetch(board.level, place)
                prefetch(board.renewed, place)
                prefetch(board.facts, place)
        if at + AHEAD < count:
            prefetch_row(board.ties, actor[mine[at + AHEAD]])
            prefetch_row(board.ties, target[mine[at + AHEAD]])
        if at + 2 * AHEAD < count:
            prefetch_bounds(board.ties, actor[mine[at + 2 * AHEAD]])
            prefetch_bounds(board.ties, target[mine[at + 2 * AHEAD]])


def connect(
    world: World,
    week: int,
    acts: Acts,
    delivery: Delivery,
    outcome: Int8,
    introduced: Pending,
    ties: Ties,
    *,
    threads: int = 1,
) -> None:
    """Turn accepted invitations, then accepted introductions, into ties; a pair is tied once.

    `introduced` are the introductions that their targets accepted.
    """
    accepted = np.flatnonzero(outcome == ACCEPTED)
    actor = np.concatenate((acts.actor[accepted], introduced.actor))
    target = np.concatenate((acts.target[accepted], introduced.target))
    origin = np.concatenate(
        (delivery.channel[accepted], np.full(len(introduced.actor), INTRODUCTION, np.int8))
    )
    introduced_mutual = mutual_all(world.ties.rows, introduced.actor, introduced.target, threads)
    mutual: Int64 = np.concatenate((delivery.mutual[accepted], introduced_mutual))
    strengths = np.array(
        [
            ties.strength_acquaintance,
            ties.strength_group,
            ties.strength_stranger,
            ties.strength_introduction,
        ]
    )
    new = world.ties.add(
        actor,
        target,
        level=strengths[origin],
        renewed=week,
        born=week,
        origin=origin,
        bridge=mutual < ties.embedded_from,
        threads=threads,
    )
    _note_targets(world, week, actor[new], target[new])
    _note_targets(world, week, target[new], actor[new])


def _note_targets(world: World, week: int, ego: Int32, alter: Int32) -> None:
    """Note new ties to decision-makers of one's target market, and who made its first."""
    members = world.members
    wanted: Bool = members.decision_maker[alter] & (members.field[alter] == members.target[ego])
    np.add.at(members.new_target_decision_makers, ego[wanted], 1)
    late = ego[wanted]
    late = late[members.first_target_week[late] < 0]
    members.first_target_week[late] = week
