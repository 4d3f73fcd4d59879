"""Groups: topics and memberships, readable from the member's and from the group's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.world.layout import sorted_order

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
        member, group = np.asarray(member, np.int32), np.asarray(group, np.int32)
        # Counting sorts: with joining on, this is done every week for all memberships there are.
        keys = max(members, len(topic))
        by_member = sorted_order(member, group, keys)
        by_group = sorted_order(group, member, keys)
        return cls(
            GroupRows(
                topic=np.ascontiguousarray(topic, np.int32),
                first_group=np.searchsorted(member[by_member], np.arange(members + 1)),
                group=np.ascontiguousarray(group[by_member], np.int32),
                activity=np.ascontiguousarray(activity[by_member], np.int8),
                posted=np.ascontiguousarray(posted[by_member], np.int16),
                first_member=np.searchsorted(group[by_group], np.arange(len(topic) + 1)),
                member=np.ascontiguousarray(member[by_group], np.int32),
            )
        )

    def changed(self, left: Bool, member: Int32, group: Int32, activity: Int8) -> Groups:
        """Return new groups, without some of the memberships and with others.

        Parameters
        ----------
        left : bool[M]
            Which memberships end, in the order of `rows.group`; their posts are forgotten.
        member, group : int32[J]
            Who joins which; no pair twice, and nobody a group it stays in.
        activity : int8[J]
            0 lurks, 1 sometimes, 2 often.
        """
        rows, kept = self.rows, ~left
        count = len(rows.first_group) - 1
        owner = np.repeat(np.arange(count, dtype=np.int32), np.diff(rows.first_group))
        return Groups.from_memberships(
            count,
            rows.topic,
            np.concatenate((owner[kept], member)),
            np.concatenate((rows.group[kept], group)),
            np.concatenate((rows.activity[kept], activity)),
            np.concatenate((rows.posted[kept], np.full(len(member), NEVER, np.int16))),
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


@kernel
def membership(rows: GroupRows, member: int, group: int) -> int:
    """Return the place of a membership in `rows.group`, or -1 if there is none."""
    low, high = rows.first_group[member], rows.first_group[member + 1]
    while low < high:
        middle = (low + high) // 2
        if rows.group[middle] < group:
            low = middle + 1
        else:
            high = middle
    if low < rows.first_group[member + 1] and rows.group[low] == group:
        return int(low)
    return -1


@kernel
def membership_all(rows: GroupRows, member: Int32, group: Int32) -> Int64:
    """Apply `membership` to every pair."""
    out = np.empty(member.size, np.int64)
    for i in range(member.size):
        out[i] = membership(rows, member[i], group[i])
    return out


@kernel
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
