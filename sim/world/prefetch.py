"""Fetch memory ahead of its use.

Walking ties, nearly all time goes into waiting for rows that stand nowhere near the last one. A
kernel that knows whose rows it will need some rounds later can ask for them now: one million calls
of `find` in random rows of 60 then take less than half of the time (docs/performance.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.compiled import lean

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.world.rows import Rows

AHEAD = 12
"""Rounds ahead at which the entries of a row are best asked for, its bounds at twice as many."""
LINE = 64
"""Bytes that are fetched at once."""
_ENTRIES_A_LINE = LINE // 4
_LINES = 8


def _prefetch(typing: Any, array: Any, position: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ARG001
    """Ask for `array[position]`, which need not exist; does nothing else."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        made = context.make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(  # type: ignore[no-untyped-call]
            context, builder, kind, made, [arguments[1]], wraparound=False
        )
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch",
        )
        # To read (0), to be kept in every cache (3), data rather than code (1).
        flags = [number(0), number(3), number(1)]
        builder.call(function, [builder.bitcast(place, byte), *flags])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


prefetch: Callable[[NDArray[Any], int], None] = cast("Any", intrinsic(_prefetch))


@lean
def prefetch_bounds(rows: Rows, member: int) -> None:
    """Ask for where the row of `member` stands."""
    prefetch(rows.start, member)
    prefetch(rows.degree, member)


@lean
def prefetch_row(rows: Rows, member: int) -> None:
    """Ask for the neighbours in the row of `member`, or the first of them if there are many."""
    first = rows.start[member]
    last = first + min(rows.degree[member], _LINES * _ENTRIES_A_LINE)
    for place in range(first, last, _ENTRIES_A_LINE):
        prefetch(rows.neighbour, place)
