"""The model: one world, week by week, under one arm."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, get_args

import mesa
import numpy as np

from sim.agent import Member
from sim.errors import UsageError
from sim.metrics import Sample, measure_graph, measure_members
from sim.metrics.reporters import reporters
from sim.rules import bonds, careers, introductions, premium, shocks
from sim.rules.acts import LETTERS, Acts
from sim.rules.board import board_of
from sim.rules.counts import count_answers, counted
from sim.rules.delivery import deliver
from sim.rules.endorsing import endorse
from sim.rules.joining import change_groups
from sim.rules.limits import limits_of, standing_of
from sim.rules.policy import platform_at
from sim.rules.population import come_and_go
from sim.rules.ranking import directory_of
from sim.rules.respond import law_of, respond
from sim.rules.search import recruit
from sim.rules.tiredness import tire
from sim.rules.view import View
from sim.scenario import for_arm
from sim.strategies import create
from sim.world.build import World, build_world, cast_roles
from sim.world.fading import fading_table, live_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.rules.board import Board
    from sim.rules.delivery import Delivery
    from sim.rules.limits import Limits
    from sim.rules.ranking import Directory
    from sim.scenario.conduct import Platform
    from sim.scenario.study import Scenario
    from sim.strategies.base import Strategy
    from sim.world.load import RealInput
    from sim.world.members import Int8, Int32
    from sim.world.pending import Pending

Switch = Literal["one", "everyone"]


@dataclass
class _Week:
    """What the phases of a week hand on to each other; each is set by the phase named."""

    platform: Platform = field(init=False)
    """Rules in force; by `begin`."""
    board: Board = field(init=False)
    """State at the start of the week; by `plan`, and until `tie` changes it."""
    directory: Callable[[], Directory] = field(init=False)
    """Profiles as searches read them; by `plan`."""
    limits: Limits = field(init=False)
    """By `plan`."""
    acts: Acts = field(init=False)
    """What is planned, by `plan`; what of it was delivered, by `deliver`."""
    delivery: Delivery = field(init=False)
    """By `deliver`."""
    outcome: Int8 = field(init=False)
    """How each act was answered; by `respond`."""
    introduced: Pending = field(init=False)
    """Introductions that their targets accepted; by `respond`."""


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
        self.arm = arm if arm is not None else next(iter(scenario.arms))
        if self.arm not in scenario.arms:
            msg = f"no arm {self.arm!r}; the scenario has {', '.join(scenario.arms)}"
            raise UsageError(msg)
        if switch not in get_args(Switch):
            msg = f"switch must be one of {', '.join(get_args(Switch))}, not {switch!r}"
            raise UsageError(msg)
        self.parameters = scenario = for_arm(scenario, self.arm)
        self.switch = switch
        self.threads = threads
        self.world = world if world is not None else build_world(scenario, int(rng), real)
        if self.world.seed != rng:
            msg = f"the world has seed {self.world.seed}, but rng is {rng}: give the same to both"
            raise UsageError(msg)
        cast_roles(self.world.members, scenario, len(self.world.field_names), int(rng))
        self.focal: Int32 = np.flatnonzero(self.world.members.focal).astype(np.int32)
        self._everyone = np.arange(len(self.world.members), dtype=np.int32)
        count = len(self._everyone)
        self._sample = Sample.draw(int(rng), count, scenario.measure.sample, self.focal)
        self.cohorts: list[tuple[str, Strategy, Int32]] = self._cast()
        self.week: tuple[Callable[[_Week], None], ...] = (
            self.begin,
            self.plan,
            self.deliver,
            self.respond,
            self.tie,
            self.search_and_careers,
            self.measure,
        )
        self._law = law_of(scenario)
        self._fading = fading_table(scenario.ties, scenario.weeks)
        self.measures: dict[tuple[str, str], float] = {}
        self.measured_week = 0
        if agents:
            Member.of_every_row(self, len(self.world.members))
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
        now = _Week()
        for phase in self.week:
            phase(now)

    def begin(self, now: _Week) -> None:
        """Let rules change, members come and go, jobs be lost and opened, networks tire."""
        world, scenario = self.world, self.parameters
        members = world.members
        self._grow_fading(world.week)
        now.platform = platform_at(scenario, world.week)
        premium.begin_week(world)
        if scenario.population.on:
            come_and_go(world, scenario, self.threads)
        if scenario.careers.on:
            shocks.shocks(world, scenario)
        members.time[:] = members.minutes
        if scenario.tiredness.on:
            tire(world, scenario, self._fading, self.threads)
        members.weeks_restricted += world.week < members.restricted_until

    def plan(self, now: _Week) -> None:
        """Let every strategy plan for its cohort."""
        world, scenario = self.world, self.parameters
        members, fields = world.members, len(world.field_names)
        now.limits = limits_of(scenario, now.platform, self._law, world.week)
        now.board = board_of(world, scenario, self._fading)
        now.directory = cache(partial(directory_of, members, fields, scenario.search.keywords))
        plans = []
        for name, strategy, players in self.cohorts:
            cohort = players[members.present[players]]
            view = View(world, now.board, cohort, now.limits, scenario, now.directory, self.threads)
            plan = strategy.act(view, view.draws)
            if not plan.are_of(cohort):
                msg = f"strategy {name!r} planned what no member of its cohort can do"
                raise UsageError(msg)
            plans.append(plan)
        now.acts = Acts.join(*plans).by_actor()

    def deliver(self, now: _Week) -> None:
        """Let the platform refuse or deliver every act; charge the minutes."""
        result = deliver(now.acts, now.board, now.limits, standing_of(self.world), self.threads)
        delivered = np.flatnonzero(result.delivered)
        now.acts = now.acts.take(delivered)
        now.delivery = result.take(delivered)

    def respond(self, now: _Week) -> None:
        """Let recipients answer, and contacts pass requests on."""
        world, acts, law = self.world, now.acts, self._law
        reached = introductions.arriving(world)
        letters = acts.target[acts.of_kinds(*LETTERS)]
        load = counted(np.concatenate((letters, reached.target)), len(world.members))
        now.outcome = respond(acts, now.delivery, load, world, now.board, law, self.threads)
        now.introduced = reached
        if self.parameters.introductions.on:
            terms = self.parameters.introductions
            introductions.relay(world, acts, now.board, terms, now.outcome, self.threads)
            now.introduced = introductions.answer(
                world, reached, load, now.board, law, self.threads
            )
        count_answers(world.members, acts, now.delivery, now.outcome, now.introduced)

    def tie(self, now: _Week) -> None:
        """Commit: what is remembered and paid, who is restricted, ties renewed and made, groups."""
        world, scenario, week = self.world, self.parameters, self.world.week
        acts, outcome, ties = now.acts, now.outcome, scenario.ties
        # A board keeps the arrays it was made of: gone before they may grow into new ones.
        del now.board
        bonds.remember(world, week, acts, outcome, threads=self.threads)
        if scenario.introductions.on:
            introductions.send_on(world, acts, outcome, scenario.introductions, self.threads)
        if scenario.premium.on:
            premium.settle(world, acts, outcome, scenario.premium)
        board = board_of(world, scenario, self._fading)
        bonds.restrict(world, week, acts, outcome, now.platform, scenario.spam)
        mutual, wasteland = now.delivery.mutual, scenario.wasteland
        bonds.renew(world, acts, mutual, board, ties, wasteland, threads=self.threads)
        if scenario.wasteland.on:
            bonds.feed(world, board, ties, wasteland, threads=self.threads)
        if scenario.endorsements.on:
            endorse(world, acts, board, scenario, self.threads)
        if scenario.joining.on:
            change_groups(world, acts, board, scenario, now.platform, self.threads)
        del board
        bonds.connect(
            world, week, acts, now.delivery, outcome, now.introduced, ties, threads=self.threads
        )

    def search_and_careers(self, now: _Week) -> None:
        """Let recruiters search and approach, and employers interview and hire."""
        world, scenario = self.world, self.parameters
        if not (scenario.search.on or scenario.careers.on):
            return
        board = board_of(world, scenario, self._fading)
        approaches = None
        if scenario.search.on:
            approaches = recruit(world, board, scenario, now.directory(), self.threads)
        if scenario.careers.on:
            careers.hire(world, board, scenario, approaches, self.threads)

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
        # Strengths are looked up where they are used: those of all ties only when all are measured.
        around = None if everybody else self.focal
        below, threads = ties.dormant_below, self.threads
        live = live_entries(world.ties, world.week, self._fading, below, threads, around)
        on = self.parameters.mechanisms
        self.measures = {}
        self.measured_week = world.week
        cohorts: list[tuple[str, Int32, Sample | None]] = []
        if len(self.focal):
            cohorts.append(("focal", self.focal, None))
        if everybody:
            present = world.members.present
            everyone, sample = self._everyone[present], self._sample and self._sample.of(present)
            cohorts.append(("all", everyone, sample))
            sources = sample.distances_from if sample else self.focal
            graph = measure_graph(world, sources, everyone, threads, on)
            self.measures |= {("all", name): value for name, value in graph.items()}
        for cohort, members, sample in cohorts:
            measured = measure_members(world, members, live, on, threads, sample)
            self.measures |= {(cohort, name): value for name, value in measured.items()}
        self.datacollector.collect(self)

    def _grow_fading(self, week: int) -> None:
        """Keep the table of fading long enough for runs beyond the scenario's weeks."""
        ties = self.parameters.ties
        if week + ties.oldest >= self._fading.shape[1]:
            self._fading = fading_table(ties, 2 * week)
