"""Area link: which larger area a smaller one lies in, as ONS's lookup files say."""

from evenhand.tables.area import LEVELS
from evenhand.tables.schema import Column, Handling, Kind, Schema

AREA_LINK = Schema(
    name="area_link",
    row="One smaller area and one larger area that it is assigned to in one lookup file.",
    columns=(
        Column("child_level", Kind.TEXT, "The smaller area's level", Handling.OPEN, choices=tuple(LEVELS)),
        Column("child_code", Kind.TEXT, "The smaller area's ONS code", Handling.OPEN),
        Column("child_vintage", Kind.INTEGER, "Edition of the smaller area", Handling.OPEN, unit="year"),
        Column("parent_level", Kind.TEXT, "The larger area's level", Handling.OPEN, choices=tuple(LEVELS)),
        Column("parent_code", Kind.TEXT, "The larger area's ONS code", Handling.OPEN),
        Column("parent_vintage", Kind.INTEGER, "Edition of the larger area", Handling.OPEN, unit="year"),
    ),
    key=("child_level", "child_code", "child_vintage", "parent_level", "parent_code", "parent_vintage"),
)
