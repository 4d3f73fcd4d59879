"""The command `netgrow`: it parses and calls; what is computed is computed elsewhere.

Commands import what they need when they are called, so that help is instant.
"""

from __future__ import annotations

import click

from sim import __version__
from sim.cli.analysis import compare, report
from sim.cli.claims import claims
from sim.cli.clean import clean
from sim.cli.files import check, schema, show
from sim.cli.listing import listing
from sim.cli.program import Program
from sim.cli.reproduce import reproduce
from sim.cli.run import run
from sim.cli.sensitivity import sensitivity
from sim.cli.status import status

__all__ = ["main"]


@click.group(
    "netgrow",
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\
\b
Examples:
  netgrow run scenarios/known-vs-groups.toml
  netgrow run scenarios/email-core.toml --data path/to/data -n 5
  netgrow compare results/known-vs-groups
  netgrow list parameters

\b
Exit status: 0 done, 1 not (or not all) done, 2 the command or a file is wrong.

\b
Shell completion of commands, options, files and arms; once, for bash:
  echo 'eval "$(_NETGROW_COMPLETE=bash_source netgrow)"' >> ~/.bashrc
zsh: zsh_source and ~/.zshrc. fish: _NETGROW_COMPLETE=fish_source netgrow
  > ~/.config/fish/completions/netgrow.fish
""",
)
@click.version_option(__version__, message="netgrow %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Simulate and compare growth strategies in professional networks.

    A scenario file (TOML) states a question; `run` answers it: paired worlds in which the same
    people, with the same luck, play one strategy or another.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


COMMANDS = (
    run, claims, status, clean, compare, sensitivity, report, reproduce, listing, show, check,
    schema,
)  # fmt: skip

for command in COMMANDS:
    main.add_command(command)
