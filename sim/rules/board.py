"""The state as compiled rules read it: a bundle of the world's arrays, made anew each week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.compiled import kernel
from sim.world.groups import GroupRows, membership
from sim.world.rows import Rows, find, within

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.world.build import World
    from sim.world.members import Bool, Int32


class Board(NamedTuple):
    """Arrays of a world at the start of a week."""

    ties: Rows
    acquaintances: Rows
    history: Rows
    invited: NDArray[np.int16]
    messaged: NDArray[np.int16]
    met: NDArray[np.uint8]
    groups: GroupRows
    field: Int32
    target: Int32
    opt_out: Bool


def board_of(world: World) -> Board:
    """Bundle the arrays of a world; valid until ties or history grow."""
    return Board(
        ties=world.ties.rows,
        acquaintances=world.acquaintances.rows,
        history=world.history.rows,
        invited=world.history.column("invited"),
        messaged=world.history.column("messaged"),
        met=world.history.column("met"),
        groups=world.groups.rows,
        field=world.members.field,
        target=world.members.target,
        opt_out=world.members.opt_out,
    )


@kernel
def has_met(board: Board, actor: int, alter: int) -> bool:
    """Whether the two have exchanged messages."""
    place = find(board.history, actor, alter)
    return place >= 0 and board.met[place] != 0


@kernel
def may_message(board: Board, actor: int, alter: int, group: int, level: int) -> bool:
    """Whether `actor` may write to `alter` in `group` (S15).

    Both are members of it, the recipient has not opted out, and it is at most `level` ties away.
    """
    return (
        membership(board.groups, actor, group) >= 0
        and membership(board.groups, alter, group) >= 0
        and not board.opt_out[alter]
        and within(board.ties, actor, alter, level)
    )
