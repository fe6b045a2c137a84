"""Released tables: the bytes that an entry of the ledger released, and a table read back as text."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from evenhand.engine.published import PUBLISHED
from evenhand.errors import NotVerified
from evenhand.ledger.lines import digest, earlier_name


def released(root: Path, entry: int, measure: str, hashed: str) -> bytes:
    """The table of that hash that an entry released, from what is published.

    Raises NotVerified if it is lost.
    """
    kept = earlier_name(measure, hashed)
    for relative in (f"data/{measure}.csv", kept):
        path = root / PUBLISHED / relative
        if path.is_file() and digest(content := path.read_bytes()) == hashed:
            return content
    raise NotVerified(
        f"is not the table that entry {entry} released, nor is that elsewhere in data/",
        where=f"{PUBLISHED}/{kept if (root / PUBLISHED / kept).exists() else f'data/{measure}.csv'}",
        next_step="restore published/ from a copy",
    )


def as_text(content: bytes) -> pa.Table:
    """Every column as text, signs for what is withheld or not known included."""
    names = content.partition(b"\n")[0].decode().split(",")
    kept = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
    )
    # A name may hold a line end, quoted.
    parsed = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(BytesIO(content), parse_options=parsed, convert_options=kept)
