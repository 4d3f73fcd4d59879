"""Metrics that count what members did: means of what the world has written down."""

from __future__ import annotations

import numpy as np
import pytest
from rules.hand import world

from sim.metrics import measure_members
from sim.world.members import ACTIVITIES, CHANNELS, OUTCOMES

COUNTS = (
    "messages_sent", "replies", "refused", "weeks_restricted", "new_target_decision_makers",
)  # fmt: skip


def test_counts_are_means_over_the_cohort() -> None:
    made = world(5)
    members = made.members
    members.invitations[:] = np.arange(60).reshape(5, 3, 4)
    members.minutes_spent[:] = np.arange(5 * len(ACTIVITIES)).reshape(5, -1) * 7
    for number, name in enumerate(COUNTS):
        getattr(members, name)[:] = np.arange(5) * 3 + number
    cohort = np.array([0, 3, 4], np.int32)
    measured = measure_members(made, cohort, np.zeros(0, np.uint8))
    for o, outcome in enumerate(OUTCOMES):
        of_outcome = members.invitations[cohort, :, o]
        assert measured[f"invitations_{outcome}"] == pytest.approx(of_outcome.sum(axis=1).mean())
        for c, channel in enumerate(CHANNELS):
            expected = of_outcome[:, c].mean()
            assert measured[f"invitations_{outcome}/{channel}"] == pytest.approx(expected)
    for number, name in enumerate(COUNTS):
        assert measured[name] == pytest.approx(7.0 + number)
    hours = members.minutes_spent[cohort].mean(axis=0) / 60
    assert measured["hours"] == pytest.approx(hours.sum())
    for name in ("invite", "message", "upkeep"):
        assert measured[f"hours/{name}"] == pytest.approx(hours[ACTIVITIES.index(name)])
