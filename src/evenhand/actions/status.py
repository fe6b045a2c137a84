"""Status: what the store holds, what is missing from it, what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evenhand.actions.missing import missing_months
from evenhand.engine import intake, quarantine, store
from evenhand.engine.publication import published_log
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.workspace import Workspace
from evenhand.ledger import log as ledger
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
    missing: tuple[str, ...]
    new_files: int
    """Files in incoming/ that were not read yet."""
    entries: int
    head: str


def status(workspace: Workspace) -> Status:
    """The state of a workspace; reads, changes nothing. Raises NotThere where there is none."""
    workspace.config()
    catalogue = store.read(workspace.store)
    holdings = tuple(holding for name in SOURCES if (holding := _holding(catalogue, name)) is not None)
    log = published_log(workspace.root)
    return Status(
        holdings,
        tuple(missing_months(catalogue)),
        sum(
            not store.is_seen(catalogue, workspace.incoming, path)
            for path in intake.files(workspace.incoming)
        ),
        len(log.lines),
        ledger.head_of_figures(log),
    )


def quarantined(workspace: Workspace) -> list[Quarantined]:
    """Every row kept aside, in order of arrival and line."""
    catalogue = store.read(workspace.store)
    folder = workspace.store / "quarantine"
    return [row for supply in catalogue.supplies for row in quarantine.kept(folder, supply.supply)]


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
