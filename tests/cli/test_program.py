"""Whatever happens ends in an exit status and one line."""

from __future__ import annotations

import errno
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from cli.studies import command, environment
from sim.cli.program import Program
from sim.errors import UsageError, WorkError

if TYPE_CHECKING:
    from click.testing import Result

BUG = "internal error: ZeroDivisionError: x (NETGROW_DEBUG=1 shows where; please report it)"


def ended(error: BaseException, env: dict[str, str] | None = None) -> Result:
    program = Program("netgrow")

    @program.command()
    def go() -> None:
        raise error

    return CliRunner().invoke(program, ["go"], env=env)


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (UsageError("no such thing"), 2, "no such thing"),
        (UsageError("2 problems:\na\nb"), 2, "2 problems:\n  a\n  b"),
        (WorkError("not done"), 1, "not done"),
        (click.UsageError("no such option"), 2, "no such option; see netgrow go --help"),
        (click.ClickException("no"), 1, "no"),
        (OSError(errno.ENOSPC, "No space left", "/x"), 1, "the system refuses /x: No space left"),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            1,
            "the system refuses: Permission denied",
        ),
        (ZeroDivisionError("x"), 1, BUG),
    ],
)
def test_an_error_is_one_line_and_a_status(error: BaseException, status: int, told: str) -> None:
    result = ended(error)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", f"netgrow: {told}\n")


def test_out_of_memory_says_what_to_do() -> None:
    result = ended(MemoryError())
    assert result.exit_code == 1
    assert "fewer members" in result.stderr


def test_an_interrupt_gives_status_1_and_says_how_to_go_on() -> None:
    result = ended(KeyboardInterrupt())
    assert result.exit_code == 1
    assert "the same command goes on" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_traceback_of_a_bug_is_shown_on_request() -> None:
    result = ended(ZeroDivisionError("x"), {"NETGROW_DEBUG": "1"})
    assert result.exit_code == 1
    assert result.stderr.startswith("Traceback")
    assert result.stderr.endswith(f"netgrow: {BUG}\n")


def test_nothing_is_said_to_who_stops_reading() -> None:
    with subprocess.Popen(
        command("list", "parameters", "--format", "json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full, which Linux has")
def test_a_full_disk_behind_stdout_is_told() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        result = subprocess.run(
            command("list", "strategies"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
    assert (result.returncode, result.stderr) == (
        1,
        "netgrow: the system refuses: No space left on device\n",
    )
