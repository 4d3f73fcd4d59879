"""Names and numbers as people read them."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = "–"
"""What stands where there is no number."""

QUESTIONS = {
    "one": (
        "If one person switches",
        (
            "Only a small sample of members (the focal members) changes how it networks; everybody "
            "else goes on as before. This answers: what should I do?"
        ),
    ),
    "everyone": (
        "If everyone switches",
        (
            "All members play the same strategy. This answers: what happens if the advice is "
            "followed by all? Members then compete for the same people's attention, so the answer "
            "can differ."
        ),
    ),
}
"""Question as stored -> (heading, what it means)."""


def label(text: str) -> str:
    """Return a name as it is shown: printable, underscores as spaces."""
    return clean(text).replace("_", " ").strip() or NOTHING


def clean(text: str) -> str:
    """Return text without control characters, lone surrogates and other unprintable marks.

    They are not allowed in SVG, and those that turn the reading direction could make one name look
    like another.
    """
    kept = (
        c if unicodedata.category(c) not in {"Cc", "Cs", "Cf", "Co", "Cn"} else " " for c in text
    )
    return " ".join("".join(kept).split())


def shorten(text: str, length: int) -> str:
    """Cut text to `length` characters, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def number(value: float | None) -> str:
    """Write a number with about three digits that count: `1,234`, `12.3`, `0.0123`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size >= 100:
        text = f"{size:,.0f}"
    elif size >= 10:
        text = f"{size:.1f}"
    elif size >= 1:
        text = f"{size:.2f}"
    elif size == 0:
        text = "0"
    elif size >= 0.001:
        text = f"{size:.3f}"
    else:
        text = f"{size:.1e}"
    return f"−{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def signed(value: float | None) -> str:
    """Write a difference with its sign."""
    text = number(value)
    return f"+{text}" if value is not None and math.isfinite(value) and value > 0 else text


def span(low: float | None, high: float | None) -> str:
    """Write an interval: `[2.6, 3.6]`."""
    return f"[{number(low)}, {number(high)}]"


def tick(value: float) -> str:
    """Write an axis number as short as it is: `−2.5`, `10`, `20,000`."""
    return f"{value + 0.0:,.10g}".replace("-", "−")


def signed_tick(value: float) -> str:
    """Write an axis number with its sign."""
    return f"+{tick(value)}" if value > 0 else tick(value)


def percent(share: float | None) -> str:
    """Write a share of one as a percentage, never rounding to all or nothing what is neither."""
    if share is None or not math.isfinite(share):
        return NOTHING
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{100 * share:.0f} %"


def chance(p: float | None) -> str:
    """Write a p value."""
    if p is None or not math.isfinite(p):
        return NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def counted(amount: int, singular: str, plural: str | None = None) -> str:
    """Write `1 world`, `12 worlds`."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def listed(items: Sequence[str]) -> str:
    """Write `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def within(words: str) -> str:
    """Return a title fit for the middle of a sentence."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def stopped(words: str) -> str:
    """Return a sentence with a full stop, unless it has its end already."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def capital(words: str) -> str:
    """Return a sentence with its first letter large."""
    return words[:1].upper() + words[1:]
