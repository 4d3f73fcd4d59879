"""What the machine allows: reads at random places, reads in order, random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Row
from benchmarks.timing import seconds
from benchmarks.worlds import THREADS
from sim.compiled import kernel, over_chunks
from sim.draws import Decision, uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINE = 8
"""Words of a line of the cache: 64 bytes, which is what a read at a random place brings."""
MIB = 2**20
READS = 2_000_000
DRAWS = 20_000_000
REPETITIONS = 3
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_UPPER = np.uint64(32)
_FIELD = int(Decision.FIELD)

Words = NDArray[np.uint64]


@kernel
def _chain(words: Words, order: NDArray[np.int64]) -> None:
    """Let the first word of each line name the next line: one cycle through all, at random."""
    for place in range(order.size):
        words[order[place] * LINE] = order[(place + 1) % order.size]


@kernel
def _follow(words: Words, first: int, reads: int) -> int:
    """Read line after line, each at the place that the one before it names."""
    line = np.int64(first)
    for _ in range(reads):
        line = np.int64(words[line * LINE])
    return int(line)


@kernel
def _scatter(words: Words, first: int, reads: int) -> np.uint64:
    """Read lines at random places that do not depend on what is read."""
    lines = np.uint64(words.size // LINE)
    total = np.uint64(0)
    state = np.uint64(first) * _MIX
    for _ in range(reads):
        state += _STEP
        mixed = (state ^ (state >> np.uint64(30))) * _MIX
        place = ((mixed >> _UPPER) * lines) >> _UPPER
        total += words[place * np.uint64(LINE)]
    return total


@kernel
def _sum(words: Words, start: int, stop: int) -> np.uint64:
    """Read words in order."""
    total = np.uint64(0)
    for place in range(start, stop):
        total += words[place]
    return total


@kernel
def _draw(start: int, stop: int) -> float:
    """Draw numbers as the rules do."""
    total = 0.0
    for member in range(start, stop):
        total += uniform(np.uint64(1), _FIELD, 0, member, 0, 0)
    return total


def _best(work: Callable[[int, int], object], count: int, threads: int) -> float:
    """Return the best time of `count` pieces of work on so many threads."""

    def piece(start: int, stop: int) -> None:
        work(start, stop)

    return min(seconds(lambda: over_chunks(threads, count, piece)) for _ in range(REPETITIONS))


def _random_reads(words: Words, threads: int) -> dict[str, float]:
    """Nanoseconds a read; with two threads both read at once, and the time is one thread's."""
    reads = READS // threads

    def following(start: int, stop: int) -> None:
        _follow(words, start % (words.size // LINE), stop - start)

    def scattered(start: int, stop: int) -> None:
        _scatter(words, start, stop - start)

    return {
        "dependent": _best(following, READS, threads) / reads * 1e9,
        "independent": _best(scattered, READS, threads) / reads * 1e9,
    }


def floor(full: bool) -> Iterator[Row]:
    """Reads by size of what is read from, and draws."""
    rng = np.random.Generator(np.random.Philox(1))
    sizes = (1, 4, 16, 64, 256, 1024, 2048) if full else (1, 16, 256)
    curve = []
    for size in sizes:
        words = np.zeros(size * MIB // 8, np.uint64)
        _chain(words, rng.permutation(words.size // LINE))
        _follow(words, 0, 1)
        for threads in (1, THREADS):
            found = _random_reads(words, threads)
            curve.append({"mib": size, "threads": threads, **found})
    alone = next(each for each in reversed(curve) if each["threads"] == 1)
    where = f"random reads over {sizes[-1]:,} MiB"
    details = {"curve": curve}
    yield Row("floor", f"{where}, each waits for the last", alone["dependent"], "ns")
    yield Row("floor", f"{where}, independent", alone["independent"], "ns", details=details)
    for threads in (1, THREADS):
        spent = _best(lambda start, stop: _sum(words, start, stop), words.size, threads)
        what = f"reads in order, threads: {threads}"
        yield Row("floor", what, words.nbytes / spent / 1e9, "GB/s", details={"threads": threads})
    _draw(0, 1)
    for threads in (1, THREADS):
        spent = _best(_draw, DRAWS, threads)
        what = f"uniform draws (Philox), threads: {threads}"
        yield Row("floor", what, DRAWS / spent / 1e6, "M/s", details={"threads": threads})
