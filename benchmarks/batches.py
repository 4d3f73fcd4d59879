"""Many small runs side by side."""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.rows import Row
from benchmarks.timing import ROOT, command_seconds
from benchmarks.worlds import warm
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

JOBS = 2
MEMBERS, WEEKS = 500, 52
SCENARIO = ROOT / "scenarios" / "known-vs-groups.toml"


def batches(full: bool) -> Iterator[Row]:
    """The command from start to end, against what its runs would take without anything else."""
    # Two arms, alone and everyone: four runs a world.
    worlds = 250 if full else 15
    warm(load_scenario(SCENARIO))
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        command = f"run {SCENARIO} --arm group_driven --set members.count={MEMBERS} --quiet"
        command += f" --weeks {WEEKS} -n {worlds} -j {JOBS} -o {results} --no-report"
        spent = command_seconds([sys.executable, "-m", "sim.cli", *command.split()])
        with (results / "runs.csv").open(encoding="utf-8") as table:
            runs = [float(row["seconds"]) for row in csv.DictReader(table)]
    yield Row(
        "batches",
        f"{len(runs):,} runs of {MEMBERS} members, {WEEKS} weeks, -j {JOBS}",
        100 * sum(runs) / JOBS / spent,
        "%",
        at_least=90,
        rival="runs alone",
        smaller=not full,
        details={"runs": len(runs), "seconds": spent, "seconds_in_runs": sum(runs)},
    )
