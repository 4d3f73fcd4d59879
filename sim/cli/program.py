"""What every command ends in: an exit status, and one clear line if something is wrong."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any, override

import click

from sim.errors import NetgrowError, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, NOT_DONE, WRONG = 0, 1, 2
"""Exit status: done; not, or not all, done; the command or a file is wrong."""


class Program(click.Group):
    """The group of all commands, and the one place where errors end."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are met, not in that of the alphabet."""
        return list(self.commands)

    @override
    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and leave with its exit status; never with a traceback."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(
                words,
                prog_name or "netgrow",
                complete_var,
                standalone_mode=False,
                # Commands that tell how to go on have to know how they were called.
                obj=words,
                **extra,
            )
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last line of defence
            status = _ended_by(error)
        sys.exit(status if isinstance(status, int) else DONE)


def _ended_by(error: BaseException) -> int:
    """Say what went wrong, and return the exit status."""
    if os.environ.get("NETGROW_DEBUG"):
        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError) or getattr(error, "errno", None) == errno.EPIPE:
        # Whoever read our output has seen enough. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    _tell(_in_words(error))
    if isinstance(error, NetgrowError):
        return error.exit_status
    return WRONG if isinstance(error, click.UsageError) else NOT_DONE


def _in_words(error: BaseException) -> str:
    match error:
        case NetgrowError():
            return str(error)
        case click.UsageError():
            where = error.ctx.command_path if error.ctx else "netgrow"
            return f"{error.format_message().rstrip('.')}; see {where} --help"
        case click.ClickException():
            return error.format_message()
        case click.Abort() | KeyboardInterrupt():
            return "interrupted; what is done is kept, and the same command goes on from there"
        case MemoryError():
            return "out of memory; take fewer members, fewer jobs (-j) or a larger machine"
        case OSError():
            name = f" {error.filename}" if error.filename else ""
            return f"the system refuses{name}: {error.strerror or error}"
        case _:
            return (
                f"internal error: {type(error).__name__}: {error} (NETGROW_DEBUG=1 shows where; "
                "please report it)"
            )


def _tell(message: str) -> None:
    """Write a message to stderr; a first line by itself, the lines of a list below it."""
    first, *rest = message.splitlines() or [""]
    lines = [f"netgrow: {first}", *(f"  {line}" for line in rest)]
    click.echo(plain("\n".join(lines)), err=True)
