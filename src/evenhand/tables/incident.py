"""Incident: one crime or report of anti-social behaviour recorded by the police."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

CRIME_TYPES = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
"""The publisher's fourteen types since September 2013 (data.police.uk/about, "Police crime types")."""

INCIDENT = Schema(
    name="incident",
    row="One incident in one supply, at the publisher's anonymised point.",
    columns=(
        Column("supply", Kind.TEXT, "The supply the row came in", Handling.OPEN),
        Column(
            "crime_id",
            Kind.TEXT,
            "Publisher's identifier; anti-social behaviour has none",
            Handling.OPEN,
            nullable=True,
        ),
        Column("month", Kind.DATE, "First day of the month of the incident", Handling.OPEN),
        Column("reported_by", Kind.TEXT, "The force that supplied the record", Handling.OPEN),
        Column(
            "longitude",
            Kind.NUMBER,
            "Of the snap point, not of the incident",
            Handling.OPEN,
            "degrees",
            nullable=True,
        ),
        Column(
            "latitude",
            Kind.NUMBER,
            "Of the snap point, not of the incident",
            Handling.OPEN,
            "degrees",
            nullable=True,
        ),
        Column("location", Kind.TEXT, "Snap point in words", Handling.OPEN, nullable=True),
        Column(
            "lsoa_code",
            Kind.TEXT,
            "LSOA of the snap point, in the publisher's vintage",
            Handling.OPEN,
            nullable=True,
        ),
        Column("crime_type", Kind.TEXT, "Publisher's type", Handling.OPEN, choices=CRIME_TYPES),
        Column("last_outcome", Kind.TEXT, "Latest outcome when supplied", Handling.OPEN, nullable=True),
    ),
    key=(),
)
"""No key: anti-social behaviour carries no identifier, and equal rows are separate reports."""
