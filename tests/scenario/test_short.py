"""What a test holds in one line, and its terms."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import Scenario, ScenarioError
from sim.scenario.check import checked


def read(**test: Any) -> Scenario:
    """Return a scenario with one test."""
    arms = {name: {"strategy": "dormant"} for name in ("a", "b")}
    whole = {"claim": "S8", "says": "groups reach more", **test}
    return checked({"question": "?", "arms": arms, "tests": [whole]}, "f")


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("reach_2: a > b by 10", ("reach_2", "a", "more", "b", 10.0)),
        ("reach_2: a < 0.5 by 0", ("reach_2", "a", "less", 0.5, 0.0)),
        ("hours/invite: b = a within 0.25", ("hours/invite", "b", "same", "a", 0.25)),
        ("reach_1: a > -3 by 1", ("reach_1", "a", "more", -3.0, 1.0)),
    ],
)
def test_a_line_is_its_terms(line: str, terms: tuple[Any, ...]) -> None:
    (test,) = read(holds=line).tests
    assert (test.metric, test.arm, test.relation, test.than, test.by) == terms
    assert test.holds is None


@pytest.mark.parametrize(
    "test",
    [
        {"holds": "a beats b"},
        {"holds": "reach_2: a > b"},
        {"holds": "reach_2: a > b by 1.2.3"},
        {"holds": "reach_2: a > b by -1"},
        {"holds": 5},
        {"holds": "reach_2: a > b by 1", "metric": "reach_1"},
    ],
)
def test_a_line_that_cannot_be_read_is_one_problem(test: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(**test)
    told = [str(problem) for problem in caught.value.problems]
    assert any(line.startswith("f: tests[1].holds: given") for line in told), told
