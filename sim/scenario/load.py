"""Read a scenario from its file."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.check import checked
from sim.scenario.overrides import ORIGIN, apply_overrides, key_of
from sim.scenario.plugins import gated, permitted
from sim.scenario.policy import of_year
from sim.scenario.problems import Problem, ScenarioError, nearest, one_line, shown

if TYPE_CHECKING:
    from sim.scenario.check import ExtraChecks
    from sim.scenario.study import Scenario

LARGEST_FILE = 2**20
_WHOLE = ("arms", "background")
# The time that reading a key takes grows faster than the square of its parts.
_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])
    (?:(?>[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""",
    re.VERBOSE,
)


def load_scenario(
    path: str | os.PathLike[str],
    overrides: Mapping[str, str] | Sequence[str] = (),
    *,
    extra_checks: ExtraChecks | None = None,
    labels: Mapping[str, str] | None = None,
    allow_plugins: bool = False,
    **changes: Any,
) -> Scenario:
    """Return the scenario of a file.

    Parameters
    ----------
    path
        A TOML file of at most 1 MiB, in UTF-8.
    overrides
        `key=value` texts, or values as TOML text by dotted key, that replace those of the file.
    extra_checks
        Further checks of a scenario whose types and ranges are right.
    labels
        By key of `changes`, what messages call its origin; "argument" if nothing else.
    allow_plugins
        Whether the file may name strategies of modules, `module:Class`, whose code is run when they
        are used. One that `overrides` or `changes` name is allowed by that, with its module.
    **changes
        Values that replace those of the file, by top-level key; a table of values replaces only
        those it names, save for `arms` and `background`, which are replaced as a whole.

    Raises
    ------
    ScenarioError
        If the file cannot be read or anything in it is wrong; with all that is wrong.

    Examples
    --------
    >>> scenario = load_scenario("scenarios/known-vs-groups.toml", ["members.count=500"], weeks=52)
    >>> scenario.members.count, scenario.weeks
    (500, 52)
    """
    file = one_line(os.fspath(path))
    if isinstance(overrides, Mapping):
        overrides = [f"{key}={value}" for key, value in overrides.items()]
    table = apply_overrides(_read(Path(path), file), overrides)
    for name, value in changes.items():
        old: Any = of_year(table.get(name)) if name == "platform" else table.get(name)
        merges = isinstance(old, dict) and isinstance(value, Mapping) and name not in _WHOLE
        table[name] = {**old, **value} if merges else value
    table.setdefault("name", _name_from(Path(path)))
    origins = {key_of(each): ORIGIN for each in overrides}
    origins |= {name: (labels or {}).get(name, "argument") for name in changes}
    if not allow_plugins:
        extra_checks = gated(permitted(overrides, changes), extra_checks)
    return checked(table, file, labels=origins, extra_checks=extra_checks)


def check_file(
    path: str | os.PathLike[str],
    *,
    extra_checks: ExtraChecks | None = None,
    allow_plugins: bool = False,
) -> tuple[Problem, ...]:
    """Return all that is wrong with a scenario file; empty if nothing is.

    Parameters
    ----------
    path
        The file.
    extra_checks, allow_plugins
        As for `load_scenario`.
    """
    try:
        load_scenario(path, extra_checks=extra_checks, allow_plugins=allow_plugins)
    except ScenarioError as error:
        return error.problems
    return ()


def _read(path: Path, file: str) -> dict[str, Any]:
    """Return the table in a file."""
    text = _text(_content(path, file), file)
    if long := _LONG_KEY.search(text):
        line = text.count("\n", 0, long.start()) + 1
        given = "a key of more than 32 parts"
        raise ScenarioError([Problem(file, f"line {line}", given, "at most 8")])
    try:
        return tomllib.loads(text)
    except RecursionError:
        problem = Problem(file, "", "lists or tables nested too deeply", "at most 8 levels")
    except tomllib.TOMLDecodeError as error:
        problem = _syntax_problem(text, file, str(error))
    except ValueError:
        # Python's own limit against numbers that take minutes to read.
        problem = Problem(file, "", "a number of thousands of digits", "numbers of 64 bits")
    raise ScenarioError([problem])


def _content(path: Path, file: str) -> bytes:
    """Return the bytes of a regular file of reasonable size."""
    allowed = "a scenario file (TOML)"
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as stream:
                content = stream.read(LARGEST_FILE + 1)
            if len(content) <= LARGEST_FILE:
                return content
            given, allowed = "a file that is too large", f"at most {LARGEST_FILE} bytes"
        else:
            given = "a directory" if stat.S_ISDIR(mode) else "what is not a regular file"
    except FileNotFoundError:
        given = "a path without a file"
    except (OSError, ValueError) as error:
        given = f"a file that cannot be read ({getattr(error, 'strerror', None) or error})"
    raise ScenarioError([Problem(file, "", given, allowed, _nearest_file(path))])


def _nearest_file(path: Path) -> str | None:
    """Return the scenario file that a path is most like, in its folder or in `scenarios/` there."""
    files: dict[str, Path] = {}
    try:
        for folder in (path.parent, path.parent / "scenarios"):
            for found in folder.glob("*.toml"):
                if found.is_file() and found != path:
                    files.setdefault(found.stem, found)
    except (OSError, ValueError):
        return None
    near = nearest(path.stem, files)
    return str(files[near]) if near else None


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = f"line {line}, byte {error.start + 1} of the file"
        given = f"byte 0x{content[error.start]:02x}, which is not UTF-8"
    raise ScenarioError([Problem(file, place, given, "a file saved as UTF-8")])


def _syntax_problem(text: str, file: str, message: str) -> Problem:
    reason, _, place = message.rstrip(")").rpartition(" (at ")
    found = re.fullmatch(r"line (\d+), column \d+", place)
    lines = text.splitlines()
    if found and int(found[1]) <= len(lines) and (line := lines[int(found[1]) - 1].strip()):
        given = shown(line)
    else:
        given = "an incomplete file"
    return Problem(file, place, given, f"valid TOML ({reason or message})")


def _name_from(path: Path) -> str:
    """Return a name for a study made from the name of its file."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("._-")[:80] or "study"
