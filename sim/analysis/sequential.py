"""How many worlds are enough: rounds until an interval is narrow, and what that costs its level.

Who stops as soon as an interval is narrow stops too often where luck made the spread look small,
and with skewed differences the mean is then off as well: the interval misses more often than it
says [1]_, [2]_.

The rule. The worlds come in rounds. The first rounds *stop nothing*: they tell the spread, and
from it the number of worlds needed (`worlds_needed`). Once at least 40 % of these are there, the
next round is as large as needed and is the first *look*: the interval is made at a level that
leaves half of the error, 97.5 % for one of 95 %, and if its width (high - low) is below the one
wanted, that is the end. If not, the next round is a look with half of the error that is left
(98.75 %, 99.375 % ...), and so on. The last round that the allowance of worlds permits is always a
look. So the error of all looks that may ever be made is at most 5 % together (Bonferroni's
inequality over looks), whichever of them turns out to be the last; the interval at the level of
its look (`level_of`) is a 95 % interval, stopping included. The inequality does not ask which
comparison made the study go on, so it holds for each of several arms and questions *by itself*,
as all intervals of `sim.analysis` do; what is said of several arms at once is for Holm's p.
The sizes of rounds follow from the spread, so that a look is not at a number of worlds named
beforehand, as the inequality strictly asks; what that leaves is measured here.

Measured, nominal 95 %, by ``tests/analysis/test_sequential.py`` (``pytest -m slow``; 10,000 studies
a cell, standard error .002 at .95; at most 1,500 worlds): coverage and, after the stroke, the mean
number of worlds, where n worlds named beforehand would make a normal interval of the width wanted::

    n = 30                            this    plain    Stein   rounds sequence
    normal                         .976/54  .933/31  .947/35  .991/76  .996/71
    lognormal - lognormal          .964/76  .924/26  .933/36 .974/104  .988/61
    zero-inflated - zero-inflated  .975/58  .937/30  .951/35  .990/79  .993/69
    -1, 0 or 1 (half ties)         .979/52  .934/32  .945/35  .994/75  .995/72
    rounded normal (ties)          .976/54  .932/31  .947/35  .991/77  .995/71
    exponential (skewness 2)       .969/80  .885/27  .914/36 .974/108  .957/64
    lognormal (skewness 1.8)       .969/74  .901/28  .924/36 .976/100  .978/66
    lognormal (skewness 6.2)      .946/126  .843/22  .855/39 .952/187  .927/46
    zero-inflated (60 % zeros)     .988/74  .883/30  .922/35  .995/91  .951/67

    n = 200                           this    plain    Stein   rounds sequence
    normal                        .978/306 .948/201 .951/230 .997/539 .999/521
    lognormal - lognormal         .978/377 .941/188 .914/227 .996/660 .998/504
    zero-inflated - zero-inflated .978/316 .946/200 .944/230 .998/555 .998/522
    -1, 0 or 1 (half ties)        .977/300 .954/202 .955/229 .998/538 .999/523
    rounded normal (ties)         .977/305 .946/201 .952/230 .997/539 .998/521
    exponential (skewness 2)      .979/361 .928/194 .916/227 .998/641 .997/515
    lognormal (skewness 1.8)      .978/354 .929/194 .922/230 .998/628 .997/513
    lognormal (skewness 6.2)      .959/479 .817/149 .821/209 .991/820 .971/451
    zero-inflated (60 % zeros)    .980/334 .927/198 .930/228 .998/595 .995/519

"plain" stops at the first world, from the 12th, at which Student's 95 % interval is narrow [1]_,
[2]_; "Stein" decides all by the spread of 20 worlds [3]_; "rounds" looks in every round k with the
error 5 % / (k (k + 1)); "sequence" is an asymptotic confidence sequence looked at in every world
[5]_, [6]_. The first two do not hold what they promise where differences are skewed. The last two
pay for looks that could not have ended anything: at n = 200 "rounds" takes 1.7 to 1.8 times the
worlds of this rule, whose first rounds only measure the spread, as in triple sampling [4]_, and
"sequence" 1.3 to 1.7 times, save under the worst lognormal, of whose skewness it knows nothing.
That one alone takes this rule, too, below 95 % (to 94.6 %): there the interval itself covers least.

References
----------
.. [1] Anscombe, F. J. (1953). Sequential estimation. Journal of the Royal Statistical Society B 15,
   1-29.
.. [2] Chow, Y. S. and Robbins, H. (1965). On the asymptotic theory of fixed-width sequential
   confidence intervals for the mean. Annals of Mathematical Statistics 36, 457-462.
.. [3] Stein, C. (1945). A two-sample test for a linear hypothesis whose power is independent of the
   variance. Annals of Mathematical Statistics 16, 243-258.
.. [4] Hall, P. (1981). Asymptotic theory of triple sampling for sequential estimation of a mean.
   Annals of Statistics 9, 1229-1238.
.. [5] Howard, S. R., Ramdas, A., McAuliffe, J. and Sekhon, J. (2021). Time-uniform, nonparametric,
   nonasymptotic confidence sequences. Annals of Statistics 49, 1055-1080.
.. [6] Waudby-Smith, I., Arbour, D., Sinha, R., Kennedy, E. H. and Ramdas, A. (2024). Time-uniform
   central limit theory and asymptotic confidence sequences. Annals of Statistics 52, 2613-2640.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.analysis.paired import mean_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.analysis.paired import Floats, Moments

FEWEST: Final = 20
"""Worlds of the first round at least: of fewer, skewed differences show too little spread."""

# A spread measured in few worlds may be far too large: no round has more than so many times the
# worlds that are there, and a round before the first look aims at a part of what seems needed.
_GROWTH: Final = 4.0
_PART: Final = 0.5
# The first look comes where no more than so many times the worlds that are there are needed.
_CLOSE: Final = 2.5
# A look has so many times the worlds of the round before at least, and a few more than are needed
# on average: failing it costs half of the error that is left.
_LEAST: Final = 1.25
_MARGIN: Final = 1.1


def level_of(look: ArrayLike, confidence: float) -> Floats:
    """Level at which the interval of a look is made, so that all looks together keep `confidence`.

    Parameters
    ----------
    look : array_like of int
        1 for the first.
    confidence : float
        Between 0 and 1.

    Examples
    --------
    >>> [float(level) for level in level_of([1, 2, 3], 0.95)]
    [0.975, 0.9875, 0.99375]
    """
    return 1 - (1 - confidence) / 2.0 ** np.asarray(look, dtype=np.float64)


def worlds_needed(sample: Moments, look: ArrayLike, width: float, confidence: float) -> Floats:
    """Foresee how many worlds make the interval of a look narrow enough, in most cases.

    Parameters
    ----------
    sample : Moments
        Paired differences of k comparisons.
    look : array_like of int, shape (k,) or ()
        The look to come, 1 or more.
    width : float
        Width wanted (high - low), in the metric's unit, above 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    ndarray of float64, shape (k,)
        Infinite where the differences have no spread, or there are fewer than two.
    """
    low, high = mean_interval(sample, level_of(look, confidence))
    needed = _MARGIN * sample.count * ((high - low) / width) ** 2
    # A NaN of the standard deviation compares as false.
    return np.where(sample.sd > 0, needed, np.inf)


def next_round(
    worlds: ArrayLike, looks: ArrayLike, needed: ArrayLike, most: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Plan the round after one that was not the last; elementwise over k studies.

    Parameters
    ----------
    worlds : array_like of int
        Worlds that are there, below `most`.
    looks : array_like of int
        Looks made at them so far.
    needed : array_like of float
        Worlds foreseen for the next look; infinite if unknown.
    most : int
        Worlds allowed.

    Returns
    -------
    worlds : ndarray of int64
        How many there will be in all.
    look : ndarray of bool
        Whether the round may be the last.
    """
    here, need = np.asarray(worlds, dtype=np.float64), np.asarray(needed, dtype=np.float64)
    look = (np.asarray(looks) > 0) | (need <= _CLOSE * here)
    size = np.where(look, np.maximum(need, _LEAST * here), _PART * need)
    total = np.minimum(np.ceil(np.minimum(size, _GROWTH * here)), most).astype(np.int64)
    return total, look | (total == most)
