"""Inputs: the supplied files behind each measure, as its entry in the ledger lists them."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa

from evenhand.actions.prepare import Prepared
from evenhand.engine import session
from evenhand.engine.store import Part, Supply
from evenhand.ledger.entry import Input
from evenhand.measure import Measure
from evenhand.needs import MEASURES
from evenhand.needs.place_links import links_used
from evenhand.sources import SOURCES
from evenhand.sources.ons_lookup import ONS_LOOKUP
from evenhand.tables import PLACE

_FILES_OF = {
    "incident": ("incident",),
    "place": ("area_link",),
    "month": ("incident",),
    "population": ("population",),
    "deprivation": ("deprivation",),
}
"""Stored tables behind what a measure takes."""


def inputs_of(prepared: Prepared, tables: Mapping[str, pa.Table]) -> dict[str, tuple[Input, ...]]:
    """The files behind each table, through the measures that it takes: only those that hold and count."""
    counted, lookups = _counted(prepared, tables), _lookups(prepared)
    parts: dict[str, list[Part]] = {}
    for part in prepared.catalogue.parts:
        parts.setdefault(part.supply, []).append(part)
    holding = [
        (SOURCES[supply.source].table.name, Input(supply.source, supply.file, supply.sha256))
        for supply in prepared.catalogue.supplies
        if supply.supply in lookups or _holds(supply, parts.get(supply.supply, []), counted)
    ]
    return {
        name: tuple(file for table, file in holding if table in _tables(MEASURES[name])) for name in tables
    }


def _tables(measure: Measure) -> set[str]:
    tables: set[str] = set()
    for name in measure.inputs:
        tables |= _tables(MEASURES[name]) if name in MEASURES else set(_FILES_OF[name])
    return tables


def _holds(supply: Supply, parts: list[Part], counted: dict[str, set[str]]) -> bool:
    """Is some part of the supply in force and of what was counted: forces, months, level, edition?"""
    mine = counted.get(SOURCES[supply.source].table.name, set())
    return any(part.replaced_by is None and part.part in mine for part in parts)


def _counted(prepared: Prepared, tables: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    """The parts of supplies that the measures take, by table, as `Source.part` names them."""
    months = [row["month"] for row in prepared.months if row["supplied"]]
    by_year = [table for table in tables.values() if "population_year" in table.column_names]
    years = {year for table in by_year for year in table["population_year"].unique().to_pylist() if year}
    return {
        "incident": {f"{force} {month:%Y-%m}" for force in prepared.police_forces for month in months},
        "population": {f"{prepared.lsoa_level} mid-{year}" for year in years},
        "deprivation": {f"{prepared.given['deprivation_edition']} edition"},
    }


def _lookups(prepared: Prepared) -> set[str]:
    """The supplies that the links in use came from: of several that give a link, the last to arrive."""
    links = prepared.tables["area_link"]
    place = ibis.memtable(prepared.places.cast(session.arrow_schema(PLACE)))
    used = links_used(links, place, prepared.lsoa_level)
    supplied = prepared.engine.table("stored_area_link").semi_join(used, list(links.columns))
    found = session.rows(prepared.engine, supplied.select("supply", *ONS_LOOKUP.latest_by).distinct())
    number = {supply.supply: supply.number for supply in prepared.catalogue.supplies}
    last: dict[tuple[object, ...], str] = {}
    for row in sorted(found, key=lambda row: number[row["supply"]]):
        last[tuple(row[name] for name in ONS_LOOKUP.latest_by)] = row["supply"]
    return set(last.values())
