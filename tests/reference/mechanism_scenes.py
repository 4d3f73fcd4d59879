"""Crowded little worlds in which the mechanisms of section 8 do all that they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .scenes import EXPLICIT, scenario

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

LONG_HOURS: dict[str, Any] = {"hours_median": 8.0}
FADING: dict[str, Any] = {
    "bridge_retention": 0.001,
    "embedded_retention": 0.02,
    "dormant_below": 0.5,
    "embedded_from": 2,
    "oldest": 40,
}
EAGER: dict[str, Any] = {"accept": 0.5, "reply": 1.0}
COLD: dict[str, Any] = {"accept": -3.0, "reply": -3.0, "flag_stranger": 0.6, "flag_group": 0.6}
JOB_MARKET: dict[str, Any] = {
    "on": True,
    "opening": 0.5,
    "opening_weeks": 3,
    "loss": 0.1,
    "start": 0.2,
    "direct": 0.6,
    "referral": 0.9,
    "approach": 0.9,
    "applications": 2,
    "apply": 0.5,
    "offer_known": 0.6,
    "offer": 0.5,
}
TURNOVER: dict[str, Any] = {"on": True, "waiting": 0.4, "arrive": 0.15, "depart": 0.06}
RECRUITERS: dict[str, Any] = {
    "on": True,
    "recruiters": 0.3,
    "page": 4,
    "approaches": 2,
    "again": 3,
    "keywords": 2,
}
JOINING: dict[str, Any] = {
    "on": True,
    "recommend": 0.5,
    "join": -0.5,
    "leave": 0.1,
    "visible_weeks": 2,
}
EVERYTHING: dict[str, Any] = {
    "members": {"hours_median": 5.0},
    "ties": {**FADING, "embedded_retention": 0.2},
    "response": {"reply": 0.0, "visible": 1.0, "flag_group": 0.4, "flag_stranger": 0.5},
    "platform": {
        "flags_until_restricted": 2,
        "restricted_weeks": 1,
        "message_level": 3,
        "groups_most": 5,
        "group_size_most": 14,
        "messages_per_month": 9,
        "connections_most": 25,
    },
    "search": {**RECRUITERS, "endorsements": 2.0},
    "endorsements": {"on": True},
    "introductions": {"on": True, "forward": 0.5, "accept": 0.5, "delay_most": 2},
    "premium": {"on": True, "credits": 3, "credit_weeks": 5},
    "joining": JOINING,
    "spam": {"on": True, "flag_message": 0.4, "ladder": (1, 2, 3)},
    "wasteland": {"on": True, "feed": 0.3},
    "tiredness": {"on": True, "cost": 1.5, "beta": 1.3, "after": 2, "pause": 2},
    "aim": {"on": True, "error": 0.5},
    "careers": JOB_MARKET,
    "population": {**TURNOVER, "waiting": 0.2},
    "policy": (
        {"week": 4, "set": {"reinvite_after": 1, "invitations_per_week": 5}},
        {"week": 8, "close": "invitations to strangers"},
    ),
}

MECHANISM_SCENES: dict[str, dict[str, Any]] = {
    "recruiters": {"search": RECRUITERS},
    "endless_recruiters": {
        "search": {
            **RECRUITERS,
            "page": 2,
            "approaches": 5,
            "again": 1,
            "keywords": 1,
            "level_1": -2.0,
            "level_group": 0.7,
            "completeness": 0.0,
        },
        "arm": {**EXPLICIT["group_driven"], "ask_again_after": 2},
    },
    "endorsements": {"strategy": "known_only", "endorsements": {"on": True, "back": 0.3}},
    "praise_ranks": {
        "strategy": "recommended",
        "arm": {**EXPLICIT["recommended"], "endorsements_a_week": 6, "upkeep_focus": True},
        "endorsements": {"on": True, "back": 1.0},
        "search": {**RECRUITERS, "endorsements": 3.0, "completeness": 0.1},
        "wasteland": {"on": True},
        "ties": FADING,
    },
    "introductions": {
        "strategy": "introductions_first",
        "introductions": {"on": True, "forward": -0.5, "accept": -0.5, "refuse": 0.4},
        "members": LONG_HOURS,
    },
    "favours_weigh": {
        "strategy": "introductions_first",
        "arm": {**EXPLICIT["introductions_first"], "focus": True, "decision_makers": True},
        "introductions": {"on": True, "forward": 2.0, "debt": -1.5, "delay_most": 1, "accept": 2.0},
        "aim": {"on": True, "error": 0.4},
        "members": LONG_HOURS,
    },
    "introduced_late": {
        "strategy": "introductions_first",
        "arm": {**EXPLICIT["introductions_first"], "ask_again_after": 1, "looks": 10},
        "introductions": {"on": True, "forward": 2.0, "delay_most": 6, "accept": -4.0},
        "population": TURNOVER,
        "members": LONG_HOURS,
    },
    "dormant_ties_introduce_nobody": {
        "strategy": "introductions_first",
        "introductions": {"on": True, "forward": 1.0},
        "wasteland": {"on": True, "feed": 0.0},
        "ties": FADING,
        "members": LONG_HOURS,
    },
    "inmail": {
        "strategy": "inmail_buyer",
        "premium": {"on": True, "credits": 6, "credit_weeks": 13},
        "members": LONG_HOURS,
    },
    "credits_expire": {
        "strategy": "inmail_buyer",
        "arm": {**EXPLICIT["inmail_buyer"], "inmails_a_week": 1},
        "premium": {"on": True, "credits": 5, "credit_weeks": 2, "returned": "never"},
        "members": LONG_HOURS,
    },
    "lost_inmail_comes_back": {
        "strategy": "inmail_buyer",
        "arm": {**EXPLICIT["inmail_buyer"], "ask_again_after": 2, "inmails_a_week": 9},
        "premium": {"on": True, "credits": 2, "credit_weeks": 15, "returned": "unanswered"},
        "spam": {"on": True, "repeat": -1.0},
        "search": {"page": 20, "level_2": -1.0},
        "members": LONG_HOURS,
        "weeks": 20,
    },
    "groups_recommended": {
        "strategy": "passive_groups",
        "joining": {**JOINING, "recommend": 1.0, "closed": 2.0, "leave": 0.4},
    },
    "groups_at_their_limits": {
        "joining": JOINING,
        "platform": {"groups_most": 3, "group_size_most": 11},
        "members": LONG_HOURS,
    },
    "no_room_in_groups": {
        "joining": JOINING,
        "platform": {"groups_most": 0, "group_size_most": 1},
        "members": LONG_HOURS,
    },
    "seen_in_groups": {
        "arm": {**EXPLICIT["group_driven"], "posts_a_week": 3, "focus": True},
        "joining": {**JOINING, "visible_weeks": 1},
        "response": {"visible": 4.0, "reply": -1.0},
        "members": LONG_HOURS,
    },
    "ladder": {
        "strategy": "open_networker",
        "spam": {"on": True, "ladder": (1, 2, 3)},
        "response": COLD,
        "platform": {"flags_until_restricted": 1, "restricted_weeks": 1, "reinvite_after": 1},
        "weeks": 16,
    },
    "messages_flagged": {
        "strategy": "broadcaster",
        "arm": {**EXPLICIT["broadcaster"], "ask_again_after": 1, "invitations_a_week": 1},
        "spam": {"on": True, "flag_message": 0.9, "repeat": -0.5},
        "response": COLD,
        "platform": {"message_level": 3, "restricted_weeks": 2},
        "members": LONG_HOURS,
    },
    "messages_of_the_restricted": {
        "spam": {"on": True, "flag_message": 0.9},
        "response": COLD,
        "platform": {"message_level": 3, "flags_until_restricted": 2, "restricted_weeks": 0},
        "members": LONG_HOURS,
    },
    "wasteland": {"strategy": "nurturer", "wasteland": {"on": True, "feed": 0.5}, "ties": FADING},
    "too_much_kindness": {
        "strategy": "nurturer",
        "wasteland": {"on": True, "feed": 1.0, "feed_gain": 0.3, "fatigue": 5.0},
        "ties": FADING,
        "members": {"hours_median": 15.0},
    },
    "nurture_without_wasteland": {"strategy": "nurturer", "ties": FADING},
    "burnout": {
        "strategy": "recommended",
        "tiredness": {"on": True, "cost": 4.0, "beta": 1.5, "after": 2, "pause": 3},
        "members": LONG_HOURS,
        "weeks": 14,
    },
    "hard_to_keep_up": {
        "strategy": "known_only",
        "tiredness": {"on": True, "cost": 3.0, "beta": 0.9, "after": 50},
        "ties": FADING,
    },
    "all_aim_wrong": {
        "arm": {**EXPLICIT["group_driven"], "focus": True},
        "aim": {"on": True, "error": 1.0},
        "joining": JOINING,
    },
    "some_aim_wrong": {"strategy": "target_focused", "aim": {"on": True, "error": 0.4}},
    "one_field": {
        "strategy": "target_focused",
        "members": {"fields": 1},
        "aim": {"on": True, "error": 1.0},
        "search": RECRUITERS,
    },
    "newcomers": {
        "strategy": "known_only",
        "population": {"on": True, "waiting": 0.6, "arrive": 0.2, "depart": 0.0},
    },
    "leavers": {
        "strategy": "broadcaster",
        "population": {"on": True, "waiting": 0.0, "depart": 0.15},
        "focal": {"share": 0.1},
    },
    "nobody_there": {
        "population": {"on": True, "waiting": 1.0, "arrive": 0.01},
        "focal": {"share": 0.0},
        "careers": JOB_MARKET,
        "premium": {"on": True},
        "search": RECRUITERS,
    },
    "turnover": {
        "population": TURNOVER,
        "joining": JOINING,
        "search": RECRUITERS,
        "ties": {"embedded_from": 0},
        "weeks": 15,
    },
    "job_market": {"strategy": "switch_at_job_loss", "careers": JOB_MARKET, "weeks": 15},
    "one_opening_for_many": {
        "strategy": "recommended",
        "careers": {**JOB_MARKET, "opening": 0.05, "direct": 1.0, "offer_known": 1.0, "offer": 1.0},
        "members": {"employer_mean_size": 3.0, "fields": 2},
    },
    "all_dismissed": {
        "strategy": "switch_at_job_loss",
        "careers": {**JOB_MARKET, "loss_week": 4, "start": 0.5},
        "members": LONG_HOURS,
    },
    "headhunters": {
        "strategy": "dormant",
        "careers": {**JOB_MARKET, "direct": 0.0, "referral": 0.0, "apply": 0.0},
        "search": {**RECRUITERS, "again": 1, "page": 10},
        "population": TURNOVER,
        "weeks": 20,
    },
    "dormant_ties_refer_nobody": {
        "strategy": "known_only",
        "careers": JOB_MARKET,
        "wasteland": {"on": True, "feed": 0.05},
        "ties": FADING,
        "weeks": 15,
    },
    "doors_close": {
        "strategy": "broadcaster",
        "platform": {"message_level": 3},
        "policy": (
            {"week": 7, "close": "invitations to strangers"},
            {"week": 4, "close": "group messages"},
            {"week": 9, "set": {"group_messages": True, "message_level": 1}},
        ),
        "members": LONG_HOURS,
    },
    "rules_of_2015": {
        "platform": {"year": "2015-06", "messages_per_month": 3, "flags_until_restricted": 1},
        "response": COLD,
        "members": LONG_HOURS,
    },
    "enough_connections": {
        "strategy": "recommended",
        "platform": {"connections_most": 6},
        "policy": ({"week": 5, "set": {"connections_most": 9, "invitations_lifetime": 20}},),
        "response": EAGER,
    },
    "everything": EVERYTHING,
    "everything_to_jobs": {**EVERYTHING, "strategy": "switch_at_job_loss", "weeks": 15},
    "everything_paid": {**EVERYTHING, "strategy": "inmail_buyer"},
    "everything_asked": {**EVERYTHING, "strategy": "introductions_first"},
    "everything_tended": {**EVERYTHING, "strategy": "nurturer"},
    "everything_mixed": {**EVERYTHING, "strategy": "hybrid"},
}
"""Scenes by what differs from a plain scenario of `group_driven`; see `mechanism_scene`."""


def mechanism_scene(name: str, **more: Any) -> Scenario:
    """Return one of `MECHANISM_SCENES`."""
    given_here = {**MECHANISM_SCENES[name], **more}
    return scenario(given_here.pop("strategy", "group_driven"), **given_here)
