"""Ingest: take what is new in incoming/, and say of each file what became of it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from ibis.backends.duckdb import Backend

from evenhand import __version__
from evenhand.actions.missing import missing
from evenhand.engine import intake, quarantine, session, store
from evenhand.engine.intake import Delivered
from evenhand.engine.load import Loaded, load
from evenhand.engine.reading import Ready, ready
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadData, NotThere
from evenhand.sources import SOURCES

BATCH_BYTES = 512 << 20
"""Text read between two commits: what a killed run has to do again, and what scratch has to hold."""

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and what is being read."""


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

    @property
    def refused(self) -> list[FileReport]:
        """Files that could not be taken at all."""
        return [file for file in self.files if file.fate is Fate.REFUSED]


def ingest(workspace: Workspace, given: Iterable[Path] = (), progress: Progress | None = None) -> Report:
    """Read what is new, row by row accepted or kept aside, and commit it batch by batch.

    Files `given` from elsewhere are copied into incoming/ first. Raises NotThere for one that is not
    there, Busy when another process is writing.
    """
    workspace.config()
    with workspace.writing() as scratch:
        _bring_in(workspace, given)
        return _Run(workspace, scratch, progress or _silent).go()


def _silent(_done: int, _total: int, _label: str) -> None:
    """Progress for callers that show none."""


def _bring_in(workspace: Workspace, given: Iterable[Path]) -> None:
    workspace.incoming.mkdir(exist_ok=True)
    for path in given:
        if not path.exists():
            raise NotThere("is not there", where=str(path), next_step="check its name")
        if path.resolve().is_relative_to(workspace.incoming.resolve()):
            continue
        target = workspace.incoming / path.name
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        elif not target.exists() or target.read_bytes() != path.read_bytes():
            shutil.copy2(path, _free(target))


def _free(target: Path) -> Path:
    """A name that no file has: what came earlier under the name stays as it was."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free


class _Run:
    """One ingest under way: the catalogue, the batch being gathered, the report being made."""

    def __init__(self, workspace: Workspace, scratch: Path, progress: Progress) -> None:
        self._workspace, self._scratch, self._progress = workspace, scratch, progress
        self._catalogue = store.read(workspace.store)
        self._before = store.as_bytes(self._catalogue)
        self._batch: list[Ready] = []
        self._seen: dict[str, list[int]] = {}
        self._engine: Backend | None = None
        self._report = Report()
        self._done = 0

    def go(self) -> Report:
        """Read everything new."""
        store.remove_left_over(self._workspace.store, self._catalogue)
        if self._catalogue.reader != __version__:
            self._catalogue.seen.clear()
            self._catalogue.reader = __version__
        incoming = self._workspace.incoming
        new = [path for path in intake.files(incoming) if not store.is_seen(self._catalogue, incoming, path)]
        total = sum(path.stat().st_size for path in new)
        for path in new:
            label = str(path.relative_to(incoming))
            self._progress(self._done, total, label)
            if self._take(path, label):
                self._seen[label] = store.stamp(path)
            self._done += path.stat().st_size
            if sum(file.delivered.size for file in self._batch) > BATCH_BYTES:
                self._commit()
        self._commit()
        self._progress(total, total, "")
        if any(file.fate is Fate.READ for file in self._report.files):
            self._report.missing = missing(self._workspace, self._scratch)
        return self._report

    def _take(self, path: Path, label: str) -> bool:
        """Make the file's contents ready; gives whether there is no need to look at it again."""
        whole = True
        for delivered in self._deliveries(path, label):
            if isinstance(delivered, BadData):
                self._report.files.append(
                    FileReport(delivered.where or label, Fate.REFUSED, note=str(delivered))
                )
                whole = False
            else:
                whole = self._take_one(delivered) and whole
        return whole

    def _deliveries(self, path: Path, label: str) -> Iterator[Delivered | BadData]:
        try:
            yield from intake.deliveries(path, label, self._scratch)
        except BadData as refusal:
            yield refusal

    def _take_one(self, delivered: Delivered) -> bool:
        held = self._catalogue.supply(delivered.supply)
        waiting = next((file for file in self._batch if file.delivered.supply == delivered.supply), None)
        if held or waiting:
            same = held.file if held else waiting.delivered.label if waiting else ""
            note = "" if same == delivered.label else f"same bytes as {same}"
            self._report.files.append(FileReport(delivered.label, Fate.KNOWN, note=note))
            return True
        try:
            file = ready(delivered, self._scratch)
        except BadData as refusal:
            self._report.files.append(FileReport(delivered.label, Fate.REFUSED, note=str(refusal)))
            return False
        if file is None:
            self._report.files.append(FileReport(delivered.label, Fate.UNKNOWN_FORMAT))
        else:
            self._batch.append(file)
        return True

    def _commit(self) -> None:
        """Load the batch, move what it made into the store, and only then say that it holds."""
        if self._batch:
            self._engine = self._engine or session.begin(self._scratch)
            batch = load(self._engine, self._batch, self._scratch)
            for table, paths in batch.parquet.items():
                self._keep(table, paths)
            for loaded in batch.loaded:
                self._record(loaded)
            for file in self._batch:
                self._discard(file)
        self._catalogue.seen.update(self._seen)
        self._batch, self._seen = [], {}
        after = store.as_bytes(self._catalogue)
        if after != self._before:
            store.write(self._workspace.store, after)
            self._before = after

    def _keep(self, table: str, paths: list[Path]) -> None:
        folder = self._workspace.store / table
        folder.mkdir(exist_ok=True)
        for path in paths:
            store.settle(path, folder / path.name)
            self._catalogue.batches.setdefault(table, []).append(f"{table}/{path.name}")

    def _record(self, loaded: Loaded) -> None:
        supply = _supply(loaded, self._catalogue.next_number)
        if loaded.quarantined:
            quarantine.keep(self._workspace.store / "quarantine", supply.supply, loaded.quarantined)
        self._catalogue.supplies.append(supply)
        line = _line(loaded, supply)
        for words, rows in sorted(loaded.parts.items()):
            part = store.Part(supply.supply, words, supply.number, rows)
            earlier = self._catalogue.add_part(part, supply.source)
            if earlier:
                line.replaces.append(f"{words}: {rows:,} rows, {earlier.rows:,} before")
        self._report.files.append(line)

    def _discard(self, file: Ready) -> None:
        """Remove what was unpacked; originals in incoming/ are never touched."""
        for path in {file.delivered.path, file.path}:
            if path.is_relative_to(self._scratch):
                path.unlink(missing_ok=True)


def _supply(loaded: Loaded, number: int) -> store.Supply:
    delivered, layout = loaded.file.delivered, loaded.file.layout
    notes = [layout.note, loaded.file.plain.note if loaded.file.plain else ""]
    return store.Supply(
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


def _line(loaded: Loaded, supply: store.Supply) -> FileReport:
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
