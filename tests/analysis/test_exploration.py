"""A sweep read from disk: what moves, where who wins, what flips; and what is missing."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from sim.analysis import (
    exploration_to_csv,
    exploration_to_json,
    exploration_to_markdown,
    explore,
)
from sim.analysis.exploration_words import flip_words
from sim.analysis.sweep import Axis, read_sweep
from sim.errors import UsageError, WorkError

from .swept import ARM, BASELINE, Swept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VARY = {"response.base": (-2.0, 1.0, "linear"), "members.coverage": (0.01, 1.0, "log")}
HOME = {"response.base": -1.0, "members.coverage": 0.1}


def plane(values: Mapping[str, Any]) -> float:
    """0 at response.base = -0.5: at home the baseline wins by 1, at its low end by 3."""
    return 2.0 * (float(values["response.base"]) + 0.5)


def test_places_are_in_units_of_the_range() -> None:
    assert Axis("a", -2.0, 1.0).place(-0.5) == pytest.approx(0.5)
    log = Axis("a", 0.01, 1.0, "log")
    assert log.place(0.1) == pytest.approx(0.5)
    assert log.value(0.5) == pytest.approx(0.1)
    assert log.place(0) != log.place(0)
    names = Axis("a", 0, 2, labels=("x", "y", "z"))
    assert [names.place(label) for label in ("x", "y", "z")] == [0.0, 0.5, 1.0]
    assert (names.gap(0.0, 0.5), names.gap(0.0, 1.0), names.gap(0.5, 0.5)) == (1.0, 1.0, 0.0)
    # 1 is not true.
    assert Axis("a", 0, 1, labels=(False, True)).place(1) != 1.0


@pytest.mark.parametrize("design", ["sobol", "morris", "latin-hypercube"])
def test_only_what_is_at_work_is_found_at_work(tmp_path: Path, design: str) -> None:
    made = Swept(VARY, plane, design, points=32, seeds=8, base=HOME)
    found = explore(made.write(tmp_path / "s"))
    moved = found.sensitivities[0]
    assert moved.ranked[0] == "response.base"
    own = moved.of(moved.leading)
    assert (own["response.base"].low or 0) > 0
    # The other does nothing: its interval holds 0, but for a false alarm; the luck is fixed.
    assert (own["members.coverage"].low or 0) <= 0 <= (own["members.coverage"].high or 0)


def test_the_map_of_a_plane_is_cut_where_the_plane_is_zero(tmp_path: Path) -> None:
    grid = {"response.base": [-2.0, -1.0, 0.0, 1.0], "members.coverage": [0.01, 0.1, 1.0]}
    found = explore(Swept(grid, plane, "grid", seeds=8, base=HOME).write(tmp_path / "g"))
    region = found.regions[0]
    assert (region.x.key, region.y.key) == ("response.base", "members.coverage")
    states = {(cell.column, cell.row): cell.state for cell in region.cells}
    assert states == {
        (column, row): "arm" if column > 1 else "baseline"
        for column in range(4)
        for row in range(3)
    }
    design = Swept(VARY, plane, "sobol", points=64, seeds=8, noise=0.2, base=HOME)
    region = explore(design.write(tmp_path / "s")).regions[0]
    for cell in region.cells:
        middle = -2 + 3 * (region.x_edges[cell.column] + region.x_edges[cell.column + 1]) / 2
        if abs(middle + 0.5) > 0.5 and cell.state != "unknown":
            assert cell.state == ("arm" if middle > -0.5 else "baseline")


def test_a_metric_of_which_less_is_better_turns_the_map(tmp_path: Path) -> None:
    grid = {"response.base": [-2.0, 1.0], "members.coverage": [0.1, 1.0]}
    metrics = {"target_decision_makers_2": {"title": "t", "better": "lower"}}
    made = Swept(grid, plane, "grid", seeds=8, base=HOME, extra={"metrics": metrics})
    found = explore(made.write(tmp_path / "g"))
    cells = {(cell.column, cell.row): cell.state for cell in found.regions[0].cells}
    assert cells[0, 0] == "arm"
    assert found.flips[0].verdict == "arm"


def test_differences_too_small_to_matter_are_no_win(tmp_path: Path) -> None:
    grid = {"response.base": [-2.0, 1.0], "members.coverage": [0.1, 1.0]}
    made = Swept(grid, lambda _: 0.5, "grid", seeds=8, noise=0.1, base=HOME,
                 extra={"smallest_difference": 1.0})  # fmt: skip
    region = explore(made.write(tmp_path / "g")).regions[0]
    assert {cell.state for cell in region.cells} == {"level"}


def test_the_nearest_flip_is_found_along_each_parameter(tmp_path: Path) -> None:
    grid = {"response.base": [-2.0, -1.0, 0.0, 1.0], "members.coverage": [0.01, 0.1, 1.0]}
    found = explore(Swept(grid, plane, "grid", seeds=8, base=HOME).write(tmp_path / "g"))
    flip = found.flips[0]
    assert flip.verdict == "baseline"
    assert flip.flip is not None
    assert flip.flip.values == {"response.base": 0.0}
    assert flip.flip.distance == pytest.approx(1 / 3)
    assert flip.flip.firm
    along = {each.parameter: each for each in flip.along}
    assert along["response.base"].flip == flip.flip
    assert along["members.coverage"].looked == 2
    assert along["members.coverage"].flip is None
    # Two of four values of response.base win, at each of three of the other; home is one of 12.
    assert (flip.flipped, flip.looked) == (6, 11)


def test_where_nothing_flips_it_says_how_far_it_looked(tmp_path: Path) -> None:
    grid = {"response.base": [-2.0, -1.0], "members.coverage": [0.01, 0.1, 1.0]}
    found = explore(Swept(grid, plane, "grid", seeds=8, base=HOME).write(tmp_path / "g"))
    flip = found.flips[0]
    assert flip.flip is None
    said = " ".join(flip_words(flip, "members"))
    assert "no point flips it: looked at 5 points, 0.091 to 1.4 away" in said


def test_a_list_has_points_and_flips_but_no_indices(tmp_path: Path) -> None:
    chosen = [
        {"response.base": base, "members.coverage": coverage}
        for base, coverage in ((-2.0, 0.1), (-1.0, 1.0), (1.0, 0.1))
    ]
    found = explore(
        Swept(VARY, plane, "list", seeds=8, base=HOME, chosen=chosen).write(tmp_path / "l")
    )
    assert found.sensitivities[0].indices == ()
    assert [spot.state for spot in found.regions[0].spots] == ["baseline", "baseline", "arm"]
    assert found.flips[0].flip is not None
    assert found.flips[0].flip.point == "p0003"


def test_incomplete_blocks_are_left_out_and_counted(tmp_path: Path) -> None:
    missing = {("p0003", seed) for seed in range(6)} | {("p0040", 5), ("p0050", 5), ("p0060", 5)}
    missing |= {(f"p{point:04d}", 5) for point in range(1, 33)}
    made = Swept(VARY, plane, "sobol", points=16, base=HOME, missing=missing)
    moved = explore(made.write(tmp_path / "s")).sensitivities[0]
    assert (moved.units, moved.worlds) == (15, 5)
    assert any("1 of 16 base samples" in note for note in moved.notes)
    assert any("1 of 6 worlds" in note for note in moved.notes)


def test_what_luck_alone_moves_has_no_indices(tmp_path: Path) -> None:
    made = Swept(VARY, lambda _: 1.0, "sobol", points=16, base=HOME)
    moved = explore(made.write(tmp_path / "s")).sensitivities[0]
    assert moved.indices == ()
    assert "what is varied does not move this by more than luck does" in moved.notes


def test_an_arm_that_is_named_is_told_with_its_own_value(tmp_path: Path) -> None:
    made = Swept(VARY, lambda _: 1.0, "sobol", points=32, base=HOME,
                 level=lambda values: 30 * float(values["response.base"]))  # fmt: skip
    directory = made.write(tmp_path / "s")
    value, gap = explore(directory, arm=ARM).sensitivities
    assert (value.quantity.baseline, gap.quantity.baseline) == (None, BASELINE)
    assert value.ranked[0] == "response.base"
    # All of it moves the value, none of it the difference.
    assert (value.of("total")["response.base"].estimate or 0) == pytest.approx(1, abs=0.2)
    assert gap.indices == ()


def test_it_is_told_as_data(tmp_path: Path) -> None:
    found = explore(Swept(VARY, plane, "morris", base=HOME).write(tmp_path / "m"))
    content = json.loads(exploration_to_json(found))
    assert content["design"] == "morris"
    assert len(content["flips"]) == len(content["regions"]) == 1
    rows = list(csv.DictReader(io.StringIO(exploration_to_csv(found))))
    assert [row["index"] for row in rows] == ["mu_star", "mu", "sigma"] * 2
    assert float(rows[0]["estimate"]) == found.sensitivities[0].indices[0].estimate
    told = exploration_to_markdown(found)
    assert told.count("\n## ") + told.startswith("## ") == 3
    assert told == exploration_to_markdown(explore(tmp_path / "m"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metric": "hour"}, "no metric 'hour' in the results, did you mean 'hours'?"),
        ({"arm": "group"}, "no arm 'group' in the results"),
        ({"question": "everyone"}, "no question 'everyone'"),
        ({"cohort": "all"}, "no cohort 'all'"),
        ({"over": ("response.bas", "members.coverage")}, "did you mean 'response.base'?"),
        ({"over": ("response.base", "response.base")}, "a map needs two parameters"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    directory = Swept(VARY, plane, "sobol", points=2, seeds=2, base=HOME).write(tmp_path / "s")
    with pytest.raises(UsageError) as refused:
        explore(directory, **asked)
    assert said in str(refused.value)


def test_a_study_without_a_sweep_is_refused(tmp_path: Path) -> None:
    directory = Swept(VARY, plane, points=2, base=HOME, extra={"sweep": None}).write(tmp_path / "s")
    with pytest.raises(UsageError, match="has no sweep"):
        explore(directory)


@pytest.mark.parametrize(
    "change",
    [
        {"sweep": {}},
        {"sweep": 7},
        {"points": [{"name": "base"}]},
        {"points": []},
    ],
)
def test_a_damaged_sweep_is_one_clear_line(change: dict[str, Any]) -> None:
    manifest = Swept(VARY, plane, points=2, base=HOME).manifest()
    assert read_sweep(manifest) is not None
    with pytest.raises(WorkError, match="its sweep cannot be read"):
        read_sweep(manifest | change)
    for key, wrong in (("design", "star"), ("rows", ["p9999"]), ("points", 3), ("vary", {})):
        with pytest.raises(WorkError, match="its sweep cannot be read"):
            read_sweep(manifest | {"sweep": manifest["sweep"] | {key: wrong}})


def test_a_value_at_home_that_nobody_knows_is_left_out_of_distances(tmp_path: Path) -> None:
    made = Swept(VARY, lambda _: 1.0, "sobol", points=4, base=HOME)
    directory = made.write(tmp_path / "s")
    manifest = json.loads((directory / "manifest.json").read_text())
    manifest["parameters"] = manifest["parameters"][:1]
    (directory / "manifest.json").write_text(json.dumps(manifest))
    flip = explore(directory).flips[0]
    assert flip.left_out == ("members.coverage",)
    assert (flip.farthest or 0) <= 2 / 3
