"""What an ingest says: of each file its fate, its rows and why some were kept aside; and what is missing.

A report is plain values, so that it prints as a table, as JSON, and in a test, without the run it is of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from evenhand.engine.loaded import Loaded
from evenhand.engine.store import Supply
from evenhand.sources import SOURCES


class Fate(Enum):
    """What became of a file."""

    READ = "read"
    KNOWN = "known already"
    UNKNOWN_FORMAT = "not recognised"
    REFUSED = "refused"


@dataclass
class FileReport:
    """One line of the table at the end of an ingest."""

    file: str
    fate: Fate
    source: str = ""
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    why: dict[str, int] = field(default_factory=dict)
    """Rows kept aside, by reason."""
    period_from: str | None = None
    period_to: str | None = None
    replaces: list[str] = field(default_factory=list)
    note: str = ""


@dataclass
class Report:
    """What an ingest did, and what is missing from everything the store now holds."""

    files: list[FileReport] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    area: str = ""
    """Which area the partnership answers for, as the lookups have it, in sentences."""
    remarks: list[str] = field(default_factory=list)
    """What has no figures though nothing is missing, in sentences."""
    nothing_there: bool = False
    """Is there no file in incoming/ at all?"""

    @property
    def refused(self) -> list[FileReport]:
        """Files that could not be taken at all."""
        return [file for file in self.files if file.fate is Fate.REFUSED]


def line(loaded: Loaded, supply: Supply) -> FileReport:
    """The line of a file that was read."""
    why = Counter(f"{row.column} {row.reason}" for row in loaded.quarantined)
    return FileReport(
        supply.file,
        Fate.READ,
        SOURCES[supply.source].title,
        supply.rows_read,
        supply.rows_accepted,
        supply.rows_quarantined,
        dict(why),
        supply.period_from,
        supply.period_to,
        note=supply.note,
    )
