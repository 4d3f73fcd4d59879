"""A comparison in one call, for notebooks and scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.comparison import compare
from sim.analysis.tables import load

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from sim.analysis.comparison import Comparison


def compare_directories(
    *directories: str | os.PathLike[str],
    baseline: str | None = None,
    metrics: Sequence[str] | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare the arms of one or several directories of results, world by world.

    It is `sim.compare`.

    Parameters
    ----------
    *directories
        At least one that `netgrow run` or `sim.run_study` wrote. With several an arm is called
        `directory:arm`.
    baseline
        Arm compared with; the scenario's unless given.
    metrics
        Metrics compared; all unless given.
    level
        Confidence level of each interval by itself, above 0 and below 1.

    Returns
    -------
    Comparison
        `rows` are dataclasses, of which `polars.DataFrame(found.rows)` makes a table; `by_week` and
        `trajectories` are polars data frames.

    Raises
    ------
    UsageError
        If a directory holds no results, or there is no such arm or metric.
    WorkError
        If a study is not finished, or a table is damaged.

    Examples
    --------
    >>> import sim
    >>> found = sim.compare("results/known-vs-groups")  # doctest: +SKIP
    >>> found.rows[0].difference  # doctest: +SKIP
    """
    results = load([Path(directory) for directory in directories])
    return compare(results, baseline=baseline, metrics=metrics, level=level)
