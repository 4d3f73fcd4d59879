"""Read one or several result directories into the tables that a comparison needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.errors import UsageError, WorkError
from sim.results import read_manifest, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SERIES = ("question", "point", "cohort", "metric", "arm", "seed", "week", "value")
EVENTS = ("question", "point", "event", "arm", "seed", "week", "observed")
_TYPES: dict[str, type[pl.DataType]] = {
    "question": pl.Categorical,
    "point": pl.Categorical,
    "cohort": pl.Categorical,
    "metric": pl.Categorical,
    "event": pl.Categorical,
    "arm": pl.Categorical,
    "seed": pl.Int64,
    "week": pl.Int32,
    "value": pl.Float64,
    "observed": pl.Boolean,
}


@dataclass(frozen=True)
class Metric:
    """What the manifest says of one metric."""

    name: str
    title: str
    unit: str = ""
    better: str = "neither"
    meaning: str = ""


@dataclass(frozen=True, eq=False)
class Results:
    """Tables of one or several result directories, merged.

    Attributes
    ----------
    directories : tuple of Path
    manifests : tuple of dict
        One a directory, in the same order.
    series : polars.DataFrame
        Columns question, point, cohort, metric, arm (Categorical), seed (Int64), week (Int32),
        value (Float64).
    events : polars.DataFrame
        Columns question, point, event, arm (Categorical), seed (Int64), week (Int32), observed
        (Boolean). May be empty.
    arms : tuple of str
        All arms, in the order of the manifests: that of the scenario file.
    baseline : str
        The baseline of the first manifest. With several directories an arm is always called
        `directory:arm`.
    primary : str
        The primary metric of the first manifest.
    metrics : dict of str to Metric
        Metrics that every directory has, in the order of the first manifest, the primary one first.
    notes : tuple of str
        What a reader has to know about the tables: failed runs, metrics left out.
    """

    directories: tuple[Path, ...]
    manifests: tuple[dict[str, Any], ...]
    series: pl.DataFrame
    events: pl.DataFrame
    arms: tuple[str, ...]
    baseline: str
    primary: str
    metrics: dict[str, Metric]
    notes: tuple[str, ...] = field(default=())


def load(directories: Sequence[Path]) -> Results:
    """Read and merge result directories.

    Parameters
    ----------
    directories : sequence of Path
        At least one. With more than one, arms are renamed `directory:arm`, always, so that a name
        means the same whatever else is compared; directories of one name are told apart by their
        parents (`a/x:arm`, `b/x:arm`).

    Raises
    ------
    UsageError
        No directory, one that does not exist, the same one twice, or no metric in common.
    WorkError
        No finished run, an unknown manifest schema or a damaged table.
    """
    labels = _labels(directories)
    manifests = [read_manifest(directory) for directory in directories]
    tables = [_series(directory) for directory in directories]
    events = [_events(directory) for directory in directories]
    baseline = str(manifests[0].get("baseline", ""))
    if len(directories) > 1:
        tables = [_label(table, label) for table, label in zip(tables, labels, strict=True)]
        events = [_label(table, label) for table, label in zip(events, labels, strict=True)]
        baseline = f"{labels[0]}:{baseline}"
    shared, notes = _shared_metrics(tables, labels)
    for directory in directories:
        notes += _run_notes(directory)
    primary = str(manifests[0].get("primary", ""))
    if any(str(manifest.get("primary", "")) != primary for manifest in manifests):
        notes.append(
            f"the directories name different primary metrics; {primary} of {labels[0]} leads"
        )
    return Results(
        directories=tuple(directories),
        manifests=tuple(manifests),
        series=pl.concat(tables).filter(pl.col("metric").cast(pl.String).is_in(list(shared))),
        events=pl.concat(events),
        arms=tuple(_arms(manifests, tables, labels)),
        baseline=baseline,
        primary=primary,
        metrics=_describe(shared, manifests, primary),
        notes=tuple(notes),
    )


def _arms(
    manifests: Sequence[dict[str, Any]], tables: Sequence[pl.DataFrame], labels: Sequence[str]
) -> Iterator[str]:
    """Yield the arms that were run: as manifests list them, then any they do not."""
    for manifest, table, label in zip(manifests, tables, labels, strict=True):
        run = table["arm"].cast(pl.String).unique().sort().to_list()
        prefix = f"{label}:" if len(labels) > 1 else ""
        listed = [f"{prefix}{arm}" for arm in manifest.get("arms", {})]
        yield from (arm for arm in listed if arm in run)
        yield from (arm for arm in run if arm not in listed)


def _labels(directories: Sequence[Path]) -> list[str]:
    if not directories:
        raise UsageError("no result directory given: name one, such as results/<scenario name>")
    for directory in directories:
        if not directory.is_dir():
            raise UsageError(
                f"no result directory {str(directory)!r}: give one that `netgrow run` wrote, "
                "such as results/<scenario name>"
            )
    places = [directory.resolve() for directory in directories]
    for index, place in enumerate(places):
        if place in places[:index]:
            raise UsageError(
                f"result directory {str(directories[index])!r} is given twice: name it once"
            )
    depth = 1
    while len({place.parts[-depth:] for place in places}) < len(places):
        depth += 1
    return ["/".join(place.parts[-depth:]) for place in places]


def _read(directory: Path, name: str, columns: Sequence[str]) -> pl.DataFrame:
    return read_table(directory, name).select(pl.col(name).cast(_TYPES[name]) for name in columns)


def _series(directory: Path) -> pl.DataFrame:
    table = _read(directory, "series", SERIES)
    if table.is_empty():
        raise WorkError(
            f"{directory} holds no finished run: see `error` in {directory / 'runs.csv'}, mend the "
            "cause and run the scenario again"
        )
    return table


def _events(directory: Path) -> pl.DataFrame:
    if not (directory / "events.parquet").exists():
        return pl.DataFrame(schema={column: _TYPES[column] for column in EVENTS})
    return _read(directory, "events", EVENTS)


def _label(table: pl.DataFrame, label: str) -> pl.DataFrame:
    named = pl.concat_str(pl.lit(label + ":"), pl.col("arm").cast(pl.String))
    return table.with_columns(named.cast(pl.Categorical).alias("arm"))


def _shared_metrics(tables: list[pl.DataFrame], labels: list[str]) -> tuple[set[str], list[str]]:
    names = [set(table["metric"].cast(pl.String).unique().to_list()) for table in tables]
    shared = set.intersection(*names)
    if not shared:
        raise UsageError(
            f"{' and '.join(labels)} share no metric: compare results that measure the same thing"
        )
    left_out = sorted(set.union(*names) - shared)
    if not left_out:
        return shared, []
    return shared, [f"not measured in every directory and left out: {', '.join(left_out)}"]


def _run_notes(directory: Path) -> list[str]:
    status = read_table(directory, "runs")["status"]
    missing = {
        "failed": int((status == "failed").sum()),
        "have no result yet": int((status == "planned").sum()),
    }
    # Singular: "have" of one run is "has", and "failed" stays.
    return [
        f'of the {len(status)} runs in "{directory.name}", {count} '
        + (f"{words} and are" if count > 1 else f"{words.replace('have', 'has')} and is")
        + " left out"
        for words, count in missing.items()
        if count
    ]


def _describe(
    names: set[str], manifests: Sequence[Mapping[str, Any]], primary: str
) -> dict[str, Metric]:
    known: dict[str, Mapping[str, Any]] = {}
    for manifest in reversed(manifests):
        known.update(manifest.get("metrics", {}))
    order = [*manifests[0].get("metrics", {}), *sorted(names)]
    ordered = dict.fromkeys(name for name in [primary, *order] if name in names)
    return {name: _metric(name, known) for name in ordered}


def _metric(name: str, known: Mapping[str, Mapping[str, Any]]) -> Metric:
    """Describe a metric, a part (`hours/invite`) by its whole if nothing is said of it."""
    whole, _, part = name.partition("/")
    said = known.get(name, known.get(whole, {}))
    title = str(said.get("title", whole.replace("_", " ")))
    better = said.get("better")
    return Metric(
        name=name,
        title=f"{title}, {part}" if part and name not in known else title,
        unit=str(said.get("unit", "")),
        better=better if better in ("higher", "lower") else "neither",
        meaning=str(said.get("meaning", "")),
    )
