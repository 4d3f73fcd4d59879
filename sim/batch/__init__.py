"""Runs of a study: what is run, one run, and where it runs."""

from sim.batch.design import plan
from sim.batch.ledger import Progress
from sim.batch.study import Interrupted, StudyOutcome, run_study

__all__ = ["Interrupted", "Progress", "StudyOutcome", "plan", "run_study"]
