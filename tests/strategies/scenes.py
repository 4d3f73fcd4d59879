"""Views of worlds made by hand, and what is planned in them in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rules import hand

from sim.rules.acts import KINDS, Acts
from sim.rules.board import board_of
from sim.rules.limits import MECHANISMS, limits_of
from sim.rules.ranking import directory_of
from sim.rules.respond import law_of
from sim.rules.view import View
from sim.strategies import create
from sim.world.fading import fading_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sim.scenario.study import Scenario
    from sim.world.build import World

ACTS_OF = {
    "introductions": {"introduce"},
    "premium": {"inmail", "subscribe"},
    "joining": {"join", "leave", "post"},
    "wasteland": {"congratulate", "article"},
    "endorsements": {"endorse"},
}
"""Kinds of acts that a mechanism brings."""
assert set(ACTS_OF) == set(MECHANISMS)


def look(world: World, scenario: Scenario, cohort: ArrayLike | None = None) -> View:
    """Return what a cohort, or everyone, sees in the world's week."""
    members = np.arange(len(world.members)) if cohort is None else np.asarray(cohort)
    law = law_of(scenario)
    return View(
        world,
        board_of(world, scenario, fading_table(scenario.ties, scenario.weeks)),
        members.astype(np.int32),
        limits_of(scenario, scenario.platform, law, world.week),
        scenario,
        lambda: directory_of(world.members, len(world.field_names), scenario.search.keywords),
    )


def on(*mechanisms: str, **sections: Any) -> dict[str, Any]:
    """Return sections of a scenario in which these mechanisms are switched on."""
    return {**{name: {"on": True} for name in mechanisms}, **sections}


def planned(
    world: World, strategy: str, parameters: dict[str, Any], *mechanisms: str, me: int = 0
) -> list[tuple[str, int, int]]:
    """Return what one member plans: kind of act, target or -1, group or contact or -1."""
    view = look(world, hand.scenario(**on(*mechanisms)), [me])
    return in_words(create(strategy, parameters).act(view, view.draws))


def in_words(acts: Acts) -> list[tuple[str, int, int]]:
    """Return acts as tuples of kind, target, via; invitations with a note are `invite+`."""
    return [
        (KINDS[kind] + "+" * note, target, via)
        for kind, target, via, note in zip(
            acts.kind.tolist(),
            acts.target.tolist(),
            acts.via.tolist(),
            acts.note.tolist(),
            strict=True,
        )
    ]


def only(kind: str, acts: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """Return targets and vias of the acts of a kind."""
    return [(target, via) for name, target, via in acts if name == kind]


def number(acts: list[tuple[str, int, int]]) -> dict[str, int]:
    """Return how many acts there are of each kind, in the order of their first."""
    names = [name for name, _, _ in acts]
    return {name: names.count(name) for name in dict.fromkeys(names)}


def prices(acts: Acts, view: View) -> Any:
    """Return the minutes that each act costs, by the platform's list, int64[K]."""
    cost = view.cost
    of_kind = {
        "invite": cost.invite,
        "message": cost.message,
        "upkeep": cost.upkeep,
        "introduce": cost.introduce,
        "inmail": cost.inmail,
        "subscribe": 0,
        "join": cost.join,
        "leave": cost.join,
        "post": cost.post,
        "endorse": cost.endorse,
        "congratulate": cost.congratulate,
        "article": cost.article,
    }
    plain = np.array([of_kind[kind] for kind in KINDS])[acts.kind]
    return np.where(acts.note, cost.invite_with_note, plain)
