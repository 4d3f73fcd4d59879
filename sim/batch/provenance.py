"""What made the results: versions, commit, machine; and the manifest that says so."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.results.layout import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.batch.design import Study
    from sim.results import RunKey

PACKAGES = ("igraph", "mesa", "networkx", "numba", "numpy", "polars", "pydantic", "scipy")
_SECONDS_FOR_GIT = 5.0


def manifest_of(study: Study, keys: Sequence[RunKey], command: str) -> dict[str, Any]:
    """Describe a study as it stands before anything is run.

    Parameters
    ----------
    study : Study
    keys : sequence of RunKey
        The whole plan.
    command : str
        The command that reproduces it.

    Returns
    -------
    dict
        Content of `manifest.json`, without timings and digests of tables.
    """
    design = study.design
    content = tomllib.loads(study.scenario)
    return {
        "schema": SCHEMA,
        "netgrow": sim.__version__,
        "engine": sim.__engine__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {package: version_of(package) for package in PACKAGES},
        "commit": commit(),
        "scenario": design.name,
        "scenario_hash": study.digest,
        "question": design.question,
        "claims": list(design.claims),
        "tests": content.get("tests", []),
        "primary": design.primary,
        "smallest_difference": design.smallest_difference,
        "baseline": design.reference,
        "weeks": design.weeks,
        "members": study.members,
        "seeds": sorted({key.seed for key in keys}),
        "points": [{"name": name, "values": dict(each)} for name, each in study.points.items()],
        "sweep": None if study.sweep is None else dict(study.sweep),
        "command": command,
        "data": dict(study.data),
        "repairs": list(study.repairs),
        "metrics": {name: dict(words) for name, words in study.metrics.items()},
        "parameters": [dict(row) for row in study.parameters],
        "arms": content["arms"],
        "background": content.get("background", {}),
        "strategies": dict(study.strategies),
        "strategy_sources": dict(study.strategy_sources),
        "machine": {"system": platform.system(), "cores": os.cpu_count()},
        "timings": {},
    }


def source_digest(kind: type) -> str | None:
    """Digest of the code of a strategy that is a user's own or comes with another package.

    Parameters
    ----------
    kind : type
        The class of the strategy.

    Returns
    -------
    str or None
        SHA-256, hexadecimal, of the file of its module, or of the files of it and of the modules
        of its bases; None for netgrow's own, whose code the version tells, and for a class that
        no file holds. What else those modules import is not looked at.
    """
    modules = {base.__module__ for base in kind.__mro__}
    known = {"sim", *sys.stdlib_module_names}
    files = [
        Path(file)
        for module in sorted(modules)
        if module.partition(".")[0] not in known
        and (file := getattr(sys.modules.get(module), "__file__", None))
    ]
    if not files:
        return None
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def version_of(package: str) -> str:
    """Version of an installed package; "unknown" where none is installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def commit() -> str | None:
    """Commit of the checkout that this package runs from, if it does.

    Returns
    -------
    str or None
        40 hexadecimal digits, with "-dirty" after them if files differ from the commit. None for
        an installed package, or where git does not answer.
    """
    checkout = Path(__file__).resolve().parents[2]
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return None
    try:
        # No tag matches an empty pattern, so the answer is always the commit itself.
        answer = subprocess.run(  # noqa: S603 - nothing of it comes from outside
            [
                git,
                "-C",
                str(checkout),
                "describe",
                "--always",
                "--dirty",
                "--abbrev=40",
                "--match=",
            ],
            capture_output=True,
            text=True,
            timeout=_SECONDS_FOR_GIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None
