"""Counters of acts and answers, against masks and sums by numpy."""

from __future__ import annotations

import numpy as np

from sim.rules.acts import INTRODUCE, INVITE, KINDS, MESSAGE, Acts
from sim.rules.counts import count_answers, counted
from sim.rules.delivery import Delivery
from sim.rules.respond import (
    ACCEPTED,
    DECLINED,
    DROPPED,
    FLAGGED,
    FORWARDED,
    IGNORED,
    NONE,
    READ,
    REPLIED,
)
from sim.world.members import CHANNELS, INTRODUCTIONS, OUTCOMES, Members
from sim.world.pending import Pending

COUNT = 9
ANSWERS = {
    INVITE: (ACCEPTED, IGNORED, FLAGGED),
    MESSAGE: (NONE, REPLIED, FLAGGED),
    INTRODUCE: (FORWARDED, DROPPED, DECLINED),
}


def week(seed: int) -> tuple[Acts, Delivery, np.ndarray]:
    """Return 2000 acts of all kinds, none of them by the last member, and their outcomes."""
    rng = np.random.default_rng(seed)
    size = 2000
    kind = rng.integers(0, len(KINDS), size).astype(np.int8)
    nobody = np.full(size, -1, np.int32)
    actor = np.sort(rng.integers(0, COUNT - 1, size)).astype(np.int32)
    acts = Acts(actor, kind, nobody, nobody, np.zeros(size, np.bool_))
    delivery = Delivery(
        delivered=np.ones(size, np.bool_),
        channel=np.where(kind == INVITE, rng.integers(0, len(CHANNELS), size), 0).astype(np.int8),
        mutual=np.zeros(size, np.int32),
        grouped=np.zeros(size, np.bool_),
    )
    answers = [rng.choice(ANSWERS.get(int(k), (NONE, READ, REPLIED))) for k in kind]
    return acts, delivery, np.array(answers, np.int8)


def test_every_answer_is_counted_in_its_cell() -> None:
    acts, delivery, outcome = week(1)
    members = Members.blank(COUNT)
    accepted = np.array([0, 3, 3, 3, 8], np.int32)
    introduced = Pending(accepted, accepted, accepted, accepted)
    before = members.copy()
    for times in (1, 2):
        count_answers(members, acts, delivery, outcome, introduced)
        for i in range(COUNT):
            mine = acts.actor == i
            invited, written = mine & (acts.kind == INVITE), mine & (acts.kind == MESSAGE)
            assert members.sent[i] == times * invited.sum()
            for channel in range(len(CHANNELS)):
                there = invited & (delivery.channel == channel)
                cells = dict.fromkeys(OUTCOMES, 0) | {"sent": there.sum()}
                for name, answer in (
                    ("accepted", ACCEPTED), ("ignored", IGNORED), ("flagged", FLAGGED),
                ):  # fmt: skip
                    cells[name] = (there & (outcome == answer)).sum()
                assert members.invitations[i, channel].tolist() == [
                    times * cell for cell in cells.values()
                ]
            assert members.messages_sent[i] == members.month_messages[i] == times * written.sum()
            assert members.replies[i] == times * (written & (outcome == REPLIED)).sum()
            assert members.messages_flagged[i] == times * (written & (outcome == FLAGGED)).sum()
            asked = mine & (acts.kind == INTRODUCE)
            cells = {
                "asked": asked.sum(),
                "forwarded": (asked & (outcome == FORWARDED)).sum(),
                "dropped": (asked & (outcome == DROPPED)).sum(),
                "refused": (asked & (outcome == DECLINED)).sum(),
                "accepted": (accepted == i).sum(),
            }
            assert tuple(cells) == INTRODUCTIONS
            assert members.introductions[i].tolist() == [times * n for n in cells.values()]
    touched = {
        "sent", "invitations", "messages_sent", "month_messages", "replies", "messages_flagged",
        "introductions",
    }  # fmt: skip
    for name in Members.__slots__:
        same = np.array_equal(getattr(members, name), getattr(before, name))
        assert same != (name in touched), name


def test_occurrences() -> None:
    found = counted(np.array([4, 0, 4, 4], np.int32), 6)
    assert found.tolist() == [1, 0, 0, 0, 3, 0]
    assert found.dtype == np.int32
