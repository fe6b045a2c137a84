"""The sums of a table, as arrays: which cells add up to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evenhand.disclosure.partition import Axis, Partition, axes, resolved
from evenhand.disclosure.primary import Integers
from evenhand.errors import Refused
from evenhand.tables.schema import Column, Role, Schema


@dataclass(frozen=True)
class Sums:
    """One entry a cell in a sum: in sum `number`, `cell` counts `sign` times; every sum comes to 0.

    The whole has sign -1, its parts +1. Cell c * rows + r is row r of the c-th count column; cells
    from `present` on are in no row of the table.
    """

    number: Integers
    cell: Integers
    sign: Integers
    why: tuple[str, ...]
    """What adds up in each sum, in words."""
    present: int


class _Collector:
    """Gathers entries. `codes` says where a cell is on all the axes, as one number."""

    def __init__(self, table: pa.Table, schema: Schema) -> None:
        self.counts = schema.with_role(Role.COUNT)
        self.rows = table.num_rows
        self.axes = axes(table, schema)
        self.blocks: list[tuple[Integers, str]] = []
        """Blocks of sums: cell codes (or cells) in rows of whole and parts, and why."""
        self.strides: dict[str, int] = {}
        self.codes: Integers = np.zeros(self.rows, dtype=np.int64)
        self.span = 1

    def lay_out(self) -> None:
        """Give each axis its stride, once all the places on it are known."""
        for axis in self.axes:
            self.strides[axis.dimension] = self.span
            self.codes = self.codes + axis.rows * self.span
            self.span *= max(len(axis.places), 1)
        if self.span * len(self.counts) >= 2**62:
            raise Refused("has too many dimensions to be audited", next_step="publish fewer at once")

    def along(self, axis: Axis, places: list[int], why: str) -> None:
        """Add the sums of one partition: one for each combination of the other dimensions."""
        stride = self.strides[axis.dimension]
        rests = np.unique(self.codes - axis.rows * stride)
        codes = rests[:, None] + np.array(places)[None, :] * stride
        there = np.isin(codes, self.codes).any(axis=1)
        for column in range(len(self.counts)):
            self.blocks.append((codes[there] + column * self.span, why))


def sums(table: pa.Table, schema: Schema, partitions: tuple[Partition, ...]) -> Sums:
    """Every sum over the partitions, for every count column, and every column that is a `sum_of` others.

    Raises Refused for a partition along something that is no dimension of the result.
    """
    collector = _Collector(table, schema)
    by_name = {axis.dimension: axis for axis in collector.axes}
    found: list[tuple[Axis, list[int], str]] = []
    for partition in partitions:
        axis = by_name.get(partition.dimension)
        if axis is None or not partition.parts:
            raise _no_partition(partition, schema, tuple(by_name))
        why = f"{partition.dimension} {partition.whole} is the sum of its {len(partition.parts)} parts"
        found.append((axis, resolved(partition, axis), why))
    collector.lay_out()
    for axis, places, why in found:
        collector.along(axis, places, why)
    for column in schema.with_role(Role.COUNT):
        if column.sum_of:
            _across(column, collector)
    return _joined(collector)


def _no_partition(partition: Partition, schema: Schema, dimensions: tuple[str, ...]) -> Refused:
    what = f"{partition.dimension} {partition.whole} is no sum that can be checked"
    known = ", ".join(dimensions)
    return Refused(what, where=schema.name, next_step=f"give it parts along one of: {known}")


def _across(column: Column, collector: _Collector) -> None:
    names = [count.name for count in collector.counts]
    offsets = np.array([names.index(name) for name in (column.name, *column.sum_of)]) * collector.span
    why = f"{column.name} is the sum of {', '.join(column.sum_of)}"
    collector.blocks.append((collector.codes[:, None] + offsets[None, :], why))


def _joined(collector: _Collector) -> Sums:
    number: list[Integers] = []
    code: list[Integers] = []
    sign: list[Integers] = []
    why: list[str] = []
    for codes, words in collector.blocks:
        height, width = codes.shape
        number.append(np.repeat(np.arange(len(why), len(why) + height), width))
        code.append(codes.ravel())
        sign.append(np.tile(np.r_[-1, np.ones(width - 1, dtype=np.int64)], height))
        why += [words] * height
    held = (np.arange(len(collector.counts))[:, None] * collector.span + collector.codes[None, :]).ravel()
    found = Sums(_flat(number), _cells(_flat(code), held), _flat(sign), tuple(why), len(held))
    return _with_twins(found, held)


def _flat(parts: list[NDArray[np.int64]]) -> Integers:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _cells(codes: Integers, held: Integers) -> Integers:
    """Each code's first cell; codes that no row has are numbered from the last cell of the table on."""
    different, first = np.unique(held, return_index=True)
    spot = np.minimum(np.searchsorted(different, codes), len(different) - 1)
    cells = first[spot].astype(np.int64)
    absent = different[spot] != codes
    cells[absent] = len(held) + np.unique(codes[absent], return_inverse=True)[1]
    return cells


def _with_twins(found: Sums, held: Integers) -> Sums:
    """With a sum of one part for each row that says another one again: a year of one month, a code twice."""
    first = _cells(held, held)
    twins = np.flatnonzero(first != np.arange(len(held)))
    numbers = np.arange(len(found.why), len(found.why) + len(twins))
    return Sums(
        np.r_[found.number, numbers, numbers],
        np.r_[found.cell, first[twins], twins],
        np.r_[found.sign, np.full(len(twins), -1), np.ones(len(twins), dtype=np.int64)],
        (*found.why, *["another row is of the same area and period"] * len(twins)),
        found.present,
    )
