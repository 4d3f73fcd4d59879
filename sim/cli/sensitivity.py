"""Command on the sweep of a study: sensitivity."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.talk import Talk, quiet_option

_FORMS = ("text", "md", "csv", "json")


@click.command(
    short_help="Say what moves the result of a sweep, and what flips the verdict.",
    epilog="""\
\b
Examples:
  netgrow sensitivity results/what-decides
  netgrow sensitivity results/what-decides --metric reach_2 --arm group_driven
  netgrow sensitivity results/what-decides --map response.reply members.coverage
  netgrow sensitivity results/what-decides --format json > sensitivity.json
""",
)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--metric", metavar="M", help="Of this metric, not the study's primary one.")
@click.option(
    "--arm", metavar="A", help="Of this arm alone: its difference to the baseline and its value."
)
@click.option("--question", type=click.Choice(["one", "everyone"]), help="Who switches.")
@click.option("--cohort", type=click.Choice(["focal", "all"]), help="Whose mean.")
@click.option(
    "--map",
    "over",
    metavar="X Y",
    nargs=2,
    help="Parameters of the map, not the two that move the difference most.",
)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@quiet_option
def sensitivity(
    directory: Path,
    metric: str | None,
    arm: str | None,
    question: str | None,
    cohort: str | None,
    over: tuple[str, str] | None,
    form: str,
    quiet: bool,
) -> None:
    """Say what moves the result of a study with a sweep, and what flips the verdict.

    For every difference to the baseline: the sensitivity indices of the design with intervals,
    where which arm wins over two parameters, and the nearest point at which the other arm wins.
    csv holds the indices; text, md and json hold everything.
    """
    import sim.analysis as room
    from sim.cli.tables import show_table, show_words

    found = room.explore(
        directory, metric=metric, arm=arm, question=question, cohort=cohort, over=over
    )
    if form == "json":
        click.echo(room.exploration_to_json(found))
    elif form == "csv":
        click.echo(room.exploration_to_csv(found), nl=False)
    elif form == "md":
        click.echo(room.exploration_to_markdown(found), nl=False)
    else:
        for title, said, heads, rows in room.paragraphs(found):
            show_words([title, *(f"  {line}" for line in said), ""])
            if rows:
                show_table(heads, rows)
        Talk(quiet).note(room.method(found))
