"""Jobs: how they are lost, sought, offered and taken (docs/model.md, 8.10)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.draws import Decision

from .members import ACTIVE, OPEN, PASSIVE, TIPTOEING, WAYS, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .network import Now
    from .search import Approach

DIRECT, REFERRAL, RECRUITER, APPLICATION = WAYS


def hirers(now: Now) -> list[Member]:
    """Present decision-makers with an employer, ascending."""
    return [m for m in now.network.present if m.decision_maker and m.employer >= 0]


def vacancies(now: Now) -> list[Member]:
    """Hirers with an opening, ascending."""
    return [hirer for hirer in hirers(now) if hirer.opening >= 0]


def change_search(now: Now, me: Member, job_search: int) -> None:
    """Set the job search of a member, and by it the time it has."""
    if me.job_search != job_search:
        people = now.scenario.members
        me.job_search = job_search
        factor = people.job_search_hours[job_search]
        me.minutes = math.floor(60 * people.acting_share * (me.hours * factor))


def lose_jobs(now: Now) -> None:
    """Dismiss members: the focal ones in one week if the scenario says so."""
    shock = now.scenario.careers.loss_week
    for me in now.network.present:
        if not (me.employed and me.employer >= 0):
            continue
        if me.focal and shock > 0:
            lost = now.week == shock
        else:
            lost = now.happens(Decision.LOSE_JOB, now.scenario.careers.loss, me.number)
        if lost:
            me.employed = False
            me.employer = -1
            me.opening = -1
            change_search(now, me, ACTIVE)


def start_searching(now: Now) -> None:
    """Let some who do not look for a job begin to; those just dismissed do already."""
    careers = now.scenario.careers
    for me in now.network.present:
        may = me.job_search in (OPEN, PASSIVE) and not (me.focal and careers.loss_week > 0)
        if may and now.happens(Decision.START_SEARCH, careers.start, me.number):
            change_search(now, me, ACTIVE)


def open_positions(now: Now) -> None:
    """Withdraw old openings and make new ones."""
    careers = now.scenario.careers
    for me in now.network.members:
        if me.opening >= 0 and now.week - me.opening >= careers.opening_weeks:
            me.opening = -1
    for hirer in hirers(now):
        if hirer.opening < 0 and now.happens(Decision.OPENING, careers.opening, hirer.number):
            hirer.opening = now.week


def suits(me: Member, hirer: Member) -> bool:
    """Whether an opening is one that `me` looks for."""
    elsewhere = hirer.number != me.number and hirer.employer != me.employer
    return elsewhere and hirer.field == me.aim


def hold_interviews(now: Now, approaches: list[Approach]) -> dict[tuple[int, int], str]:
    """Return the interviews of the week, (member, hirer), with the way to each; count them."""
    interviews: dict[tuple[int, int], str] = {}
    ways = {
        DIRECT: by_contact(now),
        REFERRAL: by_referral(now),
        RECRUITER: by_recruiter(now, approaches),
        APPLICATION: by_application(now),
    }
    for way, pairs in ways.items():
        for pair in pairs:
            interviews.setdefault(pair, way)
    for (i, _), way in interviews.items():
        me = now.network.members[i]
        me.interviews[way] += 1
        if me.first_interview_week == -1:
            me.first_interview_week = now.week
    return interviews


def seekers(now: Now) -> list[Member]:
    """Present members who look for a job, openly or not."""
    return [me for me in now.network.present if me.job_search in (ACTIVE, TIPTOEING)]


def by_contact(now: Now) -> Iterator[tuple[int, int]]:
    """Interviews with contacts who have an opening."""
    chance = now.scenario.careers.direct
    for me in seekers(now):
        for hirer in vacancies(now):
            i, h = me.number, hirer.number
            near = h in me.ties and suits(me, hirer) and now.passes_on(i, h)
            if near and now.happens(Decision.DIRECT, chance, i, h):
                yield i, h


def by_referral(now: Now) -> Iterator[tuple[int, int]]:
    """Interviews by a contact who works with the hirer."""
    referral = now.scenario.careers.referral
    for me in seekers(now):
        for hirer in vacancies(now):
            i, h = me.number, hirer.number
            colleagues = [
                c
                for c in sorted(me.ties)
                if c != h and now.network.members[c].employer == hirer.employer
            ]
            if suits(me, hirer) and any(
                now.passes_on(i, c)
                and now.happens(Decision.REFERRAL, referral * now.strength(i, c), i, c, h)
                for c in colleagues
            ):
                yield i, h


def by_recruiter(now: Now, approaches: list[Approach]) -> Iterator[tuple[int, int]]:
    """Interviews of those whom recruiters approached and who listened."""
    careers = now.scenario.careers
    for r, j, h in approaches:
        member = now.network.members[j]
        if h == j or now.network.members[h].employer == member.employer:
            continue
        chance = careers.willing[member.job_search] * careers.approach
        if now.happens(Decision.APPROACH, chance, r, j):
            yield j, h


def by_application(now: Now) -> Iterator[tuple[int, int]]:
    """Interviews of those who apply."""
    careers = now.scenario.careers
    for me in seekers(now):
        there = [hirer for hirer in vacancies(now) if hirer.field == me.aim]
        if me.job_search != ACTIVE or not there:
            continue
        for turn in range(careers.applications):
            hirer = there[now.pick(Decision.APPLICATION, len(there), me.number, 2 * turn)]
            invited = now.happens(Decision.APPLICATION, careers.apply, me.number, 0, 2 * turn + 1)
            if suits(me, hirer) and invited:
                yield me.number, hirer.number


def make_offers(now: Now, interviews: dict[tuple[int, int], str]) -> None:
    """Decide the interviews, and let who gets an offer move."""
    careers, members = now.scenario.careers, now.network.members
    passed = [
        (i, h)
        for (i, h), way in interviews.items()
        if now.happens(
            Decision.OFFER,
            careers.offer_known if way in (DIRECT, REFERRAL) else careers.offer,
            i,
            h,
        )
    ]
    order = sorted((now.luck.uniform(Decision.OFFER, now.week, i, h, 1), i, h) for i, h in passed)
    taken: set[int] = set()
    for _, i, h in order:
        if members[h].opening >= 0 and i not in taken:
            taken.add(i)
            move(now, members[i], members[h])


def move(now: Now, me: Member, hirer: Member) -> None:
    """Take an offer."""
    me.offers += 1
    if me.first_offer_week == -1:
        me.first_offer_week = now.week
    me.employer = hirer.employer
    me.field = hirer.field
    me.employed = True
    change_search(now, me, PASSIVE)
    hirer.opening = -1
    me.opening = -1
