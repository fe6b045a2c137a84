"""Boundaries of areas, as GeoJSON.

Publisher: Office for National Statistics (Open Geography Portal), with Ordnance Survey.
Licence: Open Government Licence v3.0. Contains OS data, Crown copyright and database right.
Address: https://geoportal.statistics.gov.uk/
Cannot say: on which side of a street a boundary runs: generalised outlines are for maps only.
"""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from evenhand.sources.ons_lookup import area_column
from evenhand.sources.source import OGL3, Head, Layout, Source, Values
from evenhand.tables import BOUNDARY

GEOMETRY = "geometry"
"""Column in which the engine hands over a feature's geometry, as GeoJSON text."""


def _recognise(head: Head) -> Layout | None:
    if GEOMETRY not in head.columns:
        return None
    for name in head.columns:
        area = area_column(name)
        if area and area[2] == "code":
            return Layout(BOUNDARIES, {"code": name, "level": area[0], "vintage": area[1]})
    return None


def _problem(_raw: Table, layout: Layout) -> Values:
    code = str(layout.facts["code"])
    shape = _[GEOMETRY].re_search(r'^\{"type": ?"(Multi)?Polygon"')
    return ibis.cases(
        (
            ~_[code].re_search(r"^[EWSN][0-9]{8}$").fill_null(False),
            ibis.literal(f"{code}|is no ONS code, such as E08000021"),
        ),
        (~shape.fill_null(False), ibis.literal(f"{GEOMETRY}|is neither a Polygon nor a MultiPolygon")),
        else_=None,
    )


def _conform(raw: Table, layout: Layout) -> Table:
    return raw.select(
        supply=_["supply"],
        area_level=ibis.literal(layout.facts["level"]),
        area_code=_[str(layout.facts["code"])],
        vintage=ibis.literal(layout.facts["vintage"], "int64"),
        geometry=_[GEOMETRY],
    )


BOUNDARIES = Source(
    name="boundary",
    title="Boundaries",
    publisher="Office for National Statistics, Ordnance Survey",
    licence=OGL3,
    address="https://geoportal.statistics.gov.uk/",
    cannot_say="Generalised outlines, for maps only.",
    table=BOUNDARY,
    recognise=_recognise,
    problem=_problem,
    conform=_conform,
    row_for_row=True,
    latest_by=("area_level", "area_code", "vintage"),
)
