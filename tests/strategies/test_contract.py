"""One contract for every strategy there is: found here, of a user's own, or of another package.

Every strategy keeps it in two worlds: one where no mechanism is at work and one where all are.
"""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rules import hand

from sim.rules.acts import INMAIL, INVITE, JOIN, KINDS, SUBSCRIBE, Acts
from sim.rules.limits import MECHANISMS
from sim.strategies import create, find_strategies, parameters_of, strategy_class
from sim.world.members import CHANNELS, JOB_SEARCH
from strategies import theirs
from strategies.lives import COUNT, digest, digest_of, lived
from strategies.scenes import ACTS_OF, look, on, prices

if TYPE_CHECKING:
    from sim.model import NetworkGrowth
    from sim.rules.view import View
    from sim.strategies.base import Strategy

THEIRS = [f"{theirs.__name__}:{kind.__name__}" for kind in (theirs.Coin, theirs.Tour)]
NAMES = [*find_strategies(), *THEIRS]
ALL = (*MECHANISMS, "search", "spam", "tiredness", "aim", "careers", "population")
WELCOMING = tuple(name for name in ALL if name != "spam")
"""All but what forbids restricted members to write, which no strategy foresees (8.8)."""
PASSIVE = JOB_SEARCH.index("passive")


def other_values(name: str) -> dict[str, Any]:
    """Return for every parameter a value that is not its default, well inside its range."""
    return {p["key"]: _other(p["default"], p) for p in parameters_of(strategy_class(name))}


def _other(default: Any, declared: dict[str, Any]) -> Any:
    if isinstance(default, bool):
        return not default
    if isinstance(default, int):
        return default + 1 if default < declared["le"] else default - 1
    if isinstance(default, float):
        return default / 2 if default > declared["ge"] else (default + declared["le"]) / 2
    pytest.fail(f"parameter {declared['key']} is of a type that this suite cannot vary")


def cases() -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{kind}")
        for name in NAMES
        for kind, values in (("defaults", {}), ("others", other_values(name)))
        if kind == "defaults" or values
    ]


CASES = pytest.mark.parametrize(("name", "values"), cases())
WORLDS = pytest.mark.parametrize("mechanisms", [(), ALL], ids=["all off", "all on"])


@cache
def _grown(mechanisms: tuple[str, ...]) -> NetworkGrowth:
    model = lived("group_driven", {"focus": False}, weeks=6, mechanisms=mechanisms)
    model.world.week = 7
    members = model.world.members
    members.restricted_until[::7] = 100
    if "premium" in mechanisms:
        members.credits[::3, 9] = 2
        members.subscribed_until[::4] = 9
    return model


@pytest.fixture(params=[(), ALL], ids=["all off", "all on"])
def grown(request: pytest.FixtureRequest) -> NetworkGrowth:
    """Return a world with some history, which tests must leave as it is."""
    return _grown(request.param)


def view_of(model: NetworkGrowth, chosen: Any = slice(None)) -> View:
    """Return what those of the members present who are chosen see."""
    present = np.flatnonzero(model.world.members.present)
    return look(model.world, model.parameters, present[chosen])


def plan(strategy: Strategy, view: View) -> Acts:
    return strategy.act(view, view.draws)


def count(acts: Acts, view: View, kind: int) -> Any:
    """Return how many acts of a kind each of the cohort plans, int64[C]."""
    return np.bincount(acts.actor[acts.kind == kind], minlength=COUNT)[view.members]


def same(one: Acts, other: Acts) -> bool:
    names = [column.name for column in dataclasses.fields(Acts)]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@CASES
def test_it_plans_the_same_again(name: str, values: dict[str, Any], grown: NetworkGrowth) -> None:
    first, again = (plan(create(name, values), view_of(grown)) for _ in range(2))
    assert same(first, again)
    assert len(first) > 0 or name == "dormant"


@CASES
def test_a_member_plans_alike_in_any_cohort(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    strategy, view = create(name, values), view_of(grown)
    together = plan(strategy, view).by_actor()
    for row in (0, 7, 83, len(view) - 1):
        alone = plan(strategy, view.of(row))
        assert same(together.take(together.actor == view.members[row]), alone)
    halves = [plan(strategy, view.part(view.members % 2 == half)) for half in (0, 1)]
    assert same(together, Acts.join(*halves).by_actor())


@CASES
def test_it_leaves_the_world_as_it_is(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    before = digest(grown.world)
    plan(create(name, values), view_of(grown))
    assert digest(grown.world) == before


@CASES
def test_it_plans_nothing_for_nobody(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    acts = plan(create(name, values), view_of(grown, []))
    assert len(acts) == 0


@CASES
@pytest.mark.parametrize("mechanisms", [(), ALL], ids=["all off", "all on"])
@pytest.mark.parametrize(("members", "minutes"), [(1, 600), (3, 600), (3, 0)])
def test_it_can_do_nothing_without_others_or_time(
    name: str, values: dict[str, Any], mechanisms: tuple[str, ...], members: int, minutes: int
) -> None:
    """Who is alone, or knows nobody and is in no group, or has no time: strangers are all it finds.

    Premium accounts cost no time.
    """
    world = hand.world(members, time=minutes)
    view = look(world, hand.scenario(**on(*mechanisms)))
    acts = plan(create(name, values), view)
    assert (np.bincount(acts.actor, prices(acts, view), members) <= minutes).all()
    free = acts.kind == SUBSCRIBE
    if members == 1 or minutes == 0:
        assert free.all()
    assert ((acts.kind == INVITE) | (acts.kind == INMAIL) | free).all()


@CASES
def test_it_acts_for_its_cohort_and_towards_members_present(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    view = view_of(grown, slice(3, None, 4))
    acts = plan(create(name, values), view)
    assert set(acts.actor) <= set(view.members)
    assert acts.are_of(view.members)
    assert grown.world.members.present[acts.target[acts.target >= 0]].all()


@CASES
def test_it_plans_within_its_time_and_quotas(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    view = view_of(grown)
    acts = plan(create(name, values), view)
    spent = np.bincount(acts.actor, prices(acts, view), COUNT)[view.members]
    assert (spent <= view.minutes).all()
    assert (count(acts, view, INVITE) <= view.invitations_left).all()
    assert (count(acts, view, INMAIL) <= view.credits).all()
    assert (count(acts, view, SUBSCRIBE) <= view.renewable).all()
    own = np.array([len(view.groups(row)) for row in range(len(view))])
    assert (count(acts, view, JOIN) <= np.maximum(view.cost.groups_most - own, 0)).all()


@CASES
def test_it_plans_acts_of_mechanisms_at_work_alone(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    acts = plan(create(name, values), view_of(grown))
    kinds = {KINDS[kind] for kind in acts.kind}
    at_work = {mechanism for mechanism in ACTS_OF if mechanism in grown.parameters.mechanisms}
    allowed = at_work & set(strategy_class(name).mechanisms)
    assert kinds <= {"invite", "message", "upkeep"}.union(*(ACTS_OF[each] for each in allowed))


@CASES
def test_restricted_members_invite_acquaintances_alone(
    name: str, values: dict[str, Any], grown: NetworkGrowth
) -> None:
    view = view_of(grown)
    restricted = set(view.members[view.restricted])
    assert len(restricted) > 10
    acts = plan(create(name, values), view)
    theirs = acts.take(np.isin(acts.actor, list(restricted)))
    invited = theirs.take(theirs.kind == INVITE)
    assert grown.world.acquaintances.contains(invited.actor, invited.target).all()
    assert (theirs.kind != INMAIL).all()


@CASES
@pytest.mark.parametrize("mechanisms", [(), WELCOMING], ids=["all off", "all on but spam"])
def test_it_asks_for_nothing_twice_and_is_hardly_refused(
    name: str, values: dict[str, Any], mechanisms: tuple[str, ...]
) -> None:
    """What the platform refuses a well-behaved strategy is at most what it could not foresee."""
    model = lived(name, values, switch="everyone", mechanisms=mechanisms)
    members = model.world.members
    acts = members.refused + members.messages_sent + members.sent + members.inmails[:, 0]
    assert members.refused.sum() <= 0.02 * acts.sum()


@CASES
@WORLDS
def test_its_traits_are_true(
    name: str, values: dict[str, Any], mechanisms: tuple[str, ...]
) -> None:
    kind = strategy_class(name)
    members = lived(name, values, switch="everyone", mechanisms=mechanisms).world.members
    sent = dict(zip(CHANNELS, members.invitations[:, :, 0].sum(axis=0).tolist(), strict=True))
    used = {channel for channel, number in sent.items() if number}
    assert used <= set(kind.channels) <= set(CHANNELS)
    assert kind.writes or members.messages_sent.sum() == 0


@pytest.mark.parametrize("name", [name for name in NAMES if name not in THEIRS])
def test_its_declared_traits_are_all_used(name: str) -> None:
    """A trait that promises more than is ever done would be no use either."""
    kind, used, kinds = strategy_class(name), set(), set()
    for values in ({}, other_values(name)):
        for mechanisms in ((), WELCOMING):
            members = lived(name, values, switch="everyone", mechanisms=mechanisms).world.members
            sent = members.invitations[:, :, 0].sum(axis=0)
            used |= {channel for channel, number in zip(CHANNELS, sent, strict=True) if number}
            minutes = members.minutes_spent.sum(axis=0)[: len(KINDS)]
            kinds |= {kind for kind, spent in zip(KINDS, minutes, strict=True) if spent}
    assert used == set(kind.channels)
    assert ("message" in kinds) == kind.writes
    assert {each for each in ACTS_OF if ACTS_OF[each] & kinds} == set(kind.mechanisms)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in THEIRS])
def test_what_it_works_through_is_what_it_lives_by(name: str) -> None:
    """With its defaults: acts of these mechanisms and no others; jobs matter only with careers."""
    model, kind = lived(name, {}, switch="everyone", mechanisms=WELCOMING), strategy_class(name)
    minutes = model.world.members.minutes_spent.sum(axis=0)[: len(KINDS)]
    kinds = {kind for kind, spent in zip(KINDS, minutes, strict=True) if spent}
    lives_by = {each for each in ACTS_OF if ACTS_OF[each] & kinds}
    plans = []
    for employed in (True, False):
        view = view_of(model)
        view.employed[:], view.job_search[:] = employed, PASSIVE
        plans.append(plan(create(name, {}), view))
    if not same(*plans):
        lives_by.add("careers")
    assert lives_by == set(kind.works_through)


@CASES
def test_it_pickles(name: str, values: dict[str, Any], grown: NetworkGrowth) -> None:
    strategy = create(name, values)
    twin = pickle.loads(pickle.dumps(strategy))
    assert twin == strategy
    assert same(plan(twin, view_of(grown)), plan(strategy, view_of(grown)))


@CASES
@WORLDS
def test_it_lives_the_same_with_any_threads(
    name: str, values: dict[str, Any], mechanisms: tuple[str, ...]
) -> None:
    two = lived(name, values, mechanisms=mechanisms, threads=2)
    assert digest_of(name, mechanisms, **values) == digest(two.world)


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
    """Each parameter alone, at another value, its least or its most, changes what is done."""
    usual = digest_of(name, WELCOMING)
    other = other_values(name)
    for declared in parameters_of(strategy_class(name)):
        key = declared["key"]
        values = {other[key], declared["ge"], declared["le"]} - {None}
        digests = (digest_of(name, WELCOMING, **{key: value}) for value in values)
        assert any(digest != usual for digest in digests), key
