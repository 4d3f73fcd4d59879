"""Groups that change: whom they are recommended to, who joins, leaves and takes part (S12, F15).

The searches are called as those of `sim.rules.look`, whose parameters they share; they fill
`finds.group` and leave `finds.alter` at -1. Source: docs/model.md, 8.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.compiled import kernel, over_chunks
from sim.draws import Decision, fill_uniforms, integer, uniform
from sim.portable import log, logistic
from sim.rules.acts import JOIN, LEAVE, POST, Acts
from sim.rules.limits import group_size_most
from sim.sampling import choose_by
from sim.world.groups import GroupRows, membership, membership_all
from sim.world.rows import find
from sim.world.splice import place_in

if TYPE_CHECKING:
    from sim.rules.board import Board
    from sim.rules.look import Finds, Int64
    from sim.rules.scan import Scratch
    from sim.scenario.conduct import Platform
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Int32

LURKS, SOMETIMES = 0, 1
"""Activity of those who join a group that was recommended, and of those who chose it."""

_PICK_GROUP = int(Decision.PICK_GROUP)
_PICK_OWN_GROUP = int(Decision.PICK_OWN_GROUP)
_RECOMMEND = int(Decision.RECOMMEND)
_JOIN = int(Decision.JOIN)
_LEAVE = int(Decision.LEAVE)
_AT_ONCE = 512
"""Draws made together: most of what a week draws here, and fast only in numbers."""


@kernel
def look_groups_to_join(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,
    most: int,
    by_topic: Int64,
    topics: Int32,
) -> None:
    """List groups on the market one aims at, at random, up to `most` with those one is in.

    `by_topic` are all groups in the order of their `topics`.
    """
    groups = board.groups
    for row in range(start, stop):
        i = cohort[row]
        mine = groups.group[groups.first_group[i] : groups.first_group[i + 1]]
        wanted = min(limit[row], most - mine.size)
        if wanted <= 0:
            continue
        first = np.searchsorted(topics, board.aim[i])
        last = np.searchsorted(topics, board.aim[i], side="right")
        on_topic = by_topic[first:last]
        # One is in few of the many groups: to step over these is cheaper than to list the others.
        taken = np.empty(mine.size, np.int64)
        size = 0
        for g in mine:
            if groups.topic[g] == board.aim[i]:
                taken[size] = np.searchsorted(on_topic, g)
                size += 1
        chosen = finds.group[finds.first[row] : finds.first[row] + limit[row]]
        others = on_topic.size - size
        finds.found[row] = choose_by(
            seed, _PICK_GROUP, week, i, 0, others, wanted, chosen, scratch.swaps
        )
        for place in range(finds.found[row]):
            rank = chosen[place]
            for t in range(size):
                rank += int(taken[t] <= rank)
            chosen[place] = on_topic[rank]


@kernel
def look_own_groups(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    cohort: Int32,
    limit: Int64,
    board: Board,
    finds: Finds,
    scratch: Scratch,
    focus: bool,
) -> None:
    """Own groups, at random; with `focus` those on the market one aims at, if there are any."""
    groups = board.groups
    for row in range(start, stop):
        i = cohort[row]
        mine = groups.group[groups.first_group[i] : groups.first_group[i + 1]]
        pool = scratch.pool
        size = 0
        if focus:
            for g in mine:
                if groups.topic[g] == board.aim[i]:
                    pool[size] = g
                    size += 1
        if size == 0:
            size = mine.size
            for place in range(size):
                pool[place] = mine[place]
        chosen = finds.group[finds.first[row] : finds.first[row] + limit[row]]
        finds.found[row] = choose_by(
            seed, _PICK_OWN_GROUP, week, i, 0, size, limit[row], chosen, scratch.swaps
        )
        for place in range(finds.found[row]):
            chosen[place] = pool[chosen[place]]


class Appeal(NamedTuple):
    """What makes members join, as kernels read it: parts of sections `joining` and `platform`."""

    recommend: float
    join: float
    inside: float
    closed: float
    groups_most: int
    group_size_most: int
    """In members of the world."""


def appeal_of(scenario: Scenario, platform: Platform) -> Appeal:
    """Return the coefficients of a scenario and the limits of a week's platform."""
    joining = scenario.joining
    return Appeal(
        recommend=float(joining.recommend),
        join=float(joining.join),
        inside=float(joining.inside),
        closed=float(joining.closed),
        groups_most=platform.groups_most,
        group_size_most=group_size_most(scenario, platform),
    )


def change_groups(
    world: World,
    acts: Acts,
    board: Board,
    scenario: Scenario,
    platform: Platform,
    threads: int = 1,
) -> None:
    """Commit posts, let members leave and join groups.

    Parameters
    ----------
    world : World
        Changed in place: posts are counted and remembered, and `groups` replaced if they change.
    acts : Acts
        Delivered acts of the week.
    board : Board
        State at the start of the week; its ties must not have been added to since.
    scenario : Scenario
        Sections `joining` and `members`.
    platform : Platform
        Rules of the platform this week.
    threads : int
        Threads that may be used; the result does not depend on it.
    """
    members, rows = world.members, world.groups.rows
    seed = np.uint64(world.seed)
    posts = acts.take(acts.kind == POST)
    members.posts += np.bincount(posts.actor, minlength=len(members)).astype(np.int32)
    rows.posted[membership_all(rows, posts.actor, posts.via)] = world.week

    left = np.zeros(len(rows.group), np.bool_)
    chance = float(scenario.joining.leave)

    def lose(start: int, stop: int) -> None:
        _lose_lurkers(start, stop, seed, world.week, rows, members.present, chance, left)

    over_chunks(threads, len(members), lose)
    leaves = acts.take(acts.kind == LEAVE)
    left[membership_all(rows, leaves.actor, leaves.via)] = True

    joins = acts.take(acts.kind == JOIN)
    recommended = np.full(len(members), -1, np.int32)
    appeal = appeal_of(scenario, platform)

    def recommend(start: int, stop: int) -> None:
        _recommend(start, stop, seed, board, appeal, recommended)

    over_chunks(threads, len(members), recommend)
    # Who joined the same group by its own act takes part in it.
    recommended[joins.actor[recommended[joins.actor] == joins.via]] = -1
    persuaded = np.flatnonzero(recommended >= 0).astype(np.int32)
    member = np.concatenate((joins.actor, persuaded))
    if len(member) or left.any():
        group = np.concatenate((joins.via, recommended[persuaded]))
        activity = np.repeat(np.array([SOMETIMES, LURKS], np.int8), (len(joins), len(persuaded)))
        world.groups = world.groups.changed(left, member, group, activity, threads)


@kernel
def _lose_lurkers(
    start: int,
    stop: int,
    seed: np.uint64,
    week: int,
    groups: GroupRows,
    present: Bool,
    chance: float,
    left: Bool,
) -> None:
    """Mark the memberships, bool[M], of the members `start` ... `stop` - 1 who lurk and leave."""
    place_of = np.empty(_AT_ONCE, np.int64)
    member = np.empty(_AT_ONCE, np.int64)
    group = np.empty(_AT_ONCE, np.int64)
    waiting = 0
    for i in range(start, stop):
        for place in range(groups.first_group[i], groups.first_group[i + 1]):
            if present[i] and groups.activity[place] == LURKS:
                place_of[waiting] = place
                member[waiting] = i
                group[waiting] = groups.group[place]
                waiting += 1
                if waiting == _AT_ONCE:
                    _draw_leavers(seed, week, place_of, member, group, waiting, chance, left)
                    waiting = 0
    _draw_leavers(seed, week, place_of, member, group, waiting, chance, left)


@kernel
def _draw_leavers(
    seed: np.uint64,
    week: int,
    place: Int64,
    member: Int64,
    group: Int64,
    count: int,
    chance: float,
    left: Bool,
) -> None:
    """Mark those of the first `count` memberships given that end."""
    lot = np.empty(count)
    fill_uniforms(seed, _LEAVE, np.array([week]), member, group, np.array([0]), lot)
    for i in range(count):
        left[place[i]] = lot[i] < chance


@kernel
def _recommend(
    start: int, stop: int, seed: np.uint64, board: Board, appeal: Appeal, joined: Int32
) -> None:
    """Recommend groups of contacts to the members `start` ... `stop` - 1.

    `joined`, int32[N], receives the group of who joins it.
    """
    groups, week = board.groups, board.week
    for i in range(start, stop):
        degree = board.ties.degree[i]
        own = groups.first_group[i + 1] - groups.first_group[i]
        if (
            degree == 0
            or own >= appeal.groups_most
            or not board.present[i]
            or uniform(seed, _RECOMMEND, week, i, 0, 0) >= appeal.recommend
        ):
            continue
        c = board.ties.neighbour[
            board.ties.start[i] + integer(seed, _RECOMMEND, week, i, 0, 1, degree)
        ]
        first = groups.first_group[c]
        theirs = groups.first_group[c + 1] - first
        if theirs == 0:
            continue
        g = groups.group[first + integer(seed, _RECOMMEND, week, i, 0, 2, theirs)]
        size = groups.first_member[g + 1] - groups.first_member[g]
        if size >= appeal.group_size_most or membership(groups, i, g) >= 0:
            continue
        inside, closed = _friends_inside(board, i, g)
        x = appeal.join
        x = x + appeal.inside * log(1.0 + inside)
        if closed:
            x = x + appeal.closed
        if uniform(seed, _JOIN, week, i, g, 0) < logistic(x):
            joined[i] = g


@kernel
def _friends_inside(board: Board, member: int, group: int) -> tuple[int, bool]:
    """Count the contacts of `member` in `group`, and tell whether two of them are connected."""
    ties, inside = board.ties, board.groups.member
    # The group's list is one stretch of memory, those of the contacts' groups are scattered.
    among, last = board.groups.first_member[group], board.groups.first_member[group + 1]
    first = ties.start[member]
    friends = np.empty(ties.degree[member], np.int32)
    count = 0
    closed = False
    for place in range(first, first + ties.degree[member]):
        friend = ties.neighbour[place]
        among = place_in(inside, among, last, friend)
        if among == last:
            break
        if inside[among] == friend:
            for other in friends[:count]:
                closed = closed or find(ties, friend, other) >= 0
            friends[count] = friend
            count += 1
    return count, closed
