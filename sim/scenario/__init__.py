"""Scenarios: parameters, reading and checking them, tables made from them."""

from __future__ import annotations

from sim.scenario.canonical import arm_digest, digest, to_toml
from sim.scenario.check import ExtraChecks
from sim.scenario.describe import parameter_rows, parameter_table, parameters_markdown
from sim.scenario.load import check_file, load_scenario
from sim.scenario.overrides import apply_overrides
from sim.scenario.per_arm import for_arm, mechanisms
from sim.scenario.per_point import at_point
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.schema import schema
from sim.scenario.study import Arm, Scenario

__all__ = [
    "Arm",
    "ExtraChecks",
    "Problem",
    "Scenario",
    "ScenarioError",
    "apply_overrides",
    "arm_digest",
    "at_point",
    "check_file",
    "digest",
    "for_arm",
    "load_scenario",
    "mechanisms",
    "parameter_rows",
    "parameter_table",
    "parameters_markdown",
    "schema",
    "to_toml",
]
