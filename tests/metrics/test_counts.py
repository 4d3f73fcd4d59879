"""Metrics that count what members did: means of what the world has written down."""

from __future__ import annotations

import numpy as np
import pytest
from rules.hand import world

from sim.metrics import measure_members
from sim.world.members import ACTIVITIES, CHANNELS, OUTCOMES


def test_counts_are_means_over_the_cohort() -> None:
    made = world(5)
    members = made.members
    members.invitations[:] = np.arange(60).reshape(5, 3, 4)
    members.minutes_spent[:] = np.arange(15).reshape(5, 3) * 7
    for number, name in enumerate(("messages_sent", "replies", "refused", "weeks_restricted")):
        getattr(members, name)[:] = np.arange(5) * 3 + number
    cohort = np.array([0, 3, 4], np.int32)
    measured = measure_members(made, cohort, np.zeros(0, np.uint8))
    for o, outcome in enumerate(OUTCOMES):
        of_outcome = members.invitations[cohort, :, o]
        assert measured[f"invitations_{outcome}"] == pytest.approx(of_outcome.sum(axis=1).mean())
        for c, channel in enumerate(CHANNELS):
            expected = of_outcome[:, c].mean()
            assert measured[f"invitations_{outcome}/{channel}"] == pytest.approx(expected)
    assert measured["messages_sent"] == pytest.approx(7.0)
    assert measured["weeks_restricted"] == pytest.approx(10.0)
    hours = members.minutes_spent[cohort].mean(axis=0) / 60
    assert measured["hours"] == pytest.approx(hours.sum())
    assert [measured[f"hours/{name}"] for name in ACTIVITIES] == pytest.approx(hours.tolist())
