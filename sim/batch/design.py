"""From a scenario to its runs: seeds x points x questions x arms, and what tells runs apart."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import sim
from sim.results import BASE, RunKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from sim.batch.run import Engine


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
        SHA-256 of what determines a run's result at the base, the parameters of arms excepted.
    points : mapping
        Values of the parameters that are varied, by the name of the point; the base, which has
        none, comes first.
    digests : mapping
        By point, then by arm: SHA-256 of all that determines the result of a run but data and
        version.
    sweep : mapping, optional
        How the points were made, for the manifest; None without a sweep.
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
    points: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {BASE: {}})
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sweep: Mapping[str, Any] | None = None
    parameters: Sequence[Mapping[str, Any]] = ()
    metrics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    repairs: Sequence[str] = ()
    members: int = 0
    strategies: Mapping[str, str] = field(default_factory=dict)
    strategy_sources: Mapping[str, str] = field(default_factory=dict)

    def settings(self, key: RunKey) -> str:
        """Return the digest of all that determines the result of a run.

        Two runs of the same key and the same settings have the same tables. What a point or a
        study is called, and what else is run beside it, is not part of it.

        Parameters
        ----------
        key : RunKey

        Returns
        -------
        str
            SHA-256 in hexadecimal: of the version of the engine, the digests of the data, and the
            resolved parameters at the point, the arm's own and the code of strategies among them.

        Raises
        ------
        KeyError
            If the study has no such point or arm.
        """
        parts = [sim.__engine__, dict(self.data), self.digests[key.point][key.arm]]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def plan(design: Design, points: Iterable[str] = (BASE,)) -> list[RunKey]:
    """Every run of a study, those of one world side by side.

    Parameters
    ----------
    design : Design
        The scenario.
    points : iterable of str
        Names of the points of its sweep.

    Returns
    -------
    list of RunKey
        In the order in which they are begun: by seed, then point, then question, then arm. So
        every point has its first world before any has its second.

    Raises
    ------
    ValueError
        If the name of an arm cannot stand in a file's name.
    """
    return [
        RunKey(question, arm, point, seed)
        for seed in range(design.seed, design.seed + design.seeds)
        for point in points
        for question in design.switch
        for arm in design.arms
    ]
