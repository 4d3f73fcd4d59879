"""Why the platform refuses acts of mechanisms, beside the same acts when they are allowed."""

from __future__ import annotations

import pytest

from rules.hand import inmail, introduce, invite, message, upkeep
from rules.refusal import Case, on, played
from sim.strategies.base import Acts

LINE = {"ties": [(0, 1), (1, 2), (2, 3)]}
FILLED = {"groups": [{0: 0, 1: 0}, {1: 0, 2: 0}, {3: 0}]}
RICH = {"credits": [[0, 0, 0, 2, *[0] * 12]] * 6}
STRUCK = {"restricted_until": [3, 0, 0, 0, 0, 0]}
FRIENDS_OF_A_FRIEND = {"groups": [{0: 0, 1: 0}], "ties": [(0, 5), (5, 1)]}

CASES = {
    "introduction": Case({1: introduce((0, 2, 1))}, 1, 0, 8, LINE, on("introductions")),
    "introduction to the same twice": Case(
        {1: introduce((0, 2, 1), (0, 2, 4))},
        1, 1, 8, {"ties": [(0, 1), (1, 2), (0, 4), (4, 2)]}, on("introductions"),
    ),
    "introduction by no contact": Case(
        {1: introduce((0, 3, 2))}, 0, 1, 0, LINE, on("introductions")
    ),
    "introduction to one the contact does not know": Case(
        {1: introduce((0, 3, 1))}, 0, 1, 0, LINE, on("introductions")
    ),
    "introduction to a contact": Case(
        {1: introduce((0, 1, 2))}, 0, 1, 0, {"ties": [(0, 1), (1, 2), (0, 2)]}, on("introductions")
    ),
    "introduction by nobody": Case(
        {1: introduce((0, 2, -1), (0, 2, 6), (0, 2, 0), (0, 2, 2))},
        0, 4, 0, LINE, on("introductions"),
    ),
    "introduction to nobody": Case(
        {1: introduce((0, -1, 1), (0, 6, 1), (0, 0, 1))}, 0, 3, 0, LINE, on("introductions")
    ),
    "introduction to one who is absent": Case(
        {1: introduce((0, 2, 1))}, 0, 1, 0, {**LINE, "present": [1, 1, 0, 1, 1, 1]},
        on("introductions"),
    ),
    "introduction and invitation in one week": Case(
        {1: Acts.join(introduce((0, 2, 1)), invite((0, 2)))}, 2, 0, 11, LINE, on("introductions")
    ),
    "InMail": Case({1: inmail((0, 1))}, 1, 0, 11, RICH, on("premium")),
    "InMail without a credit": Case({1: inmail((0, 1))}, 0, 1, 0, {}, on("premium")),
    "InMails up to the last credit": Case(
        {1: inmail((0, 1), (0, 2), (0, 3))}, 2, 1, 22, RICH, on("premium")
    ),
    "an InMail to the same costs no credit": Case(
        {1: inmail((0, 1), (0, 1), (0, 2))}, 2, 1, 22, RICH, on("premium")
    ),
    "InMail after its credit is lost": Case({3: inmail((0, 1))}, 0, 1, 0, RICH, on("premium")),
    "InMail to a contact": Case(
        {1: inmail((0, 1))}, 0, 1, 0, {**RICH, "ties": [(0, 1)]}, on("premium")
    ),
    "InMail to one who opted out": Case(
        {1: inmail((0, 1))}, 1, 0, 11, {**RICH, "opt_out": True}, on("premium")
    ),
    "InMail to nobody": Case(
        {1: inmail((0, -1), (0, 6), (0, 0))}, 0, 3, 0, RICH, on("premium")
    ),
    "subscribe": Case({1: Acts.subscribe([0])}, 1, 0, 0, {}, on("premium")),
    "subscribe twice in a week": Case({1: Acts.subscribe([0, 0])}, 1, 1, 0, {}, on("premium")),
    "subscribe too soon": Case(
        {1: Acts.subscribe([0]), 4: Acts.subscribe([0])}, 1, 1, 0, {}, on("premium")
    ),
    "subscribe in time": Case(
        {1: Acts.subscribe([0]), 5: Acts.subscribe([0])}, 2, 0, 0, {}, on("premium")
    ),
    "subscribe without time": Case(
        {1: Acts.subscribe([0])}, 1, 0, 0, {"minutes": 0}, on("premium")
    ),
    "join": Case({1: Acts.join_group([0], [1])}, 1, 0, 2, FILLED, on("joining")),
    "join twice in a week": Case(
        {1: Acts.join_group([0, 0, 0], [1, 1, 2])}, 2, 1, 4, FILLED, on("joining")
    ),
    "join one's own group": Case({1: Acts.join_group([0], [0])}, 0, 1, 0, FILLED, on("joining")),
    "join no group": Case(
        {1: Acts.join_group([0, 0], [-1, 3])}, 0, 2, 0, FILLED, on("joining")
    ),
    "join one too many": Case(
        {1: Acts.join_group([0, 0], [1, 2])}, 1, 1, 2, FILLED,
        on("joining", platform={"groups_most": 2}),
    ),
    "join a full group": Case(
        {1: Acts.join_group([0, 0], [1, 2])}, 1, 1, 2, FILLED,
        on("joining", platform={"group_size_most": 20}, members={"coverage": 0.1}),
    ),
    "leave": Case({1: Acts.leave_group([0], [0])}, 1, 0, 2, FILLED, on("joining")),
    "leave a group of others": Case(
        {1: Acts.leave_group([0, 0, 0], [1, -1, 3])}, 0, 3, 0, FILLED, on("joining")
    ),
    "post": Case({1: Acts.post([0, 0], [0, 0])}, 1, 1, 15, FILLED, on("joining")),
    "post in a group of others": Case(
        {1: Acts.post([0, 0], [1, -1])}, 0, 2, 0, FILLED, on("joining")
    ),
    "leave and post in one week": Case(
        {1: Acts.join(Acts.leave_group([0], [0]), Acts.post([0], [0]))},
        2, 0, 17, FILLED, on("joining"),
    ),
    "endorse": Case(
        {1: Acts.endorse([0, 0, 0], [1, 1, 2]), 2: Acts.endorse([0], [1])},
        1, 3, 1, {"ties": [(0, 1)]}, on("endorsements"),
    ),
    "congratulate, send an article and check in": Case(
        {1: Acts.join(
            Acts.congratulate([0, 0], [1, 1]), Acts.article([0, 0], [1, 1]), upkeep((0, 1))
        )},
        3, 2, 16, {"ties": [(0, 1)]}, on("wasteland"),
    ),
    "nurture of one who is no contact": Case(
        {1: Acts.join(Acts.congratulate([0], [2]), Acts.article([0], [2]))},
        0, 2, 0, {"ties": [(0, 1)]}, on("wasteland"),
    ),
    "restricted, spam is punished: messages": Case(
        {2: message((0, 1, 0))}, 0, 1, 0, {**STRUCK, **FRIENDS_OF_A_FRIEND}, on("spam")
    ),
    "restricted, spam is punished: InMail": Case(
        {2: inmail((0, 1))}, 0, 1, 0, {**STRUCK, **RICH}, on("spam", "premium")
    ),
    "restricted: InMail": Case({2: inmail((0, 1))}, 1, 0, 11, {**STRUCK, **RICH}, on("premium")),
    "restricted, spam is punished: an introduction": Case(
        {2: introduce((0, 2, 1))}, 1, 0, 8, {**STRUCK, **LINE}, on("spam", "introductions")
    ),
    "no longer restricted, spam is punished": Case(
        {3: message((0, 1, 0))}, 1, 0, 10, {**STRUCK, **FRIENDS_OF_A_FRIEND}, on("spam")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refused_or_delivered(name: str) -> None:
    CASES[name].check()


OF_A_MECHANISM = {
    "introductions": introduce((0, 2, 1)),
    "premium": Acts.join(inmail((0, 2)), Acts.subscribe([0])),
    "joining": Acts.join(
        Acts.join_group([0], [1]), Acts.leave_group([0], [0]), Acts.post([0], [0])
    ),
    "endorsements": Acts.endorse([0], [1]),
    "wasteland": Acts.join(Acts.congratulate([0], [1]), Acts.article([0], [1])),
}


@pytest.mark.parametrize("mechanism", OF_A_MECHANISM)
def test_acts_of_a_mechanism_that_is_off_are_refused(mechanism: str) -> None:
    """All other mechanisms are on; the same acts pass when this one is, too."""
    acts = OF_A_MECHANISM[mechanism]
    made = {**LINE, **FILLED, **RICH}
    others = [each for each in (*OF_A_MECHANISM, "spam", "search") if each != mechanism]
    off = played({1: acts}, made, on(*others)).world.members
    assert off.refused[0] == len(acts)
    assert off.minutes_spent.sum() == 0
    passed = played({1: acts}, made, on(*others, mechanism)).world.members
    assert passed.refused[0] == 0
