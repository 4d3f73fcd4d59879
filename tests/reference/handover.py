"""Reads the initial world out of the fast model; the only place where the twin meets arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.draws import Decision

from .draws import Luck
from .members import CHANNELS, Group, Member, Pending, Tie
from .metrics import OUTCOMES
from .network import Network
from .twin import OwnPlan, Twin

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

BEFORE_ALL = -32768
"""How the fast model writes a week that never was."""

SINGLE = (
    "field", "target", "aim", "seniority", "employer", "job_search", "employed", "completeness",
    "keyword", "recruiter", "hours", "minutes", "time", "openness", "opt_out", "focal", "present",
    "gone", "sent", "flags", "restricted_until", "restrictions", "month_messages",
    "subscribed_until", "opening", "strain", "burnt_until", "endorsements", "first_target_week",
    "first_interview_week", "first_offer_week", "messages_sent", "replies", "messages_flagged",
    "money", "posts", "impressions", "searched", "position_sum", "approaches", "offers",
    "weeks_burnt", "new_target_decision_makers", "refused", "weeks_restricted",
)  # fmt: skip
"""Columns of members with one value a member, called the same in both worlds."""
COUNTED = ("introductions", "inmails", "interviews", "minutes_spent")
"""Columns with one value a member and kind, in the same order in both worlds."""
CREDIT_SLOTS = 16


def twin_of(model: Any, own: dict[str, OwnPlan] | None = None) -> Twin:
    """Return the twin of a fast model that has not yet stepped."""
    network = network_of(model.world)
    scenario, seed = model.parameters, int(model.world.seed)
    cast(network, scenario, Luck(seed))
    strategies = [model.strategy_of(member.number) for member in network.members]
    return Twin(network, scenario, seed, strategies, own or {})


def cast(network: Network, scenario: Scenario, luck: Luck) -> None:
    """Draw who the members are as to section 8: not read from the fast model, but drawn anew."""
    search, population, fields = scenario.search, scenario.population, network.fields
    for me in network.members:
        i = me.number

        def u(decision: Decision, who: int = i) -> float:
            return luck.uniform(decision, 0, who, 0, 0)

        me.completeness = u(Decision.COMPLETENESS)
        me.keyword = luck.integer(Decision.KEYWORD, 0, i, 0, 0, search.keywords)
        me.recruiter = search.on and u(Decision.RECRUITER) < search.recruiters
        me.aim = me.target
        if scenario.aim.on and fields > 1 and u(Decision.AIM) < scenario.aim.error:
            me.aim = (me.target + 1 + luck.integer(Decision.AIM, 0, i, 0, 1, fields - 1)) % fields
        absent = population.on and u(Decision.PRESENT) < population.waiting
        me.present = me.focal or not absent
        me.time = me.minutes


def network_of(world: Any) -> Network:
    """Copy a fast world into objects."""
    members = [Member(number=i) for i in range(len(world.members))]
    for name in SINGLE:
        for member, value in zip(members, getattr(world.members, name).tolist(), strict=True):
            setattr(member, name, value)
    for name in COUNTED:
        for member, row in zip(members, getattr(world.members, name).tolist(), strict=True):
            setattr(member, name, dict(zip(getattr(member, name), row, strict=True)))
    for member in members:
        copy_lists(world, member)
    for member in members:
        for j, tie in member.ties.items():
            members[j].ties[member.number] = tie
    groups = [
        Group(int(topic), world.groups.members_of(g).tolist())
        for g, topic in enumerate(world.groups.topic)
    ]
    return Network(members, groups, len(world.field_names), pending_of(world))


def copy_lists(world: Any, member: Member) -> None:
    """Copy what one member has a list of."""
    i = member.number
    member.ties = ties_of(world, i)
    member.acquaintances = set(world.acquaintances.neighbours(i).tolist())
    groups = world.groups.of(i).tolist()
    member.activity = dict(zip(groups, world.groups.activity_of(i).tolist(), strict=True))
    posted = zip(groups, world.groups.posted_of(i).tolist(), strict=True)
    member.posted = {g: week for g, week in posted if week > BEFORE_ALL}
    remember(world, member)
    # What expires in week t is lost as t begins: the slots hold the weeks after this one.
    slots = world.members.credits[i].tolist()
    ahead = range(world.week + 1, world.week + CREDIT_SLOTS)
    member.credits = {week: slots[week % CREDIT_SLOTS] for week in ahead}
    for channel, row in zip(CHANNELS, world.members.invitations[i].tolist(), strict=True):
        for outcome, number in zip(OUTCOMES, row[1:], strict=True):
            if number:
                member.invitations[channel, outcome] = number


def remember(world: Any, member: Member) -> None:
    """Copy the history of one member."""
    names = ("invited", "messaged", "met", "approaches", "favours")
    columns = [world.history.values(member.number, name).tolist() for name in names]
    others = world.history.neighbours(member.number).tolist()
    for j, invited, messaged, met, approaches, favours in zip(others, *columns, strict=True):
        if invited > BEFORE_ALL:
            member.invited[j] = invited
        if messaged > BEFORE_ALL:
            member.messaged[j] = messaged
        if met:
            member.met.add(j)
        if approaches:
            member.addressed[j] = approaches
        if favours:
            member.favours[j] = favours


def ties_of(world: Any, i: int) -> dict[int, Tie]:
    """Copy the ties of one member."""
    names = ("level", "renewed", "born", "origin", "bridge", "endorsed")
    columns = [world.ties.values(i, name).tolist() for name in names]
    others = world.ties.neighbours(i).tolist()
    return {
        j: Tie(level, renewed, born, origin, bool(bridge), endorsers(i, j, bits))
        for j, level, renewed, born, origin, bridge, bits in zip(others, *columns, strict=True)
    }


def endorsers(i: int, j: int, bits: int) -> set[int]:
    """Return who has endorsed, by the bits of a tie of i and j."""
    by_lower = {min(i, j)} if bits & 1 else set()
    by_higher = {max(i, j)} if bits & 2 else set()
    return by_lower | by_higher


def pending_of(world: Any) -> list[Pending]:
    """Copy the introductions on their way."""
    columns = [getattr(world.pending, name).tolist() for name in Pending._fields]
    return [Pending(*row) for row in zip(*columns, strict=True)]
