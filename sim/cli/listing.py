"""The command `netgrow list`: what there is to choose from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.errors import plain

FORMS = ("table", "md", "json", "csv")


@click.command(
    "list",
    epilog="""\
\b
Examples:
  netgrow list strategies
  netgrow list parameters | grep invitations
  netgrow list parameters --format md > docs/parameters.md
""",
)
@click.argument("what", type=click.Choice(["strategies", "scenarios", "parameters", "metrics"]))
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
def listing(what: str, form: str) -> None:
    """List strategies, scenarios, parameters or metrics.

    The table shows the columns that matter most; md, json and csv show all of them. Scenarios are
    those in ./scenarios, else those that netgrow came with.
    """
    from sim.cli.tables import show_rows

    if what == "parameters" and form == "md":
        from sim.scenario import parameters_markdown

        click.echo(plain(parameters_markdown(_strategy_parameters())), nl=False)
        return
    rows, columns = {
        "strategies": _strategies,
        "scenarios": _scenarios,
        "parameters": _parameters,
        "metrics": _metrics,
    }[what]()
    show_rows(rows, form, columns)


Listing = tuple[list[dict[str, Any]], tuple[str, ...]]


def _strategies() -> Listing:
    from sim.strategies import find_strategies, parameters_of

    rows = [
        {
            "name": name,
            "summary": kind.summary,
            "parameters": [row["key"] for row in parameters_of(kind)],
            "channels": list(kind.channels),
            "writes": kind.writes,
            "mechanisms": list(kind.mechanisms),
            "works_through": list(kind.works_through),
            "source": kind.source,
        }
        for name, kind in find_strategies().items()
    ]
    return rows, ("name", "summary", "parameters")


def _parameters() -> Listing:
    from sim.scenario import parameter_table

    return parameter_table(_strategy_parameters()), ("key", "default", "meaning")


def _strategy_parameters() -> dict[str, list[dict[str, Any]]]:
    from sim.strategies import find_strategies, parameters_of

    return {name: parameters_of(kind) for name, kind in find_strategies().items()}


def _metrics() -> Listing:
    from sim.metrics.catalogue import METRICS

    rows = [{"name": name, **metric._asdict()} for name, metric in METRICS.items()]
    return rows, ("name", "unit", "better", "meaning")


def _scenarios() -> Listing:
    import sim
    from sim.errors import WorkError
    from sim.scenario import ScenarioError, load_scenario

    folders = (Path("scenarios"), Path(sim.__file__).parents[1] / "scenarios")
    files = next((f for f in (sorted(folder.glob("*.toml")) for folder in folders) if f), [])
    if not files:
        raise WorkError("there is no folder `scenarios` with *.toml files here")
    rows: list[dict[str, Any]] = []
    for file in files:
        try:
            # What is only listed is not used, so no module that it names is run.
            scenario = load_scenario(file, allow_plugins=True)
        except ScenarioError as error:
            told = f"({len(error.problems)} wrong: netgrow check {file})"
            rows.append({"file": str(file), "question": told, "arms": [], "reads": []})
        else:
            data = scenario.data
            names = [data.memberships, data.groups, data.edges, data.attributes] if data else []
            rows.append(
                {
                    "file": str(file),
                    "question": scenario.question,
                    "arms": list(scenario.arms),
                    "reads": [name for name in names if name],
                }
            )
    return rows, ("file", "question", "reads")
