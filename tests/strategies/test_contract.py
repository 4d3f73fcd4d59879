"""One contract for every strategy there is: found here, of a user's own, or of another package."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim.model import NetworkGrowth
from sim.rules.acts import INVITE, MESSAGE, UPKEEP, Acts
from sim.rules.board import board_of
from sim.rules.view import View
from sim.scenario.study import Scenario
from sim.strategies import create, find_strategies, parameters_of, strategy_class
from sim.world.members import CHANNELS
from strategies import theirs

if TYPE_CHECKING:
    from sim.strategies.base import Strategy
    from sim.world.build import World

THEIRS = [f"{theirs.__name__}:{kind.__name__}" for kind in (theirs.Coin, theirs.Tour)]
NAMES = [*find_strategies(), *THEIRS]
WEEKS = 12


def other_values(name: str) -> dict[str, Any]:
    """Return for every parameter a value that is not its default, well inside its range."""
    return {p["key"]: _other(p["default"], p) for p in parameters_of(strategy_class(name))}


def _other(default: Any, declared: dict[str, Any]) -> Any:
    if isinstance(default, bool):
        return not default
    if isinstance(default, int):
        return default + 1 if default < declared["le"] else default - 1
    if isinstance(default, float):
        return (default + declared["le"]) / 2 if default < declared["le"] else default / 2
    pytest.fail(f"parameter {declared['key']} is of a type that this suite cannot vary")


def cases() -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{kind}")
        for name in NAMES
        for kind, values in (("defaults", {}), ("others", other_values(name)))
        if kind == "defaults" or values
    ]


CASES = pytest.mark.parametrize(("name", "values"), cases())


def scenario(name: str = "dormant", values: dict[str, Any] | None = None) -> Scenario:
    """Return a lively little world in which one arm plays the strategy."""
    return Scenario.model_validate(
        {
            "question": "?",
            "weeks": WEEKS,
            "members": {"count": 150, "coverage": 1.0, "fields": 3, "hours_median": 6.0},
            "focal": {"share": 0.5},
            "acquaintances": {"median": 12.0},
            "groups": {"size_median": 15.0, "size_mean": 25.0, "often": 0.3},
            "platform": {"invitations_lifetime": 40, "flags_until_restricted": 2},
            "response": {"reply": 1.0, "flag_stranger": 0.5},
            "measure": {"every": 100, "all_every": 100},
            "arms": {"it": {"strategy": name, **(values or {})}},
        }
    )


def lived(name: str, values: dict[str, Any], weeks: int = WEEKS, **options: Any) -> NetworkGrowth:
    model = NetworkGrowth(scenario(name, values), rng=5, agents=False, **options)
    model.run_for(weeks)
    return model


def digest(world: World) -> str:
    """Digest of the whole state."""
    digest = hashlib.sha256()
    for column in dataclasses.fields(world.members):
        digest.update(getattr(world.members, column.name).tobytes())
    for store in (world.ties, world.history, world.acquaintances):
        for ends in store.edges():
            digest.update(ends.tobytes())
        for column_name in ("level", "renewed", "bridge", "origin") * (store is world.ties):
            digest.update(store.edge_values(column_name).tobytes())
        for column_name in ("invited", "messaged", "met") * (store is world.history):
            digest.update(store.edge_values(column_name).tobytes())
    for array in world.groups.rows:
        digest.update(array.tobytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def grown() -> NetworkGrowth:
    """Return a world with some history, which tests must leave as it is."""
    model = lived("group_driven", {"focus": False}, weeks=6)
    model.world.week = 7
    model.world.members.restricted_until[::7] = 100
    model._limits = model._limits_now()._replace(week=7)
    return model


def view_of(model: NetworkGrowth, cohort: Any) -> View:
    world = model.world
    return View(world, board_of(world), np.asarray(cohort, np.int32), model._limits)


def plan(strategy: Strategy, view: View) -> Acts:
    return strategy.act(view, view.draws)


def same(one: Acts, other: Acts) -> bool:
    names = [column.name for column in dataclasses.fields(Acts)]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@CASES
def test_it_plans_the_same_again(name: str, values: dict[str, Any], grown: NetworkGrowth) -> None:
    everyone = np.arange(150)
    first, again = (plan(create(name, values), view_of(grown, everyone)) for _ in range(2))
    assert same(first, again)
    assert len(first) > 0 or name == "dormant"


@CASES
def test_a_member_plans_alike_in_any_cohort(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    strategy = create(name, values)
    together = plan(strategy, view_of(grown, np.arange(150))).by_actor()
    for member in (0, 7, 83, 149):
        alone = plan(strategy, view_of(grown, [member]))
        assert same(together.take(together.actor == member), alone)


@CASES
def test_it_leaves_the_world_as_it_is(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    before = digest(grown.world)
    plan(create(name, values), view_of(grown, np.arange(150)))
    assert digest(grown.world) == before


@CASES
def test_it_plans_nothing_for_nobody(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    acts = plan(create(name, values), view_of(grown, []))
    assert len(acts) == 0


@CASES
def test_it_acts_for_its_cohort_alone(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    cohort = np.arange(3, 150, 4)
    acts = plan(create(name, values), view_of(grown, cohort))
    assert set(acts.actor) <= set(cohort)
    assert acts.are_of(cohort.astype(np.int32))


@CASES
def test_it_plans_within_its_hours_and_quota(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    view = view_of(grown, np.arange(150))
    acts = plan(create(name, values), view)
    prices = np.select(
        [acts.kind == MESSAGE, acts.kind == UPKEEP, acts.note],
        [view.cost.message, view.cost.upkeep, view.cost.invite_with_note],
        view.cost.invite,
    )
    assert (np.bincount(acts.actor, prices, 150) <= view.minutes).all()
    invitations = np.bincount(acts.actor[acts.kind == INVITE], minlength=150)
    assert (invitations <= view.invitations_left).all()


@CASES
def test_restricted_members_invite_acquaintances_alone(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    view = view_of(grown, np.arange(150))
    acts = plan(create(name, values), view)
    invited = acts.take((acts.kind == INVITE) & view.restricted[acts.actor])
    assert view.restricted.sum() == 22
    assert grown.world.acquaintances.contains(invited.actor, invited.target).all()


@CASES
def test_it_asks_for_nothing_twice_and_is_hardly_refused(name: str, values: dict[str, Any]) -> None:
    """What the platform refuses a well-behaved strategy is at most what it could not foresee."""
    model = lived(name, values, switch="everyone")
    members = model.world.members
    acts = members.refused + members.messages_sent + members.sent
    assert members.refused.sum() <= 0.02 * acts.sum()


@CASES
def test_its_traits_are_true(name: str, values: dict[str, Any]) -> None:
    kind = strategy_class(name)
    members = lived(name, values, switch="everyone").world.members
    sent = dict(zip(CHANNELS, members.invitations[:, :, 0].sum(axis=0).tolist(), strict=True))
    used = {channel for channel, number in sent.items() if number}
    assert used <= set(kind.channels) <= set(CHANNELS)
    assert kind.writes or members.messages_sent.sum() == 0


@pytest.mark.parametrize("name", NAMES)
def test_its_declared_channels_are_all_used(name: str) -> None:
    """A trait that promises more than is ever done would be no use either."""
    kind, used, wrote = strategy_class(name), set(), 0
    for values in ({}, other_values(name)):
        members = lived(name, values, switch="everyone").world.members
        sent = members.invitations[:, :, 0].sum(axis=0)
        used |= {channel for channel, number in zip(CHANNELS, sent, strict=True) if number}
        wrote += int(members.messages_sent.sum())
    if name not in THEIRS:
        assert used == set(kind.channels)
        assert bool(wrote) == kind.writes


@CASES
def test_it_pickles(name: str, values: dict[str, Any], grown: NetworkGrowth) -> None:
    strategy = create(name, values)
    twin = pickle.loads(pickle.dumps(strategy))
    assert twin == strategy
    everyone = np.arange(150)
    assert same(plan(twin, view_of(grown, everyone)), plan(strategy, view_of(grown, everyone)))


@CASES
def test_it_lives_the_same_with_any_threads(name: str, values: dict[str, Any]) -> None:
    one, two = (lived(name, values, threads=threads) for threads in (1, 2))
    assert digest(one.world) == digest(two.world)


@pytest.mark.parametrize("name", NAMES)
def test_it_cannot_be_changed(name: str) -> None:
    strategy = create(name, {})
    for field in dataclasses.fields(strategy):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(strategy, field.name, 1)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_documented(name: str) -> None:
    kind = strategy_class(name)
    assert kind.summary
    assert "\n" not in kind.summary
    assert kind.source
    assert inspect.getdoc(kind)
    for declared in parameters_of(kind):
        assert declared["meaning"], declared["key"]
        assert declared["source"], declared["key"]
        if declared["type"] in ("int", "float"):
            assert declared["ge"] <= declared["default"] <= declared["le"], declared["key"]


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_makes_a_difference(name: str) -> None:
    """Each parameter alone, at another value or at its least, changes what is done."""
    usual = digest(lived(name, {}).world)
    other = other_values(name)
    for declared in parameters_of(strategy_class(name)):
        key = declared["key"]
        values = [other[key]] + [declared["ge"]] * (declared["ge"] is not None)
        assert {digest(lived(name, {key: value}).world) for value in values} != {usual}, key
