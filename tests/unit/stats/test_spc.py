"""Control charts: worked by hand, and the cases NHSRplotthedots tests its rules with."""

import time

import numpy as np
import pytest

from evenhand.stats.spc import Limits, Signal, limits, sides, signals

NA = np.nan
O, T, TWO, R, N, X = (  # noqa: E741
    Signal.OUTSIDE,
    Signal.TREND,
    Signal.TWO_IN_THREE,
    Signal.RUN,
    Signal.NONE,
    Signal.NOT_JUDGED,
)


def _chart(mean: float = 0, near: float = 2, far: float = 3) -> Limits:
    """Limits given, not worked out, so that a rule can be tried alone."""
    values = (mean, mean - far, mean + far, mean - near, mean + near)
    return Limits(*(np.array([float(value)]) for value in values), points=np.array([9]))


def _signals(series: list[float], chart: Limits) -> list[int]:
    return signals([series], chart)[0].tolist()


def test_limits_are_mean_and_average_moving_ranges():
    chart = limits([[10, 14, 12, 20]])  # moving ranges 4, 2, 8
    found = [chart.mean, chart.lower_limit, chart.upper_limit, chart.lower_near, chart.upper_near]
    expected = [14, 14 - 2.66 * 14 / 3, 14 + 2.66 * 14 / 3, 14 - 2.66 * 28 / 9, 14 + 2.66 * 28 / 9]
    assert [float(value[0]) for value in found] == pytest.approx([expected[0], *expected[1:]])
    assert chart.points.tolist() == [4]


def test_gap_has_no_moving_range():
    chart = limits([[10, 12, NA, 30, 32]])  # 2 and 2, not 18
    assert chart.mean[0] == 21
    assert chart.upper_limit[0] == pytest.approx(21 + 2.66 * 2)
    assert chart.points[0] == 4


def test_lower_limits_of_counts_are_not_below_0():
    chart = limits([[1, 9, 1, 9]])
    assert (chart.lower_limit[0], chart.lower_near[0]) == (0, 0)


def test_screening_leaves_out_moving_ranges_of_3_267_averages():
    series = [[5, 6] * 6 + [46]]  # eleven moving ranges of 1, one of 40: average 4.25, screened from 13.9
    assert limits(series).upper_limit[0] == pytest.approx(112 / 13 + 2.66 * 4.25)
    assert limits(series, screen=True).upper_limit[0] == pytest.approx(112 / 13 + 2.66)


def test_screening_starts_at_3_267_averages():
    # Moving ranges 1, 1, 1, 1 and 7 (3.18 averages), then 8 (3.33 averages).
    kept, left_out = limits([[0, 1, 2, 3, 4, 11], [0, 1, 2, 3, 4, 12]], screen=True).upper_limit
    assert kept == pytest.approx(21 / 6 + 2.66 * 11 / 5)
    assert left_out == pytest.approx(22 / 6 + 2.66)


def test_screening_keeps_moving_ranges_of_0():
    assert limits([[4, 4, 4, 4]], screen=True).upper_limit[0] == 4


@pytest.mark.parametrize("value", [0, 7, 0.1])
def test_series_of_equal_points_has_limits_at_its_mean_and_no_signal(value: float):
    series = [[value] * 9 + [NA, value]]
    chart = limits(series)
    assert (chart.lower_limit[0], chart.mean[0], chart.upper_limit[0]) == (value, value, value)
    assert signals(series, chart)[0].tolist() == [N] * 9 + [X, N]


@pytest.mark.parametrize("series", [[NA, NA, NA], [8, NA, 9], [8], [5, 5, NA, 9, 9], []])
def test_series_that_says_nothing_of_its_variation_has_no_limits(series: list[float]):
    chart = limits([series])
    assert np.isnan(chart.upper_limit[0])
    assert set(_signals(series, chart)) <= {X}


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], [N] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [N] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [T] * 7),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [N, *[T] * 7, N]),
        ([7, 6, 5, 4, 3, 2, 1], [T] * 7),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [N, *[T] * 7, N]),
        ([1, 2, 3, NA, 5, 6, 7, 8], [N, N, N, X, N, N, N, N]),
    ],
)
def test_seven_in_a_row_up_or_down_are_a_trend(series: list[float], expected: list[int]):
    # The mean lies among the points, so that they are no run; the limits are out of reach.
    assert _signals(series, _chart(mean=4, near=50, far=60)) == expected


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([1] * 6, [N] * 6),
        ([1] * 6 + [-1], [N] * 7),
        ([1] * 8 + [-1], [R] * 8 + [N]),
        ([-1] * 8 + [1], [R] * 8 + [N]),
        ([1] * 4 + [0] + [1] * 4, [N] * 9),
        ([1] * 4 + [NA] + [1] * 4, [N] * 4 + [X] + [N] * 4),
    ],
)
def test_seven_in_a_row_on_one_side_are_a_run(series: list[float], expected: list[int]):
    assert _signals(series, _chart()) == expected


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([2.5, 1, 2.5], [TWO, N, TWO]),
        ([1, 2.5, 2.5], [N, TWO, TWO]),
        ([2.5, 2.5, 2.5], [TWO, TWO, TWO]),
        ([2.5, -1, 2.5], [N, N, N]),
        ([2.5, 0, 2.5], [N, N, N]),
        ([2.5, -2.5, -2.5, -1], [N, TWO, TWO, N]),
        ([2.5, 1, 1, 2.5], [N, N, N, N]),
        ([2.5, 1, 1, 2.5, 2.5], [N, N, N, TWO, TWO]),
        ([2.5, NA, 2.5], [N, X, N]),
        ([2.5, 3.5, 2.5], [TWO, O, TWO]),
        ([3.5, 3.5, 1], [O, O, N]),
        ([2, 2, 2], [N, N, N]),
        ([3, 3, 1], [TWO, TWO, N]),
    ],
)
def test_two_of_three_near_the_limit_carry_the_signal(series: list[float], expected: list[int]):
    assert _signals(series, _chart()) == expected


def test_first_rule_that_applies_is_given():
    rising = [0.1, 0.5, 1, 2.2, 2.5, 2.8, 3.5]
    assert _signals(rising, _chart()) == [T] * 6 + [O]
    assert _signals([1, 1, 1, 1, 2.5, 1, 2.5], _chart()) == [R, R, R, R, TWO, R, TWO]


def test_sides_are_of_the_mean():
    assert sides([[3, 5, 4, NA]], _chart(mean=4)).tolist() == [[-1, 1, 0, 0]]


def test_chart_leaves_its_inputs_as_they_were():
    series = np.array([[1.0, np.nan, 3.0, 4.0]])
    before = series.copy()
    signals(series, limits(series, screen=True))
    np.testing.assert_array_equal(series, before)


def test_every_lsoa_of_england_and_wales_for_five_years_takes_under_two_seconds():
    series = np.random.default_rng(7).poisson(20, (35_672, 60)).astype(float)
    start = time.process_time()
    signals(series, limits(series))
    assert time.process_time() - start < 2
