"""How many lines of memory an act needs at least, phase by phase: the floor of what a week costs.

Counted in the code of `sim.rules` (`look`, `delivery`, `respond`, `bonds`). What belongs to the
actor is not counted: acts are sorted by actor, so that its rows are in the cache after the first.
Two kinds of lines differ in price. **Near** ones are of columns with one value a member, a few
megabytes at a million members; **far** ones are of what is as large as all ties, memberships or
histories are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE_BYTES = 64
GROUPS_OF_A_MEMBER = 19
"""Mean memberships with the default shares."""
TIE_COLUMNS, HISTORY_COLUMNS = 7, 6
"""Columns of an entry, the neighbour included; an entry that changes touches a line of each."""
HISTORY_BYTES = 13
"""Bytes of an entry of the history."""


class Lines(NamedTuple):
    """Lines read or written, each at a place that cannot be foretold."""

    near: float = 0.0
    far: float = 0.0

    def nanoseconds(self, near: float, far: float) -> float:
        """Return the time at so many nanoseconds a line."""
        return self.near * near + self.far * far


def row(entries: float, size: int = 4) -> float:
    """Lines that a row of so many entries of `size` bytes lies in, wherever it begins."""
    return 1 + max(entries - 1, 0) * size / LINE_BYTES


def searched(entries: float) -> float:
    """Lines that a binary search in such a row touches."""
    return 1 + math.log2(row(entries))


def lines_of(degree: float, history: float) -> Mapping[str, Mapping[str, Lines]]:
    """Return the lines of one act, by act and phase.

    Parameters
    ----------
    degree, history : float
        Mean entries of a row of ties, and of a row of the history.
    """
    theirs = row(degree)
    groups = row(GROUPS_OF_A_MEMBER)
    # Somebody come upon in a group: its place in the list of members, presence and field.
    met = Lines(near=2, far=1)
    # Presence, degree and where its ties and groups begin; both rows, for contacts and groups that
    # are shared.
    judged = Lines(near=4, far=theirs + groups)
    # Field, openness, load and where its groups begin; its groups again.
    answered = Lines(near=4, far=groups)
    # A new entry in the history, searched for and written in every column.
    noted = Lines(far=searched(history) + HISTORY_COLUMNS)
    # Where the recipient's row begins and its degree; the row, for a contact in common.
    distance = Lines(near=2, far=theirs)
    # Both entries of the tie: the other's row is searched, three columns are written at either.
    renewed = Lines(near=2, far=searched(degree) + 6)
    return {
        "invite": {"plan": met, "deliver": judged, "respond": answered, "tie": noted},
        "message": {
            "plan": Lines(met.near + distance.near, met.far + distance.far),
            "deliver": Lines(judged.near + distance.near, judged.far + distance.far),
            "respond": answered,
            "tie": noted,
        },
        "upkeep": {
            "plan": Lines(),
            "deliver": Lines(near=3, far=theirs),
            "respond": Lines(),
            "tie": renewed,
        },
        "new tie": {"tie": Lines(near=4, far=2 * (searched(degree) + TIE_COLUMNS))},
    }
