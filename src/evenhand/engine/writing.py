"""Writing: good rows as Parquet in their table's columns, and what was written.

What was written is asked how many rows of each supply it has, and which months and forces, so that a later
supply can replace them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis import _
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine import session
from evenhand.engine.reading import Ready
from evenhand.engine.supplied import quoted
from evenhand.sources.source import Values


@dataclass(frozen=True)
class Written:
    """One Parquet file, and what each supply has in it."""

    path: Path
    rows: dict[str, int]
    """Rows by supply; a supply without any is left out."""
    periods: dict[str, tuple[str | None, str | None]]
    """First and last day by supply, of a table whose rows are about days."""
    parts: dict[str, dict[str, int]]
    """Rows by supply and part, of a source whose parts a later supply may replace."""


def write(engine: Backend, group: list[Ready], good: Table, scratch: Path) -> Written:
    """Write the good rows of a group in the table's columns, with the supply in front."""
    layout = group[0].layout
    columns = [name for name in layout.source.table.names if name != "supply"]
    table = layout.source.conform(good, layout).select("supply", *columns)
    identity = hashlib.sha256("".join(sorted(file.delivered.sha256 for file in group)).encode()).hexdigest()
    path = scratch / f"{identity[:16]}.parquet"
    engine.raw_sql(
        f"COPY ({engine.compile(table)}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION snappy)"
    )
    pattern = session.as_pattern(str(path))
    made = engine.read_parquet(pattern, table_name="written", hive_partitioning=False)
    return _asked(engine, path, made, layout.source.part)


def _asked(engine: Backend, path: Path, made: Table, part: Values | None) -> Written:
    """What was written, by supply; `part` says of a row which part of its series it belongs to."""
    day = _day(made)
    span = {} if day is None else {"first": day.min(), "last": day.max()}
    counted = session.rows(engine, made.group_by("supply").agg(rows=_.count(), **span))
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    if part is not None:
        named = made.select("supply", part=part)
        for row in session.rows(engine, named.group_by("supply", "part").agg(rows=_.count())):
            parts[row["supply"]][row["part"]] = row["rows"]
    return Written(
        path,
        {row["supply"]: row["rows"] for row in counted},
        {row["supply"]: (str(row["first"]), str(row["last"])) for row in counted if span},
        dict(parts),
    )


def _day(table: Table) -> Values | None:
    """The day each row is about, as an expression, where the table has one."""
    if "month" in table.columns:
        return _["month"]
    if "searched_at" in table.columns:
        return _["searched_at"].date()
    if "year" in table.columns:
        return ibis.date(_["year"], 6, 30)
    return None
