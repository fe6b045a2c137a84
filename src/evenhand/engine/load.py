"""Loading: many files at once, checked row by row, into Parquet with the supply each row came in.

Two passes of the engine over each file: one that checks every row against the source's own rules and
counts, one that writes. A file in which the first pass finds anything is gone through record by record
(`plain.from_csv`), so that each row kept aside is named to its line; the rest stays fast.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine.plain import LINE, texts
from evenhand.engine.quarantine import Quarantined
from evenhand.engine.reading import Ready, as_records
from evenhand.sources import Layout

_FILE = "__file"
_LINE_SIZE = 1 << 20
"""No row of a published table is near it; a longer one is read record by record."""


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


def load(engine: Backend, files: list[Ready], scratch: Path) -> Batch:
    """Check and write a batch of files; Parquet lands in `scratch`."""
    results = {file.delivered.supply: Loaded(file) for file in files}
    for group in _groups([file for file in files if file.plain is None]):
        for supply in _check_fast(engine, group, results):
            results[supply].file = as_records(results[supply].file, scratch)
    for group in _groups([result.file for result in results.values() if result.file.plain]):
        _check_by_record(engine, group, results)
    parquet: dict[str, list[Path]] = defaultdict(list)
    for group in _groups([result.file for result in results.values() if result.rows_accepted]):
        path = _write(engine, group, results, scratch)
        parquet[group[0].layout.source.table.name].append(path)
        _learn(engine, group[0].layout, path, results)
    return Batch(list(results.values()), dict(parquet))


def _groups(files: list[Ready]) -> list[list[Ready]]:
    """Files that one statement can read: same source, same columns in the same order, same facts."""
    groups: dict[Any, list[Ready]] = defaultdict(list)
    for file in files:
        facts = tuple(sorted(file.layout.facts.items()))
        groups[(file.layout.source.name, file.columns, facts)].append(file)
    return list(groups.values())


def _check_fast(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> list[str]:
    """Count every row of files read as supplied; gives the supplies in which anything is wrong."""
    checked = _checked(engine, group)
    counted = checked.group_by("supply").agg(rows=checked.count(), bad=checked["problem"].count())
    dirty = set()
    for row in engine.to_pyarrow(counted).to_pylist():
        results[row["supply"]].rows_read = row["rows"]
        if row["bad"]:
            dirty.add(row["supply"])
    return sorted(dirty | _rejected(engine, group))


def _check_by_record(engine: Backend, group: list[Ready], results: dict[str, Loaded]) -> None:
    """Count the rows of files made plain and set aside each bad one, torn or against the rules."""
    checked = _checked(engine, group)
    bad = checked.filter(checked["problem"].notnull()).select("supply", LINE, "problem")
    problems: dict[str, dict[int, str]] = defaultdict(dict)
    for row in engine.to_pyarrow(bad).to_pylist():
        problems[row["supply"]][int(row[LINE])] = row["problem"]
    for file in group:
        assert file.plain is not None  # noqa: S101  (the caller gives files made plain only)
        result = results[file.delivered.supply]
        result.rows_read = file.plain.rows
        result.quarantined = [*file.plain.torn, *_set_aside(file, problems[file.delivered.supply])]


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
    table = engine.read_parquet(path, table_name="written")
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
    columns = {name or f"unnamed {at}": "VARCHAR" for at, name in enumerate(group[0].columns)}
    longest = max(_LINE_SIZE, *(2 * file.plain.longest for file in group if file.plain), 0)
    reader = (
        f"read_csv({_list(names)}, columns={_struct(columns)}, header=true, auto_detect=false, "
        f"delim=',', quote='\"', escape='\"', filename='{_FILE}', store_rejects=true, "
        f"max_line_size={longest}, buffer_size={16 * longest})"
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


def _rejected(engine: Backend, group: list[Ready]) -> set[str]:
    """Supplies in which the reader met a row that is not of the header's form."""
    found = engine.raw_sql(
        "SELECT DISTINCT s.file_path FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id)"
    ).fetchall()
    engine.raw_sql("DELETE FROM reject_errors; DELETE FROM reject_scans")
    supplies = {str(file.path): file.delivered.supply for file in group}
    return {supplies[path] for (path,) in found}


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def _struct(columns: dict[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items()) + "}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
