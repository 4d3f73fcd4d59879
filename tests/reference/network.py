"""Members, ties and groups as objects (docs/model.md, 2 and 7.6)."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import portable

if TYPE_CHECKING:
    from collections.abc import Callable

# The functions before compilation.
exp: Callable[[float], float] = getattr(portable.exp, "py_func", portable.exp)
log: Callable[[float], float] = getattr(portable.log, "py_func", portable.log)

CHANNELS = ("acquaintance", "group", "stranger")
DECISION_MAKER = 2
NEVER = -(10**9)
"""A week so long ago that nothing asks for longer."""


def single(x: float) -> float:
    """Round to IEEE single precision."""
    rounded: float = struct.unpack("f", struct.pack("f", x))[0]
    return rounded


@dataclass(slots=True)
class Tie:
    """A tie; both ends hold the same object."""

    level: float
    renewed: int
    born: int
    origin: int
    bridge: bool


@dataclass(slots=True)
class Group:
    """A group: a topic (a field, -1 for none) and its members, ascending."""

    topic: int
    members: list[int]


@dataclass(slots=True)
class Member:
    """One member: who it is, whom it knows, what it has done."""

    number: int
    field: int = 0
    target: int = 0
    seniority: int = 0
    minutes: int = 0
    openness: float = 0.0
    opt_out: bool = False
    focal: bool = False

    ties: dict[int, Tie] = dataclasses.field(default_factory=dict)
    acquaintances: set[int] = dataclasses.field(default_factory=set)
    activity: dict[int, int] = dataclasses.field(default_factory=dict)
    """Activity in each group of the member."""

    invited: dict[int, int] = dataclasses.field(default_factory=dict)
    """Week of the last invitation to each member it has invited."""
    messaged: dict[int, int] = dataclasses.field(default_factory=dict)
    """Week of the last message to each member it has messaged."""
    met: set[int] = dataclasses.field(default_factory=set)

    sent: int = 0
    flags: int = 0
    restricted_until: int = 0
    first_target_week: int = -1

    invitations: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)
    """Delivered invitations since week 1 by channel and outcome."""
    messages_sent: int = 0
    replies: int = 0
    refused: int = 0
    weeks_restricted: int = 0
    minutes_spent: dict[str, int] = dataclasses.field(
        default_factory=lambda: {"invite": 0, "message": 0, "upkeep": 0}
    )

    @property
    def contacts(self) -> set[int]:
        """Those it has a tie with."""
        return set(self.ties)

    @property
    def groups(self) -> set[int]:
        """Groups it is in."""
        return set(self.activity)

    def restricted(self, week: int) -> bool:
        """Whether it may invite acquaintances only in `week`."""
        return week < self.restricted_until

    def wants(self, other: Member) -> bool:
        """Whether `other` is a decision-maker of its target field."""
        return other.field == self.target and other.seniority == DECISION_MAKER


@dataclass(slots=True)
class Network:
    """All members and groups."""

    members: list[Member]
    groups: list[Group] = dataclasses.field(default_factory=list)

    def connected(self, i: int, j: int) -> bool:
        """Whether there is a tie between i and j."""
        return j in self.members[i].ties

    def mutual(self, i: int, j: int) -> int:
        """How many contacts i and j have in common."""
        return len(self.members[i].contacts & self.members[j].contacts)

    def share_group(self, i: int, j: int) -> bool:
        """Whether i and j are in a common group."""
        return bool(self.members[i].groups & self.members[j].groups)

    def add_tie(self, i: int, j: int, tie: Tie) -> None:
        """Connect i and j."""
        self.members[i].ties[j] = tie
        self.members[j].ties[i] = tie

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
