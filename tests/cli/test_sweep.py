"""A sweep is run like anything else: points, worlds shared by arms, a plan that is told before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli.studies import SMALL, netgrow, small
from sim.results import read_manifest, read_table
from sim.world import build

if TYPE_CHECKING:
    from pathlib import Path

SWEEP = """
[sweep]
design = "sobol"
points = 2
[sweep.vary]
"response.accept" = { low = -3, high = 0 }
"members.count" = { low = 40, high = 60 }
"""
POINTS = 2 * (2 + 2)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[tuple[int, int]]]:
    """Results of a sweep, what was said of it, and each world built: members and seed."""
    folder = tmp_path_factory.mktemp("swept")
    built: list[tuple[int, int]] = []
    real = build.build_world

    def counted(scenario, seed, *rest):  # type: ignore[no-untyped-def]
        built.append((scenario.members.count, seed))
        return real(scenario, seed, *rest)

    words = ("run", small(folder, SMALL + SWEEP), "-o", folder / "kept", "-j", "1", "--no-report")
    netgrow(*words, "-n", "1", "--arm", "known_only", "--fresh")
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("sim.batch.engine.build_world", counted)
        ended = netgrow(*words, "--fresh")
    assert ended.exit_code == 0, ended.stderr
    return folder, ended.stdout, built


def test_every_point_is_run_under_every_arm_in_every_world(
    swept: tuple[Path, str, list[tuple[int, int]]],
) -> None:
    runs = read_table(swept[0] / "kept", "runs")
    assert runs.height == (1 + POINTS) * 2 * 2 * 2
    assert set(runs["status"]) == {"done"}
    names = ["base", *(f"p{number:04d}" for number in range(1, POINTS + 1))]
    assert runs["point"].unique(maintain_order=True).to_list() == names


def test_arms_and_questions_share_the_world_of_a_point_and_a_seed(
    swept: tuple[Path, str, list[tuple[int, int]]],
) -> None:
    folder, _, built = swept
    points = read_manifest(folder / "kept")["points"]
    counts = [each["values"].get("members.count", 60) for each in points]
    # Those of the warm-up have another number of members.
    mine = [world for world in built if world[0] != 40]
    expected = [(count, seed) for seed in (1, 2) for count in counts if count != 40]
    assert mine == expected


def test_the_manifest_tells_points_and_design(
    swept: tuple[Path, str, list[tuple[int, int]]],
) -> None:
    manifest = read_manifest(swept[0] / "kept")
    assert manifest["points"][0] == {"name": "base", "values": {}}
    for point in manifest["points"][1:]:
        assert -3.0 <= point["values"]["response.accept"] <= 0.0
        assert type(point["values"]["members.count"]) is int
    sweep = manifest["sweep"]
    assert (sweep["design"], sweep["points"], sweep["seed"]) == ("sobol", 2, 1)
    assert sweep["vary"]["response.accept"] == {
        "low": -3.0,
        "high": 0.0,
        "scale": "linear",
        "values": None,
        "integer": False,
    }
    assert set(sweep["rows"]) == {point["name"] for point in manifest["points"][1:]}
    assert len(sweep["rows"]) == POINTS


def test_points_differ_in_what_is_varied(
    swept: tuple[Path, str, list[tuple[int, int]]],
) -> None:
    table = read_table(swept[0] / "kept", "outcomes").filter(
        question="everyone", arm="group_driven", seed=1, cohort="all", metric="reach_1"
    )
    assert table["value"].n_unique() > POINTS // 2


def test_a_dry_run_tells_points_runs_time_and_bytes(tmp_path: Path) -> None:
    ended = netgrow("run", small(tmp_path, SMALL + SWEEP), "--dry-run", "-j", "1")
    assert ended.exit_code == 0, ended.stderr
    told = {line[:12].strip(): line[12:] for line in ended.stdout.splitlines()}
    assert told["points"] == (
        f"{1 + POINTS}: the scenario itself, and {POINTS} of a design sobol over response.accept, "
        "members.count"
    )
    assert told["runs"] == f"{(1 + POINTS) * 8}, of which 0 are done"
    assert told["time"].startswith("about ")
    assert told["disk"] == "at most about 1 MiB of results"


def test_an_arm_that_is_varied_is_not_left_out(tmp_path: Path) -> None:
    text = SMALL + SWEEP + '"arms.group_driven.looks" = { low = 1, high = 9 }\n'
    ended = netgrow("run", small(tmp_path, text), "--dry-run", "--arm", "known_only")
    assert ended.exit_code == 2
    assert ended.stderr == (
        "netgrow: --arm: the sweep varies arms.group_driven.looks, so add --arm group_driven\n"
    )


def test_points_that_cannot_be_are_one_line_and_nothing_is_run(tmp_path: Path) -> None:
    text = SMALL + "[sweep]\ndesign = 'list'\n[[sweep.list]]\ngroups.size_median = 900.0\n"
    ended = netgrow("run", small(tmp_path, text), "-o", tmp_path / "kept")
    assert ended.exit_code == 2
    assert ended.stderr.count("\n") == 1
    assert "point p0001 (groups.size_median = 900.0): groups: " in ended.stderr
    assert not (tmp_path / "kept").exists()
