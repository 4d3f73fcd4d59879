"""Made-up studies with a sweep, laid out on disk: any design, any response, any luck."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol
from scipy.stats import qmc

from sim.results.layout import SCHEMA, STATUS_COLUMNS, TABLES

from .made_up import METRICS, PRIMARY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]
    type Response = Callable[[Mapping[str, Any]], float]

ARM, BASELINE = "group_driven", "known_only"


def unit_rows(design: str, parameters: int, points: int, seed: int = 1) -> Floats:
    """The sample matrix of a design on the unit cube, by the libraries that make real ones."""
    problem = {
        "num_vars": parameters,
        "names": [f"x{i}" for i in range(parameters)],
        "bounds": [[0.0, 1.0]] * parameters,
    }
    if design == "sobol":
        made = sample_sobol.sample(problem, points, calc_second_order=False, seed=seed)
    elif design == "morris":
        made = sample_morris.sample(problem, points, num_levels=4, seed=seed)
    elif design == "latin-hypercube":
        made = qmc.LatinHypercube(parameters, rng=seed).random(points)
    else:
        raise ValueError(design)
    return np.asarray(made, dtype=np.float64)


@dataclass
class Swept:
    """A study whose difference is known.

    Attributes
    ----------
    vary : dict of key to (low, high, scale) or list of values
    difference, level : callable of the point's values
        Arm - baseline, and the baseline's value, without luck.
    noise : float
        Standard deviation of the luck of single worlds, in the difference.
    base : dict
        Values of the scenario itself.
    """

    vary: dict[str, Any]
    difference: Response
    design: str = "sobol"
    points: int = 16
    seeds: int = 6
    noise: float = 0.3
    base: dict[str, Any] = field(default_factory=dict)
    level: Response = lambda _: 10.0
    chosen: list[dict[str, Any]] = field(default_factory=list)
    missing: set[tuple[str, int]] = field(default_factory=set)
    luck: int = 1
    questions: tuple[str, ...] = ("one",)
    arms: tuple[str, ...] = (BASELINE, ARM)
    extra: dict[str, Any] = field(default_factory=dict)

    def settings(self) -> list[dict[str, Any]]:
        """Values of every row of the design."""
        if self.design == "list":
            return self.chosen
        if self.design == "grid":
            return [
                dict(zip(self.vary, row, strict=True))
                for row in itertools.product(*self.vary.values())
            ]
        made = unit_rows(self.design, len(self.vary), self.points)
        return [
            {key: _value(self.vary[key], u) for key, u in zip(self.vary, row, strict=True)}
            for row in made.tolist()
        ]

    def manifest(self) -> dict[str, Any]:
        settings = self.settings()
        names: dict[str, str] = {}
        for values in settings:
            names.setdefault(json.dumps(values), f"p{len(names) + 1:04d}")
        points: list[dict[str, Any]] = [{"name": "base", "values": {}}]
        points += [{"name": name, "values": json.loads(key)} for key, name in names.items()]
        vary: dict[str, Any] = {}
        for key, given in self.vary.items():
            listed = isinstance(given, list)
            low, high, scale = (None, None, "linear") if listed else given
            vary[key] = {"low": low, "high": high, "scale": scale, "integer": False}
            vary[key]["values"] = given if listed else None
        sweep = {
            "design": self.design,
            "points": self.points,
            "seed": 1,
            "vary": vary,
            "rows": [names[json.dumps(values)] for values in settings],
        }
        known = [{"key": key, "value": value} for key, value in self.base.items()]
        return {
            "schema": SCHEMA,
            "netgrow": "0.1.0",
            "scenario": "swept",
            "baseline": BASELINE,
            "primary": PRIMARY,
            "metrics": METRICS,
            "parameters": known,
            "arms": {arm: {"strategy": arm} for arm in self.arms},
            "points": points,
            "sweep": sweep,
            "command": "netgrow run swept.toml",
        } | self.extra

    def outcomes(self) -> list[dict[str, Any]]:
        luck = np.random.Generator(np.random.Philox(key=self.luck))
        rows = []
        for question, point, seed in itertools.product(
            self.questions, self.manifest()["points"], range(self.seeds)
        ):
            values = self.base | point["values"]
            level = self.level(values) + luck.normal()
            gap = self.difference(values) + self.noise * luck.normal()
            for place, arm in enumerate(self.arms):
                if (point["name"], seed) not in self.missing:
                    key = {"question": question, "arm": arm, "point": point["name"], "seed": seed}
                    run = f"{question}/{arm}/{point['name']}/s{seed:04d}"
                    rows.append(
                        {"run": run} | key | {"week": 52, "cohort": "focal", "metric": PRIMARY,
                        "value": level + place * gap}
                    )  # fmt: skip
        return rows

    def write(self, directory: Path) -> Path:
        directory.mkdir(parents=True)
        (directory / "manifest.json").write_text(json.dumps(self.manifest()), encoding="utf-8")
        frame = pl.DataFrame(self.outcomes(), schema=TABLES["series"].schema)
        frame.write_parquet(directory / "outcomes.parquet")
        frame.write_parquet(directory / "series.parquet")
        with (directory / "runs.csv").open("w", newline="", encoding="utf-8") as sink:
            writer = csv.DictWriter(sink, STATUS_COLUMNS.names(), restval="")
            writer.writeheader()
            named = frame.select("run", "question", "arm", "point", "seed").iter_rows(named=True)
            writer.writerows(row | {"status": "done", "seconds": "1.0"} for row in named)
        return directory


def _value(given: Any, place: float) -> Any:
    if isinstance(given, list):
        return given[min(int(place * len(given)), len(given) - 1)]
    low, high, scale = given
    if scale == "log":
        return float(np.exp(np.log(low) * (1 - place) + np.log(high) * place))
    return low + place * (high - low)
