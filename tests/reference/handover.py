"""Reads the initial world out of the fast model; the only place where the twin meets arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .network import Group, Member, Network, Tie
from .twin import OwnPlan, Twin

if TYPE_CHECKING:
    from sim.scenario.study import Scenario


BEFORE_ALL = -32768
"""How the fast model writes a week that never was."""


def twin_of(model: Any, scenario: Scenario, own: dict[str, OwnPlan] | None = None) -> Twin:
    """Return the twin of a fast model that has not yet stepped."""
    members = range(len(model.world.members))
    strategies = [model.strategy_of(i) for i in members]
    return Twin(network_of(model.world), scenario, int(model.world.seed), strategies, own or {})


def network_of(world: Any) -> Network:
    """Copy a fast world into objects."""
    columns = world.members
    members = [
        Member(
            number=i,
            field=int(columns.field[i]),
            target=int(columns.target[i]),
            seniority=int(columns.seniority[i]),
            minutes=int(columns.minutes[i]),
            openness=float(columns.openness[i]),
            opt_out=bool(columns.opt_out[i]),
            focal=bool(columns.focal[i]),
            ties=ties_of(world, i),
            acquaintances=set(world.acquaintances.neighbours(i).tolist()),
            activity=dict(
                zip(world.groups.of(i).tolist(), world.groups.activity_of(i).tolist(), strict=True)
            ),
            sent=int(columns.sent[i]),
            flags=int(columns.flags[i]),
            restricted_until=int(columns.restricted_until[i]),
            first_target_week=int(columns.first_target_week[i]),
        )
        for i in range(len(columns))
    ]
    for member in members:
        for j, tie in member.ties.items():
            members[j].ties[member.number] = tie
        remember(world, member)
    groups = [
        Group(int(topic), world.groups.members_of(g).tolist())
        for g, topic in enumerate(world.groups.topic)
    ]
    return Network(members, groups)


def remember(world: Any, member: Member) -> None:
    """Copy the history of one member."""
    columns = [world.history.values(member.number, name) for name in ("invited", "messaged", "met")]
    others = world.history.neighbours(member.number).tolist()
    for j, invited, messaged, met in zip(others, *(c.tolist() for c in columns), strict=True):
        if invited > BEFORE_ALL:
            member.invited[j] = invited
        if messaged > BEFORE_ALL:
            member.messaged[j] = messaged
        if met:
            member.met.add(j)


def ties_of(world: Any, i: int) -> dict[int, Tie]:
    """Copy the ties of one member."""
    columns = [
        world.ties.values(i, name).tolist()
        for name in ("level", "renewed", "born", "origin", "bridge")
    ]
    return {
        j: Tie(level, renewed, born, origin, bool(bridge))
        for j, level, renewed, born, origin, bridge in zip(
            world.ties.neighbours(i).tolist(), *columns, strict=True
        )
    }
