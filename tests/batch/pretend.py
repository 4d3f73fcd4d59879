"""A study whose simulation is a formula, so that a batch can be tested without the engine."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import tomli_w

from sim.batch.design import Study
from sim.results import BASE
from sim.results.layout import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.results import RunKey

COHORTS = ("focal", "all")
METRICS = ("reach_2", "hours", "active_ties")


@dataclass
class PretendWorld:
    """A world that is one list of numbers; living in it changes it."""

    state: list[float]

    def copy(self) -> PretendWorld:
        return PretendWorld(list(self.state))


@dataclass(frozen=True)
class PretendTables:
    series: Mapping[str, Any]
    events: Mapping[str, Any]
    ego_nodes: Mapping[str, Any]
    ego_ties: Mapping[str, Any]


@dataclass(frozen=True)
class PretendEngine:
    """Computes fixed numbers; fails, dies or is slow where told to.

    Parameters
    ----------
    weeks
        Weeks of each run.
    fails
        Seeds of which every run raises.
    diary
        Directory in which it leaves a file for each world built and for each death.
    dies
        Deaths by signal 9 before a run of arm "b" under "one" succeeds, by seed.
    seconds
        How long a run takes.
    eats
        Seeds of which every run asks for more memory than there is.
    """

    weeks: int
    fails: tuple[int, ...] = ()
    diary: Path | None = None
    dies: Mapping[int, int] = field(default_factory=dict)
    seconds: float = 0.0
    eats: tuple[int, ...] = ()

    def build_world(self, point: str, seed: int) -> PretendWorld:
        if self.diary is not None:
            (self.diary / f"world-{point}-{seed}-{time.monotonic_ns()}").touch()
        return PretendWorld([float(seed)])

    def simulate(self, key: RunKey, world: PretendWorld, threads: int) -> PretendTables:
        question, arm, seed = key.question, key.arm, key.seed
        time.sleep(self.seconds)
        if seed in self.eats:
            np.ones(10**15)
        if seed in self.fails:
            raise RuntimeError(f"seed {seed} is unlucky,\nas told")
        if (question, arm) == ("one", "b"):
            self._die(seed)
        if len(world.state) != 1:
            raise AssertionError("this world was lived in before")
        world.state.append(1.0)
        # Rows in no particular order, as a simulation may give them.
        rows = [
            (week, cohort, metric, (seed + 1) * week / 7 + len(arm + question + metric + cohort))
            for metric in METRICS
            for cohort in COHORTS
            for week in reversed(range(self.weeks + 1))
        ]
        weeks, cohorts, metrics, values = zip(*rows, strict=True)
        members = np.arange(20)[::-1]
        return PretendTables(
            series={"week": weeks, "cohort": cohorts, "metric": metrics, "value": values},
            events={
                "member": members,
                "event": ["first_target_decision_maker"] * len(members),
                "week": (members * 13 + seed) % self.weeks,
                "observed": members % 2 == 0,
            },
            ego_nodes={},
            ego_ties={
                "ego": [1, 1],
                "source": [1, 1],
                "target": [3, 2],
                "origin": ["group", "stranger"],
                "born": [4, 0],
                "active": [True, False],
            },
        )

    def _die(self, seed: int) -> None:
        deaths = self.dies.get(seed, 0)
        if not deaths:
            return
        assert self.diary is not None
        marks = len(list(self.diary.glob(f"death-{seed}-*")))
        if marks < deaths:
            (self.diary / f"death-{seed}-{marks}").touch()
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class PretendDesign:
    """The scenario of a pretended study."""

    seeds: int = 3
    seed: int = 1
    weeks: int = 12
    arms: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: {"a": {"strategy": "known_only"}, "b": {"strategy": "dormant"}}
    )
    switch: Sequence[str] = ("one", "everyone")
    name: str = "pretended"
    question: str = "Does a batch keep what it computes?"
    claims: Sequence[str] = ("S1",)
    primary: str = "reach_2"
    smallest_difference: float | None = None
    reference: str = "a"


def study(
    design: PretendDesign | None = None,
    data: Mapping[str, str] | None = None,
    points: Mapping[str, Mapping[str, Any]] | None = None,
    **traits: Any,
) -> Study:
    """A study of `design` with an engine of these traits."""
    design = design or PretendDesign()
    points = {BASE: {}, **(points or {})}
    content = {
        "seeds": design.seeds,
        "seed": design.seed,
        "weeks": design.weeks,
        "switch": list(design.switch),
        "arms": {arm: dict(spec) for arm, spec in design.arms.items()},
    }
    return Study(
        design=design,
        engine=PretendEngine(weeks=design.weeks, **traits),
        scenario=tomli_w.dumps(content),
        digest=f"weeks={design.weeks}",
        points=points,
        digests={
            point: {arm: f"{design.weeks} {values} {spec}" for arm, spec in design.arms.items()}
            for point, values in points.items()
        },
        data=data or {},
        metrics={"reach_2": {"title": "Reach", "unit": "members", "better": "higher"}},
    )


def tables_of(directory: Path) -> dict[str, bytes]:
    """The bytes of everything that must not depend on how a study went."""
    names = [f"{name}.parquet" for name in TABLES]
    return {name: (directory / name).read_bytes() for name in names}
