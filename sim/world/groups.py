"""Groups: topics and memberships, readable from the member's and from the group's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel, lean
from sim.world.layout import sorted_order
from sim.world.splice import Splice, place_in, places

if TYPE_CHECKING:
    from sim.world.members import Bool, Int8, Int32

Int64 = NDArray[np.int64]

NO_TOPIC = -1
NEVER = -32768
"""Week of what never was: an invitation, a message, a post."""


class GroupRows(NamedTuple):
    """Memberships as the arrays that kernels read; rows are sorted."""

    topic: Int32
    """Topic of each group, a field or -1, int32[G]."""
    first_group: Int64
    """Where a member's memberships begin in `group`, int64[N + 1]."""
    group: Int32
    """Groups, member by member, ascending, int32[M]."""
    activity: Int8
    """Activity of each of those memberships: 0 lurks, 1 sometimes, 2 often, int8[M]."""
    posted: NDArray[np.int16]
    """Week of the last post in each of those memberships, or `NEVER`, int16[M]."""
    first_member: Int64
    """Where a group's members begin in `member`, int64[G + 1]."""
    member: Int32
    """Members, group by group, ascending, int32[M]."""


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups of a world: never changed in place but for `posted`; `changed` makes new ones."""

    rows: GroupRows

    @classmethod
    def from_memberships(
        cls,
        members: int,
        topic: Int32,
        member: Int32,
        group: Int32,
        activity: Int8,
        posted: NDArray[np.int16] | None = None,
    ) -> Groups:
        """Build from one entry a membership.

        Parameters
        ----------
        members : int
            Members in the world, N.
        topic : int32[G]
            Topic of each group; -1 for none.
        member, group : int32[M]
            Who is in which group; no pair twice.
        activity : int8[M]
            0 lurks, 1 sometimes, 2 often.
        posted : int16[M], optional
            Week of the last post; `NEVER` unless given.
        """
        if posted is None:
            posted = np.full(len(member), NEVER, np.int16)
        posted = np.asarray(posted, np.int16)
        member, group = np.asarray(member, np.int32), np.asarray(group, np.int32)
        keys = max(members, len(topic))
        order = sorted_order(member, group, keys)
        owner = member[order]
        by_member = (group[order], np.asarray(activity, np.int8)[order], posted[order])
        first_group = np.searchsorted(owner, np.arange(members + 1, dtype=np.int32))
        # One order at a time: in a large world it takes more room than the groups themselves.
        del order, owner
        order = sorted_order(group, member, keys)
        first_member = np.searchsorted(group[order], np.arange(len(topic) + 1, dtype=np.int32))
        topic = np.ascontiguousarray(topic, np.int32)
        return cls(GroupRows(topic, first_group, *by_member, first_member, member[order]))

    def changed(
        self, left: Bool, member: Int32, group: Int32, activity: Int8, threads: int = 1
    ) -> Groups:
        """Return new groups, without some of the memberships and with others.

        Parameters
        ----------
        left : bool[M]
            Which memberships end, in the order of `rows.group`; their posts are forgotten.
        member, group : int32[J]
            Who joins which; no pair twice, and nobody a group it stays in.
        activity : int8[J]
            0 lurks, 1 sometimes, 2 often.
        threads : int
            Threads that may be used; the result does not depend on it.

        Notes
        -----
        Few memberships change in a week: the rows are not sorted again, but copied in blocks from
        one change to the next.
        """
        rows = self.rows
        count = len(rows.first_group) - 1
        gone = np.flatnonzero(left)
        owner = np.searchsorted(rows.first_group, gone, side="right") - 1
        by_member = np.lexsort((group, member))
        group, member = group[by_member], member[by_member]
        side = Splice.of(rows.first_group, rows.group, gone, member, group, threads)
        # The same pairs by group, then member: to sort their keys alone is the fastest way.
        leaver, from_group = _by_group(owner, rows.group[gone], count)
        joiner, to_group = _by_group(member, group, count)
        absent = places(rows.first_member, rows.member, from_group, leaver, threads)
        other = Splice.of(rows.first_member, rows.member, absent, to_group, joiner, threads)
        never = np.full(len(member), NEVER, np.int16)
        return Groups(
            GroupRows(
                topic=rows.topic,
                first_group=side.first,
                group=side.applied(rows.group, group, threads),
                activity=side.applied(rows.activity, activity[by_member], threads),
                posted=side.applied(rows.posted, never, threads),
                first_member=other.first,
                member=other.applied(rows.member, joiner, threads),
            )
        )

    @property
    def topic(self) -> Int32:
        """Topic of each group, int32[G]."""
        return self.rows.topic

    @property
    def sizes(self) -> Int64:
        """Members of each group, int64[G]."""
        return np.diff(self.rows.first_member)

    def of(self, member: int) -> Int32:
        """Return the groups of a member, ascending."""
        rows = self.rows
        return rows.group[rows.first_group[member] : rows.first_group[member + 1]]

    def activity_of(self, member: int) -> Int8:
        """Activity of a member in each of its groups, in the order of `of`."""
        rows = self.rows
        return rows.activity[rows.first_group[member] : rows.first_group[member + 1]]

    def posted_of(self, member: int) -> NDArray[np.int16]:
        """Week of a member's last post in each of its groups, in the order of `of`."""
        rows = self.rows
        return rows.posted[rows.first_group[member] : rows.first_group[member + 1]]

    def copy(self) -> Groups:
        """Return groups that share with these only what is never changed in place."""
        return Groups(self.rows._replace(posted=self.rows.posted.copy()))

    def members_of(self, group: int) -> Int32:
        """Members of a group, ascending."""
        rows = self.rows
        return rows.member[rows.first_member[group] : rows.first_member[group + 1]]


def _by_group(member: NDArray[Any], group: Int32, members: int) -> tuple[Int32, Int32]:
    """Return pairs sorted by group, then member: member and group."""
    key = np.sort(group * np.int64(members) + member)
    return (key % members).astype(np.int32), (key // members).astype(np.int32)


@lean
def membership(rows: GroupRows, member: int, group: int) -> int:
    """Return the place of a membership in `rows.group`, or -1 if there is none."""
    last = rows.first_group[member + 1]
    place = place_in(rows.group, rows.first_group[member], last, group)
    if place < last and rows.group[place] == group:
        return int(place)
    return -1


@kernel
def membership_all(rows: GroupRows, member: Int32, group: Int32) -> Int64:
    """Apply `membership` to every pair."""
    out = np.empty(member.size, np.int64)
    for i in range(member.size):
        out[i] = membership(rows, member[i], group[i])
    return out


@lean
def share_group(rows: GroupRows, a: int, b: int) -> bool:
    """Whether two members have a group in common."""
    i, j = rows.first_group[a], rows.first_group[b]
    end_i, end_j = rows.first_group[a + 1], rows.first_group[b + 1]
    while i < end_i and j < end_j:
        if rows.group[i] == rows.group[j]:
            return True
        if rows.group[i] < rows.group[j]:
            i += 1
        else:
            j += 1
    return False
