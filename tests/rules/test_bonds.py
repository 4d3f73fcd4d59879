"""Ties: how they begin, fade and are renewed; meetings are remembered; flags restrict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rules.hand import ALWAYS, NEVER, invite, message, scenario, scripted, upkeep, world
from sim.model import NetworkGrowth
from sim.rules.acts import ARTICLE, CONGRATULATE, INVITE, UPKEEP
from sim.rules.board import board_of
from sim.rules.bonds import connect, feed, remember, renew
from sim.rules.delivery import Delivery
from sim.rules.respond import ACCEPTED, REPLIED
from sim.scenario.population import Ties
from sim.strategies.base import Acts
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS, World
from sim.world.fading import fading_table, live_entries
from sim.world.pending import Pending

EAGER = {"response": {"accept": ALWAYS, "reply": ALWAYS}}
DEAF = {"accept": NEVER, "acquaintance": 0.0, "group": 0.0, "met": 0.0}


def tie(model: NetworkGrowth, a: int, b: int) -> dict[str, Any]:
    """Return the columns of a tie; both of its entries hold the same."""
    ties = model.world.ties
    here, there = ties.positions([a, b], [b, a])
    columns = {name: ties.column(name) for name in ("level", "renewed", "born", "origin", "bridge")}
    assert all(column[here] == column[there] for column in columns.values())
    return {name: column[here].item() for name, column in columns.items()}


@pytest.mark.parametrize("retention", [0.0, 1e-6, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("weeks", [1, 52, 500])
def test_fading_is_geometric(retention: float, weeks: int) -> None:
    table = fading_table(Ties(bridge_retention=retention, embedded_retention=0.7, oldest=9), weeks)
    age = np.arange(weeks + 10)
    assert table.shape == (2, age.size)
    np.testing.assert_allclose(table[0], 0.7 ** (age / 52), rtol=1e-12)
    expected = retention ** (age / 52) if retention else age == 0
    np.testing.assert_allclose(table[1], expected, rtol=1e-12)


def test_nine_bridges_in_ten_are_gone_in_a_year() -> None:
    """F12 with the defaults: a bridge of full strength is at a tenth after 52 weeks."""
    defaults = Ties()
    table = fading_table(defaults, 60)
    assert table[1, 52] == pytest.approx(0.1, rel=1e-12)
    bridge = world(2, ties=[(0, 1)], bridge=1).ties
    assert live_entries(bridge, 51, table, defaults.dormant_below).sum() == 2
    assert live_entries(bridge, 53, table, defaults.dormant_below).sum() == 0
    embedded = world(2, ties=[(0, 1)]).ties
    assert live_entries(embedded, 53, table, defaults.dormant_below).sum() == 2


@pytest.mark.parametrize(
    ("channel", "made", "origin"),
    [
        ("acquaintance", {"acquaintances": [(0, 1)], "groups": [{0: 0, 1: 0}]}, 0),
        ("group", {"groups": [{0: 0, 1: 0}]}, 1),
        ("stranger", {}, 2),
    ],
)
def test_a_new_tie_is_of_its_channel(channel: str, made: dict[str, Any], origin: int) -> None:
    strength = {"strength_acquaintance": 0.9, "strength_group": 0.6, "strength_stranger": 0.2}
    model = scripted(world(3, **made), {2: invite((1, 0))}, ties=strength, **EAGER)
    model.run_for(2)
    assert model.world.ties.size == 1
    assert tie(model, 0, 1) == {
        "level": float(np.float32(strength[f"strength_{channel}"])),
        "renewed": 2, "born": 2, "origin": origin, "bridge": True,
    }  # fmt: skip


@pytest.mark.parametrize("embedded_from", [0, 1, 2, 3])
def test_a_tie_is_embedded_from_so_many_mutual_contacts_on(embedded_from: int) -> None:
    """At its birth, and at every check-in, by the contacts at the start of the week."""
    given = world(4, ties=[(0, 2), (1, 2), (0, 3)])
    acts = {1: invite((0, 1), (1, 3)), 2: upkeep((1, 0))}
    model = scripted(given, acts, ties={"embedded_from": embedded_from}, **EAGER)
    model.run_for(1)
    assert tie(model, 0, 1)["bridge"] == (embedded_from > 1)
    model.run_for(1)
    assert tie(model, 0, 1)["bridge"] == (embedded_from > 2)


def test_crossing_invitations_make_one_tie() -> None:
    pairs = [(2 * n, 2 * n + 1) for n in range(200)]
    both = invite(*pairs, *((b, a) for a, b in pairs))
    model = scripted(world(400, seniority=2), {1: both}, **EAGER)
    model.run_for(1)
    assert list(zip(*(ends.tolist() for ends in model.world.ties.edges()), strict=True)) == pairs
    assert (model.world.members.invitations[:, 2, :2] == 1).all()
    assert (model.world.members.first_target_week == 1).all()


def test_check_ins_strengthen_what_is_left() -> None:
    settings = {"upkeep_gain": 0.25, "embedded_retention": 0.5, "embedded_from": 0}
    acts = {26: upkeep((0, 1)), 52: Acts.join(upkeep((0, 1)), upkeep((1, 0)))}
    model = scripted(world(3, ties=[(0, 1), (1, 2)], level=0.5), acts, ties=settings)
    model.run_for(26)
    once = 0.5 * 0.5**0.5 + 0.25
    assert tie(model, 0, 1)["level"] == pytest.approx(once, rel=1e-6)
    assert tie(model, 0, 1)["renewed"] == 26
    model.run_for(26)
    twice = once * 0.5**0.5 + 2 * 0.25
    assert tie(model, 1, 0)["level"] == pytest.approx(twice, rel=1e-6)
    assert tie(model, 1, 2) == {"level": 0.5, "renewed": 0, "born": 0, "origin": 0, "bridge": 0}


def test_no_tie_is_stronger_than_one() -> None:
    both = Acts.join(upkeep((0, 1)), upkeep((1, 0)))
    model = scripted(world(2, ties=[(0, 1)], level=0.9), {1: both}, ties={"upkeep_gain": 0.5})
    model.run_for(1)
    assert tie(model, 0, 1)["level"] == 1.0


def test_a_reply_makes_both_have_met() -> None:
    given = world(4, ties=[(0, 2), (2, 1), (2, 3)], groups=[dict.fromkeys(range(4), 0)])
    model = scripted(given, {3: message((0, 1, 0)), 4: invite((1, 0))}, response={"reply": ALWAYS})
    model.run_for(4)
    history = model.world.history
    assert history.values(0, "met").tolist() == [1]
    assert history.values(1, "met").tolist() == [1]
    assert history.values(0, "messaged").tolist() == [3]
    assert history.values(1, "invited").tolist() == [4]
    assert history.values(0, "invited")[0] < -10_000
    assert history.size == 2


def test_an_unanswered_message_is_remembered_by_its_author_alone() -> None:
    given = world(3, ties=[(0, 2), (2, 1)], groups=[dict.fromkeys(range(3), 0)])
    model = scripted(given, {3: message((0, 1, 0))}, response={"reply": NEVER})
    model.run_for(3)
    assert model.world.history.size == 1
    assert model.world.history.values(0, "met").tolist() == [0]


def test_the_first_new_tie_to_a_decision_maker_of_the_target_market() -> None:
    """0 meets, in turn, a junior of its target, a decision-maker elsewhere, then the right one."""
    given = world(
        5, ties=[(0, 4)], field=[0, 1, 2, 1, 1], target=[1, 0, 0, 0, 0],
        seniority=[2, 1, 2, 2, 2],
    )  # fmt: skip
    acts = {1: invite((0, 1)), 2: invite((0, 2)), 5: invite((3, 0)), 6: Acts.none()}
    model = scripted(given, acts, **EAGER)
    model.run_for(6)
    assert model.world.members.first_target_week.tolist() == [5, 1, 2, 5, -1]
    assert model.world.members.new_target_decision_makers.tolist() == [1, 1, 1, 1, 0]


FLAGGED = {"response": {**DEAF, "flag_stranger": 1.0}}


def test_flags_restrict_for_so_many_weeks() -> None:
    """Two flags a week, three restrict: from week 3 on, for two weeks; then they start anew."""
    others = iter(range(1, 100))
    targets = {week: invite((0, next(others)), (0, next(others))) for week in range(1, 9)}
    platform = {"flags_until_restricted": 3, "restricted_weeks": 2}
    model = scripted(world(100), targets, platform=platform, **FLAGGED)
    members = model.world.members
    seen = []
    for _ in range(8):
        model.step()
        seen.append(tuple(int(c[0]) for c in (members.flags, members.sent, members.refused)))
    assert seen == [
        (2, 2, 0), (0, 4, 0), (0, 4, 2), (0, 4, 4), (2, 6, 4), (0, 8, 4), (0, 8, 6), (0, 8, 8),
    ]  # fmt: skip
    assert members.weeks_restricted[0] == 4


def test_acquaintances_and_those_met_never_flag() -> None:
    given = world(3, acquaintances=[(0, 1)])
    given.history.add([0, 2], [2, 0], invited=-32768, messaged=-32768, met=1)
    model = scripted(given, {1: invite((0, 1), (0, 2))}, **FLAGGED)
    model.run_for(1)
    assert model.world.members.flags.sum() == 0
    assert model.world.members.invitations[0, :, 2].tolist() == [1, 0, 1]


def test_without_restriction_flags_only_grow() -> None:
    targets = {week: invite((0, week)) for week in range(1, 6)}
    platform = {"flags_until_restricted": 2, "restricted_weeks": 0}
    model = scripted(world(10), targets, platform=platform, **FLAGGED)
    model.run_for(5)
    assert model.world.members.flags[0] == 5
    assert model.world.members.restricted_until.sum() == 0
    assert model.world.members.sent[0] == 5


def test_fading_goes_on_beyond_the_weeks_of_the_scenario() -> None:
    settings = scenario(weeks=2, ties={"oldest": 0, "embedded_retention": 0.5, "upkeep_gain": 0.1})
    model = NetworkGrowth(settings, world=world(2, ties=[(0, 1)]), agents=False)
    model.run_for(300)
    assert model.world.week == 300
    checked = scripted(
        world(2, ties=[(0, 1)]), {260: upkeep((0, 1))}, weeks=2,
        ties={"oldest": 0, "embedded_retention": 0.5, "upkeep_gain": 0.1, "embedded_from": 0},
    )  # fmt: skip
    checked.run_for(260)
    assert tie(checked, 0, 1)["level"] == pytest.approx(0.5**5 + 0.1, rel=1e-6)


def busy(seed: int) -> tuple[World, Acts]:
    """Return a world of 40 members and many acts in it, several on one tie and from both ends."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    pairs = {(min(p), max(p)) for p in rng.integers(0, 40, (300, 2)).tolist() if p[0] != p[1]}
    ties = sorted(pairs)
    given = world(40, ties=ties, level=0.25, bridge=1)
    given.week = 9
    given.ties.update(
        *np.array(ties).T, endorsed=3, origin=2, renewed=rng.integers(0, 9, len(ties))
    )
    ends = np.array(ties)[rng.integers(0, len(ties), 500)]
    ends[::2] = ends[::2, ::-1]
    kind = rng.choice([UPKEEP, CONGRATULATE, ARTICLE, INVITE], 500).astype(np.int8)
    nobody = np.full(500, -1, np.int32)
    actor, target = ends.T.astype(np.int32)
    return given, Acts(actor, kind, target, nobody, np.zeros(500, np.bool_))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_ties_are_renewed_one_act_after_the_other(threads: int) -> None:
    given, acts = busy(1)
    terms = {"on": True, "congratulate_gain": 0.05, "article_gain": 0.1, "fatigue": 0.3}
    settings = scenario(ties={"upkeep_gain": 0.15, "embedded_from": 3}, wasteland=terms)
    mutual = (np.arange(len(acts)) % 6).astype(np.int32)
    now = board_of(given, settings, fading_table(settings.ties, 20))
    state: dict[tuple[int, int], tuple[float, int, bool]] = {}
    columns = [given.ties.edge_values(name).tolist() for name in ("level", "renewed", "bridge")]
    for a, b, *values in zip(*given.ties.edges(), *columns, strict=True):
        state[int(a), int(b)] = (values[0], values[1], bool(values[2]))
    gains = {UPKEEP: 0.15, CONGRATULATE: 0.05, ARTICLE: 0.1}
    renews = acts.kind != INVITE
    received = np.bincount(acts.target[renews], minlength=40)
    for i, j, kind, shared in zip(acts.actor, acts.target, acts.kind, mutual, strict=True):
        if kind in gains:
            pair = (int(min(i, j)), int(max(i, j)))
            level, renewed, bridge = state[pair]
            strength = level * now.fading[int(bridge), 9 - renewed]
            gain = gains[int(kind)] / (1.0 + 0.3 * (int(received[j]) - 1))
            state[pair] = (float(np.float32(min(1.0, strength + gain))), 9, bool(shared < 3))
    renew(given, acts, mutual, now, settings.ties, settings.wasteland, threads=threads)
    for pair, expected in state.items():
        assert [tie_of(given, *ends) for ends in (pair, pair[::-1])] == [(*expected, 3, 2)] * 2


def tie_of(given: World, i: int, j: int) -> tuple[float, int, bool, int, int]:
    """Return level, renewed, bridge, endorsed and origin of the entry for j in the row of i."""
    place = given.ties.positions(i, j)[0]
    level, renewed, bridge, endorsed, origin = (
        given.ties.column(name)[place].item()
        for name in ("level", "renewed", "bridge", "endorsed", "origin")
    )
    return level, renewed, bool(bridge), endorsed, origin


@pytest.mark.parametrize("threads", [2, 3])
def test_what_a_week_commits_does_not_depend_on_threads(threads: int) -> None:
    found = []
    for number in (1, threads):
        given, acts = busy(2)
        settings = scenario(wasteland={"on": True, "feed": 0.7})
        table = fading_table(settings.ties, 20)
        acts = acts.take(acts.kind == INVITE)
        outcome = np.where(np.arange(len(acts)) % 3, REPLIED, ACCEPTED).astype(np.int8)
        remember(given, 9, acts, outcome, threads=number)
        feed(
            given,
            board_of(given, settings, table),
            settings.ties,
            settings.wasteland,
            threads=number,
        )
        mutual = np.zeros(len(acts), np.int32)
        answers = Delivery(mutual >= 0, mutual.astype(np.int8), mutual, mutual >= 0)
        others = replace(acts, target=(acts.actor + 1 + acts.target % 39) % 40)
        none = Pending.none()
        connect(given, 9, others, answers, outcome, none, settings.ties, threads=number)
        stores = (given.ties, TIE_COLUMNS), (given.history, HISTORY_COLUMNS)
        found.append(
            [store.column(name).tobytes() for store, names in stores for name in names]
            + [store.rows.neighbour.tobytes() for store, _ in stores]
        )
    assert given.history.size > 100
    assert (given.ties.edge_values("renewed") == 9).sum() > 25
    assert found[0] == found[1]
