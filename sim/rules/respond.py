"""How people answer: a logistic law for invitations and messages, and flags for strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.compiled import kernel
from sim.draws import Decision, uniform
from sim.portable import logistic
from sim.rules.acts import INVITE, MESSAGE, UPKEEP
from sim.rules.board import Board, has_met
from sim.rules.limits import ACQUAINTANCE, Delivery
from sim.world.groups import membership, share_group
from sim.world.rows import find

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario.conduct import Response
    from sim.world.members import Bool, Float64, Int8, Int32

NONE, ACCEPTED, IGNORED, FLAGGED, REPLIED = 0, 1, 2, 3, 4

_ACCEPT = int(Decision.ACCEPT)
_FLAG = int(Decision.FLAG)
_REPLY = int(Decision.REPLY)


class Law(NamedTuple):
    """Section `response` of a scenario as kernels read it; field by field the same."""

    accept: float
    reply: float
    acquaintance: float
    mutual: float
    mutual_most: int
    group: float
    met: float
    field: float
    note: float
    openness: float
    load: float
    activity: float
    flag_stranger: float
    flag_group: float


def law_of(response: Response) -> Law:
    """Return the coefficients of a scenario."""
    values = response.model_dump()
    # Kernels are compiled for the types they meet: a whole number where a float belongs would
    # compile them anew.
    return Law._make(
        int(values[name]) if name == "mutual_most" else float(values[name]) for name in Law._fields
    )


@kernel
def log_odds(
    law: Law,
    intercept: float,
    known: bool,
    mutual: int,
    grouped: bool,
    met: bool,
    same_field: bool,
    openness: float,
    load: int,
) -> float:
    """Log-odds of a yes, without what concerns invitations or messages alone."""
    x = intercept
    if known:
        x = x + law.acquaintance
    x = x + law.mutual * min(mutual, law.mutual_most)
    if grouped:
        x = x + law.group
    if met:
        x = x + law.met
    if same_field:
        x = x + law.field
    x = x + law.openness * openness
    return x + law.load * (load - 1)


@kernel
def respond(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    actor: Int32,
    kind: Int8,
    target: Int32,
    group: Int32,
    note: Bool,
    delivery: Delivery,
    load: Int32,
    openness: Float64,
    board: Board,
    law: Law,
    outcome: Int8,
) -> None:
    """Let recipients answer the acts `start` ... `stop` - 1, all of which were delivered.

    Parameters
    ----------
    load : int32[N]
        Invitations and messages each member received this week.
    openness : float64[N]
        Column of the members.
    outcome : int8[K]
        Receives 1 accepted, 2 ignored, 3 flagged, 4 replied; stays 0 where there is no answer.
    """
    for act in range(start, stop):
        if kind[act] == UPKEEP:
            continue
        i, j = actor[act], target[act]
        known = find(board.acquaintances, i, j) >= 0
        met = has_met(board, i, j)
        grouped = share_group(board.groups, i, j)
        intercept = law.accept if kind[act] == INVITE else law.reply
        x = log_odds(
            law,
            intercept,
            known,
            delivery.mutual[act],
            grouped,
            met,
            board.field[i] == board.field[j],
            openness[j],
            load[j],
        )
        if kind[act] == MESSAGE:
            place = membership(board.groups, j, group[act])
            x = x + law.activity * board.groups.activity[place]
            if uniform(seed, _REPLY, week, i, j, 0) < logistic(x):
                outcome[act] = REPLIED
            continue
        if note[act]:
            x = x + law.note
        if uniform(seed, _ACCEPT, week, i, j, 0) < logistic(x):
            outcome[act] = ACCEPTED
            continue
        chance = law.flag_group if grouped else law.flag_stranger
        stranger = delivery.channel[act] != ACQUAINTANCE and not met
        if stranger and uniform(seed, _FLAG, week, i, j, 0) < chance:
            outcome[act] = FLAGGED
        else:
            outcome[act] = IGNORED
