"""Rates and their limits against published values."""

import math

import numpy as np
import pytest

from evenhand.stats.rates import byar_limits, exact_limits, poisson_limits, rate_per_1000


def test_byar_limits_are_ohids():
    # UKHSA's Python port of PHEindicatormethods tests byars_lower(100) == 81.36210549052788.
    lower, upper = byar_limits(100)
    assert lower == pytest.approx(81.36210549052788, rel=1e-12)
    assert upper == pytest.approx(
        101 * (1 - 1 / 909 + 1.959963984540054 / (3 * math.sqrt(101))) ** 3, rel=1e-12
    )


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # Garwood's limits, as every table of them has it.
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (2, 0.2422, 7.2247), (5, 1.6235, 11.6683), (9, 4.1154, 17.0848)],
)
def test_exact_limits_are_garwoods(count: int, lower: float, upper: float):
    assert np.round(exact_limits(count), 4).tolist() == [lower, upper]


def test_limits_are_exact_below_ten_and_byars_from_ten():
    lower, upper = poisson_limits([9, 10])
    assert (lower[0], upper[0]) == tuple(float(limit) for limit in exact_limits(9))
    assert (lower[1], upper[1]) == tuple(float(limit) for limit in byar_limits(10))


def test_lower_limit_that_comes_out_negative_is_missing():
    lower, upper = byar_limits([0, 0.1, 1])
    assert np.isnan(lower).tolist() == [True, True, False]
    assert np.all(upper > 0)


def test_rate_is_per_1000_people():
    rate = rate_per_1000([100, 0], [2000, 500])
    assert rate.value.tolist() == [50, 0]
    assert rate.lower[0] == pytest.approx(40.68105274526394)
    assert rate.upper[1] == pytest.approx(-math.log(0.025) * 2)


@pytest.mark.parametrize(("count", "population"), [(3, 0), (3, math.nan), (math.nan, 1000)])
def test_rate_is_not_known_without_a_count_or_people(count: float, population: float):
    rate = rate_per_1000([count], [population])
    assert np.isnan([rate.value[0], rate.lower[0], rate.upper[0]]).all()


def test_count_below_0_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        rate_per_1000([-1], [1000])
    with pytest.raises(ValueError, match="below 0"):
        rate_per_1000([1], [-1000])


def test_rate_leaves_its_inputs_as_they_were():
    count, population = np.array([1.0, np.nan, 12.0]), np.array([0.0, 1.0, 1000.0])
    rate_per_1000(count, population)
    np.testing.assert_array_equal(count, [1, np.nan, 12])
    np.testing.assert_array_equal(population, [0, 1, 1000])
