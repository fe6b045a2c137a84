"""Loading: many files at once, checked row by row, into Parquet with the supply each row came in.

Bare text (`Delivered.is_grid`) is read as supplied: checked and written in one pass where a row gives a row,
for there as many rows written as the file has lines says that every one was sound. The rest take two passes,
one that checks and counts (`checking`) and one that writes (`writing`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from ibis.backends.duckdb import Backend

from evenhand.engine.checking import check_by_record, check_fast, good
from evenhand.engine.loaded import Batch, Loaded
from evenhand.engine.reading import Ready, as_records
from evenhand.engine.supplied import supplied
from evenhand.engine.writing import Written, write
from evenhand.errors import BadData


def load(engine: Backend, files: list[Ready], scratch: Path) -> Batch:
    """Check and write a batch of files; Parquet lands in `scratch`.

    A file that is no longer the one that was hashed is refused, and the others are loaded without it: no
    row may stand under the hash of other bytes.
    """
    try:
        batch = _loaded(engine, files, scratch)
    except Exception:  # of any kind: a file that is no longer what was recognised can fail anywhere
        if all(file.delivered.is_as_hashed for file in files):
            raise
    else:
        if all(file.delivered.is_as_hashed for file in files):
            return batch
    changed = [file for file in files if not file.delivered.is_as_hashed]
    batch = load(engine, [file for file in files if file not in changed], scratch)
    batch.refused.extend(map(_changed, changed))
    return batch


def _loaded(engine: Backend, files: list[Ready], scratch: Path) -> Batch:
    """As `load`, of files that nobody writes to meanwhile."""
    loading = _Loading(engine, scratch, {file.delivered.supply: Loaded(file) for file in files})
    for group in _groups([file for file in files if file.plain is None]):
        loading.as_supplied(group)
    results = loading.results
    for group in _groups([result.file for result in results.values() if result.file.plain]):
        loading.refused.extend(check_by_record(engine, group, results))
    left = [result for supply, result in results.items() if supply not in loading.written]
    for group in _groups([result.file for result in left if result.rows_accepted]):
        loading.write(group)
    return Batch(list(results.values()), dict(loading.parquet), loading.refused)


def _changed(file: Ready) -> BadData:
    return BadData(
        "was changed while it was read",
        where=file.delivered.label,
        next_step="run it again when nobody writes to it",
    )


def _groups(files: list[Ready]) -> list[list[Ready]]:
    """Files that one statement can read: same source, same columns in the same order, same facts."""
    groups: dict[Any, list[Ready]] = defaultdict(list)
    for file in files:
        facts = tuple(sorted(file.layout.facts.items()))
        groups[(file.layout.source.name, file.columns, facts)].append(file)
    return list(groups.values())


@dataclass
class _Loading:
    """A batch under way: what became of each file so far, and the Parquet written."""

    engine: Backend
    scratch: Path
    results: dict[str, Loaded]
    written: set[str] = field(default_factory=set)
    parquet: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    refused: list[BadData] = field(default_factory=list)

    def as_supplied(self, group: list[Ready]) -> None:
        """Read files as they were supplied; those with anything amiss are made ready to read by record.

        So are those of which the fast reader's count of rows would prove nothing: with quotes, say.
        """
        grids = [file for file in group if file.delivered.is_grid(len(file.columns))]
        amiss = [file.delivered.supply for file in group if file not in grids]
        for supply in [*amiss, *self._fast(grids)]:
            try:
                self.results[supply].file = as_records(self.results[supply].file, self.scratch)
            except BadData as trouble:
                self.refused.append(trouble)
                del self.results[supply]

    def _fast(self, group: list[Ready]) -> list[str]:
        """Let the fast reader have files; gives the supplies in which anything is amiss."""
        if not group:
            return []
        if group[0].layout.source.row_for_row:
            return self._at_once(group)
        return check_fast(self.engine, group, self.results)

    def _at_once(self, group: list[Ready]) -> list[str]:
        """Write the good rows and count them; gives the supplies in which others are.

        Where there are such, nothing of the group is kept: what is sound is written later, without them.
        """
        try:
            made = write(self.engine, group, good(self.engine, group), self.scratch)
        except duckdb.Error:
            return check_fast(self.engine, group, self.results)
        for file in group:
            self.results[file.delivered.supply].rows_read = made.rows.get(file.delivered.supply, 0)
        lines = {file.delivered.supply: file.delivered.lines for file in group}
        amiss = [supply for supply, number in lines.items() if made.rows.get(supply, 0) != number - 1]
        if amiss or not made.rows:
            made.path.unlink()
        else:
            self._keep(group, made)
        return amiss

    def write(self, group: list[Ready]) -> None:
        """Write the good rows of files that were checked before."""
        clean = not any(self.results[file.delivered.supply].quarantined for file in group)
        rows = supplied(self.engine, group) if clean else good(self.engine, group)
        self._keep(group, write(self.engine, group, rows, self.scratch))

    def _keep(self, group: list[Ready], made: Written) -> None:
        self.parquet[group[0].layout.source.table.name].append(made.path)
        self.written.update(file.delivered.supply for file in group)
        for supply in made.rows:
            self.results[supply].parts = made.parts.get(supply, {})
            self.results[supply].period = made.periods.get(supply, (None, None))
