"""Columns that results of this subject share, so that one word has one meaning."""

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Role

AREA_LEVEL = Column(
    "area_level", Kind.TEXT, "The kind of area", Handling.OPEN, choices=tuple(LEVELS), role=Role.DIMENSION
)
AREA_CODE = Column("area_code", Kind.TEXT, "ONS code of the area", Handling.OPEN, role=Role.DIMENSION)
AREA_NAME = Column(
    "area_name", Kind.TEXT, "Name of the area", Handling.OPEN, nullable=True, role=Role.DIMENSION
)
PERIOD_KIND = Column(
    "period_kind",
    Kind.TEXT,
    "A calendar month, or a year ending in the latest month supplied",
    Handling.OPEN,
    choices=("month", "year"),
    role=Role.DIMENSION,
)
PERIOD_FROM = Column("period_from", Kind.DATE, "First day of the period", Handling.OPEN, role=Role.DIMENSION)
PERIOD_TO = Column("period_to", Kind.DATE, "Last day of the period", Handling.OPEN, role=Role.DIMENSION)

AREA = (AREA_LEVEL, AREA_CODE, AREA_NAME)
PERIOD = (PERIOD_KIND, PERIOD_FROM, PERIOD_TO)
AREA_AND_PERIOD = (*AREA, *PERIOD)
KEY = ("area_level", "area_code", "period_kind", "period_from")

INCIDENTS = Column(
    "incidents",
    Kind.INTEGER,
    "Incidents the local definition counts; null where a month of the period was not supplied",
    Handling.GROUPED,
    unit="incidents",
    nullable=True,
    role=Role.COUNT,
)


def derived(name: str, meaning: str, unit: str, *sources: str, kind: Kind = Kind.NUMBER) -> Column:
    """A column worked out from the counts `sources` of the same row."""
    return Column(
        name,
        kind,
        meaning,
        Handling.GROUPED,
        unit=unit,
        nullable=True,
        role=Role.DERIVED,
        derived_from=sources,
    )


def reference(
    name: str, meaning: str, unit: str, kind: Kind = Kind.INTEGER, nullable: bool = False
) -> Column:
    """A column that is public already, or says only how the row was made."""
    return Column(name, kind, meaning, Handling.OPEN, unit=unit, nullable=nullable, role=Role.REFERENCE)
