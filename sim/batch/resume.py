"""How a study goes on: what of its directory it may use, and what it only keeps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, WorkError
from sim.results.changes import (
    NOT_ASKED,
    counted,
    describe_plan,
    earlier_plans,
    encode_plan,
    in_words,
    present_plan,
    reasons,
)
from sim.results.layout import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sim.results import RunKey, RunRow, RunStamp, Store
    from sim.results.survey import Stale


@dataclass(frozen=True)
class Before:
    """What a directory holds of a study from sessions before.

    Parameters
    ----------
    stamps : dict of RunKey to RunStamp
        Finished runs.
    failed : dict of RunKey to RunRow
        Runs that failed, and are not tried again.
    tables : dict of str to str
        Digests of the tables of the whole study, if they hold just these runs; else empty.
    notes : list of str
        Lines worth telling.
    """

    stamps: Mapping[RunKey, RunStamp] = field(default_factory=dict)
    failed: Mapping[RunKey, RunRow] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def take_up(
    store: Store,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    scenario: str,
    wanted: Mapping[RunKey, str],
    *,
    retry_failed: bool = False,
) -> Before:
    """Find what is there of a study; delete tables that do not hold its runs.

    Runs of other settings stay where they are and are not read. What the plan was that they were
    made for is kept, so that `netgrow status` can say what changed.

    Parameters
    ----------
    store : Store
        Open.
    old, new : mapping
        The manifest there, and the one of the study to be run.
    scenario : str
        The resolved scenario, TOML.
    wanted : mapping of RunKey to str
        The plan: the digest of each run's settings.
    retry_failed : bool
        Do not take over what failed.

    Raises
    ------
    UsageError
        If the directory holds another study.
    WorkError
        If something cannot be read, moved or written.
    """
    refuse_other_study(store.directory, old, new)
    tags = {(key.arm, key.point, tag_of(settings)) for key, settings in wanted.items()}
    plan = describe_plan(new, scenario, tags)
    before = _plan_there(store.directory)
    if before is not None and not set(before["settings"]) <= set(plan["settings"]):
        store.keep_plan(*encode_plan(before))
    found, notes = store.shelf.find(wanted)
    notes += _stale_told(store.directory, found.stale, plan)
    if found.stamps:
        notes += changes_worth_a_note(old, new)
    failed = {
        key: failure.row
        for key, failure in found.failures.items()
        if not (failure.passing or retry_failed)
    }
    tables: Mapping[str, str] = {}
    if (
        len(found.stamps) + len(failed) == len(wanted)
        and old.get("merged") == digest_of_runs(found.stamps, wanted)
        and store.has_tables(old.get("tables"))
    ):
        tables = old["tables"]
        if store.scenario() != scenario:
            store.drop_reports()
    else:
        store.drop_tables()
    return Before(found.stamps, failed, tables, notes)


def digest_of_runs(done: Iterable[RunKey], wanted: Mapping[RunKey, str]) -> str:
    """Digest of which runs are in the tables of a study, made with which settings."""
    told = sorted(f"{key.id} {tag_of(wanted[key])}" for key in done)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _plan_there(directory: Path) -> dict[str, Any] | None:
    try:
        return present_plan(directory)
    except WorkError:
        # A plan that is damaged is written anew; what was stale before stays so, without a reason.
        return None


def _stale_told(directory: Path, stale: Sequence[Stale], plan: Mapping[str, Any]) -> list[str]:
    """Say in one line how many runs are of other settings, and what changed."""
    found = counted(
        why for why in reasons(stale, plan, earlier_plans(directory)) if why != NOT_ASKED
    )
    if not found:
        return []
    number = sum(count for _, count in found)
    why = in_words([why if len(found) == 1 else f"{why} ({count:,})" for why, count in found])
    count = f"{number:,} {'runs are' if number > 1 else 'run is'}"
    clean = f"`netgrow clean {directory}` deletes what is stale"
    return [f"{count} stale, kept and not used: {why}; {clean}"]


def refuse_other_study(directory: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Refuse to mix the runs of two different studies.

    Another parameter, seed, arm or point is the same study.

    Parameters
    ----------
    directory : Path
        Where the results are.
    old, new : mapping
        The manifest there, and the one of the study to be run.

    Raises
    ------
    UsageError
        If their names differ.
    """
    if old.get("scenario") != new["scenario"]:
        raise UsageError(
            f"{directory} holds results of another study, {old.get('scenario')}, and this is "
            f"{new['scenario']}; use --fresh to start over, or another directory with -o"
        )


def changes_worth_a_note(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Lines on what should not change results, and would be looked at first if it did."""
    notes = []
    if old.get("commit") != new["commit"]:
        notes.append(
            f"the runs kept were made at commit {old.get('commit')}, and this is {new['commit']}"
        )
    before = old.get("packages", {})
    for package, version in new["packages"].items():
        if before.get(package, version) != version:
            notes.append(f"the runs kept were made with {package} {before[package]}, not {version}")
    return notes
