"""Prepare: from the store and `evenhand.toml` to everything the measures take, by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis import _
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.actions import area as areas
from evenhand.actions.policies import policy_for
from evenhand.actions.series import VINTAGES, Series, series
from evenhand.engine import session, store
from evenhand.engine.workspace import Workspace
from evenhand.errors import NotThere
from evenhand.needs import place as places
from evenhand.needs.month import month_rows
from evenhand.rules.partnership import Partnership, partnership
from evenhand.sources import SOURCES
from evenhand.tables import MONTH, PLACE

_TABLES = ("area_link", "boundary", "deprivation", "incident", "population")
"""Tables of the store that the measures and pages take."""
_NEEDED = {
    "area_link": "ONS's lookups (LSOA to local authority, and local authority to police force area)",
    "incident": "any month of street-level crime",
}
"""Tables without which there is no figure at all, and the files they come from."""


@dataclass(frozen=True)
class Prepared:
    """Everything the measures take, and what was decided on the way there."""

    engine: Backend
    catalogue: store.Catalogue
    partnership: Partnership
    area: areas.Chosen
    police_forces: tuple[str, ...]
    lsoa_level: str
    months: list[dict[str, Any]]
    left_out: dict[date, str]
    """Months supplied and not used, with the reason as the end of a sentence."""
    beyond: tuple[str, ...]
    """Names of areas that reach beyond the partnership's and so have no figures."""
    places: pa.Table
    tables: dict[str, Table]
    """The stored tables, whole."""
    given: dict[str, object]
    """Tables and settings by name, as `evenhand.measure.Measure` asks for them."""

    @property
    def area_level(self) -> str:
        """Level of the partnership's area."""
        return self.area.level

    @property
    def area_code(self) -> str:
        """ONS code of the partnership's area."""
        return self.area.code

    @property
    def area_name(self) -> str:
        """Name of the partnership's area."""
        return self.area.name

    @property
    def missing_months(self) -> tuple[date, ...]:
        """Months of the period that were not supplied."""
        return tuple(row["month"] for row in self.months if not row["supplied"])


def prepare(workspace: Workspace, scratch: Path) -> Prepared:
    """Read the store and settle area, forces, LSOA vintage and months.

    Raises NotThere where the files needed were never ingested, BadConfig for an area that the lookups
    do not have.
    """
    mine = partnership(workspace.config())
    catalogue = store.read(workspace.store)
    mine = replace(mine, policy=policy_for(mine, catalogue))
    _refuse_without(catalogue)
    engine = session.begin(scratch)
    tables = _tables(engine, workspace.store, catalogue)
    links = tables["area_link"]
    names = engine.create_table("area_name", places.area_name(links), temp=True)
    area = areas.chosen(engine, names, mine.area)
    forces = areas.forces(engine, _assigned_of_both(links), mine.area, area)
    held = series(engine, tables["incident"], links, forces, mine.area.lsoa_vintage)
    assigned = engine.create_table("assigned", places.assigned(links, held.lsoa_level), temp=True)
    areas.refuse_other_forces(engine, assigned, area, forces)
    inside = {"area_level": area.level, "area_code": area.code}
    mine_places = session.collected(engine, places.place(assigned, names, **inside))
    months = month_rows(held.months)
    return Prepared(
        engine=engine,
        catalogue=catalogue,
        partnership=mine,
        area=area,
        police_forces=forces,
        lsoa_level=held.lsoa_level,
        months=months,
        left_out=held.left_out,
        beyond=_names(session.rows(engine, places.reaching_beyond(assigned, names, **inside))),
        places=mine_places,
        tables=tables,
        given=_tables_given(tables, held, mine_places, months) | _settings(mine, held, forces),
    )


def _assigned_of_both(links: Table) -> Table:
    """Where each LSOA lies, those of 2011 and of 2021."""
    first, second = (places.assigned(links, level) for level in VINTAGES)
    return first.union(second)


def _refuse_without(catalogue: store.Catalogue) -> None:
    """Raise NotThere where no file of a kind that every figure needs was ingested, naming each kind."""
    held = {SOURCES[supply.source].table.name for supply in catalogue.supplies}
    lacks = [words for table, words in _NEEDED.items() if table not in held]
    if lacks:
        raise NotThere(
            f"lacks {' and '.join(lacks)}",
            where="store",
            next_step="put them into incoming/ and run `evenhand ingest`; docs/how-to/bring-a-file-in.md "
            "says which, and where from",
        )


def _tables(engine: Backend, folder: Path, catalogue: store.Catalogue) -> dict[str, Table]:
    """The stored tables; the links between areas, which are asked again and again, worked out once."""
    tables = {name: session.stored(engine, folder, catalogue, name) for name in _TABLES}
    tables["area_link"] = engine.create_table("area_link", tables["area_link"], temp=True)
    return tables


def _names(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """The areas' names in order; the code of one without."""
    return tuple(sorted(str(row["area_name"] or row["area_code"]) for row in rows))


def _tables_given(
    tables: dict[str, Table], held: Series, mine_places: pa.Table, months: list[dict[str, Any]]
) -> dict[str, object]:
    """The tables that measures take: incidents of the series alone, and the places and months of it."""
    return {
        **tables,
        "incident": tables["incident"].filter(_["month"].isin(held.months)),
        "place": ibis.memtable(mine_places.cast(session.arrow_schema(PLACE))),
        "month": ibis.memtable(pa.Table.from_pylist(months, session.arrow_schema(MONTH))),
    }


def _settings(mine: Partnership, held: Series, forces: tuple[str, ...]) -> dict[str, object]:
    """The settings that measures take."""
    return {
        "crime_types": mine.definition.crime_types,
        "reported_by": forces,
        "lsoa_level": held.lsoa_level,
        "deprivation_edition": 2019 if held.lsoa_level == "LSOA11" else 2025,
    }
