"""Statistics equal the plainest Python that could do the same, and do not mind order or batch."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evenhand.stats.change import change
from evenhand.stats.concentration import areas_holding_half
from evenhand.stats.rates import exact_limits, poisson_limits, rate_per_1000
from evenhand.stats.spc import LIMIT, NEAR, SCREEN, Signal, limits, signals

COUNT = st.integers(0, 60)
SERIES = st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=1, max_size=30)


def _poisson_at_most(count: int, mean: float) -> float:
    return math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))


def _binomial_at_most(count: int, of: int, share: float) -> float:
    return math.fsum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count + 1))


@given(st.integers(1, 200))
def test_exact_limits_leave_a_fortieth_on_either_side(count: int):
    lower, upper = exact_limits(count)
    assert math.isclose(1 - _poisson_at_most(count - 1, float(lower)), 0.025, rel_tol=1e-8)
    assert math.isclose(_poisson_at_most(count, float(upper)), 0.025, rel_tol=1e-8)


@given(st.integers(10, 5000))
def test_byars_limits_are_within_a_hundredth_of_the_exact_ones(count: int):
    for byar, exact in zip(poisson_limits(count), exact_limits(count), strict=True):
        assert math.isclose(byar, exact, rel_tol=0.01)


@given(st.lists(st.tuples(COUNT, st.integers(1, 9000)), min_size=1))
def test_rate_lies_between_its_limits_and_does_not_mind_its_neighbours(rows: list[tuple[int, int]]):
    counts, people = zip(*rows, strict=True)
    together = rate_per_1000(counts, people)
    for place, (count, population) in enumerate(rows):
        alone = rate_per_1000([count], [population])
        assert alone.value[0] == together.value[place] == count / population * 1000
        assert together.lower[place] <= together.value[place] <= together.upper[place]
        assert (alone.lower[0], alone.upper[0]) == (together.lower[place], together.upper[place])


@given(COUNT, st.integers(1, 60))
def test_change_limits_leave_a_fortieth_on_either_side(now: int, before: int):
    found = change([now], [before])
    of = now + before
    shares = [ratio / (1 + ratio) for ratio in (found.lower[0] / 100 + 1, found.upper[0] / 100 + 1)]
    if now:
        assert math.isclose(1 - _binomial_at_most(now - 1, of, shares[0]), 0.025, rel_tol=1e-6)
    assert math.isclose(_binomial_at_most(now, of, shares[1]), 0.025, rel_tol=1e-6)
    assert found.lower[0] <= found.percent[0] <= found.upper[0]


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=5), st.randoms())
def test_areas_holding_half_equal_counting_down_from_the_top(groups: list[list[int]], random):
    rows = [(count, place) for place, counts in enumerate(groups) for count in counts]
    random.shuffle(rows)
    found = areas_holding_half([count for count, _ in rows], [place for _, place in rows], len(groups))
    np.testing.assert_array_equal(found, [_half(counts) for counts in groups])


def _half(counts: list[int]) -> float:
    held = 0
    for areas, count in enumerate(sorted(counts, reverse=True), 1):
        held += count
        if held and 2 * held >= sum(counts):
            return areas
    return math.nan


@given(st.lists(SERIES, min_size=1, max_size=4), st.booleans())
def test_charts_of_many_series_equal_the_plain_chart_of_each(many: list[list[int | None]], screen: bool):
    width = max(len(series) for series in many)
    padded = [[*series, *[None] * (width - len(series))] for series in many]
    array = np.array(padded, dtype=float)
    chart = limits(array, screen=screen)
    found = signals(array, chart)
    for row, series in enumerate(padded):
        mean, spread = _mean_and_spread(series, screen)
        _assert_same(chart.mean[row], mean)
        if spread is None or mean is None:
            assert np.isnan(chart.upper_limit[row])
            assert set(found[row].tolist()) == {Signal.NOT_JUDGED}
        else:
            _assert_same(chart.upper_limit[row], mean + LIMIT * spread)
            _assert_same(chart.lower_limit[row], max(mean - LIMIT * spread, 0))
            assert found[row].tolist() == _plain_signals(series, mean, spread)


def _assert_same(found: float, expected: float | None) -> None:
    assert np.isnan(found) if expected is None else math.isclose(found, expected, abs_tol=1e-12)


def _average(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _mean_and_spread(series: list[int | None], screen: bool) -> tuple[float | None, float | None]:
    known = [value for value in series if value is not None]
    moving = [abs(a - b) for a, b in pairwise(series) if a is not None and b is not None]
    spread = _average(moving)
    if screen and spread is not None:
        spread = _average([size for size in moving if size == 0 or size < SCREEN * spread])
    if spread == 0 and len(set(known)) > 1:
        spread = None
    if len(set(known)) == 1 and not moving:
        spread = None
    return _average(known), spread


def _plain_signals(series: list[int | None], mean: float, spread: float) -> list[int]:
    return [_plain_signal(series, place, mean, spread) for place in range(len(series))]


def _plain_signal(series: list[int | None], place: int, mean: float, spread: float) -> Signal:
    value = series[place]
    if value is None:
        return Signal.NOT_JUDGED
    if abs(value - mean) > LIMIT * spread:
        return Signal.OUTSIDE
    if any(_is_trend(window) for window in _windows(series, place, 7)):
        return Signal.TREND
    near = NEAR * spread < abs(value - mean)
    if near and any(_is_two_in_three(window, mean, spread) for window in _windows(series, place, 3)):
        return Signal.TWO_IN_THREE
    if any(_on_one_side(window, mean) for window in _windows(series, place, 7)):
        return Signal.RUN
    return Signal.NONE


def _windows(series: list[int | None], place: int, width: int) -> list[list[int]]:
    """Every full stretch of `width` points, all supplied, that holds the point at `place`."""
    starts = range(max(place - width + 1, 0), min(place, len(series) - width) + 1)
    stretches = [series[start : start + width] for start in starts]
    return [[v for v in stretch if v is not None] for stretch in stretches if None not in stretch]


def _is_trend(window: list[int]) -> bool:
    return all(a < b for a, b in pairwise(window)) or all(a > b for a, b in pairwise(window))


def _on_one_side(window: list[int], mean: float) -> bool:
    return all(value > mean for value in window) or all(value < mean for value in window)


def _is_two_in_three(window: list[int], mean: float, spread: float) -> bool:
    near = [value for value in window if NEAR * spread < abs(value - mean) <= LIMIT * spread]
    return _on_one_side(window, mean) and len(near) >= 2
