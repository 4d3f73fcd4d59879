"""Generated groups: topics, lognormal sizes, and who joins which."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Decision, integers, normals, uniform, uniforms
from sim.world.groups import NO_TOPIC, Groups
from sim.world.lognormal import lognormal

if TYPE_CHECKING:
    from sim.scenario.population import Groups as GroupSettings
    from sim.world.members import Int32, Members

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

# Groups a member is in, by class of `groups.memberships` (F59; the last class ends at F41's limit).
FEWEST = np.array([0, 1, 10, 20, 30])
MOST = np.array([0, 9, 19, 29, 50])
# How often a member looks for another group when it is in the one it came to already.
TRIES = 16


def draw_groups(
    members: Members, parameters: GroupSettings, coverage: float, fields: int, seed: int
) -> Groups:
    """Draw groups and memberships.

    The attraction of a group is lognormal, so that sizes are too (F19); a member fills each of its
    memberships from the groups of its own field, of its target market, or from all, by attraction.

    Parameters
    ----------
    members : Members
        Their `field` and `target` decide which groups they join.
    parameters
        Section `groups` of the scenario.
    coverage : float
        Share of a group's members that the world holds.
    fields : int
        Number of fields.
    seed : int
        Seed of the world.
    """
    count = len(members)
    rows = np.arange(count)
    wanted = _memberships(rows, parameters, seed)
    total = int(wanted.sum())
    mean_size = max(2.0, parameters.size_mean * coverage)
    groups = max(1, round(total / mean_size))
    numbers = np.arange(groups)
    sigma = math.sqrt(2.0 * math.log(parameters.size_mean / parameters.size_median))
    attraction = lognormal(normals(seed, Decision.GROUP_SIZE, 0, numbers, 0, 0), 1.0, sigma)
    topic = integers(seed, Decision.GROUP_TOPIC, 0, numbers, 0, 1, fields).astype(np.int32)
    topic[uniforms(seed, Decision.GROUP_TOPIC, 0, numbers, 0, 0) < parameters.general] = NO_TOPIC

    # Groups in the order of their topic, so that every topic is one stretch of one running sum.
    order = np.argsort(topic, kind="stable")
    running = np.concatenate(([0.0], np.cumsum(attraction[order])))
    stretch = np.searchsorted(topic[order], np.arange(fields + 1))
    end = np.cumsum(np.minimum(wanted, groups))
    group = np.full(int(end[-1]) if count else 0, -1, np.int32)
    _join(
        np.uint64(seed),
        end,
        members.field,
        members.target,
        parameters.own_topic,
        parameters.target_topic,
        running,
        stretch,
        order,
        group,
    )
    member = np.repeat(rows.astype(np.int32), np.minimum(wanted, groups))
    joined = group >= 0
    member, group = member[joined], group[joined]
    lot = uniforms(seed, Decision.ACTIVITY, 0, member, group, 0)
    activity = (lot < parameters.often + parameters.sometimes).astype(np.int8)
    activity += lot < parameters.often
    return Groups.from_memberships(count, topic, member, group, activity)


def _memberships(rows: Int64, parameters: GroupSettings, seed: int) -> Int64:
    """Draw how many groups each member is in, int64[N]."""
    bounds = np.cumsum(parameters.memberships)[:-1]
    lot = uniforms(seed, Decision.MEMBERSHIP, 0, rows, 0, 0)
    kind = np.searchsorted(bounds, lot, side="right")
    spread = MOST[kind] - FEWEST[kind] + 1
    return np.asarray(FEWEST[kind] + integers(seed, Decision.MEMBERSHIP, 0, rows, 0, 1, spread))


@kernel
def _join(
    seed: np.uint64,
    end: Int64,
    field: Int32,
    target: Int32,
    own_share: float,
    target_share: float,
    running: Float64,
    stretch: Int64,
    order: Int64,
    out: Int32,
) -> None:
    """Fill each member's places in `out` with different groups; `order` is that by topic.

    A place stays -1 if `TRIES` looks found no group that the member is not in.
    """
    first = 0
    for i in range(end.size):
        for slot in range(first, end[i]):
            for attempt in range(TRIES):
                index = 2 * ((slot - first) * TRIES + attempt)
                lot = uniform(seed, Decision.MEMBERSHIP, 1, i, 0, index)
                low, high = 0, running.size - 1
                if lot < own_share:
                    low, high = stretch[field[i]], stretch[field[i] + 1]
                elif lot < own_share + target_share:
                    low, high = stretch[target[i]], stretch[target[i] + 1]
                if low == high:
                    low, high = 0, running.size - 1
                point = uniform(seed, Decision.MEMBERSHIP, 1, i, 0, index + 1)
                weight = running[low] + point * (running[high] - running[low])
                place = low + np.searchsorted(running[low + 1 : high], weight, side="right")
                chosen = order[place]
                taken = False
                for earlier in range(first, slot):
                    taken = taken or out[earlier] == chosen
                if not taken:
                    out[slot] = chosen
                    break
        first = end[i]
