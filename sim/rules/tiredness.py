"""What a network takes to be kept up, and the burnout of those it takes too much of (S20, S21).

Source: docs/model.md, 8.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.portable import exp, log
from sim.world.fading import live_entries
from sim.world.members import ACTIVITIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.mechanisms import Tiredness
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Float64, Int32
    from sim.world.rows import Rows

KEEP_UP = ACTIVITIES.index("keep_up")


def tire(world: World, scenario: Scenario, fading: Float64, threads: int = 1) -> None:
    """Set the time for acts this week: what is left when the network has been kept up.

    Parameters
    ----------
    world : World
        Changed in place: time, strain, burnout, time charged. Who is absent keeps nothing up.
    scenario : Scenario
        Sections `tiredness` and `ties`.
    fading : float64[2, ages]
        The table of `sim.world.fading`.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    members, tiredness = world.members, scenario.tiredness
    below = float(scenario.ties.dormant_below)
    live = live_entries(world.ties, world.week, fading, below, threads)
    need = minutes_needed(world, tiredness, live, threads)
    resting = members.present & (world.week < members.burnt_until)
    up = members.present & ~resting
    strained = need > members.minutes
    members.strain[up] = np.where(strained, members.strain + 1, 0)[up]
    breaking = up & (members.strain == tiredness.after)
    members.strain[breaking] = 0
    members.burnt_until[breaking] = world.week + tiredness.pause
    idle = resting | breaking
    members.weeks_burnt += idle
    # Both are whole, but the need may lie beyond every integer type.
    kept_up = np.where(up & ~breaking, np.minimum(members.minutes, need), 0.0).astype(np.int32)
    members.time[:] = np.where(idle, 0, members.minutes - kept_up)
    members.minutes_spent[:, KEEP_UP] += kept_up


def minutes_needed(
    world: World, tiredness: Tiredness, live: NDArray[np.uint8], threads: int = 1
) -> Float64:
    """Return the minutes a week that each member's active ties take: cost * w ** beta, floored.

    w counts a tie inside the market aimed at as one, any other as `off_target` (S21).

    Parameters
    ----------
    world : World
    tiredness : Tiredness
    live : uint8 array over the arena of the ties
        Which entries are not dormant.
    threads : int
        Threads that may be used.

    Returns
    -------
    float64[N]
        Whole numbers, which may lie beyond every integer type.
    """
    members, rows = world.members, world.ties.rows
    cost, beta = float(tiredness.cost), float(tiredness.beta)
    off_target = float(tiredness.off_target)
    field: NDArray[Any] = members.field
    # Neighbours are anywhere in memory: in a large world, only bytes stay in the fast caches.
    if field.min(initial=0) >= 0 and field.max(initial=0) < 256:
        field = field.astype(np.uint8)
    need = np.zeros(len(members))

    def work(start: int, stop: int) -> None:
        _weigh(start, stop, rows, live, field, members.aim, cost, beta, off_target, need)

    over_chunks(threads, len(members), work)
    return need


@kernel
def _weigh(
    start: int,
    stop: int,
    rows: Rows,
    live: NDArray[np.uint8],
    field: NDArray[Any],
    aim: Int32,
    cost: float,
    beta: float,
    off_target: float,
    need: Float64,
) -> None:
    for i in range(start, stop):
        inside = 0
        active = 0
        # Without branches: which ties are active cannot be foreseen.
        for place in range(rows.start[i], rows.start[i] + rows.degree[i]):
            alive = int(live[place] > 0)
            active += alive
            inside += alive & int(field[rows.neighbour[place]] == aim[i])
        weight = inside + off_target * (active - inside)
        if weight > 0.0:
            need[i] = np.floor(cost * exp(beta * log(weight)))
