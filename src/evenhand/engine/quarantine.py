"""Quarantine: rows that a source cannot accept, kept as supplied with file, line, column and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evenhand.engine.workspace import write_atomically


@dataclass(frozen=True)
class Quarantined:
    """One row kept aside.

    `line` is where it starts in the file (or the row of the sheet, or the feature of the GeoJSON),
    `text` what was supplied, of a CSV to the letter.
    """

    file: str
    line: int
    column: str
    reason: str
    text: str

    def __str__(self) -> str:
        """What, where: the line a person reads."""
        return f"{self.file} line {self.line}, {self.column}: {self.reason}"


def keep(folder: Path, supply: str, rows: Iterable[Quarantined]) -> None:
    """Write the rows of one supply, in order of line. JSON lines, because no spreadsheet runs them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(vars(row), ensure_ascii=False) for row in sorted(rows, key=lambda row: row.line)]
    write_atomically(folder / f"{supply}.jsonl", ("\n".join(lines) + "\n").encode())


def kept(folder: Path, supply: str) -> list[Quarantined]:
    """The rows kept of one supply; none when it has none."""
    file = folder / f"{supply}.jsonl"
    if not file.exists():
        return []
    return [Quarantined(**json.loads(line)) for line in file.read_bytes().splitlines()]
