"""What there is to choose from, as a table and as data."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from cli.studies import ROOT, SMALL, netgrow
from sim.metrics.catalogue import METRICS
from sim.scenario import parameters_markdown
from sim.strategies import find_strategies, parameters_of

if TYPE_CHECKING:
    from pathlib import Path

LISTS = ("strategies", "scenarios", "parameters", "metrics")


@pytest.mark.parametrize("what", LISTS)
def test_every_form_tells_the_same_rows(what: str) -> None:
    forms = {form: netgrow("list", what, "--format", form) for form in ("json", "csv", "table")}
    assert all((ended.exit_code, ended.stderr) == (0, "") for ended in forms.values())
    rows = json.loads(forms["json"].stdout)
    read = list(csv.DictReader(io.StringIO(forms["csv"].stdout)))
    assert [list(row) for row in read] == [list(row) for row in rows]
    key = next(iter(rows[0]))
    assert [row[key] for row in read] == [row[key] for row in rows]
    table = forms["table"].stdout.splitlines()
    # Head, rule, rows, an empty line; piped, no row is folded.
    assert [line.split()[0] for line in table[2:-1]] == [row[key] for row in rows]
    assert "\x1b" not in forms["table"].stdout


@pytest.mark.parametrize("what", ["strategies", "scenarios", "metrics"])
def test_markdown_has_a_row_for_each(what: str) -> None:
    rows = json.loads(netgrow("list", what, "--format", "json").stdout)
    lines = netgrow("list", what, "--format", "md").stdout.splitlines()
    assert len(lines) == len(rows) + 2
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)


def test_lists_hold_what_there_is() -> None:
    def names(what: str) -> list[str]:
        return [
            next(iter(row.values()))
            for row in json.loads(netgrow("list", what, "--format", "json").stdout)
        ]

    assert names("strategies") == list(find_strategies())
    assert names("metrics") == list(METRICS)
    assert "members.count" in names("parameters")
    assert "arms.<group_driven>.focus" in names("parameters")


def test_parameters_as_markdown_are_the_page_of_the_docs() -> None:
    strategies = {name: parameters_of(kind) for name, kind in find_strategies().items()}
    assert netgrow("list", "parameters", "--format", "md").stdout == parameters_markdown(strategies)


def test_scenarios_are_those_here_else_those_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = json.loads(netgrow("list", "scenarios", "--format", "json").stdout)
    assert str(ROOT / "scenarios" / "known-vs-groups.toml") in [row["file"] for row in shipped]
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "a.toml").write_text(SMALL)
    (tmp_path / "scenarios" / "b.toml").write_text(SMALL.replace("weeks = 6", "weeks = 0"))
    here = json.loads(netgrow("list", "scenarios", "--format", "json").stdout)
    assert [row["file"] for row in here] == ["scenarios/a.toml", "scenarios/b.toml"]
    assert here[0]["question"] == "Do groups help?"
    assert here[1]["question"] == "(1 wrong: netgrow check scenarios/b.toml)"
