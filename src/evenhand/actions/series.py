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

OwnRows = dict[str, dict[date, int]]
"""By vintage, the rows of each month whose LSOA code that vintage alone has."""


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
    supplied = _supplied(engine, mine)
    rows = {month: held for month, (held, by) in supplied.items() if by == len(forces)}
    own = _own_rows(engine, mine, area_link)
    levels = _levels(own, sorted(rows))
    level = _level(levels, forces, vintage)
    left_out = {
        month: f"{by} of the {len(forces)} police forces supplied it"
        for month, (_held, by) in supplied.items()
        if by < len(forces)
    }
    usual = median(rows.values())
    for month, its_level in levels.items():
        if rows[month] < THIN * usual:
            left_out[month] = f"it has {rows[month]:,} rows, and the middle month has {usual:,.0f}"
        elif its_level != level:
            left_out[month] = "its area codes are of another census year than those of the other months"
        elif all(own[each].get(month) for each in VINTAGES):
            left_out[month] = "it mixes area codes of two census years"
    return Series(level, tuple(month for month in sorted(rows) if month not in left_out), left_out)


def _supplied(engine: Backend, mine: Table) -> dict[date, tuple[int, int]]:
    """Rows of each month, and how many of the forces supplied it."""
    months = mine.group_by("month").agg(forces=_["reported_by"].nunique(), rows=_.count())
    return {row["month"]: (row["rows"], row["forces"]) for row in session.rows(engine, months)}


def _own_rows(engine: Backend, mine: Table, area_link: Table) -> OwnRows:
    """Both vintages asked at once: the codes that one of them alone has, and the rows that bear them."""
    codes = area_link.filter(_["child_level"].isin(VINTAGES)).group_by(lsoa_code=_["child_code"])
    own = codes.agg(vintages=_["child_level"].nunique(), level=_["child_level"].max())
    told = mine.join(own.filter(_["vintages"] == 1), "lsoa_code")
    counted = told.group_by("level", "month").agg(rows=_.count())
    found: OwnRows = {level: {} for level in VINTAGES}
    for row in session.rows(engine, counted):
        found[row["level"]][row["month"]] = row["rows"]
    return found


def _levels(own: OwnRows, months: list[date]) -> dict[date, str]:
    """The LSOA vintage of each month: that of most codes that only one has; without any, as most rows are."""
    older, newer = (own[level] for level in VINTAGES)
    lead = {month: older.get(month, 0) - newer.get(month, 0) for month in months}
    usual = VINTAGES[0] if sum(lead.values()) >= 0 else VINTAGES[1]
    return {
        month: VINTAGES[0] if more > 0 else VINTAGES[1] if more < 0 else usual for month, more in lead.items()
    }


def _level(levels: dict[date, str], forces: tuple[str, ...], vintage: int | None) -> str:
    """The vintage wanted, or that of most months. Raises NotThere where no month is of it."""
    used = list(levels.values())
    level = f"LSOA{vintage % 100}" if vintage else max(VINTAGES, key=used.count)
    if level in used:
        return level
    raise NotThere(
        f"no month of street-level crime of {', '.join(forces)} has been ingested"
        + (f" with LSOA codes of {vintage}" if vintage and levels else ""),
        where="store",
        next_step="put the force's files from data.police.uk into incoming/ and run `evenhand ingest`",
    )
