"""The parameters of the world: members, acquaintances, ties and groups."""

from __future__ import annotations

from typing import ClassVar

from sim.scenario.declare import (
    Factor,
    Rule,
    Section,
    Share,
    adds_up_to_one,
    at_most_one,
    parameter,
    share,
)


class Members(Section):
    """Who lives in the world."""

    count: int = parameter(
        2000, "members in the world", unit="members", source="assumption", ge=2, le=20_000_000
    )
    coverage: float = share(
        0.1,
        "share of a person's acquaintances, and of a group's members, that the world holds",
        "assumption",
    )
    fields: int = parameter(
        8, "fields (target markets)", unit="fields", source="assumption", ge=1, le=1000
    )
    target_is_own_field: float = share(
        0.4, "share of members whose target market is their own field", "S7, assumption"
    )
    employer_field_share: float = share(
        0.5, "share of an employer's staff who work in its main field", "assumption"
    )
    employer_mean_size: float = parameter(
        20.0, "mean members per employer", unit="members", source="assumption", ge=1.0, le=1e6
    )
    employer_exponent: float = parameter(
        1.06,
        "tail exponent of employer sizes (truncated Pareto)",
        source="assumption (Axtell 2001)",
        ge=0.5,
        le=5.0,
    )
    employer_size_ratio: float = parameter(
        50.0,
        "the largest size an employer can have over the smallest",
        source="assumption",
        ge=1.0,
        le=1e9,
    )
    school_mean_size: float = parameter(
        100.0, "mean members per school", unit="members", source="assumption", ge=1.0, le=1e6
    )
    region_mean_size: float = parameter(
        400.0, "mean members per region", unit="members", source="assumption", ge=1.0, le=1e7
    )
    decision_makers: float = share(0.1, "share of members who are decision-makers", "assumption")
    seniors: float = share(
        0.3, "share of members who are senior without being decision-makers", "assumption"
    )
    job_search: tuple[Share, Share, Share, Share] = parameter(
        (0.10, 0.13, 0.45, 0.32),
        "shares of members active, tiptoeing, open, passive in their search for a job",
        source="F34",
    )
    job_search_hours: tuple[Factor, Factor, Factor, Factor] = parameter(
        (1.5, 1.2, 1.0, 0.7),
        "factor on weekly hours for active, tiptoeing, open, passive members",
        source="assumption",
    )
    hours_median: float = parameter(
        2.1,
        "median hours a member has for networking",
        unit="hours a week",
        source="F60",
        ge=0.0,
        le=100.0,
    )
    hours_sigma: float = parameter(
        1.0, "spread of weekly hours (sigma of the logarithm)", source="assumption", ge=0.0, le=3.0
    )
    acting_share: float = share(
        0.25, "share of weekly hours that goes into acts; the rest is reading", "assumption"
    )
    hours_most: float = parameter(
        20.0,
        "most hours a member has for networking",
        unit="hours a week",
        source="assumption",
        ge=0.0,
        le=168.0,
    )
    message_opt_out: float = share(
        0.1, "share of members who take no messages from group members", "S15, assumption"
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("decision_makers", "seniors"),
            "together at most 1",
            lambda s: at_most_one(s.decision_makers, s.seniors),
        ),
        Rule(
            ("job_search",), "four shares that add up to 1", lambda s: adds_up_to_one(s.job_search)
        ),
    )


class Focal(Section):
    """The members who are followed and who play the arm."""

    share: float = share(0.02, "share of members who are focal", "assumption")


class Acquaintances(Section):
    """Who knows whom, outside the platform."""

    median: float = parameter(
        472.0, "median acquaintances per person", unit="members", source="F1", ge=0.0, le=1e5
    )
    sigma: float = parameter(
        0.68, "spread of acquaintances (sigma of the logarithm)", source="F1", ge=0.0, le=3.0
    )
    employer_share: float = share(0.35, "share of acquaintances met at the employer", "assumption")
    school_share: float = share(0.2, "share of acquaintances met at school", "assumption")
    region_share: float = share(0.25, "share of acquaintances met in the region", "assumption")
    connected: float = share(
        0.33, "share of acquaintances already connected on the platform", "S2, F1, F58"
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("employer_share", "school_share", "region_share"),
            "together at most 1",
            lambda s: at_most_one(s.employer_share, s.school_share, s.region_share),
        ),
    )


class Ties(Section):
    """How ties begin, fade and are renewed."""

    strength_acquaintance: float = share(
        1.0, "strength of a new tie between acquaintances", "assumption"
    )
    strength_group: float = share(0.5, "strength of a new tie made through a group", "assumption")
    strength_stranger: float = share(0.3, "strength of a new tie between strangers", "assumption")
    strength_introduction: float = share(
        0.5, "strength of a new tie made by an introduction", "S9, assumption"
    )
    bridge_retention: float = share(
        0.1, "share of its strength a bridge keeps over a year", "F12", unit="per year"
    )
    embedded_retention: float = share(
        0.5,
        "share of its strength a tie with mutual contacts keeps over a year",
        "assumption",
        unit="per year",
    )
    embedded_from: int = parameter(
        1,
        "mutual contacts from which on a tie is no longer a bridge",
        unit="members",
        source="F12",
        ge=0,
        le=1000,
    )
    dormant_below: float = share(0.1, "strength below which a tie is dormant", "S18, assumption")
    upkeep_gain: float = share(0.5, "strength a tie gains by one check-in", "S19, assumption")
    oldest: int = parameter(
        52,
        "longest time since an initial tie was last renewed",
        unit="weeks",
        source="assumption",
        ge=0,
        le=1000,
    )


class Groups(Section):
    """Groups of the platform."""

    size_median: float = parameter(
        202.0, "median members of a group", unit="members", source="F19", ge=1.0, le=1e6
    )
    size_mean: float = parameter(
        551.0, "mean members of a group", unit="members", source="F19", ge=1.0, le=1e6
    )
    memberships: tuple[Share, Share, Share, Share, Share] = parameter(
        (0.022, 0.355, 0.251, 0.093, 0.279),
        "shares of members who are in 0, 1-9, 10-19, 20-29, 30-50 groups",
        source="F59, F41",
    )
    own_topic: float = share(
        0.35, "share of memberships in groups of one's own field", "S11, assumption"
    )
    target_topic: float = share(
        0.15, "share of memberships in groups of one's target market", "assumption"
    )
    general: float = share(0.2, "share of groups without a professional topic", "assumption")
    sometimes: float = share(0.09, "share of memberships that take part sometimes", "F61, S12")
    often: float = share(0.01, "share of memberships that take part often", "F61, S12")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("size_mean", "size_median"),
            "a mean of at least the median (sizes are lognormal)",
            lambda s: s.size_mean >= s.size_median,
        ),
        Rule(
            ("memberships",),
            "five shares that add up to 1",
            lambda s: adds_up_to_one(s.memberships),
        ),
        Rule(
            ("own_topic", "target_topic"),
            "together at most 1",
            lambda s: at_most_one(s.own_topic, s.target_topic),
        ),
        Rule(
            ("sometimes", "often"),
            "together at most 1",
            lambda s: at_most_one(s.sometimes, s.often),
        ),
    )
