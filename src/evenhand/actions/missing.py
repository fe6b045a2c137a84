"""Missing: what a picture of the area still lacks: months, files, areas. In words, for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ibis import _
from ibis.expr.types import Table

from evenhand.actions.months_missing import absent_elsewhere, months_missing
from evenhand.actions.prepare import Prepared, prepare
from evenhand.engine import session, store
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere


@dataclass(frozen=True)
class Missing:
    """What is missing, and which area it is missing from."""

    lines: list[str]
    area: str = ""
    """Which area was taken, in sentences; empty where none could be settled yet."""
    remarks: list[str] = field(default_factory=list)
    """What has no figures though nothing is missing, or is to be mended first: a line each."""


def missing(workspace: Workspace, scratch: Path) -> Missing:
    """Months that no force supplied between the first and the last, then areas that have no data.

    Where the area cannot be settled yet (no lookups, no incidents, nothing in `evenhand.toml`), the
    reason stands in place of the areas.
    """
    catalogue = store.read(workspace.store)
    months, elsewhere = months_missing(catalogue), absent_elsewhere(catalogue)
    try:
        prepared = prepare(workspace, scratch)
        return Missing(months + _missing_areas(prepared), prepared.area.words, _beyond(prepared) + elsewhere)
    except NotThere as not_yet:
        return Missing([*months, str(not_yet)], remarks=elsewhere)
    except BadConfig as wrong:
        return Missing(months, remarks=[str(wrong), *elsewhere])


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
    said += [f"{month:%Y-%m} is left out: {why}" for month, why in sorted(prepared.left_out.items())]
    return said


def _beyond(prepared: Prepared) -> list[str]:
    """Areas of which a part alone is the partnership's: a figure for it would pass for the whole."""
    return [f"No figures for {name}: it reaches beyond {prepared.area_name}." for name in prepared.beyond]


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
