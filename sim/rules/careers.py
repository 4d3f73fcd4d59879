"""Interviews, offers and moves: how a network leads to jobs (S1, S5, F30-F35).

Nothing here knows of an inverted U in the strength of ties (F30): a contact refers the more
willingly the stronger the tie, and can refer only to another employer than one's own.

Source: docs/model.md, 8.10, *search and careers*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.draws import Decision, integers, uniform, uniforms
from sim.rules.board import Board, passes_on, strength_at
from sim.rules.shocks import ACTIVE, NO_OPENING, PASSIVE, TIPTOEING, set_search
from sim.world.members import WAYS_TO_INTERVIEWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.search import Approaches
    from sim.scenario.careers import Careers
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Int8, Int32, Members

DIRECT, REFERRAL, RECRUITER, APPLICATION = range(len(WAYS_TO_INTERVIEWS))

_DIRECT = int(Decision.DIRECT)
_REFERRAL = int(Decision.REFERRAL)


class Interviews(NamedTuple):
    """Interviews of a week, one a row."""

    member: Int32
    hirer: Int32
    way: Int8
    """Position in `WAYS_TO_INTERVIEWS`."""


class _Openings(NamedTuple):
    """The labour market as kernels read it."""

    employer: Int32
    """Column of the members."""
    hirer: Int32
    """Hirers with an opening, by employer, then ascending."""
    first: NDArray[np.int64]
    """Where the hirers of an employer begin, int64[employers + 1]."""


def hire(
    world: World, board: Board, scenario: Scenario, approaches: Approaches | None, threads: int
) -> None:
    """Let members be interviewed, get offers and move.

    Parameters
    ----------
    world : World
        Its members change in place: counts of interviews and offers, and for those who move
        `employer`, `field`, `employed`, `job_search`, `minutes` and `opening`.
    board : Board
        The state after the phase *tie*.
    scenario : Scenario
        Sections `careers`, which is on, and `members`.
    approaches : Approaches, optional
        Of this week's recruiters; none without search.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    members, week = world.members, world.week
    held = interviews(world, board, scenario.careers, approaches, threads)
    np.add.at(members.interviews, (held.member, held.way), 1)
    _note_first(members.first_interview_week, held.member, week)

    won = _offers(world, held, scenario.careers)
    mover, hirer = held.member[won], held.hirer[won]
    members.offers[mover] += 1
    _note_first(members.first_offer_week, mover, week)
    # A hirer who moves too goes after it has hired: its opening closes when it goes. So all of them
    # hire for the employers they had at first.
    members.employer[mover], members.field[mover] = members.employer[hirer], members.field[hirer]
    members.employed[mover] = True
    members.opening[mover] = NO_OPENING
    members.opening[hirer] = NO_OPENING
    set_search(members, mover, PASSIVE, scenario.members)


def _note_first(first_week: Int32, rows: Int32, week: int) -> None:
    """Write `week` where `first_week`, int32[N], has none yet."""
    first_week[rows[first_week[rows] < 0]] = week


def interviews(
    world: World, board: Board, careers: Careers, approaches: Approaches | None, threads: int
) -> Interviews:
    """Return the interviews of a week: each pair once, with the first way that led to it.

    They come by member, then hirer. Parameters are those of `hire`.
    """
    ways = [
        _through_contacts(world, board, careers, threads),
        _by_application(world, careers),
    ]
    if approaches is not None:
        ways.append(_through_recruiters(world, careers, approaches))
    member, hirer, way = (np.concatenate(columns) for columns in zip(*ways, strict=True))
    order = np.lexsort((way, hirer, member))
    member, hirer, way = member[order], hirer[order], way[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (np.diff(member) != 0) | (np.diff(hirer) != 0)
    return Interviews(member[new], hirer[new], way[new])


def _with_opening(members: Members, key: Int32) -> Int32:
    """Return the hirers with an opening by a column of the members, equals ascending."""
    hirer = np.flatnonzero(members.opening >= 0).astype(np.int32)
    return hirer[np.argsort(key[hirer], kind="stable")]


def _through_contacts(world: World, board: Board, careers: Careers, threads: int) -> Interviews:
    """Interviews with contacts who have an opening, and by referrals of contacts (S5, F30, F32)."""
    members = world.members
    hirer = _with_opening(members, members.employer)
    employers = np.arange(int(members.employer.max(initial=-1)) + 2)
    openings = _Openings(
        members.employer,
        hirer,
        np.searchsorted(members.employer[hirer], employers).astype(np.int64),
    )
    searching = members.present & (members.job_search <= TIPTOEING)
    seekers = np.flatnonzero(searching).astype(np.int32)
    found: dict[int, Int32] = {}

    def work(start: int, stop: int) -> None:
        found[start] = _walk_contacts(
            start,
            stop,
            np.uint64(world.seed),
            seekers,
            board,
            openings,
            float(careers.direct),
            float(careers.referral),
        )

    over_chunks(threads, len(seekers), work)
    member, hirer, way = np.concatenate(list(found.values())).T
    return Interviews(member, hirer, way.astype(np.int8))


@kernel
def _with_row(found: Int32, size: int, member: int, hirer: int, way: int) -> Int32:
    """Write row `size` of `found`, and return it or a larger copy of it."""
    if size == len(found):
        larger = np.empty((2 * size, 3), np.int32)
        larger[:size] = found
        found = larger
    found[size, 0] = member
    found[size, 1] = hirer
    found[size, 2] = way
    return found


@kernel
def _walk_contacts(
    start: int,
    stop: int,
    seed: np.uint64,
    seekers: Int32,
    board: Board,
    openings: _Openings,
    direct: float,
    referral: float,
) -> Int32:
    """Interviews that contacts give or bring the seekers `start` ... `stop` - 1.

    Returns
    -------
    int32[n, 3]
        Member, hirer and way; a pair may occur again, by another way or another contact.
    """
    found = np.empty((64, 3), np.int32)
    size = 0
    ties, field, week = board.ties, board.field, board.week
    employer, hirer, first = openings
    for row in range(start, stop):
        i = seekers[row]
        wanted = board.aim[i]
        for place in range(ties.start[i], ties.start[i] + ties.degree[i]):
            c = ties.neighbour[place]
            works_at = employer[c]
            if works_at < 0 or works_at == employer[i]:
                continue
            # An opening elsewhere is not one's own: in the field aimed at, it suits.
            for at in range(first[works_at], first[works_at + 1]):
                h = hirer[at]
                if field[h] != wanted or not passes_on(board, place):
                    continue
                if h == c:
                    way = DIRECT
                    held = uniform(seed, _DIRECT, week, i, c, 0) < direct
                else:
                    way = REFERRAL
                    chance = referral * strength_at(board, place)
                    held = uniform(seed, _REFERRAL, week, i, c, h) < chance
                if held:
                    found = _with_row(found, size, i, h, way)
                    size += 1
    return found[:size]


def _through_recruiters(world: World, careers: Careers, approaches: Approaches) -> Interviews:
    """Interviews of those whom recruiters approached and who listened (S23, F34)."""
    members = world.members
    recruiter, member, hirer = approaches
    listens = np.asarray(careers.willing)[members.job_search[member]] * careers.approach
    drawn = uniforms(world.seed, Decision.APPROACH, world.week, recruiter, member, 0)
    elsewhere = members.employer[hirer] != members.employer[member]
    return _chosen(member, hirer, RECRUITER, (drawn < listens) & elsewhere)


def _by_application(world: World, careers: Careers) -> Interviews:
    """Interviews of active searchers who applied for an opening in the field they aim at."""
    members, week = world.members, world.week
    hirer = _with_opening(members, members.field)
    active = np.flatnonzero(members.present & (members.job_search == ACTIVE)).astype(np.int32)
    field, aim = members.field[hirer], members.aim[active]
    first = np.searchsorted(field, aim)
    offered = np.searchsorted(field, aim, side="right") - first
    applies = offered > 0

    member = np.repeat(active[applies], careers.applications)
    number = np.tile(np.arange(careers.applications), np.count_nonzero(applies))
    picked = integers(
        world.seed,
        Decision.APPLICATION,
        week,
        member,
        0,
        2 * number,
        np.repeat(offered[applies], careers.applications),
    )
    target = hirer[np.repeat(first[applies], careers.applications) + picked]
    drawn = uniforms(world.seed, Decision.APPLICATION, week, member, 0, 2 * number + 1)
    elsewhere = members.employer[target] != members.employer[member]
    return _chosen(member, target, APPLICATION, (drawn < careers.apply) & elsewhere)


def _chosen(member: Int32, hirer: Int32, way: int, chosen: Bool) -> Interviews:
    """Return the chosen ones of the pairs as interviews by one way."""
    count = int(np.count_nonzero(chosen))
    return Interviews(member[chosen], hirer[chosen], np.full(count, way, np.int8))


def _offers(world: World, held: Interviews, careers: Careers) -> NDArray[np.int64]:
    """Return which interviews led to an offer: places in `held`, in the order of the offers."""
    seed, week = world.seed, world.week
    known = held.way <= REFERRAL
    drawn = uniforms(seed, Decision.OFFER, week, held.member, held.hirer, 0)
    passed = np.flatnonzero(drawn < np.where(known, careers.offer_known, careers.offer))
    member, hirer = held.member[passed], held.hirer[passed]
    rank = uniforms(seed, Decision.OFFER, week, member, hirer, 1)
    order = np.lexsort((hirer, member, rank))
    unfilled = world.members.opening >= 0
    return passed[order[_award(member[order], hirer[order], unfilled)]]


@kernel
def _award(member: Int32, hirer: Int32, unfilled: Bool) -> Bool:
    """Tell which interviews, taken in their order, end in an offer: bool of their number.

    `unfilled`, bool[N], says who has an opening; it is used up.
    """
    offer = np.zeros(member.size, np.bool_)
    moved = np.zeros(unfilled.size, np.bool_)
    for place in range(member.size):
        i, h = member[place], hirer[place]
        if unfilled[h] and not moved[i]:
            offer[place] = True
            moved[i] = True
            unfilled[h] = False
            unfilled[i] = False
    return offer
