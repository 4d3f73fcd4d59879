"""The state as compiled rules read it: a bundle of the world's arrays, made anew each week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.compiled import lean
from sim.world.facts import have_met, is_bridge
from sim.world.fading import tie_strength
from sim.world.groups import GroupRows, membership
from sim.world.rows import Rows, find, within

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Bool, Float64, Int32


class Board(NamedTuple):
    """Arrays of a world at the start of a week (or later in it, where a phase says so)."""

    week: int
    ties: Rows
    level: NDArray[np.float32]
    renewed: NDArray[np.int16]
    facts: NDArray[np.uint8]
    """Origin, bridge and endorsements: `sim.world.facts`."""
    fading: Float64
    dormant_below: float
    wasteland: bool
    """Whether dormant ties pass nothing on."""
    acquaintances: Rows
    history: Rows
    invited: NDArray[np.int16]
    messaged: NDArray[np.int16]
    approaches: NDArray[np.int16]
    dealings: NDArray[np.uint16]
    """Whether they have met, and favours: `sim.world.facts`."""
    groups: GroupRows
    visible_weeks: int
    """Weeks for which a post keeps a member visible; -1 if posts do not matter."""
    field: Int32
    aim: Int32
    decision_maker: Bool
    opt_out: Bool
    present: Bool


def board_of(world: World, scenario: Scenario, fading: Float64) -> Board:
    """Bundle the arrays of a world; valid until ties, history or groups change.

    Parameters
    ----------
    world : World
    scenario : Scenario
        Sections `ties`, `wasteland` and `joining`.
    fading : float64[2, ages]
        The table of `sim.world.fading`.
    """
    ties, history, members = world.ties, world.history, world.members
    return Board(
        week=world.week,
        ties=ties.rows,
        level=ties.column("level"),
        renewed=ties.column("renewed"),
        facts=ties.column("facts"),
        fading=fading,
        dormant_below=float(scenario.ties.dormant_below),
        wasteland=scenario.wasteland.on,
        acquaintances=world.acquaintances.rows,
        history=history.rows,
        invited=history.column("invited"),
        messaged=history.column("messaged"),
        approaches=history.column("approaches"),
        dealings=history.column("dealings"),
        groups=world.groups.rows,
        visible_weeks=scenario.joining.visible_weeks if scenario.joining.on else -1,
        field=members.field,
        aim=members.aim,
        decision_maker=members.decision_maker,
        opt_out=members.opt_out,
        present=members.present,
    )


@lean
def strength_at(board: Board, place: int) -> float:
    """Strength now of the tie whose entry is at `place`, from 0 to 1."""
    age = board.week - board.renewed[place]
    return tie_strength(board.level[place], age, is_bridge(board.facts[place]), board.fading)


@lean
def dormant_at(board: Board, place: int) -> bool:
    """Whether the tie whose entry is at `place` is dormant."""
    return strength_at(board, place) < board.dormant_below


@lean
def passes_on(board: Board, place: int) -> bool:
    """Whether the tie whose entry is at `place` passes anything on (S18)."""
    return not (board.wasteland and dormant_at(board, place))


@lean
def visible_in(board: Board, member: int, group: int) -> bool:
    """Whether `member` has posted in `group` of late."""
    place = membership(board.groups, member, group)
    return place >= 0 and board.week - board.groups.posted[place] <= board.visible_weeks


@lean
def has_met(board: Board, actor: int, alter: int) -> bool:
    """Whether the two have exchanged messages."""
    place = find(board.history, actor, alter)
    return place >= 0 and have_met(board.dealings[place])


@lean
def may_message(board: Board, actor: int, alter: int, group: int, level: int) -> bool:
    """Whether `actor` may write to `alter` in `group` (S15).

    Both are members of it; the recipient is on the platform, has not opted out, and is at most
    `level` ties away.
    """
    return (
        board.present[alter]
        and membership(board.groups, actor, group) >= 0
        and membership(board.groups, alter, group) >= 0
        and not board.opt_out[alter]
        and within(board.ties, actor, alter, level)
    )
