"""Deprivation: the English Indices of Multiple Deprivation, by lower layer super output area."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

DEPRIVATION = Schema(
    name="deprivation",
    row="One LSOA in one edition of the indices.",
    columns=(
        Column("edition", Kind.INTEGER, "Edition of the indices, 2019 or 2025", Handling.OPEN, unit="year"),
        Column(
            "area_level",
            Kind.TEXT,
            "LSOA11 in 2019, LSOA21 in 2025",
            Handling.OPEN,
            choices=("LSOA11", "LSOA21"),
        ),
        Column("area_code", Kind.TEXT, "ONS code of the LSOA", Handling.OPEN),
        Column("imd_rank", Kind.INTEGER, "Rank in England, 1 the most deprived", Handling.OPEN, unit="rank"),
        Column(
            "imd_decile", Kind.INTEGER, "Tenth of England, 1 the most deprived", Handling.OPEN, unit="decile"
        ),
        Column(
            "crime_decile",
            Kind.INTEGER,
            "The same for the crime domain",
            Handling.OPEN,
            "decile",
            nullable=True,
        ),
    ),
    key=("edition", "area_code"),
)
