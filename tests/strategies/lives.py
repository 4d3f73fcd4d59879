"""A lively little world in which one arm plays a strategy, and what becomes of it."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.model import NetworkGrowth
from sim.scenario.study import Scenario
from sim.world.build import HISTORY_COLUMNS, TIE_COLUMNS
from strategies.scenes import on

if TYPE_CHECKING:
    from sim.world.build import World

WEEKS = 12
COUNT = 150


def scenario(
    name: str = "dormant", values: dict[str, Any] | None = None, mechanisms: tuple[str, ...] = ()
) -> Scenario:
    """Return a lively little world in which one arm plays the strategy."""
    return Scenario.model_validate(
        {
            **on(*mechanisms),
            # Nobody forgets a group in which it has met someone: then the channel is a group's.
            "joining": {"on": "joining" in mechanisms, "leave": 0.0},
            "premium": {"on": "premium" in mechanisms, "read": 1.0, "reply": 2.0},
            "question": "?",
            "weeks": WEEKS,
            "members": {"count": COUNT, "coverage": 1.0, "fields": 3, "hours_median": 6.0},
            "focal": {"share": 0.5},
            "acquaintances": {"median": 12.0},
            "groups": {"size_median": 15.0, "size_mean": 25.0, "often": 0.3},
            "ties": {"dormant_below": 0.5},
            "platform": {"invitations_lifetime": 40, "flags_until_restricted": 2},
            "response": {"reply": 1.0, "flag_stranger": 0.5},
            "measure": {"every": 100, "all_every": 100},
            "arms": {"it": {"strategy": name, **(values or {})}},
        }
    )


def lived(
    name: str,
    values: dict[str, Any],
    weeks: int = WEEKS,
    mechanisms: tuple[str, ...] = (),
    **options: Any,
) -> NetworkGrowth:
    given = scenario(name, values, mechanisms)
    model = NetworkGrowth(given, rng=5, agents=False, **options)
    model.run_for(weeks)
    return model


@cache
def digest_of(name: str, mechanisms: tuple[str, ...], **values: Any) -> str:
    """Digest of the world in which the focal members have played a strategy."""
    return digest(lived(name, values, mechanisms=mechanisms).world)


def digest(world: World) -> str:
    """Digest of the whole state."""
    digest = hashlib.sha256()
    for table in (world.members, world.pending):
        for column in dataclasses.fields(table):
            digest.update(getattr(table, column.name).tobytes())
    for store, names in (
        (world.ties, TIE_COLUMNS),
        (world.history, HISTORY_COLUMNS),
        (world.acquaintances, ()),
    ):
        for ends in store.edges():
            digest.update(ends.tobytes())
        for column_name in names:
            digest.update(store.edge_values(column_name).tobytes())
    for array in world.groups.rows:
        digest.update(array.tobytes())
    return digest.hexdigest()
