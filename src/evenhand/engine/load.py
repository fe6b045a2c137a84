"""Loading: many files at once, checked row by row, into Parquet with the supply each row came in.

Two passes of the engine over each file: one that checks every row against the source's own rules and
counts, one that writes. A file in which the first pass finds anything is gone through record by record
(`delimited.from_csv`), so that each row kept aside is named to its line; the rest stays fast.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine.plain import LINE, texts
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.reading import Ready, as_records
from evenhand.engine.session import as_pattern
from evenhand.errors import BadData
from evenhand.sources import Layout

_FILE = "__file"
_LINE_SIZE = 2 << 20
"""Room for a row; no row of a published table but an outline is near it."""
_BUFFER = 16 << 20
_MOST_BAD = 250_000
"""Rows kept aside of one file: beyond, it is the file that is wrong, not its rows."""


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


def load(engine: Backend, files: list[Ready], scratch: Path) -> Batch:
    """Check and write a batch of files; Parquet lands in `scratch`."""
    results = {file.delivered.supply: Loaded(file) for file in files}
    refused: list[BadData] = []
    for group in _groups([file for file in files if file.plain is None]):
        for supply in _check_fast(engine, group, results):
            try:
                results[supply].file = as_records(results[supply].file, scratch)
            except BadData as trouble:
                refused.append(trouble)
                del results[supply]
    for group in _groups([result.file for result in results.values() if result.file.plain]):
        for trouble in _check_by_record(engine, group, results):
            refused.append(trouble)
    parquet: dict[str, list[Path]] = defaultdict(list)
    for group in _groups([result.file for result in results.values() if result.rows_accepted]):
        path = _write(engine, group, results, scratch)
        parquet[group[0].layout.source.table.name].append(path)
        _learn(engine, group[0].layout, path, results)
    return Batch(list(results.values()), dict(parquet), refused)


def _groups(files: list[Ready]) -> list[list[Ready]]:
    """Files that one statement can read: same source, same columns in the same order, same facts."""
    groups: dict[Any, list[Ready]] = defaultdict(list)
    for file in files:
        facts = tuple(sorted(file.layout.facts.items()))
        groups[(file.layout.source.name, file.columns, facts)].append(file)
    return list(groups.values())


def _check_fast(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> list[str]:
    """Count every row of files read as supplied; gives the supplies that must be read record by record.

    Those are the ones in which a row is bad, and those whose lines the reader does not account for one
    by one: a blank line, a field of two lines, or a row that it passed over without a word.
    """
    checked = _checked(engine, group)
    counted = checked.group_by("supply").agg(rows=checked.count(), bad=checked["problem"].count())
    try:
        found = engine.to_pyarrow(counted).to_pylist()
    except duckdb.Error:
        if len(group) == 1:
            return [group[0].delivered.supply]
        half = len(group) // 2
        return _check_fast(engine, group[:half], results) + _check_fast(engine, group[half:], results)
    rows = {row["supply"]: row["rows"] for row in found if not row["bad"]}
    dirty: list[str] = []
    for file in group:
        supply = file.delivered.supply
        results[supply].rows_read = rows.get(supply, 0)
        if results[supply].rows_read != file.delivered.lines - 1:
            dirty.append(supply)
    return dirty


def _check_by_record(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> list[BadData]:
    """Count the rows of files made plain and set aside each bad one, torn or against the rules.

    Gives why a file was refused after all: more is wrong with it than memory holds, or the reader does
    not give back the rows that were written for it.
    """
    checked = _checked(engine, group)
    counted = checked.group_by("supply").agg(rows=checked.count(), bad=checked["problem"].count())
    try:
        counts = {row["supply"]: row for row in engine.to_pyarrow(counted).to_pylist()}
    except duckdb.Error:
        if len(group) > 1:
            return [each for file in group for each in _check_by_record(engine, [file], results)]
        counts = {}
    refused: list[BadData] = []
    for file in group:
        if trouble := _unfit(file, counts.get(file.delivered.supply)):
            refused.append(trouble)
            del results[file.delivered.supply]
    taken = [file for file in group if file.delivered.supply in results]
    problems = _problems(engine, checked, [file.delivered.supply for file in taken])
    for file in taken:
        if file.plain:
            result, bad = results[file.delivered.supply], problems[file.delivered.supply]
            result.rows_read = file.plain.rows
            result.quarantined = [*file.plain.torn, *_set_aside(file, bad)]
    return refused


def _problems(engine: Backend, checked: Table, supplies: list[Any]) -> dict[str, dict[int, str]]:
    """The problem of each bad row, by supply and line."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    if supplies:
        bad = checked.filter(checked["problem"].notnull(), checked["supply"].isin(supplies))
        for row in engine.to_pyarrow(bad.select("supply", LINE, "problem")).to_pylist():
            found[row["supply"]][int(row[LINE])] = row["problem"]
    return found


def _unfit(file: Ready, counted: dict[str, Any] | None) -> BadData | None:
    """Why the file cannot be taken after all, or None."""
    rows, bad = (counted["rows"], counted["bad"]) if counted else (0, 0)
    label = file.delivered.label
    if file.plain and rows != file.plain.rows - len(file.plain.torn):
        what = f"has {file.plain.rows:,} rows, of which the reader gives {rows:,}"
        return BadData(what, where=label, next_step="report it, with the file")
    if bad > _MOST_BAD:
        what = f"has {bad:,} rows that cannot be what its publisher says, of {rows:,}"
        return BadData(what, where=label, next_step="check what was sent")
    return None


def _set_aside(file: Ready, problems: dict[int, str]) -> list[Quarantined]:
    if not problems or file.plain is None:
        return []
    label = file.delivered.label
    supplied = texts(file.plain, file.delivered.path, label, set(problems))
    return [
        Quarantined(label, line, column, reason, supplied[line])
        for line, problem in problems.items()
        for column, _, reason in [problem.partition("|")]
    ]


def _checked(engine: Backend, group: list[Ready]) -> Table:
    layout = group[0].layout
    raw = _raw(engine, group)
    return raw.mutate(problem=layout.source.problem(raw, layout))


def _write(engine: Backend, group: list[Ready], results: dict[str, Loaded], scratch: Path) -> Path:
    """Write the good rows of a group as Parquet, in the table's columns with the supply in front."""
    layout = group[0].layout
    clean = not any(results[file.delivered.supply].quarantined for file in group)
    raw = _raw(engine, group) if clean else _checked(engine, group).filter(ibis._["problem"].isnull())
    columns = [name for name in layout.source.table.names if name != "supply"]
    table = layout.source.conform(raw, layout).select("supply", *columns)
    identity = hashlib.sha256("".join(sorted(file.delivered.sha256 for file in group)).encode()).hexdigest()
    path = scratch / f"{identity[:16]}.parquet"
    engine.raw_sql(
        f"COPY ({engine.compile(table)}) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION snappy)"
    )
    return path


def _learn(engine: Backend, layout: Layout, path: Path, results: dict[str, Loaded]) -> None:
    """What was written: parts that a later supply may replace, and the period each supply covers."""
    table = engine.read_parquet(as_pattern(str(path)), table_name="written", hive_partitioning=False)
    if layout.source.part is not None:
        parts = table.select(supply=table["supply"], part=layout.source.part)
        for row in engine.to_pyarrow(parts.group_by("supply", "part").agg(rows=ibis._.count())).to_pylist():
            results[row["supply"]].parts[row["part"]] = row["rows"]
    covered = _days(table)
    if covered is not None:
        days = table.select(supply=table["supply"], day=covered).group_by("supply")
        for row in engine.to_pyarrow(
            days.agg(first=ibis._["day"].min(), last=ibis._["day"].max())
        ).to_pylist():
            results[row["supply"]].period = (str(row["first"]), str(row["last"]))


def _days(table: Table) -> Any:
    """The day each row is about, as an expression, where the table has one."""
    if "month" in table.columns:
        return ibis._["month"]
    if "searched_at" in table.columns:
        return ibis._["searched_at"].date()
    if "year" in table.columns:
        return ibis.date(ibis._["year"], 6, 30)
    return None


def _raw(engine: Backend, group: list[Ready]) -> Table:
    """The group's files as one table of text, with the supply of each row."""
    names = {str(file.path): file.delivered.supply for file in group}
    columns = dict.fromkeys(_safe_names(group[0].columns), "VARCHAR")
    longest = max(_LINE_SIZE, *(4 * file.plain.longest for file in group if file.plain), 0)
    reader = (
        f"read_csv({_list(map(as_pattern, names))}, columns={_struct(columns)}, header=true, "
        f"delim=',', quote='\"', escape='\"', compression='none', hive_partitioning=false, "
        f"filename='{_FILE}', auto_detect=false, ignore_errors=true, max_line_size={longest}, "
        f"buffer_size={max(_BUFFER, 2 * longest)})"
    )
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP TABLE supplied AS SELECT unnest({_list(names)}) AS path, "
        f"unnest({_list(names.values())}) AS supply"
    )
    engine.raw_sql(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT r.* EXCLUDE ({_FILE}), s.supply "  # noqa: S608  (quoted)
        f"FROM {reader} r JOIN supplied s ON r.{_FILE} = s.path"
    )
    return engine.table("raw")


def _safe_names(columns: tuple[str, ...]) -> list[str]:
    """Names the engine can keep apart: from one another, and from those it adds itself."""
    safe: dict[str, str] = dict.fromkeys(("supply", "problem", _FILE), "")
    for name in columns:
        free = name or "unnamed"
        while free.casefold() in safe:
            free += "_"
        safe[free.casefold()] = free
    return [name for name in safe.values() if name]


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def _struct(columns: dict[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items()) + "}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
