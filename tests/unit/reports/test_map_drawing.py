"""Outlines, classes and legend of the maps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.disclosure.release import Cell
from evenhand.reports.classes import FEWEST_IN_ONE, MOST, NO_CLASS, classes, legend
from evenhand.reports.outlines import Grid, bounds, middle, path

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
ISLANDS = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[3, 0], [4, 0], [4, 1], [3, 0]]]]}


def test_a_square_at_the_equator_is_a_square_of_the_grid():
    # cos(0.5°) is 0.99996: 100 steps across are 100 down.
    assert path(SQUARE, Grid(bounds([SQUARE]), 100)) == "M0 100l100 0 0-100-100 0z"


def test_a_degree_of_longitude_is_shorter_further_north():
    box = (0.0, 59.5, 1.0, 60.5)

    assert Grid(box, 100).height == 200, "cos 60° is one half"


def test_points_on_a_straight_line_are_left_out():
    dotted = {"type": "Polygon", "coordinates": [[[0, 0], [0.5, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}

    assert path(dotted, Grid(bounds([dotted]), 100)) == path(SQUARE, Grid(bounds([SQUARE]), 100))


def test_each_island_is_drawn_and_the_name_stands_on_the_largest():
    grid = Grid(bounds([ISLANDS]), 400)

    assert path(ISLANDS, grid).count("M") == 2
    assert middle(ISLANDS, grid) == (50, 50)


def test_an_area_too_small_for_the_grid_still_has_a_mark():
    assert path(SQUARE, Grid((0, 0, 1000, 1000), 10)).startswith("M")


def test_classes_hold_about_as_many_areas_each():
    found = classes([float(value) for value in range(100)])

    assert found.ranges == ((0, 19), (20, 39), (40, 59), (60, 79), (80, 99))


@pytest.mark.parametrize(
    ("values", "number"), [([], 0), ([1.0], 1), ([1.0] * 50, 1), ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2)]
)
def test_few_or_equal_values_have_few_classes(values: list[float], number: int):
    assert len(classes(values).ranges) == number


@given(st.lists(st.floats(0, 1e4), min_size=1))
def test_every_value_is_in_one_class_and_classes_do_not_overlap(values: list[float]):
    found = classes(values)
    ends = [end for low_and_high in found.ranges for end in low_and_high]

    assert ends == sorted(ends)
    assert len(found.ranges) <= max(1, min(MOST, len(values) // FEWEST_IN_ONE))
    assert all(any(low <= round(value, 1) <= high for low, high in found.ranges) for value in values)


def test_where_no_value_is_known_there_is_no_class_and_the_legend_says_not_known():
    found = classes([])

    assert found.marks == ()
    assert [(band.mark, band.words, band.areas) for band in legend(found, [None, None], "per_1000")] == [
        (NO_CLASS[Cell.NOT_KNOWN], "Not known", 2)
    ]
