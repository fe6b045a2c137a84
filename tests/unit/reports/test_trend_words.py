"""What a month of the control chart is said to show."""

import pytest

from evenhand.needs.violence_control_chart import SIGNALS
from evenhand.reports.charts.marks import KEY_OUTLINES, SHAPES, Mark
from evenhand.reports.figures import Figures
from evenhand.reports.sections.signals import RULES, Rule, Signal, keys, signal
from evenhand.reports.sections.trend import shows, trend_sentence
from evenhand.reports.site import pages

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
    [
        ([1, 2, 3, 4, 5, 6, 7], Mark.RISING),
        ([7, 6, 5, 4, 3, 2, 1], Mark.FALLING),
        ([1, 2, 3, 3, 5, 6, 7], Mark.ONE_WAY),
    ],
)
def test_a_trend_points_where_its_months_go_whatever_the_side_of_the_mean(
    charted, counts: list[int], way: Mark
):
    # The release says the side of the mean: a rise from far below is "below" at first.
    rows = rows_of(charted(counts, **(LEVELS | {"signal": "trend", "side": "below"})))

    assert {signal(rows, at) for at in range(7)} == {Signal(Rule.TREND, way)}


def test_a_high_month_that_begins_a_fall_is_never_said_or_drawn_to_be_low(charted):
    rows = rows_of(charted([27, 26, 25, 24, 23, 22, 21], **(LEVELS | {"signal": "trend", "side": "above"})))

    assert shows(rows, 0) == (
        "part of a fall: seven or more months in a row, each lower than the last; itself above the average"
    )
    found = signal(rows, 0)
    assert found is not None
    assert found.mark is Mark.FALLING
    assert [key.words for key in keys([found.mark], judged=True)] == ["usual", "part of a fall"]


def test_every_mark_has_a_shape_of_its_own_so_that_none_is_told_by_colour_alone():
    assert len(set(SHAPES.values())) == len(set(KEY_OUTLINES.values())) == len(Mark)


def test_every_rule_of_the_measure_is_known_here_and_explained_under_the_chart(publication):
    assert {rule.value for rule in Rule} == set(SIGNALS.values()) - {"none"}
    assert len(RULES) == len(Rule)
    page = pages(*publication())["violence/index.html"].decode()
    assert all(line[0] in page for line in RULES)


def test_a_chart_says_in_its_words_how_many_months_have_which_mark(publication, made_release, months_of):
    releases, shapes, about = publication()
    area = ("PFA", "E23000099", "Exampleshire")
    rows = months_of(area, [27, 26, 25, 24, 23, 22, 21], **LEVELS, signal="trend", side="above")
    site = pages(releases | {"violence_control_chart": made_release("violence_control_chart", rows)},
                 shapes, about)  # fmt: skip

    page = site["violence/index.html"].decode()
    assert "7 months are part of a fall." in page
    assert "lower than usual" not in page


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
