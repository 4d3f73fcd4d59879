"""The command `netgrow reproduce`: the same again, or what differs."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.plugins import plugins_option, see_own_strategies
from sim.cli.program import DONE, NOT_DONE
from sim.cli.talk import Talk, plural, quiet_option
from sim.errors import plain


@click.command(
    short_help="Run a study again from its results, and compare.",
    epilog="""\
\b
Examples:
  netgrow reproduce results/known-vs-groups -j 2
  netgrow reproduce results/known-vs-groups --run one/group_driven/base/s0007
  netgrow reproduce results/email-core --data path/to/data
""",
)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--run", metavar="ID", help="Do this run alone, as in one/group_driven/base/s0007.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory of the files with real input; they must be those that the study read.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Runs at a time.  [default: cores]")
@click.option(
    "--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Threads in a run."
)
@plugins_option
@quiet_option
@click.pass_context
def reproduce(
    context: click.Context,
    directory: Path,
    run: str | None,
    data: Path | None,
    jobs: int | None,
    threads: int,
    allow_plugins: bool,
    quiet: bool,
) -> None:
    """Run a study again from what its directory holds, and say whether it comes out the same.

    The scenario is the one kept with the results; nothing in the directory is changed. Versions
    that differ are named first. Exit status 0 if every value of every table is the same, 1 if not,
    with a line for each table and column that differs: where, and by how much.
    """
    from sim.batch.reproduce import reproduce as again
    from sim.cli.run import cores

    see_own_strategies(allow_plugins)
    talk = Talk(quiet)
    with talk:
        found = again(
            directory,
            run=run,
            data_directory=data,
            jobs=jobs or cores(),
            threads=threads,
            allow_plugins=allow_plugins,
            progress=talk,
        )
    if found.identical:
        click.echo(f"identical: {plural(found.runs, 'run')}")
    for change in found.changes:
        click.echo(plain(f"different: {change}"))
    context.exit(DONE if found.identical else NOT_DONE)
