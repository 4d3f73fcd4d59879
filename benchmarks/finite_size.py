"""How metrics and paired differences behave as the world grows, all else being equal.

    python -m benchmarks.finite_size -o results/finite-size

runs one study a size into a folder of its own (finished runs are kept: the same command goes on
after an interruption, and with more worlds adds to them), prints a table and draws two charts.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.charts import interval_chart, relative_chart
from benchmarks.pages import fill, markdown
from benchmarks.timing import ROOT
from sim.analysis import load
from sim.analysis.paired import Moments, mean_interval, welch
from sim.analysis.weekly import pair
from sim.batch import run_study
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

SCENARIO = Path(__file__).with_name("finite-size.toml")
WORLDS = {1_000: 40, 3_000: 20, 10_000: 12, 30_000: 8, 100_000: 4, 1_000_000: 3}
"""Worlds by size: fewer of the large ones, each of which holds more members to average over."""
LARGE = 50_000
"""From so many members on runs share two threads, one at a time, instead of going side by side."""
LEVEL = 0.95
MARGIN = 0.1
"""What counts as moving, as a share of the value in the largest world; the primary metric has the
scenario's own smallest difference that matters."""
SETTINGS = ("known_only", "group_driven", "difference")
HEADLINES = (
    "target_decision_makers_2", "reach_1", "reach_2", "reach_3", "target_share", "active_ties",
    "invitations_accepted", "clustering",
)  # fmt: skip
PAGE = ROOT / "docs" / "scaling.md"
CHARTS = {
    "Difference in the primary metric, by members": "scaling-difference.svg",
    "Metrics under group_driven relative to the largest world": "scaling-metrics.svg",
}


@dataclass(frozen=True)
class Estimate:
    """A mean over the worlds of one size, and how far it is from that of the largest size.

    `what` is an arm, or "difference": group_driven minus known_only, world by world. Intervals are
    None where there are fewer than two worlds.
    """

    metric: str
    what: str
    members: int
    worlds: int
    mean: float
    low: float | None
    high: float | None
    move: float
    move_low: float | None
    move_high: float | None


def run(folder: Path, worlds: Mapping[int, int]) -> None:
    """Do what of the study is not there yet."""
    for members, seeds in worlds.items():
        print(f"{members:,} members, {seeds} worlds", file=sys.stderr)
        scenario = load_scenario(SCENARIO, [f"members.count={members}"], seeds=seeds)
        jobs, threads = (1, 2) if members >= LARGE else (2, 1)
        run_study(scenario, folder / str(members), jobs=jobs, threads=threads)


def values(folder: Path, members: int) -> pl.DataFrame:
    """Return the values of the focal members at the end: metric, seed and one column an arm."""
    results = load([folder / str(members)])
    paired = pair(results.series, results.baseline)
    last = paired.filter(
        (pl.col("week") == pl.col("week").max()) & (pl.col("cohort").cast(pl.String) == "focal")
    )
    return last.select(
        pl.col("metric").cast(pl.String),
        "seed",
        pl.col("base").alias("known_only"),
        pl.col("value").alias("group_driven"),
        "difference",
    )


def estimates(folder: Path, sizes: Sequence[int]) -> Iterator[Estimate]:
    """Estimate every headline metric, by size, under either arm and as their difference."""
    tables = {members: values(folder, members) for members in sizes}
    shared = set.intersection(*(set(table["metric"]) for table in tables.values()))
    for metric in (name for name in HEADLINES if name in shared):
        for what in SETTINGS:
            samples = {
                members: Moments.of(_column(table, metric, what))
                for members, table in tables.items()
            }
            largest = samples[max(sizes)]
            for members, sample in samples.items():
                low, high = mean_interval(sample, LEVEL)
                move_low, move_high, _ = welch(sample, largest, LEVEL)
                here = members == max(sizes)
                yield Estimate(
                    metric=metric,
                    what=what,
                    members=members,
                    worlds=int(sample.count[0]),
                    mean=float(sample.mean[0]),
                    low=_number(low),
                    high=_number(high),
                    move=float(sample.mean[0] - largest.mean[0]),
                    move_low=0.0 if here else _number(move_low),
                    move_high=0.0 if here else _number(move_high),
                )


def _column(table: pl.DataFrame, metric: str, what: str) -> NDArray[np.float64]:
    return table.filter(pl.col("metric") == metric)[what].to_numpy().reshape(-1, 1)


def _number(value: NDArray[np.float64]) -> float | None:
    return None if np.isnan(value[0]) else float(value[0])


def settled(sizes: Sequence[Estimate], margin: float) -> int | None:
    """Return the size from which on the answer no longer moves by more than `margin`.

    That is the smallest one such that it and every larger one have an interval of their distance to
    the largest that lies within the margin: an equivalence test, so that too few worlds give a
    larger size, not a smaller one. None if that is the largest alone.
    """
    found = None
    for each in sorted(sizes, key=lambda estimate: -estimate.members)[1:]:
        low, high = each.move_low, each.move_high
        if low is None or high is None or low < -margin or high > margin:
            break
        found = each.members
    return found


def summary(found: Sequence[Estimate], primary: str, smallest: float) -> str:
    """Return a table: metric and arm by size, and from which size on it no longer moves."""
    sizes = sorted({each.members for each in found})
    lines = []
    for metric in dict.fromkeys(each.metric for each in found):
        for what in SETTINGS:
            rows = [each for each in found if (each.metric, each.what) == (metric, what)]
            own = metric == primary and what == "difference"
            size = settled(rows, smallest if own else MARGIN * abs(rows[-1].mean))
            means = [f"{row.mean:.3g}{_interval(row.low, row.high)}" for row in rows]
            lines.append([metric, what, *means, "" if size is None else f"{size:,}"])
    worlds = {each.members: each.worlds for each in found}
    headings = [f"{size:,} ({worlds[size]} worlds)" for size in sizes]
    return markdown(["metric", "of", *headings, "settled from"], lines, words=2)


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({low:.3g} to {high:.3g})"


def draw(found: Sequence[Estimate], primary: str, folder: Path) -> None:
    """Draw the difference in the primary metric, and all metrics relative to the largest world."""
    own = [each for each in found if (each.metric, each.what) == (primary, "difference")]
    difference, metrics = (folder / name for name in CHARTS.values())
    interval_chart(
        [each.members for each in own],
        [each.mean for each in own],
        [(each.low, each.high) for each in own],
        axis="more target decision-makers\nwithin two steps",
        path=difference,
    )
    shown = ("target_decision_makers_2", "reach_1", "reach_2", "target_share")
    lines: dict[str, tuple[list[int], list[float]]] = {}
    for metric in shown:
        rows = [each for each in found if (each.metric, each.what) == (metric, "group_driven")]
        if rows and rows[-1].mean:
            sizes = [each.members for each in rows]
            lines[metric] = sizes, [each.mean / rows[-1].mean for each in rows]
    relative_chart(lines, path=metrics)


def _worlds(text: str) -> dict[int, int]:
    """Read `1000=40,3000=20`."""
    parts = (each.split("=") for each in text.split(","))
    return {int(members): int(seeds) for members, seeds in parts}


def main() -> None:
    """Run what is missing, print the table, draw the charts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.finite_size", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("results/finite-size"))
    parser.add_argument("--worlds", type=_worlds, default=WORLDS, help="members=worlds,...")
    parser.add_argument("--page", action="store_true", help="put it all into docs/scaling.md")
    parser.add_argument("--json", type=Path, help="write the estimates here as well")
    asked = parser.parse_args()
    sizes = dict(sorted(asked.worlds.items()))
    run(asked.output, sizes)
    found = list(estimates(asked.output, list(sizes)))
    scenario = load_scenario(SCENARIO)
    text = summary(found, scenario.primary, scenario.smallest_difference or 0.0)
    print(text)
    if asked.page:
        draw(found, scenario.primary, PAGE.parent)
        charts = "\n\n".join(f"![{title}]({name})" for title, name in CHARTS.items())
        fill(PAGE, {"sizes": f"{text}\n\n{charts}"})
    if asked.json:
        rows: list[dict[str, Any]] = [asdict(each) for each in found]
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
