"""Tables worked out from what was supplied, before any measure: places and months."""

from __future__ import annotations

from datetime import date

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Schema

PLACE = Schema(
    name="place",
    row="One LSOA of the partnership's area and one area that holds it (itself included).",
    columns=(
        Column("lsoa_code", Kind.TEXT, "ONS code of the LSOA", Handling.OPEN),
        Column(
            "area_level", Kind.TEXT, "Level of the area that holds it", Handling.OPEN, choices=tuple(LEVELS)
        ),
        Column("area_code", Kind.TEXT, "ONS code of that area", Handling.OPEN),
        Column("area_name", Kind.TEXT, "Name of that area", Handling.OPEN, nullable=True),
    ),
    key=("lsoa_code", "area_level"),
)

MONTH = Schema(
    name="month",
    row="One month of the period published, whether or not it was supplied.",
    columns=(
        Column("month", Kind.DATE, "First day of the month", Handling.OPEN),
        Column(
            "supplied", Kind.FLAG, "Was the month supplied? False is not known, never zero", Handling.OPEN
        ),
        Column(
            "year_to",
            Kind.DATE,
            "First day of the month that ends its year: years end in the latest month supplied",
            Handling.OPEN,
        ),
    ),
    key=("month",),
)


def month_number(month: date) -> int:
    """Months since the year 0: what months are counted with."""
    return month.year * 12 + month.month - 1


def month_of(number: int) -> date:
    """The first day of the month of that number."""
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month from the first to the last, both included."""
    return [month_of(number) for number in range(month_number(first), month_number(last) + 1)]
