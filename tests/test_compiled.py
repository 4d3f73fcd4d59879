"""Compiled kernels: never stale, never in the way, and run over every index exactly once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core import event, types
from numba.core.caching import FunctionCache

import sim
from sim import compiled
from sim.compiled import kernel

PACKAGE = Path(sim.__file__).parent
DAY = 86_400


def start(cache_home: Path) -> str:
    """Return what a new process says of its cache: whether there is one, and where."""
    environment = {name: text for name, text in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    asked = "import numba, sim.compiled as c; print(c.CACHED, numba.config.CACHE_DIR)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**environment, "XDG_CACHE_HOME": str(cache_home)},
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.strip()


# ---------------------------------------------------------------- the key of the cache


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_digest_depends_on_the_sources_alone(package: Path) -> None:
    assert compiled.source_digest(package) == compiled.source_digest(PACKAGE)


@pytest.mark.parametrize("source", ["philox.py", "world/rows.py", "compiled.py"])
def test_the_digest_changes_with_a_source(package: Path, source: str) -> None:
    before = compiled.source_digest(package)
    path = package / source
    path.write_bytes(path.read_bytes() + b"\n")
    assert compiled.source_digest(package) != before


def test_the_digest_changes_with_the_name_of_a_source(package: Path) -> None:
    before = compiled.source_digest(package)
    (package / "world" / "rows.py").rename(package / "world" / "lines.py")
    assert compiled.source_digest(package) != before


def test_what_holds_no_kernel_leaves_the_digest(package: Path) -> None:
    before = compiled.source_digest(package)
    (package / "errors.py").write_text("")
    assert compiled.source_digest(package) == before


def test_every_file_with_a_kernel_is_a_source() -> None:
    with_kernels = {path for path in PACKAGE.rglob("*.py") if "\n@kernel\n" in path.read_text()}
    assert PACKAGE / "philox.py" in with_kernels
    assert with_kernels <= set(compiled.compiled_sources(PACKAGE))


# ---------------------------------------------------------------- the cache folder


def test_without_a_cache_folder_kernels_are_not_kept(tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("a file where the folder should be")
    assert start(occupied).split()[0] == "False"


def test_kernels_of_old_sources_are_removed_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "netgrow"
    now = time.time()
    old, recent, foreign = (folder / name for name in ("0" * 16, "f" * 16, "notes"))
    for path, age in ((old, 31 * DAY), (recent, 29 * DAY), (foreign, 31 * DAY)):
        path.mkdir(parents=True)
        (path / "kernel.nbi").write_text("")
        os.utime(path, (now - age, now - age))
    mine = folder / compiled.source_digest(PACKAGE)
    mine.mkdir()
    os.utime(mine, (now - 31 * DAY, now - 31 * DAY))
    assert start(tmp_path) == f"True {mine}"
    assert sorted(folder.iterdir()) == sorted([recent, foreign, mine])
    assert mine.stat().st_mtime >= now - DAY


def locked_by_another(folder: Path) -> bool:
    """Whether another process that asks for the lock of a folder has to wait."""
    asked = (
        "import fcntl, sys\n"
        "try: fcntl.flock(open(sys.argv[1], 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except BlockingIOError: sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", asked, folder / "lock"], check=False)
    assert done.returncode in (0, 3)
    return done.returncode == 3


def test_one_process_at_a_time_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    seen = []
    written = FunctionCache.save_overload

    def save(self: FunctionCache, sig: Any, data: Any) -> None:
        seen.append(locked_by_another(tmp_path))
        written(self, sig, data)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(FunctionCache, "save_overload", save)
    assert kernel(plus)(1, 2) == 3
    assert seen == [True]
    assert not locked_by_another(tmp_path)
    # It is found again by who looks for it.
    with event.install_recorder("numba:compile") as compiling:
        assert kernel(plus)(1, 2) == 3
    assert compiling.buffer == []


# ---------------------------------------------------------------- how often a kernel is compiled


def plus(a: Any, b: Any) -> Any:
    return a + b


def test_a_kernel_is_compiled_once_for_all_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "CACHED", False)
    add: Any = kernel(plus)

    @kernel
    def caller(small: Any, large: int) -> Any:
        return add(small, 1), add(small, large), add(2, small), add(a=large, b=3)

    assert caller(np.int8(-100), 2**40) == (-99, 2**40 - 100, -98, 2**40 + 3)
    assert add.signatures == [(types.int64, types.int64)]


def test_what_is_no_whole_number_with_a_sign_stays_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled, "CACHED", False)
    add: Any = kernel(plus)

    @kernel
    def caller(word: np.uint64, real: float) -> Any:
        return add(word, np.uint64(1)), add(real, 0.5)

    assert caller(np.uint64(2**64 - 1), 0.25) == (0, 0.75)
    assert add.signatures == [(types.uint64, types.uint64), (types.float64, types.float64)]


# ---------------------------------------------------------------- threads


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 7, 8, 100])
def test_every_index_is_worked_on_once(threads: int, count: int) -> None:
    worked = [0] * count

    def work(start: int, stop: int) -> None:
        for index in range(start, stop):
            worked[index] += 1

    compiled.over_chunks(threads, count, work)
    assert worked == [1] * count


@pytest.mark.parametrize("threads", [1, 2, 3, 4])
@pytest.mark.parametrize("wrong", [0, 57, 99])
def test_a_failure_in_any_piece_is_raised(threads: int, wrong: int) -> None:
    def work(start: int, stop: int) -> None:
        if start <= wrong < stop:
            msg = f"index {wrong}"
            raise LookupError(msg)

    with pytest.raises(LookupError, match=f"index {wrong}"):
        compiled.over_chunks(threads, 100, work)


@pytest.mark.parametrize("threads", [2, 3])
def test_who_is_free_takes_more(threads: int) -> None:
    """One slow piece holds up nothing else: all other pieces are done while it lasts."""
    count = 60 * threads
    done, others = [0] * count, threading.Event()
    slow = []

    def work(start: int, stop: int) -> None:
        if start == 0:
            slow.append(stop)
            assert others.wait(60)
        done[start:stop] = [1] * (stop - start)
        if slow and sum(done) == count - slow[0]:
            others.set()

    compiled.over_chunks(threads, count, work)
    assert done == [1] * count
    assert slow[0] < count // threads


def test_work_may_itself_be_cut_into_pieces() -> None:
    worked = [[0] * 50 for _ in range(40)]

    def outer(start: int, stop: int) -> None:
        for row in range(start, stop):
            compiled.over_chunks(2, 50, partial(inner, row))

    def inner(row: int, start: int, stop: int) -> None:
        for index in range(start, stop):
            worked[row][index] += 1

    compiled.over_chunks(2, 40, outer)
    assert worked == [[1] * 50] * 40


def test_threads_are_begun_once() -> None:
    seen = set()

    def work(start: int, stop: int) -> None:
        seen.add(threading.get_ident())

    for _ in range(50):
        compiled.over_chunks(3, 100, work)
    assert len(seen) <= 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_begins_its_own() -> None:
    script = (
        "import os\n"
        "from sim.compiled import over_chunks\n"
        "seen = []\n"
        "def work(start, stop): seen.extend(range(start, stop))\n"
        "over_chunks(2, 100, work)\n"
        "child = os.fork()\n"
        "seen.clear()\n"
        "over_chunks(2, 100, work)\n"
        "assert sorted(seen) == list(range(100))\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PACKAGE.parent, timeout=60)
    assert done.returncode == 0


def test_the_cache_is_this_users_alone(tmp_path: Path) -> None:
    """What lies in it is run: neither is it open to others, nor is that of others used."""
    (tmp_path / "netgrow").mkdir(mode=0o777)
    (tmp_path / "netgrow").chmod(0o777)
    asked = "import sim.compiled as c, numba; print(numba.config.CACHE_DIR)"
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    told = subprocess.run(
        [sys.executable, "-c", asked],
        env={**environment, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    for folder in (Path(told), Path(told).parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert Path(told).parent == tmp_path / "netgrow"


def test_a_cache_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled._cache_folder() is not None
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert compiled._cache_folder() is None
