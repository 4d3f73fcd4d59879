"""The engine is compiled once, all of it, and only then is it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from numba.core import event

from cli.studies import SMALL, call, small
from sim import compiled
from sim.batch import warm_up as room
from sim.batch.design import plan
from sim.batch.engine import NetworkEngine
from sim.batch.points import points_of
from sim.batch.warm_up import Half, tiny_of, warm_up
from sim.errors import WorkError
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from sim.scenario.study import Scenario
    from sim.world.load import RealInput

ARMS = "".join(f'\n[arms.{name}]\nstrategy = "{name}"\n' for name in ("dormant", "open_networker"))


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests only pretend to compile must not be noted in the real cache."""
    (tmp_path / "marks").mkdir()
    monkeypatch.setattr(compiled, "_folder", tmp_path / "marks")


def forget(tmp_path: Path) -> None:
    for mark in (tmp_path / "marks").iterdir():
        mark.unlink()


def test_what_is_known_to_be_kept_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[Scenario] = []
    monkeypatch.setattr(room, "run", lambda tiny, real: lived.append(tiny))
    scenario = load_scenario(small(tmp_path))
    for _ in range(2):
        assert warm_up(scenario, lambda: None)[0] == 0
    assert len(lived) == 1
    warm_up(load_scenario(small(tmp_path, SMALL + ARMS)), lambda: None)
    assert len(lived) == 2
    monkeypatch.setattr(compiled, "get_host_cpu_name", lambda: "another")
    warm_up(scenario, lambda: None)
    assert len(lived) == 3


def test_what_failed_is_not_taken_for_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(tiny: Scenario, real: RealInput | None) -> None:
        raise MemoryError

    scenario = load_scenario(small(tmp_path))
    with monkeypatch.context() as failing:
        failing.setattr(room, "run", fail)
        with pytest.raises(MemoryError):
            warm_up(scenario, lambda: None)
    lived: list[Scenario] = []
    monkeypatch.setattr(room, "run", lambda tiny, real: lived.append(tiny))
    warm_up(scenario, lambda: None)
    assert len(lived) == 1


def test_after_it_a_study_compiles_nothing(tmp_path: Path) -> None:
    scenario = load_scenario(small(tmp_path, SMALL + ARMS), weeks=30)
    warm_up(scenario, lambda: None)
    engine = NetworkEngine(scenario)
    with event.install_recorder("numba:compile") as heard:
        for key in plan(scenario):
            engine.simulate(key, engine.build_world(key.point, key.seed), threads=2)
    assert heard.buffer == []


def test_nothing_is_said_where_everything_is_compiled(tmp_path: Path) -> None:
    scenario = load_scenario(small(tmp_path))
    warm_up(scenario, lambda: None)
    forget(tmp_path)
    said: list[str] = []
    functions, _ = warm_up(scenario, lambda: said.append("compiling"))
    assert (functions, said) == (0, [])


class Helper:
    """Stands for another process; remembers what it is asked to do."""

    made: ClassVar[list[Helper]] = []

    def __init__(self, job: Half) -> None:
        self.job, self.steps = job, ["begun"]
        self.made.append(self)

    def submit(self, task: None) -> None:
        self.steps.append("asked")

    def stop(self) -> None:
        self.steps.append("stopped")


@pytest.fixture
def helpers(monkeypatch: pytest.MonkeyPatch) -> list[Helper]:
    Helper.made.clear()
    monkeypatch.setattr(room, "Subprocess", Helper)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return Helper.made


def compiling(tiny: Scenario, real: RealInput | None) -> None:
    """Stand for a run in which two functions are compiled."""
    for _ in range(2):
        event.start_event("numba:compile")  # type: ignore[no-untyped-call]
        event.end_event("numba:compile")  # type: ignore[no-untyped-call]


def test_another_process_compiles_the_other_half(
    tmp_path: Path, helpers: list[Helper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "run", compiling)
    said: list[str] = []
    functions, _ = warm_up(load_scenario(small(tmp_path)), lambda: said.append("compiling"))
    assert (functions, said) == (2, ["compiling"])
    assert [helper.steps for helper in helpers] == [["begun", "asked", "stopped"]]
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    forget(tmp_path)
    warm_up(load_scenario(small(tmp_path)), lambda: None)
    assert len(helpers) == 1


def test_no_other_process_is_needed_where_everything_is_compiled(
    tmp_path: Path, helpers: list[Helper]
) -> None:
    scenario = load_scenario(small(tmp_path))
    warm_up(scenario, lambda: None)
    helpers.clear()
    forget(tmp_path)
    warm_up(scenario, lambda: None)
    assert helpers == []


def test_it_compiles_alone_where_no_process_can_be_begun(
    tmp_path: Path, helpers: list[Helper], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: Half) -> Helper:
        raise WorkError("no more processes")

    monkeypatch.setattr(room, "run", compiling)
    monkeypatch.setattr(room, "Subprocess", refuse)
    assert warm_up(load_scenario(small(tmp_path)), lambda: None)[0] == 2


def test_the_other_half_begins_without_strategies_and_ends_with_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = tiny_of(load_scenario(small(tmp_path, SMALL + ARMS), search={"on": True}))
    lived: list[Scenario] = []
    monkeypatch.setattr(room, "run", lambda tiny, real: lived.append(tiny))
    Half(tiny, None)(None)
    first, then = lived
    assert {first.arms["played"].strategy, *first.background} == {"dormant"}
    assert list(then.arms) == list(reversed(tiny.arms))
    assert list(then.background) == list(reversed(tiny.background))
    assert first.mechanisms == then.mechanisms == {"search"}


@pytest.mark.slow
def test_the_first_run_says_that_it_compiles_and_the_second_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    small(tmp_path)
    words = ("run", "small.toml", "--no-report", "-j", "2")
    first = call(tmp_path, *words)
    assert first.returncode == 0, first.stderr
    said, took, *_ = first.stderr.splitlines()
    assert said == "compiling the engine (first time only, up to a minute) ..."
    assert took.startswith("compiled ")
    assert "compil" not in call(tmp_path, *words, "--fresh").stderr


def test_whatever_any_point_needs_is_compiled(tmp_path: Path) -> None:
    sweep = """
[sweep]
design = "list"
[[sweep.list]]
careers.on = true
[[sweep.list]]
response.accept = 1.0
[[sweep.list]]
arms.group_driven.message_first = false
[[sweep.list]]
arms.group_driven.looks = 3
[[sweep.list]]
arms.group_driven.joins_a_week = 3
joining.on = true
[[sweep.list]]
arms.group_driven.joins_a_week = 4
joining.on = true
"""
    scenario = load_scenario(small(tmp_path, SMALL + sweep))
    points, _ = points_of(scenario)
    tiny = tiny_of(scenario, points)
    assert tiny.mechanisms == {"careers", "joining"}
    played = [arm.parameters for arm in tiny.arms.values() if arm.strategy == "group_driven"]
    assert {"message_first": False} in played
    # One of those that join is enough.
    assert sum("joins_a_week" in parameters for parameters in played) == 1
    assert tiny_of(scenario).mechanisms == frozenset()
