"""Earlier: what a table that was published before showed of each count, and still does.

A release that was corrected or withdrawn is still known to whoever read it. What it showed is read from its
published bytes alone, by the policy that its ledger line names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

from evenhand.disclosure.cells import Cells, Flags, Integers, placed_by
from evenhand.disclosure.release import SHORTHAND, Cell
from evenhand.disclosure.system import UNBOUNDED, bounds, nearly_none
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.rules.policy import Policy
from evenhand.tables.schema import Kind, Role, Schema

pc: Any = pyarrow.compute
"""PyArrow makes these functions as it is imported, so no type checker knows them."""

_HIDDEN, _NOT_KNOWN = SHORTHAND[Cell.HIDDEN], SHORTHAND[Cell.NOT_KNOWN]
_APOSTROPHE = r"^'('*\s*[=+\-@\t\r＝＋－＠])"
"""Put before a text that a spreadsheet would run."""
_OTHER_VERSION = "publish with the version of Evenhand that made it"
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.FLAG: pa.bool_(),
}


Scope: TypeAlias = frozenset[tuple[str, str]]
"""Which crime types, of the records of which forces; an empty crime type is every one."""


@dataclass(frozen=True)
class Earlier:
    """A table that an entry of the ledger released, every column as the text in its CSV file."""

    number: int
    """The entry."""
    measure: str
    made_on: str
    """The day, as YYYY-MM-DD."""
    definition: str
    policy: Policy
    file: str
    """Where it is kept once another has taken its place: the path below data/."""
    sha256: str
    table: pa.Table
    scope: Scope = frozenset()
    """What it counts; empty where that is not known."""
    scope_of: int = 0
    """The first entry of its scope, where that is another than today's."""
    published: tuple[int, ...] = ()
    """The entries of the publications that had it; its own where that is not known."""

    @property
    def times(self) -> tuple[int, ...]:
        """When it was what was published: tables of one publication are of one time."""
        return self.published or (self.number,)

    @property
    def reads_as(self) -> str:
        """The name of the measure that it is read as: of another scope it counts something else."""
        return f"{self.measure} of entry {self.scope_of}" if self.scope_of else self.measure

    @property
    def words(self) -> str:
        """The entry as a refusal names it."""
        return f"entry {self.number} of the ledger ({self.measure}, {self.made_on})"


@dataclass(frozen=True)
class Shown:
    """What a table shows of some cells, each once: that its count lies from `low` to `high`.

    `guarded` counts are hidden, or small and shown rounded; `hidden` ones have the sign alone. `left_out`
    ones are not in it, at a place of which it has other kinds: so it tells that they are 0.
    """

    code: Integers
    low: Integers
    high: Integers
    guarded: Flags
    hidden: Flags
    left_out: Flags

    def with_none(self, codes: Integers) -> Shown:
        """With these, which it leaves out."""
        zero, no = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=bool)
        more = codes, zero, zero, no, no, ~no
        return Shown(*(np.r_[each, its] for each, its in zip(vars(self).values(), more, strict=True)))

    def of(self, chosen: Flags) -> Shown:
        """Some of them."""
        return Shown(*(each[chosen] for each in vars(self).values()))


def keys(earlier: Earlier, measures: Mapping[str, Measure]) -> pa.Table:
    """The columns that say where its counts are, in the types of today's schema, and the counts as text.

    Raises Refused for a table that today's measure cannot read: what it showed would go unnoticed.
    """
    if earlier.measure not in measures:
        raise Refused(
            f"{earlier.words} is of a measure that is there no more: what it showed cannot be reckoned with",
            where=earlier.file,
            next_step=_OTHER_VERSION,
        )
    schema = measures[earlier.measure].result
    names = set(earlier.table.column_names)
    needed = _needed(schema)
    lacking = [name for name in needed if name not in names]
    strange = sorted(names - set(schema.names))
    if lacking or strange:
        raise Refused(
            f"{earlier.words} has other columns than the measure has today "
            f"({', '.join([*lacking, *strange])}), so what it showed cannot be reckoned with",
            where=earlier.file,
            next_step=_OTHER_VERSION,
        )
    counts = {column.name for column in schema.with_role(Role.COUNT)}
    columns = {
        name: earlier.table[name] if name in counts else typed(earlier.table[name], schema.column(name).kind)
        for name in needed
    }
    return pa.table(columns)


def _needed(schema: Schema) -> list[str]:
    counts = schema.with_role(Role.COUNT)
    names = (name for column in counts for name in (*placed_by(column, schema), column.name))
    return list(dict.fromkeys(names))


def typed(words: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    """Text as what it is, null where it is the sign for what is not known."""
    words = pc.if_else(pc.equal(words, _NOT_KNOWN), pa.scalar(None, pa.string()), words)
    if kind is Kind.TEXT:
        return pc.replace_substring_regex(words, _APOSTROPHE, r"\1")
    return words.cast(_TYPES[kind])


def shown(cells: Cells, number: int, earlier: Earlier) -> Shown:
    """What the earlier table of that number shows of each cell, the cells not known left out.

    Two columns of one table may show one count: it is hidden in both or in none.
    """
    codes = cells.earlier[number][1]
    if not codes:
        none = np.zeros(0, dtype=np.int64)
        return Shown(none, none, none, *np.zeros((3, 0), dtype=bool))
    parts = [_of_column(earlier.table[name], its, earlier.policy) for name, its in codes.items()]
    every = Shown(
        *(np.concatenate(each) for each in zip(*(vars(part).values() for part in parts), strict=True))
    )
    code, first, cell = np.unique(every.code, return_index=True, return_inverse=True)
    low, high = every.low[first], every.high[first]
    np.maximum.at(low, cell, every.low)
    np.minimum.at(high, cell, every.high)
    return Shown(code, low, high, *(each[first] for each in (every.guarded, every.hidden, every.left_out)))


def _of_column(words: pa.ChunkedArray, codes: Integers, policy: Policy) -> Shown:
    hidden = np.asarray(pc.equal(words, _HIDDEN))
    signs = pc.or_(pc.equal(words, _HIDDEN), pc.equal(words, _NOT_KNOWN))
    counts = np.asarray(pc.if_else(signs, "0", words).cast(pa.int64()))
    low, high = bounds(counts, policy)
    near = ~hidden & nearly_none(low, high, policy)
    low, high = np.where(hidden, policy.hide_from or 0, low), np.where(hidden, UNBOUNDED, high)
    known = hidden | ~np.asarray(signs)
    return Shown(codes, low, high, hidden | near, hidden, np.zeros_like(hidden)).of(known)
