"""Deleting what a study no longer needs: stale runs, and what was set aside as damaged."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from sim.results.durable import refusals_told
from sim.results.layout import DAMAGED, PARTS, PLANS
from sim.results.parts import DamagedPartError, write_part
from sim.results.status import plan_of
from sim.results.survey import Survey, survey
from sim.results.sweeping import delete, ours, size_of

if TYPE_CHECKING:
    from pathlib import Path

    from sim.results.parts import Part
    from sim.results.store import Store


@dataclass(frozen=True)
class Cleaned:
    """What was deleted, or would be.

    Parameters
    ----------
    runs : int
        Stale runs, and stale tracebacks of failed ones.
    damaged : int
        Files and parts that had been set aside.
    bytes : int
        Space that it gave back; an estimate for parts of which only some runs would go.
    notes : tuple of str
        A line for whatever had to stay.
    """

    runs: int
    damaged: int
    bytes: int
    notes: tuple[str, ...] = ()


def to_be_cleaned(directory: Path) -> Cleaned:
    """Say what `clean` would delete.

    Raises
    ------
    UsageError
        If the directory holds no results.
    WorkError
        If something cannot be read.
    """
    found = survey(directory, plan_of(directory))
    aside = _aside(directory, found)
    parts = {part.path: part for part in found.parts}
    size = sum(size_of(path) for path in aside)
    for stale in found.stale:
        part = parts.get(stale.path)
        size += size_of(stale.path) if part is None else part.bytes // len(part.stamps)
    return Cleaned(len(found.stale), len(aside), size)


def clean(store: Store) -> Cleaned:
    """Delete what is stale in a directory of results, and what was set aside.

    A part of which some runs are stale is written anew without them before it is deleted, so that
    no run that is needed is lost, whenever this is ended.

    Parameters
    ----------
    store : Store
        Open.

    Raises
    ------
    WorkError
        If something cannot be read, written or deleted.
    """
    directory = store.directory
    found = survey(directory, plan_of(directory))
    parts = {part.path: part for part in found.parts}
    stale: dict[Path, set[str]] = defaultdict(set)
    for run in found.stale:
        stale[run.path].add(f"{run.run} {run.tag}")
    aside = _aside(directory, found)
    files = [path for path in stale if path not in parts]
    freed = sum(size_of(path) for path in [*aside, *files])
    delete([*aside, *files])
    notes = []
    for path, runs in stale.items():
        if path in parts:
            try:
                freed += _without(parts[path], {run.partition(" ")[0] for run in runs}, directory)
            except DamagedPartError as damage:
                notes.append(f"{path} is damaged ({damage}) and stays; run the study again first")
    if not notes:
        # Nothing is stale any more that they could explain.
        delete(path for path in ours(directory) if path.parent.name == PLANS)
    return Cleaned(len(found.stale), len(aside), freed, tuple(notes))


def _aside(directory: Path, found: Survey) -> list[Path]:
    """List what was set aside, and not what somebody else put there."""
    known = {path for path in ours(directory) if path.parent.name == DAMAGED}
    return [path for path in found.aside if path in known]


def _without(part: Part, stale: set[str], directory: Path) -> int:
    """Write a part anew without its stale runs, and return the bytes given back."""
    before = size_of(part.path)
    kept = [stamp for stamp in part.stamps if stamp.run not in stale]
    size = 0
    if kept:
        with refusals_told("read", part.path):
            part.verify()
        runs = [stamp.run for stamp in kept]

        def frame(table: str) -> pl.DataFrame:
            rows = pl.scan_parquet(part.file(table)).filter(pl.col("run").is_in(runs))
            return rows.collect()

        size = size_of(write_part(directory / PARTS, kept, frame).path)
    delete([part.path])
    return before - size
