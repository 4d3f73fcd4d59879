"""What the article claims, by id: "LinkedIn Is a Numbers Game, After All" (29 January 2014)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CLAIMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "S1": '"only connect with people I know" is fine while one is not looking to move',
        "S2": "about 200 known first-level contacts",
        "S3": "the value is in 2nd-level connections, not the 1st level",
        "S4": "more 1st-level makes more 2nd-level (six degrees)",
        "S5": "2nd-level gives access to key decision-makers in the target market",
        "S6": "more connections and endorsements rank higher in search",
        "S7": "first-level contacts are mostly outside the target market",
        "S8": "one must network with people never met",
        "S9": "introductions by first-level contacts",
        "S10": "Premium and InMail: paid, supposedly read by everyone, in truth by few",
        "S11": "groups are the one free channel: same field or profession",
        "S12": "most people are passive members of recommended groups",
        "S13": "3,000 invitations in a lifetime",
        "S14": "meet in the group, then invite with a reason",
        "S15": ("group members may message each other if 2nd-level or nearer and not opted out"),
        "S16": "spam is punished",
        "S17": "workarounds last until the platform closes them",
        "S18": "a network left alone is a wasteland; the feed alone does not wake it",
        "S19": "wake it: congratulate, send an article, check in",
        "S20": "networking is tiring, the more so the bigger the network",
        "S21": "if it is focused on the target market, the bigger the better",
        "S22": "do you know your target market?",
        "S23": "recruiters search daily (comment: 96 %)",
        "S24": "quantity and quality together",
    }
)
"""Id -> claim, in the words of `docs/facts.md`, in the order of the article."""

_SMALL: Final = (
    "that most fellow members of a group are near enough to be written to (members.count, "
    "platform.message_level); with 30,000 members and more, groups no longer beat acquaintances"
)

GIVEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "S8": _SMALL,
        "S10": "how many InMails are read (premium.read)",
        "S11": _SMALL,
        "S12": (
            "that most members are passive (groups.sometimes, groups.often) and how often they are "
            "recommended groups (joining.recommend)"
        ),
        "S13": "the quota (platform.invitations_lifetime)",
        "S14": "that who was met accepts more readily (response.met) and never flags, by rule",
        "S18": "how little the feed wakes (wasteland.feed, wasteland.feed_gain)",
    }
)
"""Id -> the part of a claim that is put into the model, and by which parameters.

Beside what single tests assume, which scenario files say. No verdict is evidence of these parts.
"""
