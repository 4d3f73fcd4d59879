"""What a strategy sees of the platform, and all that it can do with it.

A view is of one cohort in one week. It shows what a user would see: own ties, acquaintances,
groups and dealings, and the profiles of others; not their openness, nor their answers before they
come. Everything it returns is a copy: a strategy cannot change the world but by its acts.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.compiled import over_chunks
from sim.draws import Decision, integers, uniforms
from sim.rules import look
from sim.rules.acts import Acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.rules.board import Board
    from sim.rules.limits import Limits
    from sim.world.build import World
    from sim.world.members import Float64, Int8, Int32

__all__ = ["Acts", "CohortDraws", "Found", "Profile", "View", "parameter"]

Int64 = NDArray[np.int64]


def parameter(
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    source: str = "assumption",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """Declare a strategy's parameter: a field with its meaning, unit, source and range."""
    return dataclasses.field(
        default=default,
        metadata={"meaning": meaning, "unit": unit, "source": source, "ge": ge, "le": le},
    )


class Found(NamedTuple):
    """Members that a search came upon, actor by actor."""

    row: Int64
    """Place of the actor in the cohort, int64[K], ascending."""
    actor: Int32
    """The actor, int32[K]."""
    alter: Int32
    """Whom it came upon, int32[K]."""
    group: Int32
    """In which group, int32[K]; -1 outside of groups."""

    def per_actor(self, cohort: int) -> Int64:
        """Return how many each actor came upon, int64[cohort]."""
        return np.bincount(self.row, minlength=cohort)


class Profile(NamedTuple):
    """What anyone sees of a member; one entry each."""

    field: Int32
    seniority: Int8
    employer: Int32
    school: Int32
    region: Int32


class CohortDraws:
    """Random numbers of a strategy's own: one per member of the cohort, by member and week."""

    def __init__(self, seed: int, week: int, members: Int32) -> None:
        self._key = (seed, Decision.OWN, week, members, 0)

    def uniform(self, index: int = 0) -> Float64:
        """Uniform numbers in [0, 1), float64[cohort]; another `index` gives others."""
        return uniforms(*self._key, index)

    def integer(self, n: ArrayLike, index: int = 0) -> Int64:
        """Whole numbers from 0 to n - 1, int64[cohort]."""
        return integers(*self._key, index, n)


class View:
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
    threads : int
        Threads that searches may use; the result does not depend on it.

    Attributes
    ----------
    members, field, target : int32[C]
        The cohort's rows, fields and target markets.
    minutes : int64[C]
        Time each has this week.
    invitations_left : int64[C]
        Invitations the platform still lets each send this week.
    restricted : bool[C]
        Who may invite acquaintances only.
    week : int
    cost : Limits
        Minutes of each act: `cost.invite`, `.invite_with_note`, `.message`, `.upkeep`.
    """

    def __init__(
        self, world: World, board: Board, members: Int32, limits: Limits, threads: int = 1
    ) -> None:
        self._world, self._board, self._threads = world, board, threads
        self.cost = limits
        self.week = limits.week
        self.members = members.copy()
        columns = world.members
        self.field = columns.field[members]
        self.target = columns.target[members]
        self.minutes = columns.minutes[members].astype(np.int64)
        self.restricted = limits.week < columns.restricted_until[members]
        lifetime = limits.invitations_lifetime - columns.sent[members].astype(np.int64)
        self.invitations_left = np.clip(lifetime, 0, limits.invitations_per_week)

    def __len__(self) -> int:
        return len(self.members)

    def of(self, row: int) -> View:
        """Return the view of one member of the cohort alone."""
        return View(self._world, self._board, self.members[row : row + 1], self.cost)

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
            Prefer groups on the target market, and take only members who work in it.
        messageable : bool
            Take only those to whom the platform lets one write.
        """
        level = self.cost.message_level if messageable else 0
        most = self._limits(looks)
        return self._search(look.look_groups, limit, most, ask_again_after, most, focus, level)

    def strangers(
        self, limit: ArrayLike, ask_again_after: int, *, looks: ArrayLike, focus: bool
    ) -> Found:
        """Any members, come upon by chance; with `focus` only those of the target market."""
        most = self._limits(looks)
        return self._search(look.look_strangers, limit, most, ask_again_after, most, focus)

    def contacts(self, limit: ArrayLike) -> Found:
        """Own contacts, at random."""
        return self._search(look.look_contacts, limit, self.degree)

    def may_message(
        self, actor: ArrayLike, alter: ArrayLike, group: ArrayLike
    ) -> NDArray[np.bool_]:
        """Whether the platform lets `actor` write to `alter` in `group`, bool[K].

        Raises
        ------
        ValueError
            If one of them is no member.
        """
        who, whom, where = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(each, np.int32)) for each in (actor, alter, group))
        )
        known = len(self._board.field)
        if len(who) and not 0 <= min(who.min(), whom.min()) <= max(who.max(), whom.max()) < known:
            msg = f"members must be from 0 to {known - 1}"
            raise ValueError(msg)
        who, whom, where = who.copy(), whom.copy(), where.copy()
        out = np.zeros(len(who), np.bool_)
        look.messageable(who, whom, where, self._board, self.cost.message_level, out)
        return out

    def _limits(self, limit: ArrayLike) -> Int64:
        return np.maximum(np.broadcast_to(np.asarray(limit, np.int64), self.members.shape), 0)

    def _search(
        self,
        kernel: Callable[..., None],
        limit: ArrayLike,
        most: NDArray[np.integer],
        *rest: Any,
    ) -> Found:
        """Run a compiled search for `limit` members each.

        No more than `most` can be found, so that a generous limit takes no room; `rest` are the
        parameters of the search's own.
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

        def work(start: int, stop: int) -> None:
            kernel(start, stop, seed, self.week, self.members, limits, self._board, finds, *rest)

        over_chunks(self._threads, len(limits), work)
        row = np.repeat(np.arange(len(limits)), finds.found)
        filled = np.arange(places) - np.repeat(finds.first, limits) < np.repeat(finds.found, limits)
        return Found(row, self.members[row], finds.alter[filled], finds.group[filled])
