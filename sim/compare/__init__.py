"""Compare arms from the tables of finished runs alone.

`load` reads result directories, `compare` computes, `headlines`, `table`, `to_markdown`, `to_json`,
`to_csv` and `write` tell. How intervals are made and what they cover stands in
`sim.compare.paired`. `first_round`, `look_at` and `said_of` lead a study that
goes on until its results are enough (`sim.compare.sequential`).
"""

from sim.compare.comparison import Comparison, compare
from sim.compare.export import to_csv, to_json, write
from sim.compare.luck import Saving
from sim.compare.rows import Difference
from sim.compare.survival import RestrictedMeanDifference, Survival, SurvivalCurve
from sim.compare.tables import Metric, Results, load
from sim.compare.until import (
    Goal,
    Round,
    Seen,
    Stopping,
    first_round,
    look_at,
    primary_differences,
    said_of,
)
from sim.compare.weekly import Overtaking
from sim.compare.words import (
    EQUAL_HOURS,
    KEY_METRICS,
    QUESTIONS,
    better_in,
    headline,
    headlines,
    printable,
    table,
    to_markdown,
)

__all__ = [
    "EQUAL_HOURS",
    "KEY_METRICS",
    "QUESTIONS",
    "Comparison",
    "Difference",
    "Goal",
    "Metric",
    "Overtaking",
    "RestrictedMeanDifference",
    "Results",
    "Round",
    "Saving",
    "Seen",
    "Stopping",
    "Survival",
    "SurvivalCurve",
    "better_in",
    "compare",
    "first_round",
    "headline",
    "headlines",
    "load",
    "look_at",
    "primary_differences",
    "printable",
    "said_of",
    "table",
    "to_csv",
    "to_json",
    "to_markdown",
    "write",
]
