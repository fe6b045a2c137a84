"""The scale of a chart by month, and where words stand in pictures: over nothing that matters."""

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.reports.charts.control import Line, Point, axis, control_chart
from evenhand.reports.charts.drawing import Frame
from evenhand.reports.maps import Name, fitting

FRAME = Frame(width=640, height=300, left=58, right=112, text=14, narrow=False)
LEVELS = [Line("Average\n90", 90, dashed=False), Line("Highest usual\n92", 92, dashed=True)]


def points_of(*values: float | None) -> list[Point]:
    return [
        Point(f"month {at}", value, gap="left out" if value is None else "")
        for at, value in enumerate(values)
    ]


def test_scale_starts_at_0_unless_that_would_waste_half_of_it():
    assert axis(points_of(10, 40), []) == (0, 40, 10)
    assert axis(points_of(80, 96), []) == (80, 100, 5)
    assert axis(points_of(96), [Line("Lowest usual", 20, dashed=True)]) == (0, 100, 20)
    assert axis(points_of(None), []) == (0, 1, 1)


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_every_value_is_on_the_scale_and_it_has_few_steps(values: list[int]):
    lowest, highest, step = axis(points_of(*values), [])

    assert lowest <= min(values) <= max(values) <= highest
    assert lowest == 0 or 2 * min(values) >= max(values)
    assert (highest - lowest) % step == 0
    assert 1 <= (highest - lowest) // step <= 7


def test_chart_is_drawn_on_its_scale_and_adds_no_0():
    drawn = control_chart(points_of(80, None, None, 96), LEVELS, FRAME)

    assert list(re.findall(r">([\d,]+)</text>", drawn)) == ["80", "85", "90", "95", "100"]
    assert drawn.count(">left out</text>") == 1


def test_words_of_levels_that_lie_close_do_not_overprint():
    drawn = control_chart(points_of(80, 100), LEVELS, FRAME)

    heights = [
        float(re.findall(r"translate\([\d.]+,([\d.]+)\)", drawn[: drawn.index(words)])[-1])
        for words in ("Average", "Highest usual")
    ]
    assert heights[0] - heights[1] >= 2 * FRAME.text


names = st.builds(
    Name, st.sampled_from(["Quay", "Abbey and Old Town"]), st.integers(0, 900), st.integers(0, 600)
)


@given(st.lists(names, max_size=30))
def test_names_on_a_map_do_not_overprint_and_stay_inside(given_names: list[Name]):
    kept = fitting(given_names, (0, 0, 900, 600), 30)

    for one, other in combinations(kept, 2):
        assert abs(one.x - other.x) >= 0.6 * 30 * 4 or abs(one.y - other.y) >= 30
    assert all(0 < name.x < 900 and 0 < name.y < 600 for name in kept)
    assert not given_names or len(kept) <= len(given_names)


def test_first_name_has_its_place_and_a_later_one_over_it_is_left_out():
    first, over, beside = Name("Quay", 300, 300), Name("Abbey", 310, 310), Name("Heath", 600, 300)

    assert fitting([first, over, beside], (0, 0, 900, 600), 30) == [first, beside]
