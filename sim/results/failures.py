"""How runs failed: a traceback for people, and a last line that the next session reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.results.guard import LARGEST_JSON, contents_of, read_json
from sim.results.layout import RunKey, RunRow, tag_of

if TYPE_CHECKING:
    from pathlib import Path

_MARK = "# netgrow: "


class DamagedFailureError(Exception):
    """The file of a failure cannot be what was written."""


@dataclass(frozen=True)
class Failure:
    """Why a run has no results.

    Parameters
    ----------
    row : RunRow
        With status "failed", its settings and its error.
    passing : bool
        The machine was at fault (a worker killed, no memory), not the run: it is tried again
        without being asked to.
    """

    row: RunRow
    passing: bool = False


def encode_failure(failure: Failure, traceback: str) -> bytes:
    """Content of the file of a failure: its traceback, and below it what `read_failure` reads."""
    row = failure.row
    told = {
        "run": row.key.id,
        "settings": row.settings,
        "seconds": row.seconds,
        "error": row.error,
        "passing": failure.passing,
    }
    return f"{traceback.rstrip()}\n\n{_MARK}{json.dumps(told, ensure_ascii=False)}\n".encode()


def read_failure(path: Path, key: RunKey, settings: str) -> Failure:
    """Read how a run failed.

    Raises
    ------
    DamagedFailureError
        If the file is cut short, altered or another run's.
    OSError
        If it cannot be read.
    """
    last = contents_of(path, LARGEST_JSON).rstrip(b"\n").rpartition(b"\n")[2]
    try:
        told = read_json(last.decode().removeprefix(_MARK))
        seconds = None if told["seconds"] is None else float(told["seconds"])
        found = told["run"], tag_of(told["settings"])
        row = RunRow(key, "failed", seconds, str(told["error"]), told["settings"])
        passing = bool(told["passing"])
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedFailureError("its last line is not netgrow's") from error
    if found != (key.id, tag_of(settings)):
        raise DamagedFailureError(f"it is of {found[0]}")
    return Failure(row, passing)
