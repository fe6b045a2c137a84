"""Months: every month from the first to the last supplied, and the year each belongs to."""

from datetime import date

from evenhand.needs.month import month_rows


def test_month_not_supplied_is_there_and_says_so():
    rows = month_rows([date(2021, 11, 1), date(2022, 2, 1)])
    assert [(row["month"], row["supplied"]) for row in rows] == [
        (date(2021, 11, 1), True),
        (date(2021, 12, 1), False),
        (date(2022, 1, 1), False),
        (date(2022, 2, 1), True),
    ]


def test_years_end_in_the_latest_month_supplied():
    supplied = [date(2021 + number // 12, number % 12 + 1, 1) for number in range(26)]
    ends = {row["month"]: row["year_to"] for row in month_rows(supplied)}
    assert ends[date(2023, 2, 1)] == date(2023, 2, 1)
    assert ends[date(2022, 3, 1)] == date(2023, 2, 1)
    assert ends[date(2022, 2, 1)] == date(2022, 2, 1)
    assert ends[date(2021, 1, 1)] == date(2021, 2, 1)


def test_order_and_repeats_of_what_was_supplied_do_not_matter():
    months = [date(2022, 3, 1), date(2022, 1, 1), date(2022, 3, 1)]
    assert month_rows(months) == month_rows(sorted(set(months)))
