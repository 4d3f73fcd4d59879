"""Every random number of a simulation: a pure function of what the number decides.

The generator is Philox4x32-10 (`sim.philox`). It is counter-based: it has no state, so a draw
depends neither on the draws made before it nor on the number of threads, and the same person meets
the same luck under every arm.

Keying. The two key words are the low and the high half of the run's seed; the four counter words
are `decision + 65536 * week`, `a`, `b` and `index`:

=========== ==================== ==============================================================
argument    range                meaning
=========== ==================== ==============================================================
seed        0 <= seed < 2**64    the run's seed; inside kernels as `numpy.uint64`
decision    0 <= it < 2**16      what is decided, a `Decision`
week        0 <= week < 2**16    when
a, b        0 <= a, b < 2**32    about whom: a member and 0, or an (ordered) pair
index       0 <= index < 2**32   the how-manieth number of this decision
=========== ==================== ==============================================================

`uniform`, `integer` and `normal` draw one at a time, from Python and from other kernels, and check
nothing; `uniforms`, `integers` and `normals` draw arrays of exactly the same numbers and check
their arguments. `sim.sampling` draws without replacement.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from sim.compiled import kernel
from sim.philox import WORD, WORD_BITS, philox4x32, philox4x32_many
from sim.portable import normal_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Decision(IntEnum):
    """What a random number decides; a value never changes its meaning, nor is it used twice."""

    FIELD = 1
    TARGET = 2
    SENIORITY = 3
    EMPLOYER = 4
    SCHOOL = 5
    REGION = 6
    STATUS = 7
    HOURS = 8
    OPENNESS = 9
    OPT_OUT = 10
    STRATEGY = 11
    FOCAL = 12
    ACQUAINTANCE = 13
    CONNECTED = 14
    GROUP_TOPIC = 15
    GROUP_SIZE = 16
    MEMBERSHIP = 17
    ACTIVITY = 18
    COMPLETENESS = 19
    KEYWORD = 20
    RECRUITER = 21
    AIM = 22
    PRESENT = 23
    SAMPLE = 24
    PICK_ACQUAINTANCE = 40
    PICK_GROUP_MEMBER = 41
    PICK_STRANGER = 42
    PICK_CONTACT = 43
    PICK_FRIEND = 44
    PICK_GROUP = 45
    PICK_OWN_GROUP = 46
    PICK_SLEEPING = 47
    PICK_TO_ENDORSE = 48
    PICK_SEARCH = 49
    ACCEPT = 60
    FLAG = 61
    REPLY = 62
    READ = 63
    INMAIL_REPLY = 64
    FLAG_MESSAGE = 65
    FORWARD = 66
    REFUSE = 67
    DELAY = 68
    INTRODUCED = 69
    ENDORSE_BACK = 70
    FEED = 71
    RECOMMEND = 72
    JOIN = 73
    LEAVE = 74
    ARRIVE = 80
    DEPART = 81
    CONNECT_ON_ARRIVAL = 82
    SEARCH_FOR = 83
    LOSE_JOB = 84
    START_SEARCH = 85
    OPENING = 86
    DIRECT = 87
    REFERRAL = 88
    APPROACH = 89
    APPLICATION = 90
    OFFER = 91
    OWN = 100


# As in `sim.philox`, no other integer may meet a uint64.
WEEK_SHIFT = np.uint64(16)
_UPPER_SHIFT = np.uint64(5)
_LOWER_SHIFT = np.uint64(6)
_BLOCK = 128

Seed = int | np.uint64


@kernel
def from_words(w0: np.uint64, w1: np.uint64) -> float:
    """Return the uniform draw that the first two Philox words stand for."""
    upper = float(w0 >> _UPPER_SHIFT)
    lower = float(w1 >> _LOWER_SHIFT)
    return (upper * 67108864.0 + lower) * (1.0 / 9007199254740992.0)


@kernel
def uniform(seed: Seed, decision: int, week: int, a: int, b: int, index: int) -> float:
    """Uniform draw from [0, 1), a multiple of 2**-53.

    Parameters
    ----------
    seed, decision, week, a, b, index : int
        Key of the draw; ranges in the module's text.

    Returns
    -------
    float
        (w0 >> 5) * 2**26 + (w1 >> 6) over 2**53, of the first two Philox words w0 and w1.
    """
    key = np.uint64(seed)
    w0, w1, _, _ = philox4x32(
        np.uint64(decision) | (np.uint64(week) << WEEK_SHIFT),
        np.uint64(a),
        np.uint64(b),
        np.uint64(index),
        key & WORD,
        key >> WORD_BITS,
    )
    return from_words(w0, w1)


@kernel
def integer(seed: Seed, decision: int, week: int, a: int, b: int, index: int, n: int) -> int:
    """Uniform draw from 0, 1, ..., n - 1.

    Parameters
    ----------
    seed, decision, week, a, b, index : int
        Key of the draw; ranges in the module's text.
    n : int
        Number of outcomes, 1 <= n < 2**31.

    Returns
    -------
    int
        floor(u n) of the uniform draw u of the same key. It is below n: u is at most 1 - 2**-53,
        so that u n is at least n * 2**-53 short of n, which is more than half of the gap between n
        and the double before it (or all of it, if n is a power of two) and cannot round to n. No
        outcome is more likely than another by more than 2**-53.
    """
    return int(uniform(seed, decision, week, a, b, index) * n)


@kernel
def normal(seed: Seed, decision: int, week: int, a: int, b: int, index: int) -> float:
    """Draw from the standard normal distribution.

    Parameters
    ----------
    seed, decision, week, a, b, index : int
        Key of the draw; ranges in the module's text.

    Returns
    -------
    float
        `sim.portable.normal_quantile` at u + 2**-54, the middle of the interval that the uniform
        draw u of the same key stands for; never infinite, |z| <= 8.3.
    """
    # u - 1/2 first: both steps are then exact, whereas u + 2**-54 can round to 1.
    return normal_quantile((uniform(seed, decision, week, a, b, index) - 0.5) + 2.0**-54)


@kernel
def _load(column: NDArray[np.int64], start: int, count: int, words: NDArray[np.uint64]) -> None:
    """Copy `count` values of a key column from `start` on; one value holds for all."""
    if column.size == 1:
        words[:count] = np.uint64(column[0])
    else:
        for i in range(count):
            words[i] = np.uint64(column[start + i])


@kernel
def fill_uniforms(
    seed: Seed,
    decision: int,
    week: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    index: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write to `out`, float64[n], the uniform draw of every key: `uniform`, five times as fast.

    Key columns are int64[n], or of one value that holds for all of `out`. They are not checked.
    """
    key = np.uint64(seed)
    # Blocks that stay in the fastest cache.
    length = min(_BLOCK, out.size)
    words = np.empty((4, length), np.uint64)
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    for start in range(0, out.size, _BLOCK):
        # What is beyond the end of the last block is drawn for nothing, and not written.
        count = min(_BLOCK, out.size - start)
        _load(week, start, count, w0)
        for i in range(count):
            w0[i] = np.uint64(decision) | (w0[i] << WEEK_SHIFT)
        _load(a, start, count, w1)
        _load(b, start, count, w2)
        _load(index, start, count, w3)
        philox4x32_many(w0, w1, w2, w3, key & WORD, key >> WORD_BITS)
        for i in range(count):
            out[start + i] = from_words(w0[i], w1[i])


@kernel
def _to_normals(values: NDArray[np.float64]) -> None:
    """Turn uniform draws into normal ones, in place."""
    for i in range(values.size):
        values[i] = normal_quantile((values[i] - 0.5) + 2.0**-54)


def _column(name: str, value: ArrayLike, limit: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Return one key column as a flat array: of one value, or of as many as `shape` holds."""
    column = np.asarray(value)
    if column.size and (column.dtype.kind not in "iu" or column.min() < 0 or column.max() >= limit):
        msg = f"{name} must be whole numbers from 0 to {limit - 1}"
        raise ValueError(msg)
    if column.size != 1:
        column = np.broadcast_to(column, shape)
    return np.ascontiguousarray(column, np.int64).reshape(-1)


def uniforms(
    seed: Seed,
    decision: int,
    week: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    index: ArrayLike,
) -> NDArray[np.float64]:
    """Uniform draws from [0, 1), each the same number as `uniform` gives for its key.

    Parameters
    ----------
    seed, decision : int
        As in the module's text.
    week, a, b, index : array_like of int
        Key columns, broadcast against each other.

    Returns
    -------
    float64 array of the broadcast shape

    Raises
    ------
    ValueError
        If part of a key is out of its range, or the columns do not broadcast.
    """
    if not 0 <= seed < 2**64 or not 0 <= decision < 2**16:
        msg = f"seed must be in [0, 2**64) and decision in [0, 2**16), not {seed} and {decision}"
        raise ValueError(msg)
    shape = np.broadcast_shapes(*(np.shape(column) for column in (week, a, b, index)))
    out = np.empty(shape)
    fill_uniforms(
        np.uint64(seed),
        int(decision),
        _column("week", week, 2**16, shape),
        _column("a", a, 2**32, shape),
        _column("b", b, 2**32, shape),
        _column("index", index, 2**32, shape),
        out.reshape(-1),
    )
    return out


def integers(
    seed: Seed,
    decision: int,
    week: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    index: ArrayLike,
    n: ArrayLike,
) -> NDArray[np.int64]:
    """Uniform draws from 0, 1, ..., n - 1, each the same number as `integer` gives for its key.

    Parameters
    ----------
    seed, decision, week, a, b, index
        As in `uniforms`.
    n : array_like of int
        Number of outcomes, 1 <= n < 2**31, broadcast against the draws.

    Returns
    -------
    int64 array of the broadcast shape

    Raises
    ------
    ValueError
        As in `uniforms`, and if `n` is out of its range.
    """
    outcomes = np.asarray(n)
    if outcomes.size and (outcomes.min() < 1 or outcomes.max() >= 2**31):
        msg = "n must be from 1 to 2**31 - 1"
        raise ValueError(msg)
    drawn = uniforms(seed, decision, week, a, b, index) * outcomes
    return np.asarray(drawn).astype(np.int64)


def normals(
    seed: Seed,
    decision: int,
    week: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    index: ArrayLike,
) -> NDArray[np.float64]:
    """Draws from the standard normal, each the same number as `normal` gives for its key.

    Parameters, shape of the result and errors are those of `uniforms`.

    Returns
    -------
    float64 array of the broadcast shape
    """
    values = uniforms(seed, decision, week, a, b, index)
    _to_normals(values.reshape(-1))
    return values
