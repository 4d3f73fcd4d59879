"""How a week begins (docs/model.md, 8.2), and what a network takes to be kept up (8.7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.draws import Decision

from . import careers
from .members import Tie
from .network import exp, log, single

if TYPE_CHECKING:
    from .members import Member
    from .network import Now


def begin(now: Now) -> None:
    """Everything that happens before anybody plans."""
    for member in now.network.members:
        member.weeks_restricted += member.restricted(now.week)
        member.credits.pop(now.week, None)
        if (now.week - 1) % 4 == 0:
            member.month_messages = 0
    if now.scenario.population.on:
        come_and_go(now)
    if now.scenario.careers.on:
        careers.lose_jobs(now)
        careers.start_searching(now)
        careers.open_positions(now)
    for member in now.network.members:
        member.time = member.minutes
        if now.scenario.tiredness.on and member.present:
            keep_up(now, member)


def come_and_go(now: Now) -> None:
    """Departures and arrivals, both by the state before them (8.9)."""
    chances = now.scenario.population
    here = now.network.present
    leaving = [
        member
        for member in here
        if not member.focal and now.happens(Decision.DEPART, chances.depart, member.number)
    ]
    coming = [
        member
        for member in now.network.members
        if not (member.present or member.gone)
        and now.happens(Decision.ARRIVE, chances.arrive, member.number)
    ]
    for member in leaving:
        member.present = False
        member.gone = True
        member.opening = -1
        now.network.remove_ties(member.number)
    staying = {member.number for member in here if member.present}
    for member in coming:
        member.present = True
        for j in sorted(member.acquaintances & staying):
            meet_again(now, member.number, j)


def meet_again(now: Now, i: int, j: int) -> None:
    """Connect a member who has just arrived with an acquaintance, perhaps."""
    chance, ties = now.scenario.acquaintances.connected, now.scenario.ties
    if now.happens(Decision.CONNECT_ON_ARRIVAL, chance, min(i, j), max(i, j)):
        level = single(ties.strength_acquaintance)
        now.network.add_tie(i, j, Tie(level, now.week, now.week, 0, ties.embedded_from > 0))


def keep_up(now: Now, me: Member) -> None:
    """Take what the active ties need from the time of the week, or burn out."""
    rules = now.scenario.tiredness
    active = [now.network.members[j] for j in me.ties if not now.dormant(me.number, j)]
    a = sum(other.field == me.aim for other in active)
    w = a + rules.off_target * (len(active) - a)
    need = math.floor(rules.cost * exp(rules.beta * log(w))) if w else 0
    if now.week < me.burnt_until:
        rest(me)
        return
    me.strain = me.strain + 1 if need > me.minutes else 0
    if me.strain == rules.after:
        me.strain = 0
        me.burnt_until = now.week + rules.pause
        rest(me)
        return
    taken = min(me.minutes, need)
    me.time = me.minutes - taken
    me.minutes_spent["keep_up"] += taken


def rest(me: Member) -> None:
    """Spend a week burnt out."""
    me.time = 0
    me.weeks_burnt += 1
