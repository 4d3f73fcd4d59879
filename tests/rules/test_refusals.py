"""Every reason for which the platform refuses an act, beside the same act when it is allowed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from rules.hand import ALWAYS, invite, message, upkeep
from rules.refusal import DEAF, Case, played
from sim.errors import UsageError
from sim.rules.acts import KINDS
from sim.strategies.base import Acts
from sim.world.members import ACTIVITIES

GROUP = {"groups": [{0: 0, 1: 0, 2: 0}, {3: 0, 4: 0}]}
FRIENDS_OF_A_FRIEND = {**GROUP, "ties": [(0, 5), (5, 1)]}
CHAIN_OF_3 = {**GROUP, "ties": [(0, 4), (4, 5), (5, 1)]}
CHAIN_OF_4 = {**GROUP, "ties": [(0, 3), (3, 4), (4, 5), (5, 1)]}
STRUCK = {"restricted_until": [3, 0, 0, 0, 0, 0]}


def level(steps: int) -> dict[str, Any]:
    return {"platform": {"message_level": steps}}


CASES = {
    "invite": Case({1: invite((0, 1))}, 1, 0, 3),
    "invite with a note": Case({1: invite((0, 1), note=True)}, 1, 0, 6),
    "invite oneself": Case({1: invite((0, 0))}, 0, 1, 0),
    "invite no member": Case({1: invite((0, -1), (0, 6), (0, 5))}, 1, 2, 3),
    "invite twice in a week": Case(
        {1: invite((0, 1), (0, 2), (0, 1))}, 2, 1, 6, sections={"platform": {"reinvite_after": 1}}
    ),
    "hours are over": Case({1: invite((0, 1), (0, 2))}, 1, 1, 3, {"minutes": 5}),
    "hours just suffice": Case({1: invite((0, 1), (0, 2))}, 2, 0, 6, {"minutes": 6}),
    "a cheaper act still fits": Case(
        {1: Acts.join(invite((0, 1), note=True), upkeep((0, 2)), invite((0, 3)))},
        2, 1, 9, {"minutes": 9, "ties": [(0, 2)]},
    ),
    "no hours": Case({1: invite((0, 1))}, 0, 1, 0, {"minutes": 0}),
    "hours are of the week": Case({1: invite((0, 1)), 2: invite((0, 2))}, 2, 0, 6, {"minutes": 3}),
    "invite a contact": Case({1: invite((0, 1))}, 0, 1, 0, {"ties": [(1, 0)]}),
    "invite again too soon": Case({2: invite((0, 1)), 4: invite((0, 1))}, 1, 1, 3),
    "invite again in time": Case({2: invite((0, 1)), 5: invite((0, 1))}, 2, 0, 6),
    "a refused invitation does not count": Case(
        {1: invite((0, 1)), 2: invite((0, 1)), 4: invite((0, 1))}, 2, 1, 6
    ),
    "weekly quota": Case(
        {1: invite((0, 1), (0, 2), (0, 3)), 2: invite((0, 4))},
        3, 1, 9, sections={"platform": {"invitations_per_week": 2}},
    ),
    "no quota": Case(
        {1: invite((0, 1))}, 0, 1, 0, sections={"platform": {"invitations_per_week": 0}}
    ),
    "lifetime quota": Case(
        {1: invite((0, 1), (0, 2)), 2: invite((0, 3), (0, 4))},
        3, 1, 9, sections={"platform": {"invitations_lifetime": 3}},
    ),
    "lifetime quota used up before": Case(
        {1: invite((0, 1))}, 0, 1, 0, {"sent": 3},
        sections={"platform": {"invitations_lifetime": 3}},
    ),
    "a refused invitation costs no quota": Case(
        {1: invite((0, 0), (0, 1), (0, 2), (0, 3))},
        2, 2, 6, {"ties": [(0, 1)]}, {"platform": {"invitations_per_week": 2}},
    ),
    "restricted: strangers": Case({1: invite((0, 1)), 2: invite((0, 1))}, 0, 2, 0, STRUCK),
    "restricted: members of a group": Case({2: invite((0, 1))}, 0, 1, 0, {**STRUCK, **GROUP}),
    "restricted: acquaintances": Case(
        {2: invite((0, 1))}, 1, 0, 3, {**STRUCK, "acquaintances": [(0, 1)]}
    ),
    "restricted: messages": Case(
        {2: message((0, 1, 0))}, 1, 0, 10, {**STRUCK, **FRIENDS_OF_A_FRIEND}
    ),
    "no longer restricted": Case({3: invite((0, 1))}, 1, 0, 3, STRUCK),
    "message": Case({1: message((0, 1, 0))}, 1, 0, 10, FRIENDS_OF_A_FRIEND),
    "message again": Case({1: message((0, 1, 0)), 2: message((0, 1, 0))}, 2, 0, 20,
                          FRIENDS_OF_A_FRIEND),
    "message twice in a week": Case(
        {1: message((0, 1, 0), (0, 1, 1))}, 1, 1, 10,
        {**FRIENDS_OF_A_FRIEND, "groups": [{0: 0, 1: 0}, {0: 0, 1: 0}]},
    ),
    "message and invite in one week": Case(
        {1: Acts.join(message((0, 1, 0)), invite((0, 1)))}, 2, 0, 13, FRIENDS_OF_A_FRIEND
    ),
    "message a contact": Case({1: message((0, 1, 0))}, 0, 1, 0, {**GROUP, "ties": [(0, 1)]}),
    "message from outside": Case(
        {1: message((0, 4, 1))}, 0, 1, 0, {**GROUP, "ties": [(0, 5), (5, 4)]}
    ),
    "message to outside": Case(
        {1: message((0, 4, 0))}, 0, 1, 0, {**GROUP, "ties": [(0, 5), (5, 4)]}
    ),
    "message in no group": Case(
        {1: message((0, 1, -1), (0, 1, 9))}, 0, 2, 0, FRIENDS_OF_A_FRIEND
    ),
    "message to one who opted out": Case(
        {1: message((0, 1, 0))}, 0, 1, 0, {**FRIENDS_OF_A_FRIEND, "opt_out": [0, 1, 0, 0, 0, 0]}
    ),
    "message by one who opted out": Case(
        {1: message((0, 1, 0))}, 1, 0, 10, {**FRIENDS_OF_A_FRIEND, "opt_out": [1, 0, 0, 0, 0, 0]}
    ),
    "level 1, two steps": Case(
        {1: message((0, 1, 0))}, 0, 1, 0, FRIENDS_OF_A_FRIEND, level(1)
    ),
    "level 2, two steps": Case(
        {1: message((0, 1, 0))}, 1, 0, 10, FRIENDS_OF_A_FRIEND, level(2)
    ),
    "level 2, three steps": Case({1: message((0, 1, 0))}, 0, 1, 0, CHAIN_OF_3, level(2)),
    "level 3, three steps": Case({1: message((0, 1, 0))}, 1, 0, 10, CHAIN_OF_3, level(3)),
    "level 3, four steps": Case({1: message((0, 1, 0))}, 0, 1, 0, CHAIN_OF_4, level(3)),
    "level 3, no path": Case({1: message((0, 2, 0))}, 0, 1, 0, CHAIN_OF_4, level(3)),
    "check in": Case({1: upkeep((0, 1))}, 1, 0, 7, {"ties": [(0, 1)]}),
    "check in twice in a week": Case({1: upkeep((0, 1), (0, 1))}, 1, 1, 7, {"ties": [(0, 1)]}),
    "check in with one who is no contact": Case(
        {1: upkeep((0, 1), (0, 2))}, 1, 1, 7, {"ties": [(0, 1)], "acquaintances": [(0, 2)]}
    ),
    "absent target": Case(
        {1: invite((0, 1), (0, 2))}, 1, 1, 3, {"present": [1, 0, 1, 1, 1, 1]}
    ),
    "absent acquaintance": Case(
        {1: invite((0, 1))}, 0, 1, 0, {"present": [1, 0, 1, 1, 1, 1], "acquaintances": [(0, 1)]}
    ),
    "message to one who is absent": Case(
        {1: message((0, 1, 0))}, 0, 1, 0, {**FRIENDS_OF_A_FRIEND, "present": [1, 0, 1, 1, 1, 1]}
    ),
    "group messages are closed": Case(
        {1: message((0, 1, 0))}, 0, 1, 0, FRIENDS_OF_A_FRIEND,
        {"platform": {"group_messages": False}},
    ),
    "messages of a month": Case(
        {1: message((0, 1, 0)), 3: message((0, 1, 0), (0, 2, 0)), 4: message((0, 1, 0)),
         5: message((0, 1, 0))},
        3, 2, 30, {**GROUP, "ties": [(0, 5), (5, 1), (5, 2)]},
        {"platform": {"messages_per_month": 2}},
    ),
    "messages of a month in one week": Case(
        {2: message((0, 1, 0), (0, 2, 0))}, 1, 1, 10,
        {**GROUP, "ties": [(0, 5), (5, 1), (5, 2)]}, {"platform": {"messages_per_month": 1}},
    ),
    "connections of the actor": Case(
        {1: invite((0, 1))}, 0, 1, 0, {"ties": [(0, 4), (0, 5)]},
        {"platform": {"connections_most": 2}},
    ),
    "connections of the target": Case(
        {1: invite((0, 1))}, 0, 1, 0, {"ties": [(1, 4), (1, 5)]},
        {"platform": {"connections_most": 2}},
    ),
    "connections just below": Case(
        {1: invite((0, 1))}, 1, 0, 3, {"ties": [(0, 5), (1, 4)], "acquaintances": [(0, 1)]},
        {"platform": {"connections_most": 2}},
    ),
    "strangers are closed": Case(
        {1: invite((0, 3), (0, 1), (0, 2))}, 2, 1, 6,
        {"acquaintances": [(0, 1)], "groups": [{0: 0, 2: 0}]},
        {"platform": {"stranger_invitations": False}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refused_or_delivered(name: str) -> None:
    CASES[name].check()


def test_minutes_are_charged_by_activity() -> None:
    acts = Acts.join(message((0, 1, 0)), upkeep((0, 5)), invite((0, 3), note=True), invite((0, 4)))
    model = played({1: acts}, FRIENDS_OF_A_FRIEND, {})
    charged = dict(zip(ACTIVITIES, model.world.members.minutes_spent[0].tolist(), strict=True))
    assert {name: minutes for name, minutes in charged.items() if minutes} == {
        "invite": 9, "message": 10, "upkeep": 7,
    }  # fmt: skip
    assert model.world.members.messages_sent[0] == 1


def test_an_act_of_no_kind_is_no_act() -> None:
    """A strategy that plans kinds of acts there are none of is told so."""
    acts = invite((0, 1))
    strange = dataclasses.replace(acts, kind=acts.kind + len(KINDS))
    with pytest.raises(UsageError, match="planned what no member of its cohort can do"):
        played({1: strange}, {}, {})


def test_the_channel_is_decided_by_the_facts() -> None:
    made = {"acquaintances": [(0, 1), (0, 2)], "groups": [{0: 0, 2: 0, 3: 0}], "count": 5}
    acts = invite((0, 1), (0, 2), (0, 3), (0, 4))
    model = played({1: acts}, made, {"response": {**DEAF, "accept": -10.0, "acquaintance": 20.0}})
    sent, accepted = model.world.members.invitations[0, :, :2].T.tolist()
    assert sent == [2, 1, 1]
    assert accepted == [2, 0, 0]


def test_acts_of_one_actor_leave_the_others_alone() -> None:
    acts = Acts.join(invite((0, 1), (2, 1)), invite((0, 3), (2, 3)))
    model = played({1: acts}, {"minutes": [3, 600, 600, 600, 600, 600]}, {})
    assert model.world.members.sent.tolist() == [1, 0, 2, 0, 0, 0]
    assert model.world.members.refused.tolist() == [1, 0, 0, 0, 0, 0]


def test_an_act_sees_the_week_as_it_began() -> None:
    """The tie that an invitation makes does not bring a message of the same week any nearer."""
    acts = {
        1: Acts.join(invite((5, 0), (5, 1)), message((0, 1, 0))),
        2: message((0, 1, 0)),
    }
    model = played(acts, GROUP, {"response": {**DEAF, "accept": ALWAYS}})
    assert model.world.members.refused[0] == 1
    assert model.world.members.messages_sent[0] == 1
