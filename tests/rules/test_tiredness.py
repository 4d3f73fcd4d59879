"""What a network takes to be kept up, and who burns out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rules.hand import scenario, scripted, upkeep, world
from sim.rules.tiredness import KEEP_UP, minutes_needed, tire
from sim.scenario.mechanisms import Tiredness
from sim.world.fading import fading_table

if TYPE_CHECKING:
    from sim.scenario.study import Scenario
    from sim.world.build import World


def tiring(**tiredness: Any) -> Scenario:
    return scenario(tiredness={"on": True, **tiredness})


def star(leaves: int, **columns: Any) -> World:
    """Return a world in which 0 has so many contacts."""
    return world(leaves + 1, ties=[(0, leaf) for leaf in range(1, leaves + 1)], **columns)


def live_through(given: World, settings: Scenario, weeks: int) -> list[tuple[int, int, int]]:
    """Return time, strain and weeks burnt of member 0, week by week."""
    fading = fading_table(settings.ties, 2000)
    seen = []
    members = given.members
    for week in range(1, weeks + 1):
        given.week = week
        tire(given, settings, fading)
        seen.append((int(members.time[0]), int(members.strain[0]), int(members.weeks_burnt[0])))
    return seen


@pytest.fixture(scope="module")
def crowd() -> World:
    """300 members of three fields who aim at any, a twentieth of whom have no ties."""
    rng = np.random.default_rng(8)
    # More ties for some than for others; the last 15 members have none.
    ends = (285 * rng.random((6000, 2)) ** 2).astype(int)
    field, aim = rng.integers(0, 3, (2, 300))
    return world(300, ties=ends[ends[:, 0] != ends[:, 1]], field=field, aim=aim)


def test_fields_beyond_a_byte_are_told_apart(crowd: World) -> None:
    """Numbers of fields may differ by 256, or be -1 of who has none."""
    given = Tiredness(cost=7.0, beta=1.2, off_target=0.3)
    live = np.ones(len(crowd.ties.rows.neighbour), np.uint8)
    expected = minutes_needed(crowd, given, live)
    for factor, offset in ((256, 0), (1, -1), (1, 253), (1, 254)):
        other = crowd.copy()
        other.members.field[:] = crowd.members.field * factor + offset
        other.members.aim[:] = crowd.members.aim * factor + offset
        assert np.array_equal(minutes_needed(other, given, live), expected)


@pytest.mark.parametrize("off_target", [0.0, 0.3, 1.0, 1.5, 100.0])
@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 1.2, 3.0])
@pytest.mark.parametrize("cost", [0.0, 0.1, 7.0, 1000.0])
def test_the_need_is_a_power_of_the_weight_of_active_ties(
    crowd: World, cost: float, beta: float, off_target: float
) -> None:
    """Against numpy's powers of a count by a dense matrix; half of the ties are dormant."""
    members, ties = crowd.members, crowd.ties
    live = np.random.default_rng(9).integers(0, 2, len(ties.rows.neighbour)).astype(np.uint8)
    active = np.zeros((300, 300), bool)
    for i in range(300):
        start, stop = ties.rows.start[i], ties.rows.start[i] + ties.rows.degree[i]
        active[i, ties.rows.neighbour[start:stop][live[start:stop] > 0]] = True
    inside = members.field[None, :] == members.aim[:, None]
    weight = (active & inside).sum(axis=1) + off_target * (active & ~inside).sum(axis=1)
    given = Tiredness(cost=cost, beta=beta, off_target=off_target)
    need = minutes_needed(crowd, given, live)
    assert np.array_equal(minutes_needed(crowd, given, live, threads=3), need)
    some = weight > 0
    assert 0 < some.sum() < 300
    assert (need[~some] == 0.0).all()
    assert np.array_equal(need, np.floor(need))
    exact = cost * weight[some] ** beta
    # Floored: up to one less than the power, but for a last bit where the power is whole.
    assert (np.abs(need[some] - (exact - 0.5)) <= 0.5 + 1e-9 * exact).all()


def test_ties_outside_the_market_aimed_at_take_more() -> None:
    """Member 0 aims at field 1, in which it does not work itself and two of four contacts do."""
    given = star(4, field=[0, 1, 1, 0, 2], aim=1)
    settings = tiring(cost=10.0, beta=1.0, off_target=2.5)
    assert live_through(given, settings, 1) == [(600 - 10 * (2 + 2.5 * 2), 0, 0)]
    # Leaves 1 and 2 work where they aim, but what counts is where their one contact works.
    assert given.members.minutes_spent[1:, KEEP_UP].tolist() == [25] * 4
    settings = tiring(cost=10.0, beta=1.0, off_target=0.0)
    assert live_through(given, settings, 1) == [(580, 0, 0)]
    given.members.aim[:] = 3
    assert live_through(given, settings, 1) == [(600, 0, 0)], "nothing counts, nothing is taken"


def test_what_is_kept_up_is_charged_and_gone() -> None:
    """100 ties at 0.1 * 100 ** 1.2 = 25.1 minutes; each leaf's one tie takes none."""
    given = star(100)
    settings = tiring(cost=0.1, beta=1.2)
    assert live_through(given, settings, 2) == [(575, 0, 0)] * 2
    assert given.members.minutes_spent[:, KEEP_UP].tolist() == [50] + [0] * 100
    assert (given.members.time[1:] == 600).all()


def test_dormant_ties_take_nothing() -> None:
    given = star(10)
    given.ties.update([0] * 4, [1, 2, 3, 4], level=0.05)
    settings = scenario(
        tiredness={"on": True, "cost": 10.0, "beta": 1.0}, ties={"dormant_below": 0.1}
    )
    assert live_through(given, settings, 1) == [(540, 0, 0)]


def test_too_much_for_too_long_ends_in_a_pause() -> None:
    """Strain for three weeks, the third of them burnt and three more; then it starts anew."""
    given = star(10, minutes=60)
    settings = tiring(cost=10.0, beta=1.0, after=3, pause=4)
    round_ = [(0, 1, 0), (0, 2, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 0, 4)]
    again = [(time, strain, burnt + 4) for time, strain, burnt in round_]
    assert live_through(given, settings, 12) == round_ + again
    # In the four weeks of strain that were not burnt all the time went into keeping up.
    assert given.members.minutes_spent[0, KEEP_UP] == 4 * 60
    assert given.members.burnt_until[0] == 13


def test_strain_is_of_weeks_in_a_row() -> None:
    given = star(10, minutes=60)
    settings = tiring(cost=10.0, beta=1.0, after=3)
    live_through(given, settings, 2)
    given.members.minutes[0] = 100
    assert live_through(given, settings, 1) == [(0, 0, 0)], "just enough is no strain"
    given.members.minutes[0] = 60
    assert live_through(given, settings, 2) == [(0, 1, 0), (0, 2, 0)]


def test_a_need_beyond_all_integers() -> None:
    given = star(3000, minutes=600, aim=1)
    settings = tiring(cost=1000.0, beta=3.0, off_target=100.0, after=50)
    everything_live = np.ones(len(given.ties.rows.neighbour), np.uint8)
    assert minutes_needed(given, settings.tiredness, everything_live)[0] > 2.0**62
    assert live_through(given, settings, 1) == [(0, 1, 0)]
    assert given.members.minutes_spent[0, KEEP_UP] == 600


def test_the_absent_neither_tire_nor_rest() -> None:
    given = star(10, minutes=60, present=np.arange(11) != 0)
    settings = tiring(cost=10.0, beta=1.0, after=1)
    given.members.burnt_until[1] = 3
    live_through(given, settings, 4)
    members = given.members
    assert (members.strain[0], members.weeks_burnt[0], members.burnt_until[0]) == (0, 0, 0)
    assert members.minutes_spent[0, KEEP_UP] == 0
    assert members.weeks_burnt[1] == 2


def test_the_burnt_do_nothing_in_the_week_itself() -> None:
    """A check-in costs 10 minutes: 40 are left, or, in the week of a burnout, none."""
    acts = upkeep((0, 1), (0, 2), (0, 3), (0, 4), (0, 5))
    tired = {"on": True, "cost": 1.0, "beta": 1.0, "after": 1, "pause": 1}
    fresh = scripted(star(10, minutes=50), {1: acts}, tiredness=tired)
    fresh.run_for(1)
    assert fresh.world.members.refused[0] == 1
    burnt = scripted(star(60, minutes=50), {1: acts}, tiredness=tired)
    burnt.run_for(1)
    assert burnt.world.members.refused[0] == 5
