"""What became of files: of one, of a batch; and what the catalogue is to keep of it.

Checking, writing and the report of an ingest all speak of this; none of them needs to know the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from evenhand.engine.quarantine import Quarantined
from evenhand.engine.reading import Ready
from evenhand.engine.store import Supply
from evenhand.errors import BadData


@dataclass
class Loaded:
    """What became of one file."""

    file: Ready
    rows_read: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)
    period: tuple[str | None, str | None] = (None, None)

    @property
    def rows_accepted(self) -> int:
        """Rows that met the schema."""
        return self.rows_read - len(self.quarantined)


@dataclass
class Batch:
    """What became of a batch: its files, and the Parquet written for each table."""

    loaded: list[Loaded]
    parquet: dict[str, list[Path]]
    refused: list[BadData]
    """Of files that could not be read to their end, why."""


def as_supply(loaded: Loaded, number: int) -> Supply:
    """The file as a supply, the `number`th of its workspace."""
    delivered, layout = loaded.file.delivered, loaded.file.layout
    notes = [layout.note, loaded.file.plain.note if loaded.file.plain else ""]
    return Supply(
        supply=delivered.supply,
        number=number,
        sha256=delivered.sha256,
        file=delivered.label,
        bytes=delivered.size,
        source=layout.source.name,
        publisher=layout.source.publisher,
        licence=layout.source.licence,
        gateway=layout.source.gateway,
        period_from=loaded.period[0],
        period_to=loaded.period[1],
        rows_read=loaded.rows_read,
        rows_accepted=loaded.rows_accepted,
        rows_quarantined=len(loaded.quarantined),
        note="; ".join(note for note in notes if note),
    )
