"""Runs the fast model and the slow twin side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sim.model import NetworkGrowth

from . import reckless, snapshots
from .handover import twin_of

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

    from .twin import Twin

Question = Literal["one", "everyone"]
QUESTIONS: tuple[Question, ...] = ("one", "everyone")


def agree(parameters: Scenario, question: Question, seed: int) -> Twin:
    """Run both side by side and compare them from week 0 on; return the slow one."""
    model = NetworkGrowth(parameters, rng=seed, switch=question, arm="played")
    twin = twin_of(model, {reckless.NAME: reckless.wishes})
    compare(model, twin)
    for _ in range(parameters.weeks):
        model.step()
        twin.step()
        compare(model, twin)
    return twin


def compare(model: Any, twin: Twin) -> None:
    """Assert that both are in the same state."""
    fast, slow = snapshots.of_model(model), snapshots.of_twin(twin)
    for part, expected in slow.items():
        assert fast[part] == expected, f"{part} differ in week {twin.week}"
