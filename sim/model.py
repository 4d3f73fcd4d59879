"""The model: one world, week by week, under one arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import mesa
import numpy as np

from sim.agent import Member
from sim.compiled import over_chunks
from sim.errors import UsageError
from sim.metrics import measure_graph, measure_members
from sim.metrics.reporters import reporters
from sim.rules import bonds
from sim.rules.acts import INVITE, MESSAGE, UPKEEP, Acts
from sim.rules.board import board_of
from sim.rules.limits import Delivery, Limits, deliver
from sim.rules.respond import ACCEPTED, FLAGGED, IGNORED, REPLIED, law_of, respond
from sim.rules.view import View
from sim.strategies import create
from sim.world.build import World, build_world
from sim.world.fading import fading_table, live_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.scenario.study import Scenario
    from sim.strategies.base import Strategy
    from sim.world.load import RealInput
    from sim.world.members import Int8, Int32

Switch = Literal["one", "everyone"]


@dataclass
class _Week:
    """What the phases of a week hand on to each other."""

    acts: Acts
    delivery: Delivery | None = None
    outcome: Int8 | None = None


class NetworkGrowth(mesa.Model):  # type: ignore[misc]
    """A professional network growing under the strategies of its members.

    Parameters
    ----------
    scenario : Scenario
        The study; see `sim.load_scenario`.
    rng : int
        Seed of the world and of all luck in it, 0 <= rng < 2**63; the run labelled `s0007` of a
        study has rng=7.
    arm : str, optional
        Which arm of the scenario is played; the first one unless given.
    switch : {"one", "everyone"}
        Who plays it: the focal members, or all.
    world : World, optional
        Initial world; built from the scenario unless given. It is changed in place.
    real : RealInput, optional
        What was read from files, if the world is to be built from them.
    threads : int
        Threads that may be used; the result does not depend on it.
    agents : bool
        Whether to make a `mesa.Agent` of every member; the result does not depend on it.

    Attributes
    ----------
    world : World
    measures : dict of (cohort, metric) to float
        The latest measures, of week `measured_week`.
    datacollector : mesa.DataCollector
        One row for each measured week; columns are metrics of the focal members, and `all/...`
        those of all members.

    Raises
    ------
    UsageError
        If there is no such arm or switch, or a strategy cannot be made; while running, if a
        strategy acts for members who do not play it.
    """

    def __init__(
        self,
        scenario: Scenario,
        rng: int = 1,
        *,
        arm: str | None = None,
        switch: Switch = "one",
        world: World | None = None,
        real: RealInput | None = None,
        threads: int = 1,
        agents: bool = True,
    ) -> None:
        if isinstance(rng, bool) or not isinstance(rng, int | np.integer) or not 0 <= rng < 2**63:
            msg = f"rng must be a whole number from 0 to 2**63 - 1, not {rng!r}"
            raise UsageError(msg)
        super().__init__(rng=int(rng))
        self.parameters = scenario
        self.arm = arm if arm is not None else next(iter(scenario.arms))
        if self.arm not in scenario.arms:
            msg = f"no arm {self.arm!r}; the scenario has {', '.join(scenario.arms)}"
            raise UsageError(msg)
        if switch not in get_args(Switch):
            msg = f"switch must be one of {', '.join(get_args(Switch))}, not {switch!r}"
            raise UsageError(msg)
        self.switch = switch
        self.threads = threads
        self.world = world if world is not None else build_world(scenario, int(rng), real)
        if self.world.seed != rng:
            msg = f"the world has seed {self.world.seed}, but rng is {rng}: give the same to both"
            raise UsageError(msg)
        self.focal: Int32 = np.flatnonzero(self.world.members.focal).astype(np.int32)
        self._everyone = np.arange(len(self.world.members), dtype=np.int32)
        self.cohorts: list[tuple[str, Strategy, Int32]] = self._cast()
        self.week: tuple[Callable[[_Week], None], ...] = (
            self.plan,
            self.deliver,
            self.respond,
            self.tie,
            self.measure,
        )
        self._law = law_of(scenario.response)
        self._fading = fading_table(scenario.ties, scenario.weeks)
        self.measures: dict[tuple[str, str], float] = {}
        self.measured_week = 0
        if agents:
            Member.create_agents(self, len(self.world.members))
        self.datacollector = mesa.DataCollector(model_reporters=reporters())
        self._measure_now(everybody=True)

    def _cast(self) -> list[tuple[str, Strategy, Int32]]:
        """Return the strategies in play, each with its cohort."""
        spec = self.parameters.arms[self.arm]
        played = create(spec.strategy, spec.parameters)
        if self.switch == "everyone":
            return [(spec.strategy, played, self._everyone)]
        members = self.world.members
        cohorts = [(spec.strategy, played, self.focal)]
        for number, name in enumerate(self.parameters.background):
            rest = np.flatnonzero((members.strategy == number) & ~members.focal)
            cohorts.append((name, create(name, {}), rest.astype(np.int32)))
        return cohorts

    def strategy_of(self, member: int) -> tuple[str, dict[str, Any]]:
        """Return the name and the parameters of the strategy that a member plays."""
        for name, strategy, cohort in self.cohorts:
            if member in cohort:
                return name, dict(vars(strategy))
        msg = f"no member {member}; rows are 0 to {len(self._everyone) - 1}"
        raise UsageError(msg)

    def step(self) -> None:
        """Advance by a week: the phases of `week`, one after the other."""
        self.world.week = int(self.time)
        now = _Week(Acts.none())
        for phase in self.week:
            phase(now)

    def plan(self, now: _Week) -> None:
        """Let every strategy plan for its cohort."""
        world = self.world
        world.members.weeks_restricted += world.week < world.members.restricted_until
        self._limits = self._limits_now()
        self._board = board_of(world)
        plans = []
        for name, strategy, cohort in self.cohorts:
            view = View(world, self._board, cohort, self._limits, self.threads)
            plan = strategy.act(view, view.draws)
            if not plan.are_of(cohort):
                msg = f"strategy {name!r} planned what no member of its cohort can do"
                raise UsageError(msg)
            plans.append(plan)
        now.acts = Acts.join(*plans).by_actor()

    def _limits_now(self) -> Limits:
        platform, minutes = self.parameters.platform, self.parameters.minutes
        return Limits(
            week=self.world.week,
            invitations_per_week=platform.invitations_per_week,
            invitations_lifetime=platform.invitations_lifetime,
            reinvite_after=platform.reinvite_after,
            message_level=platform.message_level,
            mutual_enough=max(self._law.mutual_most, self.parameters.ties.embedded_from),
            embedded_from=self.parameters.ties.embedded_from,
            invite=minutes.invite,
            invite_with_note=minutes.invite_with_note,
            message=minutes.message,
            upkeep=minutes.upkeep,
        )

    def deliver(self, now: _Week) -> None:
        """Let the platform refuse or deliver every act; charge the minutes."""
        acts, members = now.acts, self.world.members
        result = Delivery(
            delivered=np.zeros(len(acts), np.bool_),
            channel=np.zeros(len(acts), np.int8),
            mutual=np.zeros(len(acts), np.int32),
            price=np.zeros(len(acts), np.int32),
        )
        starts = np.flatnonzero(np.diff(acts.actor, prepend=-1))
        segments = np.append(starts, len(acts))

        def work(start: int, stop: int) -> None:
            deliver(
                segments,
                start,
                stop,
                acts.actor,
                acts.kind,
                acts.target,
                acts.group,
                acts.note,
                self._board,
                self._limits,
                members.minutes,
                members.sent,
                members.restricted_until,
                result,
            )

        over_chunks(self.threads, len(starts), work)
        members.refused += _count(acts.actor[~result.delivered], len(members))
        now.acts = acts.take(result.delivered)
        now.delivery = Delivery._make(column[result.delivered] for column in result)
        for kind in (INVITE, MESSAGE, UPKEEP):
            mine = now.acts.kind == kind
            members.minutes_spent[:, kind] += np.bincount(
                now.acts.actor[mine], now.delivery.price[mine], len(members)
            ).astype(np.int32)

    def respond(self, now: _Week) -> None:
        """Let recipients answer, and count the answers."""
        acts, world = now.acts, self.world
        members, delivery = world.members, _given(now.delivery)
        letters = acts.kind != UPKEEP
        load = _count(acts.target[letters], len(members))
        outcome = np.zeros(len(acts), np.int8)
        seed = np.uint64(world.seed)

        def work(start: int, stop: int) -> None:
            respond(
                start,
                stop,
                seed,
                world.week,
                acts.actor,
                acts.kind,
                acts.target,
                acts.group,
                acts.note,
                delivery,
                load,
                members.openness,
                self._board,
                self._law,
                outcome,
            )

        over_chunks(self.threads, len(acts), work)
        now.outcome = outcome
        invited = acts.kind == INVITE
        members.sent += _count(acts.actor[invited], len(members))
        for place, answers in enumerate(((ACCEPTED, IGNORED, FLAGGED), *_ANSWERS)):
            those = invited & np.isin(outcome, answers)
            np.add.at(members.invitations, (acts.actor[those], delivery.channel[those], place), 1)
        members.messages_sent += _count(acts.actor[acts.kind == MESSAGE], len(members))
        members.replies += _count(acts.actor[outcome == REPLIED], len(members))

    def tie(self, now: _Week) -> None:
        """Commit: what is remembered, who is restricted, renewed ties, new ties."""
        world, week = self.world, self.world.week
        delivery, outcome = _given(now.delivery), _given(now.outcome)
        self._grow_fading(week)
        bonds.remember(world, week, now.acts, outcome)
        bonds.restrict(world, week, now.acts, outcome, self.parameters.platform)
        ties = self.parameters.ties
        bonds.renew(world, week, now.acts, delivery.mutual, self._fading, ties)
        bonds.connect(world, week, now.acts, delivery, outcome, ties)

    def measure(self, now: _Week) -> None:  # noqa: ARG002 - phases are called alike
        """Measure the world in the weeks in which the scenario wants it."""
        week, plan = self.world.week, self.parameters.measure
        last = week == self.parameters.weeks
        everybody = last or week % plan.all_every == 0
        if everybody or week % plan.every == 0:
            self._measure_now(everybody=everybody)

    def _measure_now(self, *, everybody: bool) -> None:
        world, ties = self.world, self.parameters.ties
        self._grow_fading(world.week)
        live = live_entries(world.ties, world.week, self._fading, ties.dormant_below)
        self.measures = {}
        self.measured_week = world.week
        cohorts = [("focal", self.focal)] if len(self.focal) else []
        if everybody:
            cohorts.append(("all", self._everyone))
            graph = measure_graph(world, self.focal, self.threads)
            self.measures |= {("all", name): value for name, value in graph.items()}
        for cohort, members in cohorts:
            measured = measure_members(world, members, live, self.threads)
            self.measures |= {(cohort, name): value for name, value in measured.items()}
        self.datacollector.collect(self)

    def _grow_fading(self, week: int) -> None:
        """Keep the table of fading long enough for runs beyond the scenario's weeks."""
        ties = self.parameters.ties
        if week + ties.oldest >= self._fading.shape[1]:
            self._fading = fading_table(ties, 2 * week)


_ANSWERS = ((ACCEPTED,), (IGNORED,), (FLAGGED,))


def _given[T](value: T | None) -> T:
    """Return what an earlier phase of the week has left."""
    if value is None:
        raise RuntimeError("the phases of a week must run in their order")
    return value


def _count(rows: NDArray[np.int32], members: int) -> NDArray[np.int32]:
    """Count how often each member occurs, int32[N]."""
    return np.bincount(rows, minlength=members).astype(np.int32)
