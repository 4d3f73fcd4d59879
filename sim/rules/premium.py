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
    sent = acts.kind == INMAIL
    answered = sent & (outcome == REPLIED)
    spent = np.bincount(acts.actor[sent], minlength=len(members)).astype(np.int32)
    _spend(members.credits, spent, week)
    back = {"answered": answered, "unanswered": sent & ~answered, "never": sent & False}
    returned = acts.actor[back[premium.returned]]
    members.credits[:, expiry] += np.bincount(returned, minlength=len(members)).astype(np.int32)
    buyers = acts.actor[acts.kind == SUBSCRIBE]
    members.credits[buyers, expiry] += premium.credits
    members.subscribed_until[buyers] = week + 1 + MONTH
    members.money[buyers] += premium.price
    read = sent & np.isin(outcome, (READ, REPLIED))
    for place, those in enumerate((sent, read, answered)):
        np.add.at(members.inmails, (acts.actor[those], place), 1)


@kernel
def _spend(accounts: Int32, spent: Int32, week: int) -> None:
    """Take what each has spent from the credits that end first."""
    for member in range(spent.size):
        left = spent[member]
        for ahead in range(1, CREDIT_SLOTS):
            if left == 0:
                break
            slot = (week + ahead) % CREDIT_SLOTS
            taken = min(left, accounts[member, slot])
            accounts[member, slot] -= taken
            left -= taken
