"""Change between two counts against published values."""

import math

import numpy as np
import pytest

from evenhand.stats.change import change


def test_limits_are_those_of_rateratio_test():
    # Fay, vignette of the R package rateratio.test: c(2, 9) in c(17877, 16660).
    found = change([2], [9])
    times = 16660 / 17877
    assert (found.lower[0] / 100 + 1) * times == pytest.approx(0.02177406, abs=5e-9)
    assert (found.upper[0] / 100 + 1) * times == pytest.approx(1.00054910, abs=5e-9)
    assert found.percent[0] == pytest.approx(-700 / 9)


def test_no_change_has_limits_on_both_sides():
    found = change([40], [40])
    assert found.lower[0] < found.percent[0] == 0 < found.upper[0]


def test_none_now_is_all_gone():
    found = change([0], [5])
    share = 1 - 0.025 ** (1 / 5)
    assert (found.percent[0], found.lower[0]) == (-100, -100)
    assert found.upper[0] == pytest.approx((share / (1 - share) - 1) * 100)


@pytest.mark.parametrize(("now", "before"), [(4, 0), (0, 0), (math.nan, 4), (4, math.nan), (0, math.nan)])
def test_from_0_or_from_what_is_not_known_nothing_is_known(now: float, before: float):
    found = change([now], [before])
    assert np.isnan([found.percent[0], found.lower[0], found.upper[0]]).all()


def test_count_below_0_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        change([1], [-1])


def test_change_leaves_its_inputs_as_they_were():
    now, before = np.array([1.0, 0.0]), np.array([0.0, 3.0])
    change(now, before)
    assert (now.tolist(), before.tolist()) == ([1, 0], [0, 3])
