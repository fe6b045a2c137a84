"""Partitions: which areas and periods of a publication add up to which, for the gate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ibis import _

from evenhand.actions.prepare import Prepared
from evenhand.disclosure.cells import years_before
from evenhand.disclosure.partition import ALL, AREA, PERIOD, Partition
from evenhand.engine import session
from evenhand.needs.columns import LARGER_LEVELS

_LEVELS = ("MSOA11", "MSOA21", "WD", *LARGER_LEVELS)
"""From small to large: an area is the sum of the fewest that fill it exactly."""


def partitions_of(prepared: Prepared) -> tuple[Partition, ...]:
    """Areas as sums of smaller areas, tenths of areas as sums of LSOAs, years as sums of months."""
    rows = prepared.places.to_pylist()
    return (
        *areas(rows, prepared.lsoa_level),
        *tenths(rows, _deciles(prepared)),
        *years(prepared.months, session.last_day),
    )


def _deciles(prepared: Prepared) -> dict[str, int | None]:
    """The tenth of deprivation of each LSOA in the edition that the measures take."""
    table = prepared.tables["deprivation"].filter(
        _.edition == prepared.given["deprivation_edition"], _.area_level == prepared.lsoa_level
    )
    rows = session.rows(prepared.engine, table.select("area_code", "imd_decile"))
    return {row["area_code"]: row["imd_decile"] for row in rows}


def areas(rows: list[dict[str, Any]], lsoa_level: str) -> Iterator[Partition]:
    """Each area as the areas of each level below that fill it exactly, as LSOAs always do.

    All of them, since a table may have one level and not another: without LSOAs, wards and middle-layer
    areas are told from each other by the district that both make up.
    """
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        held[(row["area_level"], row["area_code"])].add(row["lsoa_code"])
    by_level: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for (level, code), lsoas in sorted(held.items()):
        by_level[level][code] = lsoas
    for number, level in enumerate(_LEVELS):
        for code, lsoas in by_level[level].items():
            for below in (lsoa_level, *_LEVELS[:number]):
                parts = _filling(lsoas, by_level[below])
                if parts:
                    yield Partition((AREA,), (code,), tuple((part,) for part in parts))


def _filling(lsoas: set[str], areas_below: dict[str, set[str]]) -> list[str]:
    """The areas of a level below that fill these LSOAs exactly, or none."""
    inside = {code: its for code, its in areas_below.items() if its <= lsoas}
    return sorted(inside) if sum(map(len, inside.values())) == len(lsoas) else []


def tenths(rows: list[dict[str, Any]], deciles: dict[str, int | None]) -> Iterator[Partition]:
    """The tenth of deprivation of each larger area as the sum of its LSOAs that are in it."""
    held: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    for row in rows:
        if row["area_level"] in LARGER_LEVELS:
            held[(row["area_code"], deciles.get(row["lsoa_code"]))].append(row["lsoa_code"])
    for (code, decile), lsoas in sorted(held.items(), key=lambda each: (each[0][0], each[0][1] or 0)):
        yield Partition((AREA, "decile"), (code, decile), tuple((lsoa, ALL) for lsoa in sorted(lsoas)))


def years(months: list[dict[str, Any]], last_day: Any) -> Iterator[Partition]:
    """Each year as the sum of its months; and of the months compared, where a year before has not all."""
    supplied = {row["month"]: row["supplied"] for row in months}
    of_year: dict[date, list[date]] = defaultdict(list)
    for row in months:
        of_year[row["year_to"]].append(row["month"])

    def period(first: date, last: date, *counted: int) -> tuple[Any, ...]:
        return (first, last_day(last), *counted)

    for year_to, held in of_year.items():
        first = years_before(year_to, 1)
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        if len(held) == 12:
            yield Partition(
                (PERIOD,), (period(first, year_to),), tuple((period(each, each),) for each in held)
            )
        both = [each for each in held if supplied[each] and supplied.get(years_before(each, 1))]
        if 0 < len(both) < 12:
            for years_ago in (0, 1):
                shifted = [years_before(each, years_ago) for each in both]
                whole = period(years_before(first, years_ago), years_before(year_to, years_ago), len(both))
                yield Partition((PERIOD,), (whole,), tuple((period(each, each),) for each in shifted))
