"""Members, ties and groups as objects (docs/model.md, 2 and 8.1)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple

CHANNELS = ("acquaintance", "group", "stranger")
ORIGINS = (*CHANNELS, "introduction")
INTRODUCTIONS = ("asked", "forwarded", "dropped", "refused", "accepted")
INMAILS = ("sent", "read", "answered")
WAYS = ("direct", "referral", "recruiter", "application")
"""Ways to an interview."""
ACTIVITIES = (
    "invite", "message", "upkeep", "introduce", "inmail", "subscribe", "join", "leave", "post",
    "endorse", "congratulate", "article", "keep_up",
)  # fmt: skip
DECISION_MAKER = 2
ACTIVE, TIPTOEING, OPEN, PASSIVE = range(4)
NEVER = -(10**9)
"""A week so long ago that nothing asks for longer."""


@dataclass(slots=True)
class Tie:
    """A tie; both ends hold the same object."""

    level: float
    renewed: int
    born: int
    origin: int
    bridge: bool
    endorsers: set[int] = dataclasses.field(default_factory=set)
    """Those of its ends who have endorsed the other."""


@dataclass(slots=True)
class Group:
    """A group: a topic (a field, -1 for none) and its members, ascending."""

    topic: int
    members: list[int]


class Pending(NamedTuple):
    """An introduction that was passed on: the target is asked in week `due`."""

    actor: int
    via: int
    target: int
    due: int


@dataclass(slots=True)
class Member:
    """One member: who it is, whom it knows, what it has done."""

    number: int
    field: int = 0
    target: int = 0
    aim: int = 0
    seniority: int = 0
    employer: int = -1
    job_search: int = PASSIVE
    employed: bool = True
    completeness: float = 0.0
    keyword: int = 0
    recruiter: bool = False
    hours: float = 0.0
    minutes: int = 0
    time: int = 0
    openness: float = 0.0
    opt_out: bool = False
    focal: bool = False
    present: bool = True
    gone: bool = False

    ties: dict[int, Tie] = dataclasses.field(default_factory=dict)
    acquaintances: set[int] = dataclasses.field(default_factory=set)
    activity: dict[int, int] = dataclasses.field(default_factory=dict)
    """Activity in each group of the member."""
    posted: dict[int, int] = dataclasses.field(default_factory=dict)
    """Week of the last post in each group in which it has posted."""

    invited: dict[int, int] = dataclasses.field(default_factory=dict)
    """Week of the last invitation to each member it has invited."""
    messaged: dict[int, int] = dataclasses.field(default_factory=dict)
    """Week of the last message to each member it has messaged."""
    met: set[int] = dataclasses.field(default_factory=set)
    addressed: dict[int, int] = dataclasses.field(default_factory=dict)
    """History `approaches`: delivered invitations, messages and InMails to each member."""
    favours: dict[int, int] = dataclasses.field(default_factory=dict)
    """Its introductions that each member has passed on."""

    sent: int = 0
    flags: int = 0
    restricted_until: int = 0
    restrictions: int = 0
    month_messages: int = 0
    credits: dict[int, int] = dataclasses.field(default_factory=dict)
    """InMail credits by the week of their expiry."""
    subscribed_until: int = 0
    opening: int = -1
    strain: int = 0
    burnt_until: int = 0
    endorsements: int = 0
    first_target_week: int = -1
    first_interview_week: int = -1
    first_offer_week: int = -1

    invitations: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)
    """Delivered invitations since week 1 by channel and outcome."""
    messages_sent: int = 0
    replies: int = 0
    messages_flagged: int = 0
    introductions: dict[str, int] = dataclasses.field(
        default_factory=lambda: dict.fromkeys(INTRODUCTIONS, 0)
    )
    inmails: dict[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(INMAILS, 0))
    money: float = 0.0
    posts: int = 0
    impressions: int = 0
    searched: int = 0
    position_sum: int = 0
    approaches: int = 0
    """How often recruiters approached it."""
    interviews: dict[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    offers: int = 0
    weeks_burnt: int = 0
    new_target_decision_makers: int = 0
    refused: int = 0
    weeks_restricted: int = 0
    minutes_spent: dict[str, int] = dataclasses.field(
        default_factory=lambda: dict.fromkeys(ACTIVITIES, 0)
    )

    @property
    def contacts(self) -> set[int]:
        """Those it has a tie with."""
        return set(self.ties)

    @property
    def groups(self) -> set[int]:
        """Groups it is in."""
        return set(self.activity)

    @property
    def decision_maker(self) -> bool:
        """Whether it is a decision-maker."""
        return self.seniority == DECISION_MAKER

    def restricted(self, week: int) -> bool:
        """Whether it may invite acquaintances only in `week`."""
        return week < self.restricted_until

    def wants(self, other: Member) -> bool:
        """Whether `other` is a decision-maker of its target field."""
        return other.field == self.target and other.decision_maker

    def last_asked(self, j: int) -> int:
        """Return the later of the weeks of its last invitation and message to j."""
        return max(self.invited.get(j, NEVER), self.messaged.get(j, NEVER))
