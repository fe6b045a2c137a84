"""What a month of the control chart is said to show."""

import pytest

from evenhand.reports.figures import Figures
from evenhand.reports.sections.trend import shows, signal, trend_sentence

LEVELS = {"mean": 20.0, "lower_limit": 10.0, "upper_limit": 30.0, "lower_near": 13.0, "upper_near": 27.0}


def rows_of(release):
    return Figures(release).of("PFA", "E23000099", "month")


def test_a_usual_month_is_within_its_range(charted):
    rows = rows_of(charted([20, 21], **LEVELS))

    assert shows(rows, 1) == "within the usual range"
    assert trend_sentence(rows) == "In February 2021 there were 21 incidents: within the usual range."


@pytest.mark.parametrize(
    ("said", "side", "words"),
    [
        ("outside", "above", "higher than the usual range"),
        ("outside", "below", "lower than the usual range"),
        ("run", "above", "one of seven or more months in a row above the average"),
        ("two in three", "below", "one of two months out of three near the bottom of the usual range"),
    ],
)
def test_a_marked_month_says_by_which_rule(charted, said: str, side: str, words: str):
    rows = rows_of(charted([20, 21], **(LEVELS | {"signal": said, "side": side})))

    assert shows(rows, 1) == words


@pytest.mark.parametrize(
    ("counts", "way"),
    [([1, 2, 3, 4, 5, 6, 7], "above"), ([7, 6, 5, 4, 3, 2, 1], "below"), ([1, 2, 3, 3, 5, 6, 7], "other")],
)
def test_a_trend_points_where_its_months_go_whatever_the_side_of_the_mean(
    charted, counts: list[int], way: str
):
    # The release says the side of the mean: a rise from far below is "below" at first.
    rows = rows_of(charted(counts, **(LEVELS | {"signal": "trend", "side": "below"})))

    assert {signal(rows, at) for at in range(7)} == {("trend", way)}


def test_a_month_that_was_not_supplied_is_not_known_and_the_sentence_takes_the_one_before(charted):
    rows = rows_of(charted([20, None], **LEVELS))

    assert shows(rows, 1) == "not known"
    assert trend_sentence(rows).startswith("In January 2021 there were 20")


def test_too_few_incidents_are_said_so(charted):
    rows = rows_of(charted([1, 0], signal=None, side=None, limits_status="too few incidents"))

    assert shows(rows, 1) == "too few incidents to say"
    assert trend_sentence(rows).endswith("There are too few each month to say what is usual.")


def test_where_no_month_is_known_the_sentence_says_so(charted):
    assert (
        trend_sentence(rows_of(charted([None, None]))) == "How it changes from month to month is not known."
    )
