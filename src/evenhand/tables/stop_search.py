"""Stop and search: one search of a person or a vehicle. Never used as a measure of violence."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

STOP_SEARCH = Schema(
    name="stop_search",
    row="One stop and search. It says what officers did, not what violence there was.",
    columns=(
        Column("supply", Kind.TEXT, "The supply the row came in", Handling.OPEN),
        Column("search_type", Kind.TEXT, "Person, vehicle or both", Handling.OPEN),
        Column("searched_at", Kind.INSTANT, "When, with its offset from UTC resolved", Handling.OPEN),
        Column(
            "force",
            Kind.TEXT,
            "The force, from the file's name in the publisher's archive",
            Handling.OPEN,
            nullable=True,
        ),
        Column("longitude", Kind.NUMBER, "Of the snap point", Handling.OPEN, "degrees", nullable=True),
        Column("latitude", Kind.NUMBER, "Of the snap point", Handling.OPEN, "degrees", nullable=True),
        Column("gender", Kind.TEXT, "As recorded by the officer", Handling.GROUPED, nullable=True),
        Column("age_range", Kind.TEXT, "As recorded by the officer", Handling.GROUPED, nullable=True),
        Column("self_defined_ethnicity", Kind.TEXT, "As the person said", Handling.GROUPED, nullable=True),
        Column(
            "officer_defined_ethnicity", Kind.TEXT, "As the officer recorded", Handling.GROUPED, nullable=True
        ),
        Column("legislation", Kind.TEXT, "The power used", Handling.OPEN, nullable=True),
        Column("object_of_search", Kind.TEXT, "What was searched for", Handling.OPEN, nullable=True),
        Column("outcome", Kind.TEXT, "What followed", Handling.OPEN, nullable=True),
        Column(
            "outcome_linked", Kind.FLAG, "Was the outcome linked to the object?", Handling.OPEN, nullable=True
        ),
        Column(
            "clothing_removed",
            Kind.FLAG,
            "More than outer clothing removed?",
            Handling.GROUPED,
            nullable=True,
        ),
    ),
    key=(),
)
