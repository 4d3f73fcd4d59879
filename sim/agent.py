"""A member as a Mesa agent: a view on one row of the world, so that Mesa's tools apply."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import mesa

from sim.world.members import Members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.build import World


class Member(mesa.Agent):  # type: ignore[misc]
    """One member. Its attributes are the columns of `sim.world.members.Members`.

    They are read from the world whenever they are asked for, so `model.agents.select`, `groupby`
    and `agg` see the state of the current week.
    """

    @classmethod
    def of_every_row(cls, model: mesa.Model, count: int) -> None:
        """Make the agents of a model: one for each of `count` rows, in their order.

        `create_agents` would also return a set of weak references to them, which nobody wants here:
        it doubles the memory and takes half of the time.
        """
        for _ in range(count):
            cls(model)

    @property
    def row(self) -> int:
        """Row of the member in the world, from 0."""
        return int(self.unique_id) - 1

    @property
    def world(self) -> World:
        """The world it lives in."""
        world: World = self.model.world
        return world

    @property
    def contacts(self) -> NDArray[Any]:
        """Rows of its contacts, ascending."""
        return self.world.ties.neighbours(self.row)

    @property
    def degree(self) -> int:
        """Number of contacts."""
        return int(self.world.ties.rows.degree[self.row])

    @property
    def groups(self) -> NDArray[Any]:
        """Its groups, ascending."""
        return self.world.groups.of(self.row)

    @property
    def decision_maker(self) -> bool:
        """Whether it is a decision-maker."""
        return bool(self.world.members.decision_maker[self.row])


def _column_property(name: str, meaning: str) -> property:
    def read(self: Member) -> Any:
        cell = getattr(self.world.members, name)[self.row]
        return cell.copy() if cell.ndim else cell.item()

    read.__doc__ = meaning
    return property(read)


for _column in dataclasses.fields(Members):
    setattr(Member, _column.name, _column_property(_column.name, _column.metadata["meaning"]))
