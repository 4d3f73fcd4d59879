"""Premium accounts and InMail credits: bought, spent, given back, lost (S10, F47)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.rules.acts import INMAIL, SUBSCRIBE, Acts
from sim.rules.respond import READ, REPLIED
from sim.world.members import CREDIT_SLOTS

if TYPE_CHECKING:
    from sim.scenario.mechanisms import Premium
    from sim.world.build import World
    from sim.world.members import Int8, Int32

MONTH = 4
"""Weeks for which an account is bought, and over which messages are limited."""


def begin_week(world: World) -> None:
    """Let the credits end whose week has come, and every fourth week begin a new month."""
    world.members.credits[:, world.week % CREDIT_SLOTS] = 0
    if (world.week - 1) % MONTH == 0:
        world.members.month_messages[:] = 0


def settle(world: World, acts: Acts, outcome: Int8, premium: Premium) -> None:
    """Commit what was bought, spent and given back this week, and count it.

    Parameters
    ----------
    world : World
        Changed in place.
    acts : Acts
        Delivered acts.
    outcome : int8[K]
        How each was answered.
    premium : Premium
        Parameters.
    """
    members, week = world.members, world.week
    expiry = (week + premium.credit_weeks) % CREDIT_SLOTS
    inmails = acts.kind == INMAIL
    sender, answers = acts.actor[inmails], outcome[inmails]
    answered = answers == REPLIED
    _spend(members.credits, sender, week)
    back = {"answered": answered, "unanswered": ~answered, "never": np.zeros_like(answered)}
    np.add.at(members.credits[:, expiry], sender[back[premium.returned]], 1)
    buyers = acts.actor[acts.kind == SUBSCRIBE]
    members.credits[buyers, expiry] += premium.credits
    members.subscribed_until[buyers] = week + 1 + MONTH
    members.money[buyers] += premium.price
    read = np.isin(answers, (READ, REPLIED))
    for place, those in enumerate((np.ones_like(read), read, answered)):
        np.add.at(members.inmails[:, place], sender[those], 1)


@kernel
def _spend(accounts: Int32, sender: Int32, week: int) -> None:
    """Take a credit from each sender, one of those that end first."""
    for member in sender:
        for ahead in range(1, CREDIT_SLOTS):
            slot = (week + ahead) % CREDIT_SLOTS
            if accounts[member, slot] > 0:
                accounts[member, slot] -= 1
                break
