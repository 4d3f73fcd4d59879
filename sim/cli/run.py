"""The command `netgrow run`: from a scenario file to a verdict."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import click

from sim.cli.enough import MOST_SEEDS, announce, conduct_until, goal_of, with_worlds
from sim.cli.files import SCENARIO_FILE, set_option
from sim.cli.notes import notes_on
from sim.cli.plugins import plugins_option, see_own_strategies
from sim.cli.program import DONE, NOT_DONE
from sim.cli.study import answer, conduct, crew_of, data_directory, preview, with_arms
from sim.cli.talk import Talk, quiet_option


def _arm_names(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - click hands it over
    incomplete: str,
) -> list[str]:
    """Complete the name of an arm from the scenario file on the command line."""
    import tomllib

    # While its option still lacks a value, click leaves the scenario among the unparsed words.
    given = context.params.get("scenario") or next(iter(context.args), "")
    try:
        names = list(tomllib.loads(Path(given).read_text(encoding="utf-8"))["arms"])
    except (OSError, KeyError, TypeError, ValueError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def cores() -> int:
    """Count the processor cores that this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return os.cpu_count() or 1


@click.command(
    epilog="""\
\b
Examples:
  netgrow run scenarios/known-vs-groups.toml
  netgrow run scenarios/known-vs-groups.toml -n 100 -j 4
  netgrow run scenarios/known-vs-groups.toml --until-ci 0.5 --max-seeds 400
  netgrow run scenarios/known-vs-groups.toml --set members.count=500 --weeks 26 -o try
  netgrow run scenarios/known-vs-groups.toml --arm group_driven --dry-run
  netgrow run scenarios/email-core.toml --data path/to/data
  netgrow run scenarios/known-vs-groups.toml --cluster tcp://scheduler:8786
"""
)
@click.argument("scenario", metavar="SCENARIO", type=SCENARIO_FILE)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory for the results.  [default: results/<name of the scenario>]",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory of the files with real input.  [default: that of the scenario file]",
)
@click.option("-n", "--seeds", type=int, help="Paired worlds.")
@click.option("--seed", type=int, help="Seed of the first world.")
@click.option(
    "--until-ci",
    "width",
    type=float,
    metavar="W",
    help="Add worlds until the interval of every primary difference is narrower than W in all "
    "(high - low); -n is what it begins with.",
)
@click.option(
    "--max-seeds",
    # As many as the seeds of a scenario may be.
    type=click.IntRange(1, 100_000),
    metavar="N",
    help=f"Paired worlds that --until-ci may take.  [default: {MOST_SEEDS:,}]",
)
@click.option("--weeks", type=int, help="Weeks simulated.")
@set_option
@click.option(
    "--arm",
    "arms",
    shell_complete=_arm_names,
    multiple=True,
    help="Play this arm alone, and the baseline; may be repeated.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Runs at a time.  [default: cores; on a cluster, all]",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Threads inside a run, for few and large worlds.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run on the Dask cluster of this scheduler, as tcp://host:8786.",
)
@click.option("--fresh", is_flag=True, help="Delete the results of this study and start over.")
@click.option("--retry-failed", is_flag=True, help="Run again what failed; else it stays failed.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and take; do nothing.")
@click.option("--force", is_flag=True, help="Begin even if memory is estimated not to suffice.")
@click.option("--no-report", is_flag=True, help="Write the tables but no report.html.")
@plugins_option
@quiet_option
@click.pass_context
def run(
    context: click.Context,
    scenario: Path,
    output: Path | None,
    data: Path | None,
    seeds: int | None,
    seed: int | None,
    width: float | None,
    max_seeds: int | None,
    weeks: int | None,
    changes: tuple[str, ...],
    arms: tuple[str, ...],
    jobs: int | None,
    threads: int,
    cluster: str | None,
    fresh: bool,
    retry_failed: bool,
    dry_run: bool,
    force: bool,
    no_report: bool,
    allow_plugins: bool,
    quiet: bool,
) -> None:
    """Simulate a scenario and say what came out.

    Every arm is played in the same worlds by the same people with the same luck. Finished runs are
    kept: after Ctrl-C, a crash or a full disk the same command goes on where it stopped, and with
    more seeds it adds worlds. With --until-ci it adds them by itself, until they are enough. With
    another parameter everything that it changes is run, and what was made with the old one is kept
    beside it; see `netgrow status` and `netgrow clean`.

    Results do not depend on --jobs or --threads. A strategy of your own, named by --set
    arms.mine.strategy=my_module:MyStrategy or by the file with --allow-plugins, is found in the
    current directory.
    """
    from sim.batch.checks import scenario_checks
    from sim.batch.prepare import prepare
    from sim.scenario import load_scenario

    see_own_strategies(allow_plugins, changes)
    given = {"seeds": seeds, "seed": seed, "weeks": weeks}
    asked = load_scenario(
        scenario,
        changes,
        extra_checks=scenario_checks,
        labels={"seeds": "-n/--seeds", "seed": "--seed", "weeks": "--weeks"},
        allow_plugins=allow_plugins,
        **{name: value for name, value in given.items() if value is not None},
    )
    if arms:
        asked = with_arms(asked, arms)
    goal = goal_of(asked, width, max_seeds)
    made = prepare(asked, data_directory(asked, data, scenario.parent))
    directory = output or Path("results") / asked.name
    talk = Talk(quiet)
    for repair in made.repairs:
        talk.say(f"mended: {repair}")
    for note in notes_on(asked):
        talk.note(note)
    if dry_run:
        if goal:
            from sim.analysis import first_round

            made, asked = with_worlds(made, asked, first_round(goal, asked.seeds).worlds)
        preview(made, asked, directory, jobs or cores(), threads, fresh=fresh)
        if goal:
            announce(goal)
        return
    with crew_of(made, cluster, jobs) as crew:
        here = jobs or cores()
        once = partial(
            conduct,
            directory=directory,
            talk=talk,
            words=context.obj,
            jobs=here,
            threads=threads,
            crew=crew,
            retry_failed=retry_failed,
            force=force,
        )
        if goal:
            failed = conduct_until(goal, made, asked, directory, talk, here, once, fresh=fresh)
        else:
            failed = once(made, fresh=fresh)
    answer(made, directory, talk, report=not no_report)
    context.exit(NOT_DONE if failed else DONE)
