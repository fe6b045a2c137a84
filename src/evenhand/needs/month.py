"""Months: the period published, with every month in it, supplied or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any


def month_rows(supplied: Iterable[date]) -> list[dict[str, Any]]:
    """One row a month from the first to the last supplied, as the table `month` has them.

    `year_to` is the month that ends the month's year: years end in the latest month supplied.
    """
    held = set(supplied)
    first, last = min(held), max(held)
    return [
        {"month": month, "supplied": month in held, "year_to": _end_of_year(month, last)}
        for month in _months(first, last)
    ]


def _months(first: date, last: date) -> list[date]:
    start, end = _number(first), _number(last)
    return [_month(number) for number in range(start, end + 1)]


def _end_of_year(month: date, last: date) -> date:
    return _month(_number(last) - (_number(last) - _number(month)) // 12 * 12)


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
