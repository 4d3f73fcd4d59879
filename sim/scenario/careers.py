"""The parameters of careers: openings, interviews, offers, and the shocks of losing a job."""

from __future__ import annotations

from sim.scenario.declare import Section, Share, parameter, share
from sim.scenario.mechanisms import switch, weeks


class Careers(Section):
    """Openings, interviews, offers, moves and shocks."""

    on: bool = switch("people look for jobs, are interviewed, hired and dismissed")
    opening: float = share(
        0.06, "chance that a decision-maker opens a position", "assumption", unit="per week"
    )
    opening_weeks: int = weeks(8, "weeks after which an opening is withdrawn", "assumption")
    loss: float = share(0.002, "chance of losing one's job", "assumption", unit="per week")
    loss_week: int = weeks(
        0, "week in which all focal members lose their jobs; 0 for never", "S1, choice", ge=0
    )
    start: float = share(
        0.003,
        "chance that an open or passive member begins to search actively",
        "F34, assumption",
        unit="per week",
    )
    direct: float = share(
        0.1,
        "chance of an interview with a contact who has an opening",
        "S5, assumption",
        unit="per week",
    )
    referral: float = share(
        0.05,
        "chance that a contact at the employer refers, times the strength of the tie",
        "F30, F32, assumption",
        unit="per week",
    )
    approach: float = share(
        0.2, "chance that an approached member who is willing is interviewed", "S23, assumption"
    )
    willing: tuple[Share, Share, Share, Share] = parameter(
        (0.9, 0.7, 0.4, 0.1),
        "chance that active, tiptoeing, open, passive members listen to a recruiter",
        source="F34, assumption",
    )
    applications: int = parameter(
        3,
        "applications that an active searcher sends",
        unit="applications a week",
        source="assumption",
        ge=0,
        le=100,
    )
    apply: float = share(0.05, "chance that an application leads to an interview", "assumption")
    offer_known: float = share(
        0.35, "chance that an interview by direct contact or referral is won", "F32, assumption"
    )
    offer: float = share(0.2, "the same for other interviews", "F32, assumption")
