"""Read one or several result directories into the tables that a comparison needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.analysis.reading import extent_of, read_events, read_series
from sim.errors import UsageError, WorkError, not_among
from sim.results import BASE, collect, read_manifest, read_table, scan_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path


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
        value (Float64). Of a study with several points every week of the point `base`, and the last
        week of the others; of a very large one less (`notes` says what).
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
    course : str or None
        The only point of which every week was read; None if all points are alike.
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
    course: str | None = None


def load(directories: Sequence[Path], metrics: Collection[str] | None = None) -> Results:
    """Read and merge result directories, in memory that does not grow with the number of runs.

    Parameters
    ----------
    directories : sequence of Path
        At least one. With more than one, arms are renamed `directory:arm`, always, so that a name
        means the same whatever else is compared; directories of one name are told apart by their
        parents (`a/x:arm`, `b/x:arm`).
    metrics : collection of str, optional
        Read these alone.

    Raises
    ------
    UsageError
        No directory, one that does not exist, the same one twice, a metric that none has, or no
        metric in common.
    WorkError
        No finished run, an unknown manifest schema or a damaged table.
    """
    labels = _labels(directories)
    manifests = [read_manifest(directory) for directory in directories]
    named = [_metrics_of(directory) for directory in directories]
    for name in metrics or ():
        if not any(name in known for known in named):
            raise not_among("metric", name, sorted(set.union(*named)))
    extents = [
        extent_of(directory, str(manifest.get("primary", "")), metrics)
        for directory, manifest in zip(directories, manifests, strict=True)
    ]
    tables = [read_series(*each) for each in zip(directories, extents, strict=True)]
    events = [read_events(*each) for each in zip(directories, extents, strict=True)]
    baseline = str(manifests[0].get("baseline", ""))
    if len(directories) > 1:
        tables = [_label(table, label) for table, label in zip(tables, labels, strict=True)]
        events = [_label(table, label) for table, label in zip(events, labels, strict=True)]
        baseline = f"{labels[0]}:{baseline}"
    shared, notes = _shared_metrics(named, labels)
    if metrics is None:
        for extent in extents:
            shared = shared if extent.metrics is None else shared & extent.metrics
    for directory, extent in zip(directories, extents, strict=True):
        notes += _run_notes(directory)
        notes += extent.notes
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
        course=BASE if any(extent.several for extent in extents) else None,
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


def _metrics_of(directory: Path) -> set[str]:
    query = scan_table(directory, "outcomes").select(pl.col("metric").unique())
    names = collect(query, directory, "outcomes")
    if names.is_empty():
        raise WorkError(
            f"{directory} holds no finished run: see `error` in {directory / 'runs.csv'}, mend the "
            "cause and run the scenario again"
        )
    return set(names["metric"])


def _label(table: pl.DataFrame, label: str) -> pl.DataFrame:
    named = pl.concat_str(pl.lit(label + ":"), pl.col("arm").cast(pl.String))
    return table.with_columns(named.cast(pl.Categorical).alias("arm"))


def _shared_metrics(names: list[set[str]], labels: list[str]) -> tuple[set[str], list[str]]:
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
    return {name: metric_of(name, known) for name in ordered}


def metric_of(name: str, known: Mapping[str, Mapping[str, Any]]) -> Metric:
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
