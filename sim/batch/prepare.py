"""A scenario and its data, made ready for a batch."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sim.batch.design import Study
from sim.batch.engine import NetworkEngine
from sim.batch.points import points_of, resolved
from sim.batch.provenance import source_digest
from sim.errors import UsageError
from sim.metrics import measured
from sim.scenario import arm_digest, digest, mechanisms, parameter_rows, to_toml
from sim.strategies import strategy_class
from sim.world.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.scenario import Scenario
    from sim.world.load import RealInput


def prepare(scenario: Scenario, data_directory: Path | None) -> Study:
    """Read the data of a scenario, once, and describe it all.

    Parameters
    ----------
    scenario : Scenario
    data_directory : Path or None
        Where the files are that its section `data` names.

    Returns
    -------
    Study

    Raises
    ------
    UsageError
        If the scenario reads data and no directory is given, or the other way round, or a file
        cannot be used; or if the values of a point of its sweep do not go together.
    """
    points, sweep = points_of(scenario)
    real = _read(scenario, data_directory)
    names = {arm.strategy for arm in scenario.arms.values()} | set(scenario.background)
    in_play = {name: strategy_class(name) for name in sorted(names)}
    found = {name: source_digest(kind) for name, kind in in_play.items()}
    sources = {name: source for name, source in found.items() if source}
    by_point, on = {}, set[str]()
    for point, there in resolved(scenario, points):
        by_point[point] = digests(there, sources)
        # What any arm measures: one may switch on a mechanism that others do not have.
        on |= mechanisms(there)
    words = ("title", "unit", "better", "meaning")
    return Study(
        design=scenario,
        engine=NetworkEngine(scenario, real, points),
        scenario=to_toml(scenario),
        digest=digest(scenario),
        points=points,
        digests=by_point,
        sweep=sweep,
        parameters=parameter_rows(scenario),
        metrics={
            name: {word: getattr(metric, word) for word in words}
            for name, metric in measured(on).items()
        },
        data={} if real is None else real.digests,
        repairs=() if real is None else real.repairs,
        members=scenario.members.count if real is None else real.members,
        strategies={name: kind.summary for name, kind in in_play.items()},
        strategy_sources=sources,
    )


def digests(scenario: Scenario, sources: Mapping[str, str]) -> dict[str, str]:
    """Per arm, the digest of all that determines the result of its runs but data and version.

    Parameters
    ----------
    scenario : Scenario
        As it is at a point.
    sources : mapping of str to str
        SHA-256 of the code of each strategy that is not netgrow's own, by its name.

    Returns
    -------
    dict of str to str
        SHA-256 in hexadecimal, by arm: of the scenario's digest, the arm's own parameters, and the
        code of those strategies it meets that are not netgrow's.
    """
    common = digest(scenario)
    made = {}
    for arm, played in scenario.arms.items():
        met = sorted(sources.keys() & {played.strategy, *scenario.background})
        parts = [common, arm_digest(scenario, arm), *(f"{name} {sources[name]}" for name in met)]
        made[arm] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return made


def _read(scenario: Scenario, directory: Path | None) -> RealInput | None:
    if scenario.data is None:
        if directory is not None:
            raise UsageError(
                f"scenario {scenario.name} has no section [data], so nothing of {directory} would "
                "be read; leave --data out, or name the files in [data]"
            )
        return None
    if directory is None:
        raise UsageError(
            f"scenario {scenario.name} reads real input; say with --data where its files are"
        )
    return load(scenario.data, directory)
