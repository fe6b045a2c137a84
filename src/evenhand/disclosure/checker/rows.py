"""Rows: what stands in the files of a table, and which count stands where in a row."""

from __future__ import annotations

import calendar
import csv
import io
import re
from typing import Any

from evenhand.disclosure.checker.book import Book, Cell
from evenhand.disclosure.checker.policies import Unsafe

COMPANIONS = ("area_level", "area_code", "area_name", "period_kind", "period_from", "period_to")
"""Columns that say of which area and period a row is, and no kind."""
RUNS = re.compile(r"'+[\t\n\f\r ]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""An apostrophe before what a spreadsheet would run, or before another such apostrophe."""
Row = dict[str, str]


def read_rows(name: str, text: str) -> list[Row]:
    """The rows of a CSV file by column. Raises Unsafe where a reader could see more than one of a column."""
    names, *lines = csv.reader(io.StringIO(text, newline=""))
    if len(set(names)) < len(names):
        raise Unsafe(f"{name} has two columns of one name")
    if any(len(line) != len(names) for line in lines):
        raise Unsafe(f"{name} has a row of more or fewer columns than it has names")
    return [dict(zip(names, line, strict=True)) for line in lines]


def only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of a JSON object. Raises Unsafe where one is there twice: readers differ in which holds."""
    if len(dict(pairs)) < len(pairs):
        raise Unsafe("a JSON file says one thing twice")
    return dict(pairs)


def cell_of(book: Book, layout: dict[str, Any], count: dict[str, Any], row: Row) -> Cell:
    """Which count stands in a column of a row."""
    place: dict[str, str | None] = {"counted": count["of"]}
    if layout["area"]:
        place["area_code"] = row["area_code"]
    if layout["period"]:
        ago = count["years_before"]
        days = [_years_before(row["period_from"], ago), _years_before(row["period_to"], ago)]
        if count["months"] and row[count["months"]] != row["months_in_period"]:
            days.append(row[count["months"]])
        place["period"] = "/".join(days)
    for kind in layout["categories"]:
        place[kind] = "" if row[kind] == "[x]" else without_apostrophe(row[kind])
    return tuple(place.get(name) for name in book.dimensions)


def without_apostrophe(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if RUNS.match(text) else text


def _years_before(day: str, years: int) -> str:
    if not years:
        return day
    year, month = int(day[:4]) - years, day[5:7]
    last = str(calendar.monthrange(year, 2)[1]) if month == "02" and int(day[8:]) >= 28 else day[8:]
    return f"{year:04}-{month}-{last}"
