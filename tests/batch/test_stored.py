"""Bytes on the disk are foreseen from rows that are counted."""

from __future__ import annotations

from typing import Any

import pytest

from sim.batch.design import plan
from sim.batch.estimate import estimate
from sim.batch.prepare import prepare
from sim.batch.run import Runner
from sim.batch.stored import run_bytes, series_rows
from sim.results import BASE, RunKey
from sim.scenario import Scenario

WITHIN = 1.25
GIVEN: dict[str, Any] = {
    "question": "?",
    "weeks": 10,
    "seeds": 2,
    "members": {"count": 300},
    "arms": {"a": {"strategy": "group_driven"}, "b": {"strategy": "known_only"}},
}


@pytest.mark.parametrize(
    "sections",
    [
        {},
        {"measure": {"every": 3, "all_every": 4}},
        {"measure": {"every": 4, "all_every": 3}, "focal": {"share": 0.5}},
        {"measure": {"every": 5, "all_every": 5}, "careers": {"on": True}, "search": {"on": True}},
    ],
    ids=range(4),
)
def test_a_run_has_as_many_rows_and_bytes_as_foreseen(sections: dict[str, Any]) -> None:
    asked = Scenario.model_validate({**GIVEN, **sections})
    study = prepare(asked, None)
    key = RunKey("one", "a", BASE, 1)
    tables = study.engine.simulate(key, study.engine.build_world(BASE, 1), 1)
    assert len(tables.series["value"]) == series_rows(asked, asked.mechanisms)
    content = Runner(study.engine, study.settings)(key).content
    assert content is not None
    foreseen = run_bytes(asked, asked.mechanisms, asked.members.count)
    assert foreseen / WITHIN < len(content) < foreseen * WITHIN


def swept(**vary: Any) -> tuple[Scenario, Any]:
    sweep = {"design": "grid", "vary": {key: {"values": values} for key, values in vary.items()}}
    asked = Scenario.model_validate({**GIVEN, "sweep": sweep})
    return asked, prepare(asked, None).points


def test_points_of_one_size_take_what_the_base_takes_each() -> None:
    asked, points = swept(**{"response.accept": (-1.0, 0.0, 1.0)})
    whole = estimate(asked, plan(asked, points), 1, points=points)
    alone = estimate(asked, plan(asked), 1)
    assert whole.seconds == pytest.approx(4 * alone.seconds)
    assert whole.stored == 4 * alone.stored
    assert whole.memory == alone.memory


def test_points_of_other_sizes_take_what_they_take_alone() -> None:
    asked, points = swept(**{"members.count": (200, 900)})
    whole = estimate(asked, plan(asked, points), 1, points=points)
    alone = [
        estimate(one, plan(one), 1)
        for count in (300, 200, 900)
        if (
            one := asked.model_copy(
                update={"members": asked.members.model_copy(update={"count": count})}
            )
        )
    ]
    assert whole.seconds == pytest.approx(sum(each.seconds for each in alone))
    assert whole.stored == sum(each.stored for each in alone)
    assert whole.memory == max(each.memory for each in alone)
