"""The parameters of the model, section by section.

Every parameter is declared once, with its meaning, unit, range, default and source; the parameter
table, the JSON Schema and `docs/parameters.md` are made from these declarations. The parameters
of a strategy are declared in the strategy's own file.
"""

from __future__ import annotations

from sim.scenario.conduct import Minutes, Platform, Response
from sim.scenario.inputs import Data
from sim.scenario.population import Acquaintances, Focal, Groups, Members, Ties

__all__ = [
    "Acquaintances",
    "Data",
    "Focal",
    "Groups",
    "Members",
    "Minutes",
    "Platform",
    "Response",
    "Ties",
]
