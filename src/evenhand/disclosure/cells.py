"""Cells: every count of a publication, once each, however many tables show it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from evenhand.disclosure.partition import ALL, AREA, PERIOD, Partition
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.tables.schema import Column, Counted, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

Integers: TypeAlias = "NDArray[np.int64]"
Flags: TypeAlias = "NDArray[np.bool_]"

COUNTED = "counted"
"""The dimension that says what is counted."""
_COMPANIONS = ("area_level", "area_name", "period_kind", "period_from", "period_to")
"""Columns of keys that say more of an area or a period, or together are one."""


@dataclass
class Axis:
    """One dimension: the number of each value on it. 0 is everything."""

    places: dict[Hashable, int] = field(default_factory=lambda: {ALL: 0})

    def number(self, value: Hashable) -> int:
        """The number of a value, a new one where it has none."""
        return self.places.setdefault(value, len(self.places))


@dataclass(frozen=True)
class Cells:
    """All counts: `code` says where each is on all the axes, as one number; sorted, each once.

    `count` is the true number, -1 where it is not known. `of` gives, for each measure and count column,
    the cell of each row. `held` cells are in no table as numbers, and known from earlier releases. `earlier`
    gives the codes of the rows of each earlier table, by count column.
    """

    axes: dict[str, Axis]
    strides: dict[str, int]
    code: Integers
    count: Integers
    of: dict[tuple[str, str], Integers]
    held: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    earlier: tuple[tuple[str, dict[str, Integers]], ...] = ()

    def digit(self, name: str, codes: Integers) -> Integers:
        """The numbers on one axis of these codes."""
        return codes // self.strides[name] % len(self.axes[name].places)

    def over_all(self, name: str, codes: Integers) -> Integers:
        """The codes of the same places over everything on one axis."""
        return codes - self.digit(name, codes) * self.strides[name]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The axes besides what is counted, area and period."""
        return tuple(name for name in self.axes if name not in (COUNTED, AREA, PERIOD))

    def offset(self, dimensions: Iterable[str], place: Iterable[Hashable]) -> int:
        """What a place adds to a code that is over everything on these dimensions."""
        return sum(
            self.axes[name].places[value] * self.strides[name]
            for name, value in zip(dimensions, place, strict=True)
        )

    def words(self, code: int) -> str:
        """Where a cell is, in words: `incidents, area_code E01000001, period 2022-05-01 to 2022-05-31`."""
        said: list[str] = []
        for name in self.axes:
            value = list(self.axes[name].places)[int(self.digit(name, np.array([code]))[0])]
            if value is not ALL:
                shown = " to ".join(map(str, value[:2])) if isinstance(value, tuple) else str(value)
                said.append(shown if name == COUNTED else f"{name} {shown}")
        return ", ".join(said)


def cells(
    results: Mapping[str, pa.Table],
    measures: Mapping[str, Measure],
    partitions: tuple[Partition, ...],
    earlier: Sequence[tuple[str, pa.Table]] = (),
    as_it_was: Iterable[str] = (),
) -> Cells:
    """The cells of fitting results, and places for whatever the partitions and earlier tables name.

    `as_it_was` says when each count may have been another: it has a place for each. Raises Refused where two
    tables give one count two values.
    """
    axes: dict[str, Axis] = {name: Axis() for name in (COUNTED, AREA, PERIOD)}
    found: dict[tuple[str, str], dict[str, Integers]] = {}
    for name, table in results.items():
        schema = measures[name].result
        for column in schema.with_role(Role.COUNT):
            found[(name, column.name)] = _digits(table, schema, column, axes)
    before = [(name, _of_columns(table, measures[name].result, axes)) for name, table in earlier]
    for partition in partitions:
        for dimension, *values in zip(partition.dimensions, partition.whole, *partition.parts, strict=True):
            axis = axes.setdefault(dimension, Axis())
            for value in values:
                axis.number(value)
    for of, when in product([*axes[COUNTED].places], as_it_was):
        if of is not ALL:
            axes[COUNTED].number(f"{of} {when}")
    strides = _strides(axes)
    codes = {which: _codes(on, strides) for which, on in found.items()}
    counts = {which: integers(results[which[0]][which[1]]) for which in codes}
    once = _once(axes, strides, codes, counts)
    told = ((name, {column: _codes(on, strides) for column, on in its.items()}) for name, its in before)
    return replace(once, held=np.zeros(len(once.code), dtype=bool), earlier=tuple(told))


def _of_columns(table: pa.Table, schema: Schema, axes: dict[str, Axis]) -> dict[str, dict[str, Integers]]:
    """The number of each row on each axis, by count column."""
    return {column.name: _digits(table, schema, column, axes) for column in schema.with_role(Role.COUNT)}


def _codes(digits: dict[str, Integers], strides: dict[str, int]) -> Integers:
    """Where rows are on all axes, as one number each."""
    return np.stack([its * strides[name] for name, its in digits.items()]).sum(axis=0, dtype=np.int64)


def integers(values: pa.ChunkedArray) -> Integers:
    """Counts as an array, with -1 for null."""
    return np.asarray(pc.fill_null(values, -1)).astype(np.int64)


def categories(schema: Schema) -> tuple[str, ...]:
    """The dimensions of a result's key besides area and period."""
    return tuple(name for name in schema.key if name not in (AREA, *_COMPANIONS))


def placed_by(column: Column, schema: Schema) -> tuple[str, ...]:
    """The columns that say where the counts or sums of a column are: kinds, and the days of the period.

    Where it says which months of the period are counted, those and all there are come last.
    """
    kinds = (name for name in (AREA, *categories(schema)) if name in schema.key)
    days = ("period_from", "period_to") if "period_from" in schema.key else ()
    months = column.counted.months if column.counted is not None else ""
    return (*kinds, *days, *((months, "months_in_period") if months else ()))


def _digits(table: pa.Table, schema: Schema, column: Column, axes: dict[str, Axis]) -> dict[str, Integers]:
    """The number of each row on each axis that the table has."""
    counted = column.counted
    if counted is None:
        raise Refused(
            "does not say what it counts", where=f"{schema.name}.{column.name}", next_step="set `counted`"
        )
    digits = {COUNTED: np.full(table.num_rows, axes[COUNTED].number(counted.of))}
    for name in (AREA, *categories(schema)):
        if name in schema.key:
            digits[name] = _numbered([table[name]], axes.setdefault(name, Axis()))
    if "period_from" in schema.key:
        digits[PERIOD] = _periods(table, column, axes[PERIOD])
    return digits


def _numbered(columns: list[pa.ChunkedArray], axis: Axis, value: Any = lambda row: row[0]) -> Integers:
    """The number on the axis of each row, whose value is made of the row of these columns."""
    encoded = [column.combine_chunks().dictionary_encode(null_encoding="encode") for column in columns]
    position = np.zeros(len(columns[0]), dtype=np.int64)
    for each in encoded:
        position = position * max(len(each.dictionary), 1) + np.asarray(each.indices)
    _, first, group = np.unique(position, return_index=True, return_inverse=True)
    rows = zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True)
    numbers = np.array([axis.number(value(row)) for row in rows], dtype=np.int64)
    return numbers[group] if len(numbers) else np.zeros(0, dtype=np.int64)


def _periods(table: pa.Table, column: Column, axis: Axis) -> Integers:
    """Periods by their days; by their months too where not all of them are counted."""
    counted = column.counted
    assert counted is not None  # noqa: S101  asked before
    columns = [table["period_from"], table["period_to"]]
    if counted.months:
        columns += [table[counted.months], table["months_in_period"]]

    return _numbered(columns, axis, lambda row: period_of(row, counted))


def period_of(row: tuple[Any, ...], counted: Counted) -> Hashable:
    """The period of a row: its days; the months counted too, where those are not all.

    A row is the first and last day, and where a count says so the months counted and all there are.
    """
    days = tuple(years_before(day, counted.years_before) for day in row[:2])
    return days if row[2:3] == row[3:4] else (*days, row[2])


def years_before(day: Any, years: int) -> Any:
    """The first or last day of the same month some years before."""
    if not years:
        return day
    if day.month == 2 and day.day >= 28:
        leap = (day.year - years) % 4 == 0 and (
            (day.year - years) % 100 != 0 or (day.year - years) % 400 == 0
        )
        return day.replace(year=day.year - years, day=29 if leap else 28)
    return day.replace(year=day.year - years)


def _strides(axes: dict[str, Axis]) -> dict[str, int]:
    strides: dict[str, int] = {}
    span = 1
    for name, axis in axes.items():
        strides[name] = span
        span *= len(axis.places)
    if span >= 2**62:
        raise Refused("the tables have too many dimensions to be judged", next_step="publish fewer at once")
    return strides


def _once(
    axes: dict[str, Axis],
    strides: dict[str, int],
    codes: dict[tuple[str, str], Integers],
    counts: dict[tuple[str, str], Integers],
) -> Cells:
    """Each code once. Raises Refused where it has two counts; a known one stands for one not known."""
    every = np.concatenate([*codes.values(), np.zeros(0, dtype=np.int64)])
    values = np.concatenate([*counts.values(), np.zeros(0, dtype=np.int64)])
    code, cell = np.unique(every, return_inverse=True)
    count = np.full(len(code), -1, dtype=np.int64)
    np.maximum.at(count, cell, values)
    found = Cells(axes, strides, code, count, _split(cell, codes))
    differ = np.flatnonzero((values >= 0) & (values != count[cell]))
    if len(differ):
        first = differ[0]
        raise Refused(
            f"one count is {values[first]:,} in one table and {count[cell[first]]:,} in another",
            where=found.words(int(every[first])),
            next_step="mend the measure that counts it otherwise, or its `counted`",
        )
    return found


def _split(cell: Integers, codes: dict[tuple[str, str], Integers]) -> dict[tuple[str, str], Integers]:
    ends = np.cumsum([len(each) for each in codes.values()])
    return dict(zip(codes, np.split(cell, ends[:-1]), strict=True)) if codes else {}


def by_place(cells: Cells, codes: Integers, names: tuple[str, ...]) -> dict[int, Integers]:
    """The codes at each place on some dimensions, by what the place adds to a code."""
    if not len(codes):
        return {}
    offsets = np.zeros(len(codes), dtype=np.int64)
    for name in names:
        offsets += cells.digit(name, codes) * cells.strides[name]
    order = np.argsort(offsets, kind="stable")
    values, starts = np.unique(offsets[order], return_index=True)
    return dict(zip(values.tolist(), np.split(codes[order], starts[1:]), strict=True))
