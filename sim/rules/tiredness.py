"""What a network takes to be kept up, and the burnout of those it takes too much of (S20).

Source: docs/model.md, 8.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.portable import exp, log
from sim.world.fading import active_ties
from sim.world.members import ACTIVITIES

if TYPE_CHECKING:
    from sim.scenario.mechanisms import Tiredness
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Float64

KEEP_UP = ACTIVITIES.index("keep_up")


def tire(world: World, scenario: Scenario, fading: Float64) -> None:
    """Set the time for acts this week: what is left when the network has been kept up.

    Parameters
    ----------
    world : World
        Changed in place: time, strain, burnout, time charged. Who is absent keeps nothing up.
    scenario : Scenario
        Sections `tiredness` and `ties`.
    fading : float64[2, ages]
        The table of `sim.world.fading`.
    """
    members, tiredness = world.members, scenario.tiredness
    active = active_ties(world.ties, world.week, fading, float(scenario.ties.dormant_below))
    need = minutes_needed(tiredness, int(active.max(initial=0)))[active]
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


def minutes_needed(tiredness: Tiredness, most: int) -> Float64:
    """Return the minutes a week that 0, 1, ..., `most` active ties take: cost * k ** beta, floored.

    Returns
    -------
    float64[most + 1]
        Whole numbers.
    """
    powers = [exp(tiredness.beta * log(float(k))) for k in range(1, most + 1)]
    return np.asarray(np.floor(tiredness.cost * np.array([0.0, *powers])))
