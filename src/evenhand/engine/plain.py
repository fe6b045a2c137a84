"""The plain file: a clean CSV that the loader may have, made of one that it may not.

The loader is fast and trusts the form of its input. What is no clean CSV (torn rows, another encoding,
GeoJSON, a workbook) is written out as one first, each row with the line it came from in front, so that a
row kept aside later can be named to the line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from evenhand.engine.quarantine import Quarantined
from evenhand.engine.records import Lines, records

LINE = "__line"
"""Column that plain files carry in front of the supplied ones."""


@dataclass
class Plain:
    """A plain CSV file and what could not go into it."""

    path: Path
    columns: tuple[str, ...]
    rows: int = 0
    torn: list[Quarantined] = field(default_factory=list)
    note: str = ""
    longest: int = 0
    """Characters of the longest row, so that the reader can be given room for it."""
    is_csv: bool = False
    """Made from a CSV, whose own lines are the text as supplied."""


def write(plain: Plain, rows: Iterable[tuple[int, list[str]]]) -> None:
    """Write the rows, each with its line, and remember how long the longest is."""
    with plain.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")  # a field that holds either of the two is quoted
        writer.writerow([LINE, *plain.columns])
        for line, fields in rows:
            plain.longest = max(plain.longest, sum(map(len, fields)))
            writer.writerow([line, *fields])


def texts(plain: Plain, supplied: Path, label: str, wanted: set[int]) -> dict[int, str]:
    """The text of the records that start on the `wanted` lines: as supplied, of a CSV to the letter."""
    path = supplied if plain.is_csv else plain.path
    lines = Lines(path, label)
    try:
        below_header = islice(records(lines), 1, None)
        if plain.is_csv:
            return {record.line: record.text for record in below_header if record.line in wanted}
        numbered = ((int(record.fields[0]), record.fields[1:]) for record in below_header)
        return {line: ",".join(fields) for line, fields in numbered if line in wanted}
    finally:
        lines.close()
