"""Shapes: outlines of areas, for maps."""

from __future__ import annotations

import json
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table


def shapes(engine: Backend, boundary: Table, areas: Table) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by area code, by level, of every area in `areas` that has a boundary.

    Of several editions of an area's boundary the newest is taken.
    """
    wanted = boundary.semi_join(
        areas.select("area_level", "area_code").distinct(), ["area_level", "area_code"]
    )
    order = ibis.window(group_by=["area_level", "area_code"], order_by=ibis.desc(wanted.vintage))
    newest = wanted.mutate(behind=ibis.row_number().over(order))
    rows = engine.to_pyarrow(
        newest.filter(newest.behind == 0).order_by("area_level", "area_code")
    ).to_pylist()
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row["area_level"], {})[row["area_code"]] = json.loads(row["geometry"])
    return found
