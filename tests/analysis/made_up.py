"""Small studies laid out on disk as `netgrow run` lays them out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.results.layout import SCHEMA, STATUS_COLUMNS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

PRIMARY = "target_decision_makers_2"
METRICS = {
    PRIMARY: {
        "title": "target decision-makers within two steps",
        "unit": "members",
        "better": "higher",
        "meaning": "distinct decision-makers of the target field",
    },
    "hours": {"title": "hours", "unit": "hours", "better": "lower", "meaning": "hours spent"},
}

type Record = dict[str, Any]


def values(
    arm: str,
    by_seed: Mapping[int, Sequence[float]],
    *,
    metric: str = PRIMARY,
    question: str = "one",
    point: str = "base",
    cohort: str = "focal",
) -> list[Record]:
    """One metric under one arm: for each seed its values at weeks 0, 1, 2 ..."""
    return [
        _key(question, arm, point, seed)
        | {"week": week, "cohort": cohort, "metric": metric, "value": float(value)}
        for seed, course in by_seed.items()
        for week, value in enumerate(course)
    ]


def times(
    arm: str, by_seed: Mapping[int, Sequence[tuple[int, bool]]], *, question: str = "one"
) -> list[Record]:
    """Times to event under one arm: for each seed the (week, observed) of its members."""
    return [
        _key(question, arm, "base", seed)
        | {"member": member, "event": "first", "week": week, "observed": observed}
        for seed, members in by_seed.items()
        for member, (week, observed) in enumerate(members)
    ]


def lay_out(
    directory: Path,
    series: Iterable[Record],
    events: Iterable[Record] = (),
    failed: Iterable[Record] = (),
    **manifest: Any,
) -> Path:
    """Write a study's directory; `manifest` replaces what its manifest says."""
    directory.mkdir(parents=True)
    said = {
        "schema": SCHEMA,
        "netgrow": "0.1.0",
        "scenario": directory.name,
        "scenario_hash": "0" * 64,
        "baseline": "known_only",
        "primary": PRIMARY,
        "metrics": METRICS,
        "command": "netgrow run scenario.toml",
    }
    (directory / "manifest.json").write_text(json.dumps(said | manifest), encoding="utf-8")
    tables = {"series": list(series), "events": list(events)}
    for name, rows in tables.items():
        schema = TABLES[name].schema
        table = pl.DataFrame(rows, schema=schema)
        table.write_parquet(directory / f"{name}.parquet")
        if name == "series":
            last = table.filter(pl.col("week") == pl.col("week").max().over("run"))
            last.write_parquet(directory / "outcomes.parquet")
    keys = {row["run"]: row for row in tables["series"]}
    plan = [
        {name: row.get(name) for name in STATUS_COLUMNS.names()} | {"status": status}
        for status, rows in (("done", keys.values()), ("failed", failed))
        for row in rows
    ]
    pl.DataFrame(plan, schema=STATUS_COLUMNS).write_csv(directory / "runs.csv")
    return directory


def _key(question: str, arm: str, point: str, seed: int) -> Record:
    run = f"{question}/{arm}/{point}/s{seed:04d}"
    return {"run": run, "question": question, "arm": arm, "point": point, "seed": seed}
