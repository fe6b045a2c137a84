"""Reading a release: the figures of one area and period, each with what a reader may know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow.compute as pc

from evenhand.disclosure.release import Cell, Release


@dataclass(frozen=True)
class Row:
    """One row of a release: `row["incidents"]` is the value, or None where it is not a number."""

    figures: Figures
    index: int

    def __getitem__(self, column: str) -> Any:
        """The value in that column, None where it is hidden, not known or withdrawn."""
        return None if self.is_withdrawn(column) else self.figures.values[column][self.index]

    def is_withdrawn(self, column: str) -> bool:
        """Is that column a figure that was taken back?"""
        return self.figures.withdrawn and column in self.figures.release.cells

    def cell(self, column: str) -> Cell:
        """What a reader may know of that column here; of a withdrawn figure, nothing."""
        if self.is_withdrawn(column):
            return Cell.NOT_KNOWN
        states = self.figures.states.get(column)
        if states is not None:
            return Cell(states[self.index])
        return Cell.NOT_KNOWN if self[column] is None else Cell.SHOWN

    @property
    def months(self) -> tuple[date, date]:
        """First and last day of the row's period."""
        return self["period_from"], self["period_to"]


class Figures:
    """A release by area: columns are read once, rows are looked up by area and kind of period."""

    def __init__(self, release: Release, *, withdrawn: bool = False) -> None:
        """Read a release. Of a withdrawn one, areas and periods are read, and no figure."""
        self.release, self.withdrawn = release, withdrawn

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """Every column as a list."""
        return {name: self.release.table.column(name).to_pylist() for name in self.release.schema.names}

    @cached_property
    def states(self) -> dict[str, list[str]]:
        """What a reader may know, for each count and derived column."""
        return {name: array.to_pylist() for name, array in self.release.cells.items()}

    @cached_property
    def _by_area(self) -> dict[tuple[str, str, str], list[int]]:
        found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        columns = (self.values[name] for name in ("area_level", "area_code", "period_kind"))
        for index, key in enumerate(zip(*columns, strict=True)):
            found[key].append(index)
        return found

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """Name of each area by level and code; the code where it has no name."""
        columns = (self.values[name] for name in ("area_level", "area_code", "area_name"))
        return {(level, code): name or code for level, code, name in zip(*columns, strict=True)}

    def rows(self) -> Iterator[Row]:
        """Every row, in the release's order."""
        return (Row(self, index) for index in range(self.release.table.num_rows))

    def of(self, level: str, code: str, kind: str) -> list[Row]:
        """The rows of one area and kind of period, oldest first."""
        rows = [Row(self, index) for index in self._by_area.get((level, code, kind), ())]
        return sorted(rows, key=lambda row: row["period_from"])

    def codes(self, level: str) -> list[str]:
        """Codes of the areas of a level, by name: never by value, so that no list is a league table."""
        return [
            code for _, code in sorted((name, code) for (at, code), name in self.names.items() if at == level)
        ]

    def level_of(self, code: str) -> str | None:
        """The level that an area's code is in, None where the release does not have it."""
        found = pc.index(self.release.table.column("area_code"), code).as_py()
        return None if found < 0 else self.values["area_level"][found]

    def levels(self) -> set[str]:
        """The levels that have figures."""
        return {level for level, _ in self.names}
