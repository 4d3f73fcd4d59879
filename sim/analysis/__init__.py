"""Compare arms from the tables of finished runs alone.

`load` reads result directories, `compare` computes, `headlines`, `table`, `to_markdown`, `to_json`,
`to_csv` and `write` tell. How intervals are made and what they cover stands in
`sim.analysis.paired`.
"""

from sim.analysis.comparison import Comparison, compare
from sim.analysis.export import to_csv, to_json, write
from sim.analysis.rows import Difference
from sim.analysis.survival import RestrictedMeanDifference, Survival, SurvivalCurve
from sim.analysis.tables import Metric, Results, load
from sim.analysis.weekly import Overtaking
from sim.analysis.words import (
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
    "Metric",
    "Overtaking",
    "RestrictedMeanDifference",
    "Results",
    "Survival",
    "SurvivalCurve",
    "better_in",
    "compare",
    "headline",
    "headlines",
    "load",
    "printable",
    "table",
    "to_csv",
    "to_json",
    "to_markdown",
    "write",
]
