"""What members plan to do in a week (docs/model.md, 7.2 and 8.14)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .acts import Act, Kind, cost
from .members import ACTIVE
from .views import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .members import Member
    from .network import Now


@dataclass
class Diary:
    """The acts that one member has planned for a week, and the minutes they take.

    Parameters
    ----------
    view : View
        What the member sees.
    parameters : dict
        Parameters of its strategy.
    """

    view: View
    parameters: dict[str, Any]

    def __post_init__(self) -> None:
        self.acts: list[Act] = []
        self.minutes = self.view.me.time
        reserve = math.floor(self.minutes * self.parameters.get("upkeep_share", 0.0))
        self.growth: int = self.minutes - reserve

    @property
    def used(self) -> int:
        """Minutes of all that is planned."""
        return sum(cost(self.view.now.scenario, act) for act in self.acts)

    def on(self, mechanism: str) -> bool:
        """Whether a mechanism is switched on."""
        switched: bool = getattr(self.view.now.scenario, mechanism).on
        return switched

    def price(self, kind: Kind, *, note: bool = False) -> int:
        """Minutes of an act."""
        return cost(self.view.now.scenario, Act(kind, note=note))

    def quota(self, key: str) -> int:
        """Return how many acts of a kind the strategy wants in a week."""
        wanted: int = self.parameters[key]
        return wanted

    def invitations(self, minutes: int, *, note: bool = False) -> int:
        """Invitations that strategy, platform and `minutes` permit."""
        payable = minutes // self.price("invite", note=note)
        return max(0, min(self.quota("invitations_a_week"), self.view.left, payable))

    def unless_restricted(self, k: int) -> int:
        """Return k, or none for the restricted."""
        return 0 if self.view.restricted else max(0, k)

    def invite(self, targets: Iterable[int], *, note: bool = False) -> None:
        """Plan invitations."""
        self.acts += [Act("invite", j, note=note) for j in targets]

    def message(self, k: int, *, focus: bool) -> None:
        """Plan messages to up to k members of its groups."""
        looks = self.parameters["looks"] * k
        found = self.view.group_members(k, looks, focus=focus, messageable=True)
        self.acts += [Act("message", j, group=g) for j, g in found]

    def letters(self) -> int:
        """Messages that what is left for growth pays for."""
        return max(0, (self.growth - self.used) // self.price("message"))

    def add(self, kind: Kind, targets: Iterable[int]) -> None:
        """Plan acts that have a target alone."""
        self.acts += [Act(kind, j) for j in targets]

    def add_in(self, kind: Kind, groups: Iterable[int]) -> None:
        """Plan acts in groups."""
        self.acts += [Act(kind, group=g) for g in groups]

    def payable(self, kind: Kind, minutes: int) -> int:
        """How many acts of a kind `minutes` pay for."""
        return max(0, minutes // self.price(kind))


def plan(now: Now, me: Member, strategy: str, parameters: dict[str, Any]) -> list[Act]:
    """Return the acts of `me` under a strategy, in order."""
    if strategy == "dormant" or not me.present:
        return []
    view = View(now, me, parameters.get("ask_again_after", 0))
    diary = Diary(view, parameters)
    _GROWTH[strategy](diary)
    if strategy != "nurturer":
        tend(diary)
    return diary.acts


def tend(diary: Diary) -> None:
    """Give what growth has left to the contacts."""
    view, parameters = diary.view, diary.parameters
    if diary.on("endorsements"):
        left = diary.payable("endorse", diary.minutes - diary.used)
        diary.add("endorse", view.to_endorse(min(parameters["endorsements_a_week"], left)))
    checks = diary.payable("upkeep", diary.minutes - diary.used)
    diary.add("upkeep", view.contacts(checks, focus=parameters["upkeep_focus"]))


def known_only(diary: Diary) -> None:
    """Invite those it knows."""
    diary.invite(diary.view.acquaintances(diary.invitations(diary.growth)))


def open_networker(diary: Diary) -> None:
    """Invite anybody."""
    k = diary.unless_restricted(diary.invitations(diary.growth))
    looks = diary.parameters["looks"] * k
    diary.invite(diary.view.strangers(k, looks, focus=diary.parameters["focus"]))


def group_driven(diary: Diary) -> None:
    """Join and take part, write to members of groups, invite those who answered."""
    view, focus = diary.view, diary.parameters["focus"]
    if diary.on("joining"):
        join_groups(diary)
        posts = diary.payable("post", diary.growth - diary.used)
        diary.add_in("post", view.own_groups(min(diary.quota("posts_a_week"), posts), focus=focus))
    first = diary.parameters["message_first"]
    k = diary.unless_restricted(diary.invitations(diary.growth - diary.used, note=first))
    if first:
        diary.invite(view.met(k), note=True)
        diary.message(diary.letters(), focus=focus)
    else:
        looks = diary.parameters["looks"] * k
        found = view.group_members(k, looks, focus=focus, messageable=False)
        diary.invite(j for j, _ in found)


def join_groups(diary: Diary) -> None:
    """Join groups on the field it aims at."""
    k = min(diary.quota("joins_a_week"), diary.payable("join", diary.growth))
    diary.add_in("join", diary.view.groups_to_join(k))


def passive_groups(diary: Diary) -> None:
    """Join groups and say nothing."""
    if diary.on("joining"):
        join_groups(diary)


def recommended(diary: Diary, *, focus: bool = False) -> None:
    """Invite friends of friends."""
    k = diary.unless_restricted(diary.invitations(diary.growth))
    looks = diary.parameters["looks"] * k
    diary.invite(j for j, _ in diary.view.friends(k, looks, focus=focus))


def target_focused(diary: Diary) -> None:
    """Invite friends of friends in the target field."""
    recommended(diary, focus=True)


def introductions_first(diary: Diary) -> None:
    """Ask contacts for introductions."""
    parameters = diary.parameters
    if diary.on("introductions"):
        k = min(diary.quota("introductions_a_week"), diary.payable("introduce", diary.growth))
        found = diary.view.friends(
            k,
            parameters["looks"] * k,
            focus=parameters["focus"],
            decision_makers=parameters["decision_makers"],
        )
        diary.acts += [Act("introduce", j, via=c) for j, c in found]
    diary.invite(diary.view.acquaintances(diary.invitations(diary.growth - diary.used)))


def inmail_buyer(diary: Diary) -> None:
    """Buy InMail and write to decision-makers."""
    view = diary.view
    affords = diary.growth >= diary.price("inmail")
    if view.renewable and view.credits == 0 and affords:
        diary.acts.append(Act("subscribe"))
    k = diary.unless_restricted(diary.invitations(diary.growth, note=True))
    diary.invite(view.met(k), note=True)
    if diary.on("premium"):
        payable = diary.payable("inmail", diary.growth - diary.used)
        k = diary.unless_restricted(min(diary.quota("inmails_a_week"), view.credits, payable))
        diary.add("inmail", view.search(k, focus=True, decision_makers=True))


def broadcaster(diary: Diary) -> None:
    """Invite and write to anybody."""
    k = diary.unless_restricted(diary.invitations(diary.growth))
    diary.invite(diary.view.strangers(k, diary.parameters["looks"] * k, focus=False))
    diary.message(diary.unless_restricted(diary.letters()), focus=False)


def nurturer(diary: Diary) -> None:
    """Tend what it has."""
    view, m = diary.view, diary.minutes
    if not diary.on("wasteland"):
        diary.add("upkeep", view.contacts(diary.payable("upkeep", m)))
        return
    checks = math.floor(m * diary.parameters["check_in_share"])
    least = 1 if m >= diary.price("upkeep") else 0
    diary.add("upkeep", view.sleeping(max(diary.payable("upkeep", checks), least)))
    reading = min(math.floor(m * diary.parameters["article_share"]), m - diary.used)
    diary.add("article", view.contacts(diary.payable("article", reading)))
    diary.add("congratulate", view.contacts(diary.payable("congratulate", m - diary.used)))


def hybrid(diary: Diary) -> None:
    """Invite those it knows, then those it met in groups, then write to others there."""
    view = diary.view
    share = math.floor(diary.growth * diary.parameters["known_share"])
    diary.invite(view.acquaintances(diary.invitations(share)))
    n = len(diary.acts)
    payable = (diary.growth - diary.used) // diary.price("invite", note=True)
    k = min(diary.quota("invitations_a_week") - n, view.left - n, payable)
    diary.invite(view.met(diary.unless_restricted(k)), note=True)
    diary.message(diary.letters(), focus=diary.parameters["focus"])


def switch_at_job_loss(diary: Diary) -> None:
    """Turn to groups when it needs a job."""
    me = diary.view.me
    if me.employed and me.job_search != ACTIVE:
        known_only(diary)
    else:
        group_driven(diary)


_GROWTH: dict[str, Callable[[Diary], None]] = {
    "known_only": known_only,
    "open_networker": open_networker,
    "group_driven": group_driven,
    "passive_groups": passive_groups,
    "recommended": recommended,
    "target_focused": target_focused,
    "introductions_first": introductions_first,
    "inmail_buyer": inmail_buyer,
    "broadcaster": broadcaster,
    "nurturer": nurturer,
    "hybrid": hybrid,
    "switch_at_job_loss": switch_at_job_loss,
}
