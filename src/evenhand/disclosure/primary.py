"""Primary suppression and rounding: what the policy does to each cell by itself."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from evenhand.disclosure.fitness import counts_behind
from evenhand.disclosure.release import Cell
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Column, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

States: TypeAlias = "NDArray[np.int8]"
"""One state a row, as its position in STATES."""

STATES = tuple(Cell)
SHOWN, ROUNDED, HIDDEN, NOT_KNOWN, NOT_APPLICABLE = (STATES.index(cell) for cell in Cell)

Integers: TypeAlias = "NDArray[np.int64]"


def integers(values: pa.ChunkedArray) -> Integers:
    """Counts as an array, with -1 for null."""
    return np.asarray(pc.fill_null(values, -1)).astype(np.int64)


def bounds(shown: Integers, policy: Policy) -> tuple[Integers, Integers]:
    """The smallest and largest true count behind each shown one: what any reader can work out."""
    low = np.maximum(shown - policy.rounding_base // 2, 0)
    high = shown + (policy.rounding_base - 1) // 2
    if policy.hide_from is None or policy.hide_to is None:
        return low, high
    # A shown count is not a hidden one; Policy sees to it that what remains has no hole.
    high = np.where(low < policy.hide_from, np.minimum(high, policy.hide_from - 1), high)
    return np.where(low >= policy.hide_from, np.maximum(low, policy.hide_to + 1), low), high


def rounded(counts: Integers, policy: Policy) -> Integers:
    """Counts to the nearest multiple of the policy's base, halves up."""
    base = policy.rounding_base
    return (counts + base // 2) // base * base


def count_states(counts: Integers, policy: Policy) -> States:
    """The state of each count: of the shown ones it depends on what is shown alone.

    An unchanged 10 among rounded counts is ROUNDED like any other, or its state would give it away.
    """
    low, high = bounds(rounded(counts, policy), policy)
    states = np.where(low == high, SHOWN, ROUNDED)
    if policy.hide_from is not None and policy.hide_to is not None:
        states[(counts >= policy.hide_from) & (counts <= policy.hide_to)] = HIDDEN
    states[counts < 0] = NOT_KNOWN
    return states.astype(np.int8)


def derived_states(
    column: Column, table: pa.Table, schema: Schema, states: dict[str, States], policy: Policy
) -> States:
    """The state of each cell of a derived column: hidden unless every count behind it is exact.

    A rate over a published population gives its count away, so beside a rounded count it is withheld
    too. A column worked out from other rows (`derived_over`) is withheld in all rows that share them.
    A null is not known where something it needs is null (`known_with`); else it cannot be worked out.
    """
    inexact = np.zeros(table.num_rows, dtype=bool)
    for name in counts_behind(column, schema):
        inexact |= (states[name] == HIDDEN) | (states[name] == ROUNDED)
    if column.derived_over and not policy.changes_nothing:
        inexact = _spread(inexact, table, [name for name in schema.key if name not in column.derived_over])
    lacking = _any_null(table, column.known_with or counts_behind(column, schema))
    none = np.where(lacking, NOT_KNOWN, NOT_APPLICABLE)
    there = np.asarray(pc.is_valid(table[column.name]))
    return np.where(inexact, HIDDEN, np.where(there, SHOWN, none)).astype(np.int8)


def _any_null(table: pa.Table, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """True in every row where one of those columns is null."""
    found = np.zeros(table.num_rows, dtype=bool)
    for name in names:
        found |= np.asarray(pc.is_null(table[name]))
    return found


def _spread(inexact: NDArray[np.bool_], table: pa.Table, names: list[str]) -> NDArray[np.bool_]:
    """True in every row of a group (rows equal in `names`) that has one true row."""
    group = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        digits = positions(table[name])
        group = np.unique(group * (int(digits.max(initial=0)) + 1) + digits, return_inverse=True)[1]
    return np.isin(group, group[inexact])


def positions(values: pa.ChunkedArray) -> Integers:
    """Each value as a small number, equal for equal values."""
    encoded = values.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices).astype(np.int64)


def protected(table: pa.Table, schema: Schema, states: dict[str, States], policy: Policy) -> pa.Table:
    """The table as a reader may see it: rounded, with null where a cell is not a number."""
    for position, column in enumerate(schema.columns):
        if column.role not in (Role.COUNT, Role.DERIVED):
            continue
        values: Any = table[column.name]
        if column.role is Role.COUNT:
            values = pa.array(rounded(integers(values), policy))
        withheld = pa.array((states[column.name] == HIDDEN) | (states[column.name] == NOT_KNOWN))
        values = pc.if_else(withheld, pa.scalar(None, values.type), values)
        table = table.set_column(position, column.name, values)
    return table


def as_words(states: States) -> pa.Array:
    """States as the string values of Cell."""
    words = pa.array([cell.value for cell in STATES])
    return pa.DictionaryArray.from_arrays(pa.array(states), words).cast(pa.string())
