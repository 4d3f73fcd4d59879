"""What members are counted for: their acts, the minutes charged, and the answers they got."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel
from sim.rules.acts import INTRODUCE, INVITE, MESSAGE, Acts
from sim.rules.respond import (
    ACCEPTED,
    DECLINED,
    DROPPED,
    FLAGGED,
    FORWARDED,
    IGNORED,
    REPLIED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.rules.delivery import Delivery
    from sim.world.members import Int8, Int32, Members
    from sim.world.pending import Pending


# Where the answer to an invitation or to a request is counted: in that cell of `OUTCOMES` or of
# `INTRODUCTIONS`; what was sent or asked is in cell 0. Each is answered.
_PLACE = np.zeros(max(FLAGGED, FORWARDED, DROPPED, DECLINED) + 1, np.int64)
_PLACE[[ACCEPTED, IGNORED, FLAGGED]] = (1, 2, 3)
_PLACE[[FORWARDED, DROPPED, DECLINED]] = (1, 2, 3)


class _Counters(NamedTuple):
    """Columns of the members in which acts that are answered are counted."""

    sent: Int32
    invitations: Int32
    messages_sent: Int32
    month_messages: Int32
    replies: Int32
    messages_flagged: Int32
    introductions: Int32


def counted(rows: NDArray[np.int32], members: int) -> Int32:
    """Count how often each member occurs, int32[members]."""
    counts = np.zeros(members, np.int32)
    _count(rows, counts)
    return counts


def count_answers(
    members: Members, acts: Acts, delivery: Delivery, outcome: Int8, introduced: Pending
) -> None:
    """Count a week's letters and requests by their outcome.

    Parameters
    ----------
    members : Members
        Changed in place.
    acts, delivery, outcome
        Delivered acts, K of them, and how each was answered, int8[K].
    introduced : Pending
        Introductions that their targets accepted.
    """
    counters = _Counters._make(getattr(members, name) for name in _Counters._fields)
    _count_answers(counters, acts.actor, acts.kind, delivery.channel, outcome)
    members.introductions[:, -1] += counted(introduced.actor, len(members))


@kernel
def _count(rows: Int32, counts: Int32) -> None:
    for row in rows:
        counts[row] += 1


@kernel
def _count_answers(
    counters: _Counters, actor: Int32, kind: Int8, channel: Int8, outcome: Int8
) -> None:
    for act in range(actor.size):
        i, place = actor[act], _PLACE[outcome[act]]
        if kind[act] == INVITE:
            counters.sent[i] += 1
            counters.invitations[i, channel[act], 0] += 1
            counters.invitations[i, channel[act], place] += 1
        elif kind[act] == MESSAGE:
            counters.messages_sent[i] += 1
            counters.month_messages[i] += 1
            counters.replies[i] += int(outcome[act] == REPLIED)
            counters.messages_flagged[i] += int(outcome[act] == FLAGGED)
        elif kind[act] == INTRODUCE:
            counters.introductions[i, 0] += 1
            counters.introductions[i, place] += 1
