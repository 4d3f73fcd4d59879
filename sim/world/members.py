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
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

SENIORITY = ("junior", "senior", "decision-maker")
DECISION_MAKER = 2
JOB_SEARCH = ("active", "tiptoeing", "open", "passive")
CHANNELS = ("acquaintance", "group", "stranger")
OUTCOMES = ("sent", "accepted", "ignored", "flagged")
ACTIVITIES = ("invite", "message", "upkeep")


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
    seniority: Int8 = _column(np.int8, "0 junior, 1 senior, 2 decision-maker")
    employer: Int32 = _column(np.int32, "employer; -1 if unknown", default=-1)
    school: Int32 = _column(np.int32, "school; -1 if unknown", default=-1)
    region: Int32 = _column(np.int32, "region; -1 if unknown", default=-1)
    job_search: Int8 = _column(np.int8, "0 active, 1 tiptoeing, 2 open, 3 passive")
    minutes: Int32 = _column(np.int32, "time for networking", unit="minutes a week")
    openness: Float64 = _column(np.float64, "openness to strangers", unit="standard deviations")
    opt_out: Bool = _column(np.bool_, "takes no messages from group members")
    focal: Bool = _column(np.bool_, "is followed and plays the arm")
    strategy: Int32 = _column(np.int32, "background strategy, an index of the scenario's list")
    sent: Int32 = _column(np.int32, "invitations ever sent", unit="invitations")
    flags: Int32 = _column(np.int32, "flags since the last restriction", unit="flags")
    restricted_until: Int32 = _column(np.int32, "first week without restriction", unit="week")
    first_target_week: Int32 = _column(
        np.int32,
        "first week with a new tie to a decision-maker of the target; -1 if none",
        unit="week",
        default=-1,
    )
    invitations: Int32 = _column(
        np.int32,
        "delivered invitations by channel and outcome",
        unit="invitations",
        shape=(len(CHANNELS), len(OUTCOMES)),
    )
    messages_sent: Int32 = _column(np.int32, "delivered messages", unit="messages")
    replies: Int32 = _column(np.int32, "replies to one's messages", unit="messages")
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
