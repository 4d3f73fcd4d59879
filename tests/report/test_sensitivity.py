"""What a study with a sweep says of its parameters, in its report and on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from analysis.swept import Swept
from cli.studies import netgrow
from matplotlib.patches import Rectangle

from sim.analysis import explore
from sim.report import write_html
from sim.report.build import build
from sim.report.document import Table
from sim.report.markdown import to_markdown
from sim.report.region_map import region_map
from sim.report.style import ARM_COLOURS, looks, standalone_svg
from sim.results.layout import TABLES

from .fake_results import write
from .fake_study import Study
from .reading import Page
from .test_page import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

VARY = {"response.base": (-2.0, 1.0, "linear"), "tiredness.on": [False, True]}
HOME = {"response.base": -1.0, "tiredness.on": False}
GRID = {"response.base": [-2.0, -1.0, 0.0, 1.0], "tiredness.on": [False, True]}


def difference(values: Any) -> float:
    return 1.2 + 2 * float(values["response.base"]) - 3.0 * bool(values["tiredness.on"])


def made(root: Path, swept: Swept, **extra: Any) -> Path:
    """A whole study's directory, of which the sweep's outcomes are known."""
    arms = ("known_only", "group_driven")
    directory = write(root, Study(arms=arms, seeds=4, weeks=24, extra=extra))
    said = json.loads((directory / "manifest.json").read_text())
    told = swept.manifest()
    said |= {name: told[name] for name in ("points", "sweep")}
    said["parameters"] += told["parameters"]
    (directory / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    frame = pl.DataFrame(swept.outcomes(), schema=TABLES["series"].schema)
    frame.write_parquet(directory / "outcomes.parquet")
    return directory


def test_a_study_without_a_sweep_has_no_such_section(page: str) -> None:
    assert "sensitivity" not in {section["id"] for section in Page(page).all("section")}


@pytest.mark.parametrize("design", ["sobol", "morris", "latin-hypercube", "grid"])
def test_a_sweep_is_told_after_the_verdict(tmp_path: Path, design: str) -> None:
    vary = GRID if design == "grid" else VARY
    swept = Swept(vary, difference, design, points=32, base=HOME, questions=("one", "everyone"))
    directory = made(tmp_path, swept)
    page = write_html(directory).read_text(encoding="utf-8")
    ids = tuple(section["id"] for section in Page(page).all("section"))
    assert ids == (SECTIONS[0], "sensitivity", *SECTIONS[1:])
    report = build(directory)
    (section,) = (each for each in report.sections if each.name == "sensitivity")
    names = [chart.name for chart in report.charts if chart.name.startswith("sensitivity")]
    assert names == [f"sensitivity-{kind}{i}" for kind in ("map-", "") for i in range(2)]
    text = to_markdown(report)
    assert "Known only wins at the scenario's own settings" in text
    assert all(f"figures/{name}.svg" in text for name in names)
    rows = [block.rows for block in section.blocks if isinstance(block, Table)]
    assert [row[0].text for row in rows[0]] == ["response.base", "tiredness.on"]
    # The points, of which there may be thousands, are not drawn one by one.
    assert not any(chart.name.startswith("sweep-") for chart in report.charts)


def test_a_map_is_coloured_and_marked_by_who_wins(tmp_path: Path) -> None:
    directory = made(tmp_path, Swept(GRID, difference, "grid", seeds=8, base=HOME))
    found = explore(directory).regions[0]
    figure = region_map(found, looks(["known_only", "group_driven"]))
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    colours = [cell.get_facecolor() for cell in cells]
    assert len(cells) == len(found.cells) == 8
    for cell, colour in zip(found.cells, colours, strict=True):
        same = [other for other, known in zip(found.cells, colours, strict=True) if known == colour]
        assert {other.state for other in same} == {cell.state}
    written = standalone_svg(figure)
    assert "group driven better" in written
    assert ARM_COLOURS[1] in written.lower()


def test_a_list_is_drawn_as_points(tmp_path: Path) -> None:
    chosen = [{"response.base": x, "tiredness.on": False} for x in (-2.0, 0.0, 1.0)]
    directory = made(tmp_path, Swept(VARY, difference, "list", base=HOME, chosen=chosen))
    report = build(directory)
    charts = [chart for chart in report.charts if chart.name.startswith("sensitivity")]
    assert [chart.name for chart in charts] == ["sensitivity-map-0"]
    assert "no sensitivity indices" in to_markdown(report)


def test_a_sweep_that_cannot_be_read_is_said_and_the_rest_is_there(tmp_path: Path) -> None:
    directory = made(tmp_path, Swept(VARY, difference, "sobol", points=2, base=HOME))
    said = json.loads((directory / "manifest.json").read_text())
    said["sweep"]["rows"] = ["<b>nowhere</b>"]
    (directory / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    page = write_html(directory).read_text(encoding="utf-8")
    assert "its sweep cannot be read" in page
    assert "<b>" not in page
    assert len(Page(page).all("section")) == len(SECTIONS) + 1


def test_names_of_strangers_are_only_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    swept = Swept({hostile: (0.0, 1.0, "linear"), "b": (0.0, 1.0, "linear")},
                  lambda values: 3 * float(values[hostile]), "sobol", points=32,
                  base={hostile: 0.5, "b": 0.5})  # fmt: skip
    page = write_html(made(tmp_path, swept)).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_command_prints_what_was_found(tmp_path: Path) -> None:
    directory = made(tmp_path, Swept(VARY, difference, "sobol", points=32, base=HOME))
    found = explore(directory)
    text = netgrow("sensitivity", directory)
    assert text.exit_code == 0, text.stderr
    assert "known_only wins at the scenario's own settings" in text.stdout
    assert "Saltelli" in text.stderr
    asked = ("--arm", "group_driven", "--question", "one", "--cohort", "focal")
    content = json.loads(netgrow("sensitivity", directory, *asked, "--format", "json").stdout)
    assert len(content["sensitivities"]) == 2
    rows = netgrow("sensitivity", directory, "--format", "csv").stdout
    assert pl.read_csv(rows.encode()).height == len(found.sensitivities[0].indices)
    turned = ("--map", "tiredness.on", "response.base", "--format", "md", "-q")
    assert (
        "over tiredness.on and response.base" in netgrow("sensitivity", directory, *turned).stdout
    )


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    directory = made(tmp_path, Swept(VARY, difference, "sobol", points=2, base=HOME))
    for words, said in (
        ((directory, "--metric", "reach"), "no metric 'reach'"),
        ((tmp_path / "nowhere",), "holds no results"),
    ):
        ended = netgrow("sensitivity", *words)
        assert ended.exit_code == 2
        assert said in ended.stderr
        assert ended.stderr.count("\n") == 1
