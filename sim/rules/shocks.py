"""Shocks of working life: lost jobs, starts of a search, positions that open and are withdrawn.

Source: docs/model.md, 8.10, *begin*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, uniforms
from sim.world.build import minutes_of
from sim.world.members import JOB_SEARCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.population import Members as MemberSettings
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Members

ACTIVE, TIPTOEING, OPEN, PASSIVE = range(len(JOB_SEARCH))
"""Values of `job_search`: who actively looks for a job, and so on."""
NO_EMPLOYER = -1
NO_OPENING = -1


def shocks(world: World, scenario: Scenario) -> None:
    """Let members lose jobs (S1) and begin to search (F34), then hirers open positions.

    Parameters
    ----------
    world : World
        Its members change in place: `employed`, `employer`, `job_search`, `minutes`, `opening`.
    scenario : Scenario
        Sections `careers`, which is on, and `members`.
    """
    members, careers = world.members, scenario.careers
    lost = np.flatnonzero(_dismissed(world, careers.loss, careers.loss_week))
    members.employed[lost] = False
    members.employer[lost] = NO_EMPLOYER
    members.opening[lost] = NO_OPENING
    set_search(members, lost, ACTIVE, scenario.members)

    starting = members.present & (members.job_search >= OPEN)
    starting &= _happens(world, Decision.START_SEARCH, careers.start)
    if careers.loss_week > 0:
        starting &= ~members.focal
    set_search(members, np.flatnonzero(starting), ACTIVE, scenario.members)

    old = (members.opening >= 0) & (world.week - members.opening >= careers.opening_weeks)
    members.opening[old] = NO_OPENING
    hirer = members.present & members.decision_maker & (members.employer >= 0)
    new = hirer & (members.opening < 0) & _happens(world, Decision.OPENING, careers.opening)
    members.opening[new] = world.week


def _dismissed(world: World, loss: float, loss_week: int) -> Bool:
    """Tell who loses its job: bool[N].

    With a `loss_week` focal members lose it then, all at once, and at no other time, so that time
    since the loss is the same for all whom the study follows.
    """
    members = world.members
    lost = _happens(world, Decision.LOSE_JOB, loss)
    if loss_week > 0:
        lost = np.where(members.focal, world.week == loss_week, lost)
    return np.asarray(lost & members.present & members.employed & (members.employer >= 0))


def _happens(world: World, decision: Decision, chance: float) -> Bool:
    """Tell to whom something happens that has the same chance for everybody: bool[N]."""
    rows = np.arange(len(world.members))
    return np.asarray(uniforms(world.seed, decision, world.week, rows, 0, 0) < chance)


def set_search(
    members: Members,
    rows: NDArray[np.integer],
    status: int,
    given: MemberSettings,
) -> None:
    """Change the job search of members, and with it their minutes a week.

    Parameters
    ----------
    rows : int array (n,)
        Rows of the members; none twice.
    status : int
        Position in `JOB_SEARCH`.
    given : MemberSettings
        Section `members` of the scenario.
    """
    changed = rows[members.job_search[rows] != status]
    members.job_search[changed] = status
    members.minutes[changed] = minutes_of(
        members.hours[changed], members.job_search[changed], given
    )
