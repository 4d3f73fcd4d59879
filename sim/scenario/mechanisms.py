"""The parameters of the mechanisms that can be switched on; see docs/model.md, section 8."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sim.scenario.declare import Section, coefficient, parameter, share, weight

Weeks = Annotated[int, Field(ge=1, le=5000)]


def switch(what: str) -> Any:
    """Declare the switch of a mechanism."""
    return parameter(False, f"whether {what}", source="choice")


def weeks(default: int, meaning: str, source: str, *, ge: int = 1, le: int = 5000) -> Any:
    """Declare a number of weeks."""
    return parameter(default, meaning, unit="weeks", source=source, ge=ge, le=le)


class Search(Section):
    """Search: how profiles are ranked, and the recruiters who look them up every week."""

    on: bool = switch("recruiters search, and approach whom they see")
    recruiters: float = share(0.02, "share of members who are recruiters", "S23, F33, assumption")
    page: int = parameter(
        10, "profiles on a page", unit="profiles", source="S6, assumption", ge=1, le=10_000
    )
    approaches: int = parameter(
        3,
        "members of the page whom a recruiter approaches",
        unit="members a week",
        source="S23, assumption",
        ge=0,
        le=10_000,
    )
    again: int = weeks(
        12, "weeks before a recruiter approaches the same member again", "assumption"
    )
    keywords: int = parameter(
        5, "keywords by which profiles of a field differ", source="assumption", ge=1, le=10_000
    )
    level_1: float = weight(3.0, "score of the searcher's contacts", "S6, assumption")
    level_2: float = weight(2.0, "score of members at distance 2", "S3, S6, assumption")
    level_group: float = weight(
        1.0, "score of further members who share a group", "S11, assumption"
    )
    completeness: float = weight(1.0, "score of a complete profile", "assumption")
    connections: float = weight(
        0.5, "score of connections, times log(1 + their number)", "S6, assumption"
    )
    endorsements: float = weight(
        0.5, "score of endorsements, times log(1 + their number)", "S6, assumption"
    )


class Endorsements(Section):
    """Endorsements among contacts: cheap, often returned, an input to the ranking."""

    on: bool = switch("contacts can be endorsed")
    back: float = share(0.5, "chance that an endorsement is returned", "S6, assumption")


class Introductions(Section):
    """Introductions by a contact to one of its contacts."""

    on: bool = switch("contacts can be asked for introductions")
    forward: float = coefficient(-0.2, "a request is passed on", "F52, assumption")
    strength: float = coefficient(
        2.0, "request: for the strength of the tie to the one asked (0 to 1)", "S9, assumption"
    )
    debt: float = coefficient(
        -0.5, "request: for each favour owed to the one asked", "S9, assumption"
    )
    refuse: float = share(
        0.3, "share of the requests not passed on that are refused, not just dropped", "assumption"
    )
    accept: float = coefficient(
        -0.9, "acceptance of an introduction by a stranger without mutual contacts", "F52"
    )
    delay_most: int = weeks(3, "longest time until the target is asked", "S9, assumption", le=500)


class Premium(Section):
    """Premium accounts and InMail."""

    on: bool = switch("premium accounts and InMail can be bought")
    price: float = parameter(
        60.0,
        "price of four weeks",
        unit="units of money",
        source="S10, assumption",
        ge=0.0,
        le=1e6,
    )
    credits: int = parameter(
        15, "InMail credits in four weeks", unit="credits", source="assumption", ge=0, le=10_000
    )
    credit_weeks: int = weeks(13, "weeks after which a credit expires", "F47", le=15)
    returned: Literal["answered", "unanswered", "never"] = parameter(
        "answered", "which InMails give their credit back", source="F47"
    )
    read: float = share(0.6, "chance that an InMail is read", "S10, F56, assumption")
    reply: float = coefficient(-1.4, "reply to an InMail that is read, by a stranger", "F56")


class Joining(Section):
    """Groups that change: members join, leave, take part and are seen."""

    on: bool = switch("members join and leave groups, and post in them")
    recommend: float = share(
        0.1, "chance that a group of a contact is recommended", "S12, assumption", unit="per week"
    )
    join: float = coefficient(-3.0, "a recommended group without contacts is joined", "F15, S12")
    inside: float = coefficient(
        0.8, "the same: times log(1 + contacts inside), so that returns diminish", "F15"
    )
    closed: float = coefficient(0.4, "the same: if two contacts inside are connected", "F15")
    leave: float = share(
        0.005, "chance that who only lurks leaves a group", "assumption", unit="per week"
    )
    visible_weeks: int = weeks(4, "weeks for which a post keeps a member visible", "assumption")


class Spam(Section):
    """Punishment of unwanted messages and of senders who do not stop."""

    on: bool = switch("messages are flagged, repetition annoys and restrictions grow")
    flag_message: float = share(
        0.03, "chance that a stranger flags a message it does not answer", "S16, assumption"
    )
    repeat: float = coefficient(
        -0.3, "answer: for each earlier approach by the same sender", "S16, assumption"
    )
    ladder: tuple[Weeks, Weeks, Weeks] = parameter(
        (1, 4, 26),
        "weeks of the first, the second and every further restriction",
        unit="weeks",
        source="F42, F46, S16, assumption",
    )


class Wasteland(Section):
    """Dormant ties pass nothing on; the feed and acts of nurture wake them."""

    on: bool = switch("dormant ties pass nothing on, and ties are woken by feed and nurture")
    feed: float = share(
        0.05,
        "chance that the feed renews one of a member's ties",
        "S18, assumption",
        unit="per week",
    )
    feed_gain: float = share(0.05, "strength a tie gains by the feed", "S18, assumption")
    congratulate_gain: float = share(
        0.1, "strength a tie gains by congratulations", "S19, assumption"
    )
    article_gain: float = share(0.2, "strength a tie gains by an article", "S19, assumption")
    fatigue: float = parameter(
        0.5,
        "how far every further act of nurture received in a week weakens all of them",
        source="S19, assumption",
        ge=0.0,
        le=100.0,
    )


class Tiredness(Section):
    """What a network takes to be kept up, and burnout."""

    on: bool = switch("keeping up a network takes time and can burn out")
    cost: float = parameter(
        0.1,
        "time that a first active tie takes",
        unit="minutes a week",
        source="S20, assumption",
        ge=0.0,
        le=1000.0,
    )
    beta: float = parameter(
        1.2, "exponent of active ties in that time", source="S20, assumption", ge=0.0, le=3.0
    )
    off_target: float = parameter(
        1.5,
        "time that a tie outside the market aimed at takes, over one inside it",
        source="S21, assumption",
        ge=0.0,
        le=100.0,
    )
    after: int = weeks(4, "weeks with too much to keep up that end in burnout", "S20, assumption")
    pause: int = weeks(8, "weeks of pause after burnout", "S20, assumption")


class Aim(Section):
    """Whether members know their target market."""

    on: bool = switch("some members aim at a wrong target market")
    error: float = share(0.2, "share of members who do", "S22, assumption")


class Population(Section):
    """Members who join and leave the platform."""

    on: bool = switch("members join and leave the platform")
    waiting: float = share(
        0.4, "share of members, focal ones excepted, who are not there at first", "assumption"
    )
    arrive: float = share(0.006, "chance that one of them joins", "assumption", unit="per week")
    depart: float = share(
        0.004,
        "chance that a member leaves for good; focal members stay",
        "F5, assumption",
        unit="per week",
    )
