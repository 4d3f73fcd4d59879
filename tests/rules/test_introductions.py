"""Introductions: passed on by strength and debt, on their way for some weeks, then answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, binomtest, chisquare

from rules.hand import ALWAYS, NEVER, introduce, invite, message, scripted, upkeep, world
from sim.rules.acts import Acts
from sim.world.members import INTRODUCTIONS, ORIGINS
from sim.world.pending import Pending

if TYPE_CHECKING:
    from sim.model import NetworkGrowth
    from sim.world.build import World

ALARM = 1e-7
"""Probability of a false alarm of each frequency below."""
COUNT = 4000
ASKER, CONTACT, STRANGER = (np.arange(COUNT) + part * COUNT for part in range(3))
TRIADS = np.concatenate((np.column_stack((ASKER, CONTACT)), np.column_stack((CONTACT, STRANGER))))
REQUESTS = Acts.introduce(ASKER, STRANGER, CONTACT)
KEEN = {"on": True, "forward": ALWAYS, "accept": ALWAYS, "delay_most": 1}


def triads(**made: Any) -> World:
    """Return many askers, each with a contact whose contact it does not know; all of one field."""
    return world(3 * COUNT, ties=TRIADS, **made)


def asked(
    given: World, acts: Acts = REQUESTS, weeks: int = 1, on: dict[str, Any] | None = None,
    **sections: Any,
) -> NetworkGrowth:  # fmt: skip
    """Let the requests be made in the last of so many weeks."""
    terms = {"on": True, **(on or {})}
    model = scripted(given, {weeks: acts}, introductions=terms, **sections)
    model.run_for(weeks)
    assert given.members.refused.sum() == 0
    return model


def outcomes(given: World) -> dict[str, int]:
    """Return how many introductions had each outcome."""
    totals = given.members.introductions.sum(axis=0).tolist()
    return dict(zip(INTRODUCTIONS, totals, strict=True))


def fits(successes: int, trials: int, chance: float) -> bool:
    return float(binomtest(successes, trials, chance).pvalue) > ALARM


@pytest.mark.parametrize("strength", [1.0, 0.25, 0.03])
def test_requests_are_passed_on_by_the_strength_of_the_tie(strength: float) -> None:
    """logistic(forward + strength * s) of 4,000 contacts; of the others `refuse` say so."""
    terms = {"forward": -0.8, "strength": 1.5, "refuse": 0.35}
    given = triads(level=strength)
    model = asked(given, on=terms, ties={"embedded_retention": 1.0})
    counts, chance = outcomes(given), float(expit(-0.8 + 1.5 * strength))
    assert counts["asked"] == COUNT
    assert fits(counts["forwarded"], COUNT, chance)
    assert not fits(counts["forwarded"], COUNT, chance + 0.06), "this many cannot tell"
    left = COUNT - counts["forwarded"]
    assert fits(counts["refused"], left, 0.35)
    assert counts["refused"] + counts["dropped"] == left
    assert len(model.world.pending.due) == counts["forwarded"]


def test_the_strength_is_that_of_the_week() -> None:
    """Half a year after its renewal a tie of retention 0.25 has half of its strength."""
    given = triads(level=1.0)
    asked(given, weeks=26, on={"forward": -1.0, "strength": 2.0}, ties={"embedded_retention": 0.25})
    assert fits(outcomes(given)["forwarded"], COUNT, float(expit(-1.0 + 2.0 * 0.5)))


@pytest.mark.parametrize(("owed", "owing"), [(0, 0), (2, 0), (0, 3), (2, 3), (5, 1)])
def test_requests_are_passed_on_by_the_debt(owed: int, owing: int) -> None:
    """The asker has had `owed` favours of its contact and has done it `owing`."""
    given = triads()
    given.history.add(ASKER, CONTACT, invited=-32768, messaged=-32768, favours=owed)
    given.history.add(CONTACT, ASKER, invited=-32768, messaged=-32768, favours=owing)
    asked(given, on={"forward": 0.2, "strength": 0.0, "debt": -0.4})
    chance = float(expit(0.2 - 0.4 * (owed - owing)))
    assert fits(outcomes(given)["forwarded"], COUNT, chance)


def test_contacts_pass_on_about_seven_in_ten_by_default() -> None:
    """F52 in the large: of 20 requests over ties of half strength about 14 are passed on.

    Checked loosely, for the source is one example: 14 must be well within what the defaults make
    of 20 requests, and so must the mean over 4,000 be within a tenth of it.
    """
    given = triads(level=0.5)
    asked(given, ties={"embedded_retention": 1.0})
    share = outcomes(given)["forwarded"] / COUNT
    assert 0.05 < binom.cdf(14, 20, share) < 0.95
    assert share == pytest.approx(14 / 20, abs=0.07)


@pytest.mark.parametrize(("wasteland", "passed"), [(False, 6), (True, 2)])
def test_dormant_ties_pass_nothing_on_in_the_wasteland(wasteland: bool, passed: int) -> None:
    """Only the tie of the asker to its contact matters, at its strength in this week."""
    ties = [(i, j) for k in range(0, 18, 3) for i, j in ((k, k + 1), (k + 1, k + 2))]
    given = world(18, ties=ties)
    given.ties.update([0, 3, 6, 9], [1, 4, 7, 10], level=[0.0, 0.1, 0.29, 0.299])
    given.ties.update([13], [14], level=0.0)
    requests = introduce(*((k, k + 2, k + 1) for k in range(0, 18, 3)))
    asked(
        given, requests, on={"forward": ALWAYS, "strength": 0.0, "refuse": 1.0},
        wasteland={"on": wasteland, "feed": 0.0}, ties={"dormant_below": 0.3},
    )  # fmt: skip
    counts = outcomes(given)
    assert (counts["forwarded"], counts["refused"], counts["dropped"]) == (passed, 6 - passed, 0)


@pytest.mark.parametrize("most", [1, 3, 8])
def test_the_target_is_asked_after_one_to_so_many_weeks(most: int) -> None:
    """Uniformly: chi-squared over the weeks, of 4,000 introductions."""
    given = triads()
    model = asked(given, on={**KEEN, "delay_most": most}, weeks=2)
    due = model.world.pending.due
    assert len(due) == COUNT
    weeks, number = np.unique(due, return_counts=True)
    assert weeks.tolist() == list(range(3, 3 + most))
    assert chisquare(number).pvalue > ALARM if most > 1 else True
    ties, expected = given.ties.size, 0
    for week in range(3, 3 + most):
        model.step()
        expected += int(number[week - 3])
        assert given.ties.size - ties == outcomes(given)["accepted"] == expected
    assert len(model.world.pending.due) == 0


def test_an_introduction_ends_in_a_tie_of_its_own_kind() -> None:
    given = world(4, ties=[(0, 1), (1, 2), (0, 3), (3, 2)], field=[0, 0, 1, 0], target=1,
                  seniority=2)  # fmt: skip
    ties = {"strength_introduction": 0.7, "embedded_from": 2}
    model = asked(given, introduce((0, 2, 1)), on=KEEN, ties=ties)
    assert not given.ties.contains([0], [2])[0]
    assert given.members.introductions[0].tolist() == [1, 1, 0, 0, 0]
    model.step()
    place = given.ties.positions([0], [2])[0]
    columns = ("level", "renewed", "born", "origin", "bridge")
    assert {name: given.ties.column(name)[place].item() for name in columns} == {
        "level": float(np.float32(0.7)), "renewed": 2, "born": 2,
        "origin": ORIGINS.index("introduction"), "bridge": 0,
    }  # fmt: skip
    assert given.members.introductions[0].tolist() == [1, 1, 0, 0, 1]
    assert given.members.introductions[1:].sum() == 0
    assert given.members.first_target_week.tolist() == [2, -1, -1, -1]
    assert given.members.new_target_decision_makers.tolist() == [1, 0, 0, 0]


def test_what_is_remembered() -> None:
    """That the target was asked for, whatever came of it; favours only of what was passed on."""
    ties = [(0, 1), (1, 2), (3, 4), (4, 5)]
    given = world(6, ties=ties)
    given.ties.update([3], [4], level=0.0)
    asked(
        given, introduce((0, 2, 1), (3, 5, 4)), weeks=7,
        on={"forward": ALWAYS}, wasteland={"on": True, "feed": 0.0},
    )  # fmt: skip
    history = given.history
    pairs = [(0, 1), (0, 2), (3, 5)]
    assert list(zip(*(ends.tolist() for ends in history.edges()), strict=True)) == pairs
    places = history.positions(*zip(*pairs, strict=True))
    assert history.column("favours")[places].tolist() == [1, 0, 0]
    assert history.column("messaged")[places].tolist() == [-32768, 7, 7]
    assert history.column("approaches")[places].tolist() == [0, 0, 0]
    assert given.pending.via.tolist() == [1]


def test_a_favour_is_counted_each_time() -> None:
    """Two targets in one week, another in the next, all through the same contact."""
    given = world(5, ties=[(0, 1), (1, 2), (1, 3), (1, 4)])
    acts = {1: introduce((0, 2, 1), (0, 3, 1)), 2: introduce((0, 4, 1))}
    model = scripted(given, acts, introductions={**KEEN, "accept": NEVER, "delay_most": 9})
    model.run_for(2)
    assert given.history.column("favours")[given.history.positions([0], [1])].tolist() == [3]


def test_one_at_a_time_is_on_its_way_between_two() -> None:
    """0 asks through either contact while the first is on its way; 2 asks the other way round."""
    given = world(4, ties=[(0, 1), (1, 2), (0, 3), (3, 2)])
    given.pending = Pending(*(np.array([column], np.int32) for column in (0, 1, 2, 4)))
    acts = {week: introduce((0, 2, 3), (2, 0, 3)) for week in (1, 2, 3, 4, 5)}
    terms = {"on": True, "forward": NEVER, "accept": NEVER}
    model = scripted(given, acts, introductions=terms)
    seen = []
    for _ in range(5):
        model.step()
        seen.append(given.members.refused.tolist())
    assert seen == [[n, 0, 0, 0] for n in (1, 2, 3, 4, 4)]
    assert len(given.pending.due) == 0


def test_what_lapses() -> None:
    """Those whose ends were connected meanwhile, and those of members who have left."""
    given = world(10, ties=[(0, 3)], present=np.arange(10) != 9)
    reached = [(0, 3), (1, 9), (9, 2), (4, 5), (6, 7)]
    columns = [*zip(*reached, strict=True)]
    given.pending = Pending(
        np.array(columns[0], np.int32), np.full(5, 8, np.int32),
        np.array(columns[1], np.int32), np.array([1, 1, 1, 1, 2], np.int32),
    )  # fmt: skip
    model = scripted(given, {}, introductions=KEEN)
    model.run_for(1)
    assert given.pending.actor.tolist() == [6]
    assert given.ties.size == 2
    assert given.ties.contains([4], [5])[0]
    assert given.members.introductions[:, 4].nonzero()[0].tolist() == [4]


def test_a_pair_is_connected_once_by_its_invitation() -> None:
    """Invited and introduced in the same week, from either side: the tie is the invitation's."""
    given = world(8)
    given.pending = Pending(
        *(np.array(column, np.int32) for column in ([0, 3, 5, 4], [7] * 4, [1, 2, 4, 5], [1] * 4))
    )
    model = scripted(
        given, {1: invite((0, 1), (2, 3))}, introductions=KEEN, response={"accept": ALWAYS}
    )
    model.run_for(1)
    a, b = given.ties.edges()
    origin = given.ties.edge_values("origin")
    assert list(zip(a.tolist(), b.tolist(), origin.tolist(), strict=True)) == [
        (0, 1, 2), (2, 3, 2), (4, 5, 3),
    ]  # fmt: skip
    assert outcomes(given)["accepted"] == 4
    assert given.members.invitations[:, 2, 1].sum() == 2


ACCEPTANCE: dict[str, tuple[dict[str, Any], float]] = {
    "plain": ({"field": np.repeat([1, 0], COUNT).tolist() + [0] * COUNT}, 0.0),
    "field": ({}, 0.35),
    "openness": ({"openness": -1.5}, 0.35 - 0.9),
    "acquaintances": ({"acquaintances": np.column_stack((ASKER, STRANGER))}, 0.35 + 0.9),
    "group": ({"groups": [dict.fromkeys(range(3 * COUNT), 2)]}, 0.35 + 0.5),
}
LAW: dict[str, Any] = {
    "accept": 5.0, "acquaintance": 0.9, "mutual": 0.4, "mutual_most": 1, "group": 0.5, "met": 0.8,
    "field": 0.35, "note": 7.0, "openness": 0.6, "load": -0.25, "activity": 3.0, "visible": 9.0,
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTANCE)
def test_targets_answer_by_the_law_of_invitations(name: str) -> None:
    """With an intercept of its own and the mutual contact that introduced them (4,000 pairs).

    Posts and earlier approaches, which count in letters, do not count here.
    """
    made, x = ACCEPTANCE[name]
    given = triads(**made)
    terms = {**KEEN, "accept": -1.0}
    joining = {"on": True, "recommend": 0.0, "leave": 0.0}
    model = asked(given, on=terms, response=LAW, joining=joining, spam={"on": True, "repeat": 5.0})
    given.groups.rows.posted[:] = 1
    given.history.update(ASKER, STRANGER, approaches=3)
    model.step()
    assert outcomes(given)["forwarded"] == COUNT
    assert fits(outcomes(given)["accepted"], COUNT, float(expit(-1.0 + 0.4 + x)))


def test_introductions_and_letters_of_a_week_are_one_load() -> None:
    """A target is introduced to one, invited by another and written to by a third: a load of 3."""
    count = COUNT // 2
    one, other, third, target, hub = (np.arange(count) + part * count for part in range(5))
    ties = [*zip(third.tolist(), hub.tolist(), strict=True)]
    ties += zip(hub.tolist(), target.tolist(), strict=True)
    given = world(5 * count, ties=ties, groups=[dict.fromkeys(range(5 * count), 0)])
    given.pending = Pending(*(each.astype(np.int32) for each in (one, hub, target, one * 0 + 1)))
    acts = Acts.join(Acts.invite(other, target), Acts.message(third, target, np.zeros(count)))
    asked(given, acts, on={**KEEN, "accept": -1.0}, response={**LAW, "reply": NEVER})
    x = -1.0 + 0.35 + 0.5 - 2 * 0.25
    assert fits(outcomes(given)["accepted"], count, float(expit(x)))


def test_the_contact_may_be_met_and_kept_up_in_the_same_week() -> None:
    """Other acts of the week neither wait for requests nor are answered as such."""
    given = world(4, ties=[(0, 1), (1, 2), (2, 3)], groups=[{0: 0, 2: 0}])
    acts = Acts.join(message((0, 2, 0)), introduce((0, 2, 1)), upkeep((0, 1)))
    asked(given, acts, on=KEEN, response={"reply": ALWAYS})
    members = given.members
    assert (members.replies[0], members.introductions[0, 1]) == (1, 1)
    assert given.history.values(0, "met").tolist() == [0, 1]
