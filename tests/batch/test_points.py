"""Designs are those of scipy and SALib, and each of their points is a scenario of its own."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from SALib.sample import sobol as saltelli
from scipy.stats import chisquare, qmc

from sim.batch.design import plan
from sim.batch.points import points_of, resolved
from sim.batch.prepare import prepare
from sim.batch.sampling import levels, rows_of, unit_matrix, values_at
from sim.errors import UsageError
from sim.results import BASE, RunKey
from sim.scenario.factors import Factor
from sim.scenario.study import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

FALSE_ALARM = 1e-6


def scenario(sweep: dict[str, Any] | None, **sections: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "question": "?",
            "weeks": 4,
            "seeds": 2,
            "members": {"count": 60},
            "arms": {"groups": {"strategy": "group_driven"}, "known": {"strategy": "known_only"}},
            "sweep": sweep,
            **sections,
        }
    )


def values(sweep: dict[str, Any]) -> list[Mapping[str, Any]]:
    points, _ = points_of(scenario(sweep))
    return list(points.values())[1:]


def test_without_a_sweep_there_is_the_base_alone() -> None:
    assert points_of(scenario(None)) == ({BASE: {}}, None)


def test_a_latin_hypercube_has_one_point_in_each_stratum() -> None:
    matrix = unit_matrix("latin-hypercube", 50, 4, 3)
    assert matrix.shape == (50, 4)
    for column in (matrix * 50).astype(int).T:
        assert sorted(column) == list(range(50))


def test_a_sobol_design_is_the_scheme_of_saltelli() -> None:
    matrix = unit_matrix("sobol", 16, 3, 5)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-2.0, 1.0]] * 3}
    theirs = saltelli.sample(problem, 16, calc_second_order=False, seed=5)
    np.testing.assert_allclose(-2.0 + 3.0 * matrix, theirs, rtol=0, atol=1e-12)
    # Blocks of A, A with one column of B, and B, where A and B are halves of a Sobol' sequence.
    blocks = matrix.reshape(16, 5, 3)
    first, last = blocks[:, 0], blocks[:, -1]
    np.testing.assert_array_equal(np.hstack([first, last]), qmc.Sobol(6, seed=5).random(16))
    for column in range(3):
        expected = first.copy()
        expected[:, column] = last[:, column]
        np.testing.assert_array_equal(blocks[:, 1 + column], expected)


@pytest.mark.parametrize("factors", [1, 6])
def test_a_morris_trajectory_changes_each_factor_once_one_a_step(factors: int) -> None:
    for walk in unit_matrix("morris", 8, factors, 2).reshape(8, factors + 1, factors):
        steps = np.diff(walk, axis=0)
        assert (np.count_nonzero(steps, axis=1) == 1).all()
        assert (np.count_nonzero(steps, axis=0) == 1).all()
        np.testing.assert_allclose(np.abs(steps[steps != 0]), 2 / 3)


@pytest.mark.parametrize(
    "factor",
    [
        Factor("a", 0.0, 1.0),
        Factor("a", 1.0, 2.0, integer=True),
        Factor("a", 0.0, 7.0, integer=True),
        Factor("a", values=(False, True)),
        Factor("a", values=("x", "y", "z")),
    ],
    ids=str,
)
def test_a_morris_step_changes_the_value_of_any_factor(factor: Factor) -> None:
    """Whole numbers are looked at on a linear scale: on another, small ones fall together."""
    for walk in unit_matrix("morris", 30, 1, 9).reshape(30, 2):
        first, second = values_at(factor, walk)
        assert first != second


@pytest.mark.parametrize("design", ["sobol", "morris"])
def test_more_points_begin_with_the_same_rows(design: str) -> None:
    few, many = unit_matrix(design, 8, 3, 1), unit_matrix(design, 16, 3, 1)
    np.testing.assert_array_equal(many[: len(few)], few)


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol", "morris"])
def test_a_design_is_its_seed(design: str) -> None:
    first, again, other = (unit_matrix(design, 8, 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_scales_are_even_in_differences_or_in_ratios() -> None:
    where = np.linspace(0.0, 1.0, 5)
    assert values_at(Factor("a", -2.0, 2.0), where) == [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert values_at(Factor("a", 0.01, 100.0, "log"), where) == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert levels(Factor("a", 0.1, 0.5, steps=5)) == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert levels(Factor("a", 1.0, 1000.0, "log", integer=True, steps=4)) == [1, 10, 100, 1000]
    assert levels(Factor("a", 1.0, 3.0, integer=True, steps=9)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("factor", "shares"),
    [
        (Factor("a", 3.0, 7.0, integer=True), dict.fromkeys(range(3, 8), 0.2)),
        (Factor("a", values=("x", "y", "z")), dict.fromkeys("xyz", 1 / 3)),
        (
            Factor("a", 1.0, 3.0, "log", integer=True),
            {value: math.log((value + 1) / value, 4) for value in (1, 2, 3)},
        ),
    ],
    ids=str,
)
def test_whole_numbers_and_names_have_their_share_of_the_range(
    factor: Factor, shares: dict[Any, float]
) -> None:
    """Chi-squared over 10,000 independent places; a false alarm has probability 1e-6."""
    places = np.random.default_rng(11).random(10_000)
    found = Counter(values_at(factor, places))
    assert found.keys() == shares.keys()
    expected = [10_000 * share for share in shares.values()]
    assert chisquare([found[value] for value in shares], expected).pvalue > FALSE_ALARM


def test_values_have_the_type_of_their_parameter() -> None:
    vary: dict[str, Any] = {
        "members.count": {"low": 50, "high": 90},
        "response.accept": {},
        "tiredness.on": {},
        "platform.year": {},
    }
    made = values({"design": "sobol", "points": 16, "vary": vary})
    assert {type(point["members.count"]) for point in made} == {int}
    assert {type(point["response.accept"]) for point in made} == {float}
    assert {point["tiredness.on"] for point in made} == {False, True}
    assert {point["platform.year"] for point in made} == {"2008", "2014", "2015-06", "2021"}
    assert min(point["response.accept"] for point in made) < -10
    assert max(point["response.accept"] for point in made) > 10


def test_a_grid_is_the_product_of_its_levels() -> None:
    vary: dict[str, Any] = {
        "ties.oldest": {"steps": 2, "high": 9},
        "aim.on": {},
        "focal.share": {"values": (0.1, 0.2)},
    }
    found = [tuple(point.values()) for point in values({"design": "grid", "vary": vary})]
    assert found == list(itertools.product((0, 9), (False, True), (0.1, 0.2)))


def test_equal_rows_of_a_design_are_one_point() -> None:
    vary: dict[str, Any] = {"tiredness.on": {}, "spam.on": {}}
    points, made = points_of(scenario({"design": "sobol", "points": 8, "vary": vary}))
    assert made is not None
    assert list(points) == [BASE, *(f"p{number:04d}" for number in range(1, len(points)))]
    assert len(points) <= 1 + 4
    assert len(made["rows"]) == 8 * (2 + 2)
    assert set(made["rows"]) == set(points) - {BASE}
    rows = rows_of(
        scenario({"design": "sobol", "points": 8, "vary": vary}).sweep,  # type: ignore[arg-type]
        [Factor(key, values=(False, True)) for key in vary],
    )
    assert [dict(points[name]) for name in made["rows"]] == rows


def test_how_points_were_made_is_told() -> None:
    vary = {"members.count": {"low": 50}, "tiredness.on": {}}
    _, made = points_of(scenario({"design": "morris", "points": 2, "seed": 4, "vary": vary}))
    assert made is not None
    assert (made["design"], made["points"], made["seed"]) == ("morris", 2, 4)
    assert made["vary"]["members.count"] == {
        "low": 50.0,
        "high": 20_000_000,
        "scale": "linear",
        "values": None,
        "integer": True,
    }
    assert made["vary"]["tiredness.on"]["values"] == [False, True]


def test_a_list_is_its_rows() -> None:
    rows = ({"members.count": 50}, {"members.count": 70, "spam.on": True}, {"members.count": 50})
    points, made = points_of(scenario({"design": "list", "list": rows}))
    assert made is not None
    assert list(points.values()) == [{}, rows[0], rows[1]]
    assert made["rows"] == ["p0001", "p0002", "p0001"]
    assert (made["vary"]["members.count"]["low"], made["vary"]["members.count"]["high"]) == (50, 70)
    assert made["vary"]["spam.on"]["values"] == [True]


def test_points_come_world_by_world() -> None:
    runs = plan(scenario(None), ["base", "p0001"])
    assert [key.id for key in runs[:5]] == [
        "one/groups/base/s0001",
        "one/known/base/s0001",
        "everyone/groups/base/s0001",
        "everyone/known/base/s0001",
        "one/groups/p0001/s0001",
    ]
    assert [key.seed for key in runs] == [1] * 8 + [2] * 8


@pytest.mark.parametrize(
    ("sweep", "told"),
    [
        (
            {"design": "grid", "vary": {"groups.size_median": {"values": (100.0, 900.0, 950.0)}}},
            r"point p0002 \(groups.size_median = 900.0\): groups: size_mean .*so are 1 more of 4",
        ),
        (
            {"design": "list", "list": ({"careers.loss_week": 5, "careers.on": True},)},
            r"point p0001 .*: careers.loss_week: given 5; allowed: at most weeks = 4",
        ),
        (
            {"design": "list", "list": ({"acquaintances.employer_share": 0.9},)},
            r"point p0001 \(acquaintances.employer_share = 0.9\): acquaintances: ",
        ),
    ],
)
def test_values_that_do_not_go_together_are_named_before_anything_runs(
    sweep: dict[str, Any], told: str
) -> None:
    asked = scenario(sweep)
    with pytest.raises(UsageError, match=told) as caught:
        prepare(asked, None)
    assert "\n" not in str(caught.value)


def test_what_an_arm_sets_is_judged_at_the_point() -> None:
    arms = {"a": {"strategy": "known_only", "set": {"careers.on": True}}}
    asked = scenario({"design": "list", "list": ({"careers.loss_week": 5},)}, arms=arms)
    with pytest.raises(UsageError, match=r"p0001 .*: careers.loss_week: given 5"):
        list(resolved(asked, points_of(asked)[0]))
    never = {"arms.a.set.careers.on": False, "careers.loss_week": 5}
    asked = scenario({"design": "list", "list": (never,)}, arms=arms)
    assert [name for name, _ in resolved(asked, points_of(asked)[0])] == ["base", "p0001"]


SWEEP = {"design": "list", "list": ({"response.accept": -1.0}, {"arms.groups.looks": 9})}


def test_settings_differ_with_the_values_of_a_point_and_not_with_its_name() -> None:
    made = prepare(scenario(SWEEP), None)
    base, first, second = (
        {arm: made.settings(RunKey("one", arm, point, 1)) for arm in ("groups", "known")}
        for point in (BASE, "p0001", "p0002")
    )
    assert base["groups"] != first["groups"] != second["groups"] != base["groups"]
    assert base["known"] != first["known"]
    # Another arm's own parameter is nothing to it.
    assert second["known"] == base["known"]
    turned = {"design": "list", "list": tuple(reversed(SWEEP["list"]))}
    again = prepare(scenario(turned), None)
    assert again.settings(RunKey("one", "groups", "p0002", 1)) == first["groups"]
    # What is said of a point and what is said of the scenario is the same run.
    said = prepare(scenario(None, response={"accept": -1.0}), None)
    assert said.settings(RunKey("one", "groups", BASE, 1)) == first["groups"]


def test_a_point_is_lived_as_a_scenario_of_its_own() -> None:
    sweep = {"design": "list", "list": ({"members.count": 90, "arms.groups.looks": 2},)}
    swept = prepare(scenario(sweep), None).engine
    arms = {"groups": {"strategy": "group_driven", "looks": 2}, "known": {"strategy": "known_only"}}
    plain = prepare(scenario(None, members={"count": 90}, arms=arms), None).engine
    there, alone = RunKey("one", "groups", "p0001", 3), RunKey("one", "groups", BASE, 3)
    one = swept.simulate(there, swept.build_world("p0001", 3), 1)
    two = plain.simulate(alone, plain.build_world(BASE, 3), 1)
    assert one.series == two.series
    assert one.ego_ties == two.ego_ties


def test_a_metric_that_is_measured_at_some_point_is_in_the_manifest() -> None:
    sweep = {"design": "grid", "vary": {"careers.on": {}}}
    assert "offers" in prepare(scenario(sweep), None).metrics
    assert "offers" not in prepare(scenario(None), None).metrics
