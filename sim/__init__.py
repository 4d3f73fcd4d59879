"""netgrow: simulate and compare growth strategies in professional networks.

Five lines from a scenario file to a table::

    import sim
    scenario = sim.load_scenario("scenarios/known-vs-groups.toml")
    model = sim.NetworkGrowth(scenario, rng=7)
    model.run_for(52)
    model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.batch import run_study
    from sim.export import to_graphml, to_igraph, to_networkx
    from sim.model import NetworkGrowth
    from sim.scenario import Scenario, load_scenario

__version__ = "0.1.0"

__all__ = [
    "NetworkGrowth",
    "Scenario",
    "load_scenario",
    "run_study",
    "to_graphml",
    "to_igraph",
    "to_networkx",
]

# Public names are imported when they are first used, so that `import sim` costs next to nothing.
_ROOMS = {
    "NetworkGrowth": "sim.model",
    "Scenario": "sim.scenario",
    "load_scenario": "sim.scenario",
    "run_study": "sim.batch",
    "to_graphml": "sim.export",
    "to_igraph": "sim.export",
    "to_networkx": "sim.export",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        msg = f"module 'sim' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
