"""Is a result fit to be judged: exactly its schema's columns, all classified, one row a key?"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute

from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.tables.schema import Column, Handling, Kind, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""


def fit(result: pa.Table, measure: Measure) -> pa.Table:
    """The result in key order, counts as 64-bit integers. Raises Refused where it is not fit."""
    schema = measure.result
    for column in schema.columns:
        _classified(column, schema)
    if tuple(result.column_names) != schema.names:
        raise _refusal(schema, "*", _difference(result, schema), "make the measure return its schema")
    for column in schema.columns:
        result = _sound(result, column, schema)
    ordered = result.sort_by([(name, "ascending") for name in schema.key]).combine_chunks()
    _one_row_a_key(ordered, schema)
    return ordered


def _refusal(schema: Schema, column: str, what: str, next_step: str) -> Refused:
    where = schema.name if column == "*" else f"{schema.name}.{column}"
    return Refused(what, where=where, next_step=next_step)


def _classified(column: Column, schema: Schema) -> None:
    if column.handling is Handling.IDENTIFYING:
        raise _refusal(schema, column.name, "points at persons", "leave the column out of the measure")
    if column.role is None:
        raise _refusal(schema, column.name, "has no role, so the gate cannot judge it", "give it a Role")
    if column.role is Role.COUNT and column.kind is not Kind.INTEGER:
        raise _refusal(schema, column.name, f"is a count of kind {column.kind.value}", "count in integers")
    if column.role is Role.DERIVED and not counts_behind(column, schema):
        raise _refusal(schema, column.name, "does not say which counts it comes from", "set derived_from")
    if column.role is Role.MAGNITUDE:
        _magnitude(column, schema)
    for name in column.derived_from:
        if name in schema.names and schema.column(name).role is Role.CONTRIBUTION:
            what = f"comes from {name}, which is for the gate alone"
            raise _refusal(schema, column.name, what, "work it out from what may be shown")
    _known(column, "derived_over", set(schema.key), schema)
    _known(column, "known_with", set(schema.names), schema)
    _known(column, "sum_of", {count.name for count in schema.with_role(Role.COUNT)}, schema)


def _magnitude(column: Column, schema: Schema) -> None:
    """Raise Refused for a magnitude that does not say what the gate has to know of it."""
    if column.kind is not Kind.INTEGER:
        what = f"is a magnitude of kind {column.kind.value}"
        raise _refusal(schema, column.name, what, "sum in whole numbers, such as pence")
    if column.counted is None:
        raise _refusal(schema, column.name, "does not say what it sums", "set `counted`")
    counts = {count.name for count in schema.with_role(Role.COUNT)}
    if not column.derived_from or not column.contributions:
        what = "does not say how many have a part in it, or its largest parts"
        raise _refusal(schema, column.name, what, "name a count in derived_from, and contributions")
    _known(column, "derived_from", counts, schema)
    private = {each.name for each in schema.with_role(Role.CONTRIBUTION)}
    _known(column, "contributions", private, schema)


def _known(column: Column, field: str, allowed: set[str], schema: Schema) -> None:
    for name in getattr(column, field):
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise _refusal(schema, column.name, f"{field} names {name}", f"name some of: {known}")


def counts_behind(column: Column, schema: Schema, seen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The counts and magnitudes that a derived column comes from, directly or through other derived ones.

    Raises Refused where it names a column that is not there.
    """
    counts: dict[str, None] = {}
    for name in column.derived_from:
        if name not in schema.names:
            raise _refusal(schema, column.name, f"comes from {name}, which is not there", "set derived_from")
        source = schema.column(name)
        if source.role in (Role.COUNT, Role.MAGNITUDE):
            counts[name] = None
        elif source.role is Role.DERIVED and name not in seen:
            counts |= dict.fromkeys(counts_behind(source, schema, (*seen, column.name)))
    return tuple(counts)


def _difference(result: pa.Table, schema: Schema) -> str:
    extra = [name for name in result.column_names if name not in schema.names]
    missing = [name for name in schema.names if name not in result.column_names]
    if not extra and not missing:
        return f"has its columns in another order: {', '.join(result.column_names)}"
    return f"has columns the schema lacks ({', '.join(extra)}) or lacks columns ({', '.join(missing)})"


def _sound(result: pa.Table, column: Column, schema: Schema) -> pa.Table:
    """The table with counts as int64. Raises Refused for values that no such column can hold."""
    values = result[column.name]
    if column.name in schema.key and values.null_count and not column.nullable:
        raise _refusal(schema, column.name, f"{values.null_count} rows have no key", "give every row its key")
    if pa.types.is_floating(values.type) and not pc.all(pc.is_finite(values), min_count=0).as_py():
        raise _refusal(schema, column.name, "holds NaN or infinity", "use null where there is no number")
    if column.role not in (Role.COUNT, Role.MAGNITUDE, Role.CONTRIBUTION):
        return result
    if not pa.types.is_integer(values.type) and not pa.types.is_null(values.type):
        raise _refusal(
            schema, column.name, f"is a {column.role.value} of type {values.type}", "count in integers"
        )
    if (pc.min(values).as_py() or 0) < 0:
        raise _refusal(schema, column.name, f"holds a negative {column.role.value}", "mend the measure")
    position = result.column_names.index(column.name)
    return result.set_column(position, column.name, values.cast(pa.int64()))


def _one_row_a_key(ordered: pa.Table, schema: Schema) -> None:
    if ordered.num_rows < 2:
        return
    same = pa.repeat(pa.scalar(True), ordered.num_rows - 1)
    for name in schema.key:
        values = ordered[name]
        after, before = values.slice(1), values.slice(0, len(values) - 1)
        both_null = pc.and_(pc.is_null(after), pc.is_null(before))
        same = pc.and_(same, pc.or_(both_null, pc.fill_null(pc.equal(after, before), False)))
    twice = pc.sum(same, min_count=0).as_py()
    if twice:
        raise _refusal(schema, "*", f"{twice} rows repeat a key", f"return one row for each {schema.key}")
