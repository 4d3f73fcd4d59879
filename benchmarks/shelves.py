"""Output at size: a study of many runs, looked at and compared."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.rows import Row
from benchmarks.timing import ROOT, child, seconds
from sim.batch.prepare import prepare
from sim.batch.study import conduct
from sim.results import RunKey
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.batch.design import Study
    from sim.batch.run import Tables

SCENARIO = ROOT / "scenarios" / "what-decides.toml"
GIB = 2**30
MOST_SECONDS, MOST_GIB = 20, 2


@dataclasses.dataclass(frozen=True)
class Nowhere:
    """A world of which nothing is asked."""

    def copy(self) -> Nowhere:
        """Return it."""
        return self


@dataclasses.dataclass(frozen=True)
class Moved:
    """Tables of a run that was not lived."""

    series: Mapping[str, Any]
    events: Mapping[str, Any]
    ego_nodes: Mapping[str, Any]
    ego_ties: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Repeated:
    """Gives the tables of a true run again and again, with values moved a little by the key.

    What is measured is the keeping and reading of many runs, not the runs.
    """

    once: Tables

    def build_world(self, point: str, seed: int) -> Nowhere:  # noqa: ARG002
        """Build nothing."""
        return Nowhere()

    def simulate(self, key: RunKey, world: Nowhere, threads: int) -> Tables:  # noqa: ARG002
        """Move every value by up to a tenth."""
        turn = sum(map(ord, key.id)) * 0.618034 % 1.0
        place = np.arange(len(self.once.series["value"]))
        moved = np.asarray(self.once.series["value"]) * (1.0 + 0.1 * np.sin(place * turn))
        return Moved(
            {**self.once.series, "value": moved},
            self.once.events,
            self.once.ego_nodes,
            self.once.ego_ties,
        )


def study_of(runs: int) -> Study:
    """Return a sweep of so many runs: two arms, five worlds, the rest points."""
    changes = ["sweep.design=latin-hypercube", f"sweep.points={max(1, runs // 10 - 1)}", "weeks=12"]
    study = prepare(load_scenario(SCENARIO, changes, seeds=5), None)
    key = RunKey("one", "group_driven", "base", 1)
    once = study.engine.simulate(key, study.engine.build_world("base", 1), 2)
    return dataclasses.replace(study, engine=Repeated(once))


def looking(*words: str) -> dict[str, Any]:
    """Run a netgrow command in this process; tell how long it took, the start of Python aside."""
    from click.testing import CliRunner

    from sim.cli import main

    told: list[Any] = []
    spent = seconds(lambda: told.append(CliRunner().invoke(main, words)))
    if told[0].exit_code:
        sys.exit(f"{words}: {told[0].output}")
    return {"seconds": spent, "lines": told[0].stdout.count("\n")}


def shelves(full: bool) -> Iterator[Row]:
    """Status, listing and comparison of a study of 100,000 runs, each in a process of its own."""
    runs = 100_000 if full else 500
    with tempfile.TemporaryDirectory() as folder:
        results = str(Path(folder) / "results")
        study = study_of(runs)
        kept = seconds(lambda: conduct(study, Path(results), jobs=2))
        files = [path.stat().st_size for path in Path(results).rglob("*") if path.is_file()]
        for words in (
            ("status", results),
            ("status", results, "--format", "csv"),
            ("compare", results),
            ("compare", results, "--metric", "hours", "--format", "csv"),
        ):
            found = child("shelves.looking", *words)
            what = f"netgrow {' '.join(words).replace(f' {results}', '')}, {runs:,} runs"
            gib = found["peak_bytes"] / GIB
            details = {**found, "files": len(files), "bytes": sum(files), "kept": kept}
            yield Row(
                "shelves", what, found["seconds"], "s", at_most=MOST_SECONDS,
                smaller=not full, details=details,
            )  # fmt: skip
            yield Row(
                "shelves", f"memory of it, {len(files):,} files", gib, "GiB", at_most=MOST_GIB,
                smaller=not full, details=details,
            )  # fmt: skip
