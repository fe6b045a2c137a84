"""Boundary: the outline of an area, for maps."""

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Schema

BOUNDARY = Schema(
    name="boundary",
    row="The outline of one area in one edition.",
    columns=(
        Column("area_level", Kind.TEXT, "The kind of area", Handling.OPEN, choices=tuple(LEVELS)),
        Column("area_code", Kind.TEXT, "ONS code of the area", Handling.OPEN),
        Column("vintage", Kind.INTEGER, "Edition of the boundary", Handling.OPEN, unit="year"),
        Column(
            "geometry",
            Kind.TEXT,
            "GeoJSON Polygon or MultiPolygon, longitude and latitude (WGS 84)",
            Handling.OPEN,
            unit="degrees",
        ),
    ),
    key=("area_level", "area_code", "vintage"),
)
