"""Supply: one delivery of one table: by whom, under what licence and legal power, what became of it."""

from evenhand.tables.schema import Column, Handling, Kind, Schema


def _text(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, Kind.TEXT, meaning, Handling.OPEN, nullable=nullable)


def _rows(name: str, meaning: str) -> Column:
    return Column(name, Kind.INTEGER, meaning, Handling.OPEN, unit="rows")


SUPPLY = Schema(
    name="supply",
    row="One file as supplied, or one member of an archive.",
    columns=(
        _text("supply", "First 16 hex digits of the file's SHA-256"),
        Column(
            "number", Kind.INTEGER, "Order of arrival; of two editions the later one holds", Handling.OPEN
        ),
        _text("sha256", "SHA-256 of the file's bytes, unpacked"),
        _text("file", "Path below incoming/, with an archive's member after '!'"),
        Column("bytes", Kind.INTEGER, "Size, unpacked", Handling.OPEN, unit="bytes"),
        _text("source", "Name of the source that recognised it"),
        _text("publisher", "Who published it"),
        _text("licence", "Licence it was published under"),
        _text("gateway", "Legal power it came under"),
        Column("period_from", Kind.DATE, "First day covered", Handling.OPEN, nullable=True),
        Column("period_to", Kind.DATE, "Last day covered", Handling.OPEN, nullable=True),
        _rows("rows_read", "Rows in the file"),
        _rows("rows_accepted", "Rows that met the schema"),
        _rows("rows_quarantined", "Rows kept aside, each with its reason"),
        _text("note", "What a reader should know of how it was read", nullable=True),
    ),
    key=("supply",),
)

PART = Schema(
    name="part",
    row="One part of a supply that a later supply can replace: a force's month, a year's estimates.",
    columns=(
        _text("supply", "The supply"),
        _text("part", "What it covers, such as 'Northumbria Police 2021-03'"),
        Column("number", Kind.INTEGER, "The supply's order of arrival", Handling.OPEN),
        _rows("rows", "Rows accepted for it"),
        _text("replaced_by", "The later supply that holds instead; null while this one holds", nullable=True),
    ),
    key=("supply", "part"),
)
