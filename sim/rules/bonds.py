"""Ties: how they fade, are renewed and begin; what is remembered; who is restricted.

All of it commits what a week has decided. `acts` are the delivered ones, K of them; `outcome` says
how each was answered (`sim.rules.respond`), int8[K]; `mutual` are the contacts that its two ends
share, int32[K]; `board` is the state at the start of the week, whose ties are renewed in place.
Source: docs/model.md, 7.5 and 7.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.draws import Decision, integers, uniforms
from sim.rules.acts import (
    ARTICLE,
    CONGRATULATE,
    INMAIL,
    INTRODUCE,
    INVITE,
    KINDS,
    LETTERS,
    MESSAGE,
    NURTURE,
    UPKEEP,
    Acts,
)
from sim.rules.board import Board, strength_at
from sim.rules.respond import ACCEPTED, FLAGGED, REPLIED
from sim.world.groups import NEVER
from sim.world.members import ORIGINS
from sim.world.rows import find, mutual_all

if TYPE_CHECKING:
    from sim.rules.delivery import Delivery
    from sim.scenario.conduct import Platform
    from sim.scenario.mechanisms import Spam, Wasteland
    from sim.scenario.population import Ties
    from sim.world.build import World
    from sim.world.members import Bool, Float64, Int8, Int32, Int64
    from sim.world.pending import Pending

INTRODUCTION = ORIGINS.index("introduction")


def remember(world: World, week: int, acts: Acts, outcome: Int8) -> None:
    """Write what was asked of whom, and meetings, into the history of both sides."""
    history = world.history
    blank = {"invited": NEVER, "messaged": NEVER}
    dealt = acts.take(np.isin(acts.kind, (*LETTERS, INTRODUCE)))
    history.add(dealt.actor, dealt.target, **blank)
    for kinds, column in ((INVITE,), "invited"), ((MESSAGE, INMAIL, INTRODUCE), "messaged"):
        sent = acts.take(np.isin(acts.kind, kinds))
        history.update(sent.actor, sent.target, **{column: week})
    letters = acts.take(np.isin(acts.kind, LETTERS))
    places = history.positions(letters.actor, letters.target)
    np.add.at(history.column("approaches"), places, 1)
    answered = acts.take(outcome == REPLIED)
    history.add(answered.target, answered.actor, **blank)
    history.update(answered.actor, answered.target, met=1)
    history.update(answered.target, answered.actor, met=1)


def restrict(
    world: World, week: int, acts: Acts, outcome: Int8, platform: Platform, spam: Spam
) -> None:
    """Count flags; restrict those who reached the limit, from next week on (F42, S16)."""
    members = world.members
    flagged = acts.actor[outcome == FLAGGED]
    members.flags += np.bincount(flagged, minlength=len(members)).astype(np.int32)
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
    world: World, acts: Acts, mutual: Int32, board: Board, ties: Ties, wasteland: Wasteland
) -> None:
    """Let every act of nurture strengthen its tie (S19); who gets many is tired of them."""
    renewing = np.isin(acts.kind, NURTURE)
    kind, target = acts.kind[renewing], acts.target[renewing]
    gains = np.zeros(len(KINDS))
    gains[UPKEEP] = ties.upkeep_gain
    gain = gains[kind]
    if wasteland.on:
        gains[CONGRATULATE] = wasteland.congratulate_gain
        gains[ARTICLE] = wasteland.article_gain
        received = np.bincount(target, minlength=len(world.members))
        gain = gains[kind] / (1.0 + wasteland.fatigue * (received[target] - 1))
    _renew(board, acts.actor[renewing], target, mutual[renewing], gain, ties.embedded_from)


def feed(world: World, board: Board, ties: Ties, wasteland: Wasteland) -> None:
    """Let the feed remind some members of one of their contacts (S18)."""
    rows = np.flatnonzero(world.members.present & (board.ties.degree > 0))
    lot = uniforms(world.seed, Decision.FEED, board.week, rows, 0, 0)
    rows = rows[lot < wasteland.feed]
    pick = integers(world.seed, Decision.FEED, board.week, rows, 0, 1, board.ties.degree[rows])
    alter = board.ties.neighbour[board.ties.start[rows] + pick]
    reader = rows.astype(np.int32)
    mutual = mutual_all(board.ties, reader, alter).astype(np.int32)
    gain = np.full(len(rows), wasteland.feed_gain)
    _renew(board, reader, alter, mutual, gain, ties.embedded_from)


@kernel
def _renew(
    board: Board,
    actor: Int32,
    target: Int32,
    mutual: Int32,
    gain: Float64,
    embedded_from: int,
) -> None:
    """Renew ties one act after the other; both entries of a tie stay equal."""
    for act in range(actor.size):
        here = find(board.ties, actor[act], target[act])
        there = find(board.ties, target[act], actor[act])
        level = np.float32(min(1.0, strength_at(board, here) + gain[act]))
        bridge = np.uint8(mutual[act] < embedded_from)
        for place in (here, there):
            board.level[place] = level
            board.renewed[place] = board.week
            board.bridge[place] = bridge


def connect(
    world: World,
    week: int,
    acts: Acts,
    delivery: Delivery,
    outcome: Int8,
    introduced: Pending,
    ties: Ties,
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
    introduced_mutual = mutual_all(world.ties.rows, introduced.actor, introduced.target)
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
