"""What is known of a tie, or of two who dealt with each other, and fits in a few bits.

The fields share a column, `facts` of the ties of a world and `dealings` of its history; kernels
read it with what stands here. Everything else names them like columns of their own:
`ties.edge_values("origin")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.compiled import lean
from sim.world.columns import declared
from sim.world.members import ORIGINS

if TYPE_CHECKING:
    import numpy as np

FACTS = {"origin": (len(ORIGINS) - 1).bit_length(), "bridge": 1, "endorsed": 2}
"""Bits of each field: an index of `ORIGINS`; 0 or 1; 1 if the lower row has endorsed the higher,
plus 2 if the higher has endorsed the lower."""
DEALINGS = {"met": 1, "favours": 15}
"""Bits of each field: whether messages were exchanged; introductions that alter passed on."""

_FIELDS = declared({"facts": FACTS, "dealings": DEALINGS})[1]
MET = _FIELDS["met"].mask
FAVOUR = 1 << _FIELDS["favours"].shift
_FAVOURS_SHIFT = _FIELDS["favours"].shift
_BRIDGE = _FIELDS["bridge"].mask
_BRIDGE_SHIFT = _FIELDS["bridge"].shift
_BY_LOWER = 1 << _FIELDS["endorsed"].shift
_BY_HIGHER = 2 << _FIELDS["endorsed"].shift


@lean
def is_bridge(facts: np.uint8) -> int:
    """1 if a tie with these facts is a bridge, else 0."""
    return int((facts & _BRIDGE) >> _BRIDGE_SHIFT)


@lean
def with_bridge(facts: np.uint8, bridge: bool) -> int:
    """Return facts that differ from these in nothing but the bridge."""
    return int((facts & ~_BRIDGE) | (_BRIDGE * int(bridge)))


@lean
def by(actor: int, alter: int) -> int:
    """Return the bit of the facts that tells whether `actor` has endorsed `alter`."""
    return _BY_LOWER if actor < alter else _BY_HIGHER


@lean
def have_met(dealings: np.uint16) -> bool:
    """Whether two with these dealings have exchanged messages."""
    return bool(dealings & MET != 0)


@lean
def favours_of(dealings: np.uint16) -> int:
    """Return the number of introductions passed on, according to these dealings."""
    return int(dealings >> _FAVOURS_SHIFT)
