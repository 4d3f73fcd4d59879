"""Acts: what members intend to do in a week, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

INVITE, MESSAGE, UPKEEP = 0, 1, 2
KINDS = ("invite", "message", "upkeep")
NO_GROUP = -1


@dataclass(frozen=True, slots=True)
class Acts:
    """Intended acts of many members; those of one member are done in the order they stand in.

    Attributes
    ----------
    actor, target : int32[K]
        Who acts, towards whom.
    kind : int8[K]
        0 invite, 1 message, 2 upkeep.
    group : int32[K]
        Group in which a message is sent; -1 otherwise.
    note : bool[K]
        Whether an invitation carries a note of its own.
    """

    actor: NDArray[np.int32]
    kind: NDArray[np.int8]
    target: NDArray[np.int32]
    group: NDArray[np.int32]
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
        return cls._all(INVITE, actor, target, NO_GROUP, note)

    @classmethod
    def message(cls, actor: ArrayLike, target: ArrayLike, group: ArrayLike) -> Acts:
        """Write to `target` as a fellow member of `group`."""
        return cls._all(MESSAGE, actor, target, group, False)

    @classmethod
    def upkeep(cls, actor: ArrayLike, target: ArrayLike) -> Acts:
        """Check in with the contact `target`."""
        return cls._all(UPKEEP, actor, target, NO_GROUP, False)

    @classmethod
    def _all(
        cls, kind: int, actor: ArrayLike, target: ArrayLike, group: ArrayLike, note: bool
    ) -> Acts:
        who, whom = np.asarray(actor, np.int32), np.asarray(target, np.int32)
        if who.shape != whom.shape or who.ndim != 1:
            msg = f"actor and target must be equally long, not {who.shape} and {whom.shape}"
            raise ValueError(msg)
        return cls(
            actor=who,
            kind=np.full(len(who), kind, np.int8),
            target=whom,
            group=np.broadcast_to(np.asarray(group, np.int32), who.shape),
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
            group=np.concatenate([part.group for part in parts]),
            note=np.concatenate([part.note for part in parts]),
        )

    def are_of(self, cohort: NDArray[np.int32]) -> bool:
        """Whether these are whole acts of known kinds, and all of them of members of `cohort`."""
        columns = (self.kind, self.target, self.group, self.note)
        return (
            all(column.shape == self.actor.shape for column in columns)
            and bool(np.isin(self.kind, (INVITE, MESSAGE, UPKEEP)).all())
            and bool(np.isin(self.actor, cohort).all())
        )

    def take(self, index: NDArray[np.integer] | NDArray[np.bool_]) -> Acts:
        """Return the acts at `index`, in that order."""
        return Acts(
            actor=self.actor[index],
            kind=self.kind[index],
            target=self.target[index],
            group=self.group[index],
            note=self.note[index],
        )

    def by_actor(self) -> Acts:
        """Return the acts sorted by actor; each actor's keep their order."""
        return self.take(np.argsort(self.actor, kind="stable"))
