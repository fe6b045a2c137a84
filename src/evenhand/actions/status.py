"""Status: what the store holds, what is missing from it, what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from evenhand.actions.missing import Missing, missing
from evenhand.actions.notices import standing
from evenhand.actions.waiting import waiting
from evenhand.engine import intake, quarantine, store
from evenhand.engine.published import published_log
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.workspace import Workspace
from evenhand.sources import SOURCES


@dataclass(frozen=True)
class Holding:
    """What the store holds of one source."""

    source: str
    title: str
    files: int
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    period_from: date | None
    period_to: date | None
    replaced: int
    """Parts that a later supply replaced."""


@dataclass(frozen=True)
class Status:
    """The state of a workspace."""

    holdings: tuple[Holding, ...]
    area: str
    """Which area the partnership answers for, in sentences; empty where none could be settled yet."""
    missing: tuple[str, ...]
    remarks: tuple[str, ...]
    """What has no figures though nothing is missing, in sentences."""
    new_files: int
    """Files in incoming/ that no ingest has looked at as they are now."""
    refused: tuple[str, ...]
    """What an ingest refused and is still there, a line each with the reason."""
    not_recognised: tuple[str, ...]
    """What is of no format Evenhand reads and is still there, a line each."""
    waiting: str
    """What a review waits for, in a sentence; empty where none does."""
    entries: int
    head: str
    withdrawn: tuple[str, ...]
    """Figures that were withdrawn and are not back, a sentence each."""


def status(workspace: Workspace) -> Status:
    """The state of a workspace; reads, changes nothing. Raises NotThere where there is none."""
    workspace.config()
    catalogue = store.read(workspace.store)
    holdings = tuple(holding for name in SOURCES if (holding := _holding(catalogue, name)) is not None)
    log = published_log(workspace.root)
    stamps = _stamps(workspace)
    left = [file for file in catalogue.left if stamps.get(file.within) == file.stamp]
    settled = catalogue.seen | {file.within: file.stamp for file in left}
    lack = _missing(workspace) if holdings else Missing([])
    links = [str(refusal) for refusal in intake.not_files(workspace.incoming)]
    return Status(
        holdings,
        lack.area,
        tuple(lack.lines),
        tuple(lack.remarks),
        sum(settled.get(file) != stamp for file, stamp in stamps.items()),
        (*(file.why for file in left if file.is_refused), *links),
        tuple(file.why for file in left if not file.is_refused),
        waiting(workspace, log),
        len(log.lines),
        str(log.shown_head),
        standing(log),
    )


def _missing(workspace: Workspace) -> Missing:
    # The workspace may be another user's, or being written in: what is worked out here goes elsewhere.
    with TemporaryDirectory(prefix="evenhand-") as scratch:
        return missing(workspace, Path(scratch))


def quarantined(workspace: Workspace) -> list[Quarantined]:
    """Every row kept aside, in order of arrival and line."""
    catalogue = store.read(workspace.store)
    folder = workspace.store / "quarantine"
    return [row for supply in catalogue.supplies for row in quarantine.kept(folder, supply.supply)]


def _stamps(workspace: Workspace) -> dict[str, list[int]]:
    """Size and time of every file in incoming/, by its path there as text."""
    incoming = workspace.incoming
    return {
        intake.readable(str(path.relative_to(incoming))): store.stamp(path) for path in intake.files(incoming)
    }


def _holding(catalogue: store.Catalogue, source: str) -> Holding | None:
    mine = [supply for supply in catalogue.supplies if supply.source == source]
    if not mine:
        return None
    names = {supply.supply for supply in mine}
    days = [found for supply in mine for found in (supply.period_from, supply.period_to) if found]
    return Holding(
        source,
        SOURCES[source].title,
        len(mine),
        sum(supply.rows_read for supply in mine),
        sum(supply.rows_accepted for supply in mine),
        sum(supply.rows_quarantined for supply in mine),
        store.day(min(days, default=None)),
        store.day(max(days, default=None)),
        sum(part.replaced_by is not None for part in catalogue.parts if part.supply in names),
    )
