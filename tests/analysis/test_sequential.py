"""Verification: what stopping at a narrow interval does to its coverage, and what it takes.

Every cell simulates `STUDIES` studies that go on until the interval of a mean difference is as
narrow as a normal one of n worlds named beforehand, and counts those that hold the true mean. A
cell of netgrow's rule fails if its count would have probability below 1e-8 had the coverage been
the stated floor: false alarm probability below 18 * 1e-8 < 1e-6 over all cells. Seeds are fixed, so
that the table in `sim.analysis.sequential` comes out again; the room left (.006 is 2.7 standard
errors) is for other versions of numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import stats

from analysis.test_coverage import DIFFERENCES
from sim.analysis import sequential
from sim.analysis.paired import Moments, mean_interval
from sim.analysis.sequential import FEWEST, level_of, next_round, worlds_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]
    type Ints = NDArray[np.int64]
    type Ends = tuple[Floats, Floats, Ints]

CONFIDENCE = 0.95
STUDIES = 10_000
AT_A_TIME = 2_000
MOST = 1_500
FALSE_ALARM = 1e-8
SIZES = (30, 200)

# name: stated floor of the coverage where 30 and 200 worlds named beforehand would do
FLOORS = {
    "normal": (0.965, 0.97),
    "lognormal - lognormal": (0.955, 0.965),
    "zero-inflated - zero-inflated": (0.965, 0.97),
    "-1, 0 or 1 (half ties)": (0.965, 0.97),
    "rounded normal (ties)": (0.965, 0.97),
    "exponential (skewness 2)": (0.955, 0.965),
    "lognormal (skewness 1.8)": (0.955, 0.965),
    "lognormal (skewness 6.2)": (0.93, 0.94),
    "zero-inflated (60 % zeros)": (0.975, 0.97),
}


class Sums:
    """Moments of the first n values of each row, from running sums of powers."""

    def __init__(self, values: Floats) -> None:
        # Sums of what is close to 0 lose no digits.
        self.centre = float(np.median(values))
        values = values - self.centre
        self.powers = [np.cumsum(values**power, axis=1) for power in (1, 2, 3)]

    def at(self, rows: Ints, worlds: Ints) -> Moments:
        first, second, third = (power[rows, worlds - 1] for power in self.powers)
        n = worlds.astype(np.float64)
        mean = first / n
        variance = np.maximum(second / n - mean**2, 0)
        variance[variance < 1e-12] = 0
        third = third / n - 3 * mean * second / n + 2 * mean**3
        with np.errstate(divide="ignore", invalid="ignore"):
            skewness = third / variance**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        return Moments(n, mean + self.centre, np.sqrt(variance * n / (n - 1)), skewness)


def our_rule(sums: Sums, studies: int, width: float) -> Ends:
    low, high = np.empty((2, studies))
    worlds = np.full(studies, FEWEST)
    looks = np.zeros(studies, dtype=np.int64)
    looking = np.zeros(studies, dtype=bool)
    live = np.arange(studies)
    while live.size:
        sample, look = sums.at(live, worlds[live]), looks[live] + looking[live]
        low[live], high[live] = mean_interval(sample, level_of(np.maximum(look, 1), CONFIDENCE))
        narrow = (high - low < width)[live] & (sample.sd > 0)
        going = ~(looking[live] & narrow | (worlds[live] == MOST))
        looks[live] = look
        needed = worlds_needed(sample, look + 1, width, CONFIDENCE)
        live = live[going]
        worlds[live], looking[live] = next_round(worlds[live], looks[live], needed[going], MOST)
    return low, high, worlds


def world_by_world(
    sums: Sums, studies: int, width: float, interval: Callable[[Moments], tuple[Floats, Floats]]
) -> Ends:
    """Stop at the first world, from the 12th on, at which the interval is narrow."""
    low, high = np.empty((2, studies))
    worlds = np.full(studies, MOST)
    live = np.arange(studies)
    for n in range(12, MOST + 1):
        if not live.size:
            break
        sample = sums.at(live, np.full(live.size, n))
        low[live], high[live] = interval(sample)
        ended = (high - low < width)[live] & (sample.sd > 0)
        worlds[live[ended]] = n
        live = live[~ended]
    return low, high, worlds


def plain(sums: Sums, studies: int, width: float) -> Ends:
    """Student's 95 % interval, as if nobody had looked before."""

    def student(sample: Moments) -> tuple[Floats, Floats]:
        reach = stats.t.ppf(0.975, sample.count[0] - 1) * sample.sd / np.sqrt(sample.count)
        return sample.mean - reach, sample.mean + reach

    return world_by_world(sums, studies, width, student)


def confidence_sequence(sums: Sums, studies: int, width: float) -> Ends:
    """Asymptotic confidence sequence (Waudby-Smith et al. 2024, theorem 2.2), tightest near 100."""

    def sequence(sample: Moments) -> tuple[Floats, Floats]:
        n, error = sample.count, 1 - CONFIDENCE
        rho = (-2 * np.log(error) + np.log(-2 * np.log(error)) + 1) / 100
        part = (n * rho + 1) / (n * rho)
        reach = sample.sd * np.sqrt(2 * part / n * np.log(np.sqrt(n * rho + 1) / error))
        return sample.mean - reach, sample.mean + reach

    return world_by_world(sums, studies, width, sequence)


def stein(sums: Sums, studies: int, width: float) -> Ends:
    """Two stages (Stein 1945): the spread of the first 20 worlds decides all."""
    rows = np.arange(studies)
    first = sums.at(rows, np.full(studies, FEWEST))
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, FEWEST - 1) * first.sd
    worlds = np.clip(np.ceil((2 * reach / width) ** 2), FEWEST, MOST).astype(np.int64)
    mean = sums.at(rows, worlds).mean
    return mean - reach / np.sqrt(worlds), mean + reach / np.sqrt(worlds), worlds


def every_round(sums: Sums, studies: int, width: float) -> Ends:
    """Look in every round k, with the error 1 / (k (k + 1)) of all; sizes foreseen like ours."""
    low, high = np.empty((2, studies))
    worlds = np.full(studies, FEWEST)
    live, k = np.arange(studies), 1
    while live.size:
        sample = sums.at(live, worlds[live])
        now, then = (1 - (1 - CONFIDENCE) / (j * (j + 1)) for j in (k, k + 1))
        low[live], high[live] = mean_interval(sample, now)
        ended = (high - low < width)[live] & (sample.sd > 0) | (worlds[live] == MOST)
        below, above = mean_interval(sample, then)
        needed = np.where(sample.sd > 0, 1.1 * sample.count * ((above - below) / width) ** 2, MOST)
        grown = np.clip(np.ceil(needed), 1.5 * sample.count, 4 * sample.count)
        worlds[live[~ended]] = np.minimum(np.ceil(grown), MOST)[~ended]
        live, k = live[~ended], k + 1
    return low, high, worlds


RULES = {
    "this": our_rule,
    "plain": plain,
    "Stein": stein,
    "rounds": every_round,
    "sequence": confidence_sequence,
}


def simulated(name: str, size: int) -> Iterator[tuple[Sums, float]]:
    """Give studies in portions, and the width that `size` worlds would make by the normal law."""
    draw = DIFFERENCES[name][0]
    generator = Generator(Philox(key=1000 + size))
    spread = draw(Generator(Philox(key=1)), (1000, 2000)).std()
    width = 2 * stats.norm.ppf((1 + CONFIDENCE) / 2) * spread / np.sqrt(size)
    for _ in range(STUDIES // AT_A_TIME):
        yield Sums(draw(generator, (AT_A_TIME, MOST)).astype(np.float64)), float(width)


def measured(rule: str, name: str, size: int) -> tuple[int, float]:
    """Count studies that hold the true mean, and their mean number of worlds."""
    truth, held, worlds = DIFFERENCES[name][1], 0, 0.0
    for sums, width in simulated(name, size):
        low, high, taken = RULES[rule](sums, AT_A_TIME, width)
        held += int(((low <= truth) & (truth <= high)).sum())
        worlds += float(taken.sum())
    return held, worlds / STUDIES


def table() -> dict[tuple[str, int, str], tuple[float, int]]:
    """Read the docstring: (name, size, rule) to coverage and worlds."""
    found = {}
    rules, size = [], 0
    for line in (sequential.__doc__ or "").splitlines():
        name, cells = line[4:34].strip(), line[34:].split()
        if name.startswith("n = "):
            size, rules = int(name.removeprefix("n = ")), cells
        elif name in DIFFERENCES:
            for rule, cell in zip(rules, cells, strict=True):
                coverage, _, worlds = cell.partition("/")
                found[name, size, rule] = float(coverage), int(worlds)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_rule_keeps_its_coverage_and_takes_the_worlds_it_is_said_to(
    name: str, size: int
) -> None:
    held, worlds = measured("this", name, size)
    floor = FLOORS[name][SIZES.index(size)]
    assert held >= stats.binom.ppf(FALSE_ALARM, STUDIES, floor)
    coverage, said = table()[name, size, "this"]
    assert held / STUDIES == pytest.approx(coverage, abs=0.006)
    assert worlds == pytest.approx(said, rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["plain", "Stein", "rounds", "sequence"])
@pytest.mark.parametrize("name", ["exponential (skewness 2)", "zero-inflated (60 % zeros)"])
def test_rivals_miss_more_often_or_take_more_worlds(name: str, rule: str) -> None:
    size = 200
    held, worlds = measured(rule, name, size)
    coverage, said = table()[name, size, rule]
    assert held / STUDIES == pytest.approx(coverage, abs=0.006)
    assert worlds == pytest.approx(said, rel=0.03)
    if rule in ("plain", "Stein"):
        assert held < stats.binom.ppf(FALSE_ALARM, STUDIES, 0.95)
    else:
        assert worlds > 1.3 * table()[name, size, "this"][1]


def test_the_levels_of_all_looks_leave_no_more_than_the_error() -> None:
    assert float((1 - level_of(np.arange(1, 200), 0.95)).sum()) == pytest.approx(0.05)


def test_a_round_far_from_the_end_only_measures() -> None:
    worlds, look = next_round([20, 20, 20], [0, 0, 0], [400.0, 100.0, np.inf], 1000)
    # A round has at most four times the worlds of the one before, or half of those needed.
    assert worlds.tolist() == [80, 50, 80]
    assert not look.any()


def test_the_first_look_comes_when_the_spread_is_known_well() -> None:
    worlds, look = next_round([20, 20, 100], [0, 0, 0], [50.0, 3.0, 250.1], 1000)
    assert worlds.tolist() == [50, 25, 126]
    assert look.tolist() == [True, True, False]


def test_after_a_look_every_round_is_one_and_so_is_the_last_that_is_allowed() -> None:
    worlds, look = next_round([100, 100, 100], [1, 1, 0], [101.0, 900.0, 5000.0], 150)
    assert worlds.tolist() == [125, 150, 150]
    assert look.all()


def test_as_many_worlds_as_foreseen_make_the_interval_narrow_in_most_studies() -> None:
    """1,000 normal studies: about .94 of them; of .9 no more than .85 with probability < 1e-6."""
    values = Generator(Philox(key=5)).normal(size=(1_000, 400))
    needed = worlds_needed(Moments.of(values[:, :100].T), 1, 0.4, CONFIDENCE)
    assert needed.max() < 400
    narrow = 0
    for own, size in zip(values, np.ceil(needed).astype(int), strict=True):
        low, high = mean_interval(Moments.of(own[:size, None]), level_of(1, CONFIDENCE))
        narrow += bool(high[0] - low[0] < 0.4)
    assert narrow / 1_000 > 0.85


def test_without_spread_nothing_is_foreseen() -> None:
    values = np.column_stack([np.zeros(30), np.arange(30.0)])
    needed = worlds_needed(Moments.of(values), 1, 1.0, CONFIDENCE)
    assert np.isinf(needed[0])
    assert np.isfinite(needed[1])
    assert np.isinf(worlds_needed(Moments.of(values[:1]), 1, 1.0, CONFIDENCE)).all()
