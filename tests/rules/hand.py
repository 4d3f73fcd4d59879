"""Worlds made by hand, and strategies that do as they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import NetworkGrowth
from sim.scenario.study import Scenario
from sim.strategies.base import Acts, CohortDraws, Strategy, View
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS, World
from sim.world.groups import Groups
from sim.world.members import Members
from sim.world.ties import Adjacency

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike

SELDOM = {"every": 5000, "all_every": 5000}
"""Section `measure` of tests that look at the state alone."""


def scenario(weeks: int = 100, arms: Mapping[str, Any] | None = None, **sections: Any) -> Scenario:
    """Return a scenario with one idle arm unless `arms` are given."""
    given = {"question": "?", "weeks": weeks, "arms": arms or {"idle": {"strategy": "dormant"}}}
    return Scenario.model_validate({"measure": SELDOM, **given, **sections})


def pairs_of(pairs: ArrayLike) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Split a list of pairs, which may be empty, into its two columns."""
    ends = np.asarray(pairs, np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def world(
    count: int,
    *,
    ties: ArrayLike = (),
    acquaintances: ArrayLike = (),
    groups: Sequence[Mapping[int, int]] = (),
    topics: Sequence[int] | None = None,
    seed: int = 1,
    level: float = 1.0,
    bridge: int = 0,
    **columns: ArrayLike,
) -> World:
    """Return a world of `count` members with 600 minutes a week, all focal, all of field 0.

    Parameters
    ----------
    ties, acquaintances : pairs of members
        Who is connected (at week 0), who knows whom.
    groups : list of member -> activity
        The groups; they have no topic unless `topics` says so.
    level, bridge
        Strength of all ties, and whether they decay as bridges.
    **columns
        Values of columns of the members.
    """
    members = Members.blank(count)
    members.minutes[:] = 600
    members.focal[:] = True
    for name, values in columns.items():
        getattr(members, name)[:] = values
    entries = [(m, g, a) for g, group in enumerate(groups) for m, a in group.items()]
    member, group, activity = np.array(entries, np.int64).reshape(-1, 3).T
    no_topics = [-1] * len(groups)
    topic = np.array(topics if topics is not None else no_topics, np.int32)
    return World(
        seed=seed,
        field_names=tuple(f"field {n}" for n in range(int(members.field.max()) + 1)),
        members=members,
        ties=Adjacency.from_pairs(
            count, *pairs_of(ties), columns=TIE_COLUMNS, level=level, bridge=bridge
        ),
        acquaintances=Adjacency.from_pairs(count, *pairs_of(acquaintances)),
        history=Adjacency(count, columns=HISTORY_COLUMNS, symmetric=False),
        groups=Groups.from_memberships(
            count,
            topic,
            member.astype(np.int32),
            group.astype(np.int32),
            activity.astype(np.int8),
        ),
    )


@dataclass(frozen=True)
class Scripted(Strategy):
    """Plans what `plan` returns for the week; without a plan, nothing."""

    plan: Callable[[int], Acts | None] = lambda week: None

    def act(self, view: View, draws: CohortDraws) -> Acts:
        return self.plan(view.week) or Acts.none()


def scripted(
    given: World, plan: Callable[[int], Acts | None] | Mapping[int, Acts], **sections: Any
) -> NetworkGrowth:
    """Return a model in which all members do what the plan says in each week."""
    model = NetworkGrowth(scenario(**sections), rng=given.seed, world=given, agents=False)
    everyone = np.arange(len(given.members), dtype=np.int32)
    does = Scripted(plan if callable(plan) else plan.get)
    model.cohorts = [("scripted", does, everyone)]
    return model


def invite(*pairs: tuple[int, int], note: bool = False) -> Acts:
    """Invitations, one a pair (actor, target)."""
    return Acts.invite(*pairs_of(pairs), note=note)


def message(*triples: tuple[int, int, int]) -> Acts:
    """Messages, one a triple (actor, target, group)."""
    return Acts.message(*np.array(triples, np.int64).reshape(-1, 3).T)


def upkeep(*pairs: tuple[int, int]) -> Acts:
    """Check-ins, one a pair (actor, target)."""
    return Acts.upkeep(*pairs_of(pairs))


def introduce(*triples: tuple[int, int, int]) -> Acts:
    """Requests for introductions, one a triple (actor, target, contact asked)."""
    return Acts.introduce(*np.array(triples, np.int64).reshape(-1, 3).T)


def inmail(*pairs: tuple[int, int]) -> Acts:
    """InMails, one a pair (actor, target)."""
    return Acts.inmail(*pairs_of(pairs))


ALWAYS, NEVER = 20.0, -20.0
"""Log-odds under which everybody, or nobody, says yes: logistic(-20) = 2e-9."""
