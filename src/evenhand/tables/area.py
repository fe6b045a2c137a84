"""Area: the places figures are given for, each with its ONS code and vintage."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

LEVELS = {
    "LSOA11": "lower layer super output area, 2011",
    "LSOA21": "lower layer super output area, 2021",
    "MSOA11": "middle layer super output area, 2011",
    "MSOA21": "middle layer super output area, 2021",
    "WD": "electoral ward",
    "LAD": "local authority district",
    "CSP": "community safety partnership",
    "PFA": "police force area",
    "ICB": "integrated care board",
}
"""Area levels, smallest first. Census areas carry their year; the others have one code a boundary,
reissued by ONS when the boundary changes."""

AREA = Schema(
    name="area",
    row="One area in one edition of its boundaries.",
    columns=(
        Column("area_level", Kind.TEXT, "The kind of area", Handling.OPEN, choices=tuple(LEVELS)),
        Column("area_code", Kind.TEXT, "ONS code (GSS), nine characters", Handling.OPEN),
        Column("area_name", Kind.TEXT, "Name as ONS publishes it", Handling.OPEN, nullable=True),
        Column(
            "vintage", Kind.INTEGER, "Year of the edition of the list of areas", Handling.OPEN, unit="year"
        ),
    ),
    key=("area_level", "area_code", "vintage"),
)
