"""The plan of a study names every run once, and in a form that a file can bear."""

from __future__ import annotations

import pytest

from batch.pretend import PretendDesign
from sim.batch.design import plan
from sim.batch.schedule import Schedule


def test_every_combination_is_run_once() -> None:
    design = PretendDesign(seeds=3, seed=7, arms={"known_only": {}, "group-driven": {}})
    runs = [key.id for key in plan(design)]
    assert runs[:2] == ["one/known_only/base/s0007", "one/group-driven/base/s0007"]
    assert len(set(runs)) == len(runs) == 2 * 2 * 3
    assert {key.seed for key in plan(design)} == {7, 8, 9}
    files = {key.file("0123456789abcdef") for key in plan(design)}
    assert files == {run.replace("/", ".") + ".0123456789ab.zip" for run in runs}


def test_one_question_and_one_arm_is_one_run_a_seed() -> None:
    assert len(plan(PretendDesign(seeds=5, switch=("one",), arms={"a": {}}))) == 5


def test_a_seed_of_many_digits_keeps_them() -> None:
    assert plan(PretendDesign(seed=2**62, seeds=1))[0].id == "one/a/base/s4611686018427387904"


def test_an_arm_that_could_leave_the_directory_is_refused() -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        plan(PretendDesign(arms={"../../etc": {}}))


def test_a_worker_keeps_its_world_and_shares_only_at_the_end() -> None:
    schedule = Schedule(plan(PretendDesign(seeds=3)))
    first, second = [], []
    while schedule:
        first.append(schedule.take(1).seed)
        if schedule:
            second.append(schedule.take(2).seed)
    assert first == [1, 1, 1, 1, 3, 3]
    assert second == [2, 2, 2, 2, 3, 3]


def test_a_run_given_back_is_the_next_one() -> None:
    schedule = Schedule(plan(PretendDesign(seeds=2, arms={"a": {}}, switch=("one",))))
    lost = schedule.take(1)
    schedule.release(1)
    schedule.give_back(lost)
    taken = [schedule.take(2), schedule.take(2)]
    assert lost in taken
    assert len({key.id for key in taken}) == 2
    assert not schedule
