"""The week (docs/model.md, 3 and 8.2), on objects, sets and dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import careers, search
from .acts import Act, cost
from .begin import begin
from .commit import commit
from .draws import Luck
from .metrics import measure
from .network import Fading, Network, Now
from .platform import Desk, as_of
from .response import respond
from .strategies import plan

if TYPE_CHECKING:
    from sim.scenario.study import Scenario


OwnPlan = Callable[..., Iterable[Act]]


@dataclass
class Twin:
    """One run.

    Parameters
    ----------
    network : Network
        The world at the start; changed from week to week.
    scenario : Scenario
        Parameters.
    seed : int
        Seed of the run.
    strategies : list of (name, parameters)
        What each member plays.
    own : dict of name to function
        Strategies that docs/model.md does not know, as functions of the week and the member.
    """

    network: Network
    scenario: Scenario
    seed: int
    strategies: list[tuple[str, dict[str, Any]]]
    own: dict[str, OwnPlan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ties = self.scenario.ties
        self.week = 0
        self.luck = Luck(self.seed)
        self.fading = Fading(ties.bridge_retention, ties.embedded_retention)
        self.measures: dict[tuple[str, str], float] = {}
        self.measured_week = -1
        self._measure()

    @property
    def now(self) -> Now:
        """The state, with the rules of the platform as of this week."""
        rules = as_of(self.scenario, self.week)
        return Now(self.network, rules, self.luck, self.fading, self.week)

    def step(self) -> None:
        """Advance one week."""
        self.week += 1
        now = self.now
        begin(now)
        plans = self._plan(now)
        delivered = deliver(now, plans)
        answered, introduced = respond(now, delivered)
        commit(now, answered, introduced)
        seek_and_hire(now)
        self._measure()

    def _plan(self, now: Now) -> list[list[Act]]:
        plans = []
        for me in self.network.members:
            name, parameters = self.strategies[me.number]
            if name in self.own:
                acts = list(self.own[name](self.week, me.number, **parameters))
                plans.append(acts if me.present else [])
            else:
                plans.append(plan(now, me, name, parameters))
        return plans

    def _measure(self) -> None:
        when = self.scenario.measure
        last = self.week == self.scenario.weeks
        everyone = last or self.week % when.all_every == 0
        focal = everyone or self.week % when.every == 0
        if focal:
            self.measured_week = self.week
            self.measures = measure(self.now, focal=focal, everyone=everyone)


def deliver(now: Now, plans: list[list[Act]]) -> list[tuple[int, Act]]:
    """Return all delivered acts with their actors; charge the minutes, count the refusals."""
    delivered = []
    for actor, acts in zip(now.network.members, plans, strict=True):
        desk = Desk(now, actor)
        for act in acts:
            desk.take(act, cost(now.scenario, act))
        actor.refused += desk.refused
        for activity, minutes in desk.spent.items():
            actor.minutes_spent[activity] += minutes
        delivered += [(actor.number, act) for act in desk.delivered]
    return delivered


def seek_and_hire(now: Now) -> None:
    """Search and careers (8.3, 8.10), on the state after all else."""
    approaches = search.recruit(now) if now.scenario.search.on else []
    if now.scenario.careers.on:
        interviews = careers.hold_interviews(now, approaches)
        careers.make_offers(now, interviews)
