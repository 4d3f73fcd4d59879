"""How recipients answer (docs/model.md, 7.4, 8.5, 8.6 and 8.8)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.draws import Decision

from .acts import Act, Sent
from .network import logistic

if TYPE_CHECKING:
    from collections.abc import Collection

    from .members import Pending
    from .network import Now


def respond(now: Now, delivered: list[tuple[int, Act]]) -> tuple[list[Sent], list[Pending]]:
    """Return every delivered act with its outcome, and the introductions that are accepted."""
    due = [waiting for waiting in now.network.pending if waiting.due == now.week]
    put = [waiting for waiting in due if not lapses(now, waiting)]
    load = Counter(
        [act.target for _, act in delivered if act.kind in ("invite", "message", "inmail")]
        + [waiting.target for waiting in put]
    )
    answered = [Sent(i, act, answer(now, i, act, load[act.target])) for i, act in delivered]
    return answered, [waiting for waiting in put if accepts(now, waiting, load[waiting.target])]


def answer(now: Now, i: int, act: Act, load: int) -> str:
    """Return what comes of a delivered act."""
    match act.kind:
        case "invite":
            return answer_invitation(now, i, act, load)
        case "message":
            return answer_message(now, i, act, load)
        case "inmail":
            return answer_inmail(now, i, act, load)
        case "introduce":
            return answer_request(now, i, act)
        case _:
            return "done"


def is_visible(now: Now, i: int, groups: Collection[int]) -> bool:
    """Whether i has posted lately in one of `groups` (8.11)."""
    joining, posted = now.scenario.joining, now.network.members[i].posted
    return joining.on and any(
        g in posted and now.week - posted[g] <= joining.visible_weeks for g in groups
    )


def log_odds(
    now: Now, i: int, j: int, base: float, load: int, *, seen_in: Collection[int], repeats: bool
) -> float:
    """Log-odds that j answers i, all but what note and activity add.

    Parameters
    ----------
    now : Now
        The state at the start of the week.
    i, j : int
        Actor and target.
    base : float
        Constant of the law.
    load : int
        What reaches the target this week.
    seen_in : collection of int
        Groups in which the actor's posts count.
    repeats : bool
        Whether earlier approaches count.
    """
    response, spam = now.scenario.response, now.scenario.spam
    actor, target = now.network.members[i], now.network.members[j]
    x = base
    if j in actor.acquaintances:
        x = x + response.acquaintance
    x = x + response.mutual * min(now.network.mutual(i, j), response.mutual_most)
    if now.network.shared_groups(i, j):
        x = x + response.group
    if is_visible(now, i, seen_in):
        x = x + response.visible
    if j in actor.met:
        x = x + response.met
    if actor.field == target.field:
        x = x + response.field
    x = x + response.openness * target.openness
    x = x + response.load * (load - 1)
    if repeats and spam.on:
        x = x + spam.repeat * actor.addressed.get(j, 0)
    return x


def invitation_log_odds(now: Now, i: int, act: Act, load: int) -> float:
    """Log-odds that the target of an invitation accepts it."""
    response, shared = now.scenario.response, now.network.shared_groups(i, act.target)
    x = log_odds(now, i, act.target, response.accept, load, seen_in=shared, repeats=True)
    return x + response.note if act.note else x


def message_log_odds(now: Now, i: int, act: Act, load: int) -> float:
    """Log-odds that the target of a message replies."""
    response = now.scenario.response
    x = log_odds(now, i, act.target, response.reply, load, seen_in=[act.group], repeats=True)
    return x + response.activity * now.network.members[act.target].activity[act.group]


def is_known(now: Now, i: int, j: int) -> bool:
    """Whether j is an acquaintance of i or has met it; such people flag nothing."""
    return j in now.network.members[i].acquaintances or j in now.network.members[i].met


def answer_invitation(now: Now, i: int, act: Act, load: int) -> str:
    """Return `accepted`, `flagged` or `ignored`."""
    response, j = now.scenario.response, act.target
    if now.happens(Decision.ACCEPT, logistic(invitation_log_odds(now, i, act, load)), i, j):
        return "accepted"
    shared = now.network.shared_groups(i, j)
    q = response.flag_group if shared else response.flag_stranger
    if not is_known(now, i, j) and now.happens(Decision.FLAG, q, i, j):
        return "flagged"
    return "ignored"


def answer_message(now: Now, i: int, act: Act, load: int) -> str:
    """Return `replied`, `flagged` or `ignored`."""
    spam, j = now.scenario.spam, act.target
    if now.happens(Decision.REPLY, logistic(message_log_odds(now, i, act, load)), i, j):
        return "replied"
    flags = now.happens(Decision.FLAG_MESSAGE, spam.flag_message, i, j)
    return "flagged" if spam.on and not is_known(now, i, j) and flags else "ignored"


def answer_inmail(now: Now, i: int, act: Act, load: int) -> str:
    """Return `answered`, `read` or `unread` (8.6)."""
    premium, j = now.scenario.premium, act.target
    if not now.happens(Decision.READ, premium.read, i, j):
        return "unread"
    x = log_odds(now, i, j, premium.reply, load, seen_in=(), repeats=True)
    return "answered" if now.happens(Decision.INMAIL_REPLY, logistic(x), i, j) else "read"


def answer_request(now: Now, i: int, act: Act) -> str:
    """Return what the contact asked for an introduction does: forwarded, refused, dropped (8.5)."""
    law, members = now.scenario.introductions, now.network.members
    debt = members[i].favours.get(act.via, 0) - members[act.via].favours.get(i, 0)
    x = law.forward
    x = x + law.strength * now.strength(i, act.via)
    x = x + law.debt * debt
    willing = now.happens(Decision.FORWARD, logistic(x), i, act.target)
    if willing and now.passes_on(i, act.via):
        return "forwarded"
    refuses = now.happens(Decision.REFUSE, law.refuse, i, act.target)
    return "refused" if refuses else "dropped"


def lapses(now: Now, waiting: Pending) -> bool:
    """Whether an introduction is never put to its target."""
    actor, target = (now.network.members[end] for end in (waiting.actor, waiting.target))
    return waiting.target in actor.ties or not (actor.present and target.present)


def accepts(now: Now, waiting: Pending, load: int) -> bool:
    """Whether the target of an introduction connects with the actor."""
    i, j = waiting.actor, waiting.target
    base = now.scenario.introductions.accept
    x = log_odds(now, i, j, base, load, seen_in=(), repeats=False)
    return now.happens(Decision.INTRODUCED, logistic(x), i, j)
