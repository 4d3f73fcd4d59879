"""What is measured (docs/model.md, 6)."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from sim.draws import Decision

from . import mechanism_metrics
from .members import CHANNELS, Member, Tie

if TYPE_CHECKING:
    from .network import Network, Now

OUTCOMES = ("accepted", "ignored", "flagged")


def measure(now: Now, *, focal: bool, everyone: bool) -> dict[tuple[str, str], float]:
    """Measure the cohorts asked for; a value for each (cohort, metric)."""
    network = now.network
    cohorts = {}
    if focal:
        cohorts["focal"] = [member for member in network.members if member.focal]
    if everyone:
        cohorts["all"] = network.present
    measures = {}
    for cohort, members in cohorts.items():
        if members or cohort == "all":
            for metric, value in of_cohort(now, cohort, members).items():
                measures[cohort, metric] = value
    if everyone:
        for metric, value in (of_graph(now) | mechanism_metrics.of_graph(now)).items():
            measures["all", metric] = value
    return measures


WALKED = (
    "reach_2",
    "target_reach_2",
    "target_decision_makers_2",
    "live_target_decision_makers_2",
    "clustering",
    "constraint",
)
"""Metrics for which the members of a sample are walked around, not all of a large world."""


def of_cohort(now: Now, cohort: str, members: list[Member]) -> dict[str, float]:
    """Measure one cohort; everything is 0 if there is nobody in it."""
    rows = {member.number: of_member(now, member) for member in members}
    metrics = list(of_member(now, now.network.members[0]))
    averages = means(metrics, list(rows.values()))
    near = list(rows)
    size = now.scenario.measure.sample
    if cohort == "all" and len(now.network.members) > size:
        sample = in_order(now, now.network.members)[:size]
        near = [i for i in sample if i in rows]
        far = [i for i in sample[: math.ceil(size / 10)] if i in rows]
        averages |= means(list(WALKED), [rows[i] for i in near])
        averages |= means(["reach_3"], [rows[i] for i in far])
    return averages | mechanism_metrics.of_cohort(now, averages, [rows[i] for i in near])


def in_order(now: Now, members: list[Member]) -> list[int]:
    """Numbers of members in the order of their draws for the sample."""
    lot = {m.number: now.luck.uniform(Decision.SAMPLE, 0, m.number, 0, 0) for m in members}
    return sorted(lot, key=lambda i: (lot[i], i))


def of_member(now: Now, me: Member) -> dict[str, float]:
    """Every metric of one member; hours still in minutes."""
    return of_ties(now, me) | of_counts(me) | mechanism_metrics.of_member(now, me)


def means(metrics: list[str], rows: list[dict[str, float]]) -> dict[str, float]:
    """Average over members; values that are not numbers are left out, minutes become hours."""
    averages = {}
    for metric in metrics:
        values = [row[metric] for row in rows if not math.isnan(row[metric])]
        average = math.fsum(values) / len(values) if values else 0.0
        averages[metric] = average / 60 if metric.startswith("hours") else average
    return averages


def of_ties(now: Now, me: Member) -> dict[str, float]:
    """Reach, ties and neighbourhood of one member."""
    network = now.network

    def active(tie: Tie) -> bool:
        return now.fading.strength(tie, now.week) >= now.scenario.ties.dormant_below

    _, one, two, three = network.rings(me.number, 3)
    _, live_one, live_two = network.rings(me.number, 2, active)
    two_steps = [network.members[j] for j in one | two]
    live_two_steps = [network.members[j] for j in live_one | live_two]
    k = len(me.ties)
    awake = sum(active(tie) for tie in me.ties.values())
    in_target = sum(network.members[j].field == me.target for j in me.ties)
    return {
        "reach_1": k,
        "reach_2": len(two),
        "reach_3": len(three),
        "target_reach_2": sum(other.field == me.target for other in two_steps),
        "target_decision_makers_2": sum(me.wants(other) for other in two_steps),
        "live_target_decision_makers_2": sum(me.wants(other) for other in live_two_steps),
        "target_share": in_target / k if k else 0.0,
        "active_ties": awake,
        "dormant_share": 1 - awake / k if k else 0.0,
        "clustering": clustering(network, me),
        "constraint": constraint(network, me),
    }


def of_counts(me: Member) -> dict[str, float]:
    """Return what one member has done since week 1; hours still in minutes."""
    counts: dict[str, float] = {}
    for kind in CHANNELS:
        for outcome in OUTCOMES:
            number = me.invitations.get((kind, outcome), 0)
            for metric in (f"invitations_{outcome}", "invitations_sent"):
                counts[metric] = counts.get(metric, 0) + number
                counts[f"{metric}/{kind}"] = counts.get(f"{metric}/{kind}", 0) + number
    return counts | {
        "messages_sent": me.messages_sent,
        "replies": me.replies,
        "refused": me.refused,
        "weeks_restricted": me.weeks_restricted,
        "new_target_decision_makers": me.new_target_decision_makers,
        "hours": sum(me.minutes_spent.values()),
        **{f"hours/{act}": me.minutes_spent[act] for act in ("invite", "message", "upkeep")},
    }


def clustering(network: Network, me: Member) -> float:
    """Local clustering coefficient."""
    k = len(me.ties)
    if k < 2:
        return 0.0
    linked = sum(network.connected(a, b) for a, b in combinations(me.ties, 2))
    return 2 * linked / (k * (k - 1))


def constraint(network: Network, me: Member) -> float:
    """Burt's constraint with equal weights; not a number without contacts."""
    if not me.ties:
        return math.nan
    share = 1 / len(me.ties)
    total = 0.0
    for j in sorted(me.ties):
        s = share
        for q in sorted(me.contacts & network.members[j].contacts):
            s += share * (1 / len(network.members[q].ties))
        total += s * s
    return total


def of_graph(now: Now) -> dict[str, float]:
    """Statistics of the whole graph; distances from 64 focal members if it is a large one."""
    network = now.network
    sources = [member.number for member in network.members if member.focal]
    if len(network.members) > now.scenario.measure.sample:
        sources = in_order(now, [network.members[i] for i in sources])[:64]
    return {
        **degrees(network),
        "assortativity": assortativity(network),
        "mean_distance": mean_distance(network, sources),
    }


def degrees(network: Network) -> dict[str, float]:
    """Quantiles and Gini coefficient of the numbers of contacts."""
    degree = sorted(len(member.ties) for member in network.present)
    n, total = len(degree), sum(degree)
    ranked = sum(rank * k for rank, k in enumerate(degree, 1))
    quantiles: dict[str, float] = {
        f"degree_p{q}": degree[(n - 1) * q // 100] if degree else 0 for q in (10, 50, 90)
    }
    gini = 2 * ranked / (n * total) - (n + 1) / n if total else 0.0
    return quantiles | {"degree_gini": gini}


def assortativity(network: Network) -> float:
    """Correlation of the degrees of the two ends of a tie."""
    ends = [
        (len(network.members[i].ties), len(network.members[j].ties)) for i, j in network.pairs()
    ]
    square = sum(x + y for x, y in ends) ** 2
    a = 4 * len(ends) * sum(x * y for x, y in ends) - square
    b = 2 * len(ends) * sum(x * x + y * y for x, y in ends) - square
    return a / b if b else 0.0


def mean_distance(network: Network, sources: list[int]) -> float:
    """Mean distance from some members to all whom they can reach."""
    steps = reached = 0
    for source in sources:
        for distance, ring in enumerate(network.rings(source)):
            steps += distance * len(ring)
            reached += len(ring) if distance else 0
    return steps / reached if reached else 0.0
