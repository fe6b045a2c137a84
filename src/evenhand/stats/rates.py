"""Rates per 1,000 people, with limits for the play of chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.float64]

CONFIDENCE = 0.95
EXACT_BELOW = 10
"""Byar's approximation is good to the third figure from ten incidents on; below, the exact limits are used
(OHID, Technical Guide: Confidence Intervals)."""


@dataclass(frozen=True)
class Rate:
    """A rate and its 95% limits, one of each a row, per 1,000 people; NaN is not known."""

    value: Numbers
    lower: Numbers
    upper: Numbers


def rate_per_1000(count: npt.ArrayLike, population: npt.ArrayLike) -> Rate:
    """Incidents per 1,000 people with 95% Poisson limits, the population taken as known.

    A population of 0 or NaN, or a count of NaN, gives NaN throughout. Raises ValueError where a count
    or a population is below 0.
    """
    counts, people = not_negative(count), not_negative(population)
    people = np.where(people == 0, np.nan, people)
    lower, upper = poisson_limits(counts)
    return Rate(counts / people * 1000, lower / people * 1000, upper / people * 1000)


def poisson_limits(count: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """95% limits of a Poisson count: Byar's from ten on, exact below ten; NaN for NaN.

    As the Office for Health Improvement and Disparities does (Fingertips, PHEindicatormethods).
    """
    counts = not_negative(count)
    few = counts < EXACT_BELOW
    exact, byar = exact_limits(counts), byar_limits(counts)
    return np.where(few, exact[0], byar[0]), np.where(few, exact[1], byar[1])


def exact_limits(count: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Exact 95% limits of a Poisson count, for any count of 0 or more; the lower limit of 0 is 0.

    Garwood 1936: half the chi-square quantiles at 2O and 2O + 2 degrees of freedom, which are the
    gamma quantiles at O and O + 1.
    """
    from scipy.special import gammaincinv  # a quarter of a second, which only publishing should pay

    counts = not_negative(count)
    tail = (1 - CONFIDENCE) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(counts == 0, 0.0, gammaincinv(counts, tail))
        return lower, gammaincinv(counts + 1, 1 - tail)


def byar_limits(count: npt.ArrayLike) -> tuple[Numbers, Numbers]:
    """Byar's approximate 95% limits of a Poisson count (Breslow & Day 1987, p. 69).

    Lower O(1 - 1/9O - z/3√O)³, upper (O+1)(1 - 1/9(O+1) + z/3√(O+1))³. Far below one incident the lower
    limit comes out negative, and for 0 it does not exist: both are NaN.
    """
    from scipy.special import ndtri

    counts = not_negative(count)
    z = ndtri(1 - (1 - CONFIDENCE) / 2)
    above = counts + 1
    some = np.where(counts == 0, np.nan, counts)
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(lower < 0, np.nan, lower), upper


def not_negative(values: npt.ArrayLike) -> Numbers:
    """The values as a new array of numbers. Raises ValueError where one is below 0."""
    numbers = np.array(values, dtype=np.float64)
    if np.any(numbers < 0):
        raise ValueError("a count is below 0; check what was counted")
    return numbers
