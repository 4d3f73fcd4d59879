"""The arena that holds the rows of all members: neighbours and columns, each in one array.

A full row moves to the end of the arena, with a quarter more room than it needs. When the arena is
full it is laid out anew, in member order and without what moved rows left behind: every row then
gets a quarter more room than it needs, and the arena an eighth more than that, so that the work of
an added tie is constant on average. With c the bytes of the columns of one entry, a symmetric tie
costs 2 (4 + c) bytes, and with all room at most 1.41 times that and an entry a row more; room at
the end of the arena takes no memory until it is used. Only the first ties of a store get no room to
grow, as it may stay as it was made. Where members leave, the rows of their
neighbours close up and keep their room; that of the members themselves is given back when the
arena is laid out anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import over_chunks
from sim.world import layout
from sim.world.columns import as_bits
from sim.world.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import DTypeLike, NDArray

    from sim.world.columns import Column


class Arena:
    """Sorted rows of entries, one a member.

    Parameters
    ----------
    members : int
        Number of rows.
    dtypes : mapping of name to dtype
        Columns beside the neighbours.

    Attributes
    ----------
    start : int64 array (members,)
    degree : int32 array (members,)
        Where each row begins, and how many entries it has.
    neighbour : int32 array (capacity,)
    columns : dict of name to array (capacity,)
        By position.
    """

    def __init__(self, members: int, dtypes: Mapping[str, DTypeLike]) -> None:
        self.start = np.zeros(members, np.int64)
        self.degree = np.zeros(members, np.int32)
        self._room = np.zeros(members, np.int32)
        self._used = 0
        self.neighbour = np.zeros(0, np.int32)
        self.columns: dict[str, Column] = {
            name: np.zeros(0, dtype) for name, dtype in dtypes.items()
        }

    @property
    def rows(self) -> Rows:
        """What kernels take."""
        return Rows(self.start, self.degree, self.neighbour)

    @property
    def nbytes(self) -> int:
        """Bytes held, room to grow included."""
        per_member = self.start.nbytes + self.degree.nbytes + self._room.nbytes
        per_entry = sum(column.nbytes for column in self.columns.values())
        return per_member + self.neighbour.nbytes + per_entry

    def add(
        self,
        a: NDArray[np.int32],
        b: NDArray[np.int32],
        given: Mapping[str, Column],
        *,
        both: bool,
        threads: int,
    ) -> NDArray[np.bool_]:
        """Add entries for b to the rows of a, and for a to those of b if `both` are wanted.

        Parameters
        ----------
        a, b : int32 array (n,)
        given : mapping of name to array (n,) or (1,)
            Values of the entries of each pair; zeros in other columns.
        both : bool
        threads : int

        Returns
        -------
        bool array (n,)
            Which pairs were new: neither there before nor given twice.
        """
        touched, bounds, entries = layout.by_row(a, b, self.degree.size, both)
        blank = (np.empty(entries.size, np.int32) for _ in range(3))
        incoming = layout.Incoming(touched, bounds, np.zeros(touched.size, np.int32), *blank)
        new = np.zeros(a.size, np.bool_)
        rows = self.rows

        def look(first: int, last: int) -> None:
            layout.find_new(first, last, rows, entries, incoming, new)

        over_chunks(threads, touched.size, look)
        start = self._make_room(touched, incoming.fresh, threads)
        for name, column in self.columns.items():
            values = given.get(name, np.zeros(1, column.dtype))
            self._insert(column, start, incoming, values, (0, int(values.size > 1)), threads)
        self._insert(self.neighbour, start, incoming, incoming.neighbour, (1, 0), threads)
        self.start[touched] = start
        self.degree[touched] += incoming.fresh
        return new

    def _insert(
        self,
        column: Column,
        start: NDArray[np.int64],
        incoming: layout.Incoming,
        values: Column,
        steps: tuple[int, int],
        threads: int,
    ) -> None:
        """Merge values of new entries into a column, a step further by entry and by pair."""
        rows, old, new = self.rows, as_bits(column), as_bits(values)

        def work(first: int, last: int) -> None:
            layout.insert(first, last, rows, start, incoming, new, *steps, old)

        over_chunks(threads, start.size, work)

    def _make_room(
        self, touched: NDArray[np.int32], more: NDArray[np.int32], threads: int
    ) -> NDArray[np.int64]:
        """Find room for `more` entries in the rows of `touched`; return where they are to begin."""
        needed = self.degree[touched] + more
        start: NDArray[np.int64] = self.start[touched]
        full = needed > self._room[touched]
        room = _with_room(needed[full])
        ends = self._used + np.cumsum(room, dtype=np.int64)
        if room.size and ends[-1] > self.neighbour.size:
            self._lay_out(touched, needed, threads)
            return self.start[touched]
        if room.size:
            start[full] = ends - room
            self._room[touched[full]] = room
            self._used = int(ends[-1])
        return start

    def _lay_out(self, touched: NDArray[np.int32], needed: NDArray[np.int32], threads: int) -> None:
        """Lay out the arena anew, with room for as many entries as are `needed`."""
        room = self.degree.copy()
        room[touched] = needed
        grown = self._used > 0
        # Nothing is spared when the first ties come: a store may stay as it was made.
        self._room = _with_room(room) if grown else room
        start = np.cumsum(self._room, dtype=np.int64)
        self._used = int(start[-1])
        capacity = self._used + (self._used // 8 if grown else 0)
        start -= self._room
        # One after the other, so that but one of them exists twice at a time.
        for name, column in self.columns.items():
            self.columns[name] = self._moved(column, start, capacity, threads)
        self.neighbour = self._moved(self.neighbour, start, capacity, threads)
        self.start = start

    def _moved[T: np.generic](
        self, column: NDArray[T], start: NDArray[np.int64], capacity: int, threads: int
    ) -> NDArray[T]:
        """Copy all rows to where they are to `start` in a new array."""
        # Zeros of that many bytes are no memory before they are written to.
        target = np.zeros(capacity, column.dtype)
        rows, old, new = self.rows, as_bits(column), as_bits(target)

        def work(first: int, last: int) -> None:
            layout.copy_rows(first, last, rows, start, old, new)

        over_chunks(threads, start.size, work)
        return target

    def remove(self, leaving: NDArray[np.int32], *, both: bool, threads: int) -> None:
        """Remove all entries of and for the members `leaving`; `both`: all entries stand twice."""
        gone = np.zeros(self.degree.size, np.bool_)
        gone[leaving] = True
        rows = self.rows
        # Only the rows of neighbours can name a member; ties with a direction are not listed there.
        named = layout.neighbours_of(rows, leaving) if both else ~gone
        touched = np.flatnonzero(named & ~gone)
        left = np.zeros(touched.size, np.int32)
        for column in (*self.columns.values(), self.neighbour):
            bits = as_bits(column)

            def work(first: int, last: int, bits: Column = bits) -> None:
                layout.close_up(first, last, rows, touched, gone, bits, left)

            over_chunks(threads, touched.size, work)
        self.degree[touched] = left
        self.degree[gone] = 0
        self._room[gone] = 0


def _with_room(entries: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return for how many entries a row gets room that is to take so many."""
    return entries + (entries + 3) // 4
