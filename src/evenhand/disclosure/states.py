"""States: what a reader may see of each cell, once it is settled which counts are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.fitness import counts_behind
from evenhand.disclosure.release import Cell
from evenhand.disclosure.sums import Sums
from evenhand.disclosure.system import bounds
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Column, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

States: TypeAlias = "NDArray[np.int8]"
"""One state a row, as its position in STATES."""

STATES = tuple(Cell)
SHOWN, ROUNDED, HIDDEN, NOT_KNOWN, NOT_APPLICABLE = (STATES.index(cell) for cell in Cell)


def count_states(shown: Integers, hidden: Flags, policy: Policy) -> States:
    """The state of each count by what is shown of it, -1 where it is not known.

    An unchanged 10 among rounded counts is ROUNDED like any other, or its state would give it away.
    """
    low, high = bounds(shown, policy)
    states = np.where(low == high, SHOWN, ROUNDED)
    states[hidden] = HIDDEN
    states[shown < 0] = NOT_KNOWN
    return states.astype(np.int8)


def derived_states(
    column: Column,
    table: pa.Table,
    schema: Schema,
    counts: tuple[dict[str, States], dict[str, Flags]],
    policy: Policy,
) -> States:
    """The state of each cell of a derived column: hidden unless every count behind it is exact.

    A rate over a published population gives its count away, so beside a rounded count it is withheld
    too. A column worked out from other rows (`derived_over`) is withheld in all rows that share them, and
    one worked out from smaller areas (`from_parts`) where any of theirs is inexact. `counts` gives the state
    of each count column, and where something beneath it is inexact.
    A null is not known where something it needs is null (`known_with`); else it cannot be worked out.
    """
    states, beneath = counts
    inexact = np.zeros(table.num_rows, dtype=bool)
    for name in counts_behind(column, schema):
        if column.from_parts:
            inexact |= beneath[name]
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


def protected(
    table: pa.Table, schema: Schema, states: dict[str, States], shown: Mapping[str, Integers]
) -> pa.Table:
    """The table as a reader may see it: counts as `shown`, with null where a cell is not a number."""
    for position, column in enumerate(schema.columns):
        if column.role not in (Role.COUNT, Role.MAGNITUDE, Role.DERIVED):
            continue
        values: Any = table[column.name]
        if column.role is Role.COUNT:
            values = pa.array(shown[column.name])
        withheld = pa.array((states[column.name] == HIDDEN) | (states[column.name] == NOT_KNOWN))
        values = pc.if_else(withheld, pa.scalar(None, values.type), values)
        table = table.set_column(position, column.name, values)
    return table


def inexact_beneath(among: Sums, inexact: Flags, count: int) -> Flags:
    """For each cell: is anything that it is the sum of, however far below, hidden, rounded or in no table?"""
    whole = np.zeros(len(among.why), dtype=np.int64)
    whole[among.number[among.sign < 0]] = among.cell[among.sign < 0]
    parts = among.sign > 0
    beneath = np.zeros(count, dtype=bool)
    while True:
        told = parts & (inexact | beneath)[among.cell]
        found = beneath.copy()
        found[whole[among.number[told]]] = True
        if np.array_equal(found, beneath):
            beneath[np.setdiff1d(np.arange(count), whole)] = True
            return beneath
        beneath = found


def as_words(states: States) -> pa.Array:
    """States as the string values of Cell."""
    words = pa.array([cell.value for cell in STATES])
    return pa.DictionaryArray.from_arrays(pa.array(states), words).cast(pa.string())
