"""Ingest: take what is new in incoming/, and say of each file what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ibis.backends.duckdb import Backend

from evenhand import __version__
from evenhand.actions.bring_in import bring_in, refuse_workspaces
from evenhand.actions.ingest_report import Fate, FileReport, Report, line
from evenhand.engine import intake, quarantine, session, store
from evenhand.engine.delivered import Delivered
from evenhand.engine.kinds import kind_not_read
from evenhand.engine.load import load
from evenhand.engine.loaded import Loaded, as_supply
from evenhand.engine.reading import Ready, ready
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadData, printable

BATCH_BYTES = 512 << 20
"""Text read between two commits: what a killed run has to do again, and what scratch has to hold."""

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and what is being read."""


def ingest(workspace: Workspace, given: Iterable[Path] = (), progress: Progress | None = None) -> Report:
    """Read what is new, row by row accepted or kept aside, and commit it batch by batch.

    Files `given` from elsewhere are copied into incoming/ first. Raises NotThere for one that is not
    there, BadConfig for one that is a workspace, Busy when another process is writing.
    """
    given = list(given)
    refuse_workspaces(workspace, given)
    workspace.config()
    with workspace.writing() as scratch:
        bring_in(workspace, given)
        return _Run(workspace, scratch, progress or _silent).go()


def _silent(_done: int, _total: int, _label: str) -> None:
    """Progress for callers that show none."""


class _Run:
    """One ingest under way: the catalogue, the batch being gathered, the report being made."""

    def __init__(self, workspace: Workspace, scratch: Path, progress: Progress) -> None:
        self._workspace, self._scratch, self._progress = workspace, scratch, progress
        self._catalogue = store.read(workspace.store)
        self._before = store.as_bytes(self._catalogue)
        self._batch: list[Ready] = []
        self._seen: dict[str, list[int]] = {}
        self._looked: dict[str, list[int]] = {}
        self._left_before = self._catalogue.left
        self._left: list[store.Left] = []
        self._engine: Backend | None = None
        self._report = Report()
        self._done = 0

    def go(self) -> Report:
        """Read everything new."""
        store.remove_left_over(self._workspace.store, self._catalogue)
        for refusal in intake.not_files(self._workspace.incoming):
            self._report.files.append(FileReport(refusal.where, Fate.REFUSED, note=str(refusal)))
        if self._catalogue.reader != __version__:
            self._catalogue.seen.clear()
            self._catalogue.reader = __version__
        incoming = self._workspace.incoming
        there = intake.files(incoming)
        self._report.nothing_there = not there
        self._look_at([path for path in there if not store.is_seen(self._catalogue, incoming, path)])
        if any(file.fate is Fate.READ for file in self._report.files):
            self._say_what_is_missing()
        return self._report

    def _look_at(self, new: list[Path]) -> None:
        total = sum(path.stat().st_size for path in new)
        for path in new:
            label = str(path.relative_to(self._workspace.incoming))
            self._looked[label] = store.stamp(path)
            self._progress(self._done, total, intake.readable(label))
            self._take(path, label)
            if intake.readable(label) not in self._refused():
                self._seen[label] = self._looked[label]
            self._done += self._looked[label][0]
        self._commit()
        self._progress(total, total, "")

    def _say_what_is_missing(self) -> None:
        # The measures and what they need take a third of a second to import: only where something is new.
        from evenhand.actions.missing import missing

        found = missing(self._workspace, self._scratch)
        self._report.missing, self._report.area = found.lines, found.area
        self._report.remarks = found.remarks

    def _refused(self) -> set[str]:
        """Files of which something was refused: they are looked at again by the next run."""
        return {file.within for file in self._left if file.is_refused}

    def _take(self, path: Path, label: str) -> None:
        """Make the file's contents ready, and load them when the batch is full."""
        for delivered in self._deliveries(path, label):
            if isinstance(delivered, BadData):
                self._leave(Fate.REFUSED, delivered.where or label, label, str(delivered))
            elif not self._take_one(delivered, label):
                self._discard(delivered.path)
            if sum(file.delivered.size for file in self._batch) > BATCH_BYTES:
                self._commit()

    def _leave(self, fate: Fate, file: str, within: str, why: str) -> None:
        """Report a file that is left as it is, and remember it for `status`."""
        self._report.files.append(FileReport(file, fate, note=why))
        stamp, is_refused = self._looked[within], fate is Fate.REFUSED
        name, words = intake.readable(file), why or f"{file}: is of no format Evenhand reads"
        self._left.append(store.Left(name, intake.readable(within), stamp, is_refused, printable(words)))

    def _deliveries(self, path: Path, label: str) -> Iterator[Delivered | BadData]:
        try:
            yield from intake.deliveries(path, label, self._scratch)
        except BadData as refusal:
            yield refusal

    def _take_one(self, delivered: Delivered, within: str) -> bool:
        """Put the file into the batch; gives whether there was a reason to."""
        held = self._catalogue.supply(delivered.supply)
        waiting = next((file for file in self._batch if file.delivered.supply == delivered.supply), None)
        if held or waiting:
            same = held.file if held else waiting.delivered.label if waiting else ""
            note = "" if same == delivered.label else f"same bytes as {same}"
            self._report.files.append(FileReport(delivered.label, Fate.KNOWN, note=note))
            return False
        try:
            file = ready(delivered, self._scratch)
        except BadData as refusal:
            self._leave(Fate.REFUSED, delivered.label, within, str(refusal))
            return False
        if file is None:
            kind = kind_not_read(delivered.path)
            why = f"{delivered.label}: is {kind.name}; {kind.next_step}" if kind else ""
            self._leave(Fate.UNKNOWN_FORMAT, delivered.label, within, why)
            return False
        self._batch.append(file)
        return True

    def _commit(self) -> None:
        """Load the batch, move what it made into the store, and only then say that it holds."""
        if self._batch:
            self._load()
        self._catalogue.seen.update(self._seen)
        left = [file for file in self._left_before if self._still_left(file)] + self._left
        self._catalogue.left = sorted(left, key=lambda file: (file.within, file.file))
        self._batch, self._seen = [], {}
        after = store.as_bytes(self._catalogue)
        if after != self._before:
            store.write(self._workspace.store, after)
            self._before = after

    def _still_left(self, file: store.Left) -> bool:
        """Is a file that an earlier run left there still, and not looked at again by this one?"""
        looked = {intake.readable(label) for label in self._looked}
        return file.within not in looked and (self._workspace.incoming / file.within).exists()

    def _load(self) -> None:
        """Load the batch into the store, where nothing counts until the catalogue names it."""
        self._engine = self._engine or session.begin(self._scratch)
        batch = load(self._engine, self._batch, self._scratch)
        for table, paths in batch.parquet.items():
            self._keep(table, paths)
        for loaded in batch.loaded:
            self._record(loaded)
        for refusal in batch.refused:
            within = next(file for file in self._looked if f"{refusal.where}!".startswith(f"{file}!"))
            self._leave(Fate.REFUSED, refusal.where, within, str(refusal))
            self._seen.pop(within, None)
        for file in self._batch:
            self._discard(file.delivered.path, file.path)

    def _keep(self, table: str, paths: list[Path]) -> None:
        folder = self._workspace.store / table
        folder.mkdir(exist_ok=True)
        for path in paths:
            store.settle(path, folder / path.name)
            self._catalogue.batches.setdefault(table, []).append(f"{table}/{path.name}")

    def _record(self, loaded: Loaded) -> None:
        supply = as_supply(loaded, self._catalogue.next_number)
        if loaded.quarantined:
            quarantine.keep(self._workspace.store / "quarantine", supply.supply, loaded.quarantined)
        self._catalogue.supplies.append(supply)
        said = line(loaded, supply)
        for words, rows in sorted(loaded.parts.items()):
            part = store.Part(supply.supply, words, supply.number, rows)
            earlier = self._catalogue.add_part(part, supply.source)
            if earlier:
                said.replaces.append(self._which_holds(part, earlier))
        self._report.files.append(said)

    def _which_holds(self, new: store.Part, earlier: store.Part) -> str:
        """What a part supplied again means for the figures, in words."""
        if not new.replaced_by:
            return f"replaces {new.part}: {new.rows:,} rows, {earlier.rows:,} before"
        files = [supply.file for part in (new, earlier) if (supply := self._catalogue.supply(part.supply))]
        # One that was written over is out of incoming/ already.
        moved = f"move {files[-1]} out of incoming/, " if files[0] != files[-1] else ""
        return (
            f"{new.part} is not used: {new.rows:,} rows, where {files[-1]} has {earlier.rows:,}, so it looks "
            f"cut short. If it is right after all, {moved}delete store/ and ingest again: store/ is made "
            "from incoming/ alone, and published/ stays as it is"
        )

    def _discard(self, *paths: Path) -> None:
        """Remove what was unpacked; originals in incoming/ are never touched."""
        for path in paths:
            if path.is_relative_to(self._scratch):
                path.unlink(missing_ok=True)
