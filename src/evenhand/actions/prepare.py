"""Prepare: from the store and `evenhand.toml` to everything the measures take, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis import _
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.actions.series import series
from evenhand.engine import session, store
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere
from evenhand.needs import place as places
from evenhand.needs.month import month_rows
from evenhand.rules.partnership import Area, Partnership, partnership
from evenhand.rules.police_force import force_of
from evenhand.tables import MONTH, PLACE

AREA_LEVELS = ("PFA", "CSP", "LAD", "ICB")
"""Levels a partnership can answer for, in the order in which a name is looked up."""


@dataclass(frozen=True)
class Prepared:
    """Everything the measures take, and what was decided on the way there."""

    engine: Backend
    catalogue: store.Catalogue
    partnership: Partnership
    area_level: str
    area_code: str
    area_name: str
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
    engine = session.begin(scratch)
    tables = {
        name: session.stored(engine, workspace.store, catalogue, name)
        for name in ("area_link", "boundary", "deprivation", "incident", "population")
    }
    # Asked again and again below: worked out once.
    tables["area_link"] = engine.create_table("area_link", tables["area_link"], temp=True)
    names = engine.create_table("area_name", places.area_name(tables["area_link"]), temp=True)
    level, code, name = _area(engine, names, mine.area)
    forces = _forces(engine, tables["area_link"], mine.area, level, code)
    held = series(engine, tables["incident"], tables["area_link"], forces, mine.area.lsoa_vintage)
    lsoa_level = held.lsoa_level
    months = month_rows(held.months)
    assigned = engine.create_table("assigned", places.assigned(tables["area_link"], lsoa_level), temp=True)
    chosen = {"area_level": level, "area_code": code}
    _refuse_other_forces(engine, assigned, level, code, forces)
    mine_places = session.collected(engine, places.place(assigned, names, **chosen))
    beyond = session.rows(engine, places.reaching_beyond(assigned, names, **chosen))
    given: dict[str, object] = {
        **tables,
        "incident": tables["incident"].filter(_["month"].isin(held.months)),
        "place": ibis.memtable(mine_places.cast(session.arrow_schema(PLACE))),
        "month": ibis.memtable(pa.Table.from_pylist(months, session.arrow_schema(MONTH))),
        "crime_types": mine.definition.crime_types,
        "reported_by": forces,
        "lsoa_level": lsoa_level,
        "deprivation_edition": 2019 if lsoa_level == "LSOA11" else 2025,
    }
    return Prepared(
        engine=engine,
        catalogue=catalogue,
        partnership=mine,
        area_level=level,
        area_code=code,
        area_name=name,
        police_forces=forces,
        lsoa_level=lsoa_level,
        months=months,
        left_out=held.left_out,
        beyond=tuple(sorted(str(row["area_name"] or row["area_code"]) for row in beyond)),
        places=mine_places,
        tables=tables,
        given=given,
    )


def _area(engine: Backend, names: Table, area: Area) -> tuple[str, str, str]:
    """Level, code and name of the area asked for, as the lookups have it."""
    rows = session.rows(engine, names.filter(_["area_level"].isin(AREA_LEVELS)))
    if not rows:
        raise NotThere(
            "no lookup between areas has been ingested",
            where="store",
            next_step="put ONS's lookups (LSOA to local authority to police force area) into incoming/",
        )
    rows.sort(key=lambda row: AREA_LEVELS.index(row["area_level"]))
    for row in rows:
        if area.code == row["area_code"] or (
            not area.code and area.name.casefold() == row["area_name"].casefold()
        ):
            return row["area_level"], row["area_code"], row["area_name"]
    wanted = area.code or area.name
    raise BadConfig(
        f"no lookup has the area {wanted!r}",
        where="evenhand.toml [area]",
        next_step="write the code or name of a police force area, CSP, local authority or ICB as ONS has it",
    )


def _forces(engine: Backend, area_link: Table, area: Area, level: str, code: str) -> tuple[str, ...]:
    """The forces whose records count: as configured, else the force of the police force area."""
    if area.police_forces:
        return area.police_forces
    codes = [code]
    if level != "PFA":
        held = area_link.filter(area_link.child_code == code, area_link.parent_level == "PFA")
        codes = [row["parent_code"] for row in session.rows(engine, held.select("parent_code").distinct())]
    found = [force_of(found_code) for found_code in sorted(codes)]
    forces = tuple(force.reported_by for force in found if force)
    if not forces:
        raise BadConfig(
            "police_forces is empty and the area's own force is not known",
            where="evenhand.toml [area]",
            next_step='write police_forces = ["..."], as in the column Reported by',
        )
    return forces


def _refuse_other_forces(
    engine: Backend, assigned: Table, level: str, code: str, forces: tuple[str, ...]
) -> None:
    """Refuse an area of which another force polices a part: its part would show nothing as none."""
    inside = assigned.filter(_["area_level"] == level, _["area_code"] == code).select("lsoa_code")
    policed = assigned.filter(_["area_level"] == "PFA").semi_join(inside, "lsoa_code")
    codes = [row["area_code"] for row in session.rows(engine, policed.select("area_code").distinct())]
    others = [found.reported_by for each in sorted(codes) if (found := force_of(each))]
    left_out = [name for name in others if name not in forces]
    if left_out:
        raise BadConfig(
            f"police_forces lacks {left_out[0]}, which polices a part of the area",
            where="evenhand.toml [area]",
            next_step="add it, and ingest its files; or choose an area that your forces police alone",
        )
