"""The engine is compiled once, all of it, and only then is it said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from numba.core import event

from cli.studies import SMALL, call, small
from sim.batch.engine import NetworkEngine
from sim.batch.warm_up import warm_up
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path

ARMS = "".join(f'\n[arms.{name}]\nstrategy = "{name}"\n' for name in ("dormant", "open_networker"))


def test_after_it_a_study_compiles_nothing(tmp_path: Path) -> None:
    scenario = load_scenario(small(tmp_path, SMALL + ARMS), weeks=30)
    warm_up(scenario, lambda: None)
    engine = NetworkEngine(scenario)
    with event.install_recorder("numba:compile") as compiled:
        for seed in (1, 2):
            world = engine.build_world(seed)
            for question in scenario.switch:
                for arm in scenario.arms:
                    engine.simulate(question, arm, seed, world.copy(), threads=2)
    assert compiled.buffer == []


def test_nothing_is_said_where_everything_is_compiled(tmp_path: Path) -> None:
    scenario = load_scenario(small(tmp_path))
    warm_up(scenario, lambda: None)
    said: list[str] = []
    functions, _ = warm_up(scenario, lambda: said.append("compiling"))
    assert (functions, said) == (0, [])


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
