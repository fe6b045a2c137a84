"""What adds up to what: the sums that anybody who knows the areas and the calendar can check."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from evenhand.disclosure.primary import Integers, positions
from evenhand.tables.schema import Schema

COMPANIONS = {"area_code": ("area_level", "area_name"), "period_from": ("period_kind", "period_to")}
"""Columns that go along with a dimension: they say more of the same place or period."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Partition:
    """Along `dimension`, the whole is exactly the sum of the parts, all else being equal.

    `dimension` is a column of the result's key: `area_code` (ONS codes), `period_from` (first days:
    a year and its twelve months, of which the first begins with the year), or a category. Parts and
    whole need not be in the table. Parts may not overlap.
    """

    dimension: str
    whole: str | int | date
    parts: tuple[str | int | date, ...]


@dataclass(frozen=True)
class Axis:
    """One dimension of the table: the place of each row on it, and the place of each value."""

    dimension: str
    rows: Integers
    places: dict[Hashable, int]

    def place(self, value: Hashable) -> int:
        """The number of a value, a new one where the table does not have it."""
        return self.places.setdefault(value, len(self.places))


def axes(table: pa.Table, schema: Schema) -> tuple[Axis, ...]:
    """The dimensions of the key, companions left out. A period is its first and last day."""
    along = [name for name in COMPANIONS if name in schema.key]
    companions = {name for dimension in along for name in COMPANIONS[dimension]}
    return tuple(_axis(name, table) for name in schema.key if name not in companions)


def _axis(name: str, table: pa.Table) -> Axis:
    if name == "period_from" and "period_to" in table.column_names:
        ends = positions(table["period_to"])
        pairs = positions(table[name]) * (int(ends.max(initial=0)) + 1) + ends
        rows = positions(pa.chunked_array([pa.array(pairs)]))
        values = _first_seen(rows, [table[name], table["period_to"]])
    else:
        rows = positions(table[name])
        values = [value for (value,) in _first_seen(rows, [table[name]])]
    return Axis(name, rows, {value: number for number, value in enumerate(values)})


def _first_seen(rows: Integers, columns: list[pa.ChunkedArray]) -> list[tuple[Hashable, ...]]:
    """The values at each place, in the order of the places."""
    first = pa.array(np.unique(rows, return_index=True)[1])
    return list(zip(*(column.take(first).to_pylist() for column in columns), strict=True))


def resolved(partition: Partition, axis: Axis) -> list[int]:
    """The places of the whole and of its parts on the axis, in this order."""
    values: list[Hashable] = [partition.whole, *partition.parts]
    if any(isinstance(value, tuple) for value in axis.places):
        values = _periods(partition, axis)
    return [axis.place(value) for value in values]


def _periods(partition: Partition, axis: Axis) -> list[Hashable]:
    """Whole and parts as (first day, last day).

    A year and its first month begin on one day. What tells them apart is that parts follow one another:
    each ends on the day before the next, and the last one with the whole.
    """
    starts = sorted(day for day in partition.parts if isinstance(day, date))
    ends = [day - _DAY for day in starts[1:]]
    last = _shortest(axis, partition.whole, starts[-1]) or _shortest(axis, starts[-1], starts[-1])
    return [(partition.whole, last), *zip(starts, [*ends, last], strict=True)]


def _shortest(axis: Axis, start: Hashable, not_before: date) -> date | None:
    """The earliest last day of the table's periods that begin on `start` and last to `not_before`."""
    found = [value[1] for value in axis.places if isinstance(value, tuple) and value[0] == start]
    return min((day for day in found if day is not None and day >= not_before), default=None)
