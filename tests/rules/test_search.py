"""Search: the order of profiles, the page, and recruiters, beside a ranking in plain Python."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from rules.hand import scenario, world
from sim import portable
from sim.draws import Decision, integer
from sim.export import to_networkx
from sim.rules.board import board_of
from sim.rules.look import Finds
from sim.rules.ranking import directory_of
from sim.rules.scan import scratch_of
from sim.rules.search import Approaches, look_search, recruit
from sim.world.fading import fading_table
from sim.world.groups import NEVER
from sim.world.members import DECISION_MAKER

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.ranking import Directory
    from sim.scenario.study import Scenario
    from sim.world.build import World

FIELDS, KEYWORDS, WEEK, AGAIN = 3, 2, 30, 12

LEVELS = ("level_1", "level_2", "level_group")
WEIGHTS: dict[str, dict[str, Any]] = {
    "default": {},
    "profiles alone": dict.fromkeys(LEVELS, 0.0),
    "all are equal": dict.fromkeys((*LEVELS, "completeness", "connections", "endorsements"), 0.0),
    "strangers first": {"level_1": -1.0, "level_2": -0.5, "level_group": -0.25},
}


def settings(careers: bool = False, **search: Any) -> Scenario:
    given = {"on": True, "keywords": KEYWORDS, "page": 5, "again": AGAIN, **search}
    return scenario(search=given, careers={"on": careers})


def random_world(count: int, seed: int) -> World:
    """Return a world with crowded pools, in which one member in ten is absent."""
    luck = np.random.Generator(np.random.Philox(key=seed))
    pairs = np.unique(np.sort(luck.integers(0, count, (3 * count, 2)), axis=1), axis=0)
    present = luck.random(count) < 0.9
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & present[pairs].all(axis=1)]
    groups = [dict.fromkeys(luck.choice(count, 12, replace=False).tolist(), 0) for _ in range(8)]
    made = world(
        count,
        ties=pairs,
        groups=groups,
        seed=seed,
        field=luck.integers(0, FIELDS, count),
        aim=luck.integers(0, FIELDS, count),
        keyword=luck.integers(0, KEYWORDS, count),
        # Few different values, so that scores are often equal.
        completeness=luck.integers(0, 3, count) / 2,
        endorsements=luck.integers(0, 3, count),
        seniority=luck.integers(0, 3, count),
        recruiter=luck.random(count) < 0.3,
        present=present,
        opening=np.where(luck.random(count) < 0.1, 1, -1),
    )
    made.week = WEEK
    dealt = np.unique(luck.integers(0, count, (10 * count, 2)), axis=0)
    dealt = dealt[dealt[:, 0] != dealt[:, 1]]
    weeks = np.where(
        luck.random((2, len(dealt))) < 0.5, NEVER, luck.integers(0, 30, (2, len(dealt)))
    )
    made.history.add(*dealt.T, invited=weeks[0], messaged=weeks[1])
    return made


def state(made: World, given: Scenario) -> tuple[Board, Directory]:
    board = board_of(made, given, fading_table(given.ties, given.weeks))
    return board, directory_of(made.members, len(made.field_names), given.search.keywords)


def plain_ranking(made: World, given: Scenario, i: int, pool: list[int]) -> list[int]:
    """Sort a pool by docs/model.md, 8.3, one member at a time."""
    graph: nx.Graph[int] = to_networkx(made)
    distance = nx.single_source_shortest_path_length(graph, i, cutoff=2)
    groups = set(made.groups.of(i).tolist())
    members, weight = made.members, given.search

    def score(j: int) -> float:
        if j in distance:
            x = weight.level_1 if distance[j] == 1 else weight.level_2
        else:
            x = weight.level_group if groups & set(made.groups.of(j).tolist()) else 0.0
        x = x + weight.completeness * float(members.completeness[j])
        x = x + weight.connections * portable.log(1.0 + graph.degree[j])
        return x + weight.endorsements * portable.log(1.0 + int(members.endorsements[j]))

    return sorted((j for j in pool if j != i), key=lambda j: (-score(j), j))


def pool_of(made: World, field: int, keyword: int) -> list[int]:
    members = made.members
    wanted = members.present & (members.field == field) & (members.keyword == keyword)
    return [int(j) for j in np.flatnonzero(wanted)]


def makers_of(made: World, field: int) -> list[int]:
    members = made.members
    wanted = members.present & (members.field == field) & (members.seniority == DECISION_MAKER)
    return [int(j) for j in np.flatnonzero(wanted)]


def lately(made: World, i: int, j: int) -> bool:
    dealt = dict(
        zip(
            made.history.neighbours(i).tolist(),
            np.maximum(made.history.values(i, "invited"), made.history.values(i, "messaged")),
            strict=True,
        )
    )
    return j in dealt and made.week - int(dealt[j]) < AGAIN


def searched(
    made: World, given: Scenario, limit: int, *, focus: bool, makers: bool, pieces: int = 1
) -> dict[int, list[int]]:
    """Let everybody search; return whom each finds."""
    board, directory = state(made, given)
    count = len(made.members)
    limits = np.full(count, limit)
    limits[::7] = 0
    finds = Finds(
        first=np.cumsum(limits) - limits,
        found=np.zeros(count, np.int64),
        alter=np.full(int(limits.sum()), -1, np.int32),
        group=np.full(int(limits.sum()), -1, np.int32),
    )
    edges = [count * piece // pieces for piece in range(pieces + 1)]
    for start, stop in itertools.pairwise(edges):
        look_search(
            start, stop, np.uint64(made.seed), WEEK, np.arange(count, dtype=np.int32), limits,
            board, finds, scratch_of(count, 0, 0), AGAIN,
            directory.rankings(board, given.search, 1, makers=makers),
            given.search.page, KEYWORDS, len(made.field_names), focus, makers,
        )  # fmt: skip
    return {
        i: finds.alter[finds.first[i] : finds.first[i] + finds.found[i]].tolist()
        for i in range(count)
    }


def test_the_directory_lists_who_is_present_pool_by_pool() -> None:
    made = world(
        7,
        field=[1, 0, 1, 1, 0, 2, 1],
        keyword=[0, 1, 1, 0, 1, 0, 0],
        seniority=[2, 2, 0, 1, 2, 0, 2],
        present=[True, True, True, True, True, True, False],
    )
    directory = directory_of(made.members, 4, 2)
    pools = np.split(directory.profiles.member, directory.profiles.first[1:-1])
    assert [pool.tolist() for pool in pools] == [[], [1, 4], [0, 3], [2], [5], [], [], []]
    makers = np.split(directory.makers.member, directory.makers.first[1:-1])
    assert [pool.tolist() for pool in makers] == [[1, 4], [0], [], []]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, [1, 2, 6, 3, 4, 5]),
        ({"level_2": 4.0}, [2, 1, 6, 3, 4, 5]),
        # With log 2 = 0.69: 0.35 - 0.75 for 3, 0.35 - 0.5 for 4, -0.5 for 5.
        ({"completeness": -1.0}, [1, 2, 6, 4, 3, 5]),
        # 0.75 - 0.69 for 3, 0.5 - 0.69 for 4, 0.5 for 5.
        ({"endorsements": -1.0}, [1, 2, 6, 5, 3, 4]),
        # log 3 for 1, log 2 for 2 and 0 for others.
        ({"level_1": 0.0, "level_2": 0.0, "connections": 3.0}, [1, 2, 6, 3, 4, 5]),
        ({"level_1": 0.0, "level_2": 0.0, "connections": -3.0}, [6, 3, 4, 5, 2, 1]),
    ],
)
def test_the_order_of_a_hand_made_page(weights: dict[str, Any], expected: list[int]) -> None:
    """0 knows 1, who knows 2; 6 and 2 are in its group, 3 has the best profile of the rest."""
    made = world(
        7,
        ties=[(0, 1), (1, 2)],
        groups=[{0: 0, 2: 0, 6: 0}],
        completeness=[1.0, 0.5, 0.5, 0.75, 0.5, 0.5, 0.5],
        endorsements=[9, 0, 0, 1, 1, 0, 0],
    )
    given = scenario(search={"keywords": 1, **weights})
    assert plain_ranking(made, given, 0, list(range(7))) == expected
    made.week = WEEK
    made.members.recruiter[0] = True
    recruit(made, state(made, given)[0], given, state(made, given)[1], 1)
    assert np.argsort(made.members.position_sum[1:]).tolist() == [j - 1 for j in expected]
    assert made.members.searched.tolist() == [0, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("makers", [False, True])
@pytest.mark.parametrize("focus", [False, True])
@pytest.mark.parametrize("page", [1, 5, 1000])
def test_a_search_finds_what_sorting_everybody_finds(
    weights: str, makers: bool, focus: bool, page: int
) -> None:
    made = random_world(90, 4)
    given = settings(page=page, **WEIGHTS[weights])
    found = searched(made, given, 4, focus=focus, makers=makers)
    seen = 0
    for i, alters in found.items():
        field = integer(made.seed, Decision.PICK_SEARCH, WEEK, i, 0, 1, FIELDS)
        if focus:
            field = int(made.members.aim[i])
        keyword = integer(made.seed, Decision.PICK_SEARCH, WEEK, i, 0, 0, KEYWORDS)
        pool = makers_of(made, field) if makers else pool_of(made, field, keyword)
        first = plain_ranking(made, given, i, pool)[:page]
        contacts = made.ties.neighbours(i).tolist()
        wanted = [j for j in first if j not in contacts and not lately(made, i, j)]
        assert alters == wanted[: 4 if i % 7 else 0]
        seen += len(alters)
    assert seen > 20


def test_searches_do_not_depend_on_their_cohort() -> None:
    made = random_world(90, 5)
    whole = searched(made, settings(), 3, focus=False, makers=False)
    assert searched(made, settings(), 3, focus=False, makers=False, pieces=7) == whole


@pytest.mark.parametrize("careers", [False, True])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize(("page", "approaches"), [(5, 3), (2, 9), (1000, 1000), (5, 0)])
def test_recruiters_do_what_sorting_everybody_does(
    careers: bool, weights: str, page: int, approaches: int
) -> None:
    made = random_world(120, 6)
    given = settings(careers=careers, page=page, approaches=approaches, **WEIGHTS[weights])
    before = made.copy()
    result = recruit(made, *_arguments(made, given), 2)

    counts = np.zeros((4, 120), np.int64)
    openings = np.flatnonzero(before.members.present & (before.members.opening >= 0))
    expected = []
    for r in np.flatnonzero(before.members.recruiter & before.members.present).tolist():
        hirer, field = -1, integer(made.seed, Decision.SEARCH_FOR, WEEK, r, 0, 0, FIELDS)
        if careers:
            pick = integer(made.seed, Decision.SEARCH_FOR, WEEK, r, 0, 0, len(openings))
            hirer = int(openings[pick])
            field = int(before.members.field[hirer])
        keyword = integer(made.seed, Decision.SEARCH_FOR, WEEK, r, 0, 1, KEYWORDS)
        order = plain_ranking(before, given, r, pool_of(before, field, keyword))
        fresh = [j for j in order[:page] if not lately(before, r, j)][:approaches]
        expected += [(r, j, hirer) for j in fresh]
        for position, j in enumerate(order, start=1):
            counts[:, j] += 1, position, position <= page, j in fresh
    assert list(zip(*(column.tolist() for column in result), strict=True)) == expected
    members = made.members
    columns = members.searched, members.position_sum, members.impressions, members.approaches
    np.testing.assert_array_equal(columns, counts)
    _assert_remembered(before, made, result)


def _arguments(made: World, given: Scenario) -> tuple[Board, Scenario, Directory]:
    board, directory = state(made, given)
    return board, given, directory


def _assert_remembered(before: World, after: World, approaches: Approaches) -> None:
    """Approaches, and nothing else, are new in the history: as messages of this week."""
    before.history.add(approaches.recruiter, approaches.member, invited=NEVER, messaged=NEVER)
    before.history.update(approaches.recruiter, approaches.member, messaged=WEEK)
    np.testing.assert_array_equal(before.history.edges(), after.history.edges())
    for column in ("invited", "messaged", "met", "approaches", "favours"):
        np.testing.assert_array_equal(
            before.history.edge_values(column), after.history.edge_values(column)
        )


@pytest.mark.parametrize("threads", [2, 3, 5])
def test_recruiting_does_not_depend_on_threads(threads: int) -> None:
    """In a world with more pools than any piece has."""
    given = settings(keywords=8)
    alone = random_world(200, 7)
    alone.members.keyword[:] = np.arange(200) % 8
    shared = alone.copy()
    first = recruit(alone, *_arguments(alone, given), 1)
    second = recruit(shared, *_arguments(shared, given), threads)
    assert len(first.member) > 20
    np.testing.assert_array_equal(first, second)
    for column in ("searched", "position_sum", "impressions", "approaches"):
        np.testing.assert_array_equal(
            getattr(alone.members, column), getattr(shared.members, column)
        )


def test_impressions_are_zero_sum() -> None:
    """S6: who climbs displaces others; every recruiter fills one page, whatever they look like."""
    given = settings(keywords=1, page=4)
    totals, mine = [], []
    for completeness in (0.0, 1.0):
        made = random_world(150, 8)
        made.members.keyword[:] = 0
        made.members.recruiter[:] = True
        made.members.completeness[::10] = completeness
        recruit(made, *_arguments(made, given), 1)
        totals.append(int(made.members.impressions.sum()))
        mine.append(int(made.members.impressions[::10].sum()))
    assert totals == [4 * np.count_nonzero(made.members.present)] * 2
    assert mine[1] > mine[0]


def test_nobody_is_approached_again_too_soon() -> None:
    """One recruiter, five members in its only pool, two approaches a week, three weeks' rest."""
    made = world(6, completeness=[0, 0.5, 0.4, 0.3, 0.2, 0.1], recruiter=[1, 0, 0, 0, 0, 0])
    given = scenario(search={"on": True, "keywords": 1, "approaches": 2, "again": 3})
    seen = []
    for week in range(1, 8):
        made.week = week
        seen.append(recruit(made, *_arguments(made, given), 1).member.tolist())
    assert seen == [[1, 2], [3, 4], [5], [1, 2], [3, 4], [5], [1, 2]]
    assert made.members.approaches.tolist() == [0, 3, 3, 2, 2, 2]
    assert made.members.impressions.tolist() == [0, 7, 7, 7, 7, 7]
    assert made.members.position_sum.tolist() == [0, 7, 14, 21, 28, 35]


def test_without_openings_recruiters_with_a_mandate_do_nothing() -> None:
    made = random_world(60, 9)
    made.members.opening[:] = -1
    result = recruit(made, *_arguments(made, settings(careers=True)), 2)
    assert [column.dtype for column in result] == [np.int32] * 3
    assert [len(column) for column in result] == [0, 0, 0]
    assert made.members.searched.sum() == 0


def test_without_recruiters_nobody_is_looked_up() -> None:
    made = random_world(60, 10)
    made.members.recruiter[:] = False
    assert len(recruit(made, *_arguments(made, settings()), 2).member) == 0
    assert made.members.searched.sum() == 0
