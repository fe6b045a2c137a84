"""A session of the engine: DuckDB through Ibis, bounded in memory, with the store's tables."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from evenhand.engine import store
from evenhand.measure import Measure
from evenhand.sources import SOURCES
from evenhand.tables import STORED
from evenhand.tables.schema import Kind, Schema

MEMORY = "1200MB"
"""Well under what a locked-down laptop has; what does not fit goes to the scratch folder."""

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.FLAG: pa.bool_(),
}


def arrow_schema(schema: Schema) -> pa.Schema:
    """The schema as Arrow has it."""
    return pa.schema([(column.name, _TYPES[column.kind]) for column in schema.columns])


def begin(scratch: Path) -> Backend:
    """A new engine that spills to `scratch` and never reaches the network."""
    engine = ibis.duckdb.connect(
        memory_limit=MEMORY,
        temp_directory=str(scratch),
        preserve_insertion_order=False,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )
    engine.raw_sql("SET TimeZone = 'UTC'")
    engine.raw_sql("SET enable_progress_bar = false")
    return engine


def as_pattern(path: str) -> str:
    """The path as a pattern that fits it alone: the engine takes brackets and stars for more."""
    return re.sub(r"([\[*?])", r"[\1]", path)


def stored(engine: Backend, folder: Path, catalogue: store.Catalogue, name: str) -> Table:
    """A table of the store, in its schema's columns: only what holds, nothing that was replaced."""
    schema = STORED[name]
    files = [as_pattern(str(folder / file)) for file in catalogue.batches.get(name, ())]
    if not files:
        columns = ibis.Schema.from_pyarrow(arrow_schema(schema))
        return engine.create_table(f"stored_{name}", schema=columns, temp=True, overwrite=True)
    table = engine.read_parquet(files, table_name=f"stored_{name}", hive_partitioning=False)
    # The engine writes a whole number given as a literal in 32 bits, whatever its type says.
    whole = {column.name: "int64" for column in schema.columns if column.kind is Kind.INTEGER}
    return _in_force(table, catalogue, schema).select(*schema.names).cast(whole)


def _in_force(table: Table, catalogue: store.Catalogue, schema: Schema) -> Table:
    source = next(source for source in SOURCES.values() if source.table is schema)
    if source.part is not None:
        mine = {supply.supply for supply in catalogue.supplies if supply.source == source.name}
        gone = [
            f"{part.supply} {part.part}"
            for part in catalogue.parts
            if part.replaced_by and part.supply in mine
        ]
        return table.filter(~(ibis._["supply"] + " " + source.part).isin(gone)) if gone else table
    numbers = {supply.supply: supply.number for supply in catalogue.supplies if supply.source == source.name}
    number = ibis.map(ibis.array(list(numbers)), ibis.array(list(numbers.values())))
    numbered = table.mutate(number=number.get(table["supply"]))
    latest = ibis.window(group_by=list(source.latest_by), order_by=ibis.desc(numbered["number"]))
    ranked = numbered.mutate(behind=ibis.rank().over(latest))
    return ranked.filter(ranked["behind"] == 0).select(*schema.names).distinct()


def fetched(engine: Backend, table: Table) -> pa.Table:
    """A table, executed, in the columns and types that its expression declares.

    Batch by batch, for the engine's way to a whole table loads pandas first: a quarter of a second, in
    which a small ingest could be done.
    """
    declared = table.schema().to_pyarrow()
    batches = list(engine.to_pyarrow_batches(table))
    found = pa.Table.from_batches(batches, None if batches else declared)
    # The engine writes a whole number given as a literal in 32 bits, whatever its type says.
    return found if found.schema == declared else found.cast(declared)


def rows(engine: Backend, table: Table) -> list[dict[str, Any]]:
    """A small table's rows, executed."""
    return fetched(engine, table).to_pylist()


def collected(engine: Backend, table: Table) -> pa.Table:
    """A table, executed, its rows in order of its columns: the same each time."""
    return fetched(engine, table.order_by(table.columns))


def run(engine: Backend, measure: Measure, given: dict[str, object]) -> pa.Table:
    """A measure's result in exactly its schema's columns and types, sorted by its key."""
    arguments = {name: given[name] for name in (*measure.inputs, *measure.settings)}
    counted = fetched(engine, measure.expression(**arguments))
    ordered = counted.sort_by([(name, "ascending") for name in measure.result.key])
    result = measure.statistics(ordered)
    return result.select(list(measure.result.names)).cast(arrow_schema(measure.result))


def as_table(result: pa.Table) -> Table:
    """A result as an expression, for the measures that take it."""
    return ibis.memtable(result)


def last_day(month: date) -> date:
    """The last day of a month, given any day of it."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
