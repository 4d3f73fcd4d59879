"""Tables in Markdown, and where they stand in a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def markdown(headings: Sequence[str], lines: Iterable[Sequence[object]], words: int = 1) -> str:
    """Return a table; its first `words` columns are text, the others are set to the right."""
    rule = ["---"] * words + ["---:"] * (len(headings) - words)
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [headings, rule, *lines])


def fill(page: Path, parts: Mapping[str, str]) -> None:
    """Put each text between the marks `<!-- name -->` and `<!-- end of name -->` of a page.

    Raises
    ------
    ValueError
        If the page lacks the marks of a part.
    """
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        marks = re.search(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", text, re.DOTALL)
        if marks is None:
            raise ValueError(f"{page} lacks the marks of the part {name!r}")
        text = f"{text[: marks.start()]}{marks[1]}{part}\n{marks[2]}{text[marks.end() :]}"
    page.write_text(text, encoding="utf-8")
