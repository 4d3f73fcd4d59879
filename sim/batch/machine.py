"""How much memory this machine has left for a study."""

from __future__ import annotations

from pathlib import Path

SYSTEM = Path("/proc/meminfo")
GROUPS = Path("/sys/fs/cgroup")
MINE = Path("/proc/self/cgroup")

_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_VERSION_2 = ("memory.max", "memory.current", "inactive_file")


def free_memory(system: Path = SYSTEM, groups: Path = GROUPS, mine: Path = MINE) -> int | None:
    """Return the bytes that this process and those it begins may still take.

    What the system has available, or what is left below a limit of a control group (a container's,
    say), whichever is less.

    Parameters
    ----------
    system, groups, mine : Path
        Where Linux tells it.

    Returns
    -------
    int or None
        None where the system does not tell.
    """
    told = [_available(system), *_left_in_groups(groups, mine)]
    return min((each for each in told if each is not None), default=None)


def _available(system: Path) -> int | None:
    for line in _read(system).splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    return None


def _left_in_groups(groups: Path, mine: Path) -> list[int | None]:
    """Return what is left in each control group that this process is in, and those around it."""
    left = []
    for line in _read(mine).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        # Version 2 has one tree without a name, version 1 a tree for each controller.
        root, names = groups / controllers, _VERSION_1 if controllers else _VERSION_2
        folder = root / path.lstrip("/")
        around = [each for each in (folder, *folder.parents) if each.is_relative_to(root)]
        left += [_left(each, *names) for each in around]
    return left


def _left(folder: Path, limit: str, used: str, cached: str) -> int | None:
    most, now = _read(folder / limit).strip(), _read(folder / used).strip()
    if not (most.isdecimal() and now.isdecimal()):
        return None
    counts = dict(line.split(" ", 1) for line in _read(folder / "memory.stat").splitlines())
    # Files that are kept in memory only to be quick give way.
    return max(0, int(most) - int(now) + int(counts.get(cached, 0)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
