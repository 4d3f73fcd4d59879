"""Members who stand for all of a large world where surroundings are walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.draws import Decision, uniforms

if TYPE_CHECKING:
    from sim.draws import Seed
    from sim.world.members import Bool, Int32

DISTANCES_FROM = 64
"""In a world larger than the sample `mean_distance` starts from so many focal members at most."""
FAR = 10
"""One in so many of the sample is walked around to the third level."""


class Sample(NamedTuple):
    """A simple random sample of all members: the same in every week and under every arm."""

    near: Int32
    """Members walked around to the second level, in the order of their draws."""
    far: Int32
    """Those of them who are walked around to the third: the first tenth, rounded up."""
    distances_from: Int32
    """Focal members from whom distances start."""

    @classmethod
    def draw(cls, seed: Seed, members: int, size: int, focal: Int32) -> Sample | None:
        """Draw `size` of `members`, or return None if there are no more than that.

        Those with the smallest draws; of the focal members likewise the first 64.
        """
        if members <= size:
            return None
        near = _first(seed, np.arange(members, dtype=np.int32), size)
        return cls(near, near[: -(-size // FAR)], _first(seed, focal, DISTANCES_FROM))

    def of(self, present: Bool) -> Sample:
        """Return what is left of it without those who are absent."""
        return self._replace(near=self.near[present[self.near]], far=self.far[present[self.far]])


def _first(seed: Seed, members: Int32, count: int) -> Int32:
    """Return up to `count` of `members`, in the order of their draws."""
    order = np.argsort(uniforms(seed, Decision.SAMPLE, 0, members, 0, 0), kind="stable")
    return members[order[:count]]
