"""What the platform lets through: quotas, permissions, restriction, and the time of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.rules.acts import (
    ARTICLE,
    CONGRATULATE,
    ENDORSE,
    INMAIL,
    INTRODUCE,
    INVITE,
    JOIN,
    KINDS,
    LEAVE,
    MESSAGE,
    NURTURE,
    POST,
    SUBSCRIBE,
    UPKEEP,
    Acts,
)
from sim.rules.board import Board, may_message
from sim.rules.endorsing import has_endorsed
from sim.world.groups import GroupRows, membership, share_group
from sim.world.rows import common_count, find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.limits import Limits, Standing
    from sim.world.members import Bool, Int8, Int32

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
    price: Int32
    """Minutes charged, int32[K]."""

    def take(self, index: Bool) -> Delivery:
        """Return what concerns the acts at `index`, bool[K]."""
        return Delivery._make(column[index] for column in self)


def deliver(
    acts: Acts, board: Board, limits: Limits, standing: Standing, threads: int = 1
) -> Delivery:
    """Refuse or deliver acts.

    Parameters
    ----------
    acts : Acts
        Sorted by actor; each actor's are taken in their order.
    board, limits, standing
        The state at the start of the week.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    delivery = Delivery(
        delivered=np.zeros(len(acts), np.bool_),
        channel=np.zeros(len(acts), np.int8),
        mutual=np.zeros(len(acts), np.int32),
        price=np.zeros(len(acts), np.int32),
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
        )

    over_chunks(threads, len(starts), work)
    return delivery


@kernel
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
    """
    room = np.empty(5, np.int64)
    for segment in range(start, stop):
        first, last = segments[segment], segments[segment + 1]
        i = actor[first]
        _make_room(room, i, board, limits, standing)
        for act in range(first, last):
            what, j = kind[act], target[act]
            price = _price(what, note[act], limits)
            if (
                not limits.permitted[what]
                or price > room[_TIME]
                or _done_before(first, act, kind, target, via, delivery.delivered)
                or not _passes(what, i, j, via[act], room, board, limits, standing)
            ):
                continue
            room[_TIME] -= price
            if _ROOM[what] >= 0:
                room[_ROOM[what]] -= 1
            delivery.delivered[act] = True
            delivery.price[act] = price
            if what == INVITE:
                delivery.channel[act] = _channel(board, i, j)
            if what in (INVITE, MESSAGE, INMAIL):
                delivery.mutual[act] = common_count(board.ties, i, j, limits.mutual_enough)
            elif what in NURTURE:
                delivery.mutual[act] = common_count(board.ties, i, j, limits.embedded_from)


@kernel
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


@kernel
def _passes(
    kind: int,
    actor: int,
    target: int,
    via: int,
    room: NDArray[np.int64],
    board: Board,
    limits: Limits,
    standing: Standing,
) -> bool:
    """Whether the platform lets an act through, its price and repetition apart."""
    if _ROOM[kind] >= 0 and room[_ROOM[kind]] <= 0:
        return False
    if kind == SUBSCRIBE:
        return bool(limits.week + 1 >= standing.subscribed_until[actor])
    if kind in (JOIN, LEAVE, POST):
        return _group_act(kind, actor, via, board.groups, limits)
    if target == actor or target < 0 or target >= board.present.size or not board.present[target]:
        return False
    if kind == INTRODUCE:
        return _may_be_introduced(board, standing, actor, target, via)
    place = find(board.ties, actor, target)
    if kind == INVITE:
        return place < 0 and _may_invite(board, limits, standing, actor, target)
    if kind in (MESSAGE, INMAIL):
        silent = limits.silenced and limits.week < standing.restricted_until[actor]
        open_to = kind == INMAIL or (
            limits.group_messages and may_message(board, actor, target, via, limits.message_level)
        )
        return place < 0 and not silent and open_to
    return place >= 0 and not (kind == ENDORSE and has_endorsed(board, actor, place))


@kernel
def _price(kind: int, note: bool, limits: Limits) -> int:
    """Minutes that an act costs."""
    price = 0
    if kind == INVITE:
        price = limits.invite_with_note if note else limits.invite
    elif kind == MESSAGE:
        price = limits.message
    elif kind == UPKEEP:
        price = limits.upkeep
    elif kind == INTRODUCE:
        price = limits.introduce
    elif kind == INMAIL:
        price = limits.inmail
    elif kind in (JOIN, LEAVE):
        price = limits.join
    elif kind == POST:
        price = limits.post
    elif kind == ENDORSE:
        price = limits.endorse
    elif kind == CONGRATULATE:
        price = limits.congratulate
    elif kind == ARTICLE:
        price = limits.article
    return price


@kernel
def _channel(board: Board, actor: int, target: int) -> int:
    """Channel of an invitation."""
    if find(board.acquaintances, actor, target) >= 0:
        return ACQUAINTANCE
    return GROUP if share_group(board.groups, actor, target) else STRANGER


@kernel
def _may_invite(board: Board, limits: Limits, standing: Standing, actor: int, target: int) -> bool:
    """Whether an invitation to someone who is no contact passes, its number apart."""
    channel = _channel(board, actor, target)
    place = find(board.history, actor, target)
    return not (
        (place >= 0 and limits.week - board.invited[place] < limits.reinvite_after)
        or (channel != ACQUAINTANCE and limits.week < standing.restricted_until[actor])
        or (channel == STRANGER and not limits.stranger_invitations)
        or board.ties.degree[actor] >= limits.connections_most
        or board.ties.degree[target] >= limits.connections_most
    )


@kernel
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


@kernel
def _group_act(kind: int, actor: int, group: int, groups: GroupRows, limits: Limits) -> bool:
    """Whether the platform lets a member join, leave or post in a group."""
    if group < 0 or group >= groups.topic.size:
        return False
    inside = membership(groups, actor, group) >= 0
    if kind != JOIN:
        return inside
    size = groups.first_member[group + 1] - groups.first_member[group]
    return not inside and size < limits.group_size_most


@kernel
def _done_before(
    first: int, act: int, kind: Int8, target: Int32, via: Int32, delivered: Bool
) -> bool:
    """Whether this actor did the same to the same target, or group, already this week."""
    in_groups = kind[act] in (JOIN, LEAVE, POST)
    for earlier in range(first, act):
        if not delivered[earlier] or kind[earlier] != kind[act]:
            continue
        if via[earlier] == via[act] if in_groups else target[earlier] == target[act]:
            return True
        if kind[act] == SUBSCRIBE:
            return True
    return False
