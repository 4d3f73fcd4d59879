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

SCHEMA: Final = 2
"""Version of the layout; a reader refuses any other."""

BASE: Final = "base"
"""Point of a sweep that is the scenario itself; the only one of a study without a sweep."""

MANIFEST: Final = "manifest.json"
SCENARIO: Final = "scenario.toml"
STATUS: Final = "runs.csv"
LOCK: Final = ".lock"
RUNS: Final = "runs"
PARTS: Final = "parts"
FAILURES: Final = "failures"
PLANS: Final = "plans"
DAMAGED: Final = "damaged"
STAMP: Final = "run.json"
REPORTS: Final = ("comparison.json", "report.html", "report.md", "figures/*.svg")
"""What the analysis writes beside the tables (patterns); removed with the tables it tells of."""

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FILE: Final = re.compile(
    r"([\w-]+)\.([\w-]+)\.([\w-]+)\.s(\d{4,18})\.([0-9a-f]{12})\.(zip|txt)", re.ASCII
)
_ID: Final = re.compile(r"[\w-]+/[\w-]+/[\w-]+/s\d{4,18}", re.ASCII)
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
    >>> RunKey("one", "group_driven", "base", 7).file("9f86d081884c7d659a2feaa0c55ad015")
    'one.group_driven.base.s0007.9f86d081884c.zip'
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

    def file(self, settings: str) -> str:
        """Name of its file in `runs/`, if it was made with these settings (a digest)."""
        return f"{self.id.replace('/', '.')}.{tag_of(settings)}.zip"

    def failure_file(self, settings: str) -> str:
        """Name of its traceback in `failures/`, if it was made with these settings."""
        return f"{self.id.replace('/', '.')}.{tag_of(settings)}.txt"


def tag_of(settings: str) -> str:
    """Give the part of a digest of settings that stands in names of files: 12 digits."""
    return settings[:12]


def run_of(name: str) -> tuple[RunKey, str] | None:
    """Read run and tag out of the name of a file in `runs/` or `failures/`; None if it is none."""
    found = _FILE.fullmatch(name)
    if found is None:
        return None
    question, arm, point, seed, tag, _ = found.groups()
    try:
        key = RunKey(question, arm, point, int(seed))
    except ValueError:
        return None
    return (key, tag) if name in (key.file(tag), key.failure_file(tag)) else None


def is_run_id(name: object) -> bool:
    """Whether it is the identity of a run, as `RunKey.id`."""
    return isinstance(name, str) and _ID.fullmatch(name) is not None


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
    settings : str
        Digest of all that determines its result.
    """

    key: RunKey
    status: Status = "planned"
    seconds: float | None = None
    error: str = ""
    settings: str = ""

    def cells(self) -> tuple[str, ...]:
        """Give the row's cells, in the order of `STATUS_COLUMNS`."""
        key = self.key
        seconds = "" if self.seconds is None else f"{self.seconds:.3f}"
        error = " ".join(self.error.split())[:_MOST_OF_A_LINE]
        named = (key.id, key.question, key.arm, key.point, str(key.seed))
        return (*named, self.status, seconds, spreadsheet_cell(error), tag_of(self.settings))


@dataclass(frozen=True)
class Layout:
    """One table: its columns after those that name the run, and what its rows are sorted by.

    Rows of values are sorted by metric first, so that one metric of many runs is found in a few row
    groups; all others by run.
    """

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
    {
        **RUN_COLUMNS,
        "status": pl.String(),
        "seconds": pl.Float64(),
        "error": pl.String(),
        "settings": pl.String(),
    }
)

_VALUES: Final = Layout(
    {"week": pl.Int32(), "cohort": pl.String(), "metric": pl.String(), "value": pl.Float64()},
    ("metric", "cohort", "run", "week"),
)

TABLES: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "series": _VALUES,
        "events": Layout(
            {
                "member": pl.Int64(),
                "event": pl.String(),
                "week": pl.Int32(),
                "observed": pl.Boolean(),
            },
            ("run", "member", "event", "week"),
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
            ("run", "ego", "level", "member"),
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
            ("run", "ego", "source", "target"),
        ),
        "outcomes": _VALUES,
    }
)

SCHEMAS: Final = MappingProxyType({name: layout.schema for name, layout in TABLES.items()})
"""All columns of each table."""

DERIVED: Final = frozenset({"outcomes"})
"""Tables that no simulation gives: the series at each run's last week."""
