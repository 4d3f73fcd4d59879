"""Disks that are full or refuse to be written, for real."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batch.pretend import PretendDesign, study, tables_of
from sim.batch.study import conduct
from sim.errors import WorkError
from sim.results import shelf
from sim.results.status import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DESIGN = PretendDesign(seeds=4)
RUNS = 16
# Root may write everywhere; what is imported later may only be readable to root.
WITHOUT_PRIVILEGES = """
import os, sys
import batch.pretend_command as command, sim.batch.provenance as provenance
provenance.version_of("polars")
if os.getuid() == 0:
    os.setuid(65534)
sys.exit(command.main())
"""


def mount(*words: object) -> None:
    try:
        subprocess.run(["mount", *map(str, words)], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a file system may not be mounted here: {error}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system in memory, of 16 kB to begin with."""
    place = tmp_path / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", "size=16k", "tmpfs", place)
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    directory = tmp_path_factory.mktemp("plain")
    conduct(study(DESIGN), directory)
    return tables_of(directory)


def test_a_disk_that_is_full_at_any_moment_loses_nothing(
    small_disk: Path, undisturbed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_LOOSE", 5)
    kept = small_disk / "kept"
    refused, done = [], [0]
    for size in range(16, 1000, 4):
        mount("-o", f"remount,size={size}k", small_disk)
        try:
            assert conduct(study(DESIGN), kept).done == RUNS
            break
        except WorkError as error:
            refused.append(str(error))
            assert "No space left on device; free some space" in str(error)
            assert "\n" not in str(error)
            assert not list(kept.rglob("*.partial"))
        if (kept / "runs.csv").exists():
            done.append(status_of(kept).counts["done"])
    assert tables_of(kept) == undisturbed
    assert len(refused) > 5
    assert done == sorted(done)
    # Refused were runs, parts and tables.
    for what in ("runs/", "parts", "series.parquet"):
        assert any(f"{kept / what}" in line for line in refused), what


def test_a_file_system_that_became_read_only_is_said_to_be(
    small_disk: Path, undisturbed: dict[str, bytes]
) -> None:
    mount("-o", "remount,size=10m", small_disk)
    kept = small_disk / "kept"
    conduct(study(PretendDesign(seeds=2)), kept)
    mount("-o", "remount,ro", small_disk)
    with pytest.raises(WorkError, match=r"Read-only file system; choose a directory .* with -o"):
        conduct(study(DESIGN), kept)
    assert status_of(kept).counts["done"] == 8
    mount("-o", "remount,rw", small_disk)
    assert conduct(study(DESIGN), kept).done == RUNS
    assert tables_of(kept) == undisturbed


def test_a_directory_that_may_not_be_written_is_named_in_a_line(
    undisturbed: dict[str, bytes],
) -> None:
    # Not in the directory of the tests, which others may not enter.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Path(name)
        kept = place / "kept"
        conduct(study(PretendDesign(seeds=2)), kept)
        for path in (place, *place.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        ended = subprocess.run(
            [sys.executable, "-c", WITHOUT_PRIVILEGES, kept, "1", "0", "99"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith(f"cannot lock {kept / '.lock'}: Permission denied; choose")
        assert ended.stderr.count("\n") == 1
        for path in (place, *place.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert conduct(study(DESIGN), kept).done == RUNS
        assert tables_of(kept) == undisturbed
