"""Comparison: what differs between two releases of one table, by their published CSV bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute

from evenhand.engine.released import as_text

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_WAS = " before"


@dataclass(frozen=True)
class Largest:
    """The largest difference between two numbers of the first column in which numbers differ."""

    column: str
    before: str
    after: str
    row: Mapping[str, str]
    """The row it is in, as released later."""


@dataclass(frozen=True)
class Difference:
    """What differs between two releases: cells of the rows that both have, by key, and the other rows."""

    compared: int = 0
    """Cells of those rows, in the columns compared that both have."""
    moved: int = 0
    """Those that differ."""
    again: int = 0
    """Cells that differ in the columns that are worked out again."""
    rows_added: int = 0
    rows_gone: int = 0
    largest: Largest | None = None
    """Of the columns compared; None where no two numbers differ."""


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are its key, which are compared, and which are worked out again from all."""

    key: Sequence[str]
    compared: Sequence[str]
    again: Sequence[str] = ()


def difference(before: bytes, after: bytes, columns: Columns) -> Difference:
    """Compare those columns of two CSV tables, cell by cell, as text, in the rows that both have.

    A column that one of them lacks is not compared. With another key column than before no row is the
    same, and nothing is compared.
    """
    earlier, later = as_text(before), as_text(after)
    shared = set(earlier.column_names) & set(later.column_names)
    if not set(columns.key) <= shared:
        return Difference()
    compared, again = (
        [name for name in each if name in shared] for each in (columns.compared, columns.again)
    )
    both = _joined(earlier, later, columns.key, [*compared, *again])
    moved = [pc.not_equal(both[name], both[name + _WAS]) for name in compared]
    count = _count(moved)
    # Joined rows come in any order: in order of the key the same one of several equals is named.
    rows = (
        both.filter(reduce(pc.or_, moved)).sort_by([(name, "ascending") for name in columns.key])
        if count
        else both
    )
    return Difference(
        compared=both.num_rows * len(compared),
        moved=count,
        again=_count([pc.not_equal(both[name], both[name + _WAS]) for name in again]),
        rows_added=later.num_rows - both.num_rows,
        rows_gone=earlier.num_rows - both.num_rows,
        largest=_largest(rows, compared) if count else None,
    )


def rows_where(content: bytes, wanted: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a CSV table that have those words in those columns; none where it lacks one of them."""
    table = as_text(content)
    if not set(wanted) <= set(table.column_names):
        return []
    for name, word in wanted.items():
        table = table.filter(pc.equal(table[name], word))
    return table.to_pylist()


def _joined(earlier: pa.Table, later: pa.Table, key: Sequence[str], columns: list[str]) -> pa.Table:
    """The rows of both, each with its earlier values beside it."""
    renamed = earlier.select([*key, *columns]).rename_columns([*key, *(name + _WAS for name in columns)])
    return later.join(renamed, list(key), join_type="inner")


def _count(flags: list[Any]) -> int:
    return sum(pc.sum(each, min_count=0).as_py() for each in flags)


def _largest(rows: pa.Table, columns: Sequence[str]) -> Largest | None:
    for name in columns:
        gaps = pc.abs(pc.subtract(_numbers(rows[name]), _numbers(rows[name + _WAS])))
        most = pc.max(gaps).as_py()
        if most:
            at = pc.index(gaps, pa.scalar(most, pa.float64())).as_py()
            row = rows.slice(at, 1).to_pylist()[0]
            return Largest(name, row[name + _WAS], row[name], row)
    return None


def _numbers(words: Any) -> Any:
    plain = pc.match_substring_regex(words, _NUMBER)
    return pc.if_else(plain, words, pa.scalar(None, pa.string())).cast(pa.float64())
