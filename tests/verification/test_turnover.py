"""X10, its stationary part: ties gained at a rate, each of which lasts for some weeks."""

from __future__ import annotations

import numpy as np
from rules.hand import scripted, world
from scipy.special import logit
from scipy.stats import chi2

from sim.strategies.base import Acts
from sim.world.fading import fading_table, live_entries

SIGMAS = 5.0
"""A normal deviate lies further out than this with probability 6e-7."""
OWNERS, OTHERS, CHANCE, LIFE = 400, 60, 0.05, 8


def test_active_ties_are_poisson() -> None:
    """Ties gained at rate lambda and active for L weeks: Poisson with mean lambda L (M/G/inf).

    X10 has exponential lives with mean 1 / delta; the stationary law is Poisson with mean lambda
    times the mean life for lives of any law, here for those of the model, which are all equal.

    Reduced by: every week new others invite all owners, who accept with probability p; a tie of
    strength 1 falls to the limit of dormancy after L weeks, whether it is a bridge or not.
    """
    weeks = 3 * LIFE
    owners = np.arange(OWNERS)
    yearly = 0.5 ** (52 / (LIFE - 0.5))  # half its strength after L - 1/2 weeks
    ties = {"strength_stranger": 1.0, "bridge_retention": yearly, "embedded_retention": yearly,
            "dormant_below": 0.5}  # fmt: skip

    def plan(week: int) -> Acts:
        new = OWNERS + (week - 1) * OTHERS + np.arange(OTHERS)
        return Acts.invite(np.repeat(new, OWNERS), np.tile(owners, OTHERS))

    model = scripted(
        world(OWNERS + weeks * OTHERS, minutes=1_000_000, seed=10),
        plan,
        ties=ties,
        platform={"invitations_per_week": 100_000},
        response={"accept": float(logit(CHANCE)), "mutual": 0.0, "field": 0.0, "load": 0.0,
                  "flag_stranger": 0.0},
    )  # fmt: skip
    mean_after: list[float] = []
    rate = OTHERS * CHANCE
    for week in range(1, weeks + 1):
        model.step()
        fading = fading_table(model.parameters.ties, weeks)
        live = live_entries(model.world.ties, week, fading, 0.5)
        rows = model.world.ties.rows
        active = np.array([live[rows.start[i] : rows.start[i] + rows.degree[i]].sum()
                           for i in owners])  # fmt: skip
        mean_after.append(float(active.mean()))
    assert model.world.members.refused.sum() == 0
    gained = rate * np.minimum(np.arange(1, weeks + 1), LIFE)
    assert (np.abs(mean_after - gained) < SIGMAS * np.sqrt(gained / OWNERS)).all()
    # Gains are binomial, so that the variance is 1 - p of the mean; the index of dispersion times
    # n - 1 is chi-squared.
    index = active.var(ddof=1) / (rate * LIFE * (1 - CHANCE))
    low, high = (chi2.ppf(each, OWNERS - 1) / (OWNERS - 1) for each in (5e-7, 1 - 5e-7))
    assert low < index < high
