"""Missing: what a picture of the area still lacks: months, files, areas. In words, for a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ibis import _
from ibis.expr.types import Table

from evenhand.actions.prepare import Prepared, prepare
from evenhand.engine import session, store
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere
from evenhand.needs.month import month_rows
from evenhand.sources import SOURCES


def missing(workspace: Workspace, scratch: Path) -> list[str]:
    """Months that no force supplied between the first and the last, then areas that have no data.

    Where the area cannot be settled yet (no lookups, no incidents, nothing in `evenhand.toml`), the
    reason stands in place of the areas.
    """
    months = missing_months(store.read(workspace.store))
    try:
        return months + _missing_areas(prepare(workspace, scratch))
    except (NotThere, BadConfig) as not_yet:
        return [*months, str(not_yet)]


def missing_months(catalogue: store.Catalogue) -> list[str]:
    """Months absent between the first and the last supplied, for each source and force."""
    titles = {supply.supply: SOURCES[supply.source].title for supply in catalogue.supplies}
    months: dict[tuple[str, str], set[date]] = {}
    for part in catalogue.parts:
        force, _space, month = part.part.rpartition(" ")
        if len(month) == 7 and month[4] == "-":
            found = months.setdefault((titles[part.supply], force), set())
            found.add(date.fromisoformat(f"{month}-01"))
    return [
        f"{title}, {force}: {', '.join(gaps)} not supplied"
        for (title, force), found in sorted(months.items())
        if (gaps := [f"{row['month']:%Y-%m}" for row in month_rows(found) if not row["supplied"]])
    ]


def _missing_areas(prepared: Prepared) -> list[str]:
    """LSOAs of the area without population, deprivation or boundary, and months that do not fit."""
    edition = prepared.given["deprivation_edition"]
    wanted: dict[str, Table] = {
        "population": prepared.tables["population"].filter(_["area_level"] == prepared.lsoa_level),
        f"deprivation ({edition})": prepared.tables["deprivation"].filter(_["edition"] == edition),
        "boundary": prepared.tables["boundary"].filter(_["area_level"] == prepared.lsoa_level),
    }
    lsoas = sorted(set(prepared.places["lsoa_code"].to_pylist()))
    said = [
        words
        for name, table in wanted.items()
        if (words := _without(name, lsoas, _codes(prepared, table), prepared.area_name))
    ]
    said += [f"{name} reaches beyond {prepared.area_name} and has no figures" for name in prepared.beyond]
    said += [f"{month:%Y-%m} is left out: {why}" for month, why in sorted(prepared.left_out.items())]
    return said


def _codes(prepared: Prepared, table: Table) -> set[str]:
    return {row["area_code"] for row in session.rows(prepared.engine, table.select("area_code").distinct())}


def _without(name: str, lsoas: list[str], held: set[str], area: str) -> str:
    """What is absent of one table, or nothing."""
    absent = [code for code in lsoas if code not in held]
    if not absent:
        return ""
    if len(absent) == len(lsoas):
        return f"{name}: none of the {len(lsoas):,} LSOAs of {area} has any"
    shown = ", ".join(absent[:5]) + (" and others" if len(absent) > 5 else "")
    return f"{name}: {len(absent):,} of the {len(lsoas):,} LSOAs of {area} have none ({shown})"
