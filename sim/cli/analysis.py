"""Commands on finished results: compare, report."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.talk import Talk, quiet_option
from sim.errors import plain

DIRECTORY = click.Path(path_type=Path)
_FORMS = ("table", "csv", "json", "md")


@click.command(
    short_help="Compare the arms of result directories.",
    epilog="""\
\b
Examples:
  netgrow compare results/known-vs-groups
  netgrow compare results/known-vs-groups --metric hours --metric reach_2
  netgrow compare results/a results/b --baseline a:known_only --format csv
""",
)
@click.argument("directories", metavar="DIR...", type=DIRECTORY, nargs=-1, required=True)
@click.option("--baseline", metavar="ARM", help="Compare with this arm, not the scenario's.")
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="Compare this metric alone; may be repeated. See `netgrow list metrics`.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Show every metric and cohort in the table."
)
@click.option("--format", "form", type=click.Choice(_FORMS), default="table", show_default=True)
@quiet_option
def compare(
    directories: tuple[Path, ...],
    baseline: str | None,
    metrics: tuple[str, ...],
    everything: bool,
    form: str,
    quiet: bool,
) -> None:
    """Compare the arms of one or several result directories, world by world.

    The table shows the key metrics of the focal members; csv, json and md hold everything. With
    several directories an arm is called directory:arm.
    """
    import sim.analysis as room
    from sim.cli.tables import for_reading, of_few_points, show_comparison, show_words

    found = room.compare(
        room.load(directories, metrics or None), baseline=baseline, metrics=metrics or None
    )
    if form == "json":
        click.echo(plain(room.to_json(found)))
    elif form == "csv":
        click.echo(plain(room.to_csv(found)), nl=False)
    elif form == "md":
        click.echo(room.to_markdown(found), nl=False)
    else:
        talk = Talk(quiet)
        shown, points = (found, 0) if everything else of_few_points(found)
        show_words([*room.headlines(shown), ""])
        chosen = (lambda _: True) if everything or metrics else for_reading(shown)
        left_out = show_comparison(shown, chosen)
        if left_out:
            talk.say(f"{left_out} rows are not shown: --all, --metric NAME, --format csv|json|md")
        if points:
            talk.say(f"{points:,} points of the sweep are not shown: --all, or netgrow sensitivity")
        for note in found.notes:
            talk.note(note)


@click.command(
    short_help="Write the report of a result directory.",
    epilog="""\
\b
Examples:
  netgrow report results/known-vs-groups
  netgrow report results/known-vs-groups --format md
""",
)
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option(
    "--format", "form", type=click.Choice(["html", "md"]), default="html", show_default=True
)
def report(directory: Path, form: str) -> None:
    """Write report.html (or report.md) into a result directory; print where it is."""
    from sim.report import write_html, write_markdown

    written = write_html(directory) if form == "html" else write_markdown(directory)
    click.echo(str(written))
