"""X9: invitations until a member is restricted, when each is flagged with probability q."""

from __future__ import annotations

import numpy as np
import pytest
from rules.hand import NEVER, scripted, world
from scipy.stats import binom, binomtest, nbinom

from sim.strategies.base import Acts

MEMBERS = 3000
SIGMAS = 5.0
"""A normal deviate lies further out than this with probability 6e-7."""


def invitations_until_restricted(strikes: int, chance: float, *, spam: bool) -> np.ndarray:
    """One invitation a week to ever new strangers, none of whom accepts; int[MEMBERS].

    Reduced by: `response.accept` = -20 (nobody accepts), `flag_stranger` = q, no acquaintances and
    no groups, and `flags_until_restricted` = s.
    """
    everyone = np.arange(MEMBERS)
    weeks = int(nbinom.isf(1e-12, strikes, chance)) + strikes
    model = scripted(
        world(MEMBERS, seed=9),
        lambda week: Acts.invite(everyone, (everyone + week) % MEMBERS),
        response={"accept": NEVER, "field": 0.0, "flag_stranger": chance},
        platform={"flags_until_restricted": strikes},
        spam={"on": spam},
    )
    members = model.world.members
    needed = np.zeros(MEMBERS, np.int64)
    for _ in range(weeks):
        model.step()
        struck = (members.restricted_until > 0) & (needed == 0)
        needed[struck] = members.sent[struck]
        if needed.all():
            return needed
    pytest.fail("somebody was never restricted")


@pytest.mark.parametrize(
    ("strikes", "chance", "spam"),
    [(1, 0.3, False), (3, 0.5, False), (5, 0.4, False), (3, 0.4, True)],
)
def test_strikes(strikes: int, chance: float, spam: bool) -> None:
    needed = invitations_until_restricted(strikes, chance, spam=spam)
    mean, spread = strikes / chance, np.sqrt(strikes * (1 - chance)) / chance
    assert abs(needed.mean() - mean) < SIGMAS * spread / np.sqrt(MEMBERS)
    for n in range(strikes, int(2 * mean)):
        by_n = 1.0 - binom.cdf(strikes - 1, n, chance)
        test = binomtest(int((needed <= n).sum()), MEMBERS, float(by_n))
        assert test.pvalue > 1e-7, n
    assert needed.min() >= strikes
