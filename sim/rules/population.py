"""Members who come to the platform and members who leave it (F5).

Source: docs/model.md, 8.9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, uniforms
from sim.rules.shocks import NO_OPENING

if TYPE_CHECKING:
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Int32


def come_and_go(world: World, scenario: Scenario, threads: int = 1) -> None:
    """Let members depart and arrive, by the state before both.

    Parameters
    ----------
    world : World
        Changed in place: who is present and gone, openings, ties.
    scenario : Scenario
        Sections `population`, `acquaintances` and `ties`.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    population = scenario.population
    members, rows = world.members, np.arange(len(world.members))
    depart = uniforms(world.seed, Decision.DEPART, world.week, rows, 0, 0) < population.depart
    arrive = uniforms(world.seed, Decision.ARRIVE, world.week, rows, 0, 0) < population.arrive
    departing = members.present & ~members.focal & depart
    arriving = ~members.present & ~members.gone & arrive
    staying = members.present & ~departing
    members.present[:] = staying | arriving
    members.gone |= departing
    members.opening[departing] = NO_OPENING
    world.ties.remove_members(np.flatnonzero(departing), threads=threads)
    _welcome(world, np.flatnonzero(arriving).astype(np.int32), staying, scenario, threads)


def _welcome(
    world: World, arriving: Int32, staying: Bool, scenario: Scenario, threads: int
) -> None:
    """Connect those who arrive, int32[A], with a part of their acquaintances who are there."""
    acquaintances = world.acquaintances.rows
    known = acquaintances.degree[arriving]
    first = np.repeat(acquaintances.start[arriving] - (np.cumsum(known) - known), known)
    alter = acquaintances.neighbour[first + np.arange(len(first))]
    ego = np.repeat(arriving, known)
    low, high = np.minimum(ego, alter), np.maximum(ego, alter)
    lot = uniforms(world.seed, Decision.CONNECT_ON_ARRIVAL, world.week, low, high, 0)
    connected = staying[alter] & (lot < scenario.acquaintances.connected)
    world.ties.add(
        ego[connected],
        alter[connected],
        level=scenario.ties.strength_acquaintance,
        renewed=world.week,
        born=world.week,
        # Who has just arrived shares no contact with anybody.
        bridge=scenario.ties.embedded_from > 0,
        threads=threads,
    )
