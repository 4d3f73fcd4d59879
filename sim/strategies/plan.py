"""What a cohort plans for its week, and what of its time that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.rules.view import Acts

if TYPE_CHECKING:
    from sim.rules.view import Found, View

Int64 = NDArray[np.int64]


def share_of(minutes: Int64, share: float) -> Int64:
    """Return whole minutes of a share of each member's `minutes`, int64[C], rounded down."""
    return np.floor(minutes * share).astype(np.int64)


class Plan:
    """Acts in the order in which they are added, priced as the platform prices them.

    Parameters
    ----------
    view : View
        The platform as the cohort sees it.
    minutes : int64[C]
        Time that each member may plan with; it can be changed later.

    Attributes
    ----------
    view, minutes
        As given.
    used : int64[C]
        Minutes of the acts added so far.
    invited : int64[C]
        Invitations among them.
    """

    def __init__(self, view: View, minutes: Int64) -> None:
        self.view, self.minutes = view, minutes
        self.used = np.zeros(len(view), np.int64)
        self.invited = np.zeros(len(view), np.int64)
        self._parts: list[Acts] = []

    @property
    def acts(self) -> Acts:
        """All acts added so far."""
        return Acts.join(*self._parts)

    def affordable(self, price: int, most: ArrayLike | None = None) -> Int64:
        """Return how many acts of `price` minutes each has time for, but `most`, int64[C]."""
        number: Int64 = np.maximum(self.minutes - self.used, 0) // price
        return number if most is None else np.minimum(number, most)

    def invitations(
        self, most: ArrayLike, *, note: bool = False, acquaintances: bool = False
    ) -> Int64:
        """Return how many more invitations each may send and has time for, int64[C].

        Parameters
        ----------
        most : int or int array (C,)
            At most so many in the whole week.
        note : bool
            Whether they carry a note.
        acquaintances : bool
            Whether they go to acquaintances alone, whom restricted members may invite too.
        """
        cost, view = self.view.cost, self.view
        allowed = np.minimum(most, view.invitations_left) - self.invited
        number = self.affordable(cost.invite_with_note if note else cost.invite, allowed)
        return number if acquaintances else np.where(view.restricted, 0, number)

    def invite(self, found: Found, *, note: bool = False) -> None:
        """Invite those found, with a note or without."""
        cost = self.view.cost
        self.invited += found.per_actor(len(self.view))
        acts = Acts.invite(found.actor, found.alter, note=note)
        self._add(acts, found, cost.invite_with_note if note else cost.invite)

    def message(self, found: Found) -> None:
        """Write to those found, in the group in which they were found."""
        acts = Acts.message(found.actor, found.alter, found.group)
        self._add(acts, found, self.view.cost.message)

    def introduce(self, found: Found) -> None:
        """Ask for introductions to those found, by the contact through whom they were found."""
        acts = Acts.introduce(found.actor, found.alter, found.via)
        self._add(acts, found, self.view.cost.introduce)

    def subscribe(self, who: NDArray[np.bool_]) -> None:
        """Buy premium accounts for those of the cohort with `who`, bool[C]; it takes no time."""
        self._parts.append(Acts.subscribe(self.view.members[who]))

    def inmail(self, found: Found) -> None:
        """Write InMails to those found."""
        self._add(Acts.inmail(found.actor, found.alter), found, self.view.cost.inmail)

    def join_groups(self, found: Found) -> None:
        """Join the groups found."""
        self._add(Acts.join_group(found.actor, found.group), found, self.view.cost.join)

    def post(self, found: Found) -> None:
        """Post in the groups found."""
        self._add(Acts.post(found.actor, found.group), found, self.view.cost.post)

    def endorse(self, found: Found) -> None:
        """Endorse the contacts found."""
        self._add(Acts.endorse(found.actor, found.alter), found, self.view.cost.endorse)

    def upkeep(self, found: Found) -> None:
        """Check in with the contacts found."""
        self._add(Acts.upkeep(found.actor, found.alter), found, self.view.cost.upkeep)

    def congratulate(self, found: Found) -> None:
        """Congratulate the contacts found."""
        self._add(Acts.congratulate(found.actor, found.alter), found, self.view.cost.congratulate)

    def article(self, found: Found) -> None:
        """Send the contacts found an article."""
        self._add(Acts.article(found.actor, found.alter), found, self.view.cost.article)

    def _add(self, acts: Acts, found: Found, price: int) -> None:
        self.used += found.per_actor(len(self.view)) * price
        self._parts.append(acts)
