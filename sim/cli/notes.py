"""What is worth knowing of a scenario in which nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario import Scenario


def notes_on(scenario: Scenario) -> Iterator[str]:
    """Yield a note for each mechanism that is off under an arm whose strategy works through it.

    Raises
    ------
    StrategyProblem
        If an arm plays a strategy that there is not.
    """
    from sim.scenario import for_arm
    from sim.strategies import strategy_class

    for name, arm in scenario.arms.items():
        at_work = for_arm(scenario, name).mechanisms
        for needs in strategy_class(arm.strategy).works_through:
            if needs not in at_work:
                yield (
                    f"arms.{name}: {arm.strategy} works through [{needs}], which is off under this "
                    f"arm; {needs}.on = true turns it on"
                )
