"""Headlines, tables, CSV, Markdown and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.analysis import (
    Comparison,
    better_in,
    compare,
    headline,
    headlines,
    load,
    table,
    to_csv,
    to_json,
    to_markdown,
    write,
)

from .made_up import METRICS, PRIMARY, Record, lay_out, times, values

if TYPE_CHECKING:
    from pathlib import Path

# Symmetric, so that the interval is Student's: 3.1 +- 0.5.
GAPS = (2.7, 2.9, 3.1, 3.3, 3.5)


def series(hours: float = 1.0, arm: str = "group_driven", **place: str) -> list[Record]:
    seeds = range(len(GAPS))
    records = values("known_only", {seed: [0.0, 10.0 + seed] for seed in seeds}, **place)
    records += values(arm, {seed: [0.0, 10 + seed + GAPS[seed]] for seed in seeds}, **place)
    records += values("known_only", {s: [0.0, 100.0] for s in seeds}, metric="hours", **place)
    spent = {s: [0.0, 100.0 * hours + (s - 2) / 100] for s in seeds}
    return records + values(arm, spent, metric="hours", **place)


def comparison(tmp_path: Path, records: list[Record], **said: Any) -> Comparison:
    events = times("known_only", {0: [(1, True)]}) + times("group_driven", {0: [(1, True)]})
    return compare(load([lay_out(tmp_path / "study", records, events, **said)]))


def test_the_headline(tmp_path: Path) -> None:
    assert headline(comparison(tmp_path, series())) == (
        "target decision-makers within two steps after 1 week: group_driven - known_only = "
        "+3.10 [2.71, 3.49], better in 100 % of 5 paired worlds; hours equal (within 5 %)"
    )


def test_hours_that_differ_are_told(tmp_path: Path) -> None:
    assert headline(comparison(tmp_path, series(1.2))).endswith("; hours +20.000 [19.980, 20.020]")


def test_hours_within_five_per_cent_are_equal_and_beyond_are_not(tmp_path: Path) -> None:
    assert headline(comparison(tmp_path / "a", series(1.049))).endswith("(within 5 %)")
    assert "hours +" in headline(comparison(tmp_path / "b", series(1.051)))


def test_one_headline_an_arm_and_question(tmp_path: Path) -> None:
    records = series() + series(question="everyone")
    records += [row for row in series(arm="dormant") if row["arm"] == "dormant"]
    said = headlines(comparison(tmp_path, records))
    assert len(said) == 3
    assert [line.split(":")[0] for line in said] == ["one switches"] * 2 + ["everyone switches"]


def test_one_world_is_said_to_be_one(tmp_path: Path) -> None:
    records = [row for row in series() if row["seed"] == 0]
    assert "one world only, no interval" in headline(comparison(tmp_path, records))


def test_equal_differences_are_shown_without_an_interval(tmp_path: Path) -> None:
    base = {seed: [0.0, float(seed)] for seed in range(3)}
    arm = {seed: [0.0, seed - 5.25] for seed in range(3)}
    records = values("known_only", base) + values("group_driven", arm)
    records += values("known_only", base, metric="hours") + values("dormant", base)
    records += values("group_driven", base, metric="hours")
    found = comparison(tmp_path, records)
    told = {line.split(": ")[1].split(" - ")[0]: line for line in headlines(found)}
    assert told["group_driven"].endswith(
        "= -5.25, the same in all 3 worlds, better in 0 % of 3 paired worlds; hours equal "
        "(within 5 %)"
    )
    assert told["dormant"].endswith("= +0, the same in all 3 worlds")
    columns, rows = table(found)
    cells = {line[1]: line for line in rows if line[0].startswith("target")}
    assert cells["group_driven"][columns.index("difference")] == "-5.25, the same in all 3 worlds"
    assert cells["dormant"][columns.index("better")] == "equal"


@pytest.mark.parametrize(
    ("better", "share", "difference", "words"),
    [
        ("higher", 0.62, 1.0, "62 %"),
        ("lower", 0.62, -1.0, "62 %"),
        ("neither", 0.62, 1.0, "62 % higher"),
        ("neither", 0.998, 1.0, "> 99 % higher"),
        ("higher", 0.001, -1.0, "< 1 %"),
        ("neither", 0.5, 0.0, "equal"),
    ],
)
def test_better_in_what_share_of_worlds(
    tmp_path: Path, better: str, share: float, difference: float, words: str
) -> None:
    found = comparison(tmp_path, series())
    low = None if difference == 0 else found.rows[0].low
    row = replace(found.rows[0], win_probability=share, difference=difference, low=low)
    assert better_in(row, replace(found.metrics[PRIMARY], better=better)) == words


def test_rounding_never_hides_on_which_side_of_0_an_interval_lies(tmp_path: Path) -> None:
    base = {seed: [0.0] for seed in range(5)}
    arm = {seed: [gap] for seed, gap in enumerate([0.1, 0.3, 0.55, 0.8, 1.0])}
    records = values("known_only", base) + values("group_driven", arm)
    found = comparison(tmp_path, records)
    shown = re.search(r"\[([0-9.]+), [0-9.]+\]", headline(found))
    low = found.rows[0].low
    assert shown is not None
    assert low is not None
    assert 0 < float(shown[1]) == pytest.approx(low, rel=0.5)


def test_the_table_names_places_only_where_there_are_several(tmp_path: Path) -> None:
    columns, rows = table(comparison(tmp_path / "a", series()))
    assert columns[:2] == ["metric", "arm"]
    assert all(len(row) == len(columns) for row in rows)
    assert rows[0][:2] == ["target decision-makers within two steps", "group_driven"]
    columns, _ = table(comparison(tmp_path / "b", series() + series(question="everyone")))
    assert columns[0] == "question"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_csv_text_is_no_formula_and_numbers_stay_numbers(tmp_path: Path, name: str) -> None:
    found = comparison(tmp_path, series(0.5, arm=name))
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert {row["arm"] for row in rows} == {"'" + name}
    assert float(rows[1]["difference"]) == found.rows[1].difference < 0


def test_markdown_is_not_broken_by_names(tmp_path: Path) -> None:
    metrics = METRICS | {
        PRIMARY: METRICS[PRIMARY] | {"title": "a|b <img src=x> [c](http://d)\n*e*\x1b[2J"}
    }
    text = to_markdown(comparison(tmp_path, series(), metrics=metrics))
    lines = text.splitlines()
    head = next(place for place, line in enumerate(lines) if line.startswith("| ---"))
    assert len({line.replace(r"\|", "").count("|") for line in lines[head - 1 : head + 3]}) == 1
    assert "\x1b" not in text
    assert r"\<img" in text
    assert r"\](" in text
    assert "known_only" in text


def test_json_is_strict_and_holds_what_was_found(tmp_path: Path) -> None:
    found = comparison(tmp_path, [row for row in series() if row["seed"] < 2])

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    told = json.loads(to_json(found), parse_constant=refuse)
    assert told["headlines"] == headlines(found)
    assert told["rows"][0]["difference"] == found.rows[0].difference
    assert told["rows"][0]["median_low"] is None
    assert told["survival"]["curves"][0]["low"] == [None, None]
    cell = told["by_week"][0]
    assert cell["week"] == [0, 1]
    assert len(cell["difference"]) == 2
    assert {cell["arm"] for cell in told["trajectories"]} == {"known_only", "group_driven"}


def test_comparison_json_is_written_beside_the_tables_and_always_the_same(tmp_path: Path) -> None:
    found = comparison(tmp_path, series())
    path = write(found, tmp_path / "study")
    assert path == tmp_path / "study" / "comparison.json"
    assert path.read_text(encoding="utf-8") == to_json(compare(load([tmp_path / "study"]))) + "\n"
