"""A scenario written out in full, and the hashes by which two of them are told apart."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

_ABOUT_THE_STUDY = {
    "name",
    "question",
    "claims",
    "tests",
    "primary",
    "smallest_difference",
    "seeds",
    "seed",
    "switch",
    "baseline",
    "sweep",
    "arms",
}
"""What does not change the result of one run, given who switches, the arm and the seed."""


def to_toml(scenario: Scenario) -> str:
    """Return a scenario as TOML with every value in it; reading that gives an equal scenario."""
    values = scenario.model_dump(exclude_none=True, by_alias=True)
    for part in (*values["arms"].values(), *values["policy"]):
        if not part["set"]:
            del part["set"]
    return "".join(
        c if c.isprintable() or c == "\n" else _escaped(c) for c in tomli_w.dumps(values)
    )


def _escaped(sign: str) -> str:
    """Return a sign as TOML may write it too; some that it lets stand could drive a terminal."""
    code = ord(sign)
    return f"\\u{code:04X}" if code < 2**16 else f"\\U{code:08X}"


def digest(scenario: Scenario) -> str:
    """Return the SHA-256, in hex, of what determines the result of one run of a given arm."""
    return _sha256(scenario.model_dump(mode="json", exclude=_ABOUT_THE_STUDY))


def arm_digest(scenario: Scenario, arm: str) -> str:
    """Return the SHA-256, in hex, of what an arm does: strategy, parameters, what it sets."""
    return _sha256(scenario.arms[arm].model_dump(mode="json"))


def _sha256(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
