"""Supply: one delivery of one table: by whom, under what licence and legal power, and what became of it."""

from evenhand.tables.schema import Column, Handling, Kind, Schema

SUPPLY = Schema(
    name="supply",
    row="One file as supplied, or one member of an archive.",
    columns=(
        Column("supply", Kind.TEXT, "First 16 hex digits of the file's SHA-256", Handling.OPEN),
        Column("sha256", Kind.TEXT, "SHA-256 of the file's bytes", Handling.OPEN),
        Column("file", Kind.TEXT, "Path below incoming/, with the archive's member after '!'", Handling.OPEN),
        Column("bytes", Kind.INTEGER, "Size as supplied, unpacked", Handling.OPEN, unit="bytes"),
        Column("source", Kind.TEXT, "Name of the source that recognised it", Handling.OPEN),
        Column("publisher", Kind.TEXT, "Who published it", Handling.OPEN),
        Column("licence", Kind.TEXT, "Licence it was published under", Handling.OPEN),
        Column("gateway", Kind.TEXT, "Legal power it came under", Handling.OPEN),
        Column(
            "series",
            Kind.TEXT,
            "What it is an edition of: a newer supply of a series replaces it",
            Handling.OPEN,
        ),
        Column("period_from", Kind.DATE, "First day covered", Handling.OPEN, nullable=True),
        Column("period_to", Kind.DATE, "Last day covered", Handling.OPEN, nullable=True),
        Column("rows_read", Kind.INTEGER, "Rows in the file", Handling.OPEN, unit="rows"),
        Column("rows_accepted", Kind.INTEGER, "Rows that met the schema", Handling.OPEN, unit="rows"),
        Column(
            "rows_quarantined",
            Kind.INTEGER,
            "Rows kept aside, each with its reason",
            Handling.OPEN,
            unit="rows",
        ),
        Column("replaced_by", Kind.TEXT, "The supply that replaced this one", Handling.OPEN, nullable=True),
    ),
    key=("supply",),
)
