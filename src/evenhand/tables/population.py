"""Population: ONS mid-year estimates of residents by single year of age."""

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Schema

POPULATION = Schema(
    name="population",
    row="The residents of one age in one area in the middle of one year.",
    columns=(
        Column("area_level", Kind.TEXT, "The kind of area", Handling.OPEN, choices=tuple(LEVELS)),
        Column("area_code", Kind.TEXT, "ONS code of the area", Handling.OPEN),
        Column("year", Kind.INTEGER, "The estimate is for 30 June of this year", Handling.OPEN, unit="year"),
        Column("age", Kind.INTEGER, "Age last birthday; 90 is 90 and over", Handling.OPEN, unit="years"),
        Column("persons", Kind.INTEGER, "Usual residents", Handling.OPEN, unit="persons"),
    ),
    key=("area_level", "area_code", "year", "age"),
)
