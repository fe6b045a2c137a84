"""The store: conformed tables as Parquet, and the one file that says which of them hold.

`supplies.json` is written last and at once; Parquet that it does not name is left over from a run
that was killed, and is removed by the next.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.engine.workspace import write_atomically
from evenhand.errors import BadData


@dataclass
class Supply:
    """One row of the supply table; see `evenhand.tables.supply`."""

    supply: str
    number: int
    sha256: str
    file: str
    bytes: int
    source: str
    publisher: str
    licence: str
    gateway: str
    period_from: str | None
    period_to: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    note: str


@dataclass
class Part:
    """One row of the part table: what a later supply can replace."""

    supply: str
    part: str
    number: int
    rows: int
    replaced_by: str | None = None


@dataclass
class Left:
    """A file that was refused, or is of no known format: left as it is."""

    file: str
    """With an archive's member after '!'."""
    within: str
    """The file in incoming/ that it is, or is in; bytes in its name that are no text are marked."""
    stamp: list[int]
    is_refused: bool
    """Refused, and looked at again by the next ingest; else of no format that is read."""
    why: str


@dataclass
class Catalogue:
    """Everything the store holds, in order of arrival."""

    supplies: list[Supply] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    batches: dict[str, list[str]] = field(default_factory=dict)
    """Parquet files by table, relative to the store."""
    seen: dict[str, list[int]] = field(default_factory=dict)
    """Size and modification time (ns) of each file in incoming/ that need not be looked at again."""
    left: list[Left] = field(default_factory=list)
    reader: str = ""
    """Version of Evenhand that looked: a newer one may know more formats, and looks again."""

    def supply(self, identity: str) -> Supply | None:
        """The supply of that identity, if the store has it."""
        return next((supply for supply in self.supplies if supply.supply == identity), None)

    @property
    def next_number(self) -> int:
        """The number of the next supply."""
        return 1 + max((supply.number for supply in self.supplies), default=0)

    def _source(self, part: Part) -> str:
        return next(supply.source for supply in self.supplies if supply.supply == part.supply)

    def add_part(self, new: Part, source: str) -> Part | None:
        """Add a part; gives the part of the same source that held until now, if there is one.

        The later one holds from now on, unless it has less than half of the rows: then it is stray rows
        or a torn file and no revision, and the earlier one goes on holding.
        """
        earlier = next(
            (
                part
                for part in self.parts
                if part.part == new.part and part.replaced_by is None and self._source(part) == source
            ),
            None,
        )
        self.parts.append(new)
        if earlier is not None:
            stray = 2 * new.rows < earlier.rows
            out, holds = (new, earlier) if stray else (earlier, new)
            out.replaced_by = holds.supply
        return earlier


def read(store: Path) -> Catalogue:
    """The catalogue; an empty one where nothing was ingested yet. Raises BadData for a damaged one."""
    file = store / "supplies.json"
    if not file.exists():
        return Catalogue()
    try:
        held: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Catalogue(
            [Supply(**supply) for supply in held["supplies"]],
            [Part(**part) for part in held["parts"]],
            held["batches"],
            held["seen"],
            # Stores made before this was kept have none.
            [Left(**file) for file in held.get("left", ())],
            held["reader"],
        )
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as trouble:
        raise BadData(
            f"is damaged ({trouble})",
            where=str(file),
            next_step="remove the store folder and run `evenhand ingest`: it is made anew from incoming/",
        ) from None


def is_seen(catalogue: Catalogue, incoming: Path, path: Path) -> bool:
    """Has the file been looked at as it is now?"""
    return catalogue.seen.get(str(path.relative_to(incoming))) == stamp(path)


def stamp(path: Path) -> list[int]:
    """Size and modification time of a file: it changed if these did."""
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def as_bytes(catalogue: Catalogue) -> bytes:
    """The catalogue as it is kept."""
    return json.dumps(asdict(catalogue), indent=1, sort_keys=True, ensure_ascii=False).encode()


def write(store: Path, content: bytes) -> None:
    """Make the catalogue of these bytes the one that holds, in one step."""
    write_atomically(store / "supplies.json", content)


def settle(made: Path, kept: Path) -> None:
    """Move a finished file into the store, its bytes safe on disk first."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.rename(kept)


def remove_left_over(store: Path, catalogue: Catalogue) -> None:
    """Remove Parquet that no catalogue names."""
    named = {store / file for files in catalogue.batches.values() for file in files}
    for file in store.glob("*/*.parquet*"):
        if file not in named:
            file.unlink()


def day(text: str | None) -> date | None:
    """A stored day as a date."""
    return date.fromisoformat(text) if text else None
