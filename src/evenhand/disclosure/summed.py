"""Summed: what tables that were published before show of sums such as money by recipient."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from evenhand.disclosure.cells import Flags, Integers
from evenhand.disclosure.earlier import Earlier, typed
from evenhand.disclosure.release import SHORTHAND, Cell
from evenhand.errors import Refused
from evenhand.measure import Measure
from evenhand.tables.schema import Column, Role, Schema

LEVELS = ("area_level", "period_kind")
_HIDDEN, _NOT_KNOWN = SHORTHAND[Cell.HIDDEN], SHORTHAND[Cell.NOT_KNOWN]
Place = tuple[Hashable, ...]


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
    def levels(self) -> dict[str, set[str]]:
        """The kinds of areas and periods that its table has."""
        table = self.by.table
        return {name: set(table[name].to_pylist()) for name in LEVELS if name in table.column_names}


def summed_before(of: str, earlier: Sequence[Earlier], measures: Mapping[str, Measure]) -> list[Summed]:
    """The columns of earlier tables that sum `of`, in the order of the tables."""
    return [
        Summed(each, column, _sums(each, column, measures[each.measure].result))
        for each in earlier
        for column in measures[each.reads_as].result.with_role(Role.MAGNITUDE)
        if column.counted is not None and column.counted.of == of
    ]


def _sums(earlier: Earlier, column: Column, schema: Schema) -> dict[Place, int | None]:
    key = [typed(earlier.table[name], schema.column(name).kind) for name in schema.key]
    words = earlier.table[column.name].to_pylist()
    return {
        place: None if word == _HIDDEN else int(word)
        for place, word in zip(_places(key), words, strict=True)
        if word != _NOT_KNOWN
    }


def _places(key: list[pa.ChunkedArray]) -> Iterator[Place]:
    return zip(*(each.to_pylist() for each in key), strict=True)


def changed_since(table: pa.Table, schema: Schema, values: Integers, before: list[Summed]) -> Flags:
    """Which sums an earlier table shows as another: the change between them may be what one body has."""
    places = list(_places([table[name] for name in schema.key]))
    return np.array(
        [
            any(each.sums.get(place) not in (None, value) for each in before)
            for place, value in zip(places, values.tolist(), strict=True)
        ],
        dtype=bool,
    )


def refuse_shown(
    table: pa.Table, schema: Schema, column: Column, hidden: Flags, before: list[Summed]
) -> None:
    """Raise Refused where a sum that must be hidden was shown before, naming the entry and the sum."""
    places = list(_places([table[name] for name in schema.key]))
    for number in np.flatnonzero(hidden).tolist():
        for each in before:
            if each.sums.get(places[number]) is not None:
                raise Refused(
                    f"a sum to be hidden was shown before: {each.by.words} showed it",
                    where=f"{schema.name}.{column.name}, {' '.join(map(str, places[number]))}",
                    next_step="leave out the table, or publish under the policy it was shown under",
                )
