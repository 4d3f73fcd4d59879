"""What a strategy sees of the platform, and all that it can do with it.

A view is of one cohort in one week. It shows what a user would see: own ties, acquaintances,
groups and dealings, and the profiles of others; not their openness, nor their answers before they
come. Everything it returns is a copy: a strategy cannot change the world but by its acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.compiled import over_chunks
from sim.rules import endorsing, joining, look, neighbours, search
from sim.rules.acts import Acts
from sim.rules.limits import MECHANISMS
from sim.rules.own import Own
from sim.rules.scan import scratch_of
from sim.rules.seen import CohortDraws, Found, Profile, parameter
from sim.rules.shocks import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.rules.board import Board
    from sim.rules.limits import Limits
    from sim.rules.ranking import Directory
    from sim.scenario.study import Scenario
    from sim.world.build import World
    from sim.world.members import Int32

__all__ = ["ACTIVE", "Acts", "CohortDraws", "Found", "Profile", "View", "parameter"]

Int64 = NDArray[np.int64]


class View(Own):
    """The platform as seen by a cohort in one week.

    Parameters
    ----------
    world : World
        State at the start of the week.
    board : Board
        Its arrays.
    members : int32[C]
        The cohort, ascending.
    limits : Limits
        What the platform permits, what acts cost, and the week.
    scenario : Scenario
        Which mechanisms are at work, and how searches are ranked.
    directory : function without arguments
        Returns the profiles by field and keyword, a `Directory`; called only for searches.
    threads : int
        Threads that searches may use; the result does not depend on it.

    Attributes
    ----------
    open : frozenset of str
        Mechanisms at work that bring acts of their own: introductions, premium, joining, wasteland,
        endorsements.
    """

    def __init__(
        self,
        world: World,
        board: Board,
        members: Int32,
        limits: Limits,
        scenario: Scenario,
        directory: Callable[[], Directory],
        threads: int = 1,
    ) -> None:
        self.open = scenario.mechanisms & frozenset(MECHANISMS)
        super().__init__(world.members, members, limits, premium="premium" in self.open)
        self._world, self._board, self._threads = world, board, threads
        self._scenario, self._directory = scenario, directory

    def part(self, chosen: NDArray[np.bool_] | slice) -> View:
        """Return the view of a part of the cohort: those where `chosen`, bool[C], is true."""
        return View(
            self._world,
            self._board,
            self.members[chosen],
            self.cost,
            self._scenario,
            self._directory,
            self._threads,
        )

    def of(self, row: int) -> View:
        """Return the view of one member of the cohort alone."""
        return self.part(slice(row, row + 1))

    @property
    def draws(self) -> CohortDraws:
        """Random numbers for the strategy's own use."""
        return CohortDraws(self._world.seed, self.week, self.members)

    @property
    def degree(self) -> Int32:
        """Number of contacts of each, int32[C]."""
        return self._board.ties.degree[self.members]

    def profile(self, members: ArrayLike) -> Profile:
        """Look at the profiles of `members`."""
        rows = np.asarray(members, np.int64)
        columns = self._world.members
        return Profile(
            columns.field[rows],
            columns.seniority[rows],
            columns.employer[rows],
            columns.school[rows],
            columns.region[rows],
        )

    def groups(self, row: int) -> Int32:
        """Return the groups of one member of the cohort, ascending."""
        return self._world.groups.of(int(self.members[row])).copy()

    def contacts_of(self, row: int) -> Int32:
        """All contacts of one member of the cohort, ascending."""
        return self._world.ties.neighbours(int(self.members[row])).copy()

    def acquaintances(self, limit: ArrayLike, ask_again_after: int) -> Found:
        """Acquaintances that are no contacts yet, at random, leaving out those asked lately.

        Parameters
        ----------
        limit : int or int array (C,)
            At most so many for each member.
        ask_again_after : int
            Weeks for which someone invited or messaged is left alone.
        """
        most = self._board.acquaintances.degree
        return self._search(look.look_acquaintances, limit, most[self.members], ask_again_after)

    def met(self, limit: ArrayLike, ask_again_after: int) -> Found:
        """Those with whom messages were exchanged, but who are no contacts yet."""
        most = self._board.history.degree
        return self._search(look.look_met, limit, most[self.members], ask_again_after)

    def group_members(
        self,
        limit: ArrayLike,
        ask_again_after: int,
        *,
        looks: ArrayLike,
        focus: bool,
        messageable: bool,
    ) -> Found:
        """Members of own groups, come upon by chance in so many `looks`.

        Parameters
        ----------
        limit, ask_again_after
            As in `acquaintances`.
        looks : int or int array (C,)
            Profiles looked at.
        focus : bool
            Prefer groups on the market aimed at, and take only members who work in it.
        messageable : bool
            Take only those to whom the platform lets one write.
        """
        level = self.cost.message_level if messageable else 0
        most = self._limits(looks)
        if messageable:
            most[self._silent(self.members)] = 0
        first = self._board.groups.first_group
        mine = int((first[self.members + 1] - first[self.members]).max(initial=0))
        return self._search(
            look.look_groups, limit, most, ask_again_after, most, focus, level, pool=mine
        )

    def strangers(
        self, limit: ArrayLike, ask_again_after: int, *, looks: ArrayLike, focus: bool
    ) -> Found:
        """Any members, come upon by chance; with `focus` only those of the market aimed at."""
        most = self._limits(looks)
        return self._search(look.look_strangers, limit, most, ask_again_after, most, focus)

    def friends(
        self,
        limit: ArrayLike,
        ask_again_after: int,
        *,
        looks: ArrayLike,
        focus: bool,
        decision_makers: bool,
    ) -> Found:
        """Contacts of contacts, come upon by chance; `via` is the contact.

        Parameters
        ----------
        limit, ask_again_after, looks
            As in `group_members`.
        focus : bool
            Take only members of the market aimed at.
        decision_makers : bool
            Take only decision-makers.
        """
        most = self._limits(looks)
        found = self._search(
            neighbours.look_friends,
            limit,
            most,
            ask_again_after,
            most,
            focus,
            decision_makers,
        )
        return found._replace(group=np.full(len(found.alter), -1, np.int32), via=found.group)

    def search(
        self, limit: ArrayLike, ask_again_after: int, *, focus: bool, decision_makers: bool
    ) -> Found:
        """Members on the first page of one's own search, best first.

        With `focus` the search is in the market aimed at, else in any; for `decision_makers` of the
        field, or for the members of the field with a keyword.
        """
        settings, directory = self._scenario.search, self._directory()
        return self._search(
            search.look_search,
            limit,
            np.full(len(self), settings.page),
            ask_again_after,
            directory.rankings(self._board, settings, self._threads, makers=decision_makers),
            settings.page,
            directory.keywords,
            len(self._world.field_names),
            focus,
            decision_makers,
        )

    def contacts(self, limit: ArrayLike, focus: bool = False) -> Found:
        """Own contacts, at random; with `focus` only those in the market aimed at."""
        return self._search(neighbours.look_contacts, limit, self.degree, focus)

    def sleeping(self, limit: ArrayLike) -> Found:
        """Own contacts, at random, to whom the tie is dormant."""
        return self._search(neighbours.look_sleeping, limit, self.degree)

    def to_endorse(self, limit: ArrayLike) -> Found:
        """Own contacts, at random, whom one has not endorsed."""
        return self._search(endorsing.look_to_endorse, limit, self.degree)

    def groups_to_join(self, limit: ArrayLike) -> Found:
        """Find groups, at random, on the market aimed at, as many as the platform lets one join."""
        topic = self._board.groups.topic
        by_topic = np.argsort(topic, kind="stable")
        topics = topic[by_topic]
        most = np.searchsorted(topics, self.aim, side="right") - np.searchsorted(topics, self.aim)
        return self._search(
            joining.look_groups_to_join, limit, most, self.cost.groups_most, by_topic, topics
        )

    def own_groups(self, limit: ArrayLike, focus: bool) -> Found:
        """Own groups, at random; with `focus` only those on the market aimed at, if there are."""
        first = self._board.groups.first_group
        most = first[self.members + 1] - first[self.members]
        return self._search(joining.look_own_groups, limit, most, focus)

    def may_message(
        self, actor: ArrayLike, alter: ArrayLike, group: ArrayLike
    ) -> NDArray[np.bool_]:
        """Whether the platform lets `actor` write to `alter` in `group`, bool[K].

        What else was done this month or week plays no part.

        Raises
        ------
        ValueError
            If one of them is no member.
        """
        given = (np.atleast_1d(np.asarray(each, np.int32)) for each in (actor, alter, group))
        who, whom, where = (each.copy() for each in np.broadcast_arrays(*given))
        known, both = len(self._board.field), np.append(who, whom)
        if len(who) and not 0 <= both.min() <= both.max() < known:
            raise ValueError(f"members must be from 0 to {known - 1}")
        out = np.zeros(len(who), np.bool_)
        look.messageable(who, whom, where, self._board, self.cost.message_level, out)
        return out & ~self._silent(who)

    def _silent(self, members: Int32) -> NDArray[np.bool_]:
        """Whom of `members` the platform lets write to nobody in groups, bool[K]."""
        restricted = self.week < self._world.members.restricted_until[members]
        return (restricted & self.cost.silenced) | (not self.cost.group_messages)

    def _limits(self, limit: ArrayLike) -> Int64:
        return np.maximum(np.broadcast_to(np.asarray(limit, np.int64), self.members.shape), 0)

    def _search(
        self,
        kernel: Callable[..., None],
        limit: ArrayLike,
        most: NDArray[np.integer],
        *rest: Any,
        pool: int | None = None,
    ) -> Found:
        """Run a compiled search for `limit` members each.

        No more than `most` can be found, so that a generous limit takes no room; `rest` are the
        parameters of the search's own. It chooses from up to `pool`, which is `most` unless given.
        """
        limits = np.minimum(self._limits(limit), most)
        places = int(limits.sum())
        finds = look.Finds(
            first=np.cumsum(limits) - limits,
            found=np.zeros(len(limits), np.int64),
            alter=np.full(places, -1, np.int32),
            group=np.full(places, -1, np.int32),
        )
        seed = np.uint64(self._world.seed)

        pool = int(most.max(initial=0)) if pool is None else pool
        chosen = int(limits.max(initial=0))

        def work(start: int, stop: int) -> None:
            scratch = scratch_of(len(self._board.present), pool, chosen)
            found = (self.members, limits, self._board, finds, scratch)
            kernel(start, stop, seed, self.week, *found, *rest)

        if places:
            over_chunks(self._threads, len(limits), work)
        row = np.repeat(np.arange(len(limits)), finds.found)
        filled = np.arange(places) - np.repeat(finds.first, limits) < np.repeat(finds.found, limits)
        nobody = np.full(len(row), -1, np.int32)
        return Found(row, self.members[row], finds.alter[filled], finds.group[filled], nobody)
