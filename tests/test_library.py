"""The same from Python: few names, plain paths, tables and dataclasses."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest
from batch.pretend import study

import sim
from sim import analysis
from sim.batch.study import conduct
from sim.errors import NetgrowError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("library") / "results"
    conduct(study(), directory)
    return directory


def test_public_names_are_few_and_there() -> None:
    assert len(sim.__all__) <= 10
    assert all(callable(getattr(sim, name)) for name in sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing


def test_to_import_the_package_costs_nothing() -> None:
    asked = "import sys, sim; print(sorted(m for m in ('polars', 'numba') if m in sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_compare_stays_a_function_whatever_is_imported(results: Path) -> None:
    importlib.import_module("sim.analysis.comparison")
    importlib.import_module("sim.report")
    found = sim.compare(str(results))
    assert found.rows == analysis.compare(analysis.load([results])).rows
    table = pl.DataFrame(found.rows)
    assert table.height == len(found.rows) > 0
    assert {"arm", "metric", "difference", "low", "high"} <= set(table.columns)
    only = sim.compare(results, metrics=["reach_2"], baseline="b", level=0.9)
    assert (only.baseline, only.level) == ("b", 0.9)
    assert {row.metric for row in only.rows} == {"reach_2"}


def test_tables_are_polars(results: Path) -> None:
    series = sim.read_table(str(results), "series")
    assert isinstance(series, pl.DataFrame)
    assert series["run"].n_unique() == 12


def test_what_is_wrong_is_an_error_of_netgrow(tmp_path: Path) -> None:
    with pytest.raises(NetgrowError):
        sim.compare(str(tmp_path))
    with pytest.raises(NetgrowError):
        sim.compare()
    with pytest.raises(NetgrowError):
        sim.read_table(str(tmp_path), "series")
