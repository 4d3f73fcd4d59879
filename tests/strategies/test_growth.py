"""What is special about each strategy, in worlds small enough to see it.

Prices in minutes: invitation 3, with a note 6, message 10, check-in 10, introduction 8, InMail 10,
joining 2, posting 15, endorsement 1, congratulations 2, article 5.
"""

from __future__ import annotations

from typing import Any

import pytest
from rules import hand

from sim.strategies import StrategyProblem, create, problems
from sim.world.members import DECISION_MAKER
from strategies.scenes import number, only, planned

TO_GROWTH = {"upkeep_share": 0.0}
STAR = [(0, contact) for contact in range(1, 9)]
"""Member 0 and its eight contacts."""


def star(count: int = 9, minutes: int = 40, **columns: Any) -> Any:
    """Return a world in which member 0 has eight contacts and the given minutes."""
    return hand.world(count, ties=STAR, time=minutes, **columns)


def of_premium(**columns: Any) -> Any:
    """Return a world of decision-makers in which member 0 has 5 credits, and met 1 and 2."""
    world = hand.world(20, time=100, seniority=DECISION_MAKER, keyword=0, **columns)
    world.members.credits[:, 9] = 5
    world.history.add([0, 0], [1, 2], met=1, messaged=-30000, invited=-30000)
    return world


def test_upkeep_gets_its_share_and_all_that_growth_leaves() -> None:
    assert number(planned(star(), "known_only", {})) == {"upkeep": 4}
    knows = hand.world(20, ties=STAR, acquaintances=[(0, j) for j in range(9, 20)], time=40)
    assert number(planned(knows, "known_only", {})) == {"invite": 5, "upkeep": 2}
    more = {"invitations_a_week": 100}
    assert number(planned(knows, "known_only", more)) == {"invite": 10, "upkeep": 1}
    assert number(planned(knows, "known_only", more | TO_GROWTH)) == {"invite": 11}


def test_endorsements_come_before_check_ins_and_only_where_there_are_any() -> None:
    wanted = {"endorsements_a_week": 5}
    assert number(planned(star(), "known_only", wanted)) == {"upkeep": 4}
    assert number(planned(star(), "known_only", wanted, "endorsements")) == {
        "endorse": 5,
        "upkeep": 3,
    }
    short = star(minutes=3)
    assert number(planned(short, "known_only", wanted, "endorsements")) == {"endorse": 3}


def test_upkeep_can_be_kept_to_the_market_aimed_at() -> None:
    world = star(minutes=500, field=[0, 1, 1, 0, 0, 0, 0, 0, 0], aim=1)
    assert number(planned(world, "known_only", {})) == {"upkeep": 8}
    focused = planned(world, "known_only", {"upkeep_focus": True})
    assert sorted(only("upkeep", focused)) == [(1, -1), (2, -1)]


def test_group_driven_joins_and_posts_before_it_writes() -> None:
    world = hand.world(
        10, groups=[{0: 0, **dict.fromkeys(range(1, 10), 0)}, {1: 0}, {2: 0}], topics=[0, 0, 1],
        time=61, ties=[(0, 9), *((9, j) for j in range(1, 9))],
    )  # fmt: skip
    wants = {"joins_a_week": 2, "posts_a_week": 3, **TO_GROWTH}
    assert number(planned(world, "group_driven", wants)) == {"message": 6}
    acts = planned(world, "group_driven", wants, "joining")
    assert number(acts) == {"join": 1, "post": 1, "message": 4}
    assert only("join", acts) == [(-1, 1)]
    assert only("post", acts) == [(-1, 0)]
    plain = planned(world, "group_driven", TO_GROWTH, "joining")
    assert number(plain) == {"message": 6}


def test_passive_members_of_groups_never_speak() -> None:
    world = hand.world(9, ties=STAR, groups=[{1: 2}, {2: 2}, {0: 0, 3: 2}], topics=[0] * 3, time=40)
    assert number(planned(world, "passive_groups", {})) == {"upkeep": 4}
    acts = planned(world, "passive_groups", {"joins_a_week": 9}, "joining")
    assert number(acts) == {"join": 2, "upkeep": 3}
    assert sorted(only("join", acts)) == [(-1, 0), (-1, 1)]


# 0 - 1 - 2, 3; 0 - 4 - 5; 6 to 8 are further away.
CHAIN = [(0, 1), (1, 2), (1, 3), (0, 4), (4, 5), (5, 6), (6, 7), (7, 8)]


def test_recommended_are_contacts_of_contacts() -> None:
    world = hand.world(9, ties=CHAIN, time=100)
    acts = planned(world, "recommended", {"looks": 200} | TO_GROWTH)
    assert sorted(only("invite", acts)) == [(2, -1), (3, -1), (5, -1)]
    world.members.restricted_until[0] = 9
    assert number(planned(world, "recommended", {})) == {"upkeep": 2}


def test_target_focused_keeps_to_the_market_aimed_at() -> None:
    world = hand.world(9, ties=CHAIN, time=100, field=[0, 0, 1, 0, 1, 1, 1, 1, 1], aim=1)
    acts = planned(world, "target_focused", {"looks": 200})
    assert sorted(only("invite", acts)) == [(2, -1), (5, -1)]
    assert only("upkeep", acts) == [(4, -1)]


def test_introductions_are_asked_of_the_contact_in_between() -> None:
    world = hand.world(
        9, ties=CHAIN, acquaintances=[(0, 7), (0, 8)], time=22, seniority=DECISION_MAKER
    )
    wants = {"looks": 200, **TO_GROWTH}
    assert number(planned(world, "introductions_first", wants)) == {"invite": 2, "upkeep": 1}
    acts = planned(world, "introductions_first", wants, "introductions")
    assert number(acts) == {"introduce": 2, "invite": 2}
    assert set(only("introduce", acts)) < {(2, 1), (3, 1), (5, 4)}


def test_introductions_can_be_kept_to_decision_makers() -> None:
    world = hand.world(9, ties=CHAIN, time=100)
    world.members.seniority[3] = DECISION_MAKER
    acts = planned(world, "introductions_first", {"looks": 200}, "introductions")
    assert only("introduce", acts) == [(3, 1)]
    anyone = {"looks": 200, "decision_makers": False}
    acts = planned(world, "introductions_first", anyone, "introductions")
    assert sorted(only("introduce", acts)) == [(2, 1), (3, 1), (5, 4)]


def test_inmails_go_as_far_as_credits_and_time_do() -> None:
    world = of_premium()
    acts = planned(world, "inmail_buyer", {"inmails_a_week": 9}, "premium")
    assert number(acts) == {"invite+": 2, "inmail": 5}
    assert only("invite+", acts) == [(1, -1), (2, -1)]
    world.members.time[:] = 50
    acts = planned(world, "inmail_buyer", {"inmails_a_week": 9} | TO_GROWTH, "premium")
    assert number(acts) == {"invite+": 2, "inmail": 3}
    assert number(planned(world, "inmail_buyer", {})) == {"invite+": 2}


def test_premium_is_bought_when_credits_are_used_up() -> None:
    world = of_premium()
    assert "subscribe" not in number(planned(world, "inmail_buyer", {}, "premium"))
    world.members.credits[:] = 0
    acts = planned(world, "inmail_buyer", {}, "premium")
    assert number(acts) == {"subscribe": 1, "invite+": 2}
    assert number(planned(world, "inmail_buyer", {})) == {"invite+": 2}
    world.members.subscribed_until[:] = 9
    assert number(planned(world, "inmail_buyer", {}, "premium")) == {"invite+": 2}


@pytest.mark.parametrize(("minutes", "bought"), [(9, 0), (10, 1), (13, 1)])
def test_premium_is_bought_by_those_who_have_time_for_an_inmail(minutes: int, bought: int) -> None:
    world = of_premium()
    world.members.credits[:] = 0
    world.members.time[:] = minutes
    acts = number(planned(world, "inmail_buyer", TO_GROWTH, "premium"))
    assert acts.get("subscribe", 0) == bought
    reserved = number(planned(world, "inmail_buyer", {"upkeep_share": 0.25}, "premium"))
    # Of 13 minutes 3 are reserved, so that 10 are left for growth.
    assert reserved.get("subscribe", 0) == (minutes == 13)


def test_the_restricted_write_no_inmails() -> None:
    world = of_premium(restricted_until=9)
    assert number(planned(world, "inmail_buyer", {}, "premium")) == {}


def test_inmails_go_to_decision_makers_of_the_market_aimed_at() -> None:
    world = of_premium(aim=1, field=[0] * 5 + [1] * 4 + [0] * 11)
    world.members.seniority[5:7] = 0
    acts = planned(world, "inmail_buyer", {}, "premium")
    assert sorted(only("inmail", acts)) == [(7, -1), (8, -1)]


def test_broadcasters_invite_all_they_can_and_write_with_what_is_left() -> None:
    world = hand.world(10, groups=[dict.fromkeys(range(10), 0)], time=20)
    world.ties.add([0] * 4, [6, 7, 8, 9], level=1.0, renewed=0, born=0, origin=0, bridge=0)
    world.ties.add([9] * 5, [1, 2, 3, 4, 5], level=1.0, renewed=0, born=0, origin=0, bridge=0)
    few = planned(world, "broadcaster", {"looks": 500, "invitations_a_week": 2})
    assert number(few) == {"invite": 2, "message": 1}
    assert number(planned(world, "broadcaster", {"looks": 500})) == {"invite": 5}
    world.members.restricted_until[:] = 9
    assert number(planned(world, "broadcaster", {"looks": 500})) == {"upkeep": 2}


def test_nurturers_wake_first_then_send_articles_then_congratulate() -> None:
    world = star(minutes=40)
    world.ties.update([0, 0, 0], [2, 4, 6], level=0.05)
    assert number(planned(world, "nurturer", {})) == {"upkeep": 4}
    acts = planned(world, "nurturer", {}, "wasteland")
    assert number(acts) == {"upkeep": 2, "article": 2, "congratulate": 5}
    assert {target for target, _ in only("upkeep", acts)} < {2, 4, 6}
    all_of_it = {"check_in_share": 1.0, "article_share": 0.0}
    assert number(planned(world, "nurturer", all_of_it, "wasteland")) == {
        "upkeep": 3,
        "congratulate": 5,
    }


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (9, {"congratulate": 4}),
        (10, {"upkeep": 1}),
        (14, {"upkeep": 1, "congratulate": 2}),
        (17, {"upkeep": 1, "article": 1, "congratulate": 1}),
        (20, {"upkeep": 1, "article": 1, "congratulate": 2}),
    ],
)
def test_a_nurturer_short_of_time_still_wakes_one_if_it_can(
    minutes: int, expected: dict[str, int]
) -> None:
    """Half of 10 to 19 minutes pays for no check-in; articles get 30 % of all, of what is left."""
    world = star(minutes=minutes)
    world.ties.update([0, 0, 0], [2, 4, 6], level=0.05)
    assert number(planned(world, "nurturer", {}, "wasteland")) == expected
    world.ties.update([0, 0, 0], [2, 4, 6], level=1.0)
    assert "upkeep" not in number(planned(world, "nurturer", {}, "wasteland"))


def test_a_nurturer_sends_no_more_articles_than_check_ins_leave_time_for() -> None:
    """12 minutes: the check-in leaves 2, which pay for no article but for congratulations."""
    world = star(minutes=12)
    world.ties.update([0], [2], level=0.05)
    letters = {"check_in_share": 0.0, "article_share": 1.0}
    acts = planned(world, "nurturer", letters, "wasteland")
    assert number(acts) == {"upkeep": 1, "congratulate": 1}


def test_shares_of_a_nurturer_add_up_to_no_more_than_its_time() -> None:
    too_much = {"check_in_share": 0.7, "article_share": 0.4}
    (problem,) = problems("nurturer", too_much)
    assert "at most 1" in problem.allowed
    with pytest.raises(StrategyProblem):
        create("nurturer", too_much)
    assert problems("nurturer", {"check_in_share": 0.7, "article_share": 0.3}) == []


def test_a_hybrid_shares_one_quota_between_those_it_knows_and_those_it_met() -> None:
    def world(minutes: int) -> Any:
        made = hand.world(
            20,
            ties=[(0, 19), *((19, j) for j in range(1, 19))],
            acquaintances=[(0, j) for j in range(1, 8)],
            groups=[dict.fromkeys(range(20), 1)],
            time=minutes,
        )
        met = [8, 9, 10, 11]
        made.history.add([0] * 4, met, met=1, messaged=-30000, invited=-30000)
        return made

    wants = {"known_share": 0.25, **TO_GROWTH}
    # Of 40 minutes 10 are for acquaintances; 31 are left of them, of which 12 go on two notes.
    assert number(planned(world(40), "hybrid", wants)) == {"invite": 3, "invite+": 2, "message": 1}
    # The quota binds: five in all, whoever they go to.
    rich = number(planned(world(60), "hybrid", wants))
    assert rich == {"invite": 5, "message": 4}
    more = number(planned(world(60), "hybrid", wants | {"invitations_a_week": 7}))
    assert more == {"invite": 5, "invite+": 2, "message": 3}
    restricted = world(40)
    restricted.members.restricted_until[:] = 9
    assert number(planned(restricted, "hybrid", wants)) == {"invite": 3, "message": 3}


@pytest.mark.parametrize(
    ("employed", "job_search", "as_group_driven"),
    [(True, 3, False), (True, 1, False), (True, 0, True), (False, 0, True), (False, 3, True)],
)
def test_the_switch_comes_with_the_loss_of_the_job_or_active_search(
    employed: bool, job_search: int, as_group_driven: bool
) -> None:
    world = hand.world(
        10, groups=[dict.fromkeys(range(10), 0)], acquaintances=[(0, 1)], time=50,
        ties=[(0, 9), *((9, j) for j in range(1, 9))], employed=employed, job_search=job_search,
    )  # fmt: skip
    given = {"invitations_a_week": 3, "upkeep_share": 0.5, "ask_again_after": 7}
    like = "group_driven" if as_group_driven else "known_only"
    acts = planned(world, "switch_at_job_loss", given)
    assert acts == planned(world, like, given)
    assert number(acts)["message" if as_group_driven else "invite"] > 0
