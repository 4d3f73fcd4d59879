"""The one way a function is compiled here: cached on disk under a key of the package's sources.

Numba's own cache looks only at the file a function stands in; a kernel that calls a kernel of
another file would stay stale when that file changes. The cache folder is therefore named after a
digest of every source file that kernels are made of, so that a stale kernel can never be loaded.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, override

import numba
from llvmlite.binding import (  # type: ignore[import-untyped]
    get_host_cpu_features,
    get_host_cpu_name,
)
from numba.core import types
from numba.core.caching import FunctionCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCES = (
    "compiled.py",
    "draws.py",
    "metrics",
    "philox.py",
    "portable.py",
    "rules",
    "sampling.py",
    "world",
)
"""Files and folders of the package that hold kernels, or constants that kernels use."""
UNUSED_DAYS = 30
"""Age at which the kernels of other sources than these are removed."""
PIECES_A_THREAD = 4
"""Pieces that work is cut into for each thread that shares it."""


def compiled_sources(package: Path) -> list[Path]:
    """Return every file of `SOURCES` in the folder of the package, sorted."""
    return sorted(
        path for path in package.rglob("*.py") if path.relative_to(package).parts[0] in SOURCES
    )


def source_digest(package: Path) -> str:
    """Return a digest of the sources of all kernels and of the compiler's version."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]}".encode())
    for path in compiled_sources(package):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path | None:
    """Return a writable folder for compiled kernels, or None if there is none.

    What lies in it is run without being asked for, so it is this user's alone.
    """
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "netgrow" / source_digest(Path(__file__).parent)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in (folder.parent, folder):
            if each.stat().st_uid != os.geteuid():
                return None
            each.chmod(0o700)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    _prune(folder)
    return folder


def _prune(folder: Path) -> None:
    """Mark `folder` as used now, and remove the folders beside it that long were not."""
    # Another process may do the same: whoever comes second finds nothing, and numba makes anew
    # what it misses.
    with contextlib.suppress(OSError):
        os.utime(folder)
        for other in folder.parent.glob("[0-9a-f]" * 16):
            if time.time() - other.stat().st_mtime > UNUSED_DAYS * 86_400:
                shutil.rmtree(other, ignore_errors=True)


_given = bool(os.environ.get("NUMBA_CACHE_DIR"))
_folder = None if _given else _cache_folder()
if _folder is not None:
    numba.config.CACHE_DIR = str(_folder)  # type: ignore[attr-defined]
CACHED: bool = _given or _folder is not None
"""Whether compiled kernels outlive the process."""


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` without the interpreter lock and keep the result on disk.

    No fast-math: floating-point arithmetic stays IEEE, in the order it is written, so that a
    result is the same on every machine.
    """
    compiled: Any = numba.njit(nogil=True, fastmath=False, error_model="numpy")(function)
    if CACHED:
        # As `enable_caching` of numba sets it.
        compiled._cache = _SharedCache(function)  # type: ignore[no-untyped-call]  # noqa: SLF001
    specialise = compiled.get_call_template
    # Called from another kernel, numba would compile it for every constant it is given, and for
    # whole numbers of 8, 16, 32 and 64 bits: `draws.uniform` 29 times. One will do, since LLVM puts
    # short kernels into those that call them, with their constants.
    compiled.get_call_template = lambda args, kws: specialise(
        tuple(map(_general, args)), {name: _general(kind) for name, kind in kws.items()}
    )
    return cast("F", compiled)


def _general(kind: Any) -> Any:
    """Return the type that an argument of one kernel to another is compiled for."""
    kind = types.unliteral(kind)  # type: ignore[no-untyped-call]
    return types.int64 if kind in types.signed_domain else kind


class _SharedCache(FunctionCache):
    """Numba's cache of a kernel, which several processes write to, one at a time.

    Numba reads its index, chooses the number of a file, and writes both. Two processes that do so
    at once choose the same number, and one of them would later be handed the code of the other.
    """

    @override
    def save_overload(self, sig: Any, data: Any) -> None:
        with only_writer():
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def is_marked(purpose: str) -> bool:
    """Whether all that a purpose needs was compiled and kept, for this processor."""
    return _folder is not None and _mark(_folder, purpose).exists()


def mark(purpose: str) -> None:
    """Note that all that a purpose needs is compiled and kept."""
    if _folder is None or numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return
    # Without the note it is only looked at once more.
    with contextlib.suppress(OSError):
        _mark(_folder, purpose).touch()


def _mark(folder: Path, purpose: str) -> Path:
    # Numba compiles anew on another processor, and keeps both.
    about = f"{purpose} {get_host_cpu_name()} {get_host_cpu_features().flatten()}"
    return folder / f"{hashlib.sha256(about.encode()).hexdigest()[:16]}.ready"


@contextlib.contextmanager
def only_writer() -> Iterator[None]:
    """Keep other processes from writing compiled kernels, for as long as the block lasts."""
    folder = Path(numba.config.CACHE_DIR)  # type: ignore[attr-defined]
    folder.mkdir(parents=True, exist_ok=True)
    # The system ends the lock with the process that holds it.
    with (folder / "lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def lean[F: Callable[..., Any]](function: F) -> F:
    """Compile `function` like a kernel, but without counting references: it may make no array.

    Where a bundle of arrays is handed on, numba counts a reference to each of them with a locked
    instruction. In kernels that look up one pair after another that took half of the time.
    """
    # `_nrt` is how numba compiles such functions of its own; its type stubs do not know it.
    compiling = numba.njit(  # type: ignore[call-overload]
        cache=CACHED, nogil=True, fastmath=False, error_model="numpy", _nrt=False
    )
    return cast("F", compiling(function))


def over_chunks(threads: int, count: int, work: Callable[[int, int], None]) -> None:
    """Call `work(start, stop)` over 0 ... count in pieces, by several threads at once.

    Kernels hold no interpreter lock, so pieces run at the same time. `work` must write only to
    places of its own piece; then the result does not depend on `threads`.

    Parameters
    ----------
    threads : int
        Threads that may be used, this one included; with 1 all is one piece.
    count : int
        How many indices there are. Where they are fewer than two a thread, all is one piece too.
    work : callable
        What it raises is raised here, when no piece is under way any more. It may itself call this.
    """
    if threads <= 1 or count < 2 * threads:
        work(0, count)
        return
    # More pieces than threads, taken when a thread is free: some pieces have more to do than
    # others, and some threads share their core with other programs.
    pieces = min(count, PIECES_A_THREAD * threads)
    left = iter([(count * i // pieces, count * (i + 1) // pieces) for i in range(pieces)])

    def take() -> None:
        for start, stop in left:
            work(start, stop)

    helpers = [_helpers(threads - 1).submit(take) for _ in range(threads - 1)]
    try:
        take()
    finally:
        # Those that have not begun have nothing left to do, and need not be waited for: their
        # threads may be busy with what called this.
        begun = [helper for helper in helpers if not helper.cancel()]
        wait(begun)
    for helper in begun:
        helper.result()


@cache
def _helpers(count: int) -> ThreadPoolExecutor:
    """Return `count` threads that are begun once: a week has more than a hundred calls."""
    return ThreadPoolExecutor(count, thread_name_prefix="netgrow-chunks")


# Threads do not live on in a forked process; who waited for them there would wait for ever.
os.register_at_fork(after_in_child=_helpers.cache_clear)
