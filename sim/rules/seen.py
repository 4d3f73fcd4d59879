"""What a strategy gets to see: finds, profiles, luck of its own; and how it declares parameters."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.draws import Decision, integers, uniforms

if TYPE_CHECKING:
    from sim.world.members import Float64, Int8, Int32

Int64 = NDArray[np.int64]


def parameter(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    source: str = "assumption",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """Declare a strategy's parameter: a field with its meaning, unit, source and range."""
    return dataclasses.field(
        default=default,
        metadata={"meaning": meaning, "unit": unit, "source": source, "ge": ge, "le": le},
    )


class Found(NamedTuple):
    """Members that a search came upon, actor by actor."""

    row: Int64
    """Place of the actor in the cohort, int64[K], ascending."""
    actor: Int32
    """The actor, int32[K]."""
    alter: Int32
    """Whom it came upon, int32[K]; -1 where groups are looked for."""
    group: Int32
    """In which group, int32[K]; -1 outside of groups."""
    via: Int32
    """Through which contact, int32[K]; -1 unless through one."""

    def per_actor(self, cohort: int) -> Int64:
        """Return how many each actor came upon, int64[cohort]."""
        return np.bincount(self.row, minlength=cohort)


class Profile(NamedTuple):
    """What anyone sees of a member; one entry each."""

    field: Int32
    seniority: Int8
    employer: Int32
    school: Int32
    region: Int32


class CohortDraws:
    """Random numbers of a strategy's own: one per member of the cohort, by member and week."""

    def __init__(self, seed: int, week: int, members: Int32) -> None:
        self._key = (seed, Decision.OWN, week, members, 0)

    def uniform(self, index: int = 0) -> Float64:
        """Uniform numbers in [0, 1), float64[cohort]; another `index` gives others."""
        return uniforms(*self._key, index)

    def integer(self, n: ArrayLike, index: int = 0) -> Int64:
        """Whole numbers from 0 to n - 1, int64[cohort]."""
        return integers(*self._key, index, n)
