"""Compare arms from the tables of finished runs alone.

`load` reads result directories, `compare` computes, `headlines`, `table`, `to_markdown`, `to_json`,
`to_csv` and `write` tell. How intervals are made and what they cover stands in
`sim.analysis.paired`. `first_round`, `look_at` and `said_of` lead a study that goes on until its
results are enough (`sim.analysis.sequential`). `explore` analyses the sweep of one study;
`paragraphs` and the `exploration_to_...` tell.
"""

from sim.analysis.comparison import Comparison, compare
from sim.analysis.exploration import Exploration, explore
from sim.analysis.exploration_words import (
    exploration_to_csv,
    exploration_to_json,
    exploration_to_markdown,
    method,
    paragraphs,
)
from sim.analysis.export import to_csv, to_json, write
from sim.analysis.luck import Saving
from sim.analysis.reading import KEY_METRICS
from sim.analysis.rows import Difference
from sim.analysis.survival import RestrictedMeanDifference, Survival, SurvivalCurve
from sim.analysis.tables import Metric, Results, load
from sim.analysis.until import (
    Goal,
    Round,
    Seen,
    Stopping,
    first_round,
    look_at,
    primary_differences,
    said_of,
)
from sim.analysis.weekly import Overtaking
from sim.analysis.words import (
    EQUAL_HOURS,
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
    "Exploration",
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
    "exploration_to_csv",
    "exploration_to_json",
    "exploration_to_markdown",
    "explore",
    "first_round",
    "headline",
    "headlines",
    "load",
    "look_at",
    "method",
    "paragraphs",
    "primary_differences",
    "printable",
    "said_of",
    "table",
    "to_csv",
    "to_json",
    "to_markdown",
    "write",
]
