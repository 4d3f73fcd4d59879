"""The twin's parts against hand-made examples, published vectors and networkx."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import pytest

from sim.draws import Decision

from . import commit, metrics
from .acts import Act, Sent, cost
from .draws import Luck, philox4x32
from .members import Tie
from .network import Fading, Network, logistic, single
from .platform import Desk, channel
from .response import invitation_log_odds, message_log_odds
from .scenes import EXPLICIT, network, now
from .strategies import plan
from .views import View

# Known answers of Random123 (Salmon et al. 2011), `kat_vectors`, philox 4x32 10.
VECTORS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "answer"), VECTORS)
def test_philox_gives_the_published_answers(counter: str, key: str, answer: str) -> None:
    c0, c1, c2, c3 = words(counter)
    k0, k1 = words(key)
    assert philox4x32((c0, c1, c2, c3), (k0, k1)) == tuple(words(answer))


def test_a_uniform_number_takes_the_upper_bits_of_the_first_two_words() -> None:
    u = Luck(0).uniform(0, 0, 0, 0, 0)
    assert u == ((0x6627E8D5 >> 5) * 2**26 + (0xE169C58D >> 6)) / 2**53


def test_seed_and_week_go_where_they_belong() -> None:
    luck = Luck(0x299F31D0_A4093822)
    x, y, _, _ = philox4x32((7 + (5 << 16), 1, 2, 3), (0xA4093822, 0x299F31D0))
    assert luck.uniform(7, 5, 1, 2, 3) == ((x >> 5) * 2**26 + (y >> 6)) / 2**53


@pytest.mark.parametrize("n", [0, 1, 2, 7, 30])
def test_chosen_numbers_differ_and_do_not_depend_on_how_many_are_wanted(n: int) -> None:
    everything = Luck(3).choose(Decision.PICK_CONTACT, 1, 2, 0, n, n + 5)
    assert sorted(everything) == list(range(n))
    for k in range(n):
        assert Luck(3).choose(Decision.PICK_CONTACT, 1, 2, 0, n, k) == everything[:k]


def test_a_tie_fades_to_its_retention_in_a_year() -> None:
    fading = Fading(bridge=0.1, embedded=0.5)
    bridge = Tie(level=1.0, renewed=-52, born=-52, origin=0, bridge=True)
    embedded = Tie(level=single(0.3), renewed=0, born=0, origin=2, bridge=False)
    assert fading.strength(bridge, 0) == pytest.approx(0.1, rel=1e-13)
    assert fading.strength(embedded, 104) == pytest.approx(0.25 * single(0.3), rel=1e-13)
    assert single(0.3) != 0.3
    nothing = Fading(bridge=0.0, embedded=1.0)
    assert nothing.strength(Tie(1.0, 4, 4, 0, bridge=True), 4) == 1.0
    assert nothing.strength(Tie(1.0, 4, 4, 0, bridge=True), 5) == 0.0
    assert nothing.strength(Tie(0.5, 4, 4, 0, bridge=False), 900) == 0.5


def refused(net: Network, *acts: Act, week: int = 10, **sections: Any) -> list[bool]:
    """Return which acts of member 0 are refused, one after the other."""
    today = now(net, week, **sections)
    desk = Desk(today, net.members[0])
    answers = []
    for act in acts:
        before = desk.refused
        desk.take(act, cost(today.scenario, act))
        answers.append(desk.refused > before)
    return answers


def test_nobody_writes_to_itself_or_to_nobody_or_twice() -> None:
    net = network(3)
    acts = [Act("invite", j) for j in (0, -1, 3, 1, 1, 2)]
    assert refused(net, *acts) == [True, True, True, False, True, False]


def test_a_refused_act_does_not_bar_the_same_act_later_and_costs_nothing() -> None:
    net = network(4, minutes=6)
    acts = [Act("invite", 1, note=True), Act("invite", 2), Act("invite", 3)]
    assert refused(net, *acts, minutes={"invite": 3, "invite_with_note": 7}) == [True, False, False]
    assert refused(net, *acts, minutes={"invite": 4, "invite_with_note": 7}) == [True, False, True]


def test_reinvitation_waits() -> None:
    net = network(3)
    net.members[0].invited = {1: 7, 2: 8}
    acts = [Act("invite", 1), Act("invite", 2)]
    assert refused(net, *acts, week=10, platform={"reinvite_after": 3}) == [False, True]


def test_quotas_count_what_was_delivered() -> None:
    net = network(5, [(0, 1)])
    acts = [Act("invite", j) for j in (1, 2, 3, 4)]
    assert refused(net, *acts, platform={"invitations_per_week": 2}) == [True, False, False, True]
    net.members[0].sent = 9
    assert refused(net, *acts, platform={"invitations_lifetime": 10}) == [True, False, True, True]


def test_the_restricted_invite_acquaintances_alone() -> None:
    net = network(3, acquaintances=[(0, 1)])
    net.members[0].restricted_until = 11
    acts = [Act("invite", 1), Act("invite", 2)]
    assert refused(net, *acts, week=10) == [False, True]
    assert refused(net, *acts, week=11) == [False, False]


def test_messages_go_to_near_and_willing_members_of_the_group() -> None:
    path = network(5, [(0, 1), (1, 2), (2, 3), (3, 4)], groups=[dict.fromkeys(range(5), 0), {2: 0}])
    acts = [Act("message", j, group=0) for j in (1, 2, 3, 4)]
    assert refused(path, *acts, platform={"message_level": 1}) == [True, True, True, True]
    assert refused(path, *acts, platform={"message_level": 2}) == [True, False, True, True]
    assert refused(path, *acts, platform={"message_level": 3}) == [True, False, False, True]
    assert refused(path, Act("message", 2, group=1)) == [True]
    path.members[2].opt_out = True
    assert refused(path, Act("message", 2, group=0)) == [True]


def test_check_ins_need_a_tie() -> None:
    net = network(3, [(0, 1)])
    assert refused(net, Act("upkeep", 1), Act("upkeep", 2)) == [False, True]


def test_the_channel_is_decided_by_the_facts() -> None:
    everyone = dict.fromkeys(range(3), 0)
    net = network(4, acquaintances=[(0, 1)], groups=[everyone])
    assert [channel(net, 0, j) for j in (1, 2, 3)] == ["acquaintance", "group", "stranger"]


def test_log_odds_by_hand() -> None:
    net = network(
        5, [(0, 2), (1, 2), (0, 3), (1, 3)], acquaintances=[(0, 1)], groups=[{0: 0, 1: 2}]
    )
    net.members[0].met = {1}
    net.members[1].openness = 0.5
    coefficients = {
        "accept": -2.0, "reply": -3.0, "acquaintance": 1.0, "mutual": 0.25, "mutual_most": 1,
        "group": 0.5, "met": 4.0, "field": 8.0, "note": 12.0, "openness": 2.0, "load": -1.0,
        "activity": 16.0,
    }  # fmt: skip
    law = now(net, response=coefficients)
    known = 1.0 + 0.25 + 0.5 + 4.0 + 8.0 + 1.0
    assert invitation_log_odds(law, 0, Act("invite", 1), 1) == -2.0 + known
    assert invitation_log_odds(law, 0, Act("invite", 1, note=True), 3) == -2.0 + known - 2.0 + 12.0
    assert message_log_odds(law, 0, Act("message", 1, group=0), 1) == -3.0 + known + 32.0
    net.members[4].field = 1
    assert invitation_log_odds(law, 0, Act("invite", 4), 1) == -2.0


@pytest.mark.parametrize("x", [-800.0, -20.0, -1.0, 0.0, 1e-9, 3.0, 40.0, 800.0])
def test_logistic(x: float) -> None:
    assert logistic(x) == pytest.approx((1 + math.tanh(x / 2)) / 2, rel=1e-12, abs=1e-16)


def test_flags_restrict_in_the_following_weeks() -> None:
    pen = now(network(3), platform={"flags_until_restricted": 2, "restricted_weeks": 3})
    me = pen.network.members[0]
    flagged = [Sent(0, Act("invite", j), "flagged") for j in (1, 2)]
    commit.punish(pen, flagged[:1])
    assert (me.flags, me.restricted_until) == (1, 0)
    commit.punish(pen, flagged)
    assert (me.flags, me.restrictions) == (0, 1)
    assert [week for week in range(9, 20) if week > 10 and me.restricted(week)] == [11, 12, 13]


def test_without_restriction_flags_only_grow() -> None:
    pen = now(network(3), platform={"flags_until_restricted": 1, "restricted_weeks": 0})
    commit.punish(pen, [Sent(0, Act("invite", j), "flagged") for j in (1, 2)])
    assert (pen.network.members[0].flags, pen.network.members[0].restricted_until) == (2, 0)


def test_a_check_in_from_either_end_counts() -> None:
    net = network(3, [(0, 1), (0, 2), (1, 2)])
    pen = now(net, ties={"upkeep_gain": 0.3, "embedded_retention": 0.5})
    tie = net.members[0].ties[1]
    tie.renewed = 10 - 52
    commit.nurture(pen, [Sent(0, Act("upkeep", 1), "done"), Sent(1, Act("upkeep", 0), "done")])
    once = single(0.5 + 0.3)
    assert tie.level == single(min(1.0, once + 0.3)) == 1.0
    assert (tie.renewed, tie.bridge) == (10, False)


def test_crossing_invitations_make_one_tie() -> None:
    net = network(3, [(0, 1)])
    pen = now(net)
    crossing = [(0, 2), (2, 0)]
    commit.connect(pen, [Sent(i, Act("invite", j), "accepted") for i, j in crossing], [])
    assert sorted(net.pairs()) == [(0, 1), (0, 2)]
    assert net.members[0].ties[2] is net.members[2].ties[0]


def test_ties_of_the_same_week_do_not_embed_each_other() -> None:
    net = network(3)
    pen = now(net)
    accepted = [Sent(i, Act("invite", j), "accepted") for i, j in [(0, 1), (1, 2), (0, 2)]]
    commit.connect(pen, accepted, [])
    assert [tie.bridge for tie in net.pairs().values()] == [True, True, True]


def test_the_event_is_the_first_new_tie_to_a_wanted_decision_maker() -> None:
    net = network(3)
    net.members[1].seniority = 2
    net.members[1].target = 5
    commit.connect(now(net, 10), [Sent(1, Act("invite", 0), "accepted")], [])
    commit.connect(now(net, 11), [Sent(1, Act("invite", 2), "accepted")], [])
    assert [member.first_target_week for member in net.members] == [10, -1, 11]
    assert [member.new_target_decision_makers for member in net.members] == [1, 0, 1]


def view(net: Network, me: int, **sections: Any) -> View:
    return View(now(net, **sections), net.members[me], ask_again_after=4)


def test_who_was_asked_lately_is_left_alone() -> None:
    net = network(6, [(0, 1)], acquaintances=[(0, j) for j in (1, 2, 3, 4)])
    net.members[0].invited = {2: 6, 3: 5}
    net.members[0].messaged = {3: 7}
    assert sorted(view(net, 0).acquaintances(9)) == [2, 4]


def test_a_message_does_not_delay_an_invitation_to_those_one_has_met() -> None:
    net = network(6, [(0, 5)])
    net.members[0].met = {1, 2, 3, 5}
    net.members[0].messaged = {1: 9}
    net.members[0].invited = {2: 9}
    assert view(net, 0).met(9) == [1, 3]
    assert view(net, 0).met(1) == [1]


def test_focus_keeps_to_groups_of_the_target_if_there_are_any() -> None:
    net = network(4, groups=[{0: 0, 1: 0}, {0: 0, 2: 0, 3: 0}])
    net.members[0].aim = net.members[2].field = net.members[1].field = 7
    net.groups[1].topic = 7
    assert view(net, 0).group_members(9, 99, focus=True, messageable=False) == [(2, 1)]
    net.groups[1].topic = -1
    found = view(net, 0).group_members(9, 99, focus=True, messageable=False)
    assert sorted(found) == [(1, 0), (2, 1)]


def test_unused_time_goes_to_contacts() -> None:
    net = network(30, [(0, j) for j in range(1, 20)], acquaintances=[(0, 25)], minutes=100)
    parameters = EXPLICIT["known_only"] | {"upkeep_share": 0.29}
    today = now(net, minutes={"invite": 3, "upkeep": 10})
    acts = plan(today, net.members[0], "known_only", parameters)
    assert acts[0] == Act("invite", 25)
    assert [act.kind for act in acts[1:]] == ["upkeep"] * 9


@pytest.mark.parametrize("seed", range(3))
def test_graph_metrics_are_those_of_networkx(seed: int) -> None:
    graph = nx.gnm_random_graph(25, 40, seed=seed)
    net = network(25, list(graph.edges))
    constraint = nx.constraint(graph)
    for me in net.members:
        assert metrics.clustering(net, me) == pytest.approx(nx.clustering(graph, me.number))
        assert metrics.constraint(net, me) == pytest.approx(constraint[me.number], nan_ok=True)
        steps = nx.single_source_shortest_path_length(graph, me.number)
        for distance, ring in enumerate(net.rings(me.number, 3)):
            assert ring == {j for j, d in steps.items() if d == distance}
    assert metrics.assortativity(net) == pytest.approx(nx.degree_assortativity_coefficient(graph))
    reached = [
        d
        for i in range(4)
        for d in nx.single_source_shortest_path_length(graph, i).values()
        if d > 0
    ]
    assert metrics.mean_distance(net, [0, 1, 2, 3]) == pytest.approx(sum(reached) / len(reached))


def test_degrees_of_a_star() -> None:
    star = metrics.degrees(network(5, [(0, j) for j in (1, 2, 3, 4)]))
    assert (star["degree_p10"], star["degree_p50"], star["degree_p90"]) == (1, 1, 1)
    pairs = [abs(x - y) for x in (1, 1, 1, 1, 4) for y in (1, 1, 1, 1, 4)]
    assert star["degree_gini"] == pytest.approx(sum(pairs) / (2 * 5 * 8))
