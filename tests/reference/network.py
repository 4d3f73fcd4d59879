"""The network of members, the fading of ties, and what holds in a week (docs/model.md, 7.6)."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import portable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.study import Scenario

    from .draws import Luck
    from .members import Group, Member, Pending, Tie

# The functions before compilation.
exp: Callable[[float], float] = getattr(portable.exp, "py_func", portable.exp)
log: Callable[[float], float] = getattr(portable.log, "py_func", portable.log)


def single(x: float) -> float:
    """Round to IEEE single precision."""
    rounded: float = struct.unpack("f", struct.pack("f", x))[0]
    return rounded


def logistic(x: float) -> float:
    """1 / (1 + e**-x), by the exponential of a number that is not positive."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    odds = exp(x)
    return odds / (1.0 + odds)


@dataclass(slots=True)
class Network:
    """All members and groups, the number of fields, and the introductions on their way."""

    members: list[Member]
    groups: list[Group] = dataclasses.field(default_factory=list)
    fields: int = 1
    pending: list[Pending] = dataclasses.field(default_factory=list)

    @property
    def present(self) -> list[Member]:
        """Members who are on the platform, ascending."""
        return [member for member in self.members if member.present]

    def connected(self, i: int, j: int) -> bool:
        """Whether there is a tie between i and j."""
        return j in self.members[i].ties

    def mutual(self, i: int, j: int) -> int:
        """How many contacts i and j have in common."""
        return len(self.members[i].contacts & self.members[j].contacts)

    def shared_groups(self, i: int, j: int) -> set[int]:
        """Groups that both i and j are in."""
        return self.members[i].groups & self.members[j].groups

    def add_tie(self, i: int, j: int, tie: Tie) -> None:
        """Connect i and j."""
        self.members[i].ties[j] = tie
        self.members[j].ties[i] = tie

    def remove_ties(self, i: int) -> None:
        """Disconnect i from all its contacts."""
        for j in self.members[i].ties:
            del self.members[j].ties[i]
        self.members[i].ties.clear()

    def join(self, i: int, group: int, activity: int) -> None:
        """Make i a member of a group."""
        self.members[i].activity[group] = activity
        self.groups[group].members = sorted([*self.groups[group].members, i])

    def leave(self, i: int, group: int) -> None:
        """End the membership of i in a group; what it posted is forgotten."""
        del self.members[i].activity[group]
        self.members[i].posted.pop(group, None)
        self.groups[group].members.remove(i)

    def pairs(self) -> dict[tuple[int, int], Tie]:
        """All ties, each once, by its ends in ascending order."""
        return {
            (member.number, other): tie
            for member in self.members
            for other, tie in member.ties.items()
            if member.number < other
        }

    def rings(
        self, start: int, deepest: int | None = None, walk: Callable[[Tie], bool] | None = None
    ) -> list[set[int]]:
        """Breadth-first search: ring d holds the members at distance exactly d from `start`.

        Ends with an empty ring, or with ring `deepest`; walks those ties alone for which `walk` is
        true.
        """
        rings = [{start}]
        seen = {start}
        while rings[-1] if deepest is None else len(rings) <= deepest:
            ring = {
                other
                for number in rings[-1]
                for other, tie in self.members[number].ties.items()
                if other not in seen and (walk is None or walk(tie))
            }
            seen |= ring
            rings.append(ring)
        return rings

    def within(self, i: int, j: int, distance: int) -> bool:
        """Whether j is at most `distance` ties away from i."""
        return any(j in ring for ring in self.rings(i, distance))


class Fading:
    """How the strength of ties falls (7.6).

    Parameters
    ----------
    bridge, embedded : float
        Share of its strength that a bridge and any other tie keeps over a year.
    """

    def __init__(self, bridge: float, embedded: float) -> None:
        self._weekly = {True: _weekly(bridge), False: _weekly(embedded)}
        self._kept = {True: [1.0], False: [1.0]}

    def strength(self, tie: Tie, week: int) -> float:
        """Strength of `tie` in `week`."""
        age = week - tie.renewed
        kept = self._kept[tie.bridge]
        while len(kept) <= age:
            kept.append(kept[-1] * self._weekly[tie.bridge])
        return tie.level * kept[age]


def _weekly(yearly: float) -> float:
    return 0.0 if yearly == 0.0 else exp(log(yearly) / 52)


@dataclass(frozen=True)
class Now:
    """What every rule of a week reads.

    Parameters
    ----------
    network : Network
        The world as it is.
    scenario : Scenario
        Parameters, with the rules of the platform as of this week.
    luck : Luck
        Random numbers of the run.
    fading : Fading
        How ties fade.
    week : int
        The week, t.
    """

    network: Network
    scenario: Scenario
    luck: Luck
    fading: Fading
    week: int

    def happens(self, decision: int, chance: float, a: int, b: int = 0, index: int = 0) -> bool:
        """Whether u(D, t, a, b, index) is less than `chance`."""
        return self.luck.uniform(decision, self.week, a, b, index) < chance

    def pick(self, decision: int, n: int, a: int, index: int) -> int:
        """int(D, t, a, 0, index; n)."""
        return self.luck.integer(decision, self.week, a, 0, index, n)

    def strength(self, i: int, j: int) -> float:
        """Strength of the tie of i and j as it is now."""
        return self.fading.strength(self.network.members[i].ties[j], self.week)

    def dormant(self, i: int, j: int) -> bool:
        """Whether the tie of i and j is dormant now."""
        return self.strength(i, j) < self.scenario.ties.dormant_below

    def passes_on(self, i: int, j: int) -> bool:
        """Whether the tie of i and j passes things on: dormant ones do not in a wasteland."""
        return not (self.scenario.wasteland.on and self.dormant(i, j))

    def is_bridge(self, i: int, j: int) -> bool:
        """Whether a tie of i and j is a bridge, by the contacts as they are now."""
        return self.network.mutual(i, j) < self.scenario.ties.embedded_from
