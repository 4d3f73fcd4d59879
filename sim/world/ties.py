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
from sim.world.arena import Arena
from sim.world.columns import as_bits, declared, fitted
from sim.world.rows import find_all, list_edges, mutual_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from sim.draws import Seed
    from sim.world.columns import Column, Kind
    from sim.world.rows import Rows


class Adjacency:
    """Growable ties between a fixed number of members: no loops, no parallel ties.

    Parameters
    ----------
    members : int
        Number of members, below 2**31; they are 0, 1, ..., members - 1.
    columns : mapping of name to dtype, optional
        What is known of each tie. Values must fit their dtype; a float may be rounded. In place of
        a dtype can stand a mapping of names to bits: whole numbers below 2**bits each, that share
        one column and are named like columns of their own everywhere.
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

    Notes
    -----
    Methods that take `threads` may use so many; what they do does not depend on it.

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
        columns: Mapping[str, Kind] | None = None,
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
        dtypes, self._fields = declared(columns or {})
        self._arena = Arena(members, dtypes)

    @classmethod
    def from_pairs(
        cls,
        members: int,
        a: ArrayLike,
        b: ArrayLike,
        *,
        columns: Mapping[str, Kind] | None = None,
        symmetric: bool = True,
        threads: int = 1,
        **values: ArrayLike,
    ) -> Adjacency:
        """Make a store and `add` the pairs to it; of equal pairs the first counts."""
        ties = cls(members, columns, symmetric=symmetric)
        ties.add(a, b, threads=threads, **values)
        return ties

    @property
    def rows(self) -> Rows:
        """What kernels take; take it anew after every `add`."""
        return self._arena.rows

    @property
    def nbytes(self) -> int:
        """Bytes held, room to grow included."""
        return self._arena.nbytes

    def add(
        self, a: ArrayLike, b: ArrayLike, *, threads: int = 1, **columns: ArrayLike
    ) -> NDArray[np.bool_]:
        """Add ties; a pair that is a tie already, or came before, is left as it is.

        Parameters
        ----------
        a, b : array_like of int (n,)
            Ends, broadcast against each other.
        threads : int
        **columns : array_like (n,)
            Values of the new ties, broadcast; a column that is not named gets zeros.

        Returns
        -------
        bool array (n,)
            Which pairs were new.
        """
        first, second = self._pairs(a, b, loops=False)
        given = self._given(first.size, columns)
        new = self._arena.add(first, second, given, both=self.symmetric, threads=threads)
        self.size += int(np.count_nonzero(new))
        return new

    def remove_members(self, gone: ArrayLike, *, threads: int = 1) -> None:
        """Remove every tie of the members `gone`, from and to them; the others stay as they are.

        Parameters
        ----------
        gone : array_like of int (n,)
            Members, in any order; they stay in the store, without ties, and can get new ones.
        threads : int
        """
        leaving, _ = self._pairs(gone, gone)
        self._arena.remove(leaving, both=self.symmetric, threads=threads)
        self.size = int(self._arena.degree.sum(dtype=np.int64)) // (1 + int(self.symmetric))

    def positions(self, a: ArrayLike, b: ArrayLike, *, threads: int = 1) -> NDArray[np.int64]:
        """Positions (n,) in the arena of the entries for `b` in the rows of `a`, -1 if none."""
        return find_all(self.rows, *self._pairs(a, b), threads)

    def contains(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
        """Tell which pairs (n,) are ties."""
        return self.positions(a, b) >= 0

    def mutual(self, a: ArrayLike, b: ArrayLike, *, threads: int = 1) -> NDArray[np.int64]:
        """Count the members (n,) that `a` and `b` both have a tie to."""
        return mutual_all(self.rows, *self._pairs(a, b), threads)

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
        given = self._given(first.size, columns)
        here = find_all(self.rows, first, second)
        if here.size and here.min() < 0:
            missing = int(here.argmin())
            msg = f"there is no tie from {first[missing]} to {second[missing]} to update"
            raise ValueError(msg)
        there = find_all(self.rows, second, first) if self.symmetric else here
        for name, values in given.items():
            column = as_bits(self._arena.columns[name])
            kept = column.dtype.type(self._untouched(name, columns))
            layout.assign(column, here, there, as_bits(values), int(values.size > 1), kept)

    def neighbours(self, member: int) -> NDArray[np.int32]:
        """Neighbours of `member`, ascending: a read-only view, to be taken anew after `add`."""
        return self._row(member, self._arena.neighbour)

    def values(self, member: int, column: str) -> Column:
        """Values of `column` in the order of `neighbours(member)`, not to be written to."""
        if column in self._fields:
            field = self._fields[column]
            return _locked(field.of(self._row(member, self._arena.columns[field.column])))
        return self._row(member, self._raw(column))

    def _row[T: np.generic](self, member: int, column: NDArray[T]) -> NDArray[T]:
        if not 0 <= member < self.members:
            msg = f"member {member} does not exist: there are {self.members}"
            raise ValueError(msg)
        first = self._arena.start[member]
        return _locked(column[first : first + self._arena.degree[member]])

    def column(self, name: str) -> Column:
        """Return the array behind a column, by position; to be taken anew after `add`.

        What is written to it must be equal at both entries of a symmetric tie. Of a column that is
        but some bits of one, a copy is returned, that cannot be written to.
        """
        if name in self._fields:
            field = self._fields[name]
            return _locked(field.of(self._arena.columns[field.column]))
        return self._raw(name)

    def edges(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the ends a and b (size,) of all ties, sorted; a < b if symmetric."""
        return list_edges(self.rows, self.symmetric, self.size)[:2]

    def edge_values(self, column: str) -> Column:
        """Values (size,) of `column` in the order of `edges`."""
        _, _, positions = list_edges(self.rows, self.symmetric, self.size)
        if column in self._fields:
            field = self._fields[column]
            return field.of(self._arena.columns[field.column][positions])
        return self._raw(column)[positions]

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

    def _given(self, size: int, values: Mapping[str, ArrayLike]) -> dict[str, Column]:
        """Return `size` values, or one for all, of each column of which something is given."""
        given: dict[str, Column] = {}
        for name, value in values.items():
            if name in self._fields:
                field = self._fields[name]
                dtype = self._arena.columns[field.column].dtype
                bits = fitted(name, value, size, dtype, field)
                given[field.column] = given.get(field.column, dtype.type(0)) | bits
            else:
                given[name] = fitted(name, value, size, self._raw(name).dtype)
        return given

    def _untouched(self, column: str, given: Iterable[str]) -> int:
        """Bits of a column that stand for fields of which nothing is given."""
        fields = {name: field for name, field in self._fields.items() if field.column == column}
        return sum(field.mask for name, field in fields.items() if name not in given)

    def _raw(self, name: str) -> Column:
        if name not in self._arena.columns:
            known = sorted({*self._arena.columns, *self._fields})
            msg = f"there is no column {name!r}; there are {known}"
            raise ValueError(msg)
        return self._arena.columns[name]


def _locked[T: np.generic](values: NDArray[T]) -> NDArray[T]:
    """Make an array read-only."""
    values.flags.writeable = False
    return values
