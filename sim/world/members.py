"""The members of a world: one numpy column per attribute, declared once."""

# ruff: noqa: RUF009 - `_column` makes a dataclass field
from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

SENIORITY = ("junior", "senior", "decision-maker")
DECISION_MAKER = 2
JOB_SEARCH = ("active", "tiptoeing", "open", "passive")
CHANNELS = ("acquaintance", "group", "stranger")
OUTCOMES = ("sent", "accepted", "ignored", "flagged")
ORIGINS = (*CHANNELS, "introduction")
INTRODUCTIONS = ("asked", "forwarded", "dropped", "refused", "accepted")
INMAILS = ("sent", "read", "answered")
WAYS_TO_INTERVIEWS = ("direct", "referral", "recruiter", "application")
ACTIVITIES = (
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
    "keep_up",
)
CREDIT_SLOTS = 16
"""Credits are kept by the week in which they expire, modulo this."""


def _column(
    dtype: Any, meaning: str, *, unit: str = "", default: float = 0, shape: tuple[int, ...] = ()
) -> Any:
    """Declare a column: its dtype, unit, default value, meaning and the shape of one cell."""
    return dataclasses.field(
        metadata={
            "dtype": dtype,
            "meaning": meaning,
            "unit": unit,
            "default": default,
            "shape": shape,
        }
    )


@dataclass(slots=True)
class Members:
    """All members, column by column; the first axis of every column is the member's row."""

    field: Int32 = _column(np.int32, "field the member works in")
    target: Int32 = _column(np.int32, "field the member wants to reach: its target market")
    aim: Int32 = _column(np.int32, "field that the member takes for its target market")
    keyword: Int32 = _column(np.int32, "keyword of its profile, within its field")
    completeness: Float64 = _column(np.float64, "completeness of its profile", unit="share")
    seniority: Int8 = _column(np.int8, "0 junior, 1 senior, 2 decision-maker")
    employer: Int32 = _column(np.int32, "employer; -1 if unknown", default=-1)
    school: Int32 = _column(np.int32, "school; -1 if unknown", default=-1)
    region: Int32 = _column(np.int32, "region; -1 if unknown", default=-1)
    job_search: Int8 = _column(np.int8, "0 active, 1 tiptoeing, 2 open, 3 passive")
    employed: Bool = _column(np.bool_, "has a job", default=True)
    hours: Float64 = _column(
        np.float64, "time for networking before the factor of the job search", unit="hours a week"
    )
    minutes: Int32 = _column(np.int32, "time for networking", unit="minutes a week")
    time: Int32 = _column(np.int32, "time for acts this week", unit="minutes")
    openness: Float64 = _column(np.float64, "openness to strangers", unit="standard deviations")
    opt_out: Bool = _column(np.bool_, "takes no messages from group members")
    recruiter: Bool = _column(np.bool_, "searches every week and approaches whom it sees")
    present: Bool = _column(np.bool_, "is on the platform now", default=True)
    gone: Bool = _column(np.bool_, "has left the platform for good")
    focal: Bool = _column(np.bool_, "is followed and plays the arm")
    strategy: Int32 = _column(np.int32, "background strategy, an index of the scenario's list")
    sent: Int32 = _column(np.int32, "invitations ever sent", unit="invitations")
    flags: Int32 = _column(np.int32, "flags since the last restriction", unit="flags")
    restricted_until: Int32 = _column(np.int32, "first week without restriction", unit="week")
    restrictions: Int32 = _column(np.int32, "restrictions so far", unit="restrictions")
    month_messages: Int32 = _column(
        np.int32, "messages in groups sent these four weeks", unit="messages"
    )
    opening: Int32 = _column(
        np.int32, "week since which it has a position to fill; -1 if none", unit="week", default=-1
    )
    strain: Int32 = _column(np.int32, "weeks in a row with too much to keep up", unit="weeks")
    burnt_until: Int32 = _column(np.int32, "first week after the last burnout", unit="week")
    subscribed_until: Int32 = _column(np.int32, "first week without a premium account", unit="week")
    credits: Int32 = _column(
        np.int32,
        "InMail credits, by the week of their expiry",
        unit="credits",
        shape=(CREDIT_SLOTS,),
    )
    endorsements: Int32 = _column(np.int32, "endorsements received", unit="endorsements")
    first_target_week: Int32 = _column(
        np.int32,
        "first week with a new tie to a decision-maker of the target; -1 if none",
        unit="week",
        default=-1,
    )
    first_interview_week: Int32 = _column(
        np.int32, "week of the first interview; -1 if none", unit="week", default=-1
    )
    first_offer_week: Int32 = _column(
        np.int32, "week of the first offer; -1 if none", unit="week", default=-1
    )
    new_target_decision_makers: Int32 = _column(
        np.int32, "new ties with decision-makers of the target", unit="ties"
    )
    invitations: Int32 = _column(
        np.int32,
        "delivered invitations by channel and outcome",
        unit="invitations",
        shape=(len(CHANNELS), len(OUTCOMES)),
    )
    messages_sent: Int32 = _column(np.int32, "delivered messages", unit="messages")
    replies: Int32 = _column(np.int32, "replies to one's messages", unit="messages")
    messages_flagged: Int32 = _column(np.int32, "messages flagged", unit="messages")
    introductions: Int32 = _column(
        np.int32,
        "introductions asked for, by what became of them",
        unit="introductions",
        shape=(len(INTRODUCTIONS),),
    )
    inmails: Int32 = _column(
        np.int32, "InMails sent, read and answered", unit="InMails", shape=(len(INMAILS),)
    )
    money: Float64 = _column(np.float64, "money spent", unit="units of money")
    posts: Int32 = _column(np.int32, "posts in groups", unit="posts")
    impressions: Int32 = _column(
        np.int32, "pages of recruiters' searches it was on", unit="impressions"
    )
    searched: Int32 = _column(
        np.int32, "recruiters' searches in which it was ranked", unit="searches"
    )
    position_sum: Int64 = _column(np.int64, "sum of its positions in them", unit="positions")
    approaches: Int32 = _column(np.int32, "approaches by recruiters", unit="approaches")
    interviews: Int32 = _column(
        np.int32,
        "interviews, by the way that led to them",
        unit="interviews",
        shape=(len(WAYS_TO_INTERVIEWS),),
    )
    offers: Int32 = _column(np.int32, "job offers", unit="offers")
    weeks_burnt: Int32 = _column(np.int32, "weeks of burnout", unit="weeks")
    refused: Int32 = _column(np.int32, "acts the platform refused", unit="acts")
    weeks_restricted: Int32 = _column(np.int32, "weeks begun while restricted", unit="weeks")
    minutes_spent: Int32 = _column(
        np.int32, "time charged, by activity", unit="minutes", shape=(len(ACTIVITIES),)
    )

    @classmethod
    def blank(cls, count: int) -> Members:
        """Return `count` members with every column at its default."""
        return cls(
            **{
                column.name: np.full(
                    (count, *column.metadata["shape"]),
                    column.metadata["default"],
                    column.metadata["dtype"],
                )
                for column in dataclasses.fields(cls)
            }
        )

    def __len__(self) -> int:
        return len(self.field)

    def copy(self) -> Members:
        """Return members that share no memory with these."""
        return Members(
            **{
                column.name: getattr(self, column.name).copy()
                for column in dataclasses.fields(self)
            }
        )

    @property
    def decision_maker(self) -> Bool:
        """Who is a decision-maker, bool[N]."""
        return np.asarray(self.seniority == DECISION_MAKER)
