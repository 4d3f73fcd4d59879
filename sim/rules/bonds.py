"""Ties: how they fade, are renewed and begin; what is remembered; who is restricted.

All of it commits what a week has decided. `acts` are the delivered ones, K of them; `outcome` says
how each was answered (`sim.rules.respond`), int8[K]; `mutual` are the contacts that its two ends
share, int32[K]; `fading` is the table of `sim.world.fading`. The world is changed in place.
Source: docs/model.md, 7.5 and 7.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.rules.acts import INVITE, MESSAGE, UPKEEP, Acts
from sim.rules.respond import ACCEPTED, FLAGGED, REPLIED
from sim.world.build import NEVER, World
from sim.world.fading import tie_strength
from sim.world.rows import Rows, find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.limits import Delivery
    from sim.scenario.conduct import Platform
    from sim.scenario.population import Ties
    from sim.world.members import Bool, Float64, Int8, Int32


def remember(world: World, week: int, acts: Acts, outcome: Int8) -> None:
    """Write delivered invitations and messages, and meetings, into the history of both sides."""
    history = world.history
    blank = {"invited": NEVER, "messaged": NEVER, "met": 0}
    dealt = acts.take(acts.kind != UPKEEP)
    history.add(dealt.actor, dealt.target, **blank)
    for kind, column in ((INVITE, "invited"), (MESSAGE, "messaged")):
        sent = acts.take(acts.kind == kind)
        history.update(sent.actor, sent.target, **{column: week})
    answered = acts.take(outcome == REPLIED)
    history.add(answered.target, answered.actor, **blank)
    history.update(answered.actor, answered.target, met=1)
    history.update(answered.target, answered.actor, met=1)


def restrict(world: World, week: int, acts: Acts, outcome: Int8, platform: Platform) -> None:
    """Count flags; restrict those who reached the limit, from next week on (F42, S16)."""
    members = world.members
    flagged = acts.actor[outcome == FLAGGED]
    members.flags += np.bincount(flagged, minlength=len(members)).astype(np.int32)
    if platform.restricted_weeks == 0:
        return
    struck = members.flags >= platform.flags_until_restricted
    members.flags[struck] = 0
    until = week + 1 + platform.restricted_weeks
    members.restricted_until[struck] = np.maximum(members.restricted_until[struck], until)


def renew(
    world: World, week: int, acts: Acts, mutual: Int32, fading: Float64, parameters: Ties
) -> None:
    """Let every check-in strengthen its tie (S19)."""
    ties = world.ties
    checked = acts.kind == UPKEEP
    _renew(
        ties.rows,
        ties.column("level"),
        ties.column("renewed"),
        ties.column("bridge"),
        acts.actor[checked],
        acts.target[checked],
        mutual[checked],
        week,
        fading,
        parameters.upkeep_gain,
        parameters.embedded_from,
    )


@kernel
def _renew(
    rows: Rows,
    level: NDArray[np.float32],
    renewed: NDArray[np.int16],
    bridge: NDArray[np.uint8],
    actor: Int32,
    target: Int32,
    mutual: Int32,
    week: int,
    fading: Float64,
    gain: float,
    embedded_from: int,
) -> None:
    """Renew ties one check-in after the other; both entries of a tie stay equal."""
    for act in range(actor.size):
        here = find(rows, actor[act], target[act])
        there = find(rows, target[act], actor[act])
        now = tie_strength(level[here], week - renewed[here], bridge[here], fading)
        level[here] = np.float32(min(1.0, now + gain))
        level[there] = level[here]
        renewed[here] = week
        renewed[there] = week
        bridge[here] = np.uint8(mutual[act] < embedded_from)
        bridge[there] = bridge[here]


def connect(
    world: World, week: int, acts: Acts, delivery: Delivery, outcome: Int8, parameters: Ties
) -> None:
    """Turn accepted invitations into ties; two that crossed make one."""
    accepted = np.flatnonzero(outcome == ACCEPTED)
    actor, target = acts.actor[accepted], acts.target[accepted]
    channel = delivery.channel[accepted]
    strengths = np.array(
        [
            parameters.strength_acquaintance,
            parameters.strength_group,
            parameters.strength_stranger,
        ]
    )
    new = world.ties.add(
        actor,
        target,
        level=strengths[channel],
        renewed=week,
        born=week,
        origin=channel,
        bridge=delivery.mutual[accepted] < parameters.embedded_from,
    )
    _note_first_target(world, week, actor[new], target[new])
    _note_first_target(world, week, target[new], actor[new])


def _note_first_target(world: World, week: int, ego: Int32, alter: Int32) -> None:
    """Note who made a first new tie to a decision-maker of its target market."""
    members = world.members
    wanted: Bool = members.decision_maker[alter] & (members.field[alter] == members.target[ego])
    late = ego[wanted]
    late = late[members.first_target_week[late] < 0]
    members.first_target_week[late] = week
