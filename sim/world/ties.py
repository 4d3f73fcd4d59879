"""The ties of a world: sorted rows of neighbours in one growable arena, with columns beside them.

A tie is an entry of `neighbour` and of every column at the same position. A symmetric store holds
each tie twice, once in the row of either end, and both entries carry the same values.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np

from sim.sampling import choose
from sim.world import layout
from sim.world.rows import Rows, find_all, list_edges, mutual_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from sim.draws import Seed
    from sim.world.layout import Column


class Adjacency:
    """Growable ties between a fixed number of members: no loops, no parallel ties.

    Parameters
    ----------
    members : int
        Number of members, below 2**31; they are 0, 1, ..., members - 1.
    columns : mapping of name to dtype, optional
        What is known of each tie. Values must fit their dtype; a float may be rounded.
    symmetric : bool
        True: ties have no direction, (a, b) is (b, a). False: a tie runs from a to b.

    Attributes
    ----------
    members, symmetric
        As given.
    size : int
        Number of ties.

    Raises
    ------
    ValueError
        Here and in every method: a member that does not exist, a loop, an unknown column, a value
        that its column cannot hold.

    Examples
    --------
    >>> ties = Adjacency(4, {"born": np.int16})
    >>> ties.add([0, 2, 1], [1, 0, 0], born=[5, 6, 7]).tolist()
    [True, True, False]
    >>> ties.neighbours(0).tolist(), ties.values(0, "born").tolist()
    ([1, 2], [5, 6])
    """

    def __init__(
        self,
        members: int,
        columns: Mapping[str, DTypeLike] | None = None,
        *,
        symmetric: bool = True,
    ) -> None:
        if not 0 <= members < 2**31:
            msg = f"members must be in [0, 2**31), not {members}"
            raise ValueError(msg)
        if columns and "neighbour" in columns:
            msg = "no column can be called 'neighbour': every tie has that one"
            raise ValueError(msg)
        self.members = members
        self.symmetric = symmetric
        self.size = 0
        self._start = np.zeros(members, np.int64)
        self._degree = np.zeros(members, np.int32)
        self._room = np.zeros(members, np.int64)
        self._used = 0
        self._neighbour = np.zeros(0, np.int32)
        self._columns: dict[str, Column] = {
            name: np.zeros(0, dtype) for name, dtype in (columns or {}).items()
        }

    @classmethod
    def from_pairs(
        cls,
        members: int,
        a: ArrayLike,
        b: ArrayLike,
        *,
        columns: Mapping[str, DTypeLike] | None = None,
        symmetric: bool = True,
        **values: ArrayLike,
    ) -> Adjacency:
        """Make a store and `add` the pairs to it; of equal pairs the first counts."""
        ties = cls(members, columns, symmetric=symmetric)
        ties.add(a, b, **values)
        return ties

    @property
    def rows(self) -> Rows:
        """What kernels take; take it anew after every `add`."""
        return Rows(self._start, self._degree, self._neighbour)

    @property
    def nbytes(self) -> int:
        """Bytes held, room to grow included."""
        per_member = self._start.nbytes + self._degree.nbytes + self._room.nbytes
        per_entry = sum(column.nbytes for column in self._columns.values())
        return per_member + self._neighbour.nbytes + per_entry

    def add(self, a: ArrayLike, b: ArrayLike, **columns: ArrayLike) -> NDArray[np.bool_]:
        """Add ties; a pair that is a tie already, or came before, is left as it is.

        Parameters
        ----------
        a, b : array_like of int (n,)
            Ends, broadcast against each other.
        **columns : array_like (n,)
            Values of the new ties, broadcast; a column that is not named gets zeros.

        Returns
        -------
        bool array (n,)
            Which pairs were new.
        """
        low, high = self._pairs(a, b, loops=False)
        given = {name: self._fit(name, value, low.size) for name, value in columns.items()}
        if self.symmetric:
            low, high = np.minimum(low, high), np.maximum(low, high)
        order = layout.sorted_order(low, high, self.members)
        new = layout.new_pairs(self.rows, low, high, order)
        bounds, neighbour, source = layout.entries(
            low, high, order[new[order]], self.members, self.symmetric
        )
        more = np.diff(bounds)
        touched = np.flatnonzero(more)
        self._make_room(touched, more[touched])
        rows = self.rows
        for name, column in self._columns.items():
            values = given[name][source] if name in given else np.zeros(source.size, column.dtype)
            layout.merge(rows, touched, bounds, neighbour, values, column)
        layout.merge(rows, touched, bounds, neighbour, neighbour, self._neighbour)
        self._degree[touched] += more[touched].astype(np.int32)
        self.size += int(np.count_nonzero(new))
        return new

    def remove_members(self, gone: ArrayLike) -> None:
        """Remove every tie of the members `gone`, from and to them; the others stay as they are.

        Parameters
        ----------
        gone : array_like of int (n,)
            Members, in any order; they stay in the store, without ties, and can get new ones.
        """
        leaving, _ = self._pairs(gone, gone)
        marked = np.zeros(self.members, np.bool_)
        marked[leaving] = True
        rows = self.rows
        # Only the rows of neighbours can name a member; ties with a direction are not listed there.
        named = layout.neighbours_of(rows, leaving) if self.symmetric else ~marked
        touched = np.flatnonzero(named & ~marked)
        left = layout.kept_entries(rows, touched, marked)
        for column in (*self._columns.values(), self._neighbour):
            layout.close_up(rows, touched, marked, column)
        self._degree[touched] = left
        self._degree[marked] = 0
        self._room[marked] = 0
        self.size = int(self._degree.sum(dtype=np.int64)) // (1 + int(self.symmetric))

    def _make_room(self, touched: NDArray[np.int64], more: NDArray[np.int64]) -> None:
        """Move the rows of `touched` that cannot take `more` entries to where they can."""
        needed = self._degree[touched] + more
        full = needed > self._room[touched]
        moving = touched[full]
        self._room[moving] = needed[full] + needed[full] // 4 + 2
        room = self._room[moving]
        if self._used + room.sum() <= self._neighbour.size:
            start = self._start.copy()
            start[moving] = self._used + np.cumsum(room) - room
            self._used += int(room.sum())
            capacity = None
        else:
            moving = np.arange(self.members)
            start = np.cumsum(self._room) - self._room
            self._used = int(self._room.sum())
            capacity = self._used + self._used // 4
        self._neighbour = self._moved(self._neighbour, moving, start, capacity)
        for name, column in self._columns.items():
            self._columns[name] = self._moved(column, moving, start, capacity)
        self._start = start

    def _moved[T: np.generic](
        self,
        column: NDArray[T],
        moving: NDArray[np.int64],
        start: NDArray[np.int64],
        capacity: int | None,
    ) -> NDArray[T]:
        """Copy the rows of `moving` to `start`, into a new array if it has a `capacity`."""
        target = column if capacity is None else np.zeros(capacity, column.dtype)
        layout.copy_rows(moving, self._start, start, self._degree, column, target)
        return target

    def positions(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
        """Positions (n,) in the arena of the entries for `b` in the rows of `a`, -1 if none."""
        return find_all(self.rows, *self._pairs(a, b))

    def contains(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
        """Tell which pairs (n,) are ties."""
        return self.positions(a, b) >= 0

    def mutual(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.int64]:
        """Count the members (n,) that `a` and `b` both have a tie to."""
        return mutual_all(self.rows, *self._pairs(a, b))

    def update(self, a: ArrayLike, b: ArrayLike, **columns: ArrayLike) -> None:
        """Change columns of existing ties; of a repeated tie the last values stand.

        Parameters
        ----------
        a, b : array_like of int (n,)
            Ends, broadcast against each other.
        **columns : array_like (n,)
            New values, broadcast.

        Raises
        ------
        ValueError
            Also if a pair is no tie; nothing is changed then.
        """
        first, second = self._pairs(a, b)
        given = {name: self._fit(name, value, first.size) for name, value in columns.items()}
        positions = find_all(self.rows, first, second)
        if positions.size and positions.min() < 0:
            missing = int(positions.argmin())
            msg = f"there is no tie from {first[missing]} to {second[missing]} to update"
            raise ValueError(msg)
        ends = 1 + int(self.symmetric)
        if self.symmetric:
            positions = np.column_stack((positions, find_all(self.rows, second, first))).ravel()
        for name, values in given.items():
            layout.assign(self._columns[name], positions, np.repeat(values, ends))

    def neighbours(self, member: int) -> NDArray[np.int32]:
        """Neighbours of `member`, ascending: a read-only view, to be taken anew after `add`."""
        return self._row(member, self._neighbour)

    def values(self, member: int, column: str) -> Column:
        """Values of `column` in the order of `neighbours(member)`: a read-only view."""
        return self._row(member, self.column(column))

    def _row[T: np.generic](self, member: int, column: NDArray[T]) -> NDArray[T]:
        if not 0 <= member < self.members:
            msg = f"member {member} does not exist: there are {self.members}"
            raise ValueError(msg)
        first = self._start[member]
        view = column[first : first + self._degree[member]]
        view.flags.writeable = False
        return view

    def column(self, name: str) -> Column:
        """Return the array behind a column, by position; to be taken anew after `add`.

        What is written to it must be equal at both entries of a symmetric tie.
        """
        if name not in self._columns:
            msg = f"there is no column {name!r}; there are {sorted(self._columns)}"
            raise ValueError(msg)
        return self._columns[name]

    def edges(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the ends a and b (size,) of all ties, sorted; a < b if symmetric."""
        return list_edges(self.rows, self.symmetric, self.size)[:2]

    def edge_values(self, column: str) -> Column:
        """Values (size,) of `column` in the order of `edges`."""
        _, _, positions = list_edges(self.rows, self.symmetric, self.size)
        return self.column(column)[positions]

    def sample(
        self, member: int, k: int, seed: Seed, decision: int, week: int
    ) -> NDArray[np.int32]:
        """Draw up to `k` neighbours of `member` without replacement.

        They are what `sim.sampling.choose` picks of `neighbours(member)`, with a = `member`, b = 0.
        """
        row = self.neighbours(member)
        picked = np.empty(min(k, row.size), np.int64)
        choose(np.uint64(seed), int(decision), week, member, 0, row.size, k, picked)
        return row[picked]

    def copy(self) -> Adjacency:
        """Return a store of its own with the same ties."""
        return deepcopy(self)

    def _pairs(
        self, a: ArrayLike, b: ArrayLike, *, loops: bool = True
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Check pairs of members and return their ends as flat arrays."""
        first, second = np.broadcast_arrays(np.atleast_1d(a), np.atleast_1d(b))
        for end in (first, second):
            if end.size and (
                end.dtype.kind not in "iu" or end.min() < 0 or end.max() >= self.members
            ):
                msg = f"ends must be members: whole numbers from 0 to {self.members - 1}"
                raise ValueError(msg)
        if not loops and (first == second).any():
            msg = f"member {first[first == second][0]} cannot have a tie to itself"
            raise ValueError(msg)
        return np.ascontiguousarray(first, np.int32), np.ascontiguousarray(second, np.int32)

    def _fit(self, name: str, value: ArrayLike, size: int) -> Column:
        """Return `size` values in the dtype of the column `name`."""
        dtype = self.column(name).dtype
        values = np.broadcast_to(np.asarray(value), (size,))
        fitted = values.astype(dtype)
        if dtype.kind in "iub" and not np.array_equal(fitted, values):
            msg = f"column {name!r} is {dtype} and cannot hold every value given"
            raise ValueError(msg)
        return fitted
