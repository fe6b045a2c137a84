"""Loading: many files at once, checked row by row, into Parquet with the supply each row came in.

Two passes of the engine over each file: one that checks and counts (`checking`), one that writes. What the
second wrote is then asked which months and forces it holds, so that a later supply can replace them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import ibis
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine.checking import check_by_record, check_fast, checked
from evenhand.engine.loaded import Batch, Loaded
from evenhand.engine.reading import Ready, as_records
from evenhand.engine.session import as_pattern
from evenhand.engine.supplied import quoted, supplied
from evenhand.errors import BadData
from evenhand.sources import Layout


def load(engine: Backend, files: list[Ready], scratch: Path) -> Batch:
    """Check and write a batch of files; Parquet lands in `scratch`."""
    results = {file.delivered.supply: Loaded(file) for file in files}
    refused: list[BadData] = []
    for group in _groups([file for file in files if file.plain is None]):
        for supply in check_fast(engine, group, results):
            try:
                results[supply].file = as_records(results[supply].file, scratch)
            except BadData as trouble:
                refused.append(trouble)
                del results[supply]
    for group in _groups([result.file for result in results.values() if result.file.plain]):
        refused.extend(check_by_record(engine, group, results))
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


def _write(engine: Backend, group: list[Ready], results: dict[str, Loaded], scratch: Path) -> Path:
    """Write the good rows of a group as Parquet, in the table's columns with the supply in front."""
    layout = group[0].layout
    clean = not any(results[file.delivered.supply].quarantined for file in group)
    raw = supplied(engine, group) if clean else checked(engine, group).filter(ibis._["problem"].isnull())
    columns = [name for name in layout.source.table.names if name != "supply"]
    table = layout.source.conform(raw, layout).select("supply", *columns)
    identity = hashlib.sha256("".join(sorted(file.delivered.sha256 for file in group)).encode()).hexdigest()
    path = scratch / f"{identity[:16]}.parquet"
    engine.raw_sql(
        f"COPY ({engine.compile(table)}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION snappy)"
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
