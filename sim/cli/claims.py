"""The command `netgrow claims`: all studies that test claims, and what they say of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.files import SCENARIO_FILE
from sim.cli.notes import notes_on
from sim.cli.plugins import plugins_option, see_own_strategies
from sim.cli.program import DONE, NOT_DONE
from sim.cli.talk import Talk, quiet_option
from sim.errors import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.inequalities import Finding
    from sim.scenario import Scenario

_FORMS = ("text", "md", "json", "csv")


@click.command(
    short_help="Run the studies that test claims, and print the ledger.",
    epilog="""\
\b
Examples:
  netgrow claims
  netgrow claims --seeds 20 -j 2
  netgrow claims --read --format md > ledger.md
  netgrow claims scenarios/known-vs-groups.toml --level 0.99
""",
)
@click.argument("scenarios", metavar="[SCENARIO...]", type=SCENARIO_FILE, nargs=-1)
@click.option("-n", "--seeds", type=int, help="Paired worlds of every study.")
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Directory with one folder of results a study; the ledger is written into it.",
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Runs at a time.  [default: cores]")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory of the files with real input; studies that lack theirs are left out.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Confidence level of each interval by itself.",
)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option("--read", "read_only", is_flag=True, help="Run nothing; judge the results there are.")
@plugins_option
@quiet_option
@click.pass_context
def claims(
    context: click.Context,
    scenarios: tuple[Path, ...],
    seeds: int | None,
    out: Path,
    jobs: int | None,
    data: Path | None,
    level: float,
    form: str,
    read_only: bool,
    allow_plugins: bool,
    quiet: bool,
) -> None:
    """Run all studies that test claims of the article, and print what came of each claim.

    A study tests what its scenario file declares under [[tests]]. Without SCENARIO all files in
    ./scenarios are taken, else those that netgrow came with. Finished runs are kept, as by `netgrow
    run`; a study that fails leaves its tests "not run" (exit status 1), and the others are judged.
    """
    from sim.analysis import ledger_words as words
    from sim.analysis.ledger import ledger_of

    if read_only and (seeds is not None or jobs is not None or data is not None):
        raise click.UsageError("--read runs nothing: leave out --seeds, --jobs and --data")
    see_own_strategies(allow_plugins)
    talk = Talk(quiet)
    order = _Order(out, seeds, data, jobs, level, read_only, allow_plugins, quiet)
    asked = _asked(scenarios, seeds, allow_plugins)
    findings: list[Finding] = []
    notes: list[str] = []
    whole = True
    for place, (file, scenario) in enumerate(asked):
        talk.say(f"study {place + 1} of {len(asked)}: {scenario.name}")
        for note in notes_on(scenario):
            talk.note(note)
        if not order.has_input(file, scenario):
            talk.say(f"{scenario.name} is left out: it reads real input, which --data would give")
            notes.append(f"{scenario.name} is left out: it reads real input, which was not given")
            continue
        found, said, done = _study(file, scenario, order)
        findings += found
        notes += [f"{scenario.name}: {note}" for note in said]
        whole = whole and done and all(each.verdict != "not run" for each in found)
    ledger = ledger_of(findings, level, notes)
    if form == "text":
        from sim.cli.tables import show_words

        show_words(words.lines(ledger))
        for note in ledger.notes:
            talk.note(note)
    else:
        told = {"md": words.to_markdown, "json": words.to_json, "csv": words.to_csv}[form](ledger)
        click.echo(plain(told.rstrip("\n")))
    words.write(ledger, out)
    talk.say(f"ledger: {out / words.NAME}.md and .json")
    context.exit(DONE if whole else NOT_DONE)


@dataclass(frozen=True)
class _Order:
    """What was asked for on the command line."""

    out: Path
    seeds: int | None
    data: Path | None
    jobs: int | None
    level: float
    read_only: bool
    allow_plugins: bool
    quiet: bool

    def directory(self, scenario: Scenario) -> Path:
        return self.out / scenario.name

    def data_for(self, file: Path, scenario: Scenario) -> Path | None:
        from sim.cli.study import data_directory

        if scenario.data is None:
            return None
        return data_directory(scenario, self.data, file.parent)

    def has_input(self, file: Path, scenario: Scenario) -> bool:
        """Whether a study can be judged, as far as real input goes."""
        if scenario.data is None:
            return True
        if self.read_only:
            return (self.directory(scenario) / "manifest.json").exists()
        return self.data_for(file, scenario) is not None


def _asked(
    given: Sequence[Path], seeds: int | None, allow_plugins: bool
) -> list[tuple[Path, Scenario]]:
    """Read the scenarios that test something, all before anything is run.

    Raises
    ------
    UsageError
        If there is none, or two have the same name.
    ScenarioError
        If one of them is wrong.
    """
    import sim
    from sim.batch.checks import scenario_checks
    from sim.errors import UsageError
    from sim.scenario import load_scenario

    folders = (Path("scenarios"), Path(sim.__file__).parents[1] / "scenarios")
    found = (sorted(folder.glob("*.toml")) for folder in folders)
    files = list(given) or next((each for each in found if each), [])
    changes: dict[str, Any] = {} if seeds is None else {"seeds": seeds}
    labels = {"seeds": "-n/--seeds"}
    asked: dict[str, tuple[Path, Scenario]] = {}
    for file in files:
        scenario = load_scenario(
            file,
            extra_checks=scenario_checks,
            labels=labels,
            allow_plugins=allow_plugins,
            **changes,
        )
        if not scenario.tests:
            continue
        if scenario.name in asked:
            other = asked[scenario.name][0]
            raise UsageError(
                f"{other} and {file} are both called {scenario.name}, so their results would meet "
                "in one folder; rename one or give it once"
            )
        asked[scenario.name] = (file, scenario)
    if not asked:
        where = "in the scenarios given" if given else "in scenarios/*.toml"
        raise UsageError(f"nothing tests a claim {where}; declare it under [[tests]]")
    return list(asked.values())


def _study(
    file: Path, scenario: Scenario, order: _Order
) -> tuple[tuple[Finding, ...], list[str], bool]:
    """Judge one study; also what a reader has to know of it, and whether all its runs are there."""
    from sim.analysis import load
    from sim.analysis.claims import judge
    from sim.analysis.inequalities import inequalities_of, not_run
    from sim.batch import Interrupted
    from sim.errors import NetgrowError

    talk = Talk(order.quiet)
    tests = inequalities_of(test.model_dump(by_alias=True) for test in scenario.tests)
    directory = order.directory(scenario)
    try:
        done = order.read_only or _run(file, scenario, order, talk)
        notes = _changed(scenario, directory) if order.read_only else []
        results = load([directory], {test.metric for test in tests})
        found = judge(results, tests, order.level)
    except Interrupted:
        raise
    except NetgrowError as error:
        first = str(error).splitlines()[0]
        talk.warn(f"{scenario.name}: {first}")
        return not_run(scenario.name, tests, first), [], False
    return found, [*notes, *results.notes], done


def _run(file: Path, scenario: Scenario, order: _Order, talk: Talk) -> bool:
    """Do what is not done yet, write comparison and report; return whether no run failed."""
    import sim.analysis as room
    from sim.batch.prepare import prepare
    from sim.cli.run import cores
    from sim.cli.study import conduct
    from sim.report import write_html

    directory = order.directory(scenario)
    data = order.data_for(file, scenario)
    made = prepare(scenario, data)
    for repair in made.repairs:
        talk.say(f"mended: {repair}")
    # The command that gives the results of this study alone, for its manifest and messages.
    words = ["run", str(file), "-o", str(directory)]
    words += [] if order.seeds is None else ["-n", str(order.seeds)]
    words += [] if data is None else ["--data", str(data)]
    words += ["--allow-plugins"] if order.allow_plugins else []
    failed = conduct(made, directory, talk, words, order.jobs or cores(), 1, fresh=False)
    if len(scenario.arms) > 1:
        room.write(room.compare(room.load([directory])), directory)
    write_html(directory)
    return not failed


def _changed(scenario: Scenario, directory: Path) -> list[str]:
    """Say if results that are read are not those of the scenario as it is now."""
    from sim.results import read_manifest
    from sim.scenario import digest

    manifest = read_manifest(directory)
    if manifest.get("scenario_hash") == digest(scenario):
        return []
    return ["the results read are of another version of its scenario file"]
