"""What the platform permits in a week, what acts cost, and where members stand with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import lean
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
    POST,
    SUBSCRIBE,
    UPKEEP,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.respond import Law
    from sim.scenario.conduct import Platform
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Int32

MECHANISMS = ("introductions", "premium", "joining", "wasteland", "endorsements")
"""Mechanisms that bring acts of their own."""
_KIND_OF = {
    INTRODUCE: "introductions",
    INMAIL: "premium",
    SUBSCRIBE: "premium",
    JOIN: "joining",
    LEAVE: "joining",
    POST: "joining",
    CONGRATULATE: "wasteland",
    ARTICLE: "wasteland",
    ENDORSE: "endorsements",
}


class Limits(NamedTuple):
    """What the platform permits this week and what each act costs, as kernels read them.

    `mutual_enough` and `embedded_from` are the numbers of mutual contacts beyond which it makes no
    difference to an answer, or to a renewed tie, that there are more.
    """

    week: int
    invitations_per_week: int
    invitations_lifetime: int
    reinvite_after: int
    message_level: int
    group_messages: bool
    messages_per_month: int
    groups_most: int
    group_size_most: int
    """In members of the world."""
    connections_most: int
    stranger_invitations: bool
    silenced: bool
    """Whether restricted members may write no messages and InMails either."""
    mutual_enough: int
    embedded_from: int
    permitted: Bool
    """Kinds of acts that there are, bool[kinds]."""
    invite: int
    invite_with_note: int
    message: int
    upkeep: int
    introduce: int
    inmail: int
    join: int
    post: int
    endorse: int
    congratulate: int
    article: int


def limits_of(scenario: Scenario, platform: Platform, law: Law, week: int) -> Limits:
    """Return what holds in a week, with the rules of the platform as they are then."""
    minutes = scenario.minutes
    sections = scenario.mechanisms
    return Limits(
        week=week,
        invitations_per_week=platform.invitations_per_week,
        invitations_lifetime=platform.invitations_lifetime,
        reinvite_after=platform.reinvite_after,
        message_level=platform.message_level,
        group_messages=platform.group_messages,
        messages_per_month=platform.messages_per_month,
        groups_most=platform.groups_most,
        group_size_most=group_size_most(scenario, platform),
        connections_most=platform.connections_most,
        stranger_invitations=platform.stranger_invitations,
        silenced=scenario.spam.on,
        mutual_enough=max(law.mutual_most, scenario.ties.embedded_from),
        embedded_from=scenario.ties.embedded_from,
        permitted=np.array(
            [_KIND_OF.get(kind, "") in {"", *sections} for kind in range(len(KINDS))]
        ),
        invite=minutes.invite,
        invite_with_note=minutes.invite_with_note,
        message=minutes.message,
        upkeep=minutes.upkeep,
        introduce=minutes.introduce,
        inmail=minutes.inmail,
        join=minutes.join,
        post=minutes.post,
        endorse=minutes.endorse,
        congratulate=minutes.congratulate,
        article=minutes.article,
    )


@lean
def price_of(kind: int, note: bool, limits: Limits) -> int:
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


def group_size_most(scenario: Scenario, platform: Platform) -> int:
    """Return how many members of the world a group may have: the world is a slice (F41)."""
    return max(1, int(platform.group_size_most * scenario.members.coverage))


class Standing(NamedTuple):
    """Where members stand with the platform at the start of a week."""

    time: Int32
    sent: Int32
    restricted_until: Int32
    month_messages: Int32
    credits: Int32
    """InMail credits, by the week of their expiry, int32[N, 16]."""
    subscribed_until: Int32
    pending: NDArray[np.int64]
    """Introductions on their way, actor * N + target, ascending."""
    refused: Int32
    """Acts refused so far, which delivery counts."""
    minutes_spent: Int32
    """Minutes charged so far, by activity, which delivery counts; int32[N, activities]."""


def standing_of(world: World) -> Standing:
    """Bundle the columns of a world's members."""
    members, pending = world.members, world.pending
    ways = pending.actor.astype(np.int64) * len(members) + pending.target
    return Standing(
        time=members.time,
        sent=members.sent,
        restricted_until=members.restricted_until,
        month_messages=members.month_messages,
        credits=members.credits,
        subscribed_until=members.subscribed_until,
        pending=np.sort(ways),
        refused=members.refused,
        minutes_spent=members.minutes_spent,
    )
