"""Summed: what tables that were published before show of sums such as money by recipient."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from evenhand.disclosure.cells import Flags, Integers, categories, period_of, placed_by
from evenhand.disclosure.earlier import Earlier, typed
from evenhand.disclosure.partition import AREA
from evenhand.disclosure.release import SHORTHAND, Cell
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.tables.schema import Column, Role, Schema

_HIDDEN, _NOT_KNOWN = SHORTHAND[Cell.HIDDEN], SHORTHAND[Cell.NOT_KNOWN]
Place = tuple[tuple[str, Hashable], ...]
"""Where a sum is: its area, period and kinds, each with the name of its dimension."""


@dataclass(frozen=True)
class Summed:
    """One column of an earlier table that sums something."""

    by: Earlier
    column: Column
    sums: Mapping[Place, int | None]
    """By place, None where it is hidden; sums that are not known are left out."""

    @property
    def hides(self) -> bool:
        """Whether any sum in it is hidden."""
        return None in self.sums.values()

    @property
    def levels(self) -> set[str]:
        """The kinds of areas that its table has."""
        table = self.by.table
        return set(table["area_level"].to_pylist()) if "area_level" in table.column_names else set()


def summed_before(of: str, earlier: Sequence[Earlier], measures: Mapping[str, Measure]) -> list[Summed]:
    """The columns of earlier tables that sum `of`, in the order of the tables."""
    return [
        Summed(each, column, _sums(each, column, measures[each.reads_as].result))
        for each in earlier
        for column in measures[each.reads_as].result.with_role(Role.MAGNITUDE)
        if column.counted is not None and column.counted.of == of and column.name in each.table.column_names
    ]


def _sums(earlier: Earlier, column: Column, schema: Schema) -> dict[Place, int | None]:
    where = {name: typed(earlier.table[name], schema.column(name).kind) for name in placed_by(column, schema)}
    words = earlier.table[column.name].to_pylist()
    return {
        place: None if word == _HIDDEN else int(word)
        for place, word in zip(places(pa.table(where), column, schema), words, strict=True)
        if word != _NOT_KNOWN
    }


def places(table: pa.Table, column: Column, schema: Schema) -> list[Place]:
    """Where each sum of a column is."""
    assert column.counted is not None, f"{column.name} came through the gate"  # noqa: S101
    names = placed_by(column, schema)
    kinds = [name for name in names if name in (AREA, *categories(schema))]
    rows = zip(*(table[name].to_pylist() for name in names), strict=True)
    of_period = "period_from" in names
    return [
        (
            *zip(kinds, row, strict=False),
            *((("period", period_of(row[len(kinds) :], column.counted)),) if of_period else ()),
        )
        for row in rows
    ]


def changed_since(where: list[Place], values: Integers, before: list[Summed]) -> Flags:
    """Which sums an earlier table shows as another: the change between them may be what one body has."""
    return np.array(
        [
            any(each.sums.get(place) not in (None, value) for each in before)
            for place, value in zip(where, values.tolist(), strict=True)
        ],
        dtype=bool,
    )


def refuse_shown(where: list[Place], column: str, hidden: Flags, before: list[Summed]) -> None:
    """Raise Refused where a sum that must be hidden was shown before, naming the entry and the sum."""
    for number in np.flatnonzero(hidden).tolist():
        for each in before:
            if each.sums.get(where[number]) is not None:
                raise Refused(
                    f"a sum to be hidden was shown before: {each.by.words} showed it",
                    where=f"{column}, {_words(where[number])}",
                    next_step="leave out the table, or publish under the policy it was shown under",
                )


def _words(place: Place) -> str:
    said = (value if isinstance(value, tuple) else (value,) for _name, value in place)
    return " ".join(str(each) for value in said for each in value)


def nested(where: Sequence[Place]) -> bool:
    """Whether any period of these places lies in another."""
    periods = {value for place in where for name, value in place if name == "period"}
    days = [value[:2] for value in periods if isinstance(value, tuple)]
    return any(one != other and one[0] <= other[0] and other[1] <= one[1] for one in days for other in days)
