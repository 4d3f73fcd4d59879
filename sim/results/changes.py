"""Why runs are stale: what the plan they were made for has that the present one has not."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.results.durable import refusals_told
from sim.results.guard import LARGEST_JSON, contents_of, read_json
from sim.results.layout import PLANS, SCENARIO, STATUS
from sim.results.tables import read_manifest, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sim.results.survey import Stale

NOT_ASKED = "not in the plan as it is now"
"""Why a run is stale that has the settings of today: its seed, arm or point was left out."""

# Keys that say what is run and asked, not how a run goes; arms and points are compared one by one.
_FREE = {
    "arms",
    "name",
    "question",
    "claims",
    "primary",
    "smallest_difference",
    "baseline",
    "seeds",
    "seed",
    "switch",
    "tests",
    "sweep",
}
_KEPT = ("engine", "commit", "scenario_hash", "data", "arms", "strategy_sources", "points")
_TOLD = 3


def describe_plan(
    manifest: Mapping[str, Any], scenario: str, tags: Iterable[tuple[str, str, str]]
) -> dict[str, Any]:
    """Say what determines the runs of a plan.

    Parameters
    ----------
    manifest : mapping
        Its manifest.
    scenario : str
        The resolved scenario, TOML.
    tags : iterable of (str, str, str)
        Arm, point, and first digits of the settings of its runs.
    """
    settings = sorted({f"{tag} {arm} {point}" for arm, point, tag in tags})
    kept = {name: manifest.get(name) for name in _KEPT}
    return {**kept, "scenario": scenario, "settings": settings}


def present_plan(directory: Path) -> dict[str, Any]:
    """Describe the plan that a directory holds.

    Raises
    ------
    WorkError
        If its manifest or its plan cannot be read.
    """
    path = directory / SCENARIO
    with refusals_told("read", path):
        scenario = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    tags = []
    if (directory / STATUS).exists():
        runs = read_table(directory, "runs")
        tags = runs.select("arm", "point", "settings").unique().fill_null("").rows()
    return describe_plan(read_manifest(directory), scenario, tags)


def encode_plan(plan: Mapping[str, Any]) -> tuple[str, bytes]:
    """Name and content of the file in which an earlier plan is kept."""
    content = json.dumps(plan, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(content).hexdigest()[:12], content


def earlier_plans(directory: Path) -> list[dict[str, Any]]:
    """Read the plans that a directory had before; those that are damaged tell nothing.

    Raises
    ------
    WorkError
        If one cannot be read.
    """
    plans = []
    for path in sorted((directory / PLANS).glob("*.json")):
        with refusals_told("read", path):
            content = contents_of(path, LARGEST_JSON)
        if hashlib.sha256(content).hexdigest()[:12] == path.stem:
            plans += _plan_in(content)
    return plans


def _plan_in(content: bytes) -> list[dict[str, Any]]:
    """Read a plan, if it is one: whoever made the file, nothing but a plan is taken from it."""
    try:
        plan = read_json(content)
        sound = (
            all(isinstance(each, str) for each in (plan["scenario"], *plan["settings"]))
            and all(isinstance(plan[name] or {}, dict) for name in ("data", "strategy_sources"))
            and all(isinstance(arm, dict) for arm in (plan["arms"] or {}).values())
            and all(isinstance(each["name"], str) for each in plan["points"] or ())
            and {*_KEPT, "scenario", "settings"} == plan.keys()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [plan] if sound else []


def reasons(
    stale: Sequence[Stale], present: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Say why each of some runs is stale.

    Parameters
    ----------
    stale : sequence of Stale
    present : mapping
        The plan as it is, from `describe_plan`.
    earlier : sequence of mapping
        The plans before it.
    """
    plan_of = {made: plan for plan in (*earlier, present) for made in plan["settings"]}
    known: dict[str, str] = {}
    told = []
    for run in stale:
        _, arm, point, _ = run.run.split("/")
        made = f"{run.tag} {arm} {point}"
        if made not in known:
            plan = plan_of.get(made)
            known[made] = (
                f"made with settings that are not recorded ({run.tag})"
                if plan is None
                else in_words(differences(plan, present, arm, point)) or NOT_ASKED
            )
        told.append(known[made])
    return told


def differences(old: Mapping[str, Any], new: Mapping[str, Any], arm: str, point: str) -> list[str]:
    """List what differs between two plans for the runs of one arm at one point."""
    there, here = (plan.get("data") or {} for plan in (old, new))
    found = [
        f"the data in {file} changed"
        for file in sorted(there.keys() | here.keys())
        if there.get(file) != here.get(file)
    ]
    if old["engine"] != new["engine"]:
        found.append(f"the engine was {old['engine']}, is now {new['engine']}")
    there, here = _content(old["scenario"]), _content(new["scenario"])
    found += _changed(there, here)
    if old["scenario_hash"] != new["scenario_hash"] and there == here:
        found.append("the digest of the scenario changed")
    there, here = (
        {"arms": {arm: plan["arms"][arm]}} if arm in (plan.get("arms") or {}) else None
        for plan in (old, new)
    )
    if there and here:
        found += _changed(there, here)
    there, here = (
        {each["name"]: each["values"] for each in plan.get("points") or ()} for plan in (old, new)
    )
    if point in there and point in here and there[point] != here[point]:
        found.append("its point of the sweep has other values")
    there, here = (plan.get("strategy_sources") or {} for plan in (old, new))
    found += [
        f"the code of {name} changed"
        for name in sorted(there.keys() & here.keys())
        if there[name] != here[name]
    ]
    return found


def in_words(found: Sequence[str]) -> str:
    """Join differences, the first three of them."""
    more = len(found) - _TOLD
    return ", ".join(found[:_TOLD]) + (f" and {more} more" if more > 0 else "")


def counted(told: Iterable[str]) -> list[tuple[str, int]]:
    """Count equal reasons, the most frequent first."""
    return Counter(told).most_common()


def _changed(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    old, new = _flat(there), _flat(here)
    return [
        f"{key} was {_shown(old.get(key))}, is now {_shown(new.get(key))}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _content(scenario: str) -> dict[str, Any]:
    """Read what determines the results out of a scenario, without its arms."""
    try:
        content = tomllib.loads(scenario)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    return {key: value for key, value in content.items() if key not in _FREE}


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _shown(value: object) -> str:
    return "not given" if value is None else json.dumps(value, ensure_ascii=False, default=str)
