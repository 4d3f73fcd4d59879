"""What is measured: every metric's name, title, unit, direction and meaning, declared once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metrics.mechanisms_catalogue import METRICS_OF_MECHANISMS
from sim.metrics.metric import Better, Metric
from sim.world.members import CHANNELS, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Set

_DIRECTIONS: dict[str, Better] = {
    "sent": "neither",
    "accepted": "higher",
    "ignored": "lower",
    "flagged": "lower",
}
_BETWEEN = {
    "acquaintance": "acquaintances",
    "group": "members who share a group",
    "stranger": "strangers",
}
SECTION_OF = {
    "invite": "",
    "message": "",
    "upkeep": "",
    "introduce": "introductions",
    "inmail": "premium",
    "join": "joining",
    "leave": "joining",
    "post": "joining",
    "endorse": "endorsements",
    "congratulate": "wasteland",
    "article": "wasteland",
    "keep_up": "tiredness",
}
"""Activities that cost time, each with the section of the mechanism it belongs to."""


def _catalogue() -> dict[str, Metric]:
    metrics = {
        "target_decision_makers_2": Metric(
            "target decision-makers within two steps",
            "members",
            "higher",
            "decision-makers of the member's target market at distance 1 or 2",
        ),
        "live_target_decision_makers_2": Metric(
            "target decision-makers within two live steps",
            "members",
            "higher",
            "the same, walking only ties that are not dormant",
        ),
        "new_target_decision_makers": Metric(
            "new ties with target decision-makers",
            "ties",
            "higher",
            "new ties since the start with decision-makers of the target market at the time",
        ),
        "target_reach_2": Metric(
            "target market within two steps",
            "members",
            "higher",
            "members of the target market at distance 1 or 2",
        ),
        "reach_1": Metric("contacts", "members", "higher", "members at distance 1"),
        "reach_2": Metric("2nd-level reach", "members", "higher", "members at distance exactly 2"),
        "reach_3": Metric("3rd-level reach", "members", "neither", "members at distance exactly 3"),
        "target_share": Metric(
            "contacts in the target market",
            "share",
            "higher",
            "share of a member's contacts who work in its target market",
        ),
        "active_ties": Metric("active ties", "ties", "higher", "ties that are not dormant"),
        "dormant_share": Metric(
            "dormant ties", "share", "lower", "share of a member's ties that are dormant"
        ),
    }
    for outcome in OUTCOMES:
        metrics[f"invitations_{outcome}"] = Metric(
            f"invitations {outcome}",
            "invitations",
            _DIRECTIONS[outcome],
            f"invitations {outcome} since the start",
        )
        for channel in CHANNELS:
            metrics[f"invitations_{outcome}/{channel}"] = Metric(
                f"invitations {outcome}, {channel}",
                "invitations",
                _DIRECTIONS[outcome],
                f"the same, between {_BETWEEN[channel]}",
            )
    metrics |= {
        "messages_sent": Metric(
            "messages sent", "messages", "neither", "messages to group members since the start"
        ),
        "replies": Metric("replies", "messages", "higher", "replies to them since the start"),
        "refused": Metric("acts refused", "acts", "lower", "acts the platform did not let through"),
        "weeks_restricted": Metric(
            "weeks restricted", "weeks", "lower", "weeks begun while restricted"
        ),
        "hours": Metric("hours", "hours", "neither", "time charged since the start"),
    }
    for activity, section in SECTION_OF.items():
        words = activity.replace("_", " ")
        metrics[f"hours/{activity}"] = Metric(
            f"hours, {words}",
            "hours",
            "neither",
            f"time charged for {words} since the start",
            needs=section,
        )
    metrics |= METRICS_OF_MECHANISMS
    metrics |= {
        "clustering": Metric(
            "clustering", "share", "neither", "share of pairs of contacts that are connected"
        ),
        "constraint": Metric(
            "constraint",
            "index",
            "lower",
            "Burt's constraint (1992): how far contacts are each other's contacts",
        ),
        "degree_p10": Metric("degree, 10th percentile", "ties", "neither", "of degrees", True),
        "degree_p50": Metric("degree, median", "ties", "neither", "of degrees", True),
        "degree_p90": Metric("degree, 90th percentile", "ties", "neither", "of degrees", True),
        "degree_gini": Metric(
            "inequality of degrees", "index", "neither", "Gini coefficient of degrees", True
        ),
        "assortativity": Metric(
            "degree assortativity",
            "correlation",
            "neither",
            "correlation of the degrees at the ends of a tie (Newman 2002)",
            True,
        ),
        "mean_distance": Metric(
            "mean distance",
            "steps",
            "neither",
            "mean distance from focal members to those they can reach",
            True,
        ),
    }
    return metrics


METRICS: dict[str, Metric] = _catalogue()
"""Every metric, by name, in the order in which they are shown."""


def measured(on: Set[str]) -> dict[str, Metric]:
    """Return the metrics that are measured.

    Parameters
    ----------
    on : set of str
        Sections of the scenario whose mechanism is on.
    """
    return {name: metric for name, metric in METRICS.items() if metric.needs in {"", *on}}
