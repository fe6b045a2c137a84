"""How few areas hold half."""

import math

import numpy as np
import pytest

from evenhand.stats.concentration import areas_holding_half


@pytest.mark.parametrize(
    ("counts", "areas"),
    [
        ([6, 3, 2, 1], 1),  # exactly half is enough
        ([1, 2, 3, 5], 2),  # 5 of 11 is short of half
        ([2, 2, 2, 2], 2),  # ties: any two
        ([2, 2, 1], 2),
        ([0, 0, 1], 1),
        ([7], 1),
    ],
)
def test_half_is_held_by_the_fewest_areas_from_the_top(counts: list[int], areas: int):
    assert areas_holding_half(counts, [0] * len(counts), 1).tolist() == [areas]


def test_half_of_nothing_and_of_the_unknown_is_not_known():
    found = areas_holding_half([0, 0, 3, math.nan, 4], [0, 0, 1, 1, 3], 5)
    np.testing.assert_array_equal(found, [np.nan, np.nan, np.nan, 1, np.nan])


def test_unknown_count_does_not_reach_into_the_next_group():
    assert areas_holding_half([math.nan, 9, 1, 1], [0, 1, 1, 1], 2)[1] == 1


def test_no_groups_give_no_numbers():
    assert areas_holding_half([], [], 0).tolist() == []


def test_count_below_0_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        areas_holding_half([-1, 2], [0, 0], 1)


def test_concentration_leaves_its_inputs_as_they_were():
    counts, group = np.array([1.0, 5.0]), np.array([1, 0])
    areas_holding_half(counts, group, 2)
    assert (counts.tolist(), group.tolist()) == ([1, 5], [1, 0])
