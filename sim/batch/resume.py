"""Whether the runs already in a directory may stand beside those of this study."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sim.results import RunKey, RunStamp

# Keys that say what is run and asked, not how a run goes; arms are compared one by one.
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
}
_TOLD = 3


def _sources_met(manifest: Mapping[str, Any], arm: str) -> dict[str, str]:
    """Digests of the code of the arm's own strategy and of those played in the background."""
    met = {manifest["arms"][arm].get("strategy"), *manifest.get("background", {})}
    sources = manifest.get("strategy_sources", {})
    return {name: sources[name] for name in sorted(sources) if name in met}


def refuse_other_study(
    directory: Path,
    old: Mapping[str, Any],
    old_scenario: str,
    new: Mapping[str, Any],
    new_scenario: str,
) -> None:
    """Refuse to mix the runs of two different studies.

    More seeds, arms or questions are the same study, and so are fewer.

    Parameters
    ----------
    directory : Path
        Where the results are.
    old, new : mapping
        The manifest there, and the one of the study to be run.
    old_scenario, new_scenario : str
        The resolved scenarios, TOML.

    Raises
    ------
    UsageError
        If something that determines the results differs; it says what.
    """
    files = sorted(old["data"].keys() | new["data"].keys())
    differing = [
        f"the data in {file} are not the same"
        for file in files
        if old["data"].get(file) != new["data"].get(file)
    ]
    if old["netgrow"] != new["netgrow"]:
        differing.append(f"netgrow is {old['netgrow']} there and {new['netgrow']} here")
    changed = old["scenario_hash"] != new["scenario_hash"]
    both = old["arms"].keys() & new["arms"].keys()
    pairs = [tuple({"arms": {arm: side["arms"][arm] for arm in both}} for side in (old, new))]
    # The digest decides, save for the arms, of which it knows nothing. Without the old scenario
    # (its study was killed before it was written, or somebody changed it) there is less to tell.
    before = _content(old_scenario)
    if changed and before:
        pairs.append((before, _content(new_scenario)))
    for there, here in (map(_flat, pair) for pair in pairs):
        differing += [
            f"{key} is {_shown(there.get(key))} there and {_shown(here.get(key))} here"
            for key in sorted(there.keys() | here.keys())
            if there.get(key) != here.get(key)
        ]
    if changed and not differing:
        differing.append("the digests of the scenarios differ")
    if differing:
        more = len(differing) - _TOLD
        told = ", ".join(differing[:_TOLD]) + (f" and {more} more" if more > 0 else "")
        raise UsageError(
            f"{directory} holds results of another study: {told}; "
            "use --fresh to start over, or another directory with -o"
        )


def refuse_other_runs(
    directory: Path,
    stamps: Mapping[RunKey, RunStamp],
    settings: Callable[[RunKey], str],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> None:
    """Refuse finished runs that were made with other settings or other code of their arm.

    A strategy whose every run failed can so be mended, and the same command goes on.

    Parameters
    ----------
    directory : Path
        Where the results are.
    stamps : mapping of RunKey to RunStamp
        Its finished runs.
    settings : callable
        Gives of a run the digest of all that determines its result.
    old, new : mapping
        The manifest there, and the one of the study to be run.

    Raises
    ------
    UsageError
        If there are any; it names the arms, and the strategies whose code is not the same.
    """
    arms = sorted({key.arm for key, stamp in stamps.items() if stamp.settings != settings(key)})
    if not arms:
        return
    before = old.get("strategy_sources", {})
    changed = {
        name
        for arm in arms
        for name, source in _sources_met(new, arm).items()
        if before.get(name, source) != source
    }
    differs = f"other code of {', '.join(sorted(changed))}" if changed else "other settings"
    raise UsageError(
        f"{directory} holds runs of {', '.join(arms)} that were made with {differs}; "
        "use --fresh to start over, or another directory with -o"
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


def _content(scenario: str) -> dict[str, Any]:
    """Read what determines the results out of a scenario, without its arms."""
    try:
        content = tomllib.loads(scenario)
    except tomllib.TOMLDecodeError:
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
