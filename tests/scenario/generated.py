"""What the generated files under `docs/` must hold."""

from __future__ import annotations

import json
from typing import Any

from sim.scenario import parameters_markdown, schema
from sim.strategies import find_strategies, parameters_of


def shipped_strategies() -> dict[str, list[dict[str, Any]]]:
    """Return the parameters of the strategies that come with netgrow, by name."""
    return {
        name: parameters_of(kind)
        for name, kind in find_strategies().items()
        if kind.__module__.startswith("sim.strategies.")
    }


def parameters_page() -> str:
    """Return `docs/parameters.md`."""
    return parameters_markdown(shipped_strategies())


def schema_file() -> str:
    """Return `docs/scenario.schema.json`."""
    return json.dumps(schema(shipped_strategies()), indent=2, ensure_ascii=False) + "\n"
