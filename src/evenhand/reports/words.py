"""Numbers, months and changes in plain words. What is hidden or not known is said, never shown as 0."""

from __future__ import annotations

import re
import unicodedata
from calendar import month_name
from collections.abc import Iterable
from datetime import date
from typing import Any

from evenhand.disclosure.release import Cell
from evenhand.reports.figures import Row

NOT_KNOWN = "not known"
WITHHELD = "withheld"
KEY_TO_WORDS = (
    "“Not known” means not supplied, or it cannot be worked out ([x] in the data files), never none. "
    "“Withheld” means we know it but keep it back so that nobody can be picked out ([c])."
)


def number(value: float, places: int = 0) -> str:
    """A number as people write it: 12,345 or 12.3, with a true minus sign."""
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def cell(row: Row, column: str, places: int = 0) -> str:
    """One cell in words or figures: `1,234`, `about 1,235`, `withheld` or `not known`."""
    match row.cell(column):
        case Cell.SHOWN:
            return number(row[column], places)
        case Cell.ROUNDED:
            return f"about {number(row[column], places)}"
        case Cell.HIDDEN:
            return WITHHELD
        case Cell.NOT_KNOWN:
            return NOT_KNOWN


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
    if not known(row, "change_percent", "lower_percent", "upper_percent"):
        return WITHHELD if row.cell("change_percent") is Cell.HIDDEN else NOT_KNOWN
    if row["lower_percent"] > 0:
        return f"{number(row['change_percent'], 1)}% higher"
    if row["upper_percent"] < 0:
        return f"{number(-row['change_percent'], 1)}% lower"
    return "no clear change"


def limits(row: Row, lower: str, upper: str, places: int = 1) -> str:
    """`1.2 to 3.4`, or in words that the limits are withheld or not known."""
    if known(row, lower, upper):
        return f"{number(row[lower], places)} to {number(row[upper], places)}"
    return WITHHELD if row.cell(lower) is Cell.HIDDEN else NOT_KNOWN


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
