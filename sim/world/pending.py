"""Introductions on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.world.members import Bool, Int32


@dataclass(frozen=True, slots=True)
class Pending:
    """Introductions that were passed on and have not yet reached their targets, in that order.

    Attributes
    ----------
    actor, via, target : int32[P]
        Who asked, whom, to be introduced to whom.
    due : int32[P]
        Week in which the target is asked.
    """

    actor: Int32
    via: Int32
    target: Int32
    due: Int32

    @classmethod
    def none(cls) -> Pending:
        """No introductions."""
        return cls(*(np.zeros(0, np.int32) for _ in range(4)))

    def take(self, kept: Bool) -> Pending:
        """Return those that are kept, bool[P]."""
        return Pending(self.actor[kept], self.via[kept], self.target[kept], self.due[kept])

    def and_more(self, actor: Int32, via: Int32, target: Int32, due: Int32) -> Pending:
        """Return these, and after them more."""
        return Pending(
            np.concatenate((self.actor, actor)),
            np.concatenate((self.via, via)),
            np.concatenate((self.target, target)),
            np.concatenate((self.due, due)),
        )
