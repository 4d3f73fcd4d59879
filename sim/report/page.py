"""A report as one self-contained HTML page: no script, no request, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.report.style import ARM_COLOURS, inline_svg

if TYPE_CHECKING:
    from sim.report.document import Chart, Report


def to_html(report: Report) -> str:
    """Return the page; the same report gives the same bytes."""
    environment = Environment(
        loader=PackageLoader("sim.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.jinja")
    return template.render(report=report, svg=_svg, colours=ARM_COLOURS)


def _svg(chart: Chart) -> Markup:
    # ElementTree escaped every text and attribute of the tree it wrote.
    return Markup(inline_svg(chart.figure, chart.name, chart.title, chart.told))  # noqa: S704
