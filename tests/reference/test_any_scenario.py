"""Fast model and slow twin agree exactly on scenarios that nobody thought of."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .comparison import QUESTIONS, Question, agree
from .drawn_sections import arms, conduct, mechanisms, worlds
from .scenes import scenario

DRAWN = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@DRAWN
@given(
    arm=arms(),
    sections=st.fixed_dictionaries({**worlds(), **conduct()}),
    weeks=st.integers(1, 12),
    question=st.sampled_from(QUESTIONS),
    seed=st.integers(0, 2**62),
)
def test_any_scenario_without_mechanisms(
    arm: dict[str, Any], sections: dict[str, Any], weeks: int, question: Question, seed: int
) -> None:
    agree(scenario(weeks=weeks, **arm, **sections), question, seed)


@DRAWN
@given(
    arm=arms(),
    sections=st.fixed_dictionaries({**worlds(), **conduct(), **mechanisms()}),
    weeks=st.integers(1, 12),
    question=st.sampled_from(QUESTIONS),
    seed=st.integers(0, 2**62),
)
def test_any_scenario(
    arm: dict[str, Any], sections: dict[str, Any], weeks: int, question: Question, seed: int
) -> None:
    agree(scenario(weeks=weeks, **arm, **sections), question, seed)
