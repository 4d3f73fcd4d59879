"""The command `netgrow clean`: delete what a result directory no longer needs."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.program import DONE, NOT_DONE
from sim.cli.talk import Talk, memory, plural, quiet_option
from sim.errors import WorkError

DIRECTORY = click.Path(path_type=Path)


@click.command(
    short_help="Delete stale runs of a result directory.",
    epilog="""\
\b
Examples:
  netgrow clean results/known-vs-groups
  netgrow clean results/known-vs-groups --yes
""",
)
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option("--yes", is_flag=True, help="Do not ask.")
@quiet_option
@click.pass_context
def clean(context: click.Context, directory: Path, yes: bool, quiet: bool) -> None:
    """Delete stale runs, and what was set aside as damaged, after asking.

    Runs, tables and reports of the study as it is planned now are kept. What is stale, and why, is
    told by `netgrow status`.
    """
    from sim.results import Store, read_manifest
    from sim.results.cleaning import clean as cleaned
    from sim.results.cleaning import to_be_cleaned

    talk = Talk(quiet)
    read_manifest(directory)
    found = to_be_cleaned(directory)
    if not found.runs and not found.damaged:
        talk.say(f"nothing in {directory} is stale")
        return
    what = f"{plural(found.runs, 'stale run')} and {plural(found.damaged, 'damaged file')}"
    try:
        agreed = yes or click.confirm(f"delete {what}, about {memory(found.bytes)}?", err=True)
    except click.Abort as nobody:
        raise WorkError("no answer, so nothing was deleted; --yes deletes unasked") from nobody
    if not agreed:
        talk.say("nothing was deleted")
        context.exit(NOT_DONE)
    store = Store(directory)
    with store.open():
        done = cleaned(store)
    for note in done.notes:
        talk.warn(note)
    talk.say(
        f"deleted {plural(done.runs, 'stale run')} and {plural(done.damaged, 'damaged file')}: "
        f"{done.bytes:,} bytes"
    )
    context.exit(NOT_DONE if done.notes else DONE)
