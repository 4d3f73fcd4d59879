"""Scenarios and small networks for the tests of this folder."""

from __future__ import annotations

from typing import Any

from sim.scenario.study import Scenario

from .draws import Luck
from .members import Group, Member, Tie
from .network import Fading, Network, Now

UPKEEP: dict[str, Any] = {"upkeep_share": 0.2, "endorsements_a_week": 2, "upkeep_focus": False}
INVITING: dict[str, Any] = {"invitations_a_week": 6, "ask_again_after": 4, **UPKEEP}
IN_GROUPS: dict[str, Any] = {
    **INVITING,
    "message_first": True,
    "looks": 4,
    "focus": False,
    "ask_again_after": 3,
    "joins_a_week": 2,
    "posts_a_week": 1,
}

EXPLICIT: dict[str, dict[str, Any]] = {
    "dormant": {},
    "known_only": INVITING,
    "open_networker": {**INVITING, "looks": 3, "focus": True},
    "group_driven": IN_GROUPS,
    "passive_groups": {"joins_a_week": 3, **UPKEEP},
    "recommended": {**INVITING, "looks": 3},
    "target_focused": {**INVITING, "looks": 4, "upkeep_focus": True},
    "introductions_first": {
        **INVITING,
        "introductions_a_week": 4,
        "looks": 5,
        "focus": False,
        "decision_makers": False,
    },
    "inmail_buyer": {**INVITING, "inmails_a_week": 3},
    "broadcaster": {**INVITING, "looks": 3},
    "nurturer": {"check_in_share": 0.3, "article_share": 0.4},
    "hybrid": {**INVITING, "known_share": 0.4, "looks": 4, "focus": True},
    "switch_at_job_loss": {**IN_GROUPS, "focus": True},
}
"""A choice of parameters for each strategy."""

SMALL: dict[str, dict[str, Any]] = {
    "members": {
        "count": 40,
        "coverage": 1.0,
        "fields": 3,
        "employer_mean_size": 5.0,
        "school_mean_size": 8.0,
        "region_mean_size": 20.0,
        "decision_makers": 0.3,
    },
    "focal": {"share": 0.3},
    "acquaintances": {"median": 6.0, "sigma": 0.5},
    "groups": {
        "size_median": 8.0,
        "size_mean": 10.0,
        "memberships": (0.2, 0.8, 0.0, 0.0, 0.0),
        "sometimes": 0.3,
        "often": 0.3,
    },
    "measure": {"every": 1, "all_every": 1},
}
"""A crowded little world in which everything that can happen does."""


def scenario(
    strategy: str = "group_driven",
    *,
    weeks: int = 10,
    arm: dict[str, Any] | None = None,
    **sections: Any,
) -> Scenario:
    """Return a small world with one arm, called as its strategy; sections override keys."""
    merged: dict[str, Any] = {**SMALL}
    for name, given in sections.items():
        merged[name] = {**SMALL.get(name, {}), **given} if isinstance(given, dict) else given
    played = {"strategy": strategy, **(EXPLICIT[strategy] if arm is None else arm)}
    return Scenario.model_validate(
        {"question": "Do the twins agree?", "weeks": weeks, "arms": {"played": played}, **merged}
    )


def network(
    count: int,
    ties: list[tuple[int, int]] | None = None,
    *,
    acquaintances: list[tuple[int, int]] | None = None,
    groups: list[dict[int, int]] | None = None,
    minutes: int = 600,
) -> Network:
    """Return a network by hand; groups are given as member -> activity."""
    members = [Member(number=i, minutes=minutes, time=minutes) for i in range(count)]
    made = Network(members)
    for i, j in ties or []:
        made.add_tie(i, j, Tie(level=1.0, renewed=0, born=0, origin=0, bridge=False))
    for i, j in acquaintances or []:
        members[i].acquaintances.add(j)
        members[j].acquaintances.add(i)
    for g, activity in enumerate(groups or []):
        made.groups.append(Group(topic=-1, members=sorted(activity)))
        for i, level in activity.items():
            members[i].activity[g] = level
    return made


def now(net: Network, week: int = 10, **sections: Any) -> Now:
    """Return a week of a network by hand, under `scenario(**sections)`."""
    rules = scenario(**sections)
    fading = Fading(rules.ties.bridge_retention, rules.ties.embedded_retention)
    return Now(net, rules, Luck(1), fading, week)
