"""What a study takes is foreseen: bytes are counted as they are declared, ties as they come."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from sim.batch import size as room
from sim.batch.design import plan
from sim.batch.estimate import PROCESS, estimate
from sim.batch.size import Size, sizes
from sim.model import NetworkGrowth
from sim.scenario.study import Scenario
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS, World, build_world
from sim.world.members import Members

WITHIN = 1.5
"""The factor that is promised for memory."""
MECHANISMS = ("search", "introductions", "premium", "joining", "wasteland", "careers", "aim")


def scenario(**sections: Any) -> Scenario:
    given: dict[str, Any] = {
        "question": "?",
        "weeks": 20,
        "seeds": 3,
        "members": {"count": 1500},
        "measure": {"every": 20, "all_every": 20},
        "arms": {
            "known": {"strategy": "known_only"},
            "groups": {"strategy": "group_driven"},
        },
    }
    return Scenario.model_validate({**given, **sections})


def bytes_of(world: World) -> int:
    columns = (getattr(world.members, field.name) for field in dataclasses.fields(Members))
    stores = (world.ties, world.acquaintances, world.history)
    arrays = [*columns, *world.groups.rows]
    return int(sum(array.nbytes for array in arrays)) + sum(store.nbytes for store in stores)


SIZES: list[dict[str, Any]] = [
    {},
    {"members": {"count": 1500, "coverage": 0.3}},
    {"members": {"count": 6000, "coverage": 0.05}},
    {"members": {"count": 1500, "acting_share": 1.0}, "acquaintances": {"median": 200.0}},
    {name: {"on": True} for name in MECHANISMS},
]


@pytest.mark.parametrize("sections", SIZES, ids=range(len(SIZES)))
def test_a_world_has_as_many_bytes_as_foreseen(sections: dict[str, Any]) -> None:
    asked = scenario(**sections)
    first, last = sizes(asked, "one", "groups")
    world = build_world(asked, 1)
    assert first.nbytes / WITHIN < bytes_of(world) < first.nbytes * WITHIN
    model = NetworkGrowth(asked, arm="groups", world=world, agents=False)
    model.run_for(asked.weeks)
    assert last.nbytes / WITHIN < bytes_of(model.world) < last.nbytes * WITHIN
    assert last.nbytes > first.nbytes


def test_who_never_acts_makes_no_ties() -> None:
    idle = scenario(arms={"idle": {"strategy": "dormant"}, "busy": {"strategy": "known_only"}})
    ends = {kind: sizes(idle, *kind) for kind in (("everyone", "idle"), ("everyone", "busy"))}
    first, last = ends["everyone", "idle"]
    assert first == last
    first, last = ends["everyone", "busy"]
    assert last.ties > first.ties
    # Under the other question most do what the background says.
    assert sizes(idle, "one", "idle") == sizes(idle, "one", "busy")
    assert first.ties < sizes(idle, "one", "busy")[1].ties < last.ties


def test_columns_are_counted_as_they_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    members = Members.blank(7)
    size = Size(7, 4.0, 3.0, 2.0, 1.0, 1.0)
    declared = sum(getattr(members, field.name).nbytes for field in dataclasses.fields(Members))
    assert size.columns == declared
    before = size.changing
    wider = {**TIE_COLUMNS, "weight": np.float64}
    monkeypatch.setattr(room, "TIE_COLUMNS", wider)
    assert size.changing - before == pytest.approx(7 * 3 * 8 * room.ROOM, abs=1)
    longer = {**HISTORY_COLUMNS, "since": np.int32}
    monkeypatch.setattr(room, "HISTORY_COLUMNS", longer)
    assert size.changing - before == pytest.approx(7 * (3 * 8 + 2 * 4) * room.ROOM, abs=2)


def test_real_input_is_counted_as_it_is() -> None:
    from sim.batch.warm_up import _tiny_input

    real = _tiny_input()
    first, _ = sizes(scenario(), "one", "groups", real)
    assert (first.members, first.acquaintances, first.memberships) == (40, 2.0, 1.0)
    assert first.groups == 2


def test_processes_take_memory_each_and_share_the_time() -> None:
    asked = scenario()
    keys = plan(asked)
    alone, two = estimate(asked, keys, 1), estimate(asked, keys, 2)
    assert alone.memory == alone.process > PROCESS
    assert two.memory == PROCESS + 2 * two.process
    assert two.seconds == pytest.approx(alone.seconds / 2)
    # More processes than runs are never begun.
    single = estimate(asked, keys[:1], 8)
    assert single.memory == PROCESS + single.process
    twice = scenario(seeds=2 * asked.seeds)
    assert estimate(twice, plan(twice), 1).seconds == pytest.approx(2 * alone.seconds)
    assert estimate(asked, [], 2).seconds == 0.0
    assert estimate(asked, keys, 1, threads=2).seconds < alone.seconds


@pytest.mark.parametrize(
    "more",
    [
        {"members": {"count": 3000}},
        {"members": {"count": 1500, "coverage": 0.5}},
        {"members": {"count": 1500, "acting_share": 0.9}},
        {"weeks": 60},
    ],
)
def test_more_of_anything_takes_more(more: dict[str, Any]) -> None:
    less, much = (estimate(each, plan(each), 1) for each in (scenario(), scenario(**more)))
    assert much.memory > less.memory
    assert much.seconds > less.seconds


def test_mechanisms_take_time() -> None:
    plain, full = scenario(), scenario(**{name: {"on": True} for name in MECHANISMS})
    assert estimate(full, plan(full), 1).seconds > estimate(plain, plan(plain), 1).seconds


def test_it_fits_where_there_is_enough_or_nobody_knows() -> None:
    found = estimate(scenario(), plan(scenario()), 1)
    assert found.fits(found.memory)
    assert not found.fits(found.memory - 1)
    assert found.fits(None)
