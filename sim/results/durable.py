"""Files that are written whole or not at all, and refusals of the disk in one line."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from typing import TYPE_CHECKING

import polars as pl

from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ADVICE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EACCES: "choose a directory that you may write to, with -o",
    errno.EPERM: "choose a directory that you may write to, with -o",
    errno.EROFS: "choose a directory that you may write to, with -o",
}

_NUMBER = re.compile(r"\(os error (\d+)\)")


@contextlib.contextmanager
def refusals_told(verb: str, path: Path) -> Iterator[None]:
    """Turn a refusal of the file system into one line.

    Parameters
    ----------
    verb : str
        What is being done, as in "write".
    path : Path
        What it is done to.

    Raises
    ------
    WorkError
        In place of any `OSError` or polars error raised inside.
    """
    try:
        yield
    except OSError as error:
        number, reason = error.errno or 0, error.strerror or str(error)
        raise WorkError(_refusal(verb, path, number, reason)) from error
    except pl.exceptions.PolarsError as error:
        # polars tells the number that the system gave in the middle of a sentence.
        said = _NUMBER.search(str(error))
        number = int(said[1]) if said else 0
        reason = os.strerror(number) if said else " ".join(str(error).split())
        raise WorkError(_refusal(verb, path, number, reason)) from error


def _refusal(verb: str, path: Path, number: int, reason: str) -> str:
    advice = _ADVICE.get(number)
    return f"cannot {verb} {path}: {reason}" + (f"; {advice}" if advice else "")


def partial_of(path: Path) -> Path:
    """Name under which `path` is written until it is whole."""
    return path.with_name(f".{path.name}.partial")


def write_with(path: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write a file, and give it its name when it is whole and on the disk.

    Parameters
    ----------
    path : Path
        The file; one of this name is replaced.
    fill : callable
        Called with the path to write to.

    Raises
    ------
    WorkError
        If the disk refuses; a file that stood under `path` is then untouched.
    """
    partial = partial_of(path)
    with refusals_told("write", path):
        try:
            # A link planted under this name would be written through.
            partial.unlink(missing_ok=True)
            fill(partial)
            sync(partial)
            partial.replace(path)
        except BaseException:
            # The space is given back also when it is Ctrl-C that ends the writing.
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise
        sync(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all.

    Raises
    ------
    WorkError
        If the disk refuses; a file that stood under `path` is then untouched.
    """
    write_with(path, lambda partial: partial.write_bytes(content))


def sync(path: Path) -> None:
    """Wait until a file, or the names in a directory, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
