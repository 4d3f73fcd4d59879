"""What a member can want to do, and the minutes it takes (docs/model.md, 7.2 and 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

Kind = Literal[
    "invite", "message", "upkeep", "introduce", "inmail", "subscribe", "join", "leave", "post",
    "endorse", "congratulate", "article",
]  # fmt: skip

IN_GROUPS = ("join", "leave", "post")
"""Acts that have a group and no target."""
NURTURE = ("upkeep", "congratulate", "article")
"""Acts that renew a tie."""


class Act(NamedTuple):
    """One thing that a member wants to do: to `target`, with a note, in a group, via a contact."""

    kind: Kind
    target: int = -1
    note: bool = False
    group: int = -1
    via: int = -1

    @property
    def towards(self) -> int:
        """What bars a second act of the same kind in a week: its target, or its group."""
        return self.group if self.kind in IN_GROUPS else self.target


class Sent(NamedTuple):
    """A delivered act and what came of it."""

    actor: int
    act: Act
    outcome: str


def cost(scenario: Scenario, act: Act) -> int:
    """Minutes that an act takes."""
    minutes = scenario.minutes
    if act.kind == "subscribe":
        return 0
    if act.kind == "invite" and act.note:
        return minutes.invite_with_note
    taken: int = getattr(minutes, "join" if act.kind == "leave" else act.kind)
    return taken
