"""What a directory holds of a study: what is done, failed, stale or damaged. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.results.durable import refusals_told
from sim.results.failures import DamagedFailureError, Failure, read_failure
from sim.results.layout import DAMAGED, FAILURES, PARTS, RUNS, RunKey, run_of, tag_of
from sim.results.parts import DamagedPartError, Part, is_part, read_part
from sim.results.runs import DamagedRunError, RunStamp, inspect_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Damage:
    """A file (or part) that cannot be what was written, and how it shows."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Stale:
    """A run, or the file of a failure, that the present plan does not ask for.

    Parameters
    ----------
    run : str
        Identity, as `RunKey.id`.
    tag : str
        First digits of the digest of its settings.
    path : Path
        The file, or the part that holds it.
    """

    run: str
    tag: str
    path: Path


@dataclass
class Survey:
    """What was found.

    Attributes
    ----------
    stamps : dict of RunKey to RunStamp
        Runs of the plan that are done.
    loose : dict of RunKey to Path
        Those of them that have a file of their own.
    packed : dict of RunKey to Part
        Those that are in a part.
    parts : list of Part
        All parts that are whole, as far as index and sizes tell.
    failures : dict of RunKey to Failure
        Runs of the plan that failed and are not done.
    stale : list of Stale
    double : list of (Path, Part)
        Files of runs that are in a part too: a study was killed while it packed them.
    damaged : list of Damage
        Not yet set aside.
    aside : list of Path
        Set aside before.
    foreign : list of Path
        What has no name of ours; it is left alone.
    """

    stamps: dict[RunKey, RunStamp] = field(default_factory=dict)
    loose: dict[RunKey, Path] = field(default_factory=dict)
    packed: dict[RunKey, Part] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    failures: dict[RunKey, Failure] = field(default_factory=dict)
    stale: list[Stale] = field(default_factory=list)
    double: list[tuple[Path, Part]] = field(default_factory=list)
    damaged: list[Damage] = field(default_factory=list)
    aside: list[Path] = field(default_factory=list)
    foreign: list[Path] = field(default_factory=list)


def survey(directory: Path, wanted: Mapping[RunKey, str]) -> Survey:
    """Look at everything in a directory of results.

    Files of single runs that the plan asks for are read whole; of parts the index is read and sizes
    are compared, so that it takes seconds with 100,000 runs.

    Parameters
    ----------
    directory : Path
        The study's directory.
    wanted : mapping of RunKey to str
        The plan: the digest of each run's settings, or its first 12 digits.

    Returns
    -------
    Survey

    Raises
    ------
    WorkError
        If something cannot be read.
    """
    found = Survey()
    with refusals_told("read", directory):
        # Runs before parts: one that is packed meanwhile, by a study that goes on, is seen twice
        # rather than not at all.
        _runs(directory / RUNS, wanted, found)
        _parts(directory / PARTS, wanted, found)
        _failures(directory / FAILURES, wanted, found)
        found.aside = sorted(_entries(directory / DAMAGED))
    return found


def _entries(folder: Path) -> Iterable[Path]:
    """List what is in a folder, but for what is only being written."""
    if not folder.is_dir():
        return []
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def _runs(folder: Path, wanted: Mapping[RunKey, str], found: Survey) -> None:
    for path in sorted(_entries(folder)):
        named = run_of(path.name) if path.suffix == ".zip" else None
        if named is None:
            found.foreign.append(path)
            continue
        key, tag = named
        if tag_of(wanted.get(key, "")) != tag:
            found.stale.append(Stale(key.id, tag, path))
            continue
        try:
            found.stamps[key] = inspect_run(path, key, tag)
            found.loose[key] = path
        except FileNotFoundError:
            # Packed since it was listed.
            continue
        except DamagedRunError as damage:
            found.damaged.append(Damage(path, str(damage)))


def _parts(folder: Path, wanted: Mapping[RunKey, str], found: Survey) -> None:
    keys = {(key.id, tag_of(settings)): key for key, settings in wanted.items()}
    for path in sorted(_entries(folder)):
        if not is_part(path.name):
            found.foreign.append(path)
            continue
        try:
            part = read_part(path)
        except DamagedPartError as damage:
            found.damaged.append(Damage(path, str(damage)))
            continue
        found.parts.append(part)
        for stamp in part.stamps:
            tag = tag_of(stamp.settings)
            key = keys.get((stamp.run, tag))
            if key is None or key in found.packed:
                found.stale.append(Stale(stamp.run, tag, path))
                continue
            if key in found.loose:
                found.double.append((found.loose[key], part))
            found.stamps[key] = stamp
            found.packed[key] = part


def _failures(folder: Path, wanted: Mapping[RunKey, str], found: Survey) -> None:
    for path in sorted(_entries(folder)):
        named = run_of(path.name) if path.suffix == ".txt" else None
        if named is None:
            found.foreign.append(path)
            continue
        key, tag = named
        if tag_of(wanted.get(key, "")) != tag or key in found.stamps:
            found.stale.append(Stale(key.id, tag, path))
            continue
        try:
            found.failures[key] = read_failure(path, key, tag)
        except DamagedFailureError as damage:
            found.damaged.append(Damage(path, str(damage)))
