"""The command `netgrow status`: what a result directory holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.talk import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.results.status import Line, StudyStatus

DIRECTORY = click.Path(path_type=Path)
_REASONS_SHOWN = 5


@click.command(
    short_help="Say what is done, failed, missing, stale or damaged.",
    epilog="""\
\b
Examples:
  netgrow status results/known-vs-groups
  netgrow status results/known-vs-groups --format csv > runs.csv
""",
)
@click.argument("directory", metavar="DIR", type=DIRECTORY)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text",
    show_default=True,
)  # fmt: skip
def status(directory: Path, form: str) -> None:
    """Say how far the study in a result directory is.

    A run is stale if the study does not ask for it any more: a parameter, the data, a strategy's
    code or netgrow itself changed since it was made, or its seed, arm or point was left out. Stale
    runs are never read; json and csv list every run and file with the reason. A study that is under
    way can be looked at.
    """
    from sim.results.status import status_of

    found = status_of(directory)
    if form == "json":
        click.echo(json.dumps(_as_json(found), indent=1, ensure_ascii=False))
    elif form == "csv":
        _show_csv(found)
    else:
        for line in _in_words(found):
            click.echo(line)


def _as_json(found: StudyStatus) -> dict[str, object]:
    return {
        "directory": str(found.directory),
        "scenario": found.scenario,
        "netgrow": found.netgrow,
        "command": found.command,
        "tables": found.tables,
        "counts": found.counts,
        "lines": [asdict(line) for line in found.lines],
    }


def _show_csv(found: StudyStatus) -> None:
    import csv
    import sys
    from dataclasses import fields

    from sim.results.cells import spreadsheet_cell
    from sim.results.status import Line

    names = [field.name for field in fields(Line)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(
        [spreadsheet_cell(getattr(line, name)) for name in names] for line in found.lines
    )


def _in_words(found: StudyStatus) -> Iterator[str]:
    counts = found.counts
    planned = sum(counts[name] for name in ("done", "failed", "missing"))
    yield f"study     {_plain(found.scenario)}, planned by netgrow {_plain(found.netgrow)}"
    yield (
        f"runs      {planned:,}: {counts['done']:,} done, {counts['failed']:,} failed, "
        f"{counts['missing']:,} missing"
    )
    yield from _reasons("failed", found.having("failed"))
    yield from _reasons("stale", found.having("stale"))
    for name in ("damaged", "foreign"):
        lines = found.having(name)
        for line in lines[:_REASONS_SHOWN]:
            yield f"{name:<10}{_plain(line.file)}: {_plain(line.reason)}"
        if len(lines) > _REASONS_SHOWN:
            yield f"{'':<10}and {len(lines) - _REASONS_SHOWN:,} more: --format csv"
    yield f"tables    {'of all runs' if found.tables else 'not made yet'}"
    if counts["missing"] or not found.tables:
        yield f"go on     {_plain(found.command) or 'with the command that began it'}"
    if counts["failed"]:
        yield "          with --retry-failed it tries again what failed"
    if counts["stale"] or any(line.file.startswith("damaged/") for line in found.lines):
        yield f"          netgrow clean {found.directory} deletes what is stale or set aside"


def _reasons(name: str, lines: list[Line]) -> Iterator[str]:
    """Tell how many lines there are for each reason, the most frequent first."""
    from sim.results.changes import counted

    reasons = counted(line.reason for line in lines)
    for place, (reason, number) in enumerate(reasons[:_REASONS_SHOWN]):
        yield f"{'' if place else name:<10}{plural(number, 'run')}: {_plain(reason)}"
    if len(reasons) > _REASONS_SHOWN:
        yield f"{'':<10}and {len(reasons) - _REASONS_SHOWN:,} more reasons: --format csv"


def _plain(text: str) -> str:
    from sim.analysis.words import printable

    return printable(text)
