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

from sim.compiled import kernel
from sim.draws import Decision, normals, uniform, uniforms
from sim.world.lognormal import lognormal

if TYPE_CHECKING:
    from sim.scenario.population import Acquaintances
    from sim.world.members import Float64, Int32, Members

Int64 = NDArray[np.int64]

_ACQUAINTANCE = int(Decision.ACQUAINTANCE)
_STRETCHES = 1024


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
        known, got = _add_new(known, _match(unit, wanted, seed, number), count)
        missing = np.maximum(wish * share + missing - got, 0.0)
    return (known // count).astype(np.int32), (known % count).astype(np.int32)


def _match(unit: Int32, wanted: Float64, seed: int, context: int) -> Int64:
    """Join stubs within units at random; return the pairs as a * N + b with a < b, ascending.

    Parameters
    ----------
    unit : int32[N]
        Unit of each member; -1 for none, who has no wish.
    wanted : float64[N]
        Acquaintances wished for; the fraction is rounded up or down by lot.
    seed, context : int
        Seed of the world, and number of the context from 1.

    Returns
    -------
    int64[P]
        A pair occurs as often as it was joined.
    """
    rows = np.arange(len(unit), dtype=np.int32)
    sizes = np.bincount(unit[unit >= 0], minlength=1)
    lot = uniforms(seed, Decision.ACQUAINTANCE, context, rows, 0, 0)
    stubs = np.minimum(np.floor(wanted + lot), np.maximum(sizes[unit] - 1, 0)).astype(np.int32)
    owner, first = _shuffled(np.uint64(seed), context, unit, stubs, len(sizes))
    return np.sort(_joined(owner, first, len(unit)))


@kernel
def _shuffled(
    seed: np.uint64, context: int, unit: Int32, stubs: Int32, units: int
) -> tuple[Int32, Int64]:
    """Shuffle the stubs of every unit: their owners, int32[S], and where units begin, int64[U + 1].

    The order is that of their lots; of equal ones the stub of the lower row comes first.
    """
    first = np.zeros(units + 1, np.int64)
    for i in range(unit.size):
        first[unit[i] + 1] += stubs[i]
    for number in range(units):
        first[number + 1] += first[number]
    count = first[units]
    # Lots are uniform, so that a stub is nearly in its place by one multiplication: with as many
    # buckets as stubs, one is in each on average, and no sort worth the name is left. Stretches of
    # buckets come first, because their stubs then fit into the caches.
    shift = 0
    while count >> shift > _STRETCHES:
        shift += 1
    lots = np.empty(count)
    end = np.zeros((count >> shift) + 2, np.int64)
    stub = 0
    for i in range(unit.size):
        for number in range(stubs[i]):
            lots[stub] = uniform(seed, _ACQUAINTANCE, context, i, 1, number)
            end[(_bucket(lots[stub], first, unit[i]) >> shift) + 1] += 1
            stub += 1
    for stretch in range(end.size - 1):
        end[stretch + 1] += end[stretch]
    begin = end.copy()
    owner = np.empty(count, np.int32)
    lot = np.empty(count)
    bucket = np.empty(count, np.int32)
    stub = 0
    for i in range(unit.size):
        for _ in range(stubs[i]):
            place = _bucket(lots[stub], first, unit[i])
            at = end[place >> shift]
            owner[at], lot[at], bucket[at] = i, lots[stub], place & ((1 << shift) - 1)
            end[place >> shift] += 1
            stub += 1
    for stretch in range(end.size - 1):
        _sort_stretch(begin[stretch], begin[stretch + 1], owner, lot, bucket, 1 << shift)
    return owner, first


@kernel
def _bucket(lot: float, first: Int64, unit: int) -> int:
    """Bucket of a stub: those of a unit follow each other as its lots do."""
    return int(first[unit] + int(lot * (first[unit + 1] - first[unit])))


@kernel
def _sort_stretch(
    start: int, stop: int, owner: Int32, lot: Float64, bucket: Int32, buckets: int
) -> None:
    """Sort the owners of the stubs `start` ... `stop` - 1, stably, by bucket and then by lot."""
    end = np.zeros(buckets + 1, np.int64)
    for stub in range(start, stop):
        end[bucket[stub] + 1] += 1
    for place in range(buckets):
        end[place + 1] += end[place]
    who = np.empty(stop - start, np.int32)
    ranked = np.empty(stop - start)
    for stub in range(start, stop):
        at = end[bucket[stub]]
        who[at] = owner[stub]
        ranked[at] = lot[stub]
        end[bucket[stub]] += 1
    begin = 0
    for place in range(buckets):
        for stub in range(begin + 1, end[place]):
            mine, key, at = who[stub], ranked[stub], stub
            while at > begin and ranked[at - 1] > key:
                who[at] = who[at - 1]
                ranked[at] = ranked[at - 1]
                at -= 1
            who[at] = mine
            ranked[at] = key
        begin = end[place]
    for stub in range(start, stop):
        owner[stub] = who[stub - start]


@kernel
def _joined(owner: Int32, first: Int64, members: int) -> Int64:
    """Join the stubs of every unit, 0 with 1, 2 with 3, ...; leave out who meets itself."""
    pairs = np.empty(owner.size // 2, np.int64)
    count = 0
    for unit in range(first.size - 1):
        for place in range(first[unit], first[unit + 1] - 1, 2):
            a, b = np.int64(owner[place]), np.int64(owner[place + 1])
            if a != b:
                pairs[count] = min(a, b) * members + max(a, b)
                count += 1
    return pairs[:count]


@kernel
def _add_new(known: Int64, found: Int64, members: int) -> tuple[Int64, Int64]:
    """Add the pairs of `found` that are new to `known`; both are ascending.

    Returns what is known then, each pair once, and how many new pairs each member has, int64[N].
    """
    merged = np.empty(known.size + found.size, np.int64)
    got = np.zeros(members, np.int64)
    size = 0
    old = 0
    for pair in found:
        while old < known.size and known[old] <= pair:
            merged[size] = known[old]
            size += 1
            old += 1
        if size == 0 or merged[size - 1] != pair:
            merged[size] = pair
            size += 1
            got[pair // members] += 1
            got[pair % members] += 1
    while old < known.size:
        merged[size] = known[old]
        size += 1
        old += 1
    return merged[:size], got
