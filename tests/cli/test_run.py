"""From a scenario file to a verdict, with the real engine in a small world."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from cli.studies import SMALL, TABLES, digests, netgrow, small
from sim.analysis import compare, headlines, load
from sim.results import read_manifest, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS = 8

RESTING = """\
from dataclasses import dataclass
from typing import ClassVar
from sim.strategies.base import Acts, Strategy

@dataclass(frozen=True)
class Own(Strategy):
    summary: ClassVar[str] = "does nothing of its own"

    def act(self, view, draws):
        return Acts.none()
"""
BROKEN = RESTING.replace(
    "        return",
    """\
        if view.week:
            raise RuntimeError("out of ideas\\nand of \\x1b[31mwords")
        return""",
)


@pytest.fixture
def write_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Writes the module own_moves.py; what is called next reads it as a new process would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    # Byte code is told from older source by whole seconds, in which a test writes more than once.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(text: str) -> None:
        (tmp_path / "own_moves.py").write_text(text)
        sys.modules.pop("own_moves", None)
        importlib.invalidate_caches()

    yield write
    sys.modules.pop("own_moves", None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the small study, made with -j 1 and one thread."""
    directory = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patches:
        patches.chdir(directory)
        ended = netgrow("run", small(directory), "-j", "1", "--no-report")
    assert ended.exit_code == 0, ended.stderr
    (directory / "stdout").write_text(ended.stdout)
    (directory / "stderr").write_text(ended.stderr)
    return directory


def test_the_verdict_and_the_table_are_data_and_all_else_is_talk(finished: Path) -> None:
    results = finished / "results" / "small"
    stdout = (finished / "stdout").read_text()
    stderr = (finished / "stderr").read_text()
    found = compare(load([results]))
    said = headlines(found)
    assert stdout.splitlines()[: len(said)] == said
    assert "if one switches: focal members, group_driven - known_only, week 6, 2 paired" in stdout
    for title in (found.metrics[found.primary].title, "contacts", "hours"):
        assert f"\n{title} " in stdout
    assert "\x1b" not in stdout + stderr
    assert f"{RUNS} runs" in stderr
    assert f"{RUNS} of {RUNS} runs (100 %)" in stderr
    assert "tables: results/small" in stderr


def test_everything_is_on_the_disk(finished: Path) -> None:
    results = finished / "results" / "small"
    assert read_table(results, "series")["run"].n_unique() == RUNS
    assert set(read_table(results, "runs")["status"]) == {"done"}
    manifest = read_manifest(results)
    assert manifest["command"] == f"netgrow run {finished / 'small.toml'} -j 1 --no-report"
    assert manifest["primary"] == "target_decision_makers_2"
    # netgrow's own strategies are told by its version.
    assert manifest["strategy_sources"] == {}
    assert json.loads((results / "comparison.json").read_text())["baseline"] == "known_only"


@pytest.mark.parametrize("words", [["-j", "2"], ["-j", "1", "--threads", "2"]])
def test_tables_depend_neither_on_jobs_nor_on_threads(
    finished: Path, tmp_path: Path, words: list[str]
) -> None:
    ended = netgrow("run", small(tmp_path), "-o", tmp_path / "kept", *words, "--no-report", "-q")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == (finished / "stdout").read_text()
    assert digests(tmp_path / "kept") == digests(finished / "results" / "small")


def test_the_same_command_again_runs_nothing_and_more_seeds_add_worlds(
    finished: Path, tmp_path: Path
) -> None:
    path, output = small(tmp_path), tmp_path / "kept"
    words = ("run", path, "-o", output, "-j", "1", "--no-report")
    first = netgrow(*words)
    assert first.exit_code == 0
    before = (output / "series.parquet").stat().st_mtime_ns
    again = netgrow(*words)
    assert again.exit_code == 0
    assert again.stdout == first.stdout == (finished / "stdout").read_text()
    assert f"{RUNS} runs, {RUNS} of them done before" in again.stderr
    more = netgrow(*words, "-n", "3")
    assert f"12 runs, {RUNS} of them done before" in more.stderr
    assert "3 paired worlds" in more.stdout
    assert (output / "series.parquet").stat().st_mtime_ns > before
    fresh = netgrow(*words, "--fresh")
    assert "done before" not in fresh.stderr
    assert digests(output) == digests(finished / "results" / "small")


def test_results_of_another_study_are_never_overwritten(finished: Path, tmp_path: Path) -> None:
    results = finished / "results" / "small"
    before = digests(results)
    other = small(tmp_path).rename(tmp_path / "other.toml")
    ended = netgrow("run", other, "-o", results, "--no-report")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "holds results of another study, small, and this is other; use --fresh" in ended.stderr
    assert digests(results) == before


def test_options_reach_the_scenario(tmp_path: Path) -> None:
    text = SMALL + '\n[arms.dormant]\nstrategy = "dormant"\n'
    ended = netgrow(
        *("run", small(tmp_path, text), "-o", tmp_path / "kept", "-n", "1", "--seed", "5"),
        *(
            "--weeks",
            "4",
            "--set",
            "members.count=40",
            "--arm",
            "dormant",
            "-j",
            "1",
            "--no-report",
        ),
    )
    assert ended.exit_code == 0, ended.stderr
    runs = read_table(tmp_path / "kept", "runs")["run"].to_list()
    assert sorted(runs) == [
        f"{question}/{arm}/base/s0005"
        for question in ("everyone", "one")
        for arm in ("dormant", "known_only")
    ]
    assert read_table(tmp_path / "kept", "outcomes")["week"].unique().to_list() == [4]
    assert read_manifest(tmp_path / "kept")["arms"].keys() == {"known_only", "dormant"}
    assert "count = 40" in (tmp_path / "kept" / "scenario.toml").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--weeks", "0"], "netgrow: --weeks: weeks: given 0; allowed: "),
        (["-n", "-3"], "netgrow: -n/--seeds: seeds: given -3; allowed: "),
        (["--seed", "-1"], "netgrow: --seed: seed: given -1; allowed: "),
        (["--set", "members.cuont=3"], "did you mean members.count?"),
        (["--arm", "groupdriven"], "did you mean group_driven?"),
        (["--data", "."], "leave --data out"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_a_line(
    tmp_path: Path, words: list[str], told: str
) -> None:
    ended = netgrow("run", small(tmp_path), "-o", tmp_path / "kept", *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert told in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "kept").exists()


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    finished: Path, tmp_path: Path
) -> None:
    path = small(tmp_path)
    ended = netgrow("run", path, "-o", tmp_path / "kept", "--dry-run", "-n", "5")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "60 members" in ended.stdout
    assert "20, of which 0 are done" in ended.stdout
    assert "one/group_driven: 5 (0 done)" in ended.stdout
    assert str(tmp_path / "kept") in ended.stdout
    assert list(tmp_path.iterdir()) == [path]
    results = finished / "results" / "small"
    before = {file: file.stat().st_mtime_ns for file in results.rglob("*")}
    ended = netgrow("run", finished / "small.toml", "-o", results, "--dry-run", "-n", "5")
    assert f"20, of which {RUNS} are done" in ended.stdout
    assert "everyone/known_only: 5 (2 done)" in ended.stdout
    longer = netgrow("run", finished / "small.toml", "-o", results, "--dry-run", "--weeks", "7")
    assert f"{RUNS}, of which 0 are done" in longer.stdout
    other = small(tmp_path).rename(tmp_path / "other.toml")
    refused = netgrow("run", other, "-o", results, "--dry-run")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "holds results of another study, small, and this is other" in refused.stderr
    assert {file: file.stat().st_mtime_ns for file in results.rglob("*")} == before


def test_a_dry_run_says_what_it_would_take(tmp_path: Path) -> None:
    told = {}
    words = ("run", small(tmp_path), "-o", tmp_path / "kept", "--dry-run", "-j")
    for jobs in (1, 3):
        ended = netgrow(*words, str(jobs))
        assert ended.exit_code == 0, ended.stderr
        told[jobs] = {line[:12].strip(): line[12:] for line in ended.stdout.splitlines()}
    assert re.match(r"about (\d+) MiB a process, \1 MiB in all with -j 1", told[1]["memory"])
    assert re.match(r"about \d+ MiB a process, 1\.\d GiB in all with -j 3", told[3]["memory"])
    assert re.fullmatch(r"about \d+ s with -j 1", told[1]["time"])


def test_what_does_not_fit_is_refused_unless_forced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words: tuple[str | Path, ...] = ("run", small(tmp_path), "-o", tmp_path / "kept", "-n", "1")
    words = (*words, "--arm", "known_only", "--no-report")
    monkeypatch.setattr("sim.batch.machine.free_memory", lambda: 800 * 2**20)
    ended = netgrow(*words, "-j", "2")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert re.fullmatch(
        r"netgrow: small needs about \d+ MiB of memory and 800 MiB are free: take -j 1; "
        r"`netgrow run --force` tries it all the same\n",
        ended.stderr,
    )
    large = ("--set", "members.count=9000000")
    ended = netgrow(*words, *large, "-j", "1")
    assert ended.exit_code == 2
    fitting = re.search(r"set members.count to ([\d,]+) or less", ended.stderr)
    assert fitting is not None
    assert 50_000 < int(fitting[1].replace(",", "")) < 1_000_000
    assert ended.stderr.count("\n") == 1
    assert "it would be refused" in netgrow(*words, *large, "--dry-run").stdout
    assert not (tmp_path / "kept").exists()
    monkeypatch.setattr("sim.batch.machine.free_memory", lambda: 2**20)
    ended = netgrow(*words, "-j", "1")
    assert ended.exit_code == 2
    assert "take a machine with more" in ended.stderr
    assert netgrow(*words, "-j", "1", "--force").exit_code == 0
    # Nothing is left to be done, so nothing is refused.
    assert netgrow(*words, "-j", "1").exit_code == 0


def test_one_arm_alone_is_run_and_not_compared(tmp_path: Path) -> None:
    ended = netgrow(
        *("run", small(tmp_path), "-o", tmp_path / "kept", "--arm", "known_only", "-n", "1"),
        *("-j", "1", "--no-report"),
    )
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert "nothing to compare" in ended.stderr


def test_runs_that_fail_are_told_and_the_others_go_on(
    tmp_path: Path, write_own: Callable[[str], None]
) -> None:
    write_own(BROKEN)
    small(tmp_path, SMALL + '\n[arms.broken]\nstrategy = "own_moves:Own"\n')
    ended = netgrow("run", "small.toml", "-j", "2", "--allow-plugins", "--no-report", "-q")
    assert ended.exit_code == 1
    assert "group_driven - known_only" in ended.stdout
    assert "run one/broken/base/s0001 failed: RuntimeError: out of ideas and of" in ended.stderr
    assert "\x1b" not in ended.stderr
    assert "4 of 12 runs failed; tracebacks are in results/small/failures" in ended.stderr
    assert len(list((tmp_path / "results" / "small" / "failures").glob("*.txt"))) == 4
    status = read_table(tmp_path / "results" / "small", "runs")["status"]
    assert status.value_counts().sort("status").rows() == [("done", 8), ("failed", 4)]
    # Mended, the same command runs what failed, and nothing else.
    write_own(RESTING)
    ended = netgrow("run", "small.toml", "-j", "1", "--allow-plugins", "--no-report")
    assert ended.exit_code == 0, ended.stderr
    assert "12 runs, 8 of them done before" in ended.stderr


def test_runs_of_a_strategy_that_was_edited_since_are_stale(
    tmp_path: Path, write_own: Callable[[str], None]
) -> None:
    write_own(RESTING)
    small(tmp_path, SMALL.replace('"group_driven"\n', '"own_moves:Own"\n'))
    words = ("run", "small.toml", "-j", "1", "--allow-plugins", "--no-report", "-n", "1")
    assert netgrow(*words).exit_code == 0
    before = digests(tmp_path / "results" / "small")
    assert read_manifest(tmp_path / "results" / "small")["strategy_sources"] == {
        "own_moves:Own": hashlib.sha256(RESTING.encode()).hexdigest()
    }
    assert "4 runs, 4 of them done before" in netgrow(*words).stderr
    write_own(RESTING.replace("Acts.none()", "Acts.none()  # and is proud of it"))
    assert "4 runs, 2 of them done before" in (ended := netgrow(*words)).stderr
    assert "2 runs are stale, kept and not used: the code of own_moves:Own changed" in ended.stderr
    # What is read is what is run now; it rests alike.
    assert digests(tmp_path / "results" / "small") == before
    told = netgrow("status", "results/small").stdout
    assert "runs      4: 4 done, 0 failed, 0 missing\n" in told
    assert "stale     2 runs: the code of own_moves:Own changed\n" in told
    assert netgrow("clean", "results/small", "--yes", "-q").exit_code == 0
    assert "stale" not in netgrow("status", "results/small").stdout


def test_an_edited_strategy_in_the_background_touches_every_arm(
    tmp_path: Path, write_own: Callable[[str], None]
) -> None:
    write_own(RESTING)
    small(tmp_path, SMALL + '\n[background]\n"own_moves:Own" = 1.0\n')
    words = ("run", "small.toml", "-j", "1", "--allow-plugins", "--no-report", "-n", "1")
    assert netgrow(*words).exit_code == 0
    write_own(f"{RESTING}# edited\n")
    ended = netgrow(*words)
    assert ended.exit_code == 0
    assert "4 runs are stale, kept and not used: the code of own_moves:Own changed" in ended.stderr


def test_no_run_that_is_done_is_an_end_in_one_line(
    tmp_path: Path, write_own: Callable[[str], None]
) -> None:
    write_own(BROKEN)
    text = SMALL.replace('"known_only"\n', '"own_moves:Own"\n').replace("seeds = 2", "seeds = 1")
    small(tmp_path, text.replace('"group_driven"\n', '"own_moves:Own"\n'))
    ended = netgrow("run", "small.toml", "-j", "1", "--allow-plugins", "--no-report", "-q")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("netgrow: results/small holds no finished run")


REAL = """
[data]
memberships = "memberships.csv"
edges = "edges.csv"
"""


def real_files(directory: Path) -> None:
    directory.mkdir()
    rows = [(member, group) for member in range(40) for group in range(4) if (member + group) % 3]
    pl.DataFrame(rows, schema=["member", "group"], orient="row").write_csv(
        directory / "memberships.csv"
    )
    ties = [(member, (member + step) % 40) for member in range(40) for step in (0, 1, 2, 7)]
    pl.DataFrame(ties, schema=["source", "target"], orient="row").write_csv(directory / "edges.csv")


def test_real_input_is_read_and_what_was_mended_is_told(tmp_path: Path) -> None:
    real_files(tmp_path / "files")
    path = small(tmp_path, SMALL + REAL)
    words = ("run", path, "-o", tmp_path / "kept", "-j", "1", "--no-report", "-n", "1")
    missing = netgrow(*words)
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    assert "--data" in missing.stderr
    ended = netgrow(*words, "--data", tmp_path / "files")
    assert ended.exit_code == 0, ended.stderr
    assert "mended: edges.csv: 40 self-loops dropped\n" in ended.stderr
    manifest = read_manifest(tmp_path / "kept")
    assert manifest["data"].keys() == {"edges.csv", "memberships.csv"}
    assert manifest["repairs"] == ["edges.csv: 40 self-loops dropped"]
    dry = netgrow(*words, "--data", tmp_path / "files", "--dry-run")
    assert "40 members, from " in dry.stdout
    assert "4, of which 4 are done" in dry.stdout
    assert dry.stderr == "mended: edges.csv: 40 self-loops dropped\n"


def test_real_input_beside_the_scenario_needs_no_option(tmp_path: Path) -> None:
    real_files(tmp_path / "files")
    path = small(tmp_path / "files", SMALL + REAL)
    ended = netgrow("run", path, "-o", tmp_path / "kept", "-n", "1", "--dry-run")
    assert ended.exit_code == 0, ended.stderr
    assert "40 members" in ended.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a directory nobody may write to")
def test_a_place_that_cannot_be_written_to_is_told_in_a_line(tmp_path: Path) -> None:
    ended = netgrow("run", small(tmp_path), "-o", "/proc/nowhere", "--no-report")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "cannot make /proc/nowhere" in ended.stderr


def test_a_directory_of_other_things_is_left_alone(tmp_path: Path) -> None:
    path = small(tmp_path)
    for words in (["--no-report"], ["--fresh"], ["--dry-run"], ["--dry-run", "--fresh"]):
        ended = netgrow("run", path, "-o", tmp_path, *words)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert "choose a new or empty directory with -o" in ended.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["small.toml"]


def test_a_run_ends_with_a_report(finished: Path) -> None:
    results = finished / "results" / "small"
    ended = netgrow("run", finished / "small.toml", "-o", results, "-j", "1")
    assert ended.exit_code == 0, ended.stderr
    assert f"report: {results / 'report.html'}\n" in ended.stderr
    assert "</html>" in (results / "report.html").read_text()


def test_compare_reads_the_tables_alone(finished: Path) -> None:
    results = finished / "results" / "small"
    found = compare(load([results]))
    shown = netgrow("compare", results)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(headlines(found)[0])
    assert "rows are not shown: --all" in shown.stderr
    everything = netgrow("compare", results, "--all")
    assert "all members" in everything.stdout
    assert "not shown" not in everything.stderr
    one = netgrow("compare", results, "--metric", "hours", "--baseline", "group_driven", "-q")
    assert one.stderr == ""
    assert "known_only - group_driven" in one.stdout
    assert "contacts" not in one.stdout


def test_compare_hands_out_data(finished: Path) -> None:
    results = finished / "results" / "small"
    found = compare(load([results]))
    rows = netgrow("compare", results, "--format", "csv").stdout
    assert pl.read_csv(rows.encode()).height == len(found.rows)
    assert len(json.loads(netgrow("compare", results, "--format", "json").stdout)["rows"]) == len(
        found.rows
    )
    assert netgrow("compare", results, "--format", "md").stdout.startswith("- one switches: ")


def test_compare_takes_several_directories(finished: Path, tmp_path: Path) -> None:
    other = netgrow(
        *("run", small(tmp_path), "-o", tmp_path / "other", "-j", "1", "--no-report"),
        *("--weeks", "4"),
    )
    assert other.exit_code == 0
    ended = netgrow(
        "compare", finished / "results" / "small", tmp_path / "other", "--metric", "hours"
    )
    assert ended.exit_code == 0
    assert "other:known_only" in ended.stdout
    # Weeks that both measured: a table for each of them.
    assert "week 6, 2 paired worlds" in ended.stdout
    assert "week 4, 2 paired worlds" in ended.stdout


def test_compare_refuses_what_is_not_there(finished: Path, tmp_path: Path) -> None:
    results = finished / "results" / "small"
    refused: list[tuple[list[str | Path], str]] = [
        (["compare", tmp_path / "none"], "no result directory"),
        (["compare", tmp_path], "holds no results"),
        (["report", tmp_path / "none"], "holds no results"),
        (["report", tmp_path], "holds no results"),
        (["compare", results, "--metric", "huors"], "did you mean 'hours'?"),
        (["compare", results, "--baseline", "grup_driven"], "did you mean 'group_driven'?"),
    ]
    for words, told in refused:
        ended = netgrow(*words)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert told in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_tables_are_the_ones_the_manifest_names(finished: Path) -> None:
    results = finished / "results" / "small"
    assert digests(results) == read_manifest(results)["tables"]
    assert set(TABLES) == set(read_manifest(results)["tables"])
