"""The parameters of conduct: what the platform permits, how people answer, what acts cost."""

from __future__ import annotations

from sim.scenario.declare import Section, coefficient, parameter, share


class Platform(Section):
    """What the platform permits."""

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
