"""How far a study in a directory is, from its files alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import WorkError
from sim.results.changes import earlier_plans, present_plan, reasons
from sim.results.layout import STATUS, TABLES, RunKey
from sim.results.survey import Survey, survey
from sim.results.tables import read_manifest, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATUSES = ("done", "failed", "missing", "stale", "damaged", "foreign")
DONE, FAILED, MISSING, STALE, IS_DAMAGED, FOREIGN = STATUSES


@dataclass(frozen=True)
class Line:
    """One run or file of a directory.

    Parameters
    ----------
    status : str
        "done", "failed" and "missing" runs of the plan; "stale" runs beside it; "damaged" and
        "foreign" files.
    run : str
        Identity of the run; empty where it is not known.
    settings : str
        First digits of the digest of its settings.
    seconds : float or None
    reason : str
        Why it failed, is stale or damaged.
    file : str
        Where it is, in the directory; empty if it is nowhere.
    """

    status: str
    run: str = ""
    settings: str = ""
    seconds: float | None = None
    reason: str = ""
    file: str = ""


@dataclass(frozen=True)
class StudyStatus:
    """How far a study is.

    Parameters
    ----------
    directory : Path
    scenario : str
        Name of the study.
    netgrow : str
        Version that planned it.
    command : str
        The command that goes on with it.
    tables : bool
        Whether the tables of all its runs are there.
    lines : tuple of Line
        The plan in its order, then what is stale, damaged and foreign.
    """

    directory: Path
    scenario: str
    netgrow: str
    command: str
    tables: bool
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Count the lines of every status."""
        found = Counter(line.status for line in self.lines)
        return {name: found[name] for name in STATUSES}

    def having(self, status: str) -> list[Line]:
        """List the lines of one status."""
        return [line for line in self.lines if line.status == status]


def status_of(directory: Path) -> StudyStatus:
    """Look at a directory of results; nothing is changed, and no lock is needed.

    Raises
    ------
    UsageError
        If it holds no results.
    WorkError
        If its manifest or plan is damaged, or something cannot be read.
    """
    manifest = read_manifest(directory)
    wanted = plan_of(directory)
    found = survey(directory, wanted)
    return StudyStatus(
        directory,
        str(manifest.get("scenario", directory.name)),
        str(manifest["netgrow"]),
        str(manifest.get("command", "")),
        bool(manifest.get("tables"))
        and all((directory / f"{name}.parquet").exists() for name in TABLES),
        (*_planned(directory, wanted, found), *_beside(directory, found)),
    )


def plan_of(directory: Path) -> dict[RunKey, str]:
    """Read the plan of a directory: its runs, and the first digits of their settings.

    Raises
    ------
    UsageError, WorkError
        As for `read_table`.
    """
    if not (directory / STATUS).exists():
        return {}
    runs = read_table(directory, "runs").select("question", "arm", "point", "seed", "settings")
    try:
        return {
            RunKey(question, arm, point, seed): settings or ""
            for question, arm, point, seed, settings in runs.iter_rows()
        }
    except (ValueError, TypeError) as error:
        raise WorkError(f"{directory / STATUS} is damaged: {error}; run the study again") from error


def _planned(directory: Path, wanted: Mapping[RunKey, str], found: Survey) -> list[Line]:
    lines = []
    for key, tag in wanted.items():
        if key in found.stamps:
            path = found.packed[key].path if key in found.packed else found.loose[key]
            file = str(path.relative_to(directory))
            lines.append(Line(DONE, key.id, tag, found.stamps[key].seconds, "", file))
        elif key in found.failures:
            row = found.failures[key].row
            file = f"failures/{key.failure_file(tag)}"
            lines.append(Line(FAILED, key.id, tag, row.seconds, row.cells()[-2], file))
        else:
            lines.append(Line(MISSING, key.id, tag))
    return lines


def _beside(directory: Path, found: Survey) -> list[Line]:
    told = reasons(found.stale, present_plan(directory), earlier_plans(directory))
    lines = [
        Line(STALE, run.run, run.tag, None, why, str(run.path.relative_to(directory)))
        for run, why in zip(found.stale, told, strict=True)
    ]
    lines += [
        Line(IS_DAMAGED, reason=damage.reason, file=str(damage.path.relative_to(directory)))
        for damage in found.damaged
    ]
    lines += [
        Line(IS_DAMAGED, reason="set aside before", file=str(path.relative_to(directory)))
        for path in found.aside
    ]
    return lines + [
        Line(FOREIGN, reason="not netgrow's", file=str(path.relative_to(directory)))
        for path in found.foreign
    ]
