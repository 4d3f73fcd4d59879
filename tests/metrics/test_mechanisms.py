"""Metrics of mechanisms: measured where the mechanism is on, and only there."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rules.hand import world
from scipy import stats

from sim.metrics import METRICS, measure_graph, measure_members, measured
from sim.metrics.means import partial_correlation
from sim.scenario.study import Scenario
from sim.world.members import (
    ACTIVITIES,
    INMAILS,
    INTRODUCTIONS,
    WAYS_TO_INTERVIEWS,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.build import World

MECHANISMS = sorted({metric.needs for metric in METRICS.values()} - {""})
ALL_ON = frozenset(MECHANISMS)
ALWAYS = {
    "target_decision_makers_2", "live_target_decision_makers_2", "target_reach_2", "reach_1",
    "reach_2", "reach_3", "target_share", "active_ties", "dormant_share", "messages_sent",
    "replies", "refused", "weeks_restricted", "hours", "hours/invite", "hours/message",
    "hours/upkeep", "clustering", "constraint", "degree_p10", "degree_p50", "degree_p90",
    "degree_gini", "assortativity", "mean_distance", "new_target_decision_makers",
}  # fmt: skip
COHORT = np.array([0, 2, 3, 5], np.int32)


def luck(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


@pytest.fixture(scope="module")
def eventful() -> World:
    """Six members, a few ties and groups, and different counts in every column that is counted."""
    made = world(
        6,
        ties=[(0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (4, 5)],
        groups=[{0: 1, 2: 0}, {0: 0, 5: 2}, {1: 1}],
        seniority=2,
    )
    generator = luck(5)
    for name in (
        "minutes_spent", "impressions", "searched", "position_sum", "approaches", "endorsements",
        "introductions", "inmails", "money", "posts", "messages_flagged", "weeks_burnt",
        "interviews", "offers", "new_target_decision_makers",
    ):  # fmt: skip
        column = getattr(made.members, name)
        column[:] = generator.integers(1, 60, column.shape)
    made.members.money[:] /= 8
    made.members.employed[:] = [True, True, False, True, False, True]
    return made


def measure(made: World, on: frozenset[str]) -> dict[str, float]:
    return measure_members(made, COHORT, np.ones(len(made.ties.rows.neighbour), np.uint8), on)


def test_mechanisms_are_sections_of_the_scenario_that_can_be_switched_on() -> None:
    sections = Scenario.model_validate(
        {
            "question": "?",
            "arms": {"a": {"strategy": "dormant"}},
            **{section: {"on": True} for section in MECHANISMS},
        }
    )
    assert sections.mechanisms == ALL_ON


@pytest.mark.parametrize(
    "on",
    [frozenset[str](), ALL_ON, *(frozenset(pair) for pair in combinations(MECHANISMS, 2))],
    ids=lambda on: "+".join(sorted(on)) if len(on) < 3 else "all",
)
def test_what_is_measured_is_what_the_catalogue_says(eventful: World, on: frozenset[str]) -> None:
    everyone = np.arange(6, dtype=np.int32)
    found = set(measure(eventful, on)) | set(measure_graph(eventful, COHORT, everyone, on=on))
    assert found == set(measured(on))


def test_members_present_are_counted_where_they_come_and_go() -> None:
    made = world(6)
    on = frozenset(["population"])
    for here in (np.array([0, 2, 3], np.int32), np.zeros(0, np.int32)):
        assert measure_graph(made, COHORT, here, on=on)["members_present"] == len(here)
    assert "members_present" not in measure_graph(made, COHORT, COHORT, on=ALL_ON - on)


def test_with_nothing_on_nothing_new_is_measured_but_new_target_decision_makers() -> None:
    names = {name for name in measured(frozenset()) if not name.startswith("invitations_")}
    assert names == ALWAYS


def test_a_mechanism_changes_no_metric_of_another(eventful: World) -> None:
    whole = measure(eventful, ALL_ON)
    for section in ("", *MECHANISMS):
        assert measure(eventful, frozenset([section])).items() <= whole.items()


def test_counts_of_mechanisms_are_means_over_the_cohort(eventful: World) -> None:
    members, found = eventful.members, measure(eventful, ALL_ON)
    for name in (
        "impressions", "approaches", "endorsements", "money", "posts", "messages_flagged",
        "weeks_burnt", "offers",
    ):  # fmt: skip
        assert found[name] == pytest.approx(getattr(members, name)[COHORT].mean()), name
    for name, parts in (("introductions", INTRODUCTIONS), ("inmails", INMAILS)):
        for number, part in enumerate(parts):
            expected = getattr(members, name)[COHORT, number].mean()
            assert found[f"{name}_{part}"] == pytest.approx(expected)
    for number, way in enumerate(WAYS_TO_INTERVIEWS):
        assert found[f"interviews/{way}"] == members.interviews[COHORT, number].mean()
    assert found["interviews"] == members.interviews[COHORT].sum(axis=1).mean()
    assert found["employed"] == 0.75
    assert found["groups"] == 0.25 * (2 + 1 + 0 + 1)
    won = members.new_target_decision_makers[COHORT].mean()
    assert found["money_per_new_target_decision_maker"] == pytest.approx(found["money"] / won)


def test_hours_of_every_activity_but_subscribing_and_hours_of_all(eventful: World) -> None:
    found = measure(eventful, ALL_ON)
    spent = eventful.members.minutes_spent[COHORT].mean(axis=0) / 60
    for number, activity in enumerate(ACTIVITIES):
        if activity != "subscribe":
            assert found[f"hours/{activity}"] == pytest.approx(spent[number])
    assert "hours/subscribe" not in found
    assert found["hours"] == pytest.approx(spent.sum())
    assert measure(eventful, frozenset())["hours"] == found["hours"]


def test_who_was_never_searched_has_no_search_position() -> None:
    made = world(6, searched=[4, 9, 0, 2, 9, 0], position_sum=[10, 99, 0, 11, 99, 0])
    on = frozenset(["search"])
    assert measure(made, on)["search_position"] == (2.5 + 5.5) / 2
    assert measure(world(6), on)["search_position"] == 0.0


def test_money_where_no_target_decision_maker_is_won() -> None:
    found = measure(world(6, money=7.5), frozenset(["premium"]))
    assert (found["money"], found["money_per_new_target_decision_maker"]) == (7.5, 0.0)


def residual_correlation(a: NDArray[np.int64], b: NDArray[np.int64], c: NDArray[np.int64]) -> float:
    """Correlation of what linear regressions on `c` leave of `a` and `b`."""
    left = []
    for values in (a, b):
        fitted = stats.linregress(c, values)
        left.append(values - (fitted.intercept + fitted.slope * c))
    return float(stats.pearsonr(*left).statistic)


@pytest.mark.parametrize("count", [4, 50, 100_000])
def test_partial_correlation_is_that_of_the_residuals(count: int) -> None:
    generator = luck(count)
    c = generator.integers(0, 500, count)
    b = 40 * c + generator.integers(0, 9000, count)
    a = generator.poisson(0.004 * c + 0.0002 * b)
    for triple in ((a, b, c), (a, c, b), (b, c, a)):
        expected = residual_correlation(*triple)
        assert partial_correlation(*triple) == pytest.approx(expected, abs=1e-9)
        assert abs(expected) > 0.02


def test_partial_correlation_does_not_overflow_at_a_million_members() -> None:
    """Squares of the last sums are near 1e36, beyond 64 bits."""
    generator = luck(3)
    c = generator.integers(0, 500, 1_000_000)
    b = 999_000 - generator.integers(0, 900_000, 1_000_000) + c
    a = generator.integers(0, 3, 1_000_000) + (b > 700_000)
    found = partial_correlation(a, b, c)
    assert found == pytest.approx(residual_correlation(a, b, c), abs=1e-9)
    # Nine million is beyond what a sum of squares in 64 bits holds for so many.
    assert partial_correlation(a, 9 * b, c) == pytest.approx(found, abs=1e-12)


def test_partial_correlation_of_constants_and_of_what_is_determined_is_0() -> None:
    a, b, c = luck(1).integers(0, 50, (3, 30))
    same = np.full(30, 7)
    for triple in ((same, b, c), (a, same, c), (a, b, same), (a, c, c), (3 * c, b, c), (a, b, b)):
        assert partial_correlation(*triple) == 0.0
    for scale in (7, 10, 11, 13):  # exact multiples, where rounding may reach beyond 1
        big = luck(scale).integers(0, 500_000, 2000)
        assert abs(partial_correlation(big, luck(2).integers(0, 9, 2000), scale * big)) <= 1e-6
    nothing = np.zeros(0, np.int64)
    assert partial_correlation(nothing, nothing, nothing) == 0.0


def test_interviews_are_correlated_with_either_reach_given_the_other(eventful: World) -> None:
    found = measure(eventful, frozenset(["careers"]))
    interviews = eventful.members.interviews[COHORT].sum(axis=1)
    # Contacts and contacts of contacts of members 0, 2, 3 and 5, read off the ties.
    one, two = np.array([2, 3, 2, 1]), np.array([1, 1, 3, 1])
    for level, triple in ((2, (interviews, two, one)), (1, (interviews, one, two))):
        expected = residual_correlation(*triple)
        assert found[f"interviews_reach_{level}_partial"] == pytest.approx(expected, abs=1e-9)
