"""Months: the period published, with every month in it, supplied or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from evenhand.tables.prepared import month_number, month_of, months_between


def month_rows(supplied: Iterable[date]) -> list[dict[str, Any]]:
    """One row a month from the first to the last supplied, as the table `month` has them.

    `year_to` is the month that ends the month's year: years end in the latest month supplied.
    """
    held = set(supplied)
    first, last = min(held), max(held)
    return [
        {"month": month, "supplied": month in held, "year_to": _end_of_year(month, last)}
        for month in months_between(first, last)
    ]


def _end_of_year(month: date, last: date) -> date:
    end = month_number(last)
    return month_of(end - (end - month_number(month)) // 12 * 12)
