"""Commands on scenario files: check, show, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.notes import notes_on
from sim.cli.plugins import plugins_option, see_own_strategies
from sim.cli.talk import Talk, quiet_option
from sim.errors import plain

if TYPE_CHECKING:
    from sim.scenario import Problem

SCENARIO_FILE = click.Path(path_type=Path)

set_option = click.option(
    "--set",
    "changes",
    metavar="KEY=VALUE",
    multiple=True,
    help="Replace a value of the file, as in --set members.count=500; may be repeated.",
)


@click.command(
    epilog="""\
\b
Examples:
  netgrow check scenarios/known-vs-groups.toml
  netgrow check scenarios/*.toml
"""
)
@click.argument("files", metavar="FILE...", type=SCENARIO_FILE, nargs=-1, required=True)
@plugins_option
@quiet_option
def check(files: tuple[Path, ...], allow_plugins: bool, quiet: bool) -> None:
    """Report everything that is wrong with scenario files.

    All problems of all files are told at once: the key, what was given, what is allowed, the
    nearest valid name. Exit status 2 if there are any. Without any, notes tell of arms whose
    strategy works through a mechanism that is off.
    """
    from sim.batch.checks import scenario_checks
    from sim.scenario import ScenarioError, load_scenario

    see_own_strategies(allow_plugins)
    found: list[Problem] = []
    notes: list[str] = []
    for file in files:
        try:
            scenario = load_scenario(
                file, extra_checks=scenario_checks, allow_plugins=allow_plugins
            )
        except ScenarioError as error:
            found += error.problems
        else:
            notes += [f"{file}: {note}" for note in notes_on(scenario)]
    if found:
        raise ScenarioError(found)
    talk = Talk(quiet)
    for note in notes:
        talk.note(note)
    told = str(files[0]) if len(files) == 1 else f"{len(files)} files"
    talk.say(f"{told}: nothing is wrong")


@click.command(
    epilog="""\
\b
Examples:
  netgrow show scenarios/known-vs-groups.toml
  netgrow show scenarios/known-vs-groups.toml --set weeks=52 > mine.toml
"""
)
@click.argument("file", metavar="FILE", type=SCENARIO_FILE)
@set_option
@plugins_option
def show(file: Path, changes: tuple[str, ...], allow_plugins: bool) -> None:
    """Print a scenario with every value in it, as TOML."""
    from sim.batch.checks import scenario_checks
    from sim.scenario import load_scenario, to_toml

    see_own_strategies(allow_plugins, changes)
    scenario = load_scenario(
        file, changes, extra_checks=scenario_checks, allow_plugins=allow_plugins
    )
    click.echo(to_toml(scenario), nl=False)


@click.command(
    short_help="Print the JSON Schema of scenario files.",
    epilog="""\
\b
Examples:
  netgrow schema -o scenario.schema.json
Then, as the first line of a scenario file:
  #:schema scenario.schema.json
""",
)
@click.option("-o", "--output", type=SCENARIO_FILE, help="Write it to this file, not to stdout.")
@quiet_option
def schema(output: Path | None, quiet: bool) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check them."""
    import json

    from sim.results.durable import write_whole
    from sim.scenario import schema as made
    from sim.strategies import find_strategies, parameters_of

    parameters = {name: parameters_of(kind) for name, kind in find_strategies().items()}
    text = json.dumps(made(parameters), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(plain(text), nl=False)
    else:
        write_whole(output, text.encode())
        Talk(quiet).say(f"written to {output}")
