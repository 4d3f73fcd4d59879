"""A comparison as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sim.analysis.rows import Difference
from sim.analysis.weekly import CELL
from sim.analysis.words import headlines
from sim.results.cells import spreadsheet_cell
from sim.results.durable import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from sim.analysis.comparison import Comparison

SCHEMA = 1


def to_json(comparison: Comparison) -> str:
    """Everything of a comparison as strict JSON (undefined numbers are null).

    Keys: schema, headlines, baseline, primary, level, until, method, notes, sources, metrics, rows,
    savings, overtakes, survival (curves, differences), by_week and trajectories (one object a cell,
    its columns as lists over weeks).
    """
    names = [item.name for item in fields(Difference)]
    content = {
        "schema": SCHEMA,
        "headlines": headlines(comparison),
        "baseline": comparison.baseline,
        "primary": comparison.primary,
        "level": comparison.level,
        "until": None if comparison.until is None else asdict(comparison.until),
        "method": comparison.method,
        "notes": comparison.notes,
        "sources": comparison.sources,
        "metrics": {name: asdict(metric) for name, metric in comparison.metrics.items()},
        "rows": [{name: getattr(row, name) for name in names} for row in comparison.rows],
        "savings": [asdict(saving) for saving in comparison.savings],
        "overtakes": [asdict(lead) for lead in comparison.overtakes],
        "survival": asdict(comparison.survival),
        "by_week": _by_cell(comparison.by_week, (*CELL, "baseline")),
        "trajectories": _by_cell(comparison.trajectories, CELL),
    }
    return json.dumps(strict(content), allow_nan=False, ensure_ascii=False)


def to_csv(comparison: Comparison) -> str:
    """Write the rows at the horizon as CSV, one column a field of `Difference`.

    Numbers stay numbers. Text that a spreadsheet would take for a formula gets an apostrophe in
    front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [item.name for item in fields(Difference)]
    writer.writerow(names)
    writer.writerows(
        [spreadsheet_cell(getattr(row, name)) for name in names] for row in comparison.rows
    )
    return out.getvalue()


def write(comparison: Comparison, directory: Path) -> Path:
    """Write `comparison.json` into `directory`, whole or not at all, and return its path.

    Raises
    ------
    WorkError
        If the disk refuses.
    """
    path = directory / "comparison.json"
    write_whole(path, f"{to_json(comparison)}\n".encode())
    return path


def _by_cell(table: pl.DataFrame, cell: tuple[str, ...]) -> list[dict[str, Any]]:
    return table.group_by(cell, maintain_order=True).all().to_dicts()


def strict(value: Any) -> Any:
    """Return what JSON can hold: numbers that are not finite become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    return value
