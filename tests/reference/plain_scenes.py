"""Unusual worlds without the mechanisms of section 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scenes import EXPLICIT, scenario

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

SCENES: dict[str, dict[str, Any]] = {
    "message_level_1": {"platform": {"message_level": 1}},
    "message_level_2": {"platform": {"message_level": 2}},
    "message_level_3": {"platform": {"message_level": 3}},
    "tiny_quotas": {"platform": {"invitations_per_week": 1, "invitations_lifetime": 4}},
    "no_invitations": {"platform": {"invitations_per_week": 0}},
    "many_flags": {
        "strategy": "open_networker",
        "response": {"accept": -3.0, "flag_stranger": 0.6, "flag_group": 0.6},
        "platform": {"flags_until_restricted": 2, "restricted_weeks": 2},
    },
    "flags_without_restriction": {
        "response": {"accept": -3.0, "flag_stranger": 1.0, "flag_group": 1.0},
        "platform": {"flags_until_restricted": 1, "restricted_weeks": 0},
    },
    "crowded_inboxes": {
        "response": {"load": -0.9, "reply": 1.0, "openness": 2.0},
        "members": {"hours_median": 20.0},
    },
    "eager": {"response": {"accept": 1.0, "reply": 2.0, "note": 1.0, "activity": 2.0}},
    "asks_before_it_may": {
        "arm": {**EXPLICIT["group_driven"], "ask_again_after": 1},
        "platform": {"reinvite_after": 4},
        "response": {"accept": -2.0, "reply": 2.0, "met": 0.0},
    },
    "may_before_it_asks": {
        "strategy": "known_only",
        "arm": {**EXPLICIT["known_only"], "ask_again_after": 5},
        "platform": {"reinvite_after": 1},
        "response": {"accept": -4.0},
    },
    "plain_invitations": {
        "arm": {**EXPLICIT["group_driven"], "message_first": False, "focus": True},
    },
    "focused_messages": {"arm": {**EXPLICIT["group_driven"], "focus": True}},
    "unfocused_strangers": {
        "strategy": "open_networker",
        "arm": {**EXPLICIT["open_networker"], "focus": False},
    },
    "all_hours_to_contacts": {
        "strategy": "known_only",
        "arm": {**EXPLICIT["known_only"], "upkeep_share": 1.0},
    },
    "ties_that_vanish": {
        "ties": {"bridge_retention": 0.0, "embedded_retention": 0.01, "dormant_below": 0.6},
        "minutes": {"upkeep": 60},
    },
    "ties_that_last": {
        "ties": {"bridge_retention": 1.0, "embedded_from": 3, "upkeep_gain": 0.07},
    },
    "no_bridges": {"ties": {"embedded_from": 0}},
    "cheap_acts": {"minutes": {"invite": 1, "invite_with_note": 1, "message": 1, "upkeep": 1}},
    "rarely_measured": {"measure": {"every": 3, "all_every": 4}},
    "sampled": {"measure": {"sample": 13}},
    "one_is_all": {"measure": {"sample": 1}},
    "no_focal_members": {"focal": {"share": 0.0}},
    "nobody_known": {"acquaintances": {"median": 0.0}},
    "no_groups": {"groups": {"memberships": (1.0, 0.0, 0.0, 0.0, 0.0)}},
}
"""Unusual scenarios, each by what differs from a plain one of `group_driven`."""


def scene(name: str, **more: Any) -> Scenario:
    """Return one of `SCENES`."""
    given_here = {**SCENES[name], **more}
    return scenario(given_here.pop("strategy", "group_driven"), **given_here)
