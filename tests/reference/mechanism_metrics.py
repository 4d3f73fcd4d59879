"""What is measured of mechanisms that are switched on (docs/model.md, 8.15)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .members import INMAILS, INTRODUCTIONS, WAYS, Member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .network import Now

HOURS: Mapping[str, tuple[str, ...]] = {
    "introductions": ("introduce",),
    "premium": ("inmail",),
    "joining": ("join", "leave", "post"),
    "endorsements": ("endorse",),
    "wasteland": ("congratulate", "article"),
    "tiredness": ("keep_up",),
}
"""Activities that belong to a mechanism."""

Row = dict[str, float]


def of_member(now: Now, me: Member) -> Row:
    """Return the values of one member; hours still in minutes."""
    values: dict[str, Row] = {
        "search": {
            "impressions": me.impressions,
            "approaches": me.approaches,
            "search_position": me.position_sum / me.searched if me.searched else math.nan,
        },
        "endorsements": {"endorsements": me.endorsements},
        "introductions": {
            f"introductions_{what}": me.introductions[what] for what in INTRODUCTIONS
        },
        "premium": {f"inmails_{what}": me.inmails[what] for what in INMAILS} | {"money": me.money},
        "spam": {"messages_flagged": me.messages_flagged},
        "tiredness": {"weeks_burnt": me.weeks_burnt},
        "joining": {"groups": len(me.groups), "posts": me.posts},
        "careers": {
            "interviews": sum(me.interviews.values()),
            **{f"interviews/{way}": me.interviews[way] for way in WAYS},
            "offers": me.offers,
            "employed": me.employed,
        },
    }
    row: Row = {}
    for mechanism in {**values, **HOURS}:
        if getattr(now.scenario, mechanism).on:
            row |= values.get(mechanism, {})
            row |= {f"hours/{act}": me.minutes_spent[act] for act in HOURS.get(mechanism, ())}
    return row


def of_cohort(now: Now, averages: Row, rows: list[Row]) -> Row:
    """Return the values that are not means over members.

    Parameters
    ----------
    now : Now
        The week.
    averages : dict
        Means over the members of the cohort.
    rows : list of dict
        Values of each member.
    """
    values: Row = {}
    if now.scenario.premium.on:
        won = averages["new_target_decision_makers"]
        values["money_per_new_target_decision_maker"] = averages["money"] / won if won else 0.0
    if now.scenario.careers.on:
        a, one, two = (
            [int(row[metric]) for row in rows] for metric in ("interviews", "reach_1", "reach_2")
        )
        values["interviews_reach_2_partial"] = partial_correlation(a, two, one)
        values["interviews_reach_1_partial"] = partial_correlation(a, one, two)
    return values


def of_graph(now: Now) -> Row:
    """Return what is said of the whole graph."""
    return {"members_present": len(now.network.present)} if now.scenario.population.on else {}


def partial_correlation(a: list[int], b: list[int], c: list[int]) -> float:
    """Correlation of a and b given c; 0 where it is not defined."""
    if not (covariance(a, a) and covariance(b, b) and covariance(c, c)):
        return 0.0
    ab, ac, bc = correlation(a, b), correlation(a, c), correlation(b, c)
    rest = (1 - ac * ac) * (1 - bc * bc)
    return (ab - ac * bc) / math.sqrt(rest) if rest > 0 else 0.0


def covariance(x: list[int], y: list[int]) -> int:
    """n sum(xy) - sum x sum y."""
    return len(x) * sum(p * q for p, q in zip(x, y, strict=True)) - sum(x) * sum(y)


def correlation(x: list[int], y: list[int]) -> float:
    """Pearson's correlation by integer sums."""
    return covariance(x, y) / math.sqrt(float(covariance(x, x)) * float(covariance(y, y)))
