"""Cases of acts that are refused or delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules.hand import NEVER, scripted, world
from sim.strategies.base import Acts

if TYPE_CHECKING:
    from sim.model import NetworkGrowth

COSTS = {
    "invite": 3, "invite_with_note": 6, "message": 10, "upkeep": 7, "introduce": 8, "inmail": 11,
    "join": 2, "post": 15, "endorse": 1, "congratulate": 4, "article": 5,
}  # fmt: skip
DEAF = {"accept": NEVER, "reply": NEVER, "acquaintance": 0.0, "flag_stranger": 0.0}


def played(acts: dict[int, Acts], made: dict[str, Any], sections: dict[str, Any]) -> NetworkGrowth:
    """Run a hand-made world until its last planned week."""
    given = {"response": DEAF, "minutes": COSTS, **sections}
    model = scripted(world(**{"count": 6, **made}), acts, **given)
    model.run_for(max(acts))
    return model


@dataclass
class Case:
    """Acts of member 0 by week: how many are delivered and refused in all, and their minutes."""

    acts: dict[int, Acts]
    delivered: int
    refused: int
    minutes: int
    made: dict[str, Any] = field(default_factory=dict)
    sections: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Assert that this is what becomes of the acts, and nothing of anybody else's."""
        members = played(self.acts, self.made, self.sections).world.members
        assert members.refused[0] == self.refused
        assert members.minutes_spent[0].sum() == self.minutes
        assert len(Acts.join(*self.acts.values())) == self.delivered + self.refused
        assert members.refused[1:].sum() == members.minutes_spent[1:].sum() == 0


def on(*mechanisms: str, **sections: Any) -> dict[str, Any]:
    """Return sections with these mechanisms switched on."""
    return {**sections, **{name: {"on": True, **sections.get(name, {})} for name in mechanisms}}
