"""How search ranks profiles, and what recruiters do with it (docs/model.md, 8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.draws import Decision

from . import careers
from .network import log

if TYPE_CHECKING:
    from .members import Member
    from .network import Now


class Approach(NamedTuple):
    """A recruiter writes to a member, for a hirer (-1 if for nobody in particular)."""

    recruiter: int
    member: int
    hirer: int


def scores(now: Now, i: int, candidates: list[Member]) -> dict[int, float]:
    """Return the score of each candidate for searcher i."""
    weights, searcher = now.scenario.search, now.network.members[i]
    _, first, second = now.network.rings(i, 2)
    found = {}
    for other in candidates:
        x = 0.0
        if other.number in first:
            x = weights.level_1
        elif other.number in second:
            x = weights.level_2
        elif searcher.groups & other.groups:
            x = weights.level_group
        x = x + weights.completeness * other.completeness
        x = x + weights.connections * log(1.0 + len(other.ties))
        x = x + weights.endorsements * log(1.0 + other.endorsements)
        found[other.number] = x
    return found


def ranking(
    now: Now, i: int, field: int, keyword: int | None, *, decision_makers: bool = False
) -> list[int]:
    """Return all whom a search of i finds, best first; without a keyword it plays no part."""
    candidates = [
        other
        for other in now.network.present
        if other.number != i
        and other.field == field
        and (keyword is None or other.keyword == keyword)
        and (other.decision_maker or not decision_makers)
    ]
    score = scores(now, i, candidates)
    return sorted(score, key=lambda j: (-score[j], j))


def recruit(now: Now) -> list[Approach]:
    """Let every recruiter search once and approach; all searches read the same state."""
    results = []
    for recruiter in now.network.present:
        if recruiter.recruiter:
            h, f = sought(now, recruiter)
            if f >= 0:
                q = now.pick(Decision.SEARCH_FOR, now.scenario.search.keywords, recruiter.number, 1)
                ranked = ranking(now, recruiter.number, f, q)
                results.append((ranked, approached(now, recruiter, ranked, h)))
    for ranked, _ in results:
        show(now, ranked)
    approaches = [approach for _, made in results for approach in made]
    for r, j, _ in approaches:
        now.network.members[j].approaches += 1
        now.network.members[r].messaged[j] = now.week
    return approaches


def sought(now: Now, recruiter: Member) -> tuple[int, int]:
    """Return for whom and in which field a recruiter searches; field -1 if it does not."""
    if not now.scenario.careers.on:
        return -1, now.pick(Decision.SEARCH_FOR, now.network.fields, recruiter.number, 0)
    hiring = careers.vacancies(now)
    if not hiring:
        return -1, -1
    hirer = hiring[now.pick(Decision.SEARCH_FOR, len(hiring), recruiter.number, 0)]
    return hirer.number, hirer.field


def approached(now: Now, recruiter: Member, ranked: list[int], hirer: int) -> list[Approach]:
    """Whom a recruiter approaches of those it sees."""
    search = now.scenario.search
    fresh = [j for j in ranked[: search.page] if now.week - recruiter.last_asked(j) >= search.again]
    return [Approach(recruiter.number, j, hirer) for j in fresh[: search.approaches]]


def show(now: Now, ranked: list[int]) -> None:
    """Count who was ranked where, and who was on the page."""
    for position, j in enumerate(ranked, 1):
        member = now.network.members[j]
        member.searched += 1
        member.position_sum += position
        member.impressions += position <= now.scenario.search.page
