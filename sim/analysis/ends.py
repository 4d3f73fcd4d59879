"""The paired values of one metric where a comparison ends: what every look at the worlds needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.analysis.paired import Floats


@dataclass(frozen=True, eq=False)
class Ends:
    """One arm beside the baseline at the last week that both have.

    Attributes
    ----------
    arm_values, baseline_values, differences : ndarray of float64, shape (pairs,)
        One a world, by seed. A difference that is rounding alone is 0.
    """

    question: str
    point: str
    arm: str
    arm_values: Floats
    baseline_values: Floats
    differences: Floats


def paired_ends(pairs: pl.DataFrame, metric: str) -> Iterator[Ends]:
    """Yield the worlds of each question, point and arm, the focal members' where there are any.

    Parameters
    ----------
    pairs : polars.DataFrame
        As from `weekly.pair`.
    metric : str
        A metric that was not measured yields nothing.
    """
    place = ["question", "point", "arm"]
    cohort = pl.col("cohort").cast(pl.String)
    # The empty word comes before all others.
    rank = pl.when(cohort != "focal").then(cohort).otherwise(pl.lit(""))
    own = pairs.filter(pl.col("metric").cast(pl.String) == metric).with_columns(
        pl.col(*place).cast(pl.String), rank.alias("rank")
    )
    chosen = own.filter(pl.col("rank") == pl.col("rank").min().over(place))
    last = chosen.filter(pl.col("week") == pl.col("week").max().over(place))
    sorted_worlds = last.sort(*place, "seed")
    for (question, point, arm), worlds in sorted_worlds.group_by(place, maintain_order=True):
        columns = (worlds[name].to_numpy() for name in ("value", "base", "difference"))
        yield Ends(str(question), str(point), str(arm), *columns)
