"""How people answer: a logistic law for all that is asked of them, and flags for strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import lean, over_chunks
from sim.draws import Decision, uniform
from sim.portable import logistic
from sim.rules.acts import INMAIL, INVITE, LETTERS, MESSAGE, Acts
from sim.rules.board import Board, visible_in
from sim.world.facts import have_met
from sim.world.groups import membership
from sim.world.prefetch import AHEAD, prefetch_bounds, prefetch_row
from sim.world.rows import find

if TYPE_CHECKING:
    from sim.rules.delivery import Delivery
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Float64, Int8, Int32

NONE, ACCEPTED, IGNORED, FLAGGED, REPLIED, READ = range(6)
FORWARDED, DROPPED, DECLINED = 6, 7, 8

_ACCEPT = int(Decision.ACCEPT)
_FLAG = int(Decision.FLAG)
_REPLY = int(Decision.REPLY)
_FLAG_MESSAGE = int(Decision.FLAG_MESSAGE)
_READ = int(Decision.READ)
_INMAIL_REPLY = int(Decision.INMAIL_REPLY)


class Law(NamedTuple):
    """How people answer, as kernels read it: section `response`, and what concerns it of others."""

    accept: float
    reply: float
    acquaintance: float
    mutual: float
    mutual_most: int
    group: float
    visible: float
    met: float
    field: float
    note: float
    openness: float
    load: float
    activity: float
    flag_stranger: float
    flag_group: float
    repeat: float
    """Of section `spam`; 0 with the mechanism off."""
    flag_message: float
    """Of section `spam`; 0 with the mechanism off."""
    read: float
    """Of section `premium`."""
    inmail: float
    """`reply` of section `premium`."""
    introduced: float
    """`accept` of section `introductions`."""


def law_of(scenario: Scenario) -> Law:
    """Return the coefficients of a scenario."""
    spam = scenario.spam
    values = scenario.response.model_dump() | {
        "repeat": spam.repeat if spam.on else 0.0,
        "flag_message": spam.flag_message if spam.on else 0.0,
        "read": scenario.premium.read,
        "inmail": scenario.premium.reply,
        "introduced": scenario.introductions.accept,
    }
    # Kernels are compiled for the types they meet: a whole number where a float belongs would
    # compile them anew.
    return Law._make(
        int(values[name]) if name == "mutual_most" else float(values[name]) for name in Law._fields
    )


@lean
def log_odds(
    law: Law,
    intercept: float,
    known: bool,
    mutual: int,
    grouped: bool,
    visible: bool,
    met: bool,
    same_field: bool,
    openness: float,
    load: int,
    approaches: int,
) -> float:
    """Log-odds of a yes, without what concerns invitations or messages alone."""
    x = intercept
    if known:
        x = x + law.acquaintance
    x = x + law.mutual * min(mutual, law.mutual_most)
    if grouped:
        x = x + law.group
    if visible:
        x = x + law.visible
    if met:
        x = x + law.met
    if same_field:
        x = x + law.field
    x = x + law.openness * openness
    x = x + law.load * (load - 1)
    return x + law.repeat * approaches


def respond(
    acts: Acts,
    delivery: Delivery,
    load: Int32,
    world: World,
    board: Board,
    law: Law,
    threads: int = 1,
) -> Int8:
    """Let recipients answer the letters among delivered acts.

    Parameters
    ----------
    load : int32[N]
        Invitations, messages, InMails and introductions each member received this week.
    threads : int
        Threads that may be used; the result does not depend on it.

    Returns
    -------
    int8[K]
        1 accepted, 2 ignored, 3 flagged, 4 replied, 5 read without reply; 0 for no answer.
    """
    outcome = np.zeros(len(acts), np.int8)
    seed = np.uint64(world.seed)
    openness = world.members.openness

    def work(start: int, stop: int) -> None:
        _respond(
            start,
            stop,
            seed,
            acts.actor,
            acts.kind,
            acts.target,
            acts.via,
            acts.note,
            delivery,
            load,
            openness,
            board,
            law,
            outcome,
        )

    over_chunks(threads, len(acts), work)
    return outcome


@lean
def _respond(
    start: int,
    stop: int,
    seed: np.uint64,
    actor: Int32,
    kind: Int8,
    target: Int32,
    via: Int32,
    note: Bool,
    delivery: Delivery,
    load: Int32,
    openness: Float64,
    board: Board,
    law: Law,
    outcome: Int8,
) -> None:
    """Write to `outcome` the answers to the acts `start` ... `stop` - 1."""
    week = board.week
    for act in range(start, stop):
        far, close = act + 2 * AHEAD, act + AHEAD
        if far < stop and kind[far] in LETTERS:
            prefetch_bounds(board.history, actor[far])
        if close < stop and kind[close] in LETTERS:
            prefetch_row(board.history, actor[close])
        what = kind[act]
        if what not in LETTERS:
            continue
        i, j = actor[act], target[act]
        known = find(board.acquaintances, i, j) >= 0
        place = find(board.history, i, j)
        approaches = board.approaches[place] if place >= 0 else 0
        met = place >= 0 and have_met(board.dealings[place])
        grouped = delivery.grouped[act]
        intercept, visible = law.inmail, False
        if what == INVITE:
            intercept, visible = law.accept, grouped and _visible_to(board, i, j)
        elif what == MESSAGE:
            intercept, visible = law.reply, visible_in(board, i, via[act])
        x = log_odds(
            law,
            intercept,
            known,
            delivery.mutual[act],
            grouped,
            visible,
            met,
            board.field[i] == board.field[j],
            openness[j],
            load[j],
            approaches,
        )
        stranger = not known and not met
        if what == INMAIL:
            outcome[act] = _inmail(seed, week, i, j, x, law)
        elif what == MESSAGE:
            x = x + law.activity * board.groups.activity[membership(board.groups, j, via[act])]
            outcome[act] = _message(seed, week, i, j, x, stranger, law)
        else:
            if note[act]:
                x = x + law.note
            outcome[act] = _invitation(seed, week, i, j, x, stranger, grouped, law)


@lean
def _inmail(seed: np.uint64, week: int, actor: int, target: int, x: float, law: Law) -> int:
    """Outcome of an InMail that is answered with log-odds `x` if it is read."""
    if uniform(seed, _READ, week, actor, target, 0) >= law.read:
        return NONE
    answered = uniform(seed, _INMAIL_REPLY, week, actor, target, 0) < logistic(x)
    return REPLIED if answered else READ


@lean
def _message(
    seed: np.uint64, week: int, actor: int, target: int, x: float, stranger: bool, law: Law
) -> int:
    """Outcome of a message that is answered with log-odds `x`."""
    if uniform(seed, _REPLY, week, actor, target, 0) < logistic(x):
        return REPLIED
    flagged = uniform(seed, _FLAG_MESSAGE, week, actor, target, 0) < law.flag_message
    return FLAGGED if stranger and flagged else NONE


@lean
def _invitation(
    seed: np.uint64,
    week: int,
    actor: int,
    target: int,
    x: float,
    stranger: bool,
    grouped: bool,
    law: Law,
) -> int:
    """Outcome of an invitation that is accepted with log-odds `x`."""
    if uniform(seed, _ACCEPT, week, actor, target, 0) < logistic(x):
        return ACCEPTED
    chance = law.flag_group if grouped else law.flag_stranger
    flagged = uniform(seed, _FLAG, week, actor, target, 0) < chance
    return FLAGGED if stranger and flagged else IGNORED


@lean
def _visible_to(board: Board, actor: int, alter: int) -> bool:
    """Whether `actor` has posted of late in a group that both are in."""
    groups = board.groups
    for place in range(groups.first_group[actor], groups.first_group[actor + 1]):
        recent = board.week - groups.posted[place] <= board.visible_weeks
        if recent and membership(groups, alter, groups.group[place]) >= 0:
            return True
    return False
