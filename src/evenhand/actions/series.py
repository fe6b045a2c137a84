"""Series: which months of street-level crime make one series, and which are left out, with the reason.

A series has one LSOA vintage, and every month in it is a whole one. What does not fit is not known; it is
never a small number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median

from ibis import _
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine import session
from evenhand.errors import NotThere

VINTAGES = ("LSOA11", "LSOA21")
THIN = 0.05
"""A month with less than this share of the rows of the middle month is a stray row or a torn file: no
force's crime falls to a twentieth (in the lockdown of April 2020 it fell by about a quarter)."""


@dataclass(frozen=True)
class Series:
    """Months that belong together, and why others do not."""

    lsoa_level: str
    months: tuple[date, ...]
    left_out: dict[date, str]
    """Months supplied and not used, with the reason as the end of a sentence."""


def series(
    engine: Backend, incident: Table, area_link: Table, forces: tuple[str, ...], vintage: int | None
) -> Series:
    """The series of the forces, of the vintage wanted (2011, 2021) or else of that of most months.

    Raises NotThere where no month is of it.
    """
    mine = incident.filter(_["reported_by"].isin(forces))
    rows = _complete(engine, mine, len(forces))
    levels = _levels(engine, mine, area_link, sorted(rows))
    used = list(levels.values())
    level = f"LSOA{vintage % 100}" if vintage else max(VINTAGES, key=used.count)
    if level not in used:
        raise NotThere(
            f"no month of street-level crime of {', '.join(forces)} has been ingested",
            where="store",
            next_step="put the force's files from data.police.uk into incoming/ and run `evenhand ingest`",
        )
    usual = median(rows.values())
    left_out = {
        month: f"it has {rows[month]:,} rows, and the middle month has {usual:,.0f}"
        for month in rows
        if rows[month] < THIN * usual
    }
    for month, its_level in levels.items():
        if its_level != level:
            left_out[month] = "its area codes are of another census year than those of the other months"
    return Series(level, tuple(month for month in sorted(rows) if month not in left_out), left_out)


def _complete(engine: Backend, mine: Table, forces: int) -> dict[date, int]:
    """Rows of each month in which every force was supplied."""
    months = mine.group_by("month").agg(forces=_["reported_by"].nunique(), rows=_.count())
    return {row["month"]: row["rows"] for row in session.rows(engine, months.filter(_["forces"] == forces))}


def _levels(engine: Backend, mine: Table, area_link: Table, months: list[date]) -> dict[date, str]:
    """The LSOA vintage of each month, told by the codes that only one vintage has.

    A month that fits both goes with 2011 or 2021 as most rows do.
    """
    found: dict[str, dict[date, int]] = {}
    for level in VINTAGES:
        codes = area_link.filter(_["child_level"] == level).select(lsoa_code="child_code").distinct()
        counted = mine.semi_join(codes, "lsoa_code").group_by("month").agg(rows=_.count())
        found[level] = {row["month"]: row["rows"] for row in session.rows(engine, counted)}
    older, newer = (found[level] for level in VINTAGES)
    lead = {month: older.get(month, 0) - newer.get(month, 0) for month in months}
    usual = VINTAGES[0] if sum(lead.values()) >= 0 else VINTAGES[1]
    return {
        month: VINTAGES[0] if more > 0 else VINTAGES[1] if more < 0 else usual for month, more in lead.items()
    }
