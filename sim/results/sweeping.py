"""Deleting: what was half written, what is no longer needed, and never what is not netgrow's."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from sim.results.durable import refusals_told
from sim.results.layout import DAMAGED, FAILURES, PARTS, PLANS, RUNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_RUN = r"[\w-]+\.[\w-]+\.[\w-]+\.s\d+\.([0-9a-f]{12}\.)?"
_OURS = {
    RUNS: re.compile(_RUN + "zip"),
    PARTS: re.compile("[0-9a-f]{16}"),
    FAILURES: re.compile(_RUN + "txt"),
    PLANS: re.compile(r"[0-9a-f]{12}\.json"),
    DAMAGED: re.compile(rf"({_RUN}(zip|txt)|[0-9a-f]{{16}})(\.\d+)?"),
}


def ours(directory: Path) -> Iterator[Path]:
    """Yield what netgrow wrote into the folders of a study's directory."""
    for folder, pattern in _OURS.items():
        if (directory / folder).is_dir():
            with refusals_told("read", directory / folder):
                paths = sorted((directory / folder).iterdir())
            yield from (path for path in paths if pattern.fullmatch(path.name))


def leftovers(directory: Path) -> Iterator[Path]:
    """Yield what a killed study was writing: none of it is whole."""
    for folder in (directory, *(directory / name for name in _OURS)):
        if folder.is_dir():
            with refusals_told("read", folder):
                yield from sorted(folder.glob(".*.partial"))


def delete(paths: Iterable[Path]) -> None:
    """Delete files and parts; those that are gone already are no fault.

    Raises
    ------
    WorkError
        If one cannot be deleted.
    """
    for path in paths:
        with refusals_told("delete", path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files of a part; 0 for what is gone."""
    with refusals_told("read", path):
        if path.is_dir() and not path.is_symlink():
            return sum(size_of(each) for each in path.iterdir())
        return path.stat().st_size if path.exists() else 0


def set_aside(directory: Path, path: Path) -> Path:
    """Move a damaged file or part to where it is not read, and return its new place.

    Raises
    ------
    WorkError
        If it cannot be moved.
    """
    folder = directory / DAMAGED
    with refusals_told("move", path):
        folder.mkdir(exist_ok=True)
        place, number = folder / path.name, 1
        while place.exists():
            number += 1
            place = folder / f"{path.name}.{number}"
        path.rename(place)
    return place
