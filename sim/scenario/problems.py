"""What can be wrong with a scenario, said in one line each."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_SHOWN = 80
MOST_SHOWN = 20
MOST_COMPARED = 500
MOST_PROBLEMS = 100

Key = tuple[str | int, ...]
"""Names of tables inside tables; a number is a place in a list of tables, counted from 0."""
Finding = tuple[str, str, str, str | None]
"""Dotted key, what was given, what is allowed, the nearest valid name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a scenario.

    Attributes
    ----------
    file
        The file, or what else the value came from (`--set`).
    key
        Dotted key, or the place in the file; empty if it is about the file as a whole.
    given
        What was given, in words or TOML.
    allowed
        What is allowed, in words.
    suggestion
        The nearest valid name, if there is one.
    """

    file: str
    key: str
    given: str
    allowed: str
    suggestion: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        line = f"{place}: given {self.given}; allowed: {self.allowed}"
        if self.suggestion is not None:
            line += f"; did you mean {self.suggestion}?"
        return one_line(line)


class ScenarioError(UsageError):
    """A scenario that cannot be used, with all that is wrong with it.

    The message is one line for one problem; for several, a line with their number and a line each.

    Attributes
    ----------
    problems
        What is wrong, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        return "\n".join([f"{len(self.problems)} problems:", *map(str, self.problems)])


def one_line(text: str) -> str:
    """Return text with everything unprintable escaped, so that it is one line on any terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def clipped(text: str) -> str:
    """Return text, cut to what fits a message."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 4]} ..."


def shown(value: Any) -> str:
    """Return a value of a TOML file as it would be written there, cut to what fits a message."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > 256:
            # Python refuses to write out whole numbers of more than some thousand digits.
            return f"a whole number of about {round(value.bit_length() * 0.30103)} digits"
        case str() if len(text := repr(value)) > LONGEST_SHOWN:
            return f"{clipped(text)} ({len(value)} characters)"
        case str():
            return repr(value)
        case list() | tuple() if len(value) > MOST_SHOWN:
            return f"a list of {len(value)} values"
        case list() | tuple():
            return clipped(f"[{', '.join(shown(item) for item in value)}]")
        case dict() if len(value) > MOST_SHOWN:
            return f"a table of {len(value)} keys"
        case dict():
            return clipped(
                f"{{{', '.join(f'{dotted([k])} = {shown(v)}' for k, v in value.items())}}}"
            )
        case None:
            return "nothing"
        case _:
            return str(value)


def dotted(parts: Sequence[str | int]) -> str:
    """Return a key as it would be written in TOML, with quotes where it needs them.

    What TOML has no word for, the second table of a list `tests`, is `tests[2]`.
    """
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{_quoted(part)}" for part in parts
    ).removeprefix(".")


def parts_of(key: str) -> Key:
    """Return the parts of a key that `dotted` wrote."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|([^."\[\]]+)|\[([0-9]{1,9})\]', key)
    return tuple(
        int(number) - 1 if number else name or json.loads(f'"{quoted}"')
        for quoted, name, number in found
    )


def _quoted(part: str) -> str:
    return part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else json.dumps(clipped(part))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name most like the one given, if any is like it."""
    plain = {n.lower().replace("-", "_"): n for n in islice(names, MOST_COMPARED)}
    found = difflib.get_close_matches(name[:200].lower().replace("-", "_"), plain, 1, 0.6)
    return plain[found[0]] if found else None
