"""Layout: what each column of a table is to a reader of the tables, as data files and certificates say it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evenhand.disclosure.cells import categories
from evenhand.disclosure.fitness import counts_behind
from evenhand.disclosure.partition import AREA
from evenhand.measure import Measure
from evenhand.tables.schema import Column, Role, Schema


def layout(name: str, measure: Measure) -> dict[str, Any]:
    """Where the counts of a measure's table are, what they are of, and what is worked out from them."""
    schema = measure.result
    return {
        "measure": name,
        "key": list(schema.key),
        "area": AREA in schema.key,
        "period": "period_from" in schema.key,
        "categories": list(categories(schema)),
        "adds_up_over": [each for each in categories(schema) if each in measure.sums_over],
        "counts": _of_role(Role.COUNT, schema),
        "magnitudes": _of_role(Role.MAGNITUDE, schema),
        "derived": _of_role(Role.DERIVED, schema),
    }


def _of_role(role: Role, schema: Schema) -> list[dict[str, Any]]:
    columns = schema.with_role(role)
    return [{"column": column.name} | of_column(column, schema) for column in columns]


def of_column(column: Column, schema: Schema) -> dict[str, Any]:
    """What a count counts, a magnitude sums, or a derived column is worked out from; nothing of others.

    A derived column names the counts and magnitudes of its row, the keys over whose other rows it goes, and
    whether it is worked out from smaller areas or periods too.
    """
    if column.role is Role.DERIVED:
        return {
            "from": list(counts_behind(column, schema)),
            "over": list(column.derived_over),
            "of_parts": column.from_parts,
        }
    counted = column.counted
    if counted is None:
        return {}
    if column.role is Role.MAGNITUDE:
        return asdict(counted) | {"shared_by": list(column.derived_from)}
    return asdict(counted) | {"sum_of": list(column.sum_of)}
