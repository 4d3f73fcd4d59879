"""What a test holds in one line, and its terms."""

from __future__ import annotations

from typing import Any

import pytest

from sim.batch.checks import scenario_checks
from sim.scenario import Scenario, ScenarioError
from sim.scenario.check import checked


def read(**test: Any) -> Scenario:
    """Return a scenario with one test."""
    arms = {name: {"strategy": "dormant"} for name in ("a", "b")}
    whole = {"claim": "S8", "says": "groups reach more", **test}
    values = {"question": "?", "arms": arms, "switch": ["one"], "tests": [whole]}
    return checked(values, "f", extra_checks=scenario_checks)


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
        {"holds": ""},
        {"holds": "a beats b", "metric": "reach2", "switch": "everyone", "week": 999},
        {"holds": "reach_2: a > b by 1", "metric": "reach_1"},
    ],
)
def test_a_line_that_cannot_be_read_is_one_problem(test: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(**test)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 1, told
    assert told[0].startswith("f: tests[1].holds: given")


def test_a_line_that_cannot_be_read_does_not_hide_the_other_tests() -> None:
    arms = {"a": {"strategy": "dormant"}}
    whole = {"claim": "S8", "says": "groups reach more"}
    tests = [whole | {"holds": "a beats b"}, whole | {"holds": "reach_2: aa > 3 by 1"}]
    with pytest.raises(ScenarioError) as caught:
        checked({"question": "?", "arms": arms, "tests": tests}, "f")
    assert [problem.key for problem in caught.value.problems] == ["tests[1].holds", "tests[2].arm"]
