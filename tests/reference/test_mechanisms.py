"""The twin's mechanisms against hand-made examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scipy import stats

from . import careers, commit, groups, search
from .acts import Act, Kind, Sent, cost
from .begin import begin, keep_up
from .mechanism_metrics import partial_correlation
from .members import ACTIVE, PASSIVE, Pending
from .platform import Desk, as_of
from .response import answer_request, invitation_log_odds, log_odds, respond
from .scenes import network, now, scenario
from .strategies import plan
from .views import View

if TYPE_CHECKING:
    from .network import Network


ON: dict[str, Any] = {
    section: {"on": True}
    for section in ("endorsements", "introductions", "premium", "joining", "wasteland")
}


def refused(net: Network, *acts: Act, **sections: Any) -> list[bool]:
    """Return which acts of member 0 are refused, one after the other."""
    today = now(net, **sections)
    desk = Desk(today, net.members[0])
    answers = []
    for act in acts:
        before = desk.refused
        desk.take(act, cost(today.scenario, act))
        answers.append(desk.refused > before)
    return answers


OF_SWITCHED: list[Kind] = [
    "introduce", "inmail", "subscribe", "join", "leave", "post", "endorse", "congratulate",
    "article",
]  # fmt: skip


@pytest.mark.parametrize("kind", OF_SWITCHED)
def test_acts_of_a_mechanism_that_is_off_are_refused(kind: Kind) -> None:
    net = network(4, [(0, 1), (1, 2)], groups=[{3: 0}, {0: 0}])
    net.members[0].credits = {12: 1}
    fits = {
        "introduce": Act(kind, 2, via=1),
        "inmail": Act(kind, 2),
        "subscribe": Act(kind),
        "join": Act(kind, group=0),
        "leave": Act(kind, group=1),
        "post": Act(kind, group=1),
    }
    act = fits.get(kind, Act(kind, 1))
    assert refused(net, act) == [True]
    assert refused(net, act, act, **ON) == [False, True]


def test_nobody_reaches_those_who_are_absent() -> None:
    net = network(3, acquaintances=[(0, 1), (0, 2)])
    net.members[1].present = False
    assert refused(net, Act("invite", 1), Act("invite", 2)) == [True, False]
    assert View(now(net), net.members[0]).acquaintances(9) == [2]


def test_introductions_need_a_path_of_two_ties() -> None:
    net = network(5, [(0, 1), (1, 2), (2, 3), (0, 4), (1, 4)])
    acts = [Act("introduce", 2, via=v) for v in (2, 4, 1)] + [Act("introduce", 4, via=1)]
    assert refused(net, *acts, **ON) == [True, True, False, True]
    net.pending = [Pending(0, 1, 2, 99)]
    assert refused(net, Act("introduce", 2, via=1), **ON) == [True]


def test_credits_are_spent_one_by_one_and_expire() -> None:
    net = network(9)
    me = net.members[0]
    me.credits = {11: 1, 14: 1, 10: 5}
    begin(now(net, 10, premium={"on": True}))
    assert refused(net, *(Act("inmail", j) for j in (1, 2, 3)), **ON) == [False, False, True]
    letters = [Sent(0, Act("inmail", 1), "answered"), Sent(0, Act("subscribe"), "done")]
    rules = {"on": True, "credits": 7, "credit_weeks": 6, "price": 20.0}
    commit.pay(now(net, 10, premium=rules), letters)
    assert me.credits == {11: 0, 14: 1, 16: 8}
    assert (me.money, me.subscribed_until) == (20.0, 15)
    for week, barred in ((13, True), (14, False)):
        desk = Desk(now(net, week, premium=rules), me)
        desk.take(Act("subscribe"), 0)
        assert bool(desk.refused) == barred


def test_a_month_is_four_weeks() -> None:
    net = network(2)
    net.members[0].month_messages = 3
    left = {}
    for week in (8, 9, 10):
        begin(now(net, week))
        left[week] = net.members[0].month_messages
        net.members[0].month_messages += 1
    assert left == {8: 3, 9: 0, 10: 1}


def test_groups_have_limits() -> None:
    net = network(6, groups=[{0: 1}, {1: 0, 2: 0}, {3: 0}, {4: 0}])
    acts = [Act("join", group=g) for g in (0, 1, 2, 3, 4)]
    limits = {"platform": {"groups_most": 2, "group_size_most": 4}, "members": {"coverage": 0.5}}
    assert refused(net, *acts, **ON, **limits) == [True, True, False, True, True]


def test_the_law_sees_posts_and_earlier_approaches() -> None:
    net = network(3, groups=[{0: 1, 1: 0}, {0: 1}])
    me = net.members[0]
    me.addressed = {1: 3}
    sections = {
        "joining": {"on": True, "visible_weeks": 2},
        "spam": {"on": True, "repeat": -0.5},
        "response": {"accept": 0.0, "group": 0.0, "field": 0.0, "visible": 8.0, "note": 0.0},
    }
    net.members[0].posted = {1: 10}
    assert invitation_log_odds(now(net, 10, **sections), 0, Act("invite", 1), 1) == -1.5
    net.members[0].posted = {0: 8}
    assert invitation_log_odds(now(net, 10, **sections), 0, Act("invite", 1), 1) == 6.5
    assert invitation_log_odds(now(net, 11, **sections), 0, Act("invite", 1), 1) == -1.5
    assert log_odds(now(net, 9, **sections), 0, 1, 0.0, 1, seen_in=(), repeats=False) == 0.0


def test_the_ladder_of_restrictions() -> None:
    net = network(2)
    me = net.members[0]
    rules: dict[str, Any] = {
        "spam": {"on": True, "ladder": (1, 4, 26)},
        "platform": {"flags_until_restricted": 1, "restricted_weeks": 0},
    }
    lengths = []
    for week in (10, 20, 40, 80):
        commit.punish(now(net, week, **rules), [Sent(0, Act("message", 1), "flagged")])
        lengths.append(me.restricted_until - week - 1)
    assert lengths == [1, 4, 26, 26]


@pytest.mark.parametrize("punished", [True, False])
def test_the_restricted_write_to_nobody_where_spam_is_punished(*, punished: bool) -> None:
    net = network(4, [(0, 1), (1, 2)], groups=[{0: 1, 2: 1}])
    net.members[0].restricted_until = 11
    week = now(net, 10, spam={"on": punished}, platform={"message_level": 2})
    view = View(week, net.members[0])
    found = view.group_members(5, 50, focus=False, messageable=True)
    assert found == ([] if punished else [(2, 0)])
    assert view.group_members(5, 50, focus=False, messageable=False) == [(2, 0)]
    desk = Desk(week, net.members[0])
    desk.take(Act("message", 2, group=0), 1)
    assert desk.refused == punished


@pytest.mark.parametrize("owed", [-20, 20])
def test_favours_owed_and_dormant_ties_stop_introductions(owed: int) -> None:
    net = network(3, [(0, 1), (1, 2)])
    net.members[0].favours = {1: max(0, owed)}
    net.members[1].favours = {0: max(0, -owed)}
    request = Act("introduce", 2, via=1)
    law = {"on": True, "debt": -3.0, "refuse": 0.0}
    answer = answer_request(now(net, 10, introductions=law), 0, request)
    assert answer == ("dropped" if owed > 0 else "forwarded")
    asleep: dict[str, Any] = {
        "wasteland": {"on": True},
        "ties": {"embedded_retention": 0.0, "oldest": 0},
    }
    silent = now(net, 10, introductions=law | {"refuse": 1.0}, **asleep)
    assert answer_request(silent, 0, request) == "refused"


def test_introductions_lapse_or_are_accepted_in_their_week() -> None:
    net = network(6, [(0, 1), (1, 2), (0, 3)])
    net.members[5].present = False
    net.pending = [Pending(0, 1, j, due) for j, due in ((2, 10), (3, 10), (4, 11), (5, 10))]
    law = {"introductions": {"on": True, "accept": 20.0}}
    _, introduced = respond(now(net, 10, **law), [])
    assert introduced == [Pending(0, 1, 2, 10)]
    commit.commit(now(net, 10, **law), [], introduced)
    assert net.pending == [Pending(0, 1, 4, 11)]
    assert net.members[2].ties[0].origin == 3


def test_fatigue_shares_out_the_gain() -> None:
    net = network(3, [(0, 2), (1, 2)])
    for i in (0, 1):
        net.members[i].ties[2].level = 0.25
    week = now(
        net, 0, wasteland={"on": True, "article_gain": 0.5, "fatigue": 1.0},
        ties={"upkeep_gain": 1.0},
    )  # fmt: skip
    sent = [Sent(0, Act("article", 2), "done"), Sent(1, Act("upkeep", 2), "done")]
    commit.nurture(week, sent)
    assert [net.members[i].ties[2].level for i in (0, 1)] == [0.5, 0.75]


def test_endorsements_are_returned_once() -> None:
    net = network(3, [(0, 1), (0, 2)])
    law: dict[str, Any] = {"endorsements": {"on": True, "back": 1.0}}
    both = [Sent(i, Act("endorse", j), "done") for i, j in ((0, 1), (1, 0), (2, 0))]
    commit.endorse(now(net, **law), both)
    assert [member.endorsements for member in net.members] == [2, 1, 1]
    assert refused(net, Act("endorse", 1), Act("endorse", 2), **ON) == [True, True]


def test_tiredness_ends_in_burnout_and_burnout_in_time() -> None:
    net = network(5, [(0, j) for j in (1, 2, 3, 4)], minutes=9)
    me = net.members[0]
    rules = {"on": True, "cost": 2.5, "beta": 1.0, "after": 2, "pause": 3}
    times = []
    for week in range(1, 7):
        me.time = me.minutes
        keep_up(now(net, week, tiredness=rules, ties={"embedded_retention": 1.0}), me)
        times.append(me.time)
    # It takes 10 of its 9 minutes: strained, then burnt out in weeks 2 to 4.
    assert times == [0, 0, 0, 0, 0, 0]
    assert (me.weeks_burnt, me.minutes_spent["keep_up"], me.burnt_until) == (4, 18, 9)


def test_ties_outside_the_market_aimed_at_take_more() -> None:
    net = network(5, [(0, j) for j in (1, 2, 3, 4)], minutes=100)
    me = net.members[0]
    me.time, me.aim = 100, 1
    net.members[1].field = 1
    rules = {"on": True, "cost": 10.0, "beta": 1.0, "off_target": 2.0}
    keep_up(now(net, 1, tiredness=rules, ties={"embedded_retention": 1.0}), me)
    assert me.time == 100 - 10 * (1 + 2 * 3)


def test_arrivals_meet_those_who_were_there() -> None:
    net = network(4, [(0, 1)], acquaintances=[(0, 2), (2, 3), (1, 2)])
    net.members[2].present = net.members[3].present = False
    net.members[0].focal = True
    moves = {"population": {"on": True, "arrive": 1.0, "depart": 1.0}}
    begin(now(net, 5, **moves, acquaintances={"connected": 1.0}))
    assert [member.present for member in net.members] == [True, False, True, True]
    assert [member.gone for member in net.members] == [False, True, False, False]
    assert sorted(net.pairs()) == [(0, 2)]


def test_ranking_goes_by_level_then_profile() -> None:
    net = network(6, [(0, 3), (3, 2)], groups=[{0: 0, 4: 0}])
    weights = {"level_1": 3.0, "level_2": 2.0, "level_group": 1.0, "connections": 0.0}
    week = now(net, search=weights)
    assert search.ranking(week, 0, 0, 0) == [3, 2, 4, 1, 5]
    net.members[5].completeness = net.members[1].completeness = 1.0
    net.members[5].endorsements = 1
    assert search.ranking(week, 0, 0, 0) == [3, 2, 5, 1, 4]
    net.members[1].keyword = 1
    assert search.ranking(week, 0, 0, 1) == [1]


def test_an_offer_takes_the_opening_and_moves_the_member() -> None:
    net = network(4, [(0, 1), (2, 1)])
    boss = net.members[1]
    boss.seniority, boss.employer, boss.opening = 2, 7, 10
    for i in (0, 2):
        net.members[i].job_search = ACTIVE
        net.members[i].hours = 2.0
    sure: dict[str, Any] = {"on": True, "direct": 1.0, "offer_known": 1.0, "applications": 0}
    week = now(net, 10, careers=sure, members={"acting_share": 0.5})
    interviews = careers.hold_interviews(week, [])
    assert interviews == {(0, 1): "direct", (2, 1): "direct"}
    careers.make_offers(week, interviews)
    hired = [member for member in net.members if member.offers]
    assert len(hired) == 1
    assert (hired[0].employer, hired[0].job_search, boss.opening) == (7, PASSIVE, -1)
    assert hired[0].minutes == 42


def test_groups_change_at_the_end_of_a_week() -> None:
    net = network(3, [(0, 1)], groups=[{0: 0, 1: 1}, {1: 1}, {0: 1}])
    net.members[0].posted = {2: 4}
    law: dict[str, Any] = {"joining": {"on": True, "recommend": 0.0, "leave": 1.0}}
    acts = [Act("leave", group=2), Act("join", group=1), Act("post", group=0)]
    week, answered = now(net, **law), [Sent(0, act, "done") for act in acts]
    groups.commit(week, answered, groups.changes(week, answered))
    me = net.members[0]
    assert (me.activity, me.posted, me.posts) == ({1: 1}, {}, 1)
    assert [group.members for group in net.groups] == [[1], [0, 1], []]


def test_rules_change_by_date() -> None:
    given = scenario(
        platform={"message_level": 3},
        policy=(
            {"week": 8, "set": {"message_level": 1}},
            {"week": 5, "close": "group messages", "set": {"message_level": 2}},
        ),
    )
    levels = [as_of(given, week).platform.message_level for week in (4, 5, 8)]
    assert levels == [3, 2, 1]
    assert [as_of(given, week).platform.group_messages for week in (4, 5)] == [True, False]


def test_partial_correlation_is_that_of_the_residuals() -> None:
    a, b, c = [0, 2, 1, 5, 3, 8], [3, 4, 9, 8, 2, 7], [1, 1, 4, 4, 2, 5]
    rest = []
    for x in (a, b):
        line = stats.linregress(c, x)
        rest.append([y - line.slope * z - line.intercept for y, z in zip(x, c, strict=True)])
    expected = stats.pearsonr(*rest).statistic
    assert partial_correlation(a, b, c) == pytest.approx(expected)
    assert partial_correlation(a, b, [2] * 6) == 0.0
    assert partial_correlation(a, c, c) == 0.0


def test_the_dismissed_turn_to_groups() -> None:
    net = network(3, acquaintances=[(0, 1)], groups=[{0: 1, 2: 1}])
    parameters = {
        "message_first": False, "invitations_a_week": 5, "looks": 30, "focus": False,
        "ask_again_after": 4, "upkeep_share": 0.0, "upkeep_focus": False,
    }  # fmt: skip
    play = "switch_at_job_loss"
    assert plan(now(net), net.members[0], play, parameters) == [Act("invite", 1)]
    net.members[0].job_search = ACTIVE
    assert plan(now(net), net.members[0], play, parameters) == [Act("invite", 2)]
