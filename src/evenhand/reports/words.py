"""Numbers, months and changes in plain words. What is hidden or not known is said, never shown as 0."""

from __future__ import annotations

import re
import unicodedata
from calendar import month_name
from collections.abc import Iterable
from datetime import date
from math import floor, log10
from typing import Any

from evenhand.disclosure.release import Cell
from evenhand.reports.figures import Row

NOT_KNOWN = "not known"
WITHHELD = "withheld"
NO_NUMBER = "cannot be worked out"
WITHDRAWN = "withdrawn"
"""What stands in place of a figure that was taken back; the reason is beside it."""
ABSENT = {Cell.HIDDEN: WITHHELD, Cell.NOT_KNOWN: NOT_KNOWN, Cell.NOT_APPLICABLE: NO_NUMBER}
"""What stands in place of a figure, and nothing else does."""
MOST_PLACES = 6
"""Decimals of a number in the data files: ends alike in all of them are the same."""
KEY_TO_WORDS = (
    "“Not known” means that something behind it was not supplied or was left out, never none ([x] in the "
    "data files). “Withheld” means we know it but keep it back: somebody could be picked out by it, or by "
    "another number that it would help to work out ([c]); so a large number can be withheld too. “Cannot "
    "be worked out” means all behind it is known and gives no such number, as a change from 0 ([z])."
)


def number(value: float, places: int = 0) -> str:
    """A number as people write it: 12,345 or 12.3, with a true minus sign.

    What is 0 is `0`, and what is not is never written so: `less than 0.1`, or `above −0.1` below 0.
    """
    if not value:
        return "0"
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        least = number(10**-places, places)
        return f"less than {least}" if value > 0 else f"above −{least}"
    return text.replace("-", "−")


def cell(row: Row, column: str, places: int = 0) -> str:
    """One cell in words or figures: `1,234`, `about 1,235`, or one of ABSENT."""
    match row.cell(column):
        case Cell.SHOWN:
            return number(row[column], places)
        case Cell.ROUNDED:
            return f"about {number(row[column], places)}"
        case Cell.HIDDEN | Cell.NOT_KNOWN | Cell.NOT_APPLICABLE:
            return _absent(row, column)


def _absent(row: Row, column: str) -> str:
    return WITHDRAWN if row.is_withdrawn(column) else ABSENT[row.cell(column)]


def absent(row: Row | None, *columns: str) -> str:
    """Why these are not all figures: one of ABSENT, for the first that is none. Empty where they all are.

    Where there is no row, nothing was supplied to make one from: not known.
    """
    if row is None:
        return NOT_KNOWN
    return next((_absent(row, column) for column in columns if row.cell(column) in ABSENT), "")


def is_absent(row: Row | None, *columns: str) -> str:
    """The same as the end of a sentence: `is not known`, `is withheld` or `cannot be worked out`."""
    if row is None:
        return is_so(Cell.NOT_KNOWN)
    column = next(column for column in columns if row.cell(column) in ABSENT)
    return f"is {WITHDRAWN}" if row.is_withdrawn(column) else is_so(row.cell(column))


def is_so(state: Cell) -> str:
    """A state of ABSENT as the end of a sentence."""
    return ABSENT[state] if state is Cell.NOT_APPLICABLE else f"is {ABSENT[state]}"


def withheld(row: Row | None, column: str) -> bool:
    """Is it hidden by the policy?"""
    return row is not None and row.cell(column) is Cell.HIDDEN and not row.is_withdrawn(column)


def known(row: Row | None, *columns: str) -> bool:
    """Is every one of these a number that may be shown?"""
    return row is not None and all(row.cell(c) in (Cell.SHOWN, Cell.ROUNDED) for c in columns)


def month(day: date) -> str:
    """`February 2023`."""
    return f"{month_name[day.month]} {day.year}"


def day(when: date) -> str:
    """`3 February 2023`."""
    return f"{when.day} {month(when)}"


def period(row: Row) -> str:
    """The row's period: `February 2023`, or `the year to February 2023`."""
    return (
        month(row["period_to"]) if row["period_kind"] == "month" else f"the year to {month(row['period_to'])}"
    )


def change(row: Row) -> str:
    """A change with its limits: `4% higher`, `2% lower` or `no clear change`, or why it is not said."""
    why = absent(row, "change_percent", "lower_percent", "upper_percent")
    if why:
        return why
    if row["lower_percent"] > 0:
        return f"{number(row['change_percent'], 1)}% higher"
    if row["upper_percent"] < 0:
        return f"{number(-row['change_percent'], 1)}% lower"
    return "no clear change"


def limits(row: Row, lower: str, upper: str) -> str:
    """`1.2 to 3.4`, or why there are none; two ends that differ are never written alike."""
    places = places_of(row, lower, upper)
    return absent(row, lower, upper) or f"{_end(row[lower], places)} to {_end(row[upper], places)}"


def places_of(row: Row, lower: str, upper: str) -> int:
    """Decimals that tell the ends of a range apart, and that its figure is written with: 1, rarely more."""
    if not known(row, lower, upper):
        return 1
    apart = (at for at in range(1, MOST_PLACES + 1) if round(row[lower], at) != round(row[upper], at))
    return next(apart, 1)


def _end(value: float, places: int) -> str:
    """An end of a range, with as many more places as it takes to show a digit that is not 0."""
    if value and not round(value, places):
        places = -floor(log10(abs(value)))
    return number(value, places)


def listed(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(items)
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def plural(count: int, one: str, many: str) -> str:
    """`1 month`, `2 months`."""
    return f"{number(count)} {one if count == 1 else many}"


def slug(name: str) -> str:
    """A name as part of an address: `newcastle-upon-tyne`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-") or "area"


def plain(value: Any) -> str:
    """A value that is no cell of a release: a date, a name, a whole number of the record."""
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int) else str(value)
