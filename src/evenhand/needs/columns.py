"""Columns that results of this subject share, so that one word has one meaning."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Counted, Handling, Kind, Role

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
    counted=Counted("incidents"),
)

POPULATION = Column(
    "population",
    Kind.INTEGER,
    "Residents in the middle of population_year; null where any LSOA's number is not known",
    Handling.OPEN,
    unit="persons",
    nullable=True,
    role=Role.REFERENCE,
)
POPULATION_YEAR = Column(
    "population_year",
    Kind.INTEGER,
    "The latest year with an estimate, not after the year the period ends in, else the earliest there is",
    Handling.OPEN,
    unit="year",
    nullable=True,
    role=Role.REFERENCE,
)


def derived(
    name: str, meaning: str, unit: str, *sources: str, kind: Kind = Kind.NUMBER, over: tuple[str, ...] = ()
) -> Column:
    """A column worked out from the counts `sources` of the same row, and of the other rows along `over`."""
    return Column(
        name,
        kind,
        meaning,
        Handling.GROUPED,
        unit=unit,
        nullable=True,
        role=Role.DERIVED,
        derived_from=sources,
        derived_over=over,
    )


def reference(
    name: str, meaning: str, unit: str, kind: Kind = Kind.INTEGER, nullable: bool = False
) -> Column:
    """A column that is public already, or says only how the row was made."""
    return Column(name, kind, meaning, Handling.OPEN, unit=unit, nullable=nullable, role=Role.REFERENCE)


def _per_1000(name: str, meaning: str) -> Column:
    column = derived(name, meaning, "incidents per 1,000 persons", INCIDENTS.name)
    return replace(column, known_with=(INCIDENTS.name, POPULATION.name))


RATE = (
    _per_1000("per_1000", "Incidents per 1,000 residents, in the period"),
    _per_1000("lower_95", "Lower 95% limit of per_1000"),
    _per_1000("upper_95", "Upper 95% limit of per_1000"),
)

LARGER_LEVELS = ("LAD", "CSP", "PFA", "ICB")
"""Levels large enough to be described by what lies inside them."""


def numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """The column as an array; NaN is not known."""
    return table[name].cast(pa.float64()).to_numpy()


def with_numbers(table: pa.Table, **columns: NDArray[np.float64]) -> pa.Table:
    """The table with these columns after its own; NaN becomes null."""
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, pa.float64(), from_pandas=True))
    return table
