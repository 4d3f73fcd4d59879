"""Scenarios drawn at random, for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from . import reckless
from .scenes import EXPLICIT

# Coarse numbers: drawn floats are mostly tiny, and then nothing happens.
SHARE = st.integers(0, 20).map(lambda n: n / 20)
LOG_ODDS = st.integers(-40, 40).map(lambda n: n / 10)
SWITCH = st.booleans()
FEW = st.integers(0, 5)
WEEKS = st.integers(1, 6)

ARM = {
    "invitations_a_week": st.integers(0, 30),
    "ask_again_after": st.integers(1, 12),
    "upkeep_share": SHARE,
    "endorsements_a_week": FEW,
    "upkeep_focus": SWITCH,
    "looks": st.integers(1, 10),
    "focus": SWITCH,
    "message_first": SWITCH,
    "joins_a_week": FEW,
    "posts_a_week": FEW,
    "introductions_a_week": FEW,
    "decision_makers": SWITCH,
    "inmails_a_week": FEW,
    "check_in_share": SHARE.map(lambda share: share / 2),
    "article_share": SHARE.map(lambda share: share / 2),
    "known_share": SHARE,
}
"""Every parameter of the built-in strategies."""


@st.composite
def arms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a strategy and its parameters."""
    strategy = draw(st.sampled_from([*sorted(EXPLICIT), reckless.NAME]))
    if strategy == reckless.NAME:
        size = {"members": 30, "groups": 5, "everything": draw(SWITCH)}
        return {"strategy": strategy, "arm": size}
    return {"strategy": strategy, "arm": {key: draw(ARM[key]) for key in EXPLICIT[strategy]}}


def worlds() -> dict[str, st.SearchStrategy[Any]]:
    """Return the sections that make the world, each a strategy for its parameters."""
    return {
        "members": st.fixed_dictionaries(
            {
                "count": st.integers(2, 60),
                "fields": st.integers(1, 5),
                "decision_makers": SHARE.map(lambda share: share * 0.6),
                "seniors": SHARE.map(lambda share: share * 0.4),
                "hours_median": st.integers(0, 20).map(lambda n: n / 2),
                "message_opt_out": SHARE,
                "target_is_own_field": SHARE,
                "coverage": st.integers(1, 10).map(lambda n: n / 10),
            }
        ),
        "focal": st.fixed_dictionaries({"share": SHARE}),
        "acquaintances": st.fixed_dictionaries(
            {"median": st.integers(0, 15).map(float), "connected": SHARE}
        ),
        "ties": st.fixed_dictionaries(
            {
                "strength_acquaintance": SHARE,
                "strength_group": SHARE,
                "strength_stranger": SHARE,
                "strength_introduction": SHARE,
                "bridge_retention": SHARE,
                "embedded_retention": SHARE,
                "embedded_from": st.integers(0, 5),
                "dormant_below": SHARE,
                "upkeep_gain": SHARE,
                "oldest": st.integers(0, 100),
            }
        ),
        "groups": st.fixed_dictionaries(
            {
                "memberships": SHARE.map(lambda none: (none, 1.0 - none, 0.0, 0.0, 0.0)),
                "own_topic": SHARE.map(lambda share: share / 2),
                "target_topic": SHARE.map(lambda share: share / 2),
                "general": SHARE,
            }
        ),
    }


PLATFORM = {
    "invitations_per_week": st.integers(0, 20),
    "invitations_lifetime": st.integers(0, 60),
    "reinvite_after": st.integers(1, 6),
    "flags_until_restricted": st.integers(1, 6),
    "restricted_weeks": st.integers(0, 4),
    "message_level": st.integers(1, 3),
    "group_messages": SWITCH,
    "messages_per_month": st.integers(0, 20),
    "groups_most": st.integers(0, 12),
    "group_size_most": st.integers(1, 60),
    "connections_most": st.integers(0, 30),
    "stranger_invitations": SWITCH,
}
CHANGE = st.fixed_dictionaries(
    {"week": st.integers(1, 12), "set": st.fixed_dictionaries({}, optional=PLATFORM)},
    optional={"close": st.sampled_from(["group messages", "invitations to strangers"])},
).filter(lambda change: bool(change["set"]) or "close" in change)


def conduct() -> dict[str, st.SearchStrategy[Any]]:
    """Return the sections on what members do and the platform permits."""
    costs = (
        "invite", "invite_with_note", "message", "upkeep", "introduce", "inmail", "join", "post",
        "endorse", "congratulate", "article",
    )  # fmt: skip
    coefficients = (
        "accept", "reply", "acquaintance", "mutual", "group", "met", "field", "note", "openness",
        "load", "activity", "visible",
    )  # fmt: skip
    return {
        "platform": st.fixed_dictionaries({}, optional=PLATFORM),
        "policy": st.lists(CHANGE, max_size=4).map(tuple),
        "response": st.fixed_dictionaries(
            {
                **dict.fromkeys(coefficients, LOG_ODDS),
                "mutual_most": st.integers(0, 12),
                "flag_stranger": SHARE,
                "flag_group": SHARE,
            }
        ),
        "minutes": st.fixed_dictionaries(dict.fromkeys(costs, st.integers(1, 20))),
        "measure": st.fixed_dictionaries(
            {"every": st.integers(1, 5), "all_every": st.integers(1, 5)}
        ),
    }


def mechanisms() -> dict[str, st.SearchStrategy[Any]]:
    """Return the sections of mechanisms that can be switched on."""
    return {
        "search": _mechanism(
            recruiters=SHARE, page=st.integers(1, 12), approaches=FEW, again=WEEKS,
            keywords=st.integers(1, 3), level_1=LOG_ODDS, level_2=LOG_ODDS, level_group=LOG_ODDS,
            completeness=LOG_ODDS, connections=LOG_ODDS, endorsements=LOG_ODDS,
        ),
        "endorsements": _mechanism(back=SHARE),
        "introductions": _mechanism(
            forward=LOG_ODDS, strength=LOG_ODDS, debt=LOG_ODDS, refuse=SHARE, accept=LOG_ODDS,
            delay_most=WEEKS,
        ),
        "premium": _mechanism(
            price=st.floats(0.0, 99.0), credits=FEW, credit_weeks=st.integers(1, 15),
            returned=st.sampled_from(["answered", "unanswered", "never"]), read=SHARE,
            reply=LOG_ODDS,
        ),
        "joining": _mechanism(
            recommend=SHARE, join=LOG_ODDS, inside=LOG_ODDS, closed=LOG_ODDS, leave=SHARE,
            visible_weeks=WEEKS,
        ),
        "spam": _mechanism(
            flag_message=SHARE, repeat=LOG_ODDS, ladder=st.tuples(WEEKS, WEEKS, WEEKS)
        ),
        "wasteland": _mechanism(
            feed=SHARE, feed_gain=SHARE, congratulate_gain=SHARE, article_gain=SHARE,
            fatigue=LOG_ODDS.map(abs),
        ),
        "tiredness": _mechanism(
            cost=LOG_ODDS.map(abs), beta=SHARE.map(lambda share: share * 2),
            off_target=LOG_ODDS.map(abs), after=WEEKS, pause=WEEKS,
        ),
        "aim": _mechanism(error=SHARE),
        "careers": _mechanism(
            opening=SHARE, opening_weeks=WEEKS, loss=SHARE, loss_week=st.integers(0, 8),
            start=SHARE, direct=SHARE, referral=SHARE, approach=SHARE,
            willing=st.tuples(SHARE, SHARE, SHARE, SHARE), applications=FEW, apply=SHARE,
            offer_known=SHARE, offer=SHARE,
        ),
        "population": _mechanism(
            waiting=SHARE, arrive=SHARE, depart=SHARE.map(lambda share: share / 4)
        ),
    }  # fmt: skip


def _mechanism(**parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"on": SWITCH, **parameters})
