"""Higher, lower, no clear change: by the limits, in the same words for every area."""

from datetime import date

import pytest

from evenhand.reports import words
from evenhand.reports.figures import Figures
from evenhand.reports.material import Area
from evenhand.reports.sections.amount import (
    amount_sentence,
    change_sentence,
    compared_note,
    rate_sentence,
)

HERE = Area("PFA", "E23000099", "Exampleshire")


@pytest.fixture
def row_of(made_release):
    def row(measure: str, hide_to: int | None = None, **values):
        base = {
            "area_level": HERE.level,
            "area_code": HERE.code,
            "area_name": HERE.name,
            "period_kind": "year",
            "period_from": date(2022, 3, 1),
            "period_to": date(2023, 2, 28),
            "months_in_period": 12,
        }
        return next(Figures(made_release(measure, [base | values], hide_to)).rows())

    return row


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((1.0, 5.0), "3.0% higher"),
        ((-5.0, -1.0), "3.0% lower"),
        ((-1.0, 5.0), "no clear change"),
        ((0.0, 5.0), "no clear change"),
    ],
)
def test_change_is_said_by_its_limits(row_of, limits: tuple[float, float], expected: str):
    change = -3.0 if limits[1] < 0 else 3.0
    row = row_of(
        "change_on_year",
        incidents_compared=100,
        incidents_before=97,
        months_compared=12,
        change_percent=change,
        lower_percent=limits[0],
        upper_percent=limits[1],
    )

    assert words.change(row) == expected
    assert "compares" not in change_sentence(row)


def test_a_change_on_fewer_months_says_so(row_of):
    row = row_of(
        "change_on_year",
        incidents_compared=100,
        incidents_before=97,
        months_compared=11,
        change_percent=3.0,
        lower_percent=1.0,
        upper_percent=5.0,
    )

    assert "This compares only the 11 months that have figures in both years." in change_sentence(row)


def test_a_table_says_that_changes_compare_fewer_months_than_its_counts(row_of):
    changed = {"incidents_compared": 100, "incidents_before": 97, "change_percent": 3.0}
    changed |= {"lower_percent": 1.0, "upper_percent": 5.0}
    whole = row_of("change_on_year", months_compared=12, **changed)
    fewer = row_of("change_on_year", months_compared=11, **changed)
    unknown = row_of("change_on_year", months_compared=0)

    assert compared_note([None, unknown, whole]) == ""
    may = "so it may be shown where the incidents of the whole year are not."
    assert compared_note([fewer, fewer, unknown]) == (
        "The comparison with the year before is of only the 11 months that have figures in both years, " + may
    )
    assert compared_note([whole, fewer]) == (
        "The comparison with the year before of some areas is of fewer months than their incidents, " + may
    )


def test_a_year_with_a_month_not_supplied_is_not_known_and_never_0(row_of, said_of):
    row = row_of("recorded_violence", incidents=None, months_supplied=11)

    said = amount_sentence(row, HERE, said_of(missing_months=(date(2022, 2, 1), date(2022, 4, 1))))
    assert said == (
        "The number of incidents in Exampleshire in the year to February 2023 is not known: "
        "1 month was not supplied."
    )
    assert words.cell(row, "incidents") == "not known"


def test_a_month_left_out_is_not_said_to_be_not_supplied(row_of, said_of):
    row = row_of("recorded_violence", incidents=None, months_supplied=9)
    gone = (date(2022, 3, 1), date(2022, 5, 1), date(2023, 2, 1))
    about = said_of(missing_months=gone, left_out=dict.fromkeys(gone[:2], "it is thin"))

    assert amount_sentence(row, HERE, about).endswith(
        "is not known: 1 month was not supplied and 2 months were left out."
    )


def test_a_count_kept_back_is_withheld_and_not_said_to_be_not_known(row_of, said_of):
    row = row_of("recorded_violence", hide_to=7, incidents=3, months_supplied=12)

    assert amount_sentence(row, HERE, said_of()) == (
        "The number of incidents in Exampleshire in the year to February 2023 is withheld."
    )


def test_a_change_is_withheld_not_known_or_cannot_be_worked_out(row_of):
    def sentence(now: int | None, before: int | None, hide_to: int | None = None) -> str:
        counts = {"incidents_compared": now, "incidents_before": before, "months_compared": 12}
        return change_sentence(row_of("change_on_year", hide_to=hide_to, **counts))

    start = "How it compares with the year before"
    assert sentence(3, 0) == f"{start} cannot be worked out."
    assert sentence(None, None) == f"{start} is not known."
    assert sentence(3, 90, hide_to=7) == f"{start} is withheld."
    assert change_sentence(None) == f"{start} is not known."


@pytest.mark.parametrize(
    ("lower", "expected"), [(0.042, "0.04 to 3.1"), (0.0, "0 to 3.1"), (-0.003, "−0.003 to 3.1")]
)
def test_an_end_of_a_range_that_is_not_0_is_not_shown_as_0(row_of, lower: float, expected: str):
    row = row_of(
        "change_on_year", incidents_compared=9, incidents_before=9, lower_percent=lower, upper_percent=3.1
    )

    assert words.limits(row, "lower_percent", "upper_percent") == expected


@pytest.mark.parametrize(
    ("rate", "lower", "upper", "said"),
    [
        (0.6, 0.553, 0.649, "0.60 for every 1,000 people (range 0.55 to 0.65)"),
        (0.0584, 0.0581, 0.0588, "0.058 for every 1,000 people (range 0.058 to 0.059)"),
        (42.12, 41.01, 43.2, "42.1 for every 1,000 people (range 41.0 to 43.2)"),
        (0.6, 0.6, 0.6, "0.6 for every 1,000 people (range 0.6 to 0.6)"),
    ],
)
def test_a_rate_has_the_places_that_tell_its_limits_apart(row_of, rate, lower, upper, said):
    row = row_of("violence_rate", incidents=9, population=9000, per_1000=rate, lower_95=lower, upper_95=upper)

    assert rate_sentence(row) == f"That is {said}."


def test_a_count_of_none_is_0(row_of, said_of):
    row = row_of("recorded_violence", incidents=0, months_supplied=12)

    assert "recorded 0 incidents" in amount_sentence(row, HERE, said_of())
