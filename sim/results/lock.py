"""One writer a directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
from typing import TYPE_CHECKING

from sim.errors import WorkError
from sim.results.durable import refusals_told
from sim.results.layout import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def only_writer(directory: Path) -> Iterator[None]:
    """Keep other processes from writing to a directory, for as long as the block lasts.

    The system itself ends the lock with the process that holds it, so a killed study leaves none
    behind; the file stays, because removing it would race with who opens it next.

    Parameters
    ----------
    directory : Path
        An existing directory.

    Raises
    ------
    WorkError
        If another process holds the lock, or the directory does not allow one.
    """
    path = directory / LOCK
    with refusals_told("lock", path):
        # What a link planted here leads to would be written over.
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = open(os.open(path, flags, 0o666), "a+", encoding="utf-8")  # noqa: PTH123, SIM115
    with handle:
        try:
            with refusals_told("lock", path):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except WorkError as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise WorkError(
                f"{directory} is being written by {holder}; wait for it, or choose another "
                "directory with -o"
            ) from error
        with refusals_told("lock", path):
            handle.seek(0)
            handle.truncate()
            handle.write(f"process {os.getpid()} on {platform.node()}\n")
            handle.flush()
        yield
