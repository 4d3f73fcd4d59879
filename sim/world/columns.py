"""Columns of a tie store: dtypes, fields of a few bits that share a byte, values made to fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

Column = NDArray[Any]
type Kind = DTypeLike | Mapping[str, int]
"""What a column is: a dtype, or names of fields and how many bits each has."""


class BitField(NamedTuple):
    """Some bits of a column of unsigned numbers."""

    column: str
    shift: int
    bits: int

    @property
    def mask(self) -> int:
        """The bits of the field, where they stand in the column."""
        return ((1 << self.bits) - 1) << self.shift

    def of(self, column: Column) -> Column:
        """Values of the field, given those of its column."""
        number = column.dtype.type
        values: Column = (column & number(self.mask)) >> number(self.shift)
        return values


def declared(
    columns: Mapping[str, Kind],
) -> tuple[dict[str, np.dtype[Any]], dict[str, BitField]]:
    """Return the dtype of each column, and the fields in those that are told as name -> bits.

    The fields of a column stand in the smallest unsigned number that holds them, first ones lowest.
    """
    dtypes: dict[str, np.dtype[Any]] = {}
    fields: dict[str, BitField] = {}
    for name, kind in columns.items():
        if not isinstance(kind, Mapping):
            dtypes[name] = np.dtype(kind)
            continue
        shift = 0
        for field, bits in cast("Mapping[str, int]", kind).items():
            fields[field] = BitField(name, shift, bits)
            shift += bits
        dtypes[name] = np.min_scalar_type((1 << shift) - 1)
    return dtypes, fields


def fitted(
    name: str, value: ArrayLike, size: int, dtype: np.dtype[Any], field: BitField | None = None
) -> Column:
    """Return `value` in the dtype of a column: `size` values, or one that stands for all of them.

    If it is for a `field`, the values are as they stand in its column.

    Raises
    ------
    ValueError
        If the column cannot hold a value, but that a float may be rounded.
    """
    values = np.asarray(value)
    values = np.broadcast_to(values, (1 if values.size == 1 else size,))
    fit = values.astype(dtype)
    lost = dtype.kind in "iub" and not np.array_equal(fit, values)
    if lost or (field is not None and (fit >> field.bits).any()):
        kind = dtype if field is None else f"{field.bits} bits wide"
        msg = f"column {name!r} is {kind} and cannot hold every value given"
        raise ValueError(msg)
    return fit if field is None else fit << dtype.type(field.shift)


def as_bits(column: Column) -> Column:
    """View a column as unsigned numbers of its width, so that kernels are compiled once a width."""
    bits: Column = column.view(f"u{column.dtype.itemsize}")
    return bits
