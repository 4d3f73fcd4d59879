"""What the platform lets through: quotas, permissions, restriction, and the time of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import lean, over_chunks
from sim.rules.acts import (
    ALONE,
    ENDORSE,
    INMAIL,
    INTRODUCE,
    INVITE,
    JOIN,
    KINDS,
    LETTERS,
    MESSAGE,
    NURTURE,
    SUBSCRIBE,
    Acts,
)
from sim.rules.endorsing import has_endorsed
from sim.rules.limits import price_of
from sim.rules.scan import (
    CONTACT,
    Marks,
    Scratch,
    mark_contacts,
    near,
    scratch_of,
    shared_contacts,
    wipe_contacts,
)
from sim.world.groups import GroupRows, membership, share_group
from sim.world.prefetch import AHEAD, prefetch, prefetch_bounds, prefetch_row
from sim.world.rows import find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.board import Board
    from sim.rules.limits import Limits, Standing
    from sim.world.members import Bool, Int8, Int32, Int64

ACQUAINTANCE, GROUP, STRANGER = 0, 1, 2

_TIME, _INVITATIONS, _MESSAGES, _CREDITS, _GROUPS = range(5)
# What an act of each kind uses one of, -1 for nothing.
_ROOM = np.full(len(KINDS), -1)
_ROOM[[INVITE, MESSAGE, INMAIL, JOIN]] = (_INVITATIONS, _MESSAGES, _CREDITS, _GROUPS)


class Delivery(NamedTuple):
    """What became of each act, and what the rules that follow need to know of it."""

    delivered: Bool
    """Delivered, not refused, bool[K]."""
    channel: Int8
    """Of delivered invitations: 0 acquaintance, 1 group, 2 stranger, int8[K]."""
    mutual: Int32
    """Mutual contacts at the start of the week of letters and renewals delivered, counted up to
    where more of them make no difference, int32[K]."""
    grouped: Bool
    """Whether the two ends of a letter delivered have a group in common, bool[K]."""

    def take(self, index: Int64) -> Delivery:
        """Return what concerns the acts at `index`, int64[K]."""
        return Delivery._make(column[index] for column in self)


def deliver(
    acts: Acts, board: Board, limits: Limits, standing: Standing, threads: int = 1
) -> Delivery:
    """Refuse or deliver acts, and charge the minutes of those delivered.

    Parameters
    ----------
    acts : Acts
        Sorted by actor; each actor's are taken in their order.
    board, limits, standing
        The state at the start of the week; acts refused and minutes charged are counted in the
        columns of `standing`.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    delivery = Delivery(
        delivered=np.zeros(len(acts), np.bool_),
        channel=np.zeros(len(acts), np.int8),
        mutual=np.zeros(len(acts), np.int32),
        grouped=np.zeros(len(acts), np.bool_),
    )
    starts = np.flatnonzero(np.diff(acts.actor, prepend=-1))
    segments = np.append(starts, len(acts))

    def work(start: int, stop: int) -> None:
        _deliver(
            segments,
            start,
            stop,
            acts.actor,
            acts.kind,
            acts.target,
            acts.via,
            acts.note,
            board,
            limits,
            standing,
            delivery,
            np.empty(5, np.int64),
            scratch_of(len(board.present), 0, 0),
        )

    over_chunks(threads, len(starts), work)
    return delivery


@lean
def _deliver(
    segments: NDArray[np.int64],
    start: int,
    stop: int,
    actor: Int32,
    kind: Int8,
    target: Int32,
    via: Int32,
    note: Bool,
    board: Board,
    limits: Limits,
    standing: Standing,
    delivery: Delivery,
    room: Int64,
    scratch: Scratch,
) -> None:
    """Refuse or deliver the acts of the actors `start` ... `stop` - 1 of a week.

    Parameters
    ----------
    segments : int64[A + 1]
        Where each actor's acts begin; acts are sorted by actor.
    actor, kind, target, via, note
        Columns of the acts.
    delivery : Delivery
        Receives the outcome at the places of these actors' acts.
    room, scratch : int64[5], Scratch
        Room to work in.
    """
    marks, done = scratch.marks, scratch.done
    for segment in range(start, stop):
        first, last = segments[segment], segments[segment + 1]
        i = actor[first]
        _make_room(room, i, board, limits, standing)
        mark_contacts(board.ties, i, marks)
        for act in range(first, last):
            _fetch_ahead(board, actor, target, act)
            what, j = kind[act], target[act]
            price = price_of(what, note[act], limits)
            if (
                not limits.permitted[what]
                or price > room[_TIME]
                or (_ROOM[what] >= 0 and room[_ROOM[what]] <= 0)
            ):
                continue
            if what in ALONE:
                if not _passes_alone(what, i, via[act], board, limits, standing) or _done_before(
                    first, act, kind, via, delivery.delivered
                ):
                    continue
            else:
                bit = np.uint16(1 << what)
                if j < 0 or j >= done.size or done[j] & bit:
                    continue
                grouped = what in LETTERS and share_group(board.groups, i, j)
                channel = _channel(board, i, j, grouped) if what == INVITE else ACQUAINTANCE
                if not _passes(what, i, j, via[act], channel, board, limits, standing, marks):
                    continue
                done[j] |= bit
                delivery.channel[act] = channel
                delivery.grouped[act] = grouped
                enough = limits.embedded_from if what in NURTURE else limits.mutual_enough
                if what in NURTURE or what in LETTERS:
                    delivery.mutual[act] = shared_contacts(board.ties, i, j, enough, marks)
            room[_TIME] -= price
            if _ROOM[what] >= 0:
                room[_ROOM[what]] -= 1
            delivery.delivered[act] = True
            standing.minutes_spent[i, what] += price
        wipe_contacts(board.ties, i, marks)
        for act in range(first, last):
            standing.refused[i] += int(not delivery.delivered[act])
            if 0 <= target[act] < done.size:
                done[target[act]] = 0


@lean
def _fetch_ahead(board: Board, actor: Int32, target: Int32, act: int) -> None:
    """Ask for the rows that acts some way after `act` need."""
    far, close = act + 2 * AHEAD, act + AHEAD
    if far < actor.size:
        prefetch_bounds(board.ties, target[far])
        if actor[far] != actor[far - 1]:
            prefetch_bounds(board.history, actor[far])
            prefetch_bounds(board.ties, actor[far])
        prefetch(board.groups.first_group, target[far])
    if close < actor.size and 0 <= target[close] < board.present.size:
        prefetch_row(board.ties, target[close])
        if actor[close] != actor[close - 1]:
            prefetch_row(board.history, actor[close])
            prefetch_row(board.ties, actor[close])
        prefetch(board.groups.group, board.groups.first_group[target[close]])


@lean
def _make_room(
    room: NDArray[np.int64], member: int, board: Board, limits: Limits, standing: Standing
) -> None:
    """Write what a member may still use this week: time, invitations, messages, credits, groups."""
    lifetime = limits.invitations_lifetime - standing.sent[member]
    first_group = board.groups.first_group
    room[_TIME] = standing.time[member]
    room[_INVITATIONS] = min(limits.invitations_per_week, lifetime)
    room[_MESSAGES] = limits.messages_per_month - standing.month_messages[member]
    room[_CREDITS] = standing.credits[member].sum()
    room[_GROUPS] = limits.groups_most - first_group[member + 1] + first_group[member]


@lean
def _passes_alone(
    kind: int, actor: int, group: int, board: Board, limits: Limits, standing: Standing
) -> bool:
    """Whether the platform lets through an act towards nobody, its price and repetition apart."""
    if kind == SUBSCRIBE:
        return bool(limits.week + 1 >= standing.subscribed_until[actor])
    return _group_act(kind, actor, group, board.groups, limits)


@lean
def _passes(
    kind: int,
    actor: int,
    target: int,
    via: int,
    channel: int,
    board: Board,
    limits: Limits,
    standing: Standing,
    marks: Marks,
) -> bool:
    """Whether the platform lets through an act towards a member, price and repetition apart.

    `channel` is that of an invitation; the contacts of `actor` are marked.
    """
    if target == actor or not board.present[target]:
        return False
    if kind == INTRODUCE:
        return _may_be_introduced(board, standing, actor, target, via)
    tied = bool(marks[target] & CONTACT)
    if kind == INVITE:
        return not tied and _may_invite(board, limits, standing, actor, target, channel)
    if kind in (MESSAGE, INMAIL):
        silent = limits.silenced and limits.week < standing.restricted_until[actor]
        if tied or silent:
            return False
        return kind == INMAIL or _may_message(board, limits, actor, target, via, marks)
    return tied and (
        kind != ENDORSE or not has_endorsed(board, actor, find(board.ties, actor, target))
    )


@lean
def _may_message(
    board: Board, limits: Limits, actor: int, target: int, group: int, marks: Marks
) -> bool:
    """Whether a message passes, as `may_message` of the board has it; contacts are marked."""
    return (
        limits.group_messages
        and not board.opt_out[target]
        and membership(board.groups, actor, group) >= 0
        and membership(board.groups, target, group) >= 0
        and near(board.ties, actor, target, limits.message_level, marks)
    )


@lean
def _channel(board: Board, actor: int, target: int, grouped: bool) -> int:
    """Channel of an invitation, given whether the two have a group in common."""
    if find(board.acquaintances, actor, target) >= 0:
        return ACQUAINTANCE
    return GROUP if grouped else STRANGER


@lean
def _may_invite(
    board: Board, limits: Limits, standing: Standing, actor: int, target: int, channel: int
) -> bool:
    """Whether an invitation to someone who is no contact passes, its number apart."""
    place = find(board.history, actor, target)
    return not (
        (place >= 0 and limits.week - board.invited[place] < limits.reinvite_after)
        or (channel != ACQUAINTANCE and limits.week < standing.restricted_until[actor])
        or (channel == STRANGER and not limits.stranger_invitations)
        or board.ties.degree[actor] >= limits.connections_most
        or board.ties.degree[target] >= limits.connections_most
    )


@lean
def _may_be_introduced(board: Board, standing: Standing, actor: int, target: int, via: int) -> bool:
    """Whether `via` is a contact of both, who are none, and no introduction is on its way."""
    if via < 0 or via >= board.present.size:
        return False
    way = np.int64(actor) * board.present.size + target
    place = np.searchsorted(standing.pending, way)
    return not (
        find(board.ties, actor, via) < 0
        or find(board.ties, via, target) < 0
        or find(board.ties, actor, target) >= 0
        or (place < standing.pending.size and standing.pending[place] == way)
    )


@lean
def _group_act(kind: int, actor: int, group: int, groups: GroupRows, limits: Limits) -> bool:
    """Whether the platform lets a member join, leave or post in a group."""
    if group < 0 or group >= groups.topic.size:
        return False
    inside = membership(groups, actor, group) >= 0
    if kind != JOIN:
        return inside
    size = groups.first_member[group + 1] - groups.first_member[group]
    return not inside and size < limits.group_size_most


@lean
def _done_before(first: int, act: int, kind: Int8, group: Int32, delivered: Bool) -> bool:
    """Whether this actor did the same, in the same group, already this week."""
    for earlier in range(first, act):
        if not delivered[earlier] or kind[earlier] != kind[act]:
            continue
        if kind[act] == SUBSCRIBE or group[earlier] == group[act]:
            return True
    return False
