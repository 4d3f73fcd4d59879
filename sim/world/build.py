"""The initial world: the same for every arm of a seed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, integers, normals, uniforms
from sim.world.acquaintances import draw_acquaintances
from sim.world.facts import DEALINGS, FACTS
from sim.world.groups import NO_TOPIC, Groups
from sim.world.joining import draw_groups
from sim.world.lognormal import lognormal
from sim.world.members import DECISION_MAKER, Float64, Int8, Int32, Members
from sim.world.pending import Pending
from sim.world.ties import Adjacency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.population import Members as MemberSettings
    from sim.scenario.study import Scenario
    from sim.world.columns import Kind
    from sim.world.load import RealInput

TIE_COLUMNS: dict[str, Kind] = {
    "level": np.float32,
    "renewed": np.int16,
    "born": np.int16,
    "facts": FACTS,
}
HISTORY_COLUMNS: dict[str, Kind] = {
    "invited": np.int16,
    "messaged": np.int16,
    "approaches": np.int16,
    "dealings": DEALINGS,
}


@dataclass(slots=True)
class World:
    """The whole state of a run: members, ties, acquaintances, history and groups."""

    seed: int
    field_names: tuple[str, ...]
    members: Members
    ties: Adjacency
    """Columns: level, renewed, born, and as bits of `facts` origin, bridge, endorsed."""
    acquaintances: Adjacency
    """Fixed during a run; copies of a world share it."""
    history: Adjacency
    """Directed, actor to alter. Columns: invited, messaged (weeks, or `NEVER`), approaches
    (delivered invitations, messages and InMails), and as bits of `dealings` met, favours
    (introductions that alter passed on)."""
    groups: Groups
    pending: Pending = dataclasses.field(default_factory=Pending.none)
    week: int = 0

    def copy(self) -> World:
        """Return a world that shares with this one only what never changes."""
        return dataclasses.replace(
            self,
            members=self.members.copy(),
            ties=self.ties.copy(),
            history=self.history.copy(),
            groups=self.groups.copy(),
        )


def build_world(scenario: Scenario, seed: int, real: RealInput | None = None) -> World:
    """Build the initial world of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Its sections `members`, `focal`, `acquaintances`, `ties`, `groups` and `background`.
    seed : int
        Seed of the world, 0 <= seed < 2**63.
    real : RealInput, optional
        What was read from files takes the place of what would be generated.
    """
    count = real.members if real is not None else scenario.members.count
    members = Members.blank(count)
    field_names = _field_names(scenario, real)
    _draw_contexts(members, scenario, len(field_names), seed, real)
    _draw_people(members, scenario, seed, real)
    if real is not None and real.edge_a is not None and real.edge_b is not None:
        a, b = real.edge_a, real.edge_b
    else:
        a, b = draw_acquaintances(members, scenario.acquaintances, scenario.members.coverage, seed)
    if real is not None and real.membership_member is not None:
        groups = _real_groups(scenario, real, field_names)
    else:
        groups = draw_groups(
            members, scenario.groups, scenario.members.coverage, len(field_names), seed
        )
    return World(
        seed=seed,
        field_names=field_names,
        members=members,
        ties=_first_ties(members, a, b, scenario, seed),
        acquaintances=Adjacency.from_pairs(count, a, b),
        history=Adjacency(count, columns=HISTORY_COLUMNS, symmetric=False),
        groups=groups,
    )


def _field_names(scenario: Scenario, real: RealInput | None) -> tuple[str, ...]:
    if real is not None and "field" in real.contexts:
        return tuple(real.contexts["field"][1])
    if real is not None and real.topic_names:
        return tuple(real.topic_names)
    return tuple(f"field {number + 1}" for number in range(scenario.members.fields))


def _pick(lot: Float64, weights: Float64) -> Int32:
    """Return the index that each uniform number in `lot` falls to, in proportion to `weights`."""
    running = np.cumsum(weights)
    index = np.searchsorted(running[:-1], lot * running[-1], side="right")
    return np.asarray(index, np.int32)


def _units(count: int, mean_size: float) -> int:
    return max(1, round(count / mean_size))


def _draw_contexts(
    members: Members, scenario: Scenario, fields: int, seed: int, real: RealInput | None
) -> None:
    """Fill employer, school, region, field and target."""
    given = scenario.members
    rows = np.arange(len(members))
    employers = np.arange(_units(len(rows), given.employer_mean_size))
    # Pareto sizes (Axtell 2001), truncated: without an upper end one employer in a small world may
    # hold nearly everybody.
    smallest_chance = _power(np.array([given.employer_size_ratio]), -given.employer_exponent)
    lot = uniforms(seed, Decision.EMPLOYER, 1, employers, 0, 0)
    sizes = _power(1.0 - lot * (1.0 - smallest_chance), -1.0 / given.employer_exponent)
    members.employer[:] = _pick(uniforms(seed, Decision.EMPLOYER, 0, rows, 0, 0), sizes)
    schools = _units(len(rows), given.school_mean_size)
    members.school[:] = integers(seed, Decision.SCHOOL, 0, rows, 0, 0, schools)
    regions = 1.0 / np.arange(1, _units(len(rows), given.region_mean_size) + 1)
    members.region[:] = _pick(uniforms(seed, Decision.REGION, 0, rows, 0, 0), regions)
    _take(members.employer, real, "employer")
    _take(members.school, real, "school")
    _take(members.region, real, "region")

    employers = np.arange(max(int(members.employer.max()) + 1, 1))
    main = integers(seed, Decision.FIELD, 1, employers, 0, 0, fields)
    in_main = uniforms(seed, Decision.FIELD, 0, rows, 0, 0) < given.employer_field_share
    own = integers(seed, Decision.FIELD, 0, rows, 0, 1, fields)
    members.field[:] = np.where(in_main & (members.employer >= 0), main[members.employer], own)
    if real is not None and "field" not in real.contexts and real.topic_names:
        _take_field_of_group(members.field, real)
    if real is not None and "field" in real.contexts:
        codes = real.contexts["field"][0]
        members.field[:] = np.where(codes >= 0, codes, members.field)

    keep = uniforms(seed, Decision.TARGET, 0, rows, 0, 0) < given.target_is_own_field
    step = integers(seed, Decision.TARGET, 0, rows, 0, 1, max(fields - 1, 1)) + 1
    members.target[:] = np.where(keep, members.field, (members.field + step) % fields)


def _power(values: Float64, exponent: float) -> Float64:
    """Return values ** exponent for values > 0, with the same bits on every machine."""
    from sim.portable import log

    logs = np.array([log(value) for value in values])
    return lognormal(logs, 1.0, exponent)


def _take(column: Int32, real: RealInput | None, name: str) -> None:
    """Overwrite a column by what the files say: who is not in them has -1, no unit of its own."""
    if real is not None and name in real.contexts:
        column[:] = real.contexts[name][0]


def _take_field_of_group(field: Int32, real: RealInput) -> None:
    """Give each member the topic of the group it takes part in most (the first of equals)."""
    member, group = real.membership_member, real.membership_group
    activity, topic = real.membership_activity, real.group_topic
    if member is None or group is None or activity is None or topic is None:
        return
    with_topic = topic[group] >= 0
    member, group, activity = member[with_topic], group[with_topic], activity[with_topic]
    order = np.lexsort((group, -activity, member))
    who, first = np.unique(member[order], return_index=True)
    field[who] = topic[group[order][first]]


def _draw_people(members: Members, scenario: Scenario, seed: int, real: RealInput | None) -> None:
    """Fill seniority, job search, minutes, openness, opt-out, background strategy and focal."""
    given = scenario.members
    rows = np.arange(len(members))
    senior = np.array([1.0 - given.seniors - given.decision_makers, given.seniors])
    lot = uniforms(seed, Decision.SENIORITY, 0, rows, 0, 0)
    members.seniority[:] = np.searchsorted(np.cumsum(senior), lot, side="right")
    if real is not None and "seniority" in real.contexts:
        members.seniority[:] = _ranks(real.contexts["seniority"][0], members.seniority, senior)
    bounds = np.cumsum(given.job_search)[:-1]
    lot = uniforms(seed, Decision.STATUS, 0, rows, 0, 0)
    members.job_search[:] = np.searchsorted(bounds, lot, side="right")
    z = normals(seed, Decision.HOURS, 0, rows, 0, 0)
    hours = np.minimum(lognormal(z, given.hours_median, given.hours_sigma), given.hours_most)
    members.hours[:] = hours
    members.minutes[:] = minutes_of(members.hours, members.job_search, given)
    members.time[:] = members.minutes
    members.openness[:] = normals(seed, Decision.OPENNESS, 0, rows, 0, 0)
    members.opt_out[:] = uniforms(seed, Decision.OPT_OUT, 0, rows, 0, 0) < given.message_opt_out
    shares = np.fromiter(scenario.background.values(), float)
    lot = uniforms(seed, Decision.STRATEGY, 0, rows, 0, 0)
    members.strategy[:] = _pick(lot, shares)
    lot = uniforms(seed, Decision.FOCAL, 0, rows, 0, 0)
    members.focal[np.argsort(lot, kind="stable")[: focal_count(scenario, len(rows))]] = True
    members.completeness[:] = uniforms(seed, Decision.COMPLETENESS, 0, rows, 0, 0)
    if scenario.population.on:
        lot = uniforms(seed, Decision.PRESENT, 0, rows, 0, 0)
        members.present[:] = members.focal | (lot >= scenario.population.waiting)


def cast_roles(members: Members, scenario: Scenario, fields: int, seed: int) -> None:
    """Set what an arm may change about members: their aim, their keyword, who is a recruiter."""
    rows = np.arange(len(members))
    members.keyword[:] = integers(seed, Decision.KEYWORD, 0, rows, 0, 0, scenario.search.keywords)
    members.recruiter[:] = scenario.search.on & (
        uniforms(seed, Decision.RECRUITER, 0, rows, 0, 0) < scenario.search.recruiters
    )
    members.aim[:] = members.target
    if scenario.aim.on and fields > 1:
        wrong = uniforms(seed, Decision.AIM, 0, rows, 0, 0) < scenario.aim.error
        step = integers(seed, Decision.AIM, 0, rows, 0, 1, fields - 1) + 1
        members.aim[:] = np.where(wrong, (members.target + step) % fields, members.target)


def minutes_of(hours: Float64, job_search: Int8, given: MemberSettings) -> Int32:
    """Return the minutes a week that members have for acts, int32, given their hours and search."""
    acting = hours * np.asarray(given.job_search_hours)[job_search]
    minutes: Int32 = np.floor(60.0 * given.acting_share * acting).astype(np.int32)
    return minutes


def focal_count(scenario: Scenario, members: int) -> int:
    """Return how many members are focal: the share, rounded, and one at least unless it is 0."""
    share = scenario.focal.share
    return min(members, max(1, round(share * members))) if share > 0.0 else 0


def _ranks(codes: Int32, drawn: Int8, shares: Float64) -> Int8:
    """Turn ordered seniority codes (-1 unknown) into the three classes by their rank."""
    known = np.flatnonzero(codes >= 0)
    values = np.sort(codes[known])
    # Share of the known members that stand strictly lower; equals share a class.
    below = np.searchsorted(values, codes[known]) / max(len(known), 1)
    ranked = drawn.copy()
    ranked[known] = np.searchsorted(np.cumsum(shares), below, side="right")
    return np.minimum(ranked, DECISION_MAKER)


def _first_ties(members: Members, a: Int32, b: Int32, scenario: Scenario, seed: int) -> Adjacency:
    """Connect a part of the acquaintances who are on the platform."""
    chosen = uniforms(seed, Decision.CONNECTED, 0, a, b, 0) < scenario.acquaintances.connected
    chosen &= members.present[a] & members.present[b]
    a, b = a[chosen], b[chosen]
    age = integers(seed, Decision.CONNECTED, 0, a, b, 1, scenario.ties.oldest + 1)
    ties = Adjacency.from_pairs(
        len(members),
        a,
        b,
        columns=TIE_COLUMNS,
        level=scenario.ties.strength_acquaintance,
        renewed=-age,
        born=0,
        origin=0,
        bridge=0,
    )
    bridge = ties.mutual(a, b) < scenario.ties.embedded_from
    ties.update(a, b, bridge=bridge)
    return ties


def _real_groups(scenario: Scenario, real: RealInput, field_names: tuple[str, ...]) -> Groups:
    """Turn the membership table into groups whose topics are fields of the world."""
    member, group, share = real.membership_member, real.membership_group, real.membership_activity
    if member is None or group is None:
        raise ValueError("real input without memberships has no groups")
    activity = np.zeros(len(member), np.int8)
    if share is not None and scenario.data is not None:
        activity += share >= scenario.data.sometimes_from
        activity += share >= scenario.data.often_from
    topic: NDArray[np.int32] = np.full(len(real.group_ids), NO_TOPIC, np.int32)
    if real.group_topic is not None:
        number = {name: code for code, name in enumerate(field_names)}
        codes = np.array([number.get(name, NO_TOPIC) for name in (*real.topic_names, "")])
        topic[:] = codes[real.group_topic]
        topic[real.group_topic < 0] = NO_TOPIC
    return Groups.from_memberships(real.members, topic, member, group, activity)
