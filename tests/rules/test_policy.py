"""The platform's rules by date: presets by year, changes in their weeks, doors that close."""

from __future__ import annotations

from typing import Any

import pytest
from strategies.scenes import look

from rules.hand import ALWAYS, NEVER, invite, message, scenario, scripted, world
from sim.model import NetworkGrowth
from sim.rules.policy import platform_at
from sim.scenario.conduct import Platform
from sim.scenario.policy import NO_LIMIT, PRESETS
from sim.strategies.base import Acts

YEARS = ("2008", "2014", "2015-06", "2021")
HISTORY: dict[str, tuple[Any, Any, Any, Any]] = {
    "invitations_lifetime": (3000, 3000, 3000, 3000),  # F40
    "groups_most": (50, 50, 50, 100),  # F41
    "group_size_most": (20_000, 20_000, 20_000, 20_000),  # F41
    "flags_until_restricted": (1_000_000, 5, 5, 5),  # F42
    "messages_per_month": (NO_LIMIT, NO_LIMIT, 15, 15),  # F44
    "connections_most": (NO_LIMIT, NO_LIMIT, NO_LIMIT, 30_000),  # F45
    "invitations_per_week": (100_000, 100_000, 100_000, 100),  # F46
    "restricted_weeks": (0, 1, 1, 1),  # F46
    "reinvite_after": (1, 1, 1, 3),  # F46
    "message_level": (2, 2, 2, 2),  # S15
    "group_messages": (True, True, True, True),
    "stranger_invitations": (True, True, True, True),
}
"""What the platform's history says of each key, in `YEARS`."""


def test_the_presets_say_what_the_history_of_the_platform_says() -> None:
    assert tuple(PRESETS) == YEARS
    assert set(HISTORY) == set(Platform.model_fields) - {"year"}
    for place, year in enumerate(YEARS):
        assert PRESETS[year] == {key: values[place] for key, values in HISTORY.items()}, year


@pytest.mark.parametrize("year", YEARS)
def test_a_year_sets_all_keys_that_are_not_given(year: str) -> None:
    preset = {**PRESETS[year], "year": year}
    assert scenario(platform=year).platform.model_dump() == preset
    given = scenario(platform={"year": year, "message_level": 3, "groups_most": 7}).platform
    assert given.model_dump() == preset | {"message_level": 3, "groups_most": 7}


def test_without_a_year_messages_have_no_limit_and_invitations_have_todays() -> None:
    """The defaults are those of 2021 but for what only began to bind groups and connections."""
    differing = {key for key, value in PRESETS["2021"].items() if getattr(Platform(), key) != value}
    assert differing == {"messages_per_month", "groups_most", "connections_most"}


def test_changes_hold_from_their_week_on_in_the_order_of_their_weeks() -> None:
    changes = [
        {"week": 9, "set": {"message_level": 1, "groups_most": 3}},
        {"week": 3, "set": {"message_level": 3}, "close": "invitations to strangers"},
        {"week": 6, "close": "group messages"},
        {"week": 9, "set": {"groups_most": 8, "stranger_invitations": True}},
    ]
    given = scenario(policy=tuple(changes))
    keys = ("message_level", "groups_most", "group_messages", "stranger_invitations")
    seen = [tuple(getattr(platform_at(given, week), key) for key in keys) for week in range(1, 11)]
    assert seen == [
        *[(2, 50, True, True)] * 2,
        *[(3, 50, True, False)] * 3,
        *[(3, 50, False, False)] * 3,
        *[(1, 8, False, True)] * 2,
    ]
    assert given.platform == Platform(), "what was given stays as it was"


@pytest.mark.parametrize("week", [1, 4])
def test_within_a_change_what_is_set_stands_over_what_is_closed(week: int) -> None:
    opened = {"week": 4, "close": "group messages", "set": {"group_messages": True}}
    given = scenario(platform={"group_messages": False}, policy=(opened,))
    assert platform_at(given, week).group_messages == (week == 4)


def writing(weeks: int) -> dict[int, Acts]:
    """Return acts in which 0 writes to 1 every week, and invites somebody new of each channel."""
    return {
        week: Acts.join(message((0, 1, 0)), invite((0, 10 + week), (0, 20 + week), (0, 30 + week)))
        for week in range(1, weeks + 1)
    }


@pytest.mark.parametrize("week", [1, 2, 5])
@pytest.mark.parametrize("door", ["group messages", "invitations to strangers"])
def test_a_door_closes_in_the_week_named(door: str, week: int) -> None:
    """Messages, or invitations to strangers, pass before it; all else goes on."""
    weeks = 6
    fellows = dict.fromkeys([0, 1, *range(20, 30)], 0)
    given = world(
        40, ties=[(0, 5), (5, 1)], groups=[fellows], acquaintances=[(0, j) for j in range(10, 20)]
    )
    model = scripted(
        given,
        writing(weeks),
        policy=({"week": week, "close": door},),
        response={"accept": NEVER, "acquaintance": 0.0, "reply": NEVER, "flag_stranger": 0.0},
    )
    passed = []
    for _ in range(weeks):
        model.step()
        sent = given.members.invitations[0, :, 0].tolist()
        passed.append([int(given.members.messages_sent[0]), *sent])
    shut = [min(n, week - 1) for n in range(1, weeks + 1)]
    messages = shut if door == "group messages" else range(1, weeks + 1)
    strangers = range(1, weeks + 1) if door == "group messages" else shut
    assert passed == [
        [m, n, n, s] for n, (m, s) in enumerate(zip(messages, strangers, strict=True), 1)
    ]
    assert given.members.refused[0] == weeks - (week - 1)


def test_a_closed_door_is_seen_by_those_who_look() -> None:
    """`group_driven` stops to look for members to write to, and spends its time on its contacts."""
    fellows = dict.fromkeys(range(30), 1)
    given = world(30, ties=[(0, j) for j in range(1, 6)], groups=[fellows], minutes=60)
    given.ties.add([5] * 24, range(6, 30), level=1.0)
    model = NetworkGrowth(
        scenario(
            arms={"it": {"strategy": "group_driven", "focus": False}},
            policy=({"week": 3, "close": "group messages"},),
            response={"reply": NEVER},
        ),
        world=given,
        agents=False,
    )
    members, sent = given.members, []
    for _ in range(4):
        before = members.minutes_spent.copy()
        model.step()
        spent = members.minutes_spent - before
        sent.append((int(spent[0, 1] > 0), int(spent[0, 2])))
    assert [some for some, _ in sent] == [1, 1, 0, 0]
    assert sent[2][1] > sent[1][1]
    assert members.refused.sum() == 0, "nobody tried the door"


@pytest.mark.parametrize("open_", [True, False])
def test_views_know_of_the_door_for_messages_but_not_of_the_limit_of_a_month(open_: bool) -> None:
    given = world(3, ties=[(0, 2), (2, 1)], groups=[dict.fromkeys(range(3), 0)], month_messages=1)
    view = look(given, scenario(platform={"group_messages": open_, "messages_per_month": 1}), [0])
    assert view.may_message(0, 1, 0).tolist() == [open_]
    for messageable in (True, False):
        found = view.group_members(9, 1, looks=200, focus=False, messageable=messageable)
        assert found.alter.tolist() == ([1] if open_ or not messageable else [])


def test_a_lower_limit_binds_at_once() -> None:
    """Two messages a month from week 3 on, by when three were sent; in week 5 a new month."""
    given = world(40, ties=[(0, 5), (5, 1), (5, 2)], groups=[dict.fromkeys(range(3), 0)])
    acts = {week: message((0, 1, 0), (0, 2, 0)) for week in range(1, 7)}
    acts[1] = message((0, 1, 0))
    model = scripted(
        given,
        acts,
        policy=({"week": 3, "set": {"messages_per_month": 2}},),
        response={"reply": ALWAYS},
    )
    sent = []
    for _ in range(6):
        model.step()
        sent.append(int(given.members.messages_sent[0]))
    assert sent == [1, 3, 3, 3, 5, 5]


def test_connections_and_groups_are_limited_by_date() -> None:
    given = world(9, ties=[(0, 7), (0, 8)], groups=[{1: 0}, {1: 0}, {1: 0}])
    acts = {
        week: Acts.join(invite((0, week)), Acts.join_group([0], [week - 1])) for week in (1, 2, 3)
    }
    model = scripted(
        given,
        acts,
        policy=({"week": 2, "set": {"connections_most": 3, "groups_most": 2}},),
        response={"accept": ALWAYS},
        joining={"on": True, "recommend": 0.0, "leave": 0.0},
    )
    model.run_for(3)
    assert given.ties.neighbours(0).tolist() == [1, 7, 8]
    assert given.groups.of(0).tolist() == [0, 1]
    assert given.members.refused[0] == 3
