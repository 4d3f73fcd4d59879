"""Strategies of modules outside netgrow: a file that names one runs nothing unasked.

To import `module:Class` is to run the module. A file may come from anybody, so it needs permission;
what the caller names himself, by an override or an argument, he has permitted by naming it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.scenario.overrides import apply_overrides
from sim.scenario.problems import ScenarioError, dotted, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sim.scenario.check import ExtraChecks
    from sim.scenario.problems import Finding
    from sim.scenario.study import Scenario

_ALLOWED = (
    "a strategy of `netgrow list strategies`; if you trust the module, which would be run, "
    "say --allow-plugins (in Python allow_plugins=True) or name it yourself with --set"
)


def permitted(
    overrides: Sequence[str] = (), changes: Mapping[str, Any] | None = None
) -> frozenset[str]:
    """Return the modules that the caller names himself.

    Parameters
    ----------
    overrides
        `key=value` texts.
    changes
        Values by top-level key.

    Examples
    --------
    >>> permitted(["weeks=52", "arms.mine.strategy=my_module:Mine"])
    frozenset({'my_module'})
    """
    tables = [changes or {}]
    for override in overrides:
        # One that cannot be understood is told when all of them are applied.
        with contextlib.suppress(ScenarioError):
            tables.append(apply_overrides({}, [override]))
    return frozenset(_module(name) for table in tables for name in _named(table) if ":" in name)


def gated(modules: frozenset[str], extra_checks: ExtraChecks | None) -> ExtraChecks:
    """Return checks that refuse strategies of all modules but these.

    Parameters
    ----------
    modules
        The modules that are permitted.
    extra_checks
        Further checks, which import what a scenario names; they see nothing of what is refused.
    """

    def foreign(name: str) -> bool:
        return ":" in name and _module(name) not in modules

    def checks(scenario: Scenario) -> Iterator[Finding]:
        arms, background = scenario.arms, scenario.background
        for arm, played in arms.items():
            if foreign(played.strategy):
                yield dotted(("arms", arm, "strategy")), shown(played.strategy), _ALLOWED, None
        for name in filter(foreign, background):
            yield dotted(("background", name)), "a strategy of a module", _ALLOWED, None
        if extra_checks is not None:
            left: dict[str, Any] = {
                "arms": {arm: each for arm, each in arms.items() if not foreign(each.strategy)},
                "background": {n: share for n, share in background.items() if not foreign(n)},
            }
            yield from extra_checks(scenario.model_copy(update=left))

    return checks


def _module(name: str) -> str:
    return name.partition(":")[0]


def _named(table: Mapping[str, Any]) -> Iterable[str]:
    """Name the strategies in a table of values, whatever else is in it."""
    arms, background = table.get("arms"), table.get("background")
    for arm in arms.values() if isinstance(arms, Mapping) else ():
        if isinstance(arm, Mapping) and isinstance(name := arm.get("strategy"), str):
            yield name
    yield from background if isinstance(background, Mapping) else ()
