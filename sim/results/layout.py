"""Names, columns and order of everything that is kept in a directory of results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from sim.results.cells import spreadsheet_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = 1
"""Version of the layout; a reader refuses any other."""

MANIFEST: Final = "manifest.json"
SCENARIO: Final = "scenario.toml"
STATUS: Final = "runs.csv"
OUTCOMES: Final = "outcomes.csv"
LOCK: Final = ".lock"
RUNS: Final = "runs"
FAILURES: Final = "failures"
STAMP: Final = "run.json"
REPORTS: Final = ("comparison.json", "report.html", "report.md", "figures/*.svg")
"""What the analysis writes beside the tables (patterns); removed with the tables it tells of."""

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_MOST_OF_A_LINE: Final = 300


@dataclass(frozen=True, order=True)
class RunKey:
    """Identity of one run: a question, an arm, a sweep point and a seed.

    Runs that share `question`, `point` and `seed` are lived in the same world with the same luck,
    so they are pairs.

    Parameters
    ----------
    question : str
        Who plays the arm: "one" (the focal members) or "everyone".
    arm : str
        Name of the arm.
    point : str
        Name of the sweep point; "base" without a sweep.
    seed : int
        Seed of the world, 0 or more.

    Raises
    ------
    ValueError
        If a part cannot stand in a file's name, or the seed is negative.

    Examples
    --------
    >>> RunKey("one", "group_driven", "base", 7).id
    'one/group_driven/base/s0007'
    >>> RunKey("one", "group_driven", "base", 7).file
    'one.group_driven.base.s0007.zip'
    """

    question: str
    arm: str
    point: str
    seed: int

    def __post_init__(self) -> None:
        for part in (self.question, self.arm, self.point):
            if not _SAFE.fullmatch(part):
                raise ValueError(f"{part!r} may hold letters, digits, '_' and '-' alone")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}, and must be 0 or more")

    @property
    def world(self) -> tuple[str, int]:
        """Sweep point and seed: what the world is built from, whatever the arm."""
        return self.point, self.seed

    @property
    def id(self) -> str:
        """Readable name of the run, unique in a study."""
        return f"{self.question}/{self.arm}/{self.point}/s{self.seed:04d}"

    @property
    def file(self) -> str:
        """Name of the run's file in `runs/`."""
        return self.id.replace("/", ".") + ".zip"

    @property
    def failure_file(self) -> str:
        """Name of the run's traceback in `failures/`."""
        return self.id.replace("/", ".") + ".txt"


Status = Literal["planned", "done", "failed"]


@dataclass(frozen=True)
class RunRow:
    """How far one run of the plan has come: one row of `runs.csv`.

    Parameters
    ----------
    key : RunKey
    status : {"planned", "done", "failed"}
    seconds : float or None
        Time the run took, on the machine that ran it.
    error : str
        Why it failed; kept to one line of at most 300 characters.
    """

    key: RunKey
    status: Status = "planned"
    seconds: float | None = None
    error: str = ""

    def cells(self) -> tuple[str, ...]:
        """Give the row's cells, in the order of `STATUS_COLUMNS`."""
        key = self.key
        seconds = "" if self.seconds is None else f"{self.seconds:.3f}"
        error = " ".join(self.error.split())[:_MOST_OF_A_LINE]
        named = (key.id, key.question, key.arm, key.point, str(key.seed))
        return (*named, self.status, seconds, spreadsheet_cell(error))


@dataclass(frozen=True)
class Layout:
    """One table: its columns after those that name the run, and what its rows are sorted by."""

    columns: Mapping[str, pl.DataType]
    order: tuple[str, ...]

    @property
    def schema(self) -> pl.Schema:
        """All columns, those that name the run first."""
        return pl.Schema({**RUN_COLUMNS, **self.columns})


RUN_COLUMNS: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "run": pl.String(),
        "question": pl.String(),
        "arm": pl.String(),
        "point": pl.String(),
        "seed": pl.Int64(),
    }
)

STATUS_COLUMNS: Final = pl.Schema(
    {**RUN_COLUMNS, "status": pl.String(), "seconds": pl.Float64(), "error": pl.String()}
)

TABLES: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "series": Layout(
            {
                "week": pl.Int32(),
                "cohort": pl.String(),
                "metric": pl.String(),
                "value": pl.Float64(),
            },
            ("week", "cohort", "metric"),
        ),
        "events": Layout(
            {
                "member": pl.Int64(),
                "event": pl.String(),
                "week": pl.Int32(),
                "observed": pl.Boolean(),
            },
            ("member", "event", "week"),
        ),
        "ego_nodes": Layout(
            {
                "ego": pl.Int64(),
                "member": pl.Int64(),
                "level": pl.Int32(),
                "field": pl.String(),
                "in_target": pl.Boolean(),
                "decision_maker": pl.Boolean(),
            },
            ("ego", "level", "member"),
        ),
        "ego_ties": Layout(
            {
                "ego": pl.Int64(),
                "source": pl.Int64(),
                "target": pl.Int64(),
                "origin": pl.String(),
                "born": pl.Int32(),
                "active": pl.Boolean(),
            },
            ("ego", "source", "target"),
        ),
    }
)

MERGED: Final = (*(f"{name}.parquet" for name in TABLES), OUTCOMES)
"""Tables of the whole study, made from the files of its runs."""
