"""Spam: messages are flagged, restrictions grow and silence, and repetition annoys (S16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest
from strategies.scenes import look

from rules.hand import ALWAYS, NEVER, inmail, introduce, invite, message, scenario, scripted, world
from sim.strategies.base import Acts

if TYPE_CHECKING:
    from sim.world.build import World

ALARM = 1e-7
"""Probability of a false alarm of each frequency below."""
COUNT = 4000
SENDER, TARGET = np.arange(COUNT), np.arange(COUNT) + COUNT
DEAF = {"accept": NEVER, "reply": NEVER, "acquaintance": 0.0, "group": 0.0, "met": 0.0}


def crowd(**made: Any) -> World:
    """Return senders and targets who are all in one group, two steps from each other."""
    hub = 2 * COUNT
    ties = [(hub, member) for member in range(hub)]
    return world(hub + 1, ties=ties, groups=[dict.fromkeys(range(hub), 0)], **made)


def written(
    given: World, flag_message: float = 0.3, *, on: bool = True, reply: float = NEVER
) -> tuple[int, int]:
    """Let every sender write to its target; return how many messages were answered and flagged."""
    model = scripted(
        given,
        {1: Acts.message(SENDER, TARGET, np.zeros(COUNT))},
        spam={"on": on, "flag_message": flag_message},
        response={**DEAF, "reply": reply, "mutual": 0.0, "field": 0.0},
    )
    model.run_for(1)
    members = given.members
    assert members.messages_sent.sum() == COUNT
    flagged = int(members.messages_flagged.sum())
    assert members.flags.sum() == flagged
    assert members.invitations.sum() == 0
    return int(members.replies.sum()), flagged


@pytest.mark.parametrize("chance", [0.03, 0.3, 1.0])
def test_messages_without_an_answer_are_flagged(chance: float) -> None:
    answered, flagged = written(crowd(), chance)
    assert answered == 0
    assert binomtest(flagged, COUNT, chance).pvalue > ALARM


def test_messages_that_are_answered_are_not_flagged() -> None:
    answered, flagged = written(crowd(), 1.0, reply=0.0)
    assert binomtest(answered, COUNT, 0.5).pvalue > ALARM
    assert answered + flagged == COUNT


def test_without_the_mechanism_no_message_is_flagged() -> None:
    assert written(crowd(), 1.0, on=False) == (0, 0)


def test_neither_acquaintances_nor_those_met_flag_messages() -> None:
    """Every other pair knows each other; of the rest every other has met."""
    known, met = SENDER % 2 == 0, SENDER % 4 == 1
    given = crowd(acquaintances=np.column_stack((SENDER[known], TARGET[known])))
    given.history.add(SENDER[met], TARGET[met], invited=-32768, messaged=-32768, met=1)
    _, flagged = written(given, 1.0)
    assert flagged == COUNT - known.sum() - met.sum() == COUNT // 4
    assert given.members.messages_flagged[SENDER[known | met]].sum() == 0


@pytest.mark.parametrize("on", [True, False])
def test_restrictions_climb_a_ladder(on: bool) -> None:
    """One flag restricts, whenever invitations pass: for 1, 3, 5, 5 weeks, else always for 2."""
    weeks = 24
    acts = {week: invite((0, week)) for week in range(1, weeks + 1)}
    model = scripted(
        world(weeks + 1),
        acts,
        spam={"on": on, "ladder": (1, 3, 5)},
        platform={"flags_until_restricted": 1, "restricted_weeks": 2},
        response={**DEAF, "flag_stranger": 1.0},
    )
    members, sent = model.world.members, []
    for week in range(1, weeks + 1):
        before = int(members.sent[0])
        model.step()
        if members.sent[0] > before:
            sent.append(week)
    assert sent == ([1, 3, 7, 13, 19] if on else [1, 4, 7, 10, 13, 16, 19, 22])
    assert members.restrictions[0] == len(sent)
    # Up to the last week, which is one of a restriction of 5 weeks, or of 2.
    assert members.weeks_restricted[0] == weeks - len(sent)


def test_the_ladder_holds_where_the_platform_restricts_nobody() -> None:
    acts = {week: invite((0, 2 * week), (0, 2 * week + 1)) for week in range(1, 5)}
    model = scripted(
        world(10),
        acts,
        spam={"on": True, "ladder": (2, 3, 4)},
        platform={"flags_until_restricted": 2, "restricted_weeks": 0},
        response={**DEAF, "flag_stranger": 1.0},
    )
    model.run_for(4)
    members = model.world.members
    assert (members.sent[0], members.refused[0], members.flags[0]) == (4, 4, 0)
    assert (members.restrictions[0], members.restricted_until[0]) == (2, 4 + 1 + 3)


def test_flags_on_messages_and_invitations_are_counted_together() -> None:
    given = world(9, ties=[(0, 8), (8, 1)], groups=[{0: 0, 1: 0}])
    model = scripted(
        given,
        {1: Acts.join(invite((0, 2), (0, 3)), message((0, 1, 0)))},
        spam={"on": True, "flag_message": 1.0, "ladder": (6, 6, 6)},
        platform={"flags_until_restricted": 3},
        response={**DEAF, "flag_stranger": 1.0},
    )
    model.run_for(1)
    assert (given.members.flags[0], given.members.restricted_until[0]) == (0, 8)
    assert given.members.messages_flagged[0] == 1
    assert given.members.invitations[0, 2, 3] == 2


def test_the_restricted_are_silent_but_to_those_they_know() -> None:
    """Messages and InMails are refused; acquaintances, requests and contacts stay open."""
    given = world(
        9, ties=[(0, 8), (8, 1), (8, 3)], groups=[{0: 0, 1: 0}], acquaintances=[(0, 2)],
        restricted_until=3, credits=1,
    )  # fmt: skip
    acts = [
        message((0, 1, 0)), inmail((0, 4)), invite((0, 5)), invite((0, 2)),
        introduce((0, 3, 8)), Acts.upkeep([0], [8]), Acts.post([0], [0]),
    ]  # fmt: skip
    mechanisms: dict[str, Any] = {
        name: {"on": True} for name in ("spam", "premium", "introductions")
    }
    still = {"on": True, "leave": 0.0, "recommend": 0.0}
    model = scripted(
        given, {2: Acts.join(*acts), 3: message((0, 1, 0))}, **mechanisms, joining=still
    )
    model.run_for(2)
    assert given.members.refused[0] == 3
    assert given.members.messages_sent[0] == given.members.inmails[0, 0] == 0
    model.step()
    assert given.members.messages_sent[0] == 1


@pytest.mark.parametrize("on", [True, False])
def test_the_restricted_are_shown_nobody_to_write_to(on: bool) -> None:
    """In week 5: 0 and 3 are restricted, for 1 it has just ended, 2 never was; all know hub 4."""
    given = world(
        5, ties=[(4, member) for member in range(4)], groups=[dict.fromkeys(range(4), 0)],
        restricted_until=[6, 5, 0, 9, 0],
    )  # fmt: skip
    given.week = 5
    view = look(given, scenario(spam={"on": on}), range(4))
    shown = view.group_members(9, 1, looks=300, focus=False, messageable=True)
    assert np.bincount(shown.row, minlength=4).tolist() == ([0, 3, 3, 0] if on else [3] * 4)
    told = view.may_message([0, 1, 2, 3], [1, 2, 3, 1], 0)
    assert told.tolist() == ([False, True, True, False] if on else [True] * 4)
    to_invite = view.group_members(9, 1, looks=300, focus=False, messageable=False)
    assert np.bincount(to_invite.row, minlength=4).tolist() == [3] * 4


@pytest.mark.parametrize("kind", ["invite", "message", "inmail"])
@pytest.mark.parametrize(("approaches", "on"), [(0, True), (1, True), (4, True), (4, False)])
def test_repeated_approaches_annoy(kind: str, approaches: int, on: bool) -> None:
    """Each earlier approach takes `repeat` off the log-odds of every kind of answer (4,000)."""
    given = crowd(credits=1)
    given.history.add(SENDER, TARGET, invited=-32768, messaged=-32768, approaches=approaches)
    acts = {
        "invite": Acts.invite(SENDER, TARGET),
        "message": Acts.message(SENDER, TARGET, np.zeros(COUNT)),
        "inmail": Acts.inmail(SENDER, TARGET),
    }[kind]
    law = {"accept": 0.7, "reply": 0.7, "mutual": 0.0, "group": 0.0, "field": 0.0}
    model = scripted(
        given, {1: acts}, response=law, spam={"on": on, "repeat": -0.4},
        premium={"on": True, "read": 1.0, "reply": 0.7},
    )  # fmt: skip
    model.run_for(1)
    members = given.members
    yes = int(
        members.invitations[..., 1].sum() + members.replies.sum() + members.inmails[:, 2].sum()
    )
    chance = float(expit(0.7 - 0.4 * approaches * on))
    assert binomtest(yes, COUNT, chance).pvalue > ALARM


def test_what_counts_as_an_approach() -> None:
    """Delivered letters of every kind, each once, in the direction in which they go."""
    given = world(
        4, ties=[(0, 3), (3, 1)], groups=[{0: 0, 1: 0}], credits=[[9] * 16] * 4, minutes=60
    )
    letters = Acts.join(invite((0, 1)), message((0, 1, 0)), inmail((0, 1)))
    acts = {week: Acts.join(letters, introduce((1, 0, 3))) for week in range(1, 5)}
    model = scripted(
        given,
        acts,
        premium={"on": True, "returned": "never"},
        introductions={"on": True, "forward": NEVER},
        response=DEAF | {"flag_stranger": 0.0},
    )
    seen = []
    for _ in range(4):
        model.step()
        seen.append(given.history.values(0, "approaches").tolist())
    # An invitation may be repeated after three weeks.
    assert seen == [[3], [5], [7], [10]]
    assert given.history.values(1, "approaches").tolist() == [0]


def test_approaches_of_this_week_annoy_only_next_week() -> None:
    given = world(3, ties=[(0, 2), (2, 1)], groups=[{0: 0, 1: 0}])
    both = Acts.join(message((0, 1, 0)), invite((0, 1)))
    model = scripted(
        given,
        {1: both, 5: both},
        spam={"on": True, "repeat": -20.0},
        response={"accept": NEVER, "reply": ALWAYS, "flag_group": 0.0},
    )
    model.run_for(1)
    assert given.members.replies[0] == 1
    model.run_for(4)
    assert given.members.replies[0] == 1
    assert given.members.messages_sent[0] == 2
