"""Metrics of the mechanisms that can be switched on, declared; see docs/model.md, 8.15."""

from __future__ import annotations

from sim.metrics.metric import Better, Metric
from sim.world.members import INMAILS, INTRODUCTIONS, WAYS_TO_INTERVIEWS

_INTRODUCTIONS: dict[str, tuple[Better, str]] = {
    "asked": ("neither", "contacts asked for an introduction since the start"),
    "forwarded": ("higher", "requests for an introduction that contacts passed on"),
    "dropped": ("lower", "requests for an introduction that contacts let lie"),
    "refused": ("lower", "requests for an introduction that contacts refused"),
    "accepted": ("higher", "introductions that the target accepted"),
}
_INMAILS: dict[str, Better] = {"sent": "neither", "read": "higher", "answered": "higher"}
_WAYS = {
    "direct": "with a contact who has an opening",
    "referral": "through a contact at the employer",
    "recruiter": "through a recruiter's approach",
    "application": "through an application",
}


def _catalogue() -> dict[str, Metric]:
    return {
        "impressions": Metric(
            "impressions",
            "impressions",
            "higher",
            "times on the page that a recruiter sees, since the start",
            needs="search",
        ),
        "search_position": Metric(
            "search position",
            "position",
            "lower",
            "mean position in the rankings of recruiters' searches; of members ever ranked alone",
            needs="search",
        ),
        "approaches": Metric(
            "approaches by recruiters",
            "approaches",
            "higher",
            "approaches by recruiters since the start",
            needs="search",
        ),
        "endorsements": Metric(
            "endorsements",
            "endorsements",
            "higher",
            "endorsements received since the start",
            needs="endorsements",
        ),
        **_introductions_and_inmails(),
        "messages_flagged": Metric(
            "messages flagged",
            "messages",
            "lower",
            "messages flagged by those who got them, since the start",
            needs="spam",
        ),
        "weeks_burnt": Metric(
            "weeks of burnout",
            "weeks",
            "lower",
            "weeks in which burnout let nothing be done",
            needs="tiredness",
        ),
        "groups": Metric(
            "groups", "groups", "neither", "groups that a member is in", needs="joining"
        ),
        "posts": Metric(
            "posts in groups", "posts", "neither", "posts since the start", needs="joining"
        ),
        **_careers(),
        "members_present": Metric(
            "members on the platform",
            "members",
            "neither",
            "members who have come and not left",
            graph=True,
            needs="population",
        ),
    }


def _introductions_and_inmails() -> dict[str, Metric]:
    metrics = {
        f"introductions_{outcome}": Metric(
            f"introductions {outcome}",
            "introductions",
            *_INTRODUCTIONS[outcome],
            needs="introductions",
        )
        for outcome in INTRODUCTIONS
    }
    metrics |= {
        f"inmails_{outcome}": Metric(
            f"InMails {outcome}",
            "InMails",
            _INMAILS[outcome],
            f"paid messages {outcome} since the start",
            needs="premium",
        )
        for outcome in INMAILS
    }
    return metrics | {
        "money": Metric(
            "money",
            "units of money",
            "neither",
            "spent on premium accounts since the start",
            needs="premium",
        ),
        "money_per_new_target_decision_maker": Metric(
            "money per new target decision-maker",
            "units of money",
            "lower",
            "mean money spent per new tie with a target decision-maker; 0 if there are none",
            needs="premium",
        ),
    }


def _careers() -> dict[str, Metric]:
    def of(title: str, unit: str, meaning: str) -> Metric:
        return Metric(title, unit, "higher", meaning, needs="careers")

    ways = {
        f"interviews/{way}": of(f"interviews, {way}", "interviews", f"the same, {_WAYS[way]}")
        for way in WAYS_TO_INTERVIEWS
    }
    return {
        "interviews": of("interviews", "interviews", "job interviews since the start"),
        **ways,
        "offers": of("job offers", "offers", "job offers since the start; each is taken"),
        "employed": of("employed", "share", "share of members who have a job"),
        **{
            f"interviews_reach_{level}_partial": Metric(
                f"interviews with {reach}, {other} held equal",
                "correlation",
                "neither",
                f"partial correlation over members of interviews and {reach}, given {other}",
                needs="careers",
            )
            for level, reach, other in (
                (2, "2nd-level reach", "contacts"),
                (1, "contacts", "2nd-level reach"),
            )
        },
    }


METRICS_OF_MECHANISMS: dict[str, Metric] = _catalogue()
"""Those metrics, by name, in the order in which they are shown."""
