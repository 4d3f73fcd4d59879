"""What stands in `manifest.json`, and whether a file that says so of itself is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from pydantic import FiniteFloat, TypeAdapter, ValidationError

from sim.errors import WorkError

if TYPE_CHECKING:
    from pathlib import Path


class Manifest(TypedDict, total=False):
    """Types of its values; one that is not named here is not read by what relies on its type."""

    netgrow: str
    python: str
    platform: str
    packages: dict[str, str]
    commit: str | None
    scenario: str
    scenario_hash: str
    question: str
    claims: list[str]
    tests: list[dict[str, Any]]
    primary: str
    smallest_difference: FiniteFloat | None
    baseline: str
    weeks: int
    members: int
    seeds: list[int]
    points: list[dict[str, Any]]
    sweep: dict[str, Any] | None
    command: str | None
    data: dict[str, str]
    repairs: list[str]
    metrics: dict[str, dict[str, Any]]
    parameters: list[dict[str, Any]]
    arms: dict[str, dict[str, Any]]
    background: dict[str, FiniteFloat]
    strategies: dict[str, str]
    strategy_sources: dict[str, str]
    machine: dict[str, Any]
    timings: dict[str, Any]
    tables: dict[str, str]


_SHAPE: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def shaped(content: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the content of a manifest if it has the form of one.

    Parameters
    ----------
    content : dict
        What its JSON says.
    path : Path
        The file, for the message.

    Raises
    ------
    WorkError
        If netgrow writes no such manifest.
    """
    try:
        _SHAPE.validate_python(content, strict=True)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise WorkError(
            f"{path} was not written by netgrow, or altered since: its {key!r} is not of the "
            "form that netgrow writes"
        ) from error
    return content
