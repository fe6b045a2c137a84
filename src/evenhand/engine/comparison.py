"""Comparison: what differs between two releases of one table, by their published CSV bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.compute
from pyarrow import csv

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
    """What differs in the rows that both releases have, by key."""

    compared: int
    """Cells of those rows, in the columns compared that both have."""
    moved: int
    """Those that differ."""
    largest: Largest | None
    """None where no two numbers differ."""


def difference(before: bytes, after: bytes, key: Sequence[str], compared: Sequence[str]) -> Difference:
    """Compare those columns of two CSV tables, cell by cell, as text, in the rows that both have.

    A column that one of them lacks is not compared. With another key column than before no row is the
    same, and nothing is compared.
    """
    earlier, later = _read(before), _read(after)
    if not set(key) <= set(earlier.column_names) & set(later.column_names):
        return Difference(0, 0, None)
    columns = [name for name in compared if name in earlier.column_names and name in later.column_names]
    renamed = earlier.select([*key, *columns]).rename_columns([*key, *(name + _WAS for name in columns)])
    both = later.join(renamed, list(key), join_type="inner")
    moved = [pc.not_equal(both[name], both[name + _WAS]) for name in columns]
    count = sum(pc.sum(each, min_count=0).as_py() for each in moved)
    if not count:
        return Difference(both.num_rows * len(columns), 0, None)
    # Joined rows come in any order: in order of the key the same one of several equals is named.
    rows = both.filter(reduce(pc.or_, moved)).sort_by([(name, "ascending") for name in key])
    return Difference(both.num_rows * len(columns), count, _largest(rows, columns))


def _read(content: bytes) -> pa.Table:
    """Every column as text, signs for what is withheld or not known included."""
    names = content.partition(b"\n")[0].decode().split(",")
    kept = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
    )
    # A name may hold a line end, quoted.
    parsed = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(BytesIO(content), parse_options=parsed, convert_options=kept)


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
