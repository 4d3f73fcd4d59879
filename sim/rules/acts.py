"""Acts: what members intend to do in a week, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

INVITE, MESSAGE, UPKEEP, INTRODUCE, INMAIL, SUBSCRIBE = range(6)
JOIN, LEAVE, POST, ENDORSE, CONGRATULATE, ARTICLE = range(6, 12)
KINDS = (
    "invite",
    "message",
    "upkeep",
    "introduce",
    "inmail",
    "subscribe",
    "join",
    "leave",
    "post",
    "endorse",
    "congratulate",
    "article",
)
NURTURE = (UPKEEP, CONGRATULATE, ARTICLE)
"""Kinds of acts that renew a tie."""
LETTERS = (INVITE, MESSAGE, INMAIL)
"""Kinds of acts that reach their target's inbox at once."""
ALONE = (SUBSCRIBE, JOIN, LEAVE, POST)
"""Kinds of acts towards nobody."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Acts:
    """Intended acts of many members; those of one member are done in the order they stand in.

    Attributes
    ----------
    actor, target : int32[K]
        Who acts, towards whom (-1 where an act is towards nobody).
    kind : int8[K]
        An index of `KINDS`.
    via : int32[K]
        Group in which a message is sent, or which is joined, left or posted in; contact asked for
        an introduction; -1 otherwise.
    note : bool[K]
        Whether an invitation carries a note of its own.
    """

    actor: NDArray[np.int32]
    kind: NDArray[np.int8]
    target: NDArray[np.int32]
    via: NDArray[np.int32]
    note: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.actor)

    @classmethod
    def none(cls) -> Acts:
        """No acts."""
        return cls.invite([], [])

    @classmethod
    def invite(cls, actor: ArrayLike, target: ArrayLike, *, note: bool = False) -> Acts:
        """Invite `target` to connect, with a note of its own or without."""
        return cls._all(INVITE, actor, target, note=note)

    @classmethod
    def message(cls, actor: ArrayLike, target: ArrayLike, group: ArrayLike) -> Acts:
        """Write to `target` as a fellow member of `group`."""
        return cls._all(MESSAGE, actor, target, group)

    @classmethod
    def upkeep(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Check in with the contact `target`."""
        return cls._all(UPKEEP, actor, target)

    @classmethod
    def introduce(cls, actor: ArrayLike, target: ArrayLike, via: ArrayLike) -> Acts:
        """Ask the contact `via` for an introduction to its contact `target`."""
        return cls._all(INTRODUCE, actor, target, via)

    @classmethod
    def inmail(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Spend a credit on an InMail to `target`."""
        return cls._all(INMAIL, actor, target)

    @classmethod
    def subscribe(cls, actor: ArrayLike) -> Acts:
        """Buy a premium account for four weeks, from next week on."""
        return cls._all(SUBSCRIBE, actor, NOBODY)

    @classmethod
    def join_group(cls, actor: ArrayLike, group: ArrayLike) -> Acts:
        """Join `group`."""
        return cls._all(JOIN, actor, NOBODY, group)

    @classmethod
    def leave_group(cls, actor: ArrayLike, group: ArrayLike) -> Acts:
        """Leave `group`."""
        return cls._all(LEAVE, actor, NOBODY, group)

    @classmethod
    def post(cls, actor: ArrayLike, group: ArrayLike) -> Acts:
        """Take part in the discussion of `group`."""
        return cls._all(POST, actor, NOBODY, group)

    @classmethod
    def endorse(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Endorse the contact `target`."""
        return cls._all(ENDORSE, actor, target)

    @classmethod
    def congratulate(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Congratulate the contact `target`."""
        return cls._all(CONGRATULATE, actor, target)

    @classmethod
    def article(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Send the contact `target` an article."""
        return cls._all(ARTICLE, actor, target)

    @classmethod
    def _all(
        cls,
        kind: int,
        actor: ArrayLike,
        target: ArrayLike,
        via: ArrayLike = NOBODY,
        *,
        note: bool = False,
    ) -> Acts:
        who = np.asarray(actor, np.int32)
        whom = np.asarray(target, np.int32)
        if kind in ALONE:
            whom = np.broadcast_to(whom, who.shape)
        if who.shape != whom.shape or who.ndim != 1:
            msg = f"actor and target must be equally long, not {who.shape} and {whom.shape}"
            raise ValueError(msg)
        return cls(
            actor=who,
            kind=np.full(len(who), kind, np.int8),
            target=whom,
            via=np.broadcast_to(np.asarray(via, np.int32), who.shape),
            note=np.full(len(who), note, np.bool_),
        )

    @classmethod
    def join(cls, *parts: Acts) -> Acts:
        """Put acts one after the other; earlier parts are done first."""
        if not parts:
            return cls.none()
        return cls(
            actor=np.concatenate([part.actor for part in parts]),
            kind=np.concatenate([part.kind for part in parts]),
            target=np.concatenate([part.target for part in parts]),
            via=np.concatenate([part.via for part in parts]),
            note=np.concatenate([part.note for part in parts]),
        )

    def are_of(self, cohort: NDArray[np.int32]) -> bool:
        """Whether these are whole acts of known kinds, and all of them of members of `cohort`."""
        columns = (self.kind, self.target, self.via, self.note)
        if any(column.shape != self.actor.shape for column in columns):
            return False
        if len(self) == 0:
            return True
        known = np.zeros(cohort.max(initial=-1) + 1, np.bool_)
        known[cohort] = True
        return bool(
            0 <= self.kind.min() <= self.kind.max() < len(KINDS)
            and 0 <= self.actor.min() <= self.actor.max() < len(known)
            and known[self.actor].all()
        )

    def of_kinds(self, *kinds: int) -> NDArray[np.bool_]:
        """Whether each act is of one of the kinds, bool[K]."""
        wanted = np.zeros(len(KINDS), np.bool_)
        wanted[list(kinds)] = True
        return wanted[self.kind]

    def take(self, index: NDArray[np.integer] | NDArray[np.bool_]) -> Acts:
        """Return the acts at `index`, in that order."""
        places = np.flatnonzero(index) if index.dtype == np.bool_ else index
        return Acts(
            actor=self.actor[places],
            kind=self.kind[places],
            target=self.target[places],
            via=self.via[places],
            note=self.note[places],
        )

    def by_actor(self) -> Acts:
        """Return the acts sorted by actor; each actor's keep their order."""
        return self.take(stable_order(self.actor))


@kernel
def stable_order(keys: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the places of `keys`, none negative, in their stable order: a counting sort."""
    place = np.zeros(keys.max() + 2 if keys.size else 1, np.int64)
    for key in keys:
        place[key + 1] += 1
    for key in range(1, place.size):
        place[key] += place[key - 1]
    order = np.empty(keys.size, np.int64)
    for i in range(keys.size):
        order[place[keys[i]]] = i
        place[keys[i]] += 1
    return order
