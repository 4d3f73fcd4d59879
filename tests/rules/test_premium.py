"""Premium accounts: what they cost, which credits are spent, given back and lost; InMail's law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from rules.hand import ALWAYS, NEVER, inmail, scripted, world
from sim.rules.acts import Acts
from sim.world.members import CREDIT_SLOTS, INMAILS

if TYPE_CHECKING:
    from sim.world.build import World

ALARM = 1e-7
"""Probability of a false alarm of each frequency below."""
EAGER = {"on": True, "read": 1.0, "reply": ALWAYS}
DEAF = {"on": True, "read": 1.0, "reply": NEVER}


def purse(given: World, member: int = 0) -> dict[int, int]:
    """Return a member's credits by the week in which they expire, after the world's week."""
    account = given.members.credits[member]
    weeks = range(given.week + 1, given.week + CREDIT_SLOTS + 1)
    return {week: int(n) for week in weeks if (n := account[week % CREDIT_SLOTS])}


def with_credits(count: int, by_week: dict[int, int], **made: Any) -> World:
    """Return a world in which all members have credits that expire in these weeks."""
    given = world(count, **made)
    for week, number in by_week.items():
        given.members.credits[:, week % CREDIT_SLOTS] = number
    return given


def live(
    given: World, acts: dict[int, Acts], weeks: int, premium: dict[str, Any], **sections: Any
) -> list[dict[int, int]]:
    """Return the purse of member 0 after every week."""
    model = scripted(given, acts, premium=premium, **sections)
    seen = []
    for _ in range(weeks):
        model.step()
        seen.append(purse(given))
    return seen


def test_an_account_is_of_four_weeks() -> None:
    """Whoever tries every week buys in weeks 1, 5, 9, and pays each time."""
    given = world(2)
    subscribe = {week: Acts.subscribe([0]) for week in range(1, 11)}
    money = []
    model = scripted(given, subscribe, premium={"on": True, "price": 12.5, "credits": 0})
    for _ in range(10):
        model.step()
        money.append(float(given.members.money[0]))
    assert money == [12.5] * 4 + [25.0] * 4 + [37.5] * 2
    assert given.members.subscribed_until.tolist() == [14, 0]
    assert given.members.refused.tolist() == [7, 0]
    assert given.members.money[1] == 0.0


@pytest.mark.parametrize("credit_weeks", [1, 4, 13, 15])
def test_credits_expire_after_so_many_weeks_exactly(credit_weeks: int) -> None:
    """Bought in week 3, they can be spent from week 4 to week 2 + credit_weeks."""
    given = world(2)
    rules = {"on": True, "credits": 7, "credit_weeks": credit_weeks}
    seen = live(given, {3: Acts.subscribe([0])}, 25, rules)
    held = {3 + credit_weeks: 7}
    lasting = range(3, 3 + credit_weeks)
    assert seen == [held if week in lasting else {} for week in range(1, 26)]


@pytest.mark.parametrize(("week", "passes"), [(3, False), (4, True), (7, True), (8, False)])
def test_when_an_inmail_can_be_sent(week: int, passes: bool) -> None:
    """Credits of week 3 that last for five weeks."""
    given = world(2)
    rules = {**DEAF, "credits": 1, "credit_weeks": 5}
    acts = {3: Acts.subscribe([0])}
    acts[week] = Acts.join(acts.get(week, Acts.none()), inmail((0, 1)))
    live(given, acts, 8, rules)
    assert given.members.inmails[0, 0] == passes
    assert given.members.refused[0] == (not passes)


def test_the_oldest_credits_are_spent_first() -> None:
    given = with_credits(9, {2: 1, 4: 2, 7: 3, 16: 1})
    acts = {1: inmail((0, 1), (0, 2)), 3: inmail(*((0, j) for j in range(3, 8)))}
    rules = {**DEAF, "returned": "answered"}
    assert live(given, acts, 3, rules) == [{4: 1, 7: 3, 16: 1}, {4: 1, 7: 3, 16: 1}, {}]
    # The others have spent nothing and lost what has expired.
    assert purse(given, 8) == {4: 2, 7: 3, 16: 1}


def test_buying_and_spending_in_one_week() -> None:
    """What is bought can be spent from the next week on, and is not what is spent now."""
    given = with_credits(3, {13: 2})
    acts = {6: Acts.join(Acts.subscribe([0]), inmail((0, 1), (0, 2), (0, 1)))}
    rules = {**DEAF, "credits": 4, "credit_weeks": 7}
    assert live(given, acts, 6, rules)[-1] == {13: 4}


@pytest.mark.parametrize(
    ("returned", "back"), [("answered", {17: 2}), ("unanswered", {17: 1}), ("never", {})]
)
def test_which_inmails_give_their_credit_back(returned: str, back: dict[int, int]) -> None:
    """Of three, those to 1 and 2 are answered; what comes back lasts as long as what is bought."""
    openness = [0, 9, 9, -9]
    given = with_credits(4, {5: 3}, openness=openness)
    rules = {"on": True, "read": 1.0, "reply": 0.0, "credit_weeks": 13, "returned": returned}
    acts = {4: inmail((0, 1), (0, 3), (0, 2))}
    response = {"openness": 5.0, "field": 0.0}
    assert live(given, acts, 4, rules, response=response)[-1] == back
    assert given.members.inmails[0].tolist() == [3, 3, 2]


def test_an_unread_inmail_is_one_without_an_answer() -> None:
    given = with_credits(2, {5: 1})
    rules = {"on": True, "read": 0.0, "reply": ALWAYS, "returned": "unanswered"}
    assert live(given, {1: inmail((0, 1))}, 1, rules) == [{14: 1}]
    assert dict(zip(INMAILS, given.members.inmails[0].tolist(), strict=True)) == {
        "sent": 1, "read": 0, "answered": 0,
    }  # fmt: skip


def test_an_answer_makes_the_two_have_met() -> None:
    given = with_credits(4, {9: 5}, openness=[0, 9, -9, 0])
    rules = {"on": True, "read": 1.0, "reply": 0.0}
    live(given, {5: inmail((0, 1), (0, 2))}, 5, rules, response={"openness": 5.0})
    history = given.history
    assert history.values(0, "messaged").tolist() == [5, 5]
    assert history.values(0, "met").tolist() == [1, 0]
    assert history.values(0, "approaches").tolist() == [1, 1]
    assert history.values(1, "met").tolist() == [1]
    assert history.values(1, "approaches").tolist() == [0]
    assert history.size == 3


COUNT = 4000
SENDER, TARGET = np.arange(COUNT), np.arange(COUNT) + COUNT
LAW = {
    "acquaintance": 0.9, "mutual": 0.4, "mutual_most": 1, "group": 0.5, "met": 0.8, "field": 0.35,
    "note": 7.0, "openness": 0.6, "load": -0.25, "activity": 3.0, "visible": 9.0,
    "flag_stranger": 1.0, "flag_group": 1.0,
}  # fmt: skip
CASES: dict[str, tuple[dict[str, Any], int, float]] = {
    "plain": ({}, 0, 0.35),
    "acquaintances": ({"acquaintances": np.column_stack((SENDER, TARGET))}, 0, 0.35 + 0.9),
    "group": ({"groups": [dict.fromkeys(range(2 * COUNT + 1), 2)]}, 0, 0.35 + 0.5),
    "mutual contact": (
        {"ties": [(2 * COUNT, m) for m in range(2 * COUNT)]}, 0, 0.35 + 0.4,
    ),
    "openness": ({"openness": -1.5}, 0, 0.35 - 0.9),
    "written to twice before": ({}, 2, 0.35 - 2 * 0.3),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_inmail_is_read_and_answered_by_its_law(name: str) -> None:
    """Of 4,000: read with its chance, answered if read by the law; posts and activity no matter."""
    made, approaches, x = CASES[name]
    given = with_credits(2 * COUNT + 1, {9: 1}, **made)
    given.groups.rows.posted[:] = 1
    given.history.add(SENDER, TARGET, invited=-32768, messaged=-32768, approaches=approaches)
    live(
        given, {1: Acts.inmail(SENDER, TARGET)}, 1, {"on": True, "read": 0.8, "reply": -0.6},
        response=LAW, joining={"on": True, "recommend": 0.0, "leave": 0.0},
        spam={"on": True, "repeat": -0.3, "flag_message": 1.0},
    )  # fmt: skip
    sent, read, answered = given.members.inmails.sum(axis=0).tolist()
    assert sent == COUNT
    assert binomtest(read, COUNT, 0.8).pvalue > ALARM
    assert binomtest(answered, read, float(expit(-0.6 + x))).pvalue > ALARM
    assert given.members.flags.sum() == given.members.messages_flagged.sum() == 0


def test_inmails_load_their_target() -> None:
    """S10: the more of them somebody gets in a week, the fewer are answered."""
    senders = np.arange(COUNT)
    targets = COUNT + senders // 4
    given = with_credits(COUNT + COUNT // 4, {9: 1})
    live(
        given, {1: Acts.inmail(senders, targets)}, 1, {"on": True, "read": 1.0, "reply": 0.0},
        response={**LAW, "openness": 0.0},
    )  # fmt: skip
    answered = int(given.members.inmails[:, 2].sum())
    assert binomtest(answered, COUNT, float(expit(0.35 - 3 * 0.25))).pvalue > ALARM
