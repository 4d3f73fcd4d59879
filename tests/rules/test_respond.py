"""How people answer: the logistic law against scipy, term by term and in the long run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from rules.hand import NEVER, scenario, scripted, world
from sim.rules.respond import law_of, log_odds
from sim.scenario.conduct import Response
from sim.strategies.base import Acts
from sim.world.groups import membership_all

if TYPE_CHECKING:
    from sim.world.members import Members

ALARM = 1e-6
"""Probability of a false alarm of each frequency below."""
PAIRS = 4000
ACTOR = np.arange(PAIRS)
TARGET = ACTOR + PAIRS
HUB = 2 * PAIRS

LAW: dict[str, Any] = {
    "accept": -1.0, "reply": -0.7, "acquaintance": 0.9, "mutual": 0.4, "mutual_most": 1,
    "group": 0.5, "met": 0.8, "field": 0.35, "note": -0.45, "openness": 0.6, "load": -0.25,
    "activity": 0.3, "flag_stranger": 0.3, "flag_group": 0.1,
}  # fmt: skip


def answers(
    acts: Acts, response: dict[str, Any] | None = None, weeks: int = 1, **made: Any
) -> Members:
    """Let every actor deal with its own target in week `weeks`; return the members."""
    given = world(2 * PAIRS + 1, **made)
    given.members.field[ACTOR] = 1
    if weeks > 1:
        given.history.add(ACTOR, TARGET, invited=-32768, messaged=-32768, met=1)
        given.history.add(TARGET, ACTOR, invited=-32768, messaged=-32768, met=1)
    model = scripted(given, {weeks: acts}, response={**LAW, **(response or {})})
    model.run_for(weeks)
    assert model.world.members.refused.sum() == 0
    return model.world.members


def fits(successes: Any, trials: Any, chance: float) -> bool:
    return float(binomtest(int(successes), int(trials), chance).pvalue) > ALARM


INVITE = Acts.invite(ACTOR, TARGET)
KNOWN: dict[str, Any] = {"acquaintances": np.column_stack((ACTOR, TARGET))}
GROUPED: dict[str, Any] = {"groups": [dict.fromkeys(range(2 * PAIRS + 1), 2)]}
THROUGH_THE_HUB: dict[str, Any] = {"ties": [(HUB, m) for m in range(2 * PAIRS)]}

CASES: dict[str, tuple[Acts, dict[str, Any], float]] = {
    "plain": (INVITE, {}, -1.0),
    "acquaintance": (INVITE, KNOWN, -1.0 + 0.9),
    "group": (INVITE, GROUPED, -1.0 + 0.5),
    "mutual contact": (INVITE, THROUGH_THE_HUB, -1.0 + 0.4),
    "openness": (INVITE, {"openness": -1.5}, -1.0 - 0.9),
    "note": (Acts.invite(ACTOR, TARGET, note=True), {}, -1.0 - 0.45),
    "field": (INVITE, {"field": 1}, -1.0 + 0.35),
    "met": (INVITE, {"weeks": 2}, -1.0 + 0.8),
    "everything": (
        INVITE,
        {**KNOWN, **GROUPED, **THROUGH_THE_HUB, "openness": 1.0, "field": 1, "weeks": 2},
        -1.0 + 0.9 + 0.4 + 0.5 + 0.8 + 0.35 + 0.6,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_frequency_of_acceptance(name: str) -> None:
    acts, made, x = CASES[name]
    members = answers(acts, **made)
    accepted = members.invitations[:, :, 1].sum()
    assert fits(accepted, PAIRS, expit(x))
    assert not fits(accepted, PAIRS, expit(x + 0.3)), "this many pairs cannot tell a wrong law"


def test_load_counts_invitations_and_messages_of_the_week() -> None:
    """Each target gets an invitation and two messages: two more than the one that counts."""
    others = [(ACTOR + shift) % PAIRS for shift in (1, 2)]
    acts = Acts.join(INVITE, *(Acts.message(who, TARGET, np.zeros(PAIRS)) for who in others))
    members = answers(acts, **GROUPED, **THROUGH_THE_HUB)
    accepted = members.invitations[:, :, 1].sum()
    assert fits(accepted, PAIRS, expit(-1.0 + 0.4 + 0.5 - 2 * 0.25))


@pytest.mark.parametrize("activity", [0, 1, 2])
def test_frequency_of_replies(activity: int) -> None:
    group = [{m: activity if m >= PAIRS else 0 for m in range(2 * PAIRS + 1)}]
    acts = Acts.message(ACTOR, TARGET, np.zeros(PAIRS))
    members = answers(acts, groups=group, **THROUGH_THE_HUB)
    x = -0.7 + 0.4 + 0.5 + 0.3 * activity
    assert fits(members.replies.sum(), PAIRS, expit(x))
    assert members.messages_sent.sum() == PAIRS


@pytest.mark.parametrize(
    ("made", "chance"),
    [({}, 0.3), (GROUPED, 0.1), (KNOWN, 0.0), ({**KNOWN, **GROUPED}, 0.0), ({"weeks": 2}, 0.0)],
    ids=["stranger", "group", "acquaintance", "acquaintance in a group", "met"],
)
def test_frequency_of_flags_among_those_who_do_not_accept(
    made: dict[str, Any], chance: float
) -> None:
    deaf = {"accept": NEVER, "flag_stranger": 0.3, "flag_group": 0.1}
    members = answers(INVITE, deaf, **made)
    sent, accepted, ignored, flagged = members.invitations.sum(axis=(0, 1))
    assert (sent, accepted) == (PAIRS, 0)
    assert ignored + flagged == PAIRS
    assert fits(flagged, PAIRS, chance) if chance else flagged == 0
    assert members.flags.sum() == flagged


def test_whoever_accepts_does_not_flag() -> None:
    members = answers(INVITE, {"accept": 0.0, "flag_stranger": 1.0})
    sent, accepted, ignored, flagged = members.invitations.sum(axis=(0, 1))
    assert fits(accepted, PAIRS, 0.5)
    assert ignored == 0
    assert accepted + flagged == sent == PAIRS


def test_no_answer_depends_on_another() -> None:
    """Both draws of a pair are its own: acceptance by neighbours in the list is uncorrelated."""
    members = answers(INVITE, {"accept": 0.0})
    accepted = members.invitations[:PAIRS, :, 1].sum(axis=1)
    together = int((accepted[:-1] & accepted[1:]).sum())
    assert fits(together, PAIRS - 1, 0.25)  # neighbouring products are nearly independent


@pytest.mark.parametrize(
    ("known", "mutual", "grouped", "visible", "met", "field", "openness", "load", "approaches"),
    [
        (False, 0, False, False, False, False, 0.0, 1, 0),
        (True, 3, False, False, True, False, -0.7, 1, 2),
        (False, 10, True, False, False, True, 1.3, 4, 0),
        (False, 11, True, True, False, True, 1.3, 4, 1),
        (True, 50, True, True, True, True, 2.0, 30, 9),
    ],
)
def test_log_odds_of_the_defaults(
    known: bool,
    mutual: int,
    grouped: bool,
    visible: bool,
    met: bool,
    field: bool,
    openness: float,
    load: int,
    approaches: int,
) -> None:
    """The declared coefficients, added up by hand."""
    by_hand = (
        -1.4 + 3.0 * known + 0.15 * min(mutual, 10) + 0.8 * grouped + 0.5 * visible + 1.5 * met
        + 0.3 * field + 0.8 * openness - 0.05 * (load - 1) - 0.3 * approaches
    )  # fmt: skip
    law = law_of(scenario(spam={"on": True}))
    given = log_odds(
        law, law.accept, known, mutual, grouped, visible, met, field, openness, load, approaches
    )
    assert given == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize("spam", [False, True])
def test_the_law_holds_every_coefficient(spam: bool) -> None:
    response: dict[str, Any] = {"accept": 1.0, "reply": 2.0, "mutual_most": 3}
    law = law_of(
        scenario(
            response=response,
            spam={"on": spam, "repeat": -0.7, "flag_message": 0.2},
            premium={"read": 0.9, "reply": 0.1},
            introductions={"accept": -0.4},
        )
    )
    assert law._asdict() == Response(**response).model_dump() | {
        "repeat": -0.7 * spam, "flag_message": 0.2 * spam,
        "read": 0.9, "inmail": 0.1, "introduced": -0.4,
    }  # fmt: skip


POSTED = 3
"""Week in which all actors have posted."""


@pytest.mark.parametrize(
    ("kind", "week", "on", "bonus"),
    [
        ("invite", POSTED, True, 2.0), ("invite", POSTED + 4, True, 2.0),
        ("invite", POSTED + 5, True, 0.0), ("invite", POSTED, False, 0.0),
        ("message", POSTED + 4, True, 2.0), ("message", POSTED + 5, True, 0.0),
        ("message elsewhere", POSTED + 4, True, 0.0), ("invite elsewhere", POSTED + 4, True, 0.0),
    ],
)  # fmt: skip
def test_who_has_posted_lately_is_seen(kind: str, week: int, on: bool, bonus: float) -> None:
    """In the group of the message; for invitations in any group that both are in (8.11).

    All are in group 0, the actors in group 1 as well; "elsewhere" is where they have posted there.
    """
    common, other = dict.fromkeys(range(2 * PAIRS), 0), dict.fromkeys(range(PAIRS), 0)
    elsewhere = kind.endswith("elsewhere")
    given = world(2 * PAIRS + 1, groups=[common, other], **THROUGH_THE_HUB)
    given.members.field[ACTOR] = 1
    rows = given.groups.rows
    posts = membership_all(rows, ACTOR.astype(np.int32), np.full(PAIRS, int(elsewhere), np.int32))
    rows.posted[posts] = POSTED
    acts = INVITE if kind.startswith("invite") else Acts.message(ACTOR, TARGET, np.zeros(PAIRS))
    model = scripted(
        given,
        {week: acts},
        response={**LAW, "visible": 2.0},
        joining={"on": on, "recommend": 0.0, "leave": 0.0, "visible_weeks": 4},
    )
    model.run_for(week)
    members = model.world.members
    yes = members.invitations[:, :, 1].sum() + members.replies.sum()
    intercept = -1.0 if kind.startswith("invite") else -0.7
    assert fits(yes, PAIRS, expit(intercept + 0.4 + 0.5 + bonus))
