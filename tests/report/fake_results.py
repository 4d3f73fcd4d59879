"""Made-up results of a study, laid out on disk as a real one lays them out."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

ARMS = ("known_only", "group_driven", "dormant", "open_networker")
CHANNELS = ("acquaintance", "group", "stranger")
PRIMARY = "target_decision_makers_2"

# metric -> (title, unit, better, value at week 0, growth until the last week per arm in `ARMS`)
METRICS: dict[str, tuple[str, str, str, float, tuple[float, float, float, float]]] = {
    PRIMARY: (
        "Target decision-makers within two steps",
        "members",
        "higher",
        9.0,
        (5.2, 9.4, -1.1, 5.9),
    ),
    "reach_1": ("Direct contacts", "members", "higher", 201.0, (46.0, 71.0, 0.0, 88.0)),
    "reach_2": (
        "People two steps away",
        "members",
        "higher",
        9400.0,
        (1300.0, 2900.0, -40.0, 3100.0),
    ),
    "target_share": (
        "Share of contacts in the target field",
        "share",
        "higher",
        0.17,
        (0.01, 0.08, 0.0, 0.02),
    ),
    "active_ties": ("Active ties", "ties", "higher", 150.0, (-20.0, -6.0, -70.0, -31.0)),
    "dormant_share": (
        "Share of ties gone dormant",
        "share",
        "lower",
        0.25,
        (0.21, 0.24, 0.36, 0.34),
    ),
    "clustering": (
        "Clustering among contacts",
        "share",
        "neither",
        0.24,
        (0.01, -0.03, 0.0, -0.05),
    ),
    "messages_sent": ("Messages sent", "messages", "neither", 0.0, (92.0, 130.0, 0.0, 12.0)),
    "replies": ("Replies received", "messages", "higher", 0.0, (61.0, 52.0, 0.0, 4.0)),
    "weeks_restricted": (
        "Weeks restricted by the platform",
        "weeks",
        "lower",
        0.0,
        (0.0, 0.4, 0.0, 6.2),
    ),
    "hours": ("Hours spent", "hours", "lower", 0.0, (104.0, 103.0, 0.0, 104.0)),
    "hours/invite": ("Hours spent, invite", "hours", "neither", 0.0, (12.0, 21.0, 0.0, 49.0)),
    "hours/message": ("Hours spent, message", "hours", "neither", 0.0, (30.0, 46.0, 0.0, 8.0)),
    "hours/upkeep": ("Hours spent, upkeep", "hours", "neither", 0.0, (62.0, 36.0, 0.0, 47.0)),
}

# outcome -> channel -> growth per arm
INVITATIONS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "sent": ((70.0, 30.0, 0.0, 20.0), (0.0, 81.0, 0.0, 10.0), (0.0, 3.0, 0.0, 290.0)),
    "accepted": ((44.0, 18.0, 0.0, 12.0), (0.0, 46.0, 0.0, 5.0), (0.0, 1.0, 0.0, 66.0)),
    "ignored": ((24.0, 11.0, 0.0, 7.0), (0.0, 31.0, 0.0, 4.0), (0.0, 1.5, 0.0, 198.0)),
    "flagged": ((0.2, 0.1, 0.0, 0.1), (0.0, 1.2, 0.0, 0.4), (0.0, 0.3, 0.0, 19.0)),
}

TABLES = ("series", "events", "ego_nodes", "ego_ties")

FIELDS = ("software", "finance", "health", "education", "law", "retail", "media")


@dataclass(frozen=True)
class Study:
    """What a made-up study consists of."""

    name: str = "known-vs-groups"
    arms: tuple[str, ...] = ARMS
    questions: tuple[str, ...] = ("one", "everyone")
    points: tuple[str, ...] = ("base",)
    seeds: int = 12
    weeks: int = 104
    every: int = 4
    question: str = (
        "Only people I know, or groups: which reaches more decision-makers of my target market?"
    )
    smallest: float | None = 1.0
    with_egos: bool = True
    with_events: bool = True
    failed: tuple[tuple[str, int], ...] = ()
    hostile: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


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
                    plan.append(keys | {"status": status, "seconds": 3.2, "error": error})
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


def manifest(study: Study) -> dict[str, Any]:
    """Return a manifest that agrees with the study."""
    metrics = {
        name: {
            "title": title + study.hostile,
            "unit": unit,
            "better": better,
            "meaning": f"{title}." + study.hostile,
        }
        for name, (title, unit, better, _, _) in METRICS.items()
    }
    for outcome in INVITATIONS:
        metrics[f"invitations_{outcome}"] = {
            "title": f"Invitations {outcome}",
            "unit": "invitations",
            "better": "neither",
            "meaning": f"Invitations {outcome} since week 0.",
        }
    told = [
        (
            "rules.invitations_per_week",
            100,
            100,
            "invitations",
            "Invitations a member may send in a week",
            "F46",
        ),
        (
            "response.intercept",
            -1.9,
            -1.2,
            "log odds",
            "Acceptance of an invitation when nothing speaks for it",
            "assumption",
        ),
        ("response.acquaintance", 2.6, 2.6, "log odds", "What knowing the sender adds", "F50, F53"),
        ("response.shared_group", 0.8, 0.8, "log odds", "What sharing a group adds", "F51"),
        (
            "ties.half_life",
            26.0,
            26.0,
            "weeks",
            "Time in which a tie left alone loses half its strength",
            "F12",
        ),
        ("world.members", 20000, 10000, "members", "Size of the world", "assumption"),
        ("hours.per_week", 1.0, 1.0, "hours", "Time a focal member has for networking", "F60"),
        ("hours.per_message", 0.1, 0.1, "hours", "Time one message takes", "assumption"),
    ]
    return {
        "schema": 1,
        "netgrow": "0.1.0",
        "python": "3.13.1",
        "platform": "Linux-6.1-x86_64",
        "packages": {"mesa": "3.5.0", "numpy": "2.3.0", "polars": "1.30.0"},
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "scenario": study.name,
        "scenario_hash": "ab" * 32,
        "question": study.question,
        "claims": ["S1", "S3", "S8", "S11"],
        "primary": PRIMARY,
        "smallest_difference": study.smallest,
        "baseline": study.arms[0],
        "weeks": study.weeks,
        "seeds": list(range(study.seeds)),
        "command": f"netgrow run scenarios/{study.name}.toml -n {study.seeds} -j 2" + study.hostile,
        "data": {"groups.csv" + study.hostile: "cd" * 32},
        "repairs": ["groups.csv: 12 duplicate memberships dropped" + study.hostile],
        "metrics": metrics,
        "parameters": [
            {
                "key": k,
                "value": v,
                "default": d,
                "unit": u,
                "meaning": m + study.hostile,
                "source": s,
            }
            for k, v, d, u, m, s in told
        ],
        "arms": {
            arm: {
                "strategy": arm if not study.hostile else arm,
                "hours_per_week": 1.0,
                "note": study.hostile,
            }
            if study.hostile
            else {"strategy": arm, "hours_per_week": 1.0}
            for arm in study.arms
        },
        "machine": {"cpus": 2, "memory_gb": 8},
        "timings": {"total_seconds": 311.2, "seconds_per_run": 3.2},
    } | study.extra


def _run(study: Study, keys: dict[str, Any], place: int) -> dict[str, pl.DataFrame]:
    """Return the tables of one finished run."""
    nodes, ties = _ego(study, keys, place)
    return {
        "series": _series(study, keys, place),
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
    times = _luck(keys["seed"], place, 7).exponential(
        (160.0, 70.0, 1e6, 110.0)[place % 4], len(members)
    )
    frame = pl.DataFrame(
        {
            "member": members.astype(np.int64),
            "event": ["first_target_decision_maker"] * len(members),
            "week": np.minimum(np.ceil(times), study.weeks).astype(np.int32),
            "observed": times < study.weeks,
        }
    )
    return _keyed(frame, keys).select(
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
