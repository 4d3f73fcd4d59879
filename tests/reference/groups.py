"""How groups change in a week (docs/model.md, 8.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.draws import Decision

from .network import log, logistic
from .platform import is_full

if TYPE_CHECKING:
    from .acts import Sent
    from .members import Member
    from .network import Now


class Changes(NamedTuple):
    """Memberships, (member, group), that end and that begin."""

    left: set[tuple[int, int]]
    joined: set[tuple[int, int]]
    """By an act of their own."""
    followed: set[tuple[int, int]]
    """By recommendation."""


def changes(now: Now, answered: list[Sent]) -> Changes:
    """Return the changes of a week, decided on the state at its start."""
    left = {(i, act.group) for i, act, _ in answered if act.kind == "leave"}
    joined = {(i, act.group) for i, act, _ in answered if act.kind == "join"}
    bored = {
        (me.number, g)
        for me in now.network.present
        for g, activity in me.activity.items()
        if activity == 0 and now.happens(Decision.LEAVE, now.scenario.joining.leave, me.number, g)
    }
    followed = {(me.number, g) for me in now.network.present for g in recommended(now, me)}
    return Changes(left | bored, joined, followed - joined)


def recommended(now: Now, me: Member) -> list[int]:
    """Return the group that `me` joins because the platform recommends it, if any."""
    i, contacts = me.number, sorted(me.ties)
    if not contacts or not now.happens(Decision.RECOMMEND, now.scenario.joining.recommend, i):
        return []
    contact = now.network.members[contacts[now.pick(Decision.RECOMMEND, len(contacts), i, 1)]]
    groups = sorted(contact.activity)
    if not groups:
        return []
    g = groups[now.pick(Decision.RECOMMEND, len(groups), i, 2)]
    full = is_full(now, g) or len(me.activity) >= now.scenario.platform.groups_most
    if g in me.activity or full:
        return []
    chance = logistic(log_odds(now, me, g))
    return [g] if now.happens(Decision.JOIN, chance, i, g) else []


def log_odds(now: Now, me: Member, group: int) -> float:
    """Log-odds that `me` joins a group that is recommended."""
    joining, network = now.scenario.joining, now.network
    inside = me.contacts & set(network.groups[group].members)
    x = joining.join
    x = x + joining.inside * log(1.0 + len(inside))
    if any(network.members[c].contacts & inside for c in inside):
        x = x + joining.closed
    return x


def commit(now: Now, answered: list[Sent], decided: Changes) -> None:
    """Take over posts and changes of membership."""
    network = now.network
    for i, act, _ in answered:
        if act.kind == "post":
            network.members[i].posted[act.group] = now.week
            network.members[i].posts += 1
    for i, g in decided.left:
        network.leave(i, g)
    for i, g in decided.joined:
        network.join(i, g, activity=1)
    for i, g in decided.followed:
        network.join(i, g, activity=0)
