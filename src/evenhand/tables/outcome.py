"""Outcome: what became of a recorded crime, one row each time it changed."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

OUTCOME = Schema(
    name="outcome",
    row="One outcome given to one crime in one month.",
    columns=(
        Column("supply", Kind.TEXT, "The supply the row came in", Handling.OPEN),
        Column("crime_id", Kind.TEXT, "Publisher's identifier of the crime", Handling.OPEN, nullable=True),
        Column("month", Kind.DATE, "First day of the month of the outcome, not of the crime", Handling.OPEN),
        Column("reported_by", Kind.TEXT, "The force that supplied the record", Handling.OPEN),
        Column(
            "lsoa_code",
            Kind.TEXT,
            "LSOA of the snap point, in the publisher's vintage",
            Handling.OPEN,
            nullable=True,
        ),
        Column("outcome_type", Kind.TEXT, "The outcome, in the publisher's words", Handling.OPEN),
    ),
    key=(),
)
