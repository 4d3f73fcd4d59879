"""netgrow: simulate and compare growth strategies in professional networks.

Five lines from a scenario file to an answer::

    import sim
    scenario = sim.load_scenario("scenarios/known-vs-groups.toml", seeds=4)
    outcome = sim.run_study(scenario, "results/quick")
    series = sim.read_table(outcome.directory, "series")
    found = sim.compare(outcome.directory)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.library import compare_directories as compare
    from sim.batch import run_study
    from sim.export import to_graphml, to_igraph, to_networkx
    from sim.model import NetworkGrowth
    from sim.results import read_table
    from sim.scenario import Scenario, load_scenario

__version__ = "0.1.0"
__engine__ = 1
"""Rises with every change that gives any run another result: runs of other engines are stale."""

__all__ = [
    "NetworkGrowth",
    "Scenario",
    "compare",
    "load_scenario",
    "read_table",
    "run_study",
    "to_graphml",
    "to_igraph",
    "to_networkx",
]

# Public names are imported when they are first used, so that `import sim` costs next to nothing.
_ROOMS = {
    "NetworkGrowth": ("sim.model", "NetworkGrowth"),
    "Scenario": ("sim.scenario", "Scenario"),
    "compare": ("sim.analysis.library", "compare_directories"),
    "load_scenario": ("sim.scenario", "load_scenario"),
    "read_table": ("sim.results", "read_table"),
    "run_study": ("sim.batch", "run_study"),
    "to_graphml": ("sim.export", "to_graphml"),
    "to_igraph": ("sim.export", "to_igraph"),
    "to_networkx": ("sim.export", "to_networkx"),
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        msg = f"module 'sim' has no attribute {name!r}"
        raise AttributeError(msg)
    room, known_as = _ROOMS[name]
    return getattr(importlib.import_module(room), known_as)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
