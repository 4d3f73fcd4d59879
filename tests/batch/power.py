"""A power cut: nothing reaches the disk after it, and what was not yet synced may be lost."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


class PowerCut(BaseException):
    """The machine is off: no handler of the program runs any more."""


class Disk:
    """Counts what a program does to the disk, and goes off at a step.

    At that step a file that is being synced loses its second half. Names that were given or taken
    away in a directory since it was last synced are undone, as a file system may do.

    Parameters
    ----------
    cut
        The step at which the power goes; never if it is 0.
    """

    STEPS = ("fsync", "rename", "replace", "unlink", "rmdir")

    def __init__(self, cut: int) -> None:
        self.cut = cut
        self.steps = 0
        self._undo: list[tuple[set[Path], Any]] = []

    @contextlib.contextmanager
    def under(self, patches: pytest.MonkeyPatch) -> Iterator[Disk]:
        with patches.context() as patched:
            for name in self.STEPS:
                patched.setattr(os, name, self._counted(name, getattr(os, name)))
            with contextlib.suppress(PowerCut):
                yield self
        if self.off:
            for _, undo in reversed(self._undo):
                undo()

    @property
    def off(self) -> bool:
        return 0 < self.cut <= self.steps

    def _counted(self, name: str, real: Any) -> Any:
        def call(*words: Any, **options: Any) -> Any:
            if self.off:
                raise PowerCut
            self.steps += 1
            if self.off and name == "fsync":
                file = Path(f"/proc/self/fd/{words[0]}").resolve()
                if file.is_file():
                    os.truncate(file, file.stat().st_size // 2)
            if self.off:
                raise PowerCut
            getattr(self, f"_before_{name}", lambda *_, **__: None)(*words, **options)
            return real(*words, **options)

        return call

    def _before_fsync(self, descriptor: int) -> None:
        synced = Path(f"/proc/self/fd/{descriptor}").resolve()
        for folders, _ in self._undo:
            folders.discard(synced)
        self._undo = [(folders, undo) for folders, undo in self._undo if folders]

    def _before_rename(self, old: Any, new: Any) -> None:
        source, target = Path(old), Path(new)
        before = target.read_bytes() if target.is_file() else None

        def undo() -> None:
            target.rename(source)
            if before is not None:
                target.write_bytes(before)

        self._undo.append(({target.parent.resolve()}, undo))

    _before_replace = _before_rename

    def _before_unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        file = Path(path)
        # Inside a directory that is taken away as a whole nothing can come back.
        if dir_fd is None and file.is_file():
            content = file.read_bytes()
            self._undo.append(({file.parent.resolve()}, lambda: file.write_bytes(content)))
