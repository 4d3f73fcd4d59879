"""F30: which ties lead to jobs, by the mutual contacts of their ends. A table, not a verdict.

`pytest -m slow -s tests/rules/test_weak_ties.py` prints for each bin of mutual contacts the weeks
of ties from a seeker to a contact, how often that contact works elsewhere, how strong the tie is,
and the referrals it brings per million of these weeks: those expected and those drawn.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rules.hand import scenario
from sim.draws import Decision, uniforms
from sim.model import NetworkGrowth
from sim.rules import careers as careers_rule
from sim.rules.careers import DIRECT, REFERRAL, hire, interviews
from sim.rules.shocks import TIPTOEING

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.search import Approaches
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Float64

BINS = {"0": 0, "1-2": 1, "3-5": 3, "6-10": 6, "11-20": 11, "21+": 21}
WEEKS, ELSEWHERE, STRENGTH, EXPECTED, VARIANCE, DRAWN = range(6)


def referrals(world: World, board: Board, under: Scenario) -> tuple[Float64, set[tuple[int, int]]]:
    """Work out a week's referrals from the columns of the world, as docs/model.md has them.

    Returns
    -------
    float64[bins, 6]
        Sums over the ties from seekers to contacts, in the order of the constants above.
    set of (member, hirer)
        Who is referred to whom.
    """
    members = world.members
    low, high = world.ties.edges()[:2]
    i, c = np.concatenate([low, high]), np.concatenate([high, low])
    seeking = (members.present & (members.job_search <= TIPTOEING))[i]
    i, c = i[seeking], c[seeking]
    places = world.ties.positions(i, c)
    level, renewed, bridge = (
        world.ties.column(name)[places].astype(np.float64)
        for name in ("level", "renewed", "bridge")
    )
    age = (world.week - renewed).astype(int)
    strength = level * board.fading[bridge.astype(int), age]
    elsewhere = (members.employer[c] >= 0) & (members.employer[c] != members.employer[i])

    hirers = np.flatnonzero(members.opening >= 0)
    colleagues = members.employer[c][:, None] == members.employer[hirers]
    wanted = members.aim[i][:, None] == members.field[hirers]
    others = c[:, None] != hirers
    tie, opening = np.nonzero(elsewhere[:, None] & colleagues & wanted & others)
    chance = under.careers.referral * strength[tie]
    key = (i[tie], c[tie], hirers[opening])
    drawn = uniforms(world.seed, Decision.REFERRAL, world.week, *key) < chance

    of_tie = np.searchsorted(list(BINS.values()), world.ties.mutual(i, c), side="right") - 1
    of_referral = of_tie[tie]
    sums = (
        (of_tie, np.ones(len(i))),
        (of_tie, elsewhere),
        (of_tie, strength),
        (of_referral, chance),
        (of_referral, chance * (1.0 - chance)),
        (of_referral, drawn),
    )
    table = np.array([np.bincount(rows, weights, len(BINS)) for rows, weights in sums]).T
    return table, set(zip(i[tie][drawn].tolist(), hirers[opening][drawn].tolist(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["group_driven", "known_only"])
def test_referrals_by_mutual_contacts(strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All play the strategy in 1000 members' world of defaults, for a year, with two seeds.

    Every referral is worked out anew. The numbers drawn in six bins are each within 5.5 standard
    deviations of what is expected: a false alarm has probability below 1e-6.
    """
    table = np.zeros((len(BINS), 6))

    def watched(
        world: World, board: Board, under: Scenario, asked: Approaches | None, threads: int
    ) -> None:
        sums, referred = referrals(world, board, under)
        held = interviews(world, board, under.careers, asked, threads)
        pairs = np.column_stack([held.member, held.hirer])
        direct = {(i, h) for i, h in pairs[held.way == DIRECT].tolist()}
        by_referral = {(i, h) for i, h in pairs[held.way == REFERRAL].tolist()}
        assert by_referral == referred - direct
        nonlocal table
        table = table + sums
        hire(world, board, under, asked, threads)

    monkeypatch.setattr(careers_rule, "hire", watched)
    under = scenario(
        weeks=52,
        arms={"all": {"strategy": strategy}},
        careers={"on": True},
        members={"count": 1000},
    )
    for seed in (1, 2):
        NetworkGrowth(under, rng=seed, switch="everyone", agents=False).run_for(52)

    lines = [f"{strategy}: mutual, tie-weeks, elsewhere, strength, expected, drawn per million"]
    for name, row in zip(BINS, table, strict=True):
        per_week = row / max(row[WEEKS], 1.0)
        shares = f"{per_week[ELSEWHERE]:8.3f}{per_week[STRENGTH]:8.3f}"
        rates = f"{per_week[EXPECTED] * 1e6:8.0f}{per_week[DRAWN] * 1e6:8.0f}"
        lines.append(f"{name:>6}{row[WEEKS]:9.0f}{shares}{rates}")
    sys.stdout.write("\n".join(["", *lines, ""]))
    assert table[:, DRAWN].sum() > 100
    apart = np.abs(table[:, DRAWN] - table[:, EXPECTED])
    assert (apart <= 5.5 * np.sqrt(table[:, VARIANCE]) + 5.0).all()
