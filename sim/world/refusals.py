"""What every kind of input file is refused for, and the words that refusals are made of."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS = 50_000_000
"""Rows a file may have."""

_SHOWN = 20


def shown(value: str) -> str:
    """Return `value` quoted, on one line and not too long, for a message."""
    return repr(value if len(value) <= 60 else value[:57] + "...")


def listed(values: Sequence[str]) -> str:
    """Return the first few of `values` quoted, for a message."""
    text = ", ".join(shown(value) for value in values[:_SHOWN])
    return text + (f" and {len(values) - _SHOWN:,} more" if len(values) > _SHOWN else "")


def nearest(value: str, known: Sequence[str]) -> str:
    """Return a question for the name of `known` nearest to `value`, or nothing if none is near."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(value.casefold(), list(folded), n=1)
    return f"; did you mean {shown(folded[close[0]])}?" if close else ""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def check_rows(rows: int, name: str) -> None:
    """Refuse a file with too many rows."""
    if rows > MOST_ROWS:
        raise UsageError(f"{name} has {rows:,} rows, {MOST_ROWS:,} are allowed; take a sample")


def check_columns(names: Sequence[str], wanted: Sequence[str], name: str) -> None:
    """Refuse a file that has not got each wanted column exactly once."""
    for column in wanted:
        if column not in names:
            raise UsageError(
                f"{name} has no column {shown(column)}; it has {listed(names)}"
                f"{nearest(column, names)}"
            )
        if names.count(column) > 1:
            raise UsageError(
                f"{name} has {names.count(column)} columns {shown(column)}; rename one"
            )
