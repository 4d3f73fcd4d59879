"""What the members of a cohort know about themselves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.rules.limits import Limits
    from sim.world.members import Int8, Int32, Members

Int64 = NDArray[np.int64]


class Own:
    """A cohort, C members, and what each of them knows of its own standing in a week.

    Parameters
    ----------
    columns : Members
        State at the start of the week.
    members : int32[C]
        The cohort, ascending.
    limits : Limits
        What the platform permits, what acts cost, and the week.
    premium : bool
        Whether there are premium accounts.

    Attributes
    ----------
    members : int32[C]
        The cohort's rows.
    minutes : int64[C]
        Time each has for acts this week.
    restricted : bool[C]
        Who may invite acquaintances only.
    week : int
    cost : Limits
        Minutes of each act: `cost.invite`, `.invite_with_note`, `.message`, `.upkeep` and so on.
    """

    def __init__(self, columns: Members, members: Int32, limits: Limits, *, premium: bool) -> None:
        self._columns, self._premium = columns, premium
        self.cost = limits._replace(permitted=limits.permitted.copy())
        self.week = limits.week
        self.members = members.copy()
        self.minutes: Int64 = columns.time[members].astype(np.int64)
        self.restricted = limits.week < columns.restricted_until[members]

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def field(self) -> Int32:
        """Fields of the cohort, int32[C]."""
        return self._columns.field[self.members]

    @cached_property
    def aim(self) -> Int32:
        """Fields that the cohort takes for its target markets, int32[C]."""
        return self._columns.aim[self.members]

    @cached_property
    def job_search(self) -> Int8:
        """0 active, 1 tiptoeing, 2 open, 3 passive; int8[C]."""
        return self._columns.job_search[self.members]

    @cached_property
    def employed(self) -> NDArray[np.bool_]:
        """Who has a job, bool[C]."""
        return self._columns.employed[self.members]

    @cached_property
    def credits(self) -> Int64:
        """InMail credits each has, int64[C]."""
        return self._columns.credits[self.members].sum(axis=1, dtype=np.int64)

    @cached_property
    def renewable(self) -> NDArray[np.bool_]:
        """Who may buy a premium account now, for the four weeks from the next on; bool[C]."""
        until = self._columns.subscribed_until[self.members]
        return (self.week + 1 >= until) & self._premium

    @cached_property
    def invitations_left(self) -> Int64:
        """Invitations the platform still lets each send this week, int64[C]."""
        sent = self._columns.sent[self.members].astype(np.int64)
        lifetime = self.cost.invitations_lifetime - sent
        return np.clip(lifetime, 0, self.cost.invitations_per_week)
