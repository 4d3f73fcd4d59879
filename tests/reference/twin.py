"""The week (docs/model.md, 3 and 7.5), on objects, sets and dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .draws import Luck
from .metrics import measure
from .network import CHANNELS, Fading, Network, Tie, single
from .platform import Desk, channel
from .response import answer_invitation, answers_message
from .strategies import Act, cost, plan

if TYPE_CHECKING:
    from sim.scenario.study import Scenario


OwnPlan = Callable[..., Iterable[Act]]


class Sent(NamedTuple):
    """A delivered act and what came of it: an outcome, or the fact of a reply."""

    actor: int
    act: Act
    outcome: str


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

    def step(self) -> None:
        """Advance one week."""
        self.week += 1
        for member in self.network.members:
            member.weeks_restricted += member.restricted(self.week)
        plans = self._plan()
        delivered = self._deliver(plans)
        answered = self._respond(delivered)
        self._tie(answered)
        self._measure()

    def _plan(self) -> list[list[Act]]:
        plans = []
        for me in self.network.members:
            name, parameters = self.strategies[me.number]
            if name in self.own:
                acts = list(self.own[name](self.week, me.number, **parameters))
            else:
                acts = plan(self.network, self.scenario, self.luck, self.week, me, name, parameters)
            plans.append(acts)
        return plans

    def _deliver(self, plans: list[list[Act]]) -> list[tuple[int, Act]]:
        """Return all delivered acts with their actors; charge the minutes, count the refusals."""
        delivered = []
        for actor, acts in zip(self.network.members, plans, strict=True):
            desk = Desk(self.network, self.scenario, self.week, actor)
            for act in acts:
                desk.take(act, cost(self.scenario, act))
            actor.refused += desk.refused
            for activity, minutes in desk.spent.items():
                actor.minutes_spent[activity] += minutes
            delivered += [(actor.number, act) for act in desk.delivered]
        return delivered

    def _respond(self, delivered: list[tuple[int, Act]]) -> list[Sent]:
        """Return every delivered act with its outcome."""
        load = Counter(act.target for _, act in delivered if act.kind != "upkeep")
        answered = []
        for i, act in delivered:
            law = (self.network, self.scenario, self.luck, self.week, i, act)
            outcome = "done"
            if act.kind == "invite":
                outcome = answer_invitation(*law, load[act.target])
            elif act.kind == "message" and answers_message(*law, load[act.target]):
                outcome = "replied"
            answered.append(Sent(i, act, outcome))
        return answered

    def _tie(self, answered: list[Sent]) -> None:
        """Commit what happened, in the order of 7.5."""
        invitations = [sent for sent in answered if sent.act.kind == "invite"]
        messages = [sent for sent in answered if sent.act.kind == "message"]
        self._remember(invitations, messages)
        self._count(invitations, messages)
        self._restrict(invitations)
        self._check_in([sent for sent in answered if sent.act.kind == "upkeep"])
        self._connect([sent for sent in invitations if sent.outcome == "accepted"])

    def _remember(self, invitations: list[Sent], messages: list[Sent]) -> None:
        members = self.network.members
        for i, act, _ in invitations:
            members[i].invited[act.target] = self.week
        for i, act, outcome in messages:
            members[i].messaged[act.target] = self.week
            if outcome == "replied":
                members[i].met.add(act.target)
                members[act.target].met.add(i)

    def _count(self, invitations: list[Sent], messages: list[Sent]) -> None:
        members = self.network.members
        for i, act, outcome in invitations:
            kind = channel(self.network, i, act.target)
            counts = members[i].invitations
            counts[kind, outcome] = counts.get((kind, outcome), 0) + 1
        for i, _, outcome in messages:
            members[i].messages_sent += 1
            members[i].replies += outcome == "replied"

    def _restrict(self, invitations: list[Sent]) -> None:
        platform = self.scenario.platform
        for i, _, outcome in invitations:
            self.network.members[i].sent += 1
            self.network.members[i].flags += outcome == "flagged"
        for member in self.network.members:
            if member.flags >= platform.flags_until_restricted and platform.restricted_weeks > 0:
                member.flags = 0
                member.restricted_until = max(
                    member.restricted_until, self.week + 1 + platform.restricted_weeks
                )

    def _check_in(self, checks: list[Sent]) -> None:
        for i, act, _ in checks:
            tie = self.network.members[i].ties[act.target]
            strength = self.fading.strength(tie, self.week)
            tie.level = single(min(1.0, strength + self.scenario.ties.upkeep_gain))
            tie.renewed = self.week
            tie.bridge = self._is_bridge(i, act.target)

    def _connect(self, accepted: list[Sent]) -> None:
        # Two crossing invitations make one tie. All are judged by the contacts at the start of the
        # week, so none is added before.
        pairs = {frozenset((i, act.target)) for i, act, _ in accepted}
        new = [(i, j, self._new_tie(i, j)) for i, j in map(sorted, pairs)]
        for i, j, tie in new:
            self.network.add_tie(i, j, tie)
            self._note_event(i, j)
            self._note_event(j, i)

    def _new_tie(self, i: int, j: int) -> Tie:
        kind = channel(self.network, i, j)
        level = single(getattr(self.scenario.ties, f"strength_{kind}"))
        origin = CHANNELS.index(kind)
        return Tie(level, self.week, self.week, origin, self._is_bridge(i, j))

    def _is_bridge(self, i: int, j: int) -> bool:
        return self.network.mutual(i, j) < self.scenario.ties.embedded_from

    def _note_event(self, i: int, j: int) -> None:
        me, other = self.network.members[i], self.network.members[j]
        if me.first_target_week == -1 and me.wants(other):
            me.first_target_week = self.week

    def _measure(self) -> None:
        when = self.scenario.measure
        last = self.week == self.scenario.weeks
        everyone = last or self.week % when.all_every == 0
        focal = everyone or self.week % when.every == 0
        if focal:
            below = self.scenario.ties.dormant_below
            self.measured_week = self.week
            self.measures = measure(
                self.network, self.fading, self.week, below, focal=focal, everyone=everyone
            )
