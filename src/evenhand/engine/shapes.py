"""Shapes: outlines of areas, for maps."""

from __future__ import annotations

import json
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine.session import rows


def shapes(engine: Backend, boundary: Table, areas: Table) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by area code, by level, of every area in `areas` that has a boundary.

    Of several editions of an area's boundary the newest is taken.
    """
    wanted = boundary.semi_join(
        areas.select("area_level", "area_code").distinct(), ["area_level", "area_code"]
    )
    order = ibis.window(group_by=["area_level", "area_code"], order_by=ibis.desc(wanted.vintage))
    newest = wanted.mutate(behind=ibis.row_number().over(order))
    chosen = newest.filter(newest.behind == 0).order_by("area_level", "area_code")
    found: dict[str, dict[str, Any]] = {}
    for row in rows(engine, chosen):
        found.setdefault(row["area_level"], {})[row["area_code"]] = json.loads(row["geometry"])
    return found
