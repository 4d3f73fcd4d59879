"""Strategies are found by looking; what cannot be one is told in one line."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import pytest

from sim import strategies as house
from sim.errors import UsageError
from sim.model import NetworkGrowth
from sim.rules.limits import MECHANISMS
from sim.strategies import StrategyProblem, create, find_strategies, problems, strategy_class
from sim.world.members import ACTIVITIES
from strategies import theirs
from strategies.lives import digest, lived, scenario

MODULE = theirs.__name__
BUILT_IN = [
    "broadcaster",
    "dormant",
    "group_driven",
    "hybrid",
    "inmail_buyer",
    "introductions_first",
    "known_only",
    "nurturer",
    "open_networker",
    "passive_groups",
    "recommended",
    "switch_at_job_loss",
    "target_focused",
]


def with_entry_points(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    points = [metadata.EntryPoint(n, v, house.ENTRY_POINTS) for n, v in values.items()]
    installed = metadata.entry_points

    # Others look for theirs meanwhile: numba does when it first compiles.
    def entry_points(**wanted: Any) -> Any:
        return points if wanted.get("group") == house.ENTRY_POINTS else installed(**wanted)

    monkeypatch.setattr(metadata, "entry_points", entry_points)


def test_those_of_this_package() -> None:
    assert list(find_strategies()) == BUILT_IN


def test_one_of_a_users_own_module() -> None:
    assert strategy_class(f"{MODULE}:Coin") is theirs.Coin
    assert create(f"{MODULE}:Coin", {"chance": 1}) == theirs.Coin(1.0)


def test_one_of_another_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with_entry_points(monkeypatch, coin=f"{MODULE}:Coin", known_only=f"{MODULE}:Coin")
    assert list(find_strategies()) == sorted(["coin", *BUILT_IN])
    assert create("coin", {}) == theirs.Coin()
    assert strategy_class("known_only") is not theirs.Coin
    as_module = lived(f"{MODULE}:Coin", {}).world
    assert digest(lived("coin", {}).world) == digest(as_module)


@pytest.mark.parametrize("value", ["no_such_module:Coin", f"{MODULE}:Nobody", f"{MODULE}:INVITE"])
def test_a_broken_package_is_named_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with_entry_points(monkeypatch, broken=value)
    assert strategy_class("dormant").__name__ == "Dormant"
    with pytest.raises(StrategyProblem, match="entry point 'broken'"):
        find_strategies()


@pytest.mark.parametrize(
    "name",
    ["nobody", "no_such_module:Coin", f"{MODULE}:Nobody", f"{MODULE}:NotAStrategy", ":", "a:",
     f"{MODULE}:pickle", "base", "per_member", ""],
)  # fmt: skip
def test_what_is_none(name: str) -> None:
    (problem,) = problems(name, {})
    assert "\n" not in str(problem)
    assert problem.key is None
    with pytest.raises(StrategyProblem):
        create(name, {})


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(StrategyProblem, match="did you mean 'known_only'"):
        strategy_class("known-only")


def test_all_that_is_wrong_with_parameters_is_told_at_once() -> None:
    given = {"lokos": 3, "focus": 1, "ask_again_after": 0, "upkeep_share": "a", "looks": 2.0}
    found = {problem.key: problem for problem in problems("open_networker", given)}
    assert set(found) == set(given)
    assert found["lokos"].suggestion == "looks"
    assert found["ask_again_after"].allowed == "whole number from 1 to 5000"
    assert problems("open_networker", {"focus": False, "upkeep_share": 1}) == []


@pytest.mark.parametrize("value", [float("nan"), -0.01, 1.01, True, None])
def test_values_out_of_range(value: Any) -> None:
    assert [problem.key for problem in problems("known_only", {"upkeep_share": value})]


def test_a_parameter_without_a_default_must_be_given() -> None:
    name = f"{MODULE}:Demanding"
    (problem,) = problems(name, {})
    assert problem.key == "number"
    with pytest.raises(StrategyProblem, match="an even number"):
        create(name, {"number": 3})
    assert create(name, {"number": 4}) == theirs.Demanding(4)


def test_what_a_strategy_refuses_itself_is_one_of_its_problems() -> None:
    (problem,) = problems(f"{MODULE}:Demanding", {"number": 3})
    assert (problem.key, problem.given) == (None, "{'number': 3}")
    assert problems(f"{MODULE}:Demanding", {"number": 4}) == []


def test_a_reckless_strategy_is_held_to_hours_and_limits() -> None:
    model = lived(f"{MODULE}:Reckless", {}, switch="everyone", mechanisms=MECHANISMS)
    members, platform = model.world.members, model.parameters.platform
    assert (members.minutes_spent.sum(axis=1) <= members.minutes * 12).all()
    assert members.sent.max() == platform.invitations_lifetime
    assert members.refused.sum() > members.sent.sum()
    done = dict(zip(ACTIVITIES, members.minutes_spent.sum(axis=0).tolist(), strict=True))
    assert {name for name, minutes in done.items() if not minutes} == {"subscribe", "keep_up"}
    assert (members.money > 0).any()


def test_a_strategy_acts_for_its_cohort_alone() -> None:
    model = NetworkGrowth(scenario(f"{MODULE}:Impostor"), rng=1, agents=False)
    with pytest.raises(UsageError, match="cohort"):
        model.step()


def test_a_vandal_changes_nothing() -> None:
    vandal = lived(f"{MODULE}:Vandal", {}, switch="everyone")
    assert digest(vandal.world) == digest(lived("dormant", {}, switch="everyone").world)


def test_a_burglar_opens_no_mechanism() -> None:
    members = lived(f"{MODULE}:Burglar", {}, switch="everyone").world.members
    done = dict(zip(ACTIVITIES, members.minutes_spent.sum(axis=0).tolist(), strict=True))
    assert {name for name, minutes in done.items() if minutes} == {"invite", "message", "upkeep"}
    assert (members.money == 0).all()
