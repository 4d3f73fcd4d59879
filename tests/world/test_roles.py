"""Profiles, recruiters, aims and presence: what mechanisms add to the initial world."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest, kstest

from sim.scenario.population import Ties
from sim.scenario.study import Scenario
from sim.world.build import World, build_world, cast_roles
from sim.world.members import Members

COUNT = 20_000
ALARM = 1e-6
"""Probability of a false alarm of every test of a frequency."""


def scenario(**sections: Any) -> Scenario:
    return Scenario.model_validate(
        {"question": "?", "arms": {"idle": {"strategy": "dormant"}}, **sections}
    )


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(scenario(members={"count": COUNT}, acquaintances={"median": 0.0}), 3)


def fits(found: Any, chance: float, trials: int = COUNT) -> bool:
    return float(binomtest(int(found), trials, chance).pvalue) > ALARM


def cast(world: World, **sections: Any) -> Members:
    """Return a copy of the members in the roles that a scenario gives them."""
    members = world.members.copy()
    cast_roles(members, scenario(**sections), len(world.field_names), world.seed)
    return members


def test_profiles(world: World) -> None:
    """Completeness is uniform; so are the keywords, as many as there are."""
    members = cast(world, search={"keywords": 7})
    assert kstest(members.completeness, "uniform").pvalue > ALARM
    assert all(fits(count, 1 / 7) for count in np.bincount(members.keyword, minlength=7))
    assert members.keyword.max() == 6


def test_recruiters_are_there_where_search_is_on(world: World) -> None:
    assert fits(cast(world, search={"on": True, "recruiters": 0.1}).recruiter.sum(), 0.1)
    assert not cast(world, search={"on": False, "recruiters": 0.1}).recruiter.any()


def test_who_aims_wrong_aims_anywhere_else(world: World) -> None:
    members = cast(world, aim={"on": True, "error": 0.3})
    wrong = members.aim != members.target
    assert fits(wrong.sum(), 0.3)
    step = (members.aim - members.target)[wrong] % 8
    assert all(fits(count, 1 / 7, int(wrong.sum())) for count in np.bincount(step, minlength=8)[1:])
    assert np.array_equal(cast(world, aim={"on": False, "error": 1.0}).aim, members.target)


def test_with_one_field_nobody_aims_wrong() -> None:
    made = build_world(scenario(members={"count": 50, "fields": 1}), 1)
    assert not cast(made, aim={"on": True, "error": 1.0}).aim.any()


def test_some_wait_outside_and_know_nobody_on_the_platform() -> None:
    """With population on, focal members apart; ties are those of the others, unchanged."""
    sections: dict[str, Any] = {"members": {"count": 3000}, "focal": {"share": 0.1}}
    whole = build_world(scenario(**sections), 2)
    made = build_world(scenario(**sections, population={"on": True, "waiting": 0.3}), 2)
    present = made.members.present
    others = ~made.members.focal
    assert present[made.members.focal].all()
    assert fits((~present & others).sum(), 0.3, int(others.sum()))
    assert not made.members.gone.any()
    a, b = whole.ties.edges()
    kept = present[a] & present[b]
    assert 0 < kept.sum() < len(kept)
    assert np.array_equal(made.ties.edges(), (a[kept], b[kept]))
    for column in ("level", "renewed", "origin"):
        expected = whole.ties.edge_values(column)[kept]
        assert np.array_equal(made.ties.edge_values(column), expected)
    mutual = made.ties.mutual(a[kept], b[kept])
    assert np.array_equal(made.ties.edge_values("bridge") == 1, mutual < Ties().embedded_from)
    assert whole.members.present.all()
    for each in dataclasses.fields(Members):
        same = np.array_equal(*(getattr(m, each.name) for m in (made.members, whole.members)))
        assert same == (each.name != "present"), each.name
