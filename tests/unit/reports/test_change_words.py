"""Higher, lower, no clear change: by the limits, in the same words for every area."""

from datetime import date

import pytest

from evenhand.reports import words
from evenhand.reports.figures import Figures
from evenhand.reports.material import Area
from evenhand.reports.sections.amount import amount_sentence, change_sentence

HERE = Area("PFA", "E23000099", "Exampleshire")


@pytest.fixture
def row_of(made_release):
    def row(measure: str, **values):
        base = {
            "area_level": HERE.level,
            "area_code": HERE.code,
            "area_name": HERE.name,
            "period_kind": "year",
            "period_from": date(2022, 3, 1),
            "period_to": date(2023, 2, 28),
            "months_in_period": 12,
        }
        return next(Figures(made_release(measure, [base | values])).rows())

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

    assert "This compares only the 11 months that were supplied in both years." in change_sentence(row)


def test_a_year_with_a_month_not_supplied_is_not_known_and_never_0(row_of):
    row = row_of("recorded_violence", incidents=None, months_supplied=11)

    said = amount_sentence(row, HERE)
    assert said == (
        "The number of incidents in Exampleshire in the year to February 2023 is not known: "
        "1 month was not supplied."
    )
    assert words.cell(row, "incidents") == "not known"


def test_a_count_of_none_is_0(row_of):
    row = row_of("recorded_violence", incidents=0, months_supplied=12)

    assert "recorded 0 incidents" in amount_sentence(row, HERE)
