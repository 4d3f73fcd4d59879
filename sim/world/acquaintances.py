"""Who knows whom outside the platform: a graph that grows out of shared contexts.

Every member has a wish for acquaintances, lognormal over members (F1). A part of it is filled at
its employer, a part at its school, a part in its region and the rest anywhere: within each unit
the wishes are cut into stubs, the stubs are shuffled and joined two by two (a configuration
model, one for every unit). Stubs that meet themselves or repeat a pair are carried over to the
next, wider context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Decision, normals, uniforms
from sim.world.lognormal import lognormal

if TYPE_CHECKING:
    from sim.scenario.population import Acquaintances
    from sim.world.members import Float64, Int32, Members

Int64 = NDArray[np.int64]


def draw_acquaintances(
    members: Members, parameters: Acquaintances, coverage: float, seed: int
) -> tuple[Int32, Int32]:
    """Draw the pairs of members who know each other.

    Parameters
    ----------
    members : Members
        Their contexts: employer, school, region.
    parameters : Acquaintances
        Section `acquaintances` of the scenario.
    coverage : float
        Share of a person's acquaintances that the world holds.
    seed : int
        Seed of the world.

    Returns
    -------
    a, b : int32[E]
        Pairs a < b, each once, ascending.
    """
    count = len(members)
    rows = np.arange(count)
    z = normals(seed, Decision.ACQUAINTANCE, 0, rows, 0, 0)
    wish = lognormal(z, parameters.median * coverage, parameters.sigma)
    elsewhere = 1.0 - parameters.employer_share - parameters.school_share - parameters.region_share
    contexts = (
        (members.employer, parameters.employer_share),
        (members.school, parameters.school_share),
        (members.region, parameters.region_share),
        (np.zeros(count, np.int32), max(elsewhere, 0.0)),
    )
    known = np.empty(0, np.int64)
    missing = np.zeros(count)
    for number, (unit, share) in enumerate(contexts, start=1):
        wanted = wish * share + missing
        wanted[unit < 0] = 0.0
        found = np.setdiff1d(_match(unit, wanted, seed, number), known, assume_unique=True)
        got = np.bincount(found // count, minlength=count)
        got += np.bincount(found % count, minlength=count)
        missing = np.maximum(wish * share + missing - got, 0.0)
        known = np.union1d(known, found)
    return (known // count).astype(np.int32), (known % count).astype(np.int32)


def _match(unit: Int32, wanted: Float64, seed: int, context: int) -> Int64:
    """Join stubs within units at random; return the distinct pairs as a * N + b with a < b.

    Parameters
    ----------
    unit : int32[N]
        Unit of each member; -1 for none.
    wanted : float64[N]
        Acquaintances wished for; the fraction is rounded up or down by lot.
    seed, context : int
        Seed of the world, and number of the context from 1.
    """
    count = len(unit)
    rows = np.arange(count)
    known_unit = np.where(unit < 0, 0, unit)
    room = np.bincount(known_unit[unit >= 0], minlength=int(known_unit.max()) + 1)[known_unit] - 1
    lot = uniforms(seed, Decision.ACQUAINTANCE, context, rows, 0, 0)
    stubs = np.minimum(np.floor(wanted + lot).astype(np.int64), room)
    owner = np.repeat(rows, stubs)
    first = np.cumsum(stubs) - stubs
    number = np.arange(len(owner)) - np.repeat(first, stubs)
    shuffle = uniforms(seed, Decision.ACQUAINTANCE, context, owner, 1, number)
    order = np.lexsort((shuffle, unit[owner]))
    owner = owner[order]
    units = unit[owner]
    # The place of a stub in its unit's shuffled row decides its partner: 0 with 1, 2 with 3, ...
    start = np.searchsorted(units, units)
    place = np.arange(len(owner)) - start
    left = np.flatnonzero((place[:-1] % 2 == 0) & (units[:-1] == units[1:]))
    a, b = owner[left], owner[left + 1]
    low, high = np.minimum(a, b), np.maximum(a, b)
    return np.unique((low * count + high)[low != high])
