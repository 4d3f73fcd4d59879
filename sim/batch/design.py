"""From a scenario to its runs: questions x arms x points x seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sim.results import RunKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sim.batch.run import Engine

BASE = "base"
"""Name of the only point of a study without a sweep."""


class Design(Protocol):
    """What a batch reads of a scenario; `sim.scenario.Scenario` is one."""

    @property
    def name(self) -> str:
        """Name of the study."""

    @property
    def question(self) -> str:
        """The question in words."""

    @property
    def claims(self) -> Sequence[str]:
        """Ids of the claims it tests."""

    @property
    def primary(self) -> str:
        """The metric that decides."""

    @property
    def smallest_difference(self) -> float | None:
        """Smallest difference of it that matters."""

    @property
    def reference(self) -> str:
        """The arm that the others are compared with."""

    @property
    def weeks(self) -> int:
        """How long each world lives."""

    @property
    def seeds(self) -> int:
        """How many worlds."""

    @property
    def seed(self) -> int:
        """Seed of the first world; the others follow it one by one."""

    @property
    def switch(self) -> Sequence[str]:
        """Which questions: "one", "everyone" or both."""

    @property
    def arms(self) -> Mapping[str, Any]:
        """The arms, by name."""


@dataclass(frozen=True)
class Study:
    """A scenario made ready to be run.

    Parameters
    ----------
    design : Design
        The scenario.
    engine : Engine
        The simulation of it, with its data.
    scenario : str
        The resolved scenario, TOML.
    digest : str
        SHA-256 of what determines a run's result, the parameters of arms excepted.
    parameters : sequence of mapping
        Rows of the manifest's table of parameters.
    metrics : mapping
        Title, unit, direction and meaning of each metric.
    data : mapping of str to str
        SHA-256 of each file of real input, by its name.
    repairs : sequence of str
        What was mended in real input.
    members : int
        Members in a world.
    strategies : mapping of str to str
        What each strategy in play does, in a line, by its name.
    strategy_sources : mapping of str to str
        SHA-256 of the code of each strategy in play that is not netgrow's own, by its name.
    """

    design: Design
    engine: Engine[Any]
    scenario: str
    digest: str
    parameters: Sequence[Mapping[str, Any]] = ()
    metrics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    repairs: Sequence[str] = ()
    members: int = 0
    strategies: Mapping[str, str] = field(default_factory=dict)
    strategy_sources: Mapping[str, str] = field(default_factory=dict)


def plan(design: Design) -> list[RunKey]:
    """Every run of a study, those of one world side by side.

    Parameters
    ----------
    design : Design
        The scenario.

    Returns
    -------
    list of RunKey
        In the order in which they are begun: by seed, then question, then arm.

    Raises
    ------
    ValueError
        If the name of an arm cannot stand in a file's name.
    """
    return [
        RunKey(question, arm, BASE, seed)
        for seed in range(design.seed, design.seed + design.seeds)
        for question in design.switch
        for arm in design.arms
    ]
