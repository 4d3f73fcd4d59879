"""Free memory: what the system has, or what a control group still allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.batch.machine import free_memory

MIB = 2**20
SYSTEM = f"MemTotal: 64000 kB\nMemFree: 100 kB\nMemAvailable:   {8 * 1024} kB\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "meminfo").write_text(SYSTEM)
    return tmp_path


def group(folder: Path, names: tuple[str, str], limit: str, used: int, stat: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{stat}")


def free(place: Path, mine: str) -> int | None:
    (place / "mine").write_text(mine)
    return free_memory(place / "meminfo", place / "groups", place / "mine")


OLD = ("memory.limit_in_bytes", "memory.usage_in_bytes")
NEW = ("memory.max", "memory.current")


def test_without_groups_it_is_what_the_system_has(place: Path) -> None:
    assert free(place, "") == 8 * MIB


def test_where_nobody_tells_it_is_unknown(tmp_path: Path) -> None:
    assert free_memory(*(tmp_path / "no" for _ in range(3))) is None


def test_a_limit_counts_what_is_left_below_it(place: Path) -> None:
    group(place / "groups" / "box", NEW, str(5 * MIB), 3 * MIB, f"inactive_file {MIB}\n")
    assert free(place, "0::/box\n") == 3 * MIB
    assert free(place, "0::/other\n") == 8 * MIB


def test_the_limit_of_a_group_around_counts_too(place: Path) -> None:
    group(place / "groups" / "box", NEW, str(4 * MIB), 3 * MIB)
    group(place / "groups" / "box" / "inner", NEW, "max", MIB)
    assert free(place, "0::/box/inner\n") == MIB


def test_groups_of_the_old_kind(place: Path) -> None:
    box = place / "groups" / "memory" / "box"
    group(box, OLD, str(6 * MIB), 5 * MIB, f"total_inactive_file {MIB}\n")
    mine = "12:cpu,cpuacct:/elsewhere\n4:memory:/box\n0::/\n"
    assert free(place, mine) == 2 * MIB
    group(box, OLD, "9223372036854771712", MIB)
    assert free(place, mine) == 8 * MIB


def test_what_is_overdrawn_is_nothing_left(place: Path) -> None:
    group(place / "groups" / "box", NEW, str(MIB), 2 * MIB)
    assert free(place, "0::/box\n") == 0


def test_this_machine_has_some() -> None:
    assert Path("/proc/meminfo").exists() is (free_memory() is not None)
