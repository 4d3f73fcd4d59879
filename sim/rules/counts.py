"""What members are counted for: their acts, and the answers they got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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


def counted(rows: NDArray[np.int32], members: int) -> Int32:
    """Count how often each member occurs, int32[members]."""
    return np.bincount(rows, minlength=members).astype(np.int32)


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
    count = len(members)
    invited, written = acts.kind == INVITE, acts.kind == MESSAGE
    members.sent += counted(acts.actor[invited], count)
    all_answers = (ACCEPTED, IGNORED, FLAGGED)
    for place, answers in enumerate((all_answers, (ACCEPTED,), (IGNORED,), (FLAGGED,))):
        those = invited & np.isin(outcome, answers)
        np.add.at(members.invitations, (acts.actor[those], delivery.channel[those], place), 1)
    members.messages_sent += counted(acts.actor[written], count)
    members.month_messages += counted(acts.actor[written], count)
    members.replies += counted(acts.actor[written & (outcome == REPLIED)], count)
    members.messages_flagged += counted(acts.actor[written & (outcome == FLAGGED)], count)
    asked = acts.actor[acts.kind == INTRODUCE]
    passed = (acts.actor[outcome == way] for way in (FORWARDED, DROPPED, DECLINED))
    for place, rows in enumerate((asked, *passed, introduced.actor)):
        members.introductions[:, place] += counted(rows, count)
