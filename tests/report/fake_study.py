"""What a made-up study consists of, and its manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.results.layout import SCHEMA

ARMS = ("known_only", "group_driven", "dormant", "open_networker")
CHANNELS = ("acquaintance", "group", "stranger")
PRIMARY = "target_decision_makers_2"

# metric -> (title, unit, better, value at week 0, growth until the last week per arm in `ARMS`)
METRICS: dict[str, tuple[str, str, str, float, tuple[float, float, float, float]]] = {
    PRIMARY: (
        "Target decision-makers within two steps",
        "members",
        "higher",
        9.0,
        (5.2, 9.4, -1.1, 5.9),
    ),
    "reach_1": ("Direct contacts", "members", "higher", 201.0, (46.0, 71.0, 0.0, 88.0)),
    "reach_2": (
        "People two steps away",
        "members",
        "higher",
        9400.0,
        (1300.0, 2900.0, -40.0, 3100.0),
    ),
    "target_share": (
        "Share of contacts in the target field",
        "share",
        "higher",
        0.17,
        (0.01, 0.08, 0.0, 0.02),
    ),
    "active_ties": ("Active ties", "ties", "higher", 150.0, (-20.0, -6.0, -70.0, -31.0)),
    "dormant_share": (
        "Share of ties gone dormant",
        "share",
        "lower",
        0.25,
        (0.21, 0.24, 0.36, 0.34),
    ),
    "clustering": (
        "Clustering among contacts",
        "share",
        "neither",
        0.24,
        (0.01, -0.03, 0.0, -0.05),
    ),
    "messages_sent": ("Messages sent", "messages", "neither", 0.0, (92.0, 130.0, 0.0, 12.0)),
    "replies": ("Replies received", "messages", "higher", 0.0, (61.0, 52.0, 0.0, 4.0)),
    "weeks_restricted": (
        "Weeks restricted by the platform",
        "weeks",
        "lower",
        0.0,
        (0.0, 0.4, 0.0, 6.2),
    ),
    "hours": ("Hours spent", "hours", "lower", 0.0, (104.0, 103.0, 0.0, 104.0)),
    "hours/invite": ("Hours spent, invite", "hours", "neither", 0.0, (12.0, 21.0, 0.0, 49.0)),
    "hours/message": ("Hours spent, message", "hours", "neither", 0.0, (30.0, 46.0, 0.0, 8.0)),
    "hours/upkeep": ("Hours spent, upkeep", "hours", "neither", 0.0, (62.0, 36.0, 0.0, 47.0)),
}

# outcome -> channel -> growth per arm
INVITATIONS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "sent": ((70.0, 30.0, 0.0, 20.0), (0.0, 81.0, 0.0, 10.0), (0.0, 3.0, 0.0, 290.0)),
    "accepted": ((44.0, 18.0, 0.0, 12.0), (0.0, 46.0, 0.0, 5.0), (0.0, 1.0, 0.0, 66.0)),
    "ignored": ((24.0, 11.0, 0.0, 7.0), (0.0, 31.0, 0.0, 4.0), (0.0, 1.5, 0.0, 198.0)),
    "flagged": ((0.2, 0.1, 0.0, 0.1), (0.0, 1.2, 0.0, 0.4), (0.0, 0.3, 0.0, 19.0)),
}


# metric -> (title, unit, growth per arm); None where an arm has the mechanism off
MECHANISMS: dict[str, tuple[str, str, tuple[float | None, ...]]] = {
    "introductions_asked": ("Introductions asked", "introductions", (40.0, 12.0, 0.0, None)),
    "introductions_forwarded": ("Introductions forwarded", "introductions", (24.0, 9.0, 0.0, None)),
    "introductions_dropped": ("Introductions dropped", "introductions", (11.0, 2.0, 0.0, None)),
    "introductions_refused": ("Introductions refused", "introductions", (5.0, 1.0, 0.0, None)),
    "introductions_accepted": ("Introductions accepted", "introductions", (15.0, 6.0, 0.0, None)),
    "inmails_sent": ("InMails sent", "InMails", (20.0, 60.0, 0.0, 10.0)),
    "inmails_read": ("InMails read", "InMails", (12.0, 33.0, 0.0, 5.0)),
    "inmails_answered": ("InMails answered", "InMails", (4.0, 9.0, 0.0, 1.0)),
    "money": ("Money", "units of money", (240.0, 720.0, None, 120.0)),
    "interviews": ("Interviews", "interviews", (1.2, 2.6, 0.6, 1.5)),
    "interviews/direct": ("Interviews, direct", "interviews", (0.4, 1.1, 0.1, 0.4)),
    "interviews/referral": ("Interviews, referral", "interviews", (0.5, 0.9, 0.2, 0.4)),
    "interviews/recruiter": ("Interviews, recruiter", "interviews", (0.2, 0.5, 0.2, 0.5)),
    "interviews/application": ("Interviews, application", "interviews", (0.1, 0.1, 0.1, 0.2)),
    "hours/introduce": ("Hours, introduce", "hours", (6.0, 2.0, 0.0, None)),
    "hours/inmail": ("Hours, inmail", "hours", (3.0, 9.0, 0.0, 1.5)),
    "hours/join": ("Hours, join", "hours", (0.0, 4.0, 0.0, 0.0)),
    "hours/leave": ("Hours, leave", "hours", (0.0, 0.0, 0.0, 0.0)),
    "hours/post": ("Hours, post", "hours", (0.0, 11.0, 0.0, 0.0)),
    "hours/keep_up": ("Hours, keep up", "hours", (30.0, 41.0, 22.0, 50.0)),
}


@dataclass(frozen=True)
class Study:
    """What a made-up study consists of."""

    name: str = "known-vs-groups"
    arms: tuple[str, ...] = ARMS
    questions: tuple[str, ...] = ("one", "everyone")
    points: tuple[str, ...] = ("base",)
    seeds: int = 12
    weeks: int = 104
    every: int = 4
    question: str = (
        "Only people I know, or groups: which reaches more decision-makers of my target market?"
    )
    smallest: float | None = 1.0
    with_egos: bool = True
    with_events: bool = True
    mechanisms: bool = False
    failed: tuple[tuple[str, int], ...] = ()
    hostile: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def manifest(study: Study) -> dict[str, Any]:
    """Return a manifest that agrees with the study."""
    metrics = {
        name: {
            "title": title + study.hostile,
            "unit": unit,
            "better": better,
            "meaning": f"{title}." + study.hostile,
        }
        for name, (title, unit, better, _, _) in METRICS.items()
    }
    for outcome in INVITATIONS:
        metrics[f"invitations_{outcome}"] = {
            "title": f"Invitations {outcome}",
            "unit": "invitations",
            "better": "neither",
            "meaning": f"Invitations {outcome} since week 0.",
        }
    if study.mechanisms:
        metrics |= {
            name: {"title": title, "unit": unit, "better": "neither", "meaning": f"{title}."}
            for name, (title, unit, _) in MECHANISMS.items()
        }
    told = [
        (
            "rules.invitations_per_week",
            100,
            100,
            "invitations",
            "Invitations a member may send in a week",
            "F46",
        ),
        (
            "response.intercept",
            -1.9,
            -1.2,
            "log odds",
            "Acceptance of an invitation when nothing speaks for it",
            "assumption",
        ),
        ("response.acquaintance", 2.6, 2.6, "log odds", "What knowing the sender adds", "F50, F53"),
        ("response.shared_group", 0.8, 0.8, "log odds", "What sharing a group adds", "F51"),
        (
            "ties.half_life",
            26.0,
            26.0,
            "weeks",
            "Time in which a tie left alone loses half its strength",
            "F12",
        ),
        ("world.members", 20000, 10000, "members", "Size of the world", "assumption"),
        ("hours.per_week", 1.0, 1.0, "hours", "Time a focal member has for networking", "F60"),
        ("hours.per_message", 0.1, 0.1, "hours", "Time one message takes", "assumption"),
    ]
    return {
        "schema": SCHEMA,
        "netgrow": "0.1.0",
        "python": "3.13.1",
        "platform": "Linux-6.1-x86_64",
        "packages": {"mesa": "3.5.0", "numpy": "2.3.0", "polars": "1.30.0"},
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "scenario": study.name,
        "scenario_hash": "ab" * 32,
        "question": study.question,
        "claims": ["S1", "S3", "S8", "S11"],
        "primary": PRIMARY,
        "smallest_difference": study.smallest,
        "baseline": study.arms[0],
        "weeks": study.weeks,
        "seeds": list(range(study.seeds)),
        "command": f"netgrow run scenarios/{study.name}.toml -n {study.seeds} -j 2" + study.hostile,
        "data": {"groups.csv" + study.hostile: "cd" * 32},
        "repairs": ["groups.csv: 12 duplicate memberships dropped" + study.hostile],
        "metrics": metrics,
        "parameters": [
            {
                "key": k,
                "value": v,
                "default": d,
                "unit": u,
                "meaning": m + study.hostile,
                "source": s,
            }
            for k, v, d, u, m, s in told
        ],
        "arms": {
            arm: {"strategy": arm, "hours_per_week": 1.0}
            | ({"note": study.hostile} if study.hostile else {})
            for arm in study.arms
        },
        "machine": {"cpus": 2, "memory_gb": 8},
        "timings": {"total_seconds": 311.2, "seconds_per_run": 3.2},
    } | study.extra
