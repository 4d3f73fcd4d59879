"""Write the report of a study from its result directory: HTML in one file, or Markdown.

The report reads only what `sim.results` and `sim.analysis` give, and uses no randomness: the same
tables give the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.build import build
from sim.report.markdown import FIGURES, to_markdown
from sim.report.page import to_html
from sim.report.style import standalone_svg
from sim.results.durable import refusals_told, write_whole
from sim.results.guard import refuse_links

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["render_html", "write_html", "write_markdown"]


def render_html(directory: Path) -> str:
    """Return the report of a result directory as one HTML page.

    Raises
    ------
    WorkError
        If the directory holds no results.
    """
    return to_html(build(Path(directory)))


def write_html(directory: Path) -> Path:
    """Write `report.html` into a result directory and return where it is.

    Raises
    ------
    WorkError
        If the directory holds no results, or cannot be written to.
    """
    directory = Path(directory)
    _write(directory, {"report.html": render_html(directory)})
    return directory / "report.html"


def write_markdown(directory: Path) -> Path:
    """Write `report.md` and `figures/*.svg` into a result directory; return where the text is.

    Raises
    ------
    WorkError
        If the directory holds no results, or cannot be written to.
    """
    directory = Path(directory)
    report = build(directory)
    files = {f"{FIGURES}/{chart.name}.svg": standalone_svg(chart.figure) for chart in report.charts}
    _write(directory, files | {"report.md": to_markdown(report)})
    return directory / "report.md"


def _write(directory: Path, files: Mapping[str, str]) -> None:
    refuse_links(directory)
    for name, content in files.items():
        path = directory / name
        with refusals_told("write", path):
            path.parent.mkdir(exist_ok=True)
        write_whole(path, content.encode())
