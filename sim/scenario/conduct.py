"""The parameters of conduct: what the platform permits, how people answer, what acts cost."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, model_validator

from sim.scenario.declare import Section, coefficient, parameter, share
from sim.scenario.policy import NO_LIMIT, PRESETS, Year, expanded

PLATFORM_FORM = f"a table, or a year: {' or '.join(map(repr, PRESETS))}"


class Platform(Section):
    """What the platform permits."""

    model_config = ConfigDict(json_schema_extra={"form": PLATFORM_FORM})

    year: Year | None = parameter(
        None,
        "year whose rules hold where keys of this section are not given; without it, the limits of "
        "today on invitations and none on messages",
        source="F40-F46",
    )
    invitations_per_week: int = parameter(
        100,
        "invitations a member may send in a week",
        unit="invitations",
        source="F46",
        ge=0,
        le=100_000,
    )
    invitations_lifetime: int = parameter(
        3000,
        "invitations a member may ever send",
        unit="invitations",
        source="S13, F40",
        ge=0,
        le=10_000_000,
    )
    reinvite_after: int = parameter(
        3,
        "weeks before the same person may be invited again",
        unit="weeks",
        source="F46",
        ge=1,
        le=5000,
    )
    flags_until_restricted: int = parameter(
        5,
        "'I don't know this person' answers that restrict a member",
        unit="flags",
        source="F42",
        ge=1,
        le=1_000_000,
    )
    restricted_weeks: int = parameter(
        1,
        "weeks in which a restricted member may invite acquaintances only",
        unit="weeks",
        source="F46, F42",
        ge=0,
        le=5000,
    )
    message_level: int = parameter(
        2,
        "greatest distance at which a group member may be messaged; at 1 nobody, since contacts "
        "need no group",
        unit="steps",
        source="S15",
        ge=1,
        le=3,
    )
    group_messages: bool = parameter(
        True, "whether members of a group may message each other", source="S15, S17, F43"
    )
    messages_per_month: int = parameter(
        NO_LIMIT,
        "messages in groups that a member may send in four weeks, over all groups",
        unit="messages",
        source="F44",
        ge=0,
        le=NO_LIMIT,
    )
    groups_most: int = parameter(
        50, "groups that a member may join", unit="groups", source="F41", ge=0, le=100_000
    )
    group_size_most: int = parameter(
        20_000,
        "members that a group may have (times members.coverage)",
        unit="members",
        source="F41",
        ge=1,
        le=NO_LIMIT,
    )
    connections_most: int = parameter(
        NO_LIMIT,
        "connections beyond which a member may neither invite nor be invited",
        unit="connections",
        source="F45",
        ge=0,
        le=NO_LIMIT,
    )
    stranger_invitations: bool = parameter(
        True,
        "whether members may be invited who are neither acquaintances nor share a group",
        source="S17",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_its_year(cls, given: Any) -> Any:
        return expanded(given)


class Response(Section):
    """How people answer invitations and messages: the coefficients of a logistic law."""

    accept: float = coefficient(-1.4, "acceptance of a plain invitation by a stranger", "F53, F55")
    reply: float = coefficient(-1.8, "reply to a message by a group member", "F55, F56")
    acquaintance: float = coefficient(3.0, "the two are acquaintances", "S1, assumption")
    mutual: float = coefficient(0.15, "for each mutual contact, up to mutual_most", "F54")
    mutual_most: int = parameter(
        10,
        "mutual contacts beyond which more do not help",
        unit="members",
        source="F30, F54",
        ge=0,
        le=100_000,
    )
    group: float = coefficient(0.8, "the two share a group", "F51")
    met: float = coefficient(1.5, "the two have exchanged messages", "S14, assumption")
    field: float = coefficient(0.3, "the two work in the same field", "assumption")
    note: float = coefficient(0.0, "the invitation carries a note of its own", "F50, F53, F55")
    openness: float = coefficient(
        0.8, "for each standard deviation of the recipient's openness to strangers", "assumption"
    )
    load: float = coefficient(
        -0.05, "for each further invitation or message the recipient gets that week", "assumption"
    )
    activity: float = coefficient(
        0.5,
        "reply only: for each step of the recipient's activity in the group (0, 1, 2)",
        "F61, assumption",
    )
    visible: float = coefficient(
        0.5, "with `joining` on: the actor has posted lately in the group", "S12, assumption"
    )
    flag_stranger: float = share(
        0.05,
        "chance that a stranger who does not accept answers 'I don't know this person'",
        "S16, F42, assumption",
    )
    flag_group: float = share(0.02, "the same chance if the two share a group", "S16, assumption")


class Minutes(Section):
    """What each act costs in time."""

    invite: int = parameter(
        3, "send a plain invitation", unit="minutes", source="S20, assumption", ge=1, le=10_000
    )
    invite_with_note: int = parameter(
        6,
        "send an invitation with a note of its own",
        unit="minutes",
        source="S20, assumption",
        ge=1,
        le=10_000,
    )
    message: int = parameter(
        10,
        "find and write to a group member",
        unit="minutes",
        source="S20, assumption",
        ge=1,
        le=10_000,
    )
    upkeep: int = parameter(
        10,
        "check in with a contact",
        unit="minutes",
        source="S19, S20, assumption",
        ge=1,
        le=10_000,
    )
    introduce: int = parameter(
        8,
        "ask a contact for an introduction",
        unit="minutes",
        source="S9, S20, assumption",
        ge=1,
        le=10_000,
    )
    inmail: int = parameter(
        10, "write an InMail", unit="minutes", source="S10, S20, assumption", ge=1, le=10_000
    )
    join: int = parameter(
        2, "join or leave a group", unit="minutes", source="S12, S20, assumption", ge=1, le=10_000
    )
    post: int = parameter(
        15,
        "take part in the discussion of a group",
        unit="minutes",
        source="S12, S20, assumption",
        ge=1,
        le=10_000,
    )
    endorse: int = parameter(
        1, "endorse a contact", unit="minutes", source="S6, assumption", ge=1, le=10_000
    )
    congratulate: int = parameter(
        2, "congratulate a contact", unit="minutes", source="S19, assumption", ge=1, le=10_000
    )
    article: int = parameter(
        5, "send a contact an article", unit="minutes", source="S19, assumption", ge=1, le=10_000
    )
