"""Help is instant and has examples; a wrong command gets one line and exit status 2."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cli.studies import ROOT, command, environment, netgrow, small
from sim import __version__
from sim.cli import main

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("numpy", "mesa", "polars", "numba", "pydantic", "scipy", "rich")
OF_A_RUN = ("mesa", "pandas", "networkx", "matplotlib", "igraph")
COMMANDS = (
    "run",
    "claims",
    "status",
    "clean",
    "compare",
    "sensitivity",
    "report",
    "reproduce",
    "list",
    "show",
    "check",
    "schema",
)


def imported(names: tuple[str, ...], *words: str) -> str:
    """Call netgrow in a process of its own, and return which of some packages that imported."""
    script = (
        "import sys\n"
        "from sim.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {names!r} if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    return ended.stdout.splitlines()[-1]


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], []])
def test_help_imports_nothing_that_takes_time(words: list[str]) -> None:
    assert imported(HEAVY, *words) == "[]"


def test_a_plan_imports_nothing_that_only_a_run_needs(tmp_path: Path) -> None:
    words = ("run", str(small(tmp_path)), "-o", str(tmp_path / "kept"), "--dry-run")
    assert imported((*OF_A_RUN, "polars"), *words) == "['polars']"


def test_there_are_the_commands_that_are_tested_here() -> None:
    assert tuple(main.commands) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_call_it(name: str) -> None:
    ended = netgrow(name, "--help")
    assert ended.exit_code == 0
    examples = ended.stdout.partition("Examples:")[2]
    assert f"netgrow {name} " in examples
    assert "../" not in examples
    assert all(len(line) <= 100 for line in ended.stdout.splitlines())


def test_help_tells_of_exit_status_and_completion() -> None:
    told = netgrow("--help").stdout
    assert "Exit status: 0" in told
    assert "_NETGROW_COMPLETE=bash_source netgrow" in told


def test_the_version_is_told() -> None:
    assert netgrow("--version").stdout == f"netgrow {__version__}\n"


def test_without_a_command_there_is_help_and_status_2() -> None:
    ended = netgrow()
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert ended.stderr == netgrow("--help").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rnu"], "netgrow: No such command 'rnu'"),
        (["run"], "netgrow: Missing argument 'SCENARIO'; see netgrow run --help\n"),
        (["run", "x.toml", "--jbos", "2"], "netgrow: No such option"),
        (["run", "x.toml", "-j", "0"], "netgrow: Invalid value for '-j' / '--jobs': 0 is not in"),
        (["run", "x.toml", "-n", "many"], "netgrow: Invalid value for '-n' / '--seeds': 'many'"),
        (["list", "strategy"], "netgrow: Invalid value for '{strategies"),
        (["compare", "x", "--format", "xml"], "netgrow: Invalid value for '--format'"),
        (["check"], "netgrow: Missing argument 'FILE...'"),
    ],
)
def test_a_wrong_command_gets_one_line_and_status_2(words: list[str], told: str) -> None:
    ended = netgrow(*words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(told)
    assert ended.stderr.count("\n") == 1
    assert "--help" in ended.stderr


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("netgrow ", list(COMMANDS)),
        ("netgrow list s", ["strategies", "scenarios"]),
        ("netgrow run {scenario} --arm g", ["group_driven"]),
        ("netgrow run missing.toml --arm g", []),
    ],
)
def test_a_shell_completes(words: str, completed: list[str], tmp_path: Path) -> None:
    line = words.format(scenario=small(tmp_path))
    ended = subprocess.run(
        [sys.executable, "-c", "from sim.cli import main; main(prog_name='netgrow')"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={
            **environment(),
            "_NETGROW_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(line.count(" ")),
        },
        check=False,
    )
    assert [item.partition(",")[2] for item in ended.stdout.split()] == completed


def test_python_can_run_it_as_a_module() -> None:
    ended = subprocess.run(
        command("--version"), capture_output=True, text=True, env=environment(), check=True
    )
    assert ended.stdout == f"netgrow {__version__}\n"
