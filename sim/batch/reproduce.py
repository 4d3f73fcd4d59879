"""A study run again from what its directory holds, and what comes out differently."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.differences import Change, changes_between
from sim.batch.prepare import prepare
from sim.batch.provenance import manifest_of
from sim.batch.study import conduct
from sim.batch.warm_up import warm_up
from sim.errors import UsageError
from sim.results import RunKey, read_manifest, read_table
from sim.results.layout import SCENARIO
from sim.scenario import load_scenario
from sim.scenario.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.batch.design import Study
    from sim.batch.ledger import Progress
    from sim.scenario import Scenario

_MADE_BY = ("netgrow", "engine", "commit", "python", "platform")


@dataclass(frozen=True)
class Reproduction:
    """What came of running a study again.

    Parameters
    ----------
    runs : int
        Runs that were done again.
    versions : tuple of str
        A line for each version, or digest of what the study was made from, that is not the same.
    changes : tuple of Change
        What differs in the tables; empty if they are identical.
    """

    runs: int
    versions: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def identical(self) -> bool:
        """Whether every value of every table came out the same."""
        return not self.changes


def reproduce(
    directory: Path,
    *,
    run: str | None = None,
    data_directory: Path | None = None,
    jobs: int = 1,
    threads: int = 1,
    allow_plugins: bool = False,
    progress: Progress | None = None,
) -> Reproduction:
    """Run a study again, in a temporary directory, and compare the tables.

    Parameters
    ----------
    directory : Path
        A directory that `netgrow run` wrote; it is left as it is.
    run : str, optional
        Name of the only run to do again, as in `one/group_driven/base/s0007`; all unless given.
    data_directory : Path, optional
        Where the real input is that the scenario names.
    jobs, threads, progress
        As for `sim.batch.study.conduct`. What `progress` hears first is which versions differ.
    allow_plugins : bool
        Whether modules that the scenario names may be run.

    Returns
    -------
    Reproduction

    Raises
    ------
    UsageError
        If there are no results, no such run, or the data is not what the study read.
    ScenarioError
        If the scenario kept with the results is not valid here.
    WorkError
        If the study is not finished, a table is damaged, or a run cannot be done.
    """
    manifest = read_manifest(directory)
    rows = read_table(directory, "runs")
    key = None if run is None else _key_of(run, rows.rows(named=True))
    scenario = load_scenario(directory / SCENARIO, allow_plugins=allow_plugins)
    study = prepare(scenario, data_directory)
    _refuse_other_data(manifest, study)
    versions = tuple(_other_versions(manifest, manifest_of(study, [], "")))
    for line in versions:
        if progress is not None:
            progress.note(line)
    if key is not None:
        study = _alone(study, scenario, key)
    if jobs > 1:
        warm_up(scenario, lambda: None)
    with tempfile.TemporaryDirectory(prefix="netgrow-reproduce-") as folder:
        again = Path(folder) / "results"
        outcome = conduct(study, again, jobs=jobs, threads=threads, progress=progress)
        changes = tuple(changes_between(directory, again, run))
    return Reproduction(outcome.done + outcome.failed, versions, changes)


def _key_of(run: str, rows: list[dict[str, Any]]) -> RunKey:
    """Return the key of a run that a study has."""
    for row in rows:
        if row["run"] == run:
            try:
                return RunKey(row["question"], row["arm"], row["point"], row["seed"])
            except (ValueError, TypeError) as error:
                raise UsageError(f"--run: {run!r} is no run of netgrow: {error}") from error
    near = nearest(run, (str(row["run"]) for row in rows))
    hint = f"; did you mean {near}?" if near else ""
    raise UsageError(f"--run: given {run!r}; allowed: a run of runs.csv{hint}")


def _alone(study: Study, scenario: Scenario, key: RunKey) -> Study:
    """Return a study of one run; the engine keeps the whole scenario, so that the run is equal."""
    if key.arm not in scenario.arms or key.question not in ("one", "everyone"):
        raise UsageError(f"--run: {key.id} is not of the scenario kept with the results")
    only = {
        "seed": key.seed,
        "seeds": 1,
        "switch": (key.question,),
        "arms": {key.arm: scenario.arms[key.arm]},
        "baseline": key.arm,
    }
    return replace(study, design=scenario.model_copy(update=only))


def _refuse_other_data(manifest: Mapping[str, Any], study: Study) -> None:
    """Refuse real input that is not what the study read: nothing could come out the same."""
    before = manifest.get("data", {})
    for name, digest in study.data.items():
        if before.get(name) != digest:
            raise UsageError(
                f"{name} is not the file that the study read: its SHA-256 is {digest}, and the "
                f"manifest says {before.get(name, 'nothing of it')}; give its directory by --data"
            )


def _other_versions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Name what made the results and is another here."""
    for name in _MADE_BY:
        if old.get(name) != new[name]:
            yield f"{name} is {new[name]} here, and was {old.get(name)}"
    packages = old.get("packages", {})
    for package, version in new["packages"].items():
        if packages.get(package) != version:
            yield f"{package} is {version} here, and was {packages.get(package, 'not recorded')}"
    if old.get("scenario_hash") != new["scenario_hash"]:
        yield "scenario.toml is not what the results were made from, by its digest"
    sources = old.get("strategy_sources", {})
    for name, source in new["strategy_sources"].items():
        if sources.get(name) != source:
            yield f"the code of the strategy {name} is not the same"
