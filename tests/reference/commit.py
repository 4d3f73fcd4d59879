"""What a week leaves behind (docs/model.md, 7.5 and 8): history, counts, ties."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.draws import Decision

from . import groups
from .acts import NURTURE
from .members import ORIGINS, Pending, Tie
from .network import single
from .platform import channel

if TYPE_CHECKING:
    from .acts import Sent
    from .network import Now


def commit(now: Now, answered: list[Sent], introduced: list[Pending]) -> None:
    """Commit what happened, in the order of 7.5.

    Parameters
    ----------
    now : Now
        The state at the start of the week; it is changed.
    answered : list of Sent
        The delivered acts, by actor and in the order of its acts.
    introduced : list of Pending
        Introductions that their targets accepted.
    """
    memberships = groups.changes(now, answered) if now.scenario.joining.on else None
    remember(now, answered)
    request(now, answered)
    count(now, answered, introduced)
    punish(now, answered)
    pay(now, answered)
    nurture(now, answered)
    if now.scenario.wasteland.on:
        feed(now)
    endorse(now, answered)
    connect(now, answered, introduced)
    if memberships is not None:
        groups.commit(now, answered, memberships)


def remember(now: Now, answered: list[Sent]) -> None:
    """History: who asked whom, how often, and who met."""
    members = now.network.members
    for i, act, outcome in answered:
        me, j = members[i], act.target
        if act.kind == "invite":
            me.invited[j] = now.week
        if act.kind in ("message", "inmail", "introduce"):
            me.messaged[j] = now.week
        if act.kind in ("invite", "message", "inmail"):
            me.addressed[j] = me.addressed.get(j, 0) + 1
        if outcome in ("replied", "answered"):
            me.met.add(j)
            members[j].met.add(i)


def request(now: Now, answered: list[Sent]) -> None:
    """Keep the introductions that were passed on; drop those whose week has come (8.5)."""
    network, most = now.network, now.scenario.introductions.delay_most
    network.pending = [waiting for waiting in network.pending if waiting.due > now.week]
    for i, act, outcome in answered:
        if outcome == "forwarded":
            favours = network.members[i].favours
            favours[act.via] = favours.get(act.via, 0) + 1
            delay = now.luck.integer(Decision.DELAY, now.week, i, act.target, 0, most)
            network.pending.append(Pending(i, act.via, act.target, now.week + 1 + delay))


def count(now: Now, answered: list[Sent], introduced: list[Pending]) -> None:
    """Count acts by what came of them."""
    members = now.network.members
    for i, act, outcome in answered:
        me = members[i]
        match act.kind:
            case "invite":
                kind = channel(now.network, i, act.target)
                me.invitations[kind, outcome] = me.invitations.get((kind, outcome), 0) + 1
                me.sent += 1
            case "message":
                me.messages_sent += 1
                me.month_messages += 1
                me.replies += outcome == "replied"
                me.messages_flagged += outcome == "flagged"
            case "introduce":
                me.introductions["asked"] += 1
                me.introductions[outcome] += 1
            case "inmail":
                me.inmails["sent"] += 1
                me.inmails["read"] += outcome != "unread"
                me.inmails["answered"] += outcome == "answered"
    for waiting in introduced:
        members[waiting.actor].introductions["accepted"] += 1


def punish(now: Now, answered: list[Sent]) -> None:
    """Add up the flags, and restrict who has too many (7.5, 2 and 8.8)."""
    platform, spam = now.scenario.platform, now.scenario.spam
    for i, _, outcome in answered:
        now.network.members[i].flags += outcome == "flagged"
    for me in now.network.members:
        weeks = platform.restricted_weeks
        if spam.on:
            weeks = spam.ladder[min(me.restrictions + 1, len(spam.ladder)) - 1]
        if me.flags >= platform.flags_until_restricted and weeks > 0:
            me.flags = 0
            me.restrictions += 1
            me.restricted_until = max(me.restricted_until, now.week + 1 + weeks)


def pay(now: Now, answered: list[Sent]) -> None:
    """Charge subscriptions and credits, and give credits back (8.6)."""
    premium, week = now.scenario.premium, now.week
    for i, act, outcome in answered:
        me = now.network.members[i]
        expiry = week + premium.credit_weeks
        if act.kind == "subscribe":
            me.money += premium.price
            me.subscribed_until = week + 5
            me.credits[expiry] = me.credits.get(expiry, 0) + premium.credits
        if act.kind == "inmail":
            first = min(due for due, left in me.credits.items() if left > 0)
            me.credits[first] -= 1
            refund = "answered" if outcome == "answered" else "unanswered"
            if premium.returned == refund:
                me.credits[expiry] = me.credits.get(expiry, 0) + 1


def nurture(now: Now, answered: list[Sent]) -> None:
    """Renew ties by check-ins, congratulations and articles (7.5, 3 and 8.8)."""
    ties, wasteland = now.scenario.ties, now.scenario.wasteland
    gains = {
        "upkeep": ties.upkeep_gain,
        "congratulate": wasteland.congratulate_gain,
        "article": wasteland.article_gain,
    }
    received = Counter(act.target for _, act, _ in answered if act.kind in NURTURE)
    for i, act, _ in answered:
        if act.kind in NURTURE:
            gain = gains[act.kind]
            if wasteland.on:
                gain = gain / (1 + wasteland.fatigue * (received[act.target] - 1))
            renew(now, i, act.target, gain)


def renew(now: Now, i: int, j: int, gain: float) -> None:
    """Strengthen the tie of i and j."""
    tie = now.network.members[i].ties[j]
    tie.level = single(min(1.0, now.strength(i, j) + gain))
    tie.renewed = now.week
    tie.bridge = now.is_bridge(i, j)


def feed(now: Now) -> None:
    """Let the feed wake a tie of some members (8.8)."""
    wasteland = now.scenario.wasteland
    for me in now.network.present:
        contacts = sorted(me.ties)
        if contacts and now.happens(Decision.FEED, wasteland.feed, me.number):
            j = contacts[now.pick(Decision.FEED, len(contacts), me.number, 1)]
            renew(now, me.number, j, wasteland.feed_gain)


def endorse(now: Now, answered: list[Sent]) -> None:
    """Endorse, and endorse back (8.4)."""
    members = now.network.members
    given = [(i, act.target) for i, act, _ in answered if act.kind == "endorse"]
    for i, j in given:
        members[j].endorsements += 1
        members[i].ties[j].endorsers.add(i)
    for i, j in given:
        tie = members[i].ties[j]
        returned = now.happens(Decision.ENDORSE_BACK, now.scenario.endorsements.back, j, i)
        if returned and j not in tie.endorsers and now.passes_on(i, j):
            members[i].endorsements += 1
            tie.endorsers.add(j)


def connect(now: Now, answered: list[Sent], introduced: list[Pending]) -> None:
    """Make the new ties, those of invitations first; a pair is connected once."""
    # All are judged by the contacts at the start of the week, so none is added before.
    new: dict[frozenset[int], Tie] = {}
    for i, act, outcome in answered:
        if outcome == "accepted":
            pair = frozenset((i, act.target))
            origin = channel(now.network, i, act.target)
            new.setdefault(pair, new_tie(now, i, act.target, origin))
    for waiting in introduced:
        pair = frozenset((waiting.actor, waiting.target))
        new.setdefault(pair, new_tie(now, waiting.actor, waiting.target, "introduction"))
    for pair, tie in new.items():
        i, j = sorted(pair)
        now.network.add_tie(i, j, tie)
        note_event(now, i, j)
        note_event(now, j, i)


def new_tie(now: Now, i: int, j: int, origin: str) -> Tie:
    """Return a tie that begins this week."""
    level = single(getattr(now.scenario.ties, f"strength_{origin}"))
    return Tie(level, now.week, now.week, ORIGINS.index(origin), now.is_bridge(i, j))


def note_event(now: Now, i: int, j: int) -> None:
    """Note that i has gained j, if j is a decision-maker it wants to reach."""
    me, other = now.network.members[i], now.network.members[j]
    if me.wants(other):
        me.new_target_decision_makers += 1
        if me.first_target_week == -1:
            me.first_target_week = now.week
