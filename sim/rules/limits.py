"""What the platform lets through: quotas, permissions, restriction, and the hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.compiled import kernel
from sim.rules.acts import INVITE, MESSAGE, UPKEEP
from sim.rules.board import Board, may_message
from sim.world.groups import GroupRows, share_group
from sim.world.rows import common_count, find

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.world.members import Bool, Int8, Int32

ACQUAINTANCE, GROUP, STRANGER = 0, 1, 2


class Limits(NamedTuple):
    """Section `platform` of a scenario and the price of each act, as kernels read them.

    `mutual_enough` and `embedded_from` are the numbers of mutual contacts beyond which it makes no
    difference to an answer, or to a check-in, that there are more.
    """

    week: int
    invitations_per_week: int
    invitations_lifetime: int
    reinvite_after: int
    message_level: int
    mutual_enough: int
    embedded_from: int
    invite: int
    invite_with_note: int
    message: int
    upkeep: int


class Delivery(NamedTuple):
    """What became of each act, and what the rules that follow need to know of it."""

    delivered: Bool
    """Delivered, not refused, bool[K]."""
    channel: Int8
    """Of delivered invitations: 0 acquaintance, 1 group, 2 stranger, int8[K]."""
    mutual: Int32
    """Mutual contacts at the start of the week of delivered acts, counted up to where more of them
    make no difference, int32[K]."""
    price: Int32
    """Minutes charged, int32[K]."""


@kernel
def deliver(
    segments: NDArray[np.int64],
    start: int,
    stop: int,
    actor: Int32,
    kind: Int8,
    target: Int32,
    group: Int32,
    note: Bool,
    board: Board,
    limits: Limits,
    minutes: Int32,
    sent: Int32,
    restricted_until: Int32,
    delivery: Delivery,
) -> None:
    """Refuse or deliver the acts of the actors `start` ... `stop` - 1 of a week.

    Parameters
    ----------
    segments : int64[A + 1]
        Where each actor's acts begin; acts are sorted by actor.
    actor, kind, target, group, note
        Columns of the acts.
    minutes, sent, restricted_until : int32[N]
        Columns of the members.
    delivery : Delivery
        Receives the outcome at the places of these actors' acts.
    """
    for segment in range(start, stop):
        first, last = segments[segment], segments[segment + 1]
        i = actor[first]
        left = int(minutes[i])
        quota = min(limits.invitations_per_week, limits.invitations_lifetime - sent[i])
        restricted = limits.week < restricted_until[i]
        for act in range(first, last):
            j = target[act]
            if j == i or j < 0 or j >= minutes.size:
                continue
            price = _price(kind[act], note[act], limits)
            if price > left or _done_before(first, act, kind, target, delivery.delivered):
                continue
            connected = find(board.ties, i, j) >= 0
            if kind[act] == INVITE:
                known = find(board.acquaintances, i, j) >= 0
                place = find(board.history, i, j)
                lately = place >= 0 and limits.week - board.invited[place] < limits.reinvite_after
                if connected or lately or quota <= 0 or (restricted and not known):
                    continue
                quota -= 1
                delivery.channel[act] = ACQUAINTANCE if known else _channel(board.groups, i, j)
            elif kind[act] == MESSAGE:
                if connected or not may_message(board, i, j, group[act], limits.message_level):
                    continue
            elif not connected:
                continue
            left -= price
            delivery.delivered[act] = True
            delivery.price[act] = price
            enough = limits.mutual_enough if kind[act] != UPKEEP else limits.embedded_from
            delivery.mutual[act] = common_count(board.ties, i, j, enough)


@kernel
def _price(kind: int, note: bool, limits: Limits) -> int:
    """Minutes that an act costs."""
    if kind == INVITE:
        return limits.invite_with_note if note else limits.invite
    return limits.message if kind == MESSAGE else limits.upkeep


@kernel
def _channel(groups: GroupRows, actor: int, target: int) -> int:
    """Channel of an invitation to someone who is no acquaintance."""
    return GROUP if share_group(groups, actor, target) else STRANGER


@kernel
def _done_before(first: int, act: int, kind: Int8, target: Int32, delivered: Bool) -> bool:
    """Whether this actor did the same to the same target already this week."""
    for earlier in range(first, act):
        if delivered[earlier] and kind[earlier] == kind[act] and target[earlier] == target[act]:
            return True
    return False
