"""Made-up results of a study, laid out on disk as a real one lays them out."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from .fake_study import CHANNELS, INVITATIONS, MECHANISMS, METRICS, Study, manifest

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("series", "events", "ego_nodes", "ego_ties", "outcomes")

FIELDS = ("software", "finance", "health", "education", "law", "retail", "media")


def write(root: Path, study: Study | None = None) -> Path:
    """Write a study's directory under `root` and return it."""
    study = study or Study()
    directory = root / study.name
    directory.mkdir(parents=True)
    (directory / "scenario.toml").write_text(f'name = "{study.name}"\n', encoding="utf-8")
    (directory / "manifest.json").write_text(
        json.dumps(manifest(study), indent=1), encoding="utf-8"
    )
    plan = []
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    for question in study.questions:
        for place, arm in enumerate(study.arms):
            for point in study.points:
                for seed in range(study.seeds):
                    keys = {
                        "run": f"{question}/{arm}/{point}/s{seed:04d}",
                        "question": question,
                        "arm": arm,
                        "point": point,
                        "seed": seed,
                    }
                    failed = (arm, seed) in study.failed
                    error = "MemoryError: out of memory" + study.hostile if failed else ""
                    status = "failed" if failed else "done"
                    plan.append(
                        keys | {"status": status, "seconds": 3.2, "error": error, "settings": ""}
                    )
                    if not failed:
                        for name, table in _run(study, keys, place).items():
                            tables[name].append(table)
    with (directory / "runs.csv").open("w", newline="", encoding="utf-8") as sink:
        writer = csv.DictWriter(sink, list(plan[0]))
        writer.writeheader()
        writer.writerows(plan)
    for name, parts in tables.items():
        if parts:
            pl.concat(parts).write_parquet(directory / f"{name}.parquet")
    return directory


def _run(study: Study, keys: dict[str, Any], place: int) -> dict[str, pl.DataFrame]:
    """Return the tables of one finished run."""
    nodes, ties = _ego(study, keys, place)
    series = _series(study, keys, place)
    return {
        "series": series,
        "outcomes": series.filter(pl.col("week") == pl.col("week").max()),
        "events": _events(study, keys, place),
        "ego_nodes": nodes,
        "ego_ties": ties,
    }


def _luck(*key: int) -> np.random.Generator:
    return np.random.Generator(
        np.random.Philox(key=sum((k + 1) * 1009**i for i, k in enumerate(key)))
    )


def _series(study: Study, keys: dict[str, Any], place: int) -> pl.DataFrame:
    weeks = np.arange(0, study.weeks + 1, study.every)
    grown = 1.0 - np.exp(-1.6 * weeks / study.weeks)
    grown /= grown[-1]
    everyone = keys["question"] == "everyone"
    world = _luck(keys["seed"]).normal(size=len(METRICS))
    own = _luck(keys["seed"], place, everyone).normal(size=(len(METRICS), len(weeks)))
    columns: dict[tuple[str, str], np.ndarray] = {}
    for cohort in ("focal", "all"):
        crowd = 0.55 if everyone else 1.0 if cohort == "focal" else 0.05
        for row, (name, (_, _, _, start, growth)) in enumerate(METRICS.items()):
            rise = growth[place % 4] * crowd
            # The group strategy starts slowly, so that it overtakes in mid-run.
            shape = grown**2.2 if place % 4 == 1 else grown
            scale = abs(start) * 0.06 + abs(rise) * 0.05
            wobble = 0.25 * scale * own[row] * np.sqrt(weeks / study.weeks)
            level = start + scale * world[row] * (start != 0) + rise * shape
            columns[cohort, name] = level + (wobble if rise or start else 0.0)
        for outcome, growths in INVITATIONS.items():
            channels = [growth[place % 4] * crowd * grown for growth in growths]
            columns[cohort, f"invitations_{outcome}"] = np.sum(channels, axis=0)
            for channel, values in zip(CHANNELS, channels, strict=True):
                columns[cohort, f"invitations_{outcome}/{channel}"] = values
        for name, (_, _, rises) in (MECHANISMS if study.mechanisms else {}).items():
            total = rises[place % 4]
            if total is not None:
                columns[cohort, name] = total * crowd * grown
    frames = [
        pl.DataFrame(
            {"week": weeks.astype(np.int32), "cohort": cohort, "metric": metric, "value": values}
        )
        for (cohort, metric), values in columns.items()
    ]
    return _keyed(pl.concat(frames), keys).select(
        "run", "question", "arm", "point", "seed", "week", "cohort", "metric", "value"
    )


def _keyed(frame: pl.DataFrame, keys: dict[str, Any]) -> pl.DataFrame:
    return frame.with_columns(
        **{
            name: pl.lit(value, pl.Int64 if name == "seed" else pl.String)
            for name, value in keys.items()
        }
    )


def _events(study: Study, keys: dict[str, Any], place: int) -> pl.DataFrame:
    members = np.arange(0, 400 if study.with_events else 0, 10)
    events = ["first_target_decision_maker"]
    events += ["first_interview", "first_offer"] if study.mechanisms else []
    frames = []
    for order, event in enumerate(events):
        times = _luck(keys["seed"], place, 7 + order).exponential(
            (160.0, 70.0, 1e6, 110.0)[place % 4], len(members)
        )
        frames.append(
            pl.DataFrame(
                {
                    "member": members.astype(np.int64),
                    "event": pl.Series([event] * len(members), dtype=pl.String),
                    "week": np.minimum(np.ceil(times), study.weeks).astype(np.int32),
                    "observed": times < study.weeks,
                }
            )
        )
    return _keyed(pl.concat(frames), keys).select(
        "run", "question", "arm", "point", "seed", "member", "event", "week", "observed"
    )


def _ego(study: Study, keys: dict[str, Any], place: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make up one focal member's surroundings: old contacts shared by the arms, new ones by arm."""
    ego = 17
    luck = _luck(5)
    fields = luck.choice(len(FIELDS), 2000, p=[0.16, 0.3, 0.2, 0.14, 0.1, 0.06, 0.04])
    chiefs = luck.random(2000) < 0.12
    old = np.arange(100, 248)
    new = np.arange(300, 300 + (22, 58, 0, 70)[place % 4])
    if place % 4 == 1:
        fields[new[:34]] = 0
        chiefs[new[:34:4]] = True
    first = np.concatenate([old, new])
    own = _luck(5, place)
    second = np.unique(own.choice(np.arange(500, 1900), 220, replace=False))
    origin = ("acquaintance", "group", "acquaintance", "invitation")[place % 4]
    sources = np.concatenate(
        [np.full(first.size, ego), own.choice(first, second.size), own.choice(first, 120)]
    )
    targets = np.concatenate([first, second, own.choice(first, 120)])
    born = np.zeros(sources.size, dtype=np.int32)
    born[old.size : first.size] = own.integers(1, study.weeks, new.size)
    keep = sources != targets
    members = np.concatenate([[ego], first, second])
    nodes = pl.DataFrame(
        {
            "ego": np.full(members.size, ego, dtype=np.int64),
            "member": members.astype(np.int64),
            "level": np.repeat([0, 1, 2], [1, first.size, second.size]).astype(np.int32),
            "field": [FIELDS[i] for i in fields[members]],
            "in_target": fields[members] == 0,
            "decision_maker": chiefs[members],
        }
    )
    ties = pl.DataFrame(
        {
            "ego": np.full(sources.size, ego, dtype=np.int64),
            "source": sources.astype(np.int64),
            "target": targets.astype(np.int64),
            "origin": np.where(born > 0, origin, "acquaintance"),
            "born": born,
            "active": own.random(sources.size) < 0.7,
        }
    ).filter(pl.Series(keep))
    if not study.with_egos or keys["seed"] != 0:
        nodes, ties = nodes.clear(), ties.clear()
    return (
        _keyed(nodes, keys).select("run", "question", "arm", "point", "seed", *nodes.columns),
        _keyed(ties, keys).select("run", "question", "arm", "point", "seed", *ties.columns),
    )
